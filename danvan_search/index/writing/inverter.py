"""Inverts the grid: makes positions, biwords, posting lists and champions.

The syllables are processed by ranges of their folded ids, and each range appends to all lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from danvan_search.index.codec.champions import FREQUENT, ChampionsBuilder
from danvan_search.index.codec.checked_array import Arrays
from danvan_search.index.codec.positions import PositionsBuilder
from danvan_search.index.codec.posting_counts import (
    Pairs,
    PostingCounts,
    count_postings,
    count_sorted_postings,
    sorted_pairs,
)
from danvan_search.index.codec.postings import PostingListsBuilder
from danvan_search.index.codec.ragged import run_indices
from danvan_search.index.writing.folded_ranges import FoldedRange, FormGrid, folded_ranges


def inverted_arrays(
    grid: FormGrid, lengths: np.ndarray, title_lengths: np.ndarray, range_syllables: int
) -> Iterator[Arrays]:
    """Yield the arrays in groups.

    :param lengths: int64 or float64[docs], see :func:`.grid.weighted_lengths`.
    :param title_lengths: int64[docs], the number of syllables of the title.
    :param range_syllables: about how many syllables are sorted at a time.
    """
    positions = np.empty(int(grid.counts.sum()), dtype=np.uint32)
    syllables = _SyllableLists(grid, lengths, title_lengths)
    biwords = _BiwordLists(grid, lengths, title_lengths)
    for one in folded_ranges(grid, positions, range_syllables):
        syllables.add(one)
        biwords.add(one)
    yield {"positions": positions}
    del positions
    yield from syllables.arrays()
    yield from biwords.arrays()


class _SyllableLists:
    """The posting lists and champions of folded and of accented syllables."""

    def __init__(self, grid: FormGrid, lengths: np.ndarray, title_lengths: np.ndarray) -> None:
        self._doc_count = grid.doc_count
        self._folded_of = grid.numbering.folded_of
        # An accented form that is the only variant of its folded form shares that form's list.
        variants = np.diff(grid.numbering.variant_start.astype(np.int64))
        self._has_own_list = (variants > 1)[self._folded_of]
        self._folded, self._accented = (
            _TermLists.of(kind, f"{kind}_syllable_champions", grid, lengths, title_lengths)
            for kind in ("folded", "accented")
        )

    def add(self, one: FoldedRange) -> None:
        folded = self._folded_of.take(one.accented)
        folded -= np.uint32(one.folded_ids.start)
        self._folded.add(
            count_postings(folded, one.docs, one.in_title, self._doc_count, one.in_details),
            one.folded_ids,
        )
        some = self._has_own_list.take(one.accented).nonzero()[0]
        accented = one.accented.take(some)
        accented -= np.uint32(one.accented_ids.start)
        docs, in_title = one.docs.take(some), one.in_title.take(some)
        in_details = None if one.in_details is None else one.in_details.take(some)
        self._accented.add(
            count_postings(accented, docs, in_title, self._doc_count, in_details), one.accented_ids
        )

    def arrays(self) -> Iterator[Arrays]:
        yield from self._folded.arrays()
        yield from self._accented.arrays()


class _BiwordLists:
    """The biwords, with the posting lists of frequent ones, and the champions of these.

    Frequent pairs of accented forms within a frequent biword have champions, too.
    """

    def __init__(self, grid: FormGrid, lengths: np.ndarray, title_lengths: np.ndarray) -> None:
        self._folded_of = grid.numbering.folded_of
        self._biwords = PositionsBuilder(len(grid.numbering.variant_start) - 2)
        self._frequent: list[np.ndarray] = [np.zeros(0, dtype=np.uint32)]
        self._frequent_count = 0
        self._folded = _TermLists.of("biword", "folded_champions", grid, lengths, title_lengths)
        self._accented_champions = ChampionsBuilder(
            "accented_champions",
            lengths,
            title_lengths,
            has_details=grid.details_slot is not None,
        )

    def add(self, one: FoldedRange) -> None:
        first = self._folded_of.take(one.accented)
        first -= np.uint32(one.folded_ids.start)
        pairs = sorted_pairs(first, self._folded_of.take(one.following))
        one.positions[:] = one.slots.take(pairs.order)
        before = len(self._biwords)
        self._biwords.add(pairs.first + one.folded_ids.start, pairs.second, pairs.lengths)
        # A syllable before a gap is not a phrase.
        frequent = np.flatnonzero((pairs.lengths > FREQUENT) & (pairs.second > 0))
        if len(frequent):
            self._frequent.append((frequent + before).astype(np.uint32))
            self._add_frequent(one, pairs, frequent)

    def _add_frequent(self, one: FoldedRange, pairs: Pairs, frequent: np.ndarray) -> None:
        """Add the posting lists and champions of frequent biwords, and of accented pairs in them.

        :param pairs: the biwords of the range.
        :param frequent: int64[f], the indices of the frequent ones.
        """
        lengths = pairs.lengths[frequent]
        # Indices within the range, by biword, then slot.
        own = pairs.order.take(run_indices(pairs.starts[frequent], lengths))
        ranks = range(self._frequent_count, self._frequent_count + len(frequent))
        self._frequent_count += len(frequent)
        terms = np.repeat(np.arange(len(frequent)), lengths)
        self._folded.add(_count_sorted(one, terms, own), ranks)

        accented = sorted_pairs(
            one.accented.take(own) - np.uint32(one.accented_ids.start), one.following.take(own)
        )
        often = np.flatnonzero(accented.lengths > FREQUENT)
        lengths = accented.lengths[often]
        own = own.take(accented.order.take(run_indices(accented.starts[often], lengths)))
        keys = accented.first[often] + one.accented_ids.start << 32 | accented.second[often]
        self._accented_champions.add(_count_sorted(one, np.repeat(keys, lengths), own))

    def arrays(self) -> Iterator[Arrays]:
        yield self._biwords.arrays()
        yield {"frequent_biwords": np.concatenate(self._frequent)}
        yield from self._folded.arrays()
        yield self._accented_champions.arrays()


def _count_sorted(one: FoldedRange, terms: np.ndarray, own: np.ndarray) -> PostingCounts:
    """Count some syllables of a range, which are sorted by term, then by document.

    :param terms: integers[n], the term of each.
    :param own: int64[n], their indices in the range.
    """
    in_details = None if one.in_details is None else one.in_details.take(own)
    return count_sorted_postings(terms, one.docs.take(own), one.in_title.take(own), in_details)


@dataclass(frozen=True, slots=True)
class _TermLists:
    """The posting lists and champions of all terms of one kind.

    :ivar all: the posting lists of all texts together.
    :ivar title: the posting lists of titles.
    :ivar details: the posting lists of details; None if no document has any.
    :ivar champions: the champions.
    """

    all: PostingListsBuilder
    title: PostingListsBuilder
    details: PostingListsBuilder | None
    champions: ChampionsBuilder

    @classmethod
    def of(
        cls,
        kind: str,
        champions: str,
        grid: FormGrid,
        lengths: np.ndarray,
        title_lengths: np.ndarray,
    ) -> "_TermLists":
        """Return the empty lists of one kind of term.

        :param kind: the name of the kind in the names of posting lists.
        :param champions: the prefix of the names of the champions.
        """
        has_details = grid.details_slot is not None
        return cls(
            PostingListsBuilder(f"all_{kind}", grid.doc_count),
            PostingListsBuilder(f"title_{kind}", grid.doc_count),
            PostingListsBuilder(f"details_{kind}", grid.doc_count) if has_details else None,
            ChampionsBuilder(champions, lengths, title_lengths, has_details=has_details),
        )

    def add(self, runs: PostingCounts, terms: range) -> None:
        """Add the next terms.

        :param runs: their postings; the terms are numbered from 0 there.
        :param terms: their ids.
        """
        self.all.add(runs, len(terms))
        self.title.add(runs.in_titles(), len(terms))
        if self.details is not None:
            self.details.add(runs.in_details(), len(terms))
        self.champions.add(runs, terms.start)

    def arrays(self) -> Iterator[Arrays]:
        yield self.all.arrays()
        yield self.title.arrays()
        if self.details is not None:
            yield self.details.arrays()
        yield self.champions.arrays()
