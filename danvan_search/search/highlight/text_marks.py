"""The marks of a query in plain texts, which need not be in any index."""

from collections.abc import Callable, Sequence
from itertools import chain, pairwise
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.ragged import offsets_of
from danvan_search.query import Query
from danvan_search.query.accents import Accents
from danvan_search.query.fit import fits
from danvan_search.query.nodes import Field, Syllable, Term
from danvan_search.search.highlight.clause_marks import ClauseMarks
from danvan_search.search.highlight.lines import word_starts_by_line
from danvan_search.search.highlight.marks import NO_MARKS, SLOTS, SlotMark, TextMarks
from danvan_search.search.highlight.rows import Classes, Row
from danvan_search.search.highlight.slot_marks import SlotRange, marks_by_text, texts_without
from danvan_search.text import word_starts
from danvan_search.text.batch_analyzer import GridBatch
from danvan_search.text.thread_analyzer import FormIndex, analyzed

_GAP: Final = -1
"""The id of a gap, which the table of classes has last."""

FieldText = tuple[Field | None, str]
"""A text, and what it is of an article; None for what any field has."""


def marks_of(
    query: Query,
    text: str,
    *,
    accents: Accents = "auto",
    field: Field | None = None,
) -> TextMarks:
    """Return the marks of a query in a text; offsets count its characters.

    :param accents: ``exact`` marks only what has the accents as typed.
    :param field: what the text is of an article; None for what any field has. Nothing stands
        across the lines of ``details``.
    """
    (marks,) = marks_of_all(query, [(field, text)], accents=accents)
    return marks


def marks_of_all(
    query: Query, texts: Sequence[FieldText], *, accents: Accents = "auto"
) -> list[TextMarks]:
    """Return the marks of a query in each of some texts; see :func:`marks_of`.

    The texts are processed together, because a NumPy call costs more than most texts do.
    """
    held = [one for one in texts if one[1]]
    found = iter(_marks_of_held(query, held, accents) if held else ())
    return [next(found) if text else NO_MARKS for _, text in texts]


def _marks_of_held(query: Query, texts: Sequence[FieldText], accents: Accents) -> list[TextMarks]:
    grid = _grid_of(texts)
    parts: list[list[SlotMark]] = []
    for clause, of_field in query.distinct_places:
        own = [
            slots
            for (field, _), slots in zip(texts, grid.texts, strict=True)
            if of_field is None or field is None or field == of_field
        ]
        if own:
            parts += _marks_in(ClauseMarks(clause, accents), grid, own)
    found = sorted(chain.from_iterable(parts), key=SLOTS)
    marks = [NO_MARKS] * len(texts)
    if not found:
        return marks
    slots, stops, kinds = map(list, zip(*found, strict=True))
    starts, ends = grid.borders(slots, stops)
    for number, first, stop in marks_by_text(slots, grid.texts):
        marks[number] = TextMarks(starts[first:stop], ends[first:stop], kinds[first:stop])
    return marks


def _marks_in(
    marks: ClauseMarks, grid: "_Grid", texts: Sequence[SlotRange]
) -> list[list[SlotMark]]:
    """Return the marks of a clause in some texts, in parts.

    :param texts: their slots.
    """
    classes, codes = _classes_of(marks, grid)
    row = Row(
        _in_texts(codes, texts, grid.texts),
        classes,
        marks.syllables,
        grid.lengths,
        grid.are_words,
        lambda own: own,
    )
    if not row.codes.any():
        return []
    if marks.is_bare and marks.is_apart:
        return [marks.partial_marks(row, texts)]
    whole = marks.whole_marks(row)
    if marks.is_bare and (without := texts_without(whole, texts)):
        rest = _in_texts(row.codes, without, grid.texts)
        return [whole, marks.partial_marks(row._replace(codes=rest))]
    return [whole]


def _in_texts(
    codes: np.ndarray, texts: Sequence[SlotRange], every: Sequence[SlotRange]
) -> np.ndarray:
    """Return codes with 0 outside some texts."""
    if len(texts) == len(every):
        return codes
    kept = np.zeros_like(codes)
    for start, stop in texts:
        kept[start:stop] = codes[start:stop]
    return kept


def _classes_of(marks: ClauseMarks, grid: "_Grid") -> tuple[Classes, np.ndarray]:
    """Return classes, and the number of the class of each slot: unsigned[slots]."""
    classes = Classes()
    # One more than there are forms: the last one, of the gap, is none.
    table = np.zeros(len(grid.forms) + 1, dtype=np.uint8)
    for syllable, exact, labels in marks.labels():
        if ids := _ids_of(syllable, grid, exact=exact):
            table = classes.add(table, np.array(ids), labels)
    return classes, table.take(grid.ids)


