"""Posting lists of all kinds: what is read is what was written, and impossible values are found."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from danvan_search.index.codec import long_lists
from danvan_search.index.codec.long_lists import BLOCK, DENSE_SHARE, LONG_SHARE, MIN_LONG
from danvan_search.index.codec.posting_counts import PostingCounts
from danvan_search.index.codec.postings import PostingLists, PostingListsBuilder
from tests.index.segments import in_memory

TFS = np.array([1, 2, 14, 15, 16, 255, 256, 70_000])


def written(doc_count, docs_of_terms):
    """Return the arrays of some terms, and the frequencies of each by document."""
    builder = PostingListsBuilder("x", doc_count)
    rng = np.random.default_rng(len(docs_of_terms))
    expected = [
        dict(zip(docs, rng.choice(TFS, len(docs)).tolist(), strict=True)) for docs in docs_of_terms
    ]
    # Two pieces, as ranges of ids give them.
    half = len(expected) // 2
    for piece in (expected[:half], expected[half:]):
        rows = [(term, doc, tf) for term, own in enumerate(piece) for doc, tf in own.items()]
        terms, docs, tfs = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        builder.add(PostingCounts(terms, docs, tfs, np.zeros_like(tfs)), len(piece))
    return builder.arrays(), expected


def read(arrays, doc_count, term_count):
    return PostingLists(in_memory(arrays), "x", term_count, doc_count)


@st.composite
def segments(draw):
    """Return a number of documents, and the documents of some terms, among them whole ranges."""
    doc_count = draw(st.sampled_from([1, 7, BLOCK, BLOCK + 1, 3 * BLOCK, 70_000]))
    doc = st.integers(0, doc_count - 1)
    some = st.lists(doc, max_size=20)
    ranges = st.tuples(doc, doc).map(lambda ends: range(min(ends), min(max(ends), min(ends) + 900)))
    return doc_count, [sorted(set(docs)) for docs in draw(st.lists(some | ranges, max_size=5))]


@settings(max_examples=60)
@given(segments(), st.sampled_from([(1, 1 << 20), (5, 50), (MIN_LONG, LONG_SHARE)]))
@example((3 * BLOCK + 1, [[*range(BLOCK)], [BLOCK - 1, 3 * BLOCK], []]), (1, 1 << 20))
def test_lists_are_read_back(segment, limits):
    """Dense, packed and short lists; full blocks; frequencies at both sides of 15 and of 255."""
    doc_count, docs_of_terms = segment
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_lists, "MIN_LONG", limits[0])
        patch.setattr(long_lists, "LONG_SHARE", limits[1])
        arrays, expected = written(doc_count, docs_of_terms)
    lists = read(arrays, doc_count, len(expected))
    lists.check_values()
    mask = np.arange(doc_count) % 3 == 0
    for term, own in enumerate(expected):
        found = lists.get(term)
        docs, tfs = found.entries()
        assert dict(zip(docs.tolist(), tfs.tolist(), strict=True)) == own
        assert docs.tolist() == sorted(own)
        assert found.df == len(own) == lists.count_within(term, None)
        assert (found.dense is not None) == (len(own) * DENSE_SHARE > doc_count)
        within = sum(doc % 3 == 0 for doc in own)
        assert lists.count_within(term, mask) == found.count_within(mask) == within
        some = np.arange(0, doc_count, 1 + doc_count // 50)
        assert found.frequencies(some).tolist() == [own.get(doc, 0) for doc in some.tolist()]


def test_long_lists_are_small():
    """A byte and a half a posting, a byte for each block; half a byte a document if dense."""
    doc_count = 51_000
    sparse, dense = [*range(0, doc_count, 5)], [*range(0, doc_count, 3)]
    arrays, _ = written(doc_count, [sparse, dense, [*range(MIN_LONG - 1)]])
    assert arrays["x_long_df"].tolist() == [len(sparse), len(dense)]
    assert arrays["x_long_places"].nbytes == len(sparse)
    assert arrays["x_long_blocks"].nbytes == doc_count // BLOCK
    assert arrays["x_long_tfs"].nbytes == len(sparse) // 2 + doc_count // 2
    assert len(arrays["x_docs"]) == MIN_LONG - 1


CHANGES = {
    "a document outside of its block": ("long_places", lambda a: a + np.uint8(255)),
    "documents out of order": ("long_places", lambda a: a[::-1]),
    "a posting without an occurrence": ("long_tfs", lambda a: a * np.uint8(0)),
    "another document frequency": ("long_df", lambda a: a - np.array([0, 1], dtype=a.dtype)),
    "documents of other blocks": ("long_blocks", lambda a: a[:, ::-1] * np.uint8(2)),
    "terms out of order": ("long_terms", lambda a: a[::-1]),
    "a term that is not there": ("long_terms", lambda a: a + np.uint32(9)),
}


@pytest.mark.parametrize(("name", "change"), CHANGES.values(), ids=CHANGES)
def test_impossible_values_are_found(name, change):
    """Each is an error of the check."""
    doc_count = 4 * MIN_LONG
    arrays, expected = written(doc_count, [[*range(MIN_LONG)], [*range(MIN_LONG + 7)]])
    read(arrays, doc_count, len(expected)).check_values()
    arrays[f"x_{name}"] = change(arrays[f"x_{name}"])
    with pytest.raises(ValueError, match=r"."):
        read(arrays, doc_count, len(expected)).check_values()


@pytest.mark.parametrize("name", ["long_terms", "long_df", "long_places", "long_blocks"])
def test_other_lengths_are_refused(name):
    """Opening compares the lengths."""
    doc_count = 4 * MIN_LONG
    arrays, expected = written(doc_count, [[*range(MIN_LONG)]])
    arrays[f"x_{name}"] = arrays[f"x_{name}"][:-1]
    with pytest.raises(ValueError, match=r"length|blocks"):
        read(arrays, doc_count, len(expected))
