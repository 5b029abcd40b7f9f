"""The terms of the text fields: titles and bodies, in folded and in accented forms.

The term dictionary has the forms of all texts of a segment, and the position list their slots. The
terms of one text are the forms that have a slot in it.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final, overload

import numpy as np

from danvan_search.index.codec.grid import Grid
from danvan_search.index.codec.ragged import offsets_of, run_indices, run_starts
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.whoosh.codec.postings import Occurrence, Postings, SlotPostings

TEXTS: Final[dict[str, Callable[[Grid], tuple[np.ndarray, np.ndarray]]]] = {
    "title": lambda grid: (grid.doc_slot[:-1], grid.title_lengths),
    "body": lambda grid: (grid.body_slot, grid.body_lengths),
}
"""The texts of a document, in the order of the grid. For each, the first slot in each document,
int64[d], and the syllables in each, uint32[d]."""

_SLOTS_AT_A_TIME: Final = 1 << 20


class Text:
    """One text of the documents of a segment: all titles, or all bodies.

    :ivar reader: the segment.
    :ivar starts: int64[d], the first slot of the text of each document.
    :ivar lengths: uint32[d], its syllables.

    :param name: a key of ``TEXTS``.
    """

    def __init__(self, reader: SegmentReader, name: str) -> None:
        self.reader = reader
        self.starts, self.lengths = TEXTS[name](reader.grid)

    def within(self, slots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the slots that are in the text of their document, and its number: int64[n] each.

        :param slots: integers[m], ascending.
        """
        docs = self.reader.grid.docs_at(slots).astype(np.int64)
        slots = slots.astype(np.int64)
        places = slots - self.starts.take(docs)
        inside = (places >= 0) & (places < self.lengths.take(docs))
        return slots[inside], docs[inside]

    def occurrences(self, doc: int, slots: np.ndarray) -> list[Occurrence]:
        """Return the positions and offsets of some syllables of the text of a document.

        :param slots: int64[n], ascending.
        """
        if not len(slots):
            return []
        first = int(self.starts[doc])
        firsts: list[int] = slots.tolist()
        starts, ends = self.reader.offsets.borders(firsts, [first, *(slot + 1 for slot in firsts)])
        origin = ends[0]
        return [
            (slot - first, start - origin, end - origin)
            for slot, start, end in zip(firsts, starts, ends[1:], strict=True)
        ]

    @cached_property
    def accented_counts(self) -> np.ndarray:
        """How often each accented id occurs in the text of any document: int64[A + 1]."""
        counts = np.zeros(self.reader.term_dictionary.accented_count + 1, dtype=np.int64)
        lengths = self.lengths.astype(np.int64)
        batches = np.cumsum(lengths) // _SLOTS_AT_A_TIME
        for docs in np.split(np.arange(len(lengths)), run_starts(batches)[1:]):
            slots = run_indices(self.starts[docs], lengths[docs])
            counts += np.bincount(self.reader.grid.ids_at(slots), minlength=len(counts))
        return counts


class FormPostings(SlotPostings):
    """The postings of a form in one text.

    :param text: the text.
    :param slots: int64[n], ascending, the slots of the form in the text.
    :param docs: int64[n], the document of each.
    """

    def __init__(self, text: Text, slots: np.ndarray, docs: np.ndarray) -> None:
        super().__init__(slots, docs)
        self._text = text

    def positions(self, index: int) -> list[int]:
        """Return the positions of the form in the document at an index of ``docs``."""
        first = self._text.starts[self.docs[index]]
        positions: list[int] = (self.slots(index) - first).tolist()
        return positions

    def occurrences(self, index: int) -> list[Occurrence]:
        """Return the positions and offsets in the document at an index of ``docs``."""
        return self._text.occurrences(int(self.docs[index]), self.slots(index))


