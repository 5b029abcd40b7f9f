"""Runs of text in fonts: what is TCVN3 or VNI becomes Unicode, and what is Unicode stays."""

import itertools
import random

import pytest

from benchmarks.encoders import ENCODERS, plain
from danvan_search.text.encodings.font_runs import convert_runs, font_encoding
from danvan_search.text.encodings.single_byte import WINDOWS_1252, decode_table
from tests.seeds import SEEDS, seed_text

FONTS = {"TCVN3": ".VnTime", "VNI": "VNI-Times"}
LINES = [
    line for path in SEEDS for line in plain(seed_text(path)).split("\n") if len(line.split()) > 5
]
FRENCH = "Le garçon était né à Nîmes, là où l’été dure : “à côté de l’évêché”, n° 5, 20 µm, ©®.\n"


def written(text, name):
    """Return a text as a word processor keeps it in a font of an encoding."""
    return decode_table(ENCODERS[name](text), WINDOWS_1252)


def cut(text, font, chance):
    """Return a text as runs that end anywhere."""
    places = sorted(chance.sample(range(1, len(text)), min(3, len(text) - 1)))
    bounds = [0, *places, len(text)]
    return [(text[a:b], font) for a, b in itertools.pairwise(bounds)]


def joined(runs):
    return "".join(convert_runs(runs).texts)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("name", FONTS)
def test_lines_of_legacy_and_unicode_fonts_come_back(name, known):
    """Lines of the seeds, cut in runs, every third in Unicode under the same font."""
    chance = random.Random(7)
    runs, expected = [], []
    for number, line in enumerate(LINES):
        is_legacy = number % 3 > 0
        text = (written(line, name) if is_legacy else line) + "\n"
        runs += cut(text, FONTS[name] if known else "Times New Roman", chance)
        expected.append(line)
    found = convert_runs(runs)
    assert found.encoding == name
    assert len(found.texts) == len(runs)
    lines = "".join(found.texts).split("\n")[:-1]
    fold = str.lower if name == "TCVN3" else str
    same = sum(fold(a) == fold(b) or "?" in b for a, b in zip(expected, lines, strict=True))
    assert same == len(expected)


def test_capitals_fonts_show_small_letters_as_capitals():
    line = written("hợp tác xã được hưởng phần lúa dư, xuân", "TCVN3")
    for font in (".VnTimeH", "ABCDEF+.VnTimeH,Bold", "VnArial NarrowH", ".VnBlackHBold"):
        assert joined([(line + "\n", font)]) == "HỢP TÁC XÃ ĐƯỢC HƯỞNG PHẦN LÚA DƯ, XUÂN\n"
    assert joined([("chiem xuan\n", ".VnTimeH"), ("mua\n", ".VnTime")]) == "CHIEM XUAN\nmua\n"
    assert joined([("Đã là Unicode từ trước\n", ".VnTimeH")]) == "Đã là Unicode từ trước\n"


def test_the_soft_hyphen_is_a_letter_in_tcvn3_and_nothing_in_unicode():
    for hyphen in "\xad\x1f":
        runs = [(f"tr{hyphen}íc ng{hyphen}êi\n", ".VnTime"), (f"trước khi{hyphen} đến\n", "Arial")]
        assert joined(runs) == "trước người\ntrước khi đến\n"


def test_letters_in_the_private_use_area():
    """A font that Word takes for one of symbols has its letters there."""
    moved = "".join(chr(0xF000 + ord(one)) for one in written("Cộng hoà xã hội", "TCVN3"))
    assert joined([(moved + "\n", ".VnTime")]) == "Cộng hoà xã hội\n"
    assert joined([("\uf0b7", "Symbol"), (" Mục một: đất\n", "Arial")]) == " Mục một: đất\n"


def test_a_font_that_misleads():
    """The content is the judge: Unicode in a font of TCVN3, VNI in one of TCVN3."""
    vni = [(written(line, "VNI") + "\n", ".VnTime") for line in LINES[:40]]
    assert joined(vni) == "".join(line + "\n" for line in LINES[:40])
    latin = [
        ("Hà Nội, Lê Thị Lý, cá và tôm, đất trống\n", ".VnTime"),
        ("Hà, Lý, cá và tôm\n", ".VnTime"),
    ]
    assert joined(latin) == "".join(text for text, _ in latin)


@pytest.mark.parametrize("font", ["Arial", "", "Times New Roman"])
def test_other_languages_stay(font):
    runs = [(FRENCH, font), ("Müller & Søn: ½ señor\n", font), ("5 µm · 3 ® ×2\n", font)] * 20
    found = convert_runs(runs)
    assert found.texts == [text for text, _ in runs]
    assert found.encoding == "UTF-8"


def test_names_of_fonts():
    tcvn3 = (".VnTime", ".vntime", "VnTimeHBold", "VNSTCVN3", "VnSouthern(Ds)", "ABCDEF+.VnArial")
    assert [font_encoding(font) for font in tcvn3] == ["TCVN3"] * len(tcvn3)
    vni = ("VNI-Times", "VNI Helve", "Vni-Aptima", "ABCDEF+VNI-Times,Bold")
    assert [font_encoding(font) for font in vni] == ["VNI"] * len(vni)
    other = ("Times New Roman", "", "Vivaldi", "Tahoma", "Environ", "Symbol")
    assert [font_encoding(font) for font in other] == [""] * len(other)


def test_letters_of_vni_that_two_runs_share():
    found = convert_runs([("Vie", "VNI-Times"), ("ät Nam", "VNI-Times"), ("\n", "")])
    assert found.texts == ["Việ", "t Nam", "\n"]
    runs = [("cu", "VNI-Times"), ("", "VNI-Times"), ("û", "VNI-Times"), ("a\n", "VNI-Times")]
    assert convert_runs(runs).texts == ["củ", "", "", "a\n"]


@pytest.mark.parametrize("font", [".VnTime", "VNI-Times"])
def test_unicode_lines_without_a_letter_that_tells(font):
    """In a font whose other lines are Unicode they are Unicode, too: côn is no cụn, and no cơn."""
    lines = [*LINES[:20], "cùm côn, giáo cô", "tay lái", "Hôm nay", "hoàng Anh"]
    runs = [(line + "\n", font) for line in lines]
    assert joined(runs) == "".join(line + "\n" for line in lines)


@pytest.mark.parametrize("name", FONTS)
def test_short_lines_under_a_font_that_says_nothing(name):
    """A word that is good either way is converted where all other lines are."""
    lines = [" ".join(words[:2]) for words in map(str.split, LINES) if len(words[0]) > 1]
    runs = [(written(line.lower(), name) + "\n", "Arial") for line in lines]
    found = joined(runs).split("\n")
    wrong = [a for a, b in zip(lines, found, strict=False) if a.lower() != b and "?" not in b]
    assert len(wrong) <= len(lines) // 50
