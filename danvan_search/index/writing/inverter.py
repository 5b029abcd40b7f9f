"""Everything that is made of the grid alone: positions, document lists and champions.

The syllables are taken range by range of their folded ids, and each range adds to all lists.
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
from danvan_search.index.codec.ragged import run_places
from danvan_search.index.writing.folded_ranges import FoldedRange, FormGrid, folded_ranges


def inverted_arrays(
    grid: FormGrid, lengths: np.ndarray, title_lengths: np.ndarray, range_syllables: int
) -> Iterator[Arrays]:
    """Yield the arrays in groups.

    :param lengths: int64[docs], syllables of title and body.
    :param title_lengths: int64[docs], syllables of the title.
    :param range_syllables: how many syllables are sorted at a time, about.
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
    """The documents and champions of folded and of accented syllables."""

    def __init__(self, grid: FormGrid, lengths: np.ndarray, title_lengths: np.ndarray) -> None:
        self._doc_count = grid.doc_count
        self._folded_of = grid.numbering.folded_of
        # The only variant of a folded form has the list of that form: it has none of its own.
        variants = np.diff(grid.numbering.variant_start.astype(np.int64))
        self._has_twin = (variants > 1)[self._folded_of]
        self._folded, self._accented = (
            _Lists(
                PostingListsBuilder(f"all_{kind}", grid.doc_count),
                PostingListsBuilder(f"title_{kind}", grid.doc_count),
                ChampionsBuilder(f"{kind}_syllable_champions", lengths, title_lengths),
            )
            for kind in ("folded", "accented")
        )

    def add(self, one: FoldedRange) -> None:
        folded = self._folded_of.take(one.accented)
        folded -= np.uint32(one.folded_ids.start)
        self._folded.add(
            count_postings(folded, one.docs, one.in_title, self._doc_count), one.folded_ids
        )
        some = self._has_twin.take(one.accented).nonzero()[0]
        accented = one.accented.take(some)
        accented -= np.uint32(one.accented_ids.start)
        docs, in_title = one.docs.take(some), one.in_title.take(some)
        self._accented.add(
            count_postings(accented, docs, in_title, self._doc_count), one.accented_ids
        )

    def arrays(self) -> Iterator[Arrays]:
        yield from self._folded.arrays()
        yield from self._accented.arrays()


class _BiwordLists:
    """The biwords, the documents of frequent ones, and champions of those and of their accents."""

    def __init__(self, grid: FormGrid, lengths: np.ndarray, title_lengths: np.ndarray) -> None:
        self._folded_of = grid.numbering.folded_of
        self._biwords = PositionsBuilder(len(grid.numbering.variant_start) - 2)
        self._frequent: list[np.ndarray] = [np.zeros(0, dtype=np.uint32)]
        self._frequent_count = 0
        self._folded = _Lists(
            PostingListsBuilder("all_biword", grid.doc_count),
            PostingListsBuilder("title_biword", grid.doc_count),
            ChampionsBuilder("folded_champions", lengths, title_lengths),
        )
        self._accented_champions = ChampionsBuilder("accented_champions", lengths, title_lengths)

    def add(self, one: FoldedRange) -> None:
        first = self._folded_of.take(one.accented)
        first -= np.uint32(one.folded_ids.start)
        pairs = sorted_pairs(first, self._folded_of.take(one.following))
        one.positions[:] = one.slots.take(pairs.order)
        before = len(self._biwords)
        self._biwords.add(pairs.first + one.folded_ids.start, pairs.second, pairs.lengths)
        # A syllable before a gap is no phrase.
        frequent = np.flatnonzero((pairs.lengths > FREQUENT) & (pairs.second > 0))
        if len(frequent):
            self._frequent.append((frequent + before).astype(np.uint32))
            self._add_frequent(one, pairs, frequent)

    def _add_frequent(self, one: FoldedRange, pairs: Pairs, frequent: np.ndarray) -> None:
        """Count some biwords of a range, and the accented pairs in them."""
        lengths = pairs.lengths[frequent]
        # Indices within the range, by biword, then slot.
        own = pairs.order.take(run_places(pairs.starts[frequent], lengths))
        ranks = range(self._frequent_count, self._frequent_count + len(frequent))
        self._frequent_count += len(frequent)
        terms = np.repeat(np.arange(len(frequent)), lengths)
        self._folded.add(
            count_sorted_postings(terms, one.docs.take(own), one.in_title.take(own)), ranks
        )

        accented = sorted_pairs(
            one.accented.take(own) - np.uint32(one.accented_ids.start), one.following.take(own)
        )
        often = np.flatnonzero(accented.lengths > FREQUENT)
        lengths = accented.lengths[often]
        own = own.take(accented.order.take(run_places(accented.starts[often], lengths)))
        keys = accented.first[often] + one.accented_ids.start << 32 | accented.second[often]
        runs = count_sorted_postings(
            np.repeat(keys, lengths), one.docs.take(own), one.in_title.take(own)
        )
        self._accented_champions.add(runs)

    def arrays(self) -> Iterator[Arrays]:
        yield self._biwords.arrays()
        yield {"frequent_biwords": np.concatenate(self._frequent)}
        yield from self._folded.arrays()
        yield self._accented_champions.arrays()


@dataclass(frozen=True, slots=True)
class _Lists:
    """What is kept of terms of one kind."""

    all: PostingListsBuilder
    title: PostingListsBuilder
    champions: ChampionsBuilder

    def add(self, runs: PostingCounts, terms: range) -> None:
        """Add the next terms.

        :param runs: their documents; the terms are numbered from 0.
        :param terms: what they are called.
        """
        self.all.add(runs, len(terms))
        self.title.add(runs.in_titles(), len(terms))
        self.champions.add(runs, terms.start)

    def arrays(self) -> Iterator[Arrays]:
        yield self.all.arrays()
        yield self.title.arrays()
        yield self.champions.arrays()
