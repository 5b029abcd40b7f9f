"""The marks of a query in a plain text, which need not be in any index."""

import numpy as np

from danvan_search.query import Query
from danvan_search.query.accents import Accents
from danvan_search.query.fit import fits
from danvan_search.query.nodes import Field
from danvan_search.search.highlight.clause_marks import ClauseMarks
from danvan_search.search.highlight.lines import grid_by_line, word_starts_by_line
from danvan_search.search.highlight.marks import MAX_MARKS, SLOTS, SlotMark, TextMarks
from danvan_search.search.highlight.rows import Classes, Row
from danvan_search.text import SyllableGrid, syllable_grid, word_starts


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
    by_line = field == "details"
    grid = grid_by_line(text) if by_line else syllable_grid(text)
    found: list[SlotMark] = []
    for clause, of_field in query.distinct_places:
        if field is not None and of_field not in (None, field):
            continue
        marks = ClauseMarks(clause, accents)
        row = _row(marks, grid, text, by_line=by_line)
        whole = marks.whole_marks(row)
        if marks.is_bare and not whole:
            found += marks.partial_marks(row)
        found += whole
    found.sort(key=SLOTS)
    del found[MAX_MARKS:]
    return TextMarks(
        [grid.starts[first] for first, _, _ in found],
        [grid.ends[stop - 1] for _, stop, _ in found],
        [kind for _, _, kind in found],
    )


def _row(marks: ClauseMarks, grid: SyllableGrid, text: str, *, by_line: bool) -> Row:
    """Return the syllables of a text as a row; by line, each line is a text of its own."""
    classes = Classes()
    labels = list(marks.labels())
    numbers: dict[tuple[str, str], int] = {}
    codes = np.zeros(len(grid) + 1, dtype=np.int64)
    for place, forms in enumerate(zip(grid.accented, grid.folded, strict=True)):
        if forms not in numbers:
            own = [of for one, exact, of in labels if forms[0] and fits(one, *forms, exact=exact)]
            numbers[forms] = classes.number(frozenset().union(*own))
        codes[place] = numbers[forms]

    def are_words(places: np.ndarray, length: int) -> np.ndarray:
        of_text = word_starts_by_line(text) if by_line else word_starts(text).flags
        starts = np.array([*of_text, True], dtype=bool)
        flags = starts.take(places) & starts.take(places + length)
        for distance in range(1, length):
            flags &= ~starts.take(places + distance)
        return np.asarray(flags)

    ends = [place + 1 for place, form in enumerate([*grid.folded, ""]) if not form]
    lengths = np.diff(ends, prepend=0).tolist()
    return Row(codes, classes, marks.syllables, lengths, are_words, lambda own: own)
