"""Stored texts come back as they were, whole and in pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.index.arrays import Segment, columns_of
from danvan_search.index.arrays.texts import CHUNK_BYTES

from .oracle import texts_of

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
    """A piece holds what was asked for, as it stands in the body."""
    segment = Segment.build(columns_of(texts))
    stored = segment.texts
    for doc, (title, body) in enumerate(texts):
        assert texts_of(segment, doc) == (title, body)
        assert stored.body(doc) == body
        piece = stored.piece(doc, first, first + length)
        assert body[piece.start :].startswith(piece.text)
        end = piece.start + len(piece.text)
        assert piece.is_end == (end == len(body))
        assert piece.start <= max(first, 0) or piece.is_end
        assert end >= min(first + length, len(body))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 9999])
def test_a_piece_reads_no_more_than_it_must(size):
    """A hundred characters of a long body come with no more than the chunks that hold them."""
    stored = Segment.build(columns_of([("tiêu đề", "x" * size)])).texts
    piece = stored.piece(0, size // 2, size // 2 + 100)
    assert len(piece.text) <= 2 * CHUNK_BYTES
