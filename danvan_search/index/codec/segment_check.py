"""The check of all values of a segment against each other: what no checksum tells.

Whoever forges an index can give every array a true checksum. Here the terms, the grid and the
offsets are checked for themselves, the positions against the grid, and the postings and champions
against the positions. It takes about as long as building the segment, and is run only when the
engine raises what impossible values may raise; see ``corruption``.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from danvan_search.index.codec.array_checks import check, check_ascending
from danvan_search.index.codec.champions import Champions, Postings
from danvan_search.index.codec.postings import PostingList
from danvan_search.index.codec.segment_reader import SegmentReader


def check_segment(segment: SegmentReader) -> None:
    """Check all values of a segment.

    :raises ValueError: a value is impossible.
    :raises IndexDamagedError: an array differs from its checksums, or a text cannot be decoded.
    """
    terms, grid = segment.term_dictionary, segment.grid
    terms.check_values()
    titles = int(grid.title_lengths.sum(dtype=np.int64))
    check(segment.title_syllables == titles, "a wrong number of syllables in titles")
    check(segment.syllables == grid.lengths().sum(), "a wrong number of syllables")
    ids = grid.check_values(terms.accented_count)
    variants = [len(terms.variants(number)) for number in range(terms.folded_count + 1)]
    segment.positions.check_values(np.repeat(np.arange(len(variants)), variants).take(ids))
    _check_texts(segment, ids)
    segment.word_boundaries.check_values(ids)
    for lists in (segment.folded_lists, segment.accented_lists, segment.biword_lists):
        for part in lists.values():
            part.check_values()
    _check_syllables(segment)
    _check_biwords(segment)


def _check_texts(segment: SegmentReader, ids: np.ndarray) -> None:
    """Check that every text can be decoded, and is as long as its syllables need.

    :param ids: unsigned[slots], the accented id of each slot.
    """
    grid = segment.grid
    chars = segment.offsets.check_values(ids)
    title_chars, body_chars = segment.stored_text.lengths(np.arange(segment.doc_count))
    for slots, lengths, limits in (
        (grid.doc_slot[:-1], grid.title_lengths.astype(np.int64), title_chars),
        (grid.body_slot, grid.body_lengths.astype(np.int64), body_chars),
    ):
        check((chars[slots + lengths] - chars[slots] <= limits).all(), "a text is too short")
    segment.stored_text.check_values()


def check_details(segment: SegmentReader, chars: np.ndarray) -> None:
    """Check that the details are as long as their syllables need.

    :param chars: int64[docs], the number of characters of the details of each document.
    :raises ValueError: one is too short.
    """
    grid = segment.grid
    if grid.details is None or grid.details_slot is None:
        return
    first, end = grid.details_slot, grid.details_slot + grid.details.slots
    _, borders = segment.offsets.borders([], [*first.tolist(), *end.tolist()])
    before, after = np.array(borders, dtype=np.int64).reshape(2, -1)
    check((after - before <= chars).all(), "details that are too short")


def _check_syllables(segment: SegmentReader) -> None:
    """Check the postings and the champions of folded and accented forms."""
    terms = segment.term_dictionary
    folded_champions = segment.folded_syllable_champions
    accented_champions = segment.accented_syllable_champions
    for folded_id in range(1, terms.folded_count + 1):
        slots = np.sort(segment.positions.slots_of_folded(folded_id)).astype(np.int64)
        _check_lists(segment, partial(segment.folded_list, folded_id), slots)
        _check_champions(folded_champions, folded_id, segment.count(slots))
        variants = terms.variants(folded_id)
        if len(variants) > 1:
            of_slots = segment.grid.ids_at(slots)
            for accented_id in variants:
                own = slots[of_slots == accented_id]
                _check_lists(segment, partial(segment.accented_list, folded_id, accented_id), own)
                _check_champions(accented_champions, accented_id, segment.count(own))


def _check_biwords(segment: SegmentReader) -> None:
    """Check the postings and the champions of frequent biwords."""
    ranks = segment.biword_rank
    check_ascending(np.array([*ranks]), len(segment.positions))
    for biword, rank in ranks.items():
        slots = segment.positions.slots(biword).astype(np.int64)
        _check_lists(segment, partial(segment.frequent_biword_list, rank), slots)
        _check_champions(segment.folded_champions, rank, segment.count(slots))
        first, second = (segment.grid.ids_at(slots + at).astype(np.int64) for at in (0, 1))
        pairs = first << 32 | second
        for pair in np.unique(pairs).tolist():
            champions = segment.accented_champions.get(pair)
            if champions is not None:
                expected = segment.count(slots[pairs == pair])
                _check_champions(segment.accented_champions, pair, expected)


def _in_titles(postings: Postings) -> Postings:
    """Return the postings of titles alone."""
    docs, _, title_tfs = postings
    if title_tfs is None:
        return Postings(docs[:0], docs[:0], None)
    titled = np.flatnonzero(title_tfs)
    return Postings(docs[titled], title_tfs[titled], None)


def _check_lists(
    segment: SegmentReader, list_of: Callable[[str], PostingList], slots: np.ndarray
) -> None:
    """Check the posting lists of a term.

    :param list_of: returns the list of one of ``PARTS``.
    :param slots: int64[n], n > 0, ascending, where the term occurs.
    """
    expected = segment.count_equally(slots)
    _check_list(list_of("all"), expected)
    _check_list(list_of("title"), _in_titles(expected))
    _check_list(list_of("details"), Postings(*segment.count_in_details(slots), None))


def _check_list(found: PostingList, expected: Postings) -> None:
    check(found.df == len(expected.docs), "a posting list of another length")
    docs, tfs = found.entries()
    check(
        np.array_equal(docs, expected.docs) and np.array_equal(tfs, expected.tfs),
        "a posting list of other documents",
    )


def _check_champions(champions: Champions, key: int, expected: Postings) -> None:
    """Check that the champions of a phrase are among its postings."""
    found = champions.get(key)
    if found is None:
        return
    docs, tfs, title_tfs = found.counts
    check(found.df == len(expected.docs), "champions with another document frequency")
    at = np.minimum(expected.docs.searchsorted(docs), len(expected.docs) - 1)
    check(np.array_equal(expected.docs[at], docs), "champions of other documents")
    check((docs[1:] > docs[:-1]).all(), "champions out of order")
    check(np.array_equal(expected.tfs[at], tfs), "champions with other frequencies")
    in_titles = np.zeros_like(docs) if expected.title_tfs is None else expected.title_tfs[at]
    check(title_tfs is not None and np.array_equal(in_titles, title_tfs), "other titles")
    check(np.isfinite(found.rest) and found.rest >= 0, "an upper bound out of range")
