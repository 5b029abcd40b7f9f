"""Stored text and its encoding: texts are read as they were written, whole and in pieces."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.index.codec.stored_text import CHUNK_CHARS
from danvan_search.index.codec.text_encoding import (
    MAX_BYTES,
    cut,
    cut_up,
    decode,
    decode_part,
    encode,
    pack,
    unpack,
)
from tests.index.segments import build, columns_of
from tests.search.execution.oracle import texts_of

BITS = st.sampled_from(
    ["dân ", "vận", "x" * 500, "中" * 300, "😀" * 251, "\ud800", "\n", "e\u0301"]
)
TEXTS = st.lists(BITS, max_size=12).map("".join)


@given(
    st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4),
    st.integers(-50, 6000),
    st.integers(0, 3000),
)
def test_texts_come_back_whole_and_in_pieces(texts, first, length):
    """Titles and bodies are unchanged, and a piece is a slice of the body, clipped to it."""
    segment = build(columns_of(texts))
    stored = segment.stored_text
    for doc, (title, body) in enumerate(texts):
        assert texts_of(segment, doc) == (title, body)
        assert stored.body(doc) == body
        start = min(max(first, 0), len(body))
        end = min(max(first + length, start), len(body))
        assert stored.piece(doc, first, first + length) == (
            body[start:end],
            start,
            end == len(body),
        )


@pytest.mark.parametrize("size", [1, CHUNK_CHARS - 1, CHUNK_CHARS, CHUNK_CHARS + 1, 9999])
def test_a_piece_reads_no_more_than_it_must(size, monkeypatch):
    """A piece of a hundred characters decompresses only the one or two chunks that hold it."""
    stored = build(columns_of([("tiêu đề", "x" * size)])).stored_text
    read = []
    chunk = stored._chunk
    monkeypatch.setattr(stored, "_chunk", lambda *args: read.append(args) or chunk(*args))
    first = size // 2
    stored.piece(0, first, first + 100)
    last = min(first + 100, size) - 1
    assert len(read) == last // CHUNK_CHARS - first // CHUNK_CHARS + 1 <= 2


@given(st.text(), st.integers(0, 50), st.integers(0, 50))
def test_any_text_is_decoded_as_it_was_encoded(text, start, end):
    """Whole, cut, and packed; there is one code per character."""
    encoded = encode(text)
    assert len(encoded.codes) == len(text)
    assert decode(encoded) == text
    assert decode(cut(encoded, start, end)) == text[start:end]
    parts = [decode(part) for part in cut_up(encoded, end + 1)]
    assert parts == [text[at : at + end + 1] for at in range(0, len(text), end + 1)]
    raw = pack(encoded)
    assert len(raw) <= MAX_BYTES * len(text)
    assert unpack(raw, len(text)) == encoded
    assert decode_part(raw, len(text), start, end) == text[start:end]


def test_vietnamese_takes_a_byte_a_character():
    """Composed and decomposed Vietnamese, in lower and upper case, has no other characters."""
    text = "Dân vận khéo: “Thúy quỳnh – ưỡn ẹo”… 37 °C, ước 50 m²; “Ẵm ở đâu?”\n"
    for form in ("NFC", "NFD"):
        for own in (text, text.upper()):
            normal = unicodedata.normalize(form, own)
            assert encode(normal).others == ""


@pytest.mark.parametrize("wrong", [b"ab", b"\xff\xffa", b"abcx", b"a\xffb\xff", b"a\xffbxy"])
def test_codes_that_no_text_has_are_refused(wrong):
    """Too few codes, too few or too many other characters, and invalid UTF-8 are errors."""
    with pytest.raises(ValueError, match=r"other characters|decode"):
        decode_part(wrong, 3, 0, 3)
