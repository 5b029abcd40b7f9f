"""The accented ids that a syllable of a query matches in one segment.

The variants of a folded form are neighbours, so a term is a range of ids; a prefix or a fuzzy
syllable is a set of ids, kept as a table. Both tell for many slots at once which of them match, so
they work anywhere in a phrase.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from danvan_search.index.codec.grid import are_in_range
from danvan_search.index.codec.ragged import run_starts
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.query.fit import fitting_letters, is_one_edit
from danvan_search.query.nodes import Fuzzy, Prefix, Syllable, Term, Wildcard
from danvan_search.search.execution.limits import GRID_ENTRIES

_NONE: Final = np.zeros(0, dtype=np.int64)
_NO_SLOTS: Final = np.zeros(0, dtype=np.uint32)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"


def _take_any(entries: int) -> None:
    """Take any number of entries."""


@dataclass(frozen=True)
class SyllableIds:
    """What one syllable matches.

    :ivar segment: the segment.
    :ivar folded: int64[n], ascending, the folded ids that match, or of which a variant does.
    :ivar ids: the accented ids, as a range; None where they are no range.
    :ivar table: bool[accented ids + 1], which accented ids match; None where they are a range.
    :ivar take: is told how many entries are looked at; see ``limits``.
    """

    segment: SegmentReader
    folded: np.ndarray
    ids: range | None
    table: np.ndarray | None = None
    take: Callable[[int], None] = _take_any

    def matches(self, slots: np.ndarray) -> np.ndarray:
        """Return bool[n], which slots hold a matching syllable.

        :param slots: int64[n]; slots outside of the grid hold none.
        """
        return self.contain(self.contents(slots))

    def contents(self, slots: np.ndarray) -> np.ndarray:
        """Return the accented ids at some slots, to be looked at: see :meth:`Grid.contents`."""
        self.take(len(slots) * GRID_ENTRIES)
        return self.segment.grid.contents(slots)

    def contain(self, accented_ids: np.ndarray) -> np.ndarray:
        """Return bool[n], which accented ids match; 0, the gap, never does.

        :param accented_ids: uint16 or uint32[n].
        """
        if self.table is not None:
            return np.asarray(self.table.take(accented_ids))
        if not self.ids:
            return np.zeros(len(accented_ids), dtype=bool)
        return are_in_range(accented_ids, self.ids.start, self.ids.stop)

    @cached_property
    def count(self) -> int:
        """How often the folded forms occur in the segment: an upper bound of the matches."""
        positions = self.segment.positions
        if len(self.folded) == self.segment.term_dictionary.folded_count:
            return self.segment.syllables
        if len(self.folded) == 1:
            return positions.count_of_folded(int(self.folded[0]))
        return positions.count_of_all(self.folded)

    def slots(self, docs: np.ndarray | None = None) -> np.ndarray:
        """Return int64[n], ascending, the matching slots of the segment.

        :param docs: bool[docs], the documents to look in; None for all.
        """
        # Sorted before they are widened: that is several times as fast.
        slots = np.sort(self.folded_slots(docs)).astype(np.int64)
        return slots if self.is_folded else slots[self.matches(slots)]

    def folded_slots(self, docs: np.ndarray | None = None) -> np.ndarray:
        """Return uint32[n], not sorted, the slots of the folded forms.

        :param docs: see :meth:`slots`.
        """
        self.take(self.count)
        positions = self.segment.positions
        runs = [positions.slots_of_folded(folded_id) for folded_id in self.folded.tolist()]
        slots: np.ndarray = runs[0] if len(runs) == 1 else np.concatenate([_NO_SLOTS, *runs])
        if docs is None:
            return slots
        return np.asarray(slots[docs.take(self.segment.grid.docs_at(slots))])

    @cached_property
    def is_folded(self) -> bool:
        """Whether every variant of the folded ids matches, so that these suffice."""
        terms = self.segment.term_dictionary
        if self.ids is not None:
            return len(self.folded) == 1 and self.ids == terms.variants(int(self.folded[0]))
        return self.table is not None and int(np.count_nonzero(self.table)) == sum(
            len(terms.variants(folded_id)) for folded_id in self.folded.tolist()
        )

    def accented_ids(self) -> np.ndarray:
        """Return int64[n], ascending, the accented ids that match."""
        if self.table is not None:
            return np.flatnonzero(self.table)
        return np.arange(self.ids.start, self.ids.stop) if self.ids else _NONE


def syllable_ids(segment: SegmentReader, syllable: Syllable, *, exact: bool) -> SyllableIds:
    """Return what a syllable of a query matches in a segment.

    :param exact: whether a syllable typed with a mark is held to its accents.
    """
    terms = segment.term_dictionary
    exact = exact and not isinstance(syllable, Wildcard) and syllable.marked
    match syllable:
        case Term():
            folded_id = terms.folded_id(syllable.folded)
            if not folded_id:
                return SyllableIds(segment, _NONE, range(0))
            if not exact:
                return SyllableIds(segment, np.array([folded_id]), terms.variants(folded_id))
            accented_id = terms.accented_id(folded_id, syllable.accented)
            if not accented_id:
                return SyllableIds(segment, _NONE, range(0))
            return SyllableIds(segment, np.array([folded_id]), range(accented_id, accented_id + 1))
        case Prefix():
            if exact:
                return _of_accented(segment, syllable.accented)
            return _of_folded(segment, terms.folded_ids_with_prefix(syllable.folded))
        case Fuzzy():
            found = {terms.folded_id(form) for form in _one_edit_away(syllable.folded)}
            # The edits above put ASCII in; forms with other letters are few enough to be compared.
            found |= {
                folded_id
                for folded_id, form in terms.foreign_forms
                if is_one_edit(syllable.folded, form)
            }
            return _of_folded(segment, np.array(sorted(found - {0}), dtype=np.int64))
        case Wildcard():
            everything = np.arange(1, terms.folded_count + 1)
            return SyllableIds(segment, everything, range(1, terms.accented_count + 1))


def _of_folded(segment: SegmentReader, folded: np.ndarray) -> SyllableIds:
    """Return every variant of some folded ids."""
    terms = segment.term_dictionary
    if len(folded) == 1:
        return SyllableIds(segment, folded, terms.variants(int(folded[0])))
    return SyllableIds(segment, folded, None, terms.variant_mask(folded))


def _of_accented(segment: SegmentReader, prefix: str) -> SyllableIds:
    """Return the accented forms that begin with a prefix, letter by letter."""
    terms = segment.term_dictionary
    found = terms.accented_ids_like([fitting_letters(letter) for letter in prefix])
    table = np.zeros(terms.accented_count + 1, dtype=bool)
    table[found] = True
    folded = terms.folded_ids_of(found)
    return SyllableIds(segment, folded[run_starts(folded)], None, table)


def _one_edit_away(form: str) -> set[str]:
    """Return the forms for which ``is_one_edit`` holds that differ from it by ASCII alone."""
    cuts = [(form[:at], form[at:]) for at in range(len(form) + 1)]
    return {
        form,
        *(head + tail[1:] for head, tail in cuts if tail),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1),
        *(head + letter + tail[1:] for head, tail in cuts if tail for letter in _LETTERS),
        *(head + letter + tail for head, tail in cuts for letter in _LETTERS),
    }
