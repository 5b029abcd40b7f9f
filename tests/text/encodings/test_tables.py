"""The tables of the encodings, against other sources and against their encoders."""

import shutil
import subprocess
import unicodedata

import pytest

from benchmarks.encoders import ENCODERS
from danvan_search.text.alphabet import MARKED_LETTERS
from danvan_search.text.encodings import decode
from danvan_search.text.encodings.single_byte import TCVN3, VISCII, VPS, decode_tcvn3
from danvan_search.text.encodings.vni import VNI

SMALL = "".join(sorted(MARKED_LETTERS))
LETTERS = SMALL + SMALL.upper()

# The bytes of the letters from U+1EA0 to U+1EF9 in x-viet-vps of Mozilla, in this order.
VPS_OF_MOZILLA = """
02 e5 81 e4 83 c3 84 c0 85 c4 1c c5 03 c6 8d a1 8e a2 8f a3 f0 a4 04 a5 05 cb de c8 fe eb 90 89
93 8a 94 8b 95 cd 06 8c b7 cc 10 ce 11 86 bd d5 96 d3 97 d2 98 b0 99 87 12 b6 9d a7 9e a9 9f aa
a6 ab 13 ae 14 f8 d1 fb ad d9 af d8 b1 ba 1d bb 15 bf b2 ff 19 9c fd 9b b3 cf
"""


@pytest.mark.parametrize("name", ["TCVN3", "VNI", "VISCII", "VPS", "windows-1258"])
def test_every_letter_is_in_the_table(name):
    """All 134 marked letters come back in NFC; TCVN3 has them as small letters."""
    expected = LETTERS
    if name == "TCVN3":
        kept = "ĂÂÊÔƠƯĐ"
        expected = "".join(one if one in kept else one.lower() for one in LETTERS)
    # Blanks keep the pairs of VNI apart.
    encoded = ENCODERS[name](" ".join(LETTERS))
    assert b"?" not in encoded
    assert decode(encoded, name).text == " ".join(expected)


def test_vps_is_that_of_mozilla():
    """Each byte of Mozilla's table has the letter of that place."""
    for number, byte in enumerate(bytes.fromhex(VPS_OF_MOZILLA)):
        assert VPS[byte] == chr(0x1EA0 + number)


@pytest.mark.skipif(shutil.which("iconv") is None, reason="iconv is not installed")
@pytest.mark.parametrize(("name", "table"), [("VISCII", VISCII), ("TCVN5712-1", TCVN3)])
def test_tables_are_those_of_iconv(name, table):
    """The letters of VISCII and TCVN3 have the bytes that glibc gives them."""
    letters = LETTERS if name == "VISCII" else SMALL + "ĂÂÊÔƠƯĐ"
    run = subprocess.run(
        ["iconv", "-f", "UTF-8", "-t", name], input=letters.encode(), capture_output=True
    )
    if run.returncode:
        pytest.skip(f"this iconv does not know {name}")
    assert "".join(table[byte] for byte in run.stdout) == letters


def test_vni_covers_the_alphabet_once():
    """No two small letters are written alike, and a capital mark is read as a small one is."""
    small = [letter for letter in VNI.values() if letter in SMALL]
    twice = {*"íìỉĩịỵ"}  # as some converters write them, too
    assert sorted(small) == sorted([*SMALL, *twice])
    assert decode("VIEÄT VIEät aú AÚ".encode("cp1252"), "VNI").text == "VIỆT VIỆt ẳ Ẳ"


def test_the_soft_hyphen_is_a_letter_of_tcvn3():
    """ư is byte 0xAD: nothing drops it."""
    assert decode(b"n\xad\xedc ng\xad\xeai", "TCVN3").text == "nước người"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("CéNG HOµ X· HéI CHñ NGHÜA VIÖT NAM", "CỘNG HOÀ Xã HỘI CHỦ NGHĨA VIỆT NAM"),
        ("Hµ Néi, §µ N½ng", "Hà Nội, Đà Nẵng"),
        ("TP.HCM, TPHCM: ®ång", "TP.HCM, TPHCM: đồng"),
        ("tiÕNG ViÖT", "tiếNG ViệT"),
    ],
)
def test_case_in_tcvn3(written, text):
    """Marked letters among capitals are capitals."""
    assert decode_tcvn3(written.encode("cp1252")) == text
    capitals = decode(written.encode("cp1252"), "TCVN3 capitals").text
    assert capitals == text.upper()


def test_windows_1258_gives_nfc():
    """The combining tones are composed."""
    text = decode(b"Vi\xea\xf2t Nam \xfe 5 \xa4", "windows-1258").text
    assert text == unicodedata.normalize("NFC", text)
    assert text == "Việt Nam \u20ab 5 ¤"
