"""Near-copies among the hits of a search: the best of each group stands for it.

Two articles are near-copies if their folded trigrams, three neighbouring syllables of title or
body, overlap by more than half (Jaccard). They are read off the grid for the candidates of a page;
nothing is stored.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Final

import numpy as np

from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.query import Query
from danvan_search.search.execution.limits import Limits
from danvan_search.search.execution.top_docs import TopDocs
from danvan_search.search.options import SearchOptions
from danvan_search.search.planner import Page, find_page
from danvan_search.search.searchable import SearchableSnapshot

LEAST_CANDIDATES: Final = 30
"""At least so many of the best hits are compared, and three times those up to the page."""
MAX_TRIGRAMS: Final = 1 << 19
"""Of candidates with more trigrams in all, a share is compared, chosen by hash."""

_FACTORS: Final = tuple(
    np.uint64(one) for one in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
)
_NONE: Final = np.zeros(0, dtype=np.uint64)
_SHIFT: Final = np.uint64(29)


FindPage = Callable[[Query, SearchOptions, SearchableSnapshot], Page]
"""Returns the page of results that options select."""


def page_finder(options: SearchOptions) -> FindPage:
    """Return what finds the page of options without ``semantic``."""
    return find_collapsed_page if options.collapse and options.limit else find_page


def find_collapsed_page(query: Query, options: SearchOptions, index: SearchableSnapshot) -> Page:
    """Return the page of results without those that are near-copies of a better one.

    :raises QueryError: see :func:`.find_page`.
    :raises QueryTimeoutError: the search took longer than its time limit.
    """

    def find(size: int, timeout: float | None) -> Page:
        own = replace(options, limit=size, page=1, collapse=False, timeout=timeout)
        return find_page(query, own, index)

    return collapsed(index, options, find)


def collapsed(
    index: SearchableSnapshot,
    options: SearchOptions,
    find: Callable[[int, float | None], Page],
) -> Page:
    """Return the page of a list without what is a near-copy of something better.

    The copies that are counted are those among the candidates of the page.

    :param find: returns the first places of the list as a page, given their number and a time
        limit, in seconds.
    :raises QueryTimeoutError: the search took longer than its time limit.
    """
    limits = Limits(timeout=options.timeout)
    wanted = options.offset + options.limit
    size = max(LEAST_CANDIDATES, 3 * wanted)
    while True:
        page = find(size, limits.time_left())
        groups = grouped(index, page.top_docs, limits.check_time)
        if len(groups) >= wanted or len(page.top_docs.docs) < size:
            break
        size *= 2
    chosen = groups[options.offset : wanted]
    top_docs = _taken(page.top_docs, [group[0] for group in chosen])
    return page._replace(top_docs=top_docs, copies=tuple([len(group) - 1 for group in chosen]))


def grouped(
    index: SearchableSnapshot, top_docs: TopDocs, check_time: Callable[[], None]
) -> list[list[int]]:
    """Return the ranks of some documents in groups, by the best of each group.

    A document belongs to the first group whose best document it is a near-copy of.

    :param check_time: called between the documents.
    """
    segments = [one.reader for one in index.snapshot.segments]
    trigrams = _trigrams(segments, top_docs.segments, top_docs.docs, check_time)
    totals = list(map(len, trigrams))
    _, places, holding = np.unique(
        np.concatenate([_NONE, *trigrams]), return_inverse=True, return_counts=True
    )
    # Most trigrams are in one document alone, and say nothing.
    is_shared = np.split((holding > 1).take(places), np.cumsum(totals)[:-1]) if totals else []
    sets = [own[kept].tolist() for own, kept in zip(trigrams, is_shared, strict=True)]
    groups: list[list[int]] = []
    sizes: list[int] = []
    holders: dict[int, list[int]] = {}
    for rank, (own, total) in enumerate(zip(sets, totals, strict=True)):
        check_time()
        shared = Counter(chain.from_iterable([holders[one] for one in own if one in holders]))
        copied = [
            group for group, both in shared.items() if 3 * both > sizes[group] + total
        ]  # both / (a + b - both) > 1 / 2
        if copied:
            groups[min(copied)].append(rank)
            continue
        for one in own:
            holders.setdefault(one, []).append(len(groups))
        groups.append([rank])
        sizes.append(total)
    return groups


def _trigrams(
    segments: list[SegmentReader],
    numbers: list[int],
    docs: list[int],
    check_time: Callable[[], None],
) -> list[np.ndarray]:
    """Return the distinct trigrams of some documents, as hashes: uint64[n] each.

    :param numbers: the index of the segment of each document.
    """
    known: dict[str, int] = {}
    found = []
    for number, doc in zip(numbers, docs, strict=True):
        check_time()
        segment = segments[number]
        folded = _folded(segment, doc)
        if len(segments) > 1:
            # Each segment has ids of its own.
            distinct = np.unique(folded)
            form = segment.term_dictionary.folded_form
            own = [
                known.setdefault(form(one), len(known) + 1) if one else 0
                for one in distinct.tolist()
            ]
            folded = np.array(own, dtype=np.int64).take(distinct.searchsorted(folded))
        ids = folded.astype(np.uint64)
        first, second, third = ids[:-2], ids[1:-1], ids[2:]
        hashes = (first * _FACTORS[0] + second) * _FACTORS[1] + third
        hashes = (hashes ^ (hashes >> _SHIFT)) * _FACTORS[2]
        found.append(np.unique(hashes[(first > 0) & (second > 0) & (third > 0)]))
    share = -(-sum(map(len, found)) // MAX_TRIGRAMS)
    if share > 1:
        most = np.uint64(np.iinfo(np.uint64).max // share)
        found = [own[own <= most] for own in found]
    return found


def _folded(segment: SegmentReader, doc: int) -> np.ndarray:
    """Return the folded ids of title and body of a document, with 0 after each: int64[n]."""
    grid = segment.grid
    start, stop = grid.slot_range(doc)
    if grid.details_slot is not None:
        stop = grid.details_slot.item(doc)
    ids = grid.ids(start, stop).astype(np.int64)
    folded = np.zeros(len(ids), dtype=np.int64)
    held = np.flatnonzero(ids)
    folded[held] = segment.term_dictionary.folded_ids_of(ids[held])
    return folded


def _taken(top_docs: TopDocs, ranks: list[int]) -> TopDocs:
    """Return some of the documents of a page."""
    slots = top_docs.slots
    return TopDocs(
        top_docs.total,
        [top_docs.segments[rank] for rank in ranks],
        [top_docs.docs[rank] for rank in ranks],
        [top_docs.scores[rank] for rank in ranks],
        [top_docs.tiers[rank] for rank in ranks],
        None if slots is None else [slots[rank] for rank in ranks],
    )