class DocVector(Postings):
    """The forms of the text of one document: the postings of its term vector.

    :ivar terms: the forms, in the order of their bytes.

    :param text: the text.
    :param doc: the document.
    :param slots: the slots of each form, int64[n] each.
    """

    def __init__(self, text: Text, doc: int, terms: list[str], slots: list[np.ndarray]) -> None:
        counts = np.array([len(own) for own in slots], dtype=np.int64)
        super().__init__(np.full(len(slots), doc), counts)
        self.terms = terms
        self._text = text
        self._doc = doc
        self._slots = slots

    def positions(self, index: int) -> list[int]:
        """Return the positions of the form at an index of ``terms``."""
        positions: list[int] = (self._slots[index] - self._text.starts[self._doc]).tolist()
        return positions

    def occurrences(self, index: int) -> list[Occurrence]:
        """Return the positions and offsets of the form at an index of ``terms``."""
        return self._text.occurrences(self._doc, self._slots[index])


class TextTerms:
    """The terms of a text field.

    :ivar lengths: uint32[d], the syllables of the text of each document.

    :param text: the text.
    :param accented: whether its terms are the accented forms, or the folded ones.
    """

    def __init__(self, text: Text, *, accented: bool) -> None:
        self.lengths = text.lengths
        self._text = text
        self._forms = text.reader.term_dictionary
        self._is_accented = accented

    def lexicon(self) -> Sequence[bytes]:
        """Return the terms in the order of their bytes."""
        return self._lexicon

    @cached_property
    def _lexicon(self) -> "FormLexicon":
        counts = self._text.accented_counts
        if self._is_accented:
            ordered = self._forms.accented_in_order()
            return FormLexicon(ordered[counts.take(ordered) > 0], self._form)
        by_folded = np.diff(offsets_of(counts).take(self._forms.variant_starts()))
        ordered = self._forms.folded_in_order()
        return FormLexicon(ordered[by_folded.take(ordered) > 0], self._form)

    def postings(self, term: bytes) -> Postings | None:
        """Return the postings of a term; None if no document has it."""
        try:
            form = term.decode()
        except UnicodeDecodeError:
            return None
        reader = self._text.reader
        accented_id = 0
        if self._is_accented:
            accented_id = self._forms.find_accented(form)
            folded_id = self._forms.folded_of(accented_id) if accented_id else 0
        else:
            folded_id = self._forms.folded_id(form)
        if not folded_id:
            return None
        slots, docs = self._text.within(np.sort(reader.positions.slots_of_folded(folded_id)))
        if accented_id and len(self._forms.variants(folded_id)) > 1:
            same = reader.grid.has_id(slots, accented_id, accented_id + 1)
            slots, docs = slots[same], docs[same]
        return FormPostings(self._text, slots, docs) if len(slots) else None

    def vector(self, doc: int) -> DocVector:
        """Return the terms of the text of a document."""
        first = int(self._text.starts[doc])
        slots = np.arange(first, first + int(self.lengths[doc]))
        ids = self._text.reader.grid.ids_at(slots).astype(np.int64)
        if not self._is_accented:
            ids = self._forms.folded_ids_of(ids)
        order = np.argsort(ids, kind="stable")
        starts = run_starts(ids[order])
        groups = np.split(slots[order], starts[1:]) if len(slots) else []
        terms = [self._form(one).decode() for one in ids[order][starts].tolist()]
        by_term = sorted(range(len(terms)), key=terms.__getitem__)
        return DocVector(
            self._text, doc, [terms[at] for at in by_term], [groups[at] for at in by_term]
        )

    def _form(self, number: int) -> bytes:
        """Return the form of an id in UTF-8."""
        of = self._forms.accented_form if self._is_accented else self._forms.folded_form
        return of(number).encode()


class FormLexicon(Sequence[bytes]):
    """Forms in the order of their bytes, each read when asked for.

    :param ids: int64[n], the ids of the forms in this order.
    :param form: returns the form of an id.
    """

    def __init__(self, ids: np.ndarray, form: Callable[[int], bytes]) -> None:
        self._ids = ids
        self._form = form

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, index: int) -> bytes: ...

    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...

    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if isinstance(index, slice):
            return [self._form(one) for one in self._ids[index].tolist()]
        return self._form(int(self._ids[index]))