def _ids_of(syllable: Syllable, grid: "_Grid", *, exact: bool) -> list[int]:
    """Return the ids of the forms that a syllable matches; of patterns those in the texts."""
    forms = grid.forms
    ids = forms.variants(syllable.folded) if isinstance(syllable, Term) else grid.distinct()
    return [
        one for one in ids if fits(syllable, forms.accented[one], forms.folded[one], exact=exact)
    ]


class _Grid(NamedTuple):
    """The syllables of some texts. A gap follows each text, and each line of details.

    :ivar forms: the forms of the ids.
    :ivar ids: int32[slots], the id of each syllable, ``_GAP`` for a gap.
    :ivar batch: the syllables without gaps.
    :ivar stops: int64[n], the slot after each text or line and its gap.
    :ivar lengths: the slots of each text or line, with its gap.
    :ivar origins: int64[n], the offset of each text or line in its text.
    :ivar texts: the slots of each text.
    :ivar are_words: see :class:`Row`.
    """

    forms: FormIndex
    ids: np.ndarray
    batch: GridBatch
    stops: np.ndarray
    lengths: list[int]
    origins: np.ndarray
    texts: list[SlotRange]
    are_words: Callable[[np.ndarray, int], np.ndarray]

    def distinct(self) -> list[int]:
        """Return the distinct ids of the syllables."""
        found: list[int] = np.flatnonzero(np.bincount(self.ids + 1)[1:]).tolist()
        return found

    def borders(self, firsts: list[int], stops: list[int]) -> tuple[list[int], list[int]]:
        """Return where some marks start and end in their texts, in characters.

        :param firsts: the slot of the first syllable of each.
        :param stops: the slot after its last.
        """
        slots = np.array((firsts, stops), dtype=np.int64) - [[0], [1]]
        lines = self.stops.searchsorted(slots, "right")
        origins = self.origins.take(lines)
        starts, ends = slots - lines  # a gap follows each line
        return (
            (self.batch.starts.take(starts) + origins[0]).tolist(),
            (self.batch.ends.take(ends) + origins[1]).tolist(),
        )


def _grid_of(texts: Sequence[FieldText]) -> _Grid:
    """Analyse texts."""
    lines: list[str] = []
    origins: list[int] = []
    counts: list[int] = []  # the lines of each text
    are_texts: list[bool] = []
    for field, text in texts:
        own = text.split("\n") if field == "details" else [text]
        origin = 0
        for line in own:
            origins.append(origin)
            origin += len(line) + 1
        lines += own
        counts.append(len(own))
        are_texts += [field != "details"] * len(own)
    batch, forms = analyzed(lines)
    sizes = batch.offsets[1:] - batch.offsets[:-1]
    is_held = are_texts | (sizes > 0)  # no gap follows a line of details without syllables
    lengths = sizes[is_held] + 1
    stops = lengths.cumsum()
    ids = np.empty(len(batch.accented) + len(lengths), dtype=np.int32)
    is_gap = np.zeros(len(ids), dtype=bool)
    is_gap[stops - 1] = True
    ids[is_gap], ids[~is_gap] = _GAP, batch.accented
    line_stops = offsets_of(is_held).take(offsets_of(np.array(counts)))
    borders = np.concatenate(([0], stops)).take(line_stops).tolist()
    ranges = list(pairwise(borders))
    return _Grid(
        forms,
        ids,
        batch,
        stops,
        lengths.tolist(),
        np.array(origins, dtype=np.int64)[is_held],
        ranges,
        _word_test(texts, ranges),
    )


def _word_test(
    texts: Sequence[FieldText], ranges: Sequence[SlotRange]
) -> Callable[[np.ndarray, int], np.ndarray]:
    """Return what tells whether syllables of some texts are words; see :class:`Row`."""
    stops = [stop for _, stop in ranges]
    starts = np.ones(stops[-1] + 1, dtype=bool)
    segmented: set[int] = set()

    def are_words(places: np.ndarray, length: int) -> np.ndarray:
        if not len(places):
            return np.zeros(0, dtype=bool)
        wanted = set(np.searchsorted(stops, places, "right").tolist())
        for number in sorted(wanted - segmented):
            field, text = texts[number]
            flags = word_starts_by_line(text) if field == "details" else word_starts(text).flags
            first, _ = ranges[number]
            starts[first : first + len(flags)] = flags
        segmented.update(wanted)
        flags_of = starts.take(places) & starts.take(places + length, mode="clip")
        for distance in range(1, length):
            flags_of &= ~starts.take(places + distance, mode="clip")
        return np.asarray(flags_of)

    return are_words
