"""``decode``: each encoding is told by the bytes, and nothing else is converted."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import danvan_search
from benchmarks.encoders import ENCODERS, plain
from danvan_search import ArgumentTypeError, Decoded, DecodingError, OptionError, decode
from danvan_search.text.encodings import ENCODINGS
from danvan_search.text.encodings.decoders import _OWN, DECODERS
from danvan_search.text.encodings.detector import SAMPLE_BYTES, sample_of
from tests.naughty import SMALL
from tests.seeds import SEEDS, seed_text
from tests.text.strategies import any_text

TEXTS = [" ".join(seed_text(path).split()) for path in SEEDS]
UNICODE = ["UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"]

# Article 1 of the Universal Declaration of Human Rights, and a sentence with typographic marks.
FOREIGN = {
    "cp1252": "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont "
    "doués de raison et de conscience et doivent agir les uns envers les autres dans un esprit de "
    "fraternité. L’été, à la mer, « là où ça sent l’iode », le garçon était né à Nîmes.",
    "cp1250": "Všichni lidé se rodí svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni "
    "rozumem a svědomím a mají spolu jednat v duchu bratrství. Příliš žluťoučký kůň úpěl.",
    "cp1254": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana "
    "sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler. Göğüs, ağaç.",
    "windows-1252": "“Don’t they know?” she said – “it’s the clerk’s café.” The ‘rules’ say: pay "
    "£5, or €6; it’s naïve to wait…",
}


def pieces(size, count):
    """Return pieces of the seeds of some characters, from many places."""
    for text in TEXTS:
        step = max(1, (len(text) - size) // count)
        for start in range(0, len(text) - size + 1, step):
            yield text[start : start + size].strip()


@pytest.mark.parametrize("size", [50, 200, 2000])
@pytest.mark.parametrize("name", ["TCVN3", "VNI", "VISCII", "VPS", "windows-1258", "VIQR"])
def test_an_older_encoding_is_told(name, size):
    """Each piece of the seeds comes back, in NFC; VIQR from 200 characters on."""
    count = 0
    for piece in pieces(size, 25):
        encoded = ENCODERS[name](piece)
        if encoded == plain(piece).encode() or (name == "VIQR" and size < 200):
            continue
        found = decode(encoded)
        expected = plain(piece)
        assert found.encoding == name, piece
        assert 0.75 <= found.confidence <= 1
        if name == "TCVN3":
            expected, found_text = expected.lower(), found.text.lower()
        else:
            found_text = found.text
        if name != "VIQR":  # what it lacks is a question mark
            lacking = {a for a, b in zip(expected, found_text, strict=True) if a != b}
            assert lacking <= {"©"}
        count += 1
    assert count > 20 or (name == "VIQR" and size < 200)


@pytest.mark.parametrize("name", UNICODE)
@pytest.mark.parametrize("text", [*TEXTS, TEXTS[0][:30], "Dân vận", "plain words"])
def test_unicode_is_told_with_and_without_a_mark(name, text):
    """UTF-16 and UTF-32 are told by their zeros, or by the byte-order mark, which is dropped."""
    assert decode(text.encode(name)) == Decoded(text, name, 1 if name == "UTF-8" else 0.9)
    assert decode(("\ufeff" + text).encode(name)) == Decoded(text, name, 1)


@pytest.mark.parametrize("encoding", FOREIGN)
def test_other_languages_are_not_converted(encoding):
    """Pieces of French, Czech, Turkish and English are taken for windows-1252, as a guess."""
    text = FOREIGN[encoding]
    for size in (30, 60, 200):
        for start in range(0, len(text), 15):
            data = text[start : start + size].encode(encoding)
            try:
                found = decode(data)
            except DecodingError:
                continue
            assert found.encoding == ("UTF-8" if data.isascii() else "windows-1252")
    assert decode(text.encode(encoding)).confidence < 0.5


@given(any_text())
@example("Ná»‘i láº¡i tuáº§n tra")
def test_utf8_is_kept(text):
    """Valid UTF-8 is what was written, unless it is told as another encoding."""
    data = text.encode("utf-8", "replace")
    found = decode(data)
    assert found.encoding in {"UTF-8", "VIQR", "UTF-8 twice"}
    if found.encoding == "UTF-8":
        assert found == Decoded(data.decode().removeprefix("\ufeff"), "UTF-8", 1)


@pytest.mark.parametrize(("name", "text"), SMALL)
def test_naughty_text_is_kept(name, text):
    """No odd text is taken for VIQR or for text that was encoded twice."""
    data = text.encode("utf-8", "replace")
    assert decode(data).text == data.decode().removeprefix("\ufeff")


@given(st.binary(max_size=200), st.sampled_from([None, *ENCODINGS]))
def test_any_bytes(data, encoding):
    """Any bytes give a text without surrogates, or the error; a named encoding always a text."""
    try:
        found = decode(data, encoding)
    except DecodingError:
        assert encoding is None
    else:
        assert found.text.encode() or not found.text
        assert found.encoding in ENCODINGS
        assert 0 <= found.confidence <= 1


BAD = [
    # Bytes of a letter are missing at the end; a single one may be a letter of another encoding.
    ("Dân vận khéo ".encode() + b"\xe1\xba", "UTF-8", "Dân vận khéo \ufffd", 1),
    (b"plain words \xe1\xba", "UTF-8", "plain words \ufffd", 1),
    (b"un caf\xe9", "windows-1252", "un café", 0),
    # A few bad bytes among many good letters.
    ("Dân vận".encode() + b" \xff " + "khéo lắm".encode(), "UTF-8", "Dân vận \ufffd khéo lắm", 1),
    # A replacement character that was written counts for nothing.
    ("Dân vận khéo \ufffd".encode() + b"\xff", "UTF-8", "Dân vận khéo \ufffd\ufffd", 1),
]


@pytest.mark.parametrize(("data", "encoding", "text", "replaced"), BAD)
def test_bad_bytes(data, encoding, text, replaced):
    """UTF-8 with some bad bytes is text; the number of bad places is told."""
    found = decode(data)
    assert (found.encoding, found.text, found.replaced) == (encoding, text, replaced)
    assert (found.confidence < 1) == (replaced > 0 or encoding != "UTF-8")


@pytest.mark.parametrize("text", ["Nối lại tuần tra", *TEXTS])
def test_text_that_was_encoded_twice_is_mended(text):
    """What windows-1252 made of UTF-8 is undone, for whole Vietnamese texts only."""
    twice = ENCODERS["UTF-8 twice"](text)
    found = decode(twice)
    assert (found.text, found.encoding) == (text, "UTF-8 twice")
    quoted = f"Chữ bị hỏng như “{twice.decode()[:20]}” là do đọc sai bảng mã, nên phải chuyển lại."
    assert decode(quoted.encode()).text == quoted
    assert decode("Él dijo «mamá» y más».".encode()).encoding == "UTF-8"


HOSTILE = {
    "random": bytes((n * n * 31 + n) >> 5 & 255 for n in range(1 << 16)) * 40,
    "zeros": bytes(1 << 22),
    "one letter": b"a" * (1 << 22),
    "one byte": b"\xe9" * (1 << 22),
    "soft hyphens": b"\xad" * (1 << 22),
    "half a sign": "á»".encode() * (1 << 20),
    "marks": "a\u0301".encode() * (1 << 20),
    "circumflexes": b"o^'" * (1 << 20),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bytes_are_never_converted(data):
    """Megabytes of nonsense are text of UTF-8 or an error: only a sample is looked at."""
    try:
        found = decode(data)
    except DecodingError:
        return
    assert found.encoding == "UTF-8"


def test_the_sample_of_a_long_text_has_its_rare_words():
    """A few Vietnamese words far inside of English decide."""
    english = b"Please read the following report with care. " * 20_000
    vietnamese = ENCODERS["TCVN3"](TEXTS[0])
    data = english + vietnamese + english
    assert len(sample_of(data)) <= 2 * SAMPLE_BYTES
    assert decode(data).encoding == "TCVN3"
    assert decode(english + b"\xe9t\xe9 " + english).encoding == "windows-1252"


def test_a_named_encoding_is_used():
    """Names have any case and signs, and aliases; bytes that do not fit are replaced."""
    assert decode(b"\xb5\xad", "abc") == Decoded("àư", "TCVN3", 1)
    assert decode(b"\xf8", "Windows_1250").text == "ř"
    assert decode(b"\xff\xfea\0", "utf16") == Decoded("a", "UTF-16LE", 1)
    assert decode(b"a\xffb", "utf8") == Decoded("a\ufffdb", "UTF-8", 1, 1)
    for name in ENCODINGS:
        assert decode(b"", name.upper()).encoding == name


def test_every_encoding_has_its_decoder():
    """The names are those of the decoders, and those that are told are among them."""
    assert tuple(DECODERS) == ENCODINGS
    assert {*_OWN} < {*ENCODINGS}


def test_wrong_arguments():
    """A wrong type or name is an error in words."""
    with pytest.raises(ArgumentTypeError, match="bytes, not str"):
        decode("Dân vận")
    with pytest.raises(ArgumentTypeError, match="an encoding is a string"):
        decode(b"", 8)
    with pytest.raises(OptionError, match=r"'koi8' is no encoding that is known: give UTF-8, "):
        decode(b"", "koi8")
    with pytest.raises(DecodingError, match="convert it to UTF-8"):
        decode(b"\xcf\xd2\xc9\xd7\xc5\xd4 \xcd\xc9\xd2")
    assert decode(memoryview(b"a")) == decode(bytearray(b"a")) == Decoded("a", "UTF-8", 1)
    assert danvan_search.ENCODINGS == ENCODINGS
