"""The marks of a query in a plain text, which need not be in any index."""

import numpy as np

from danvan_search.query import Query
from danvan_search.query.accents import Accents
from danvan_search.query.fit import fits
from danvan_search.query.nodes import Field
from danvan_search.search.highlight.clause_marks import ClauseMarks
from danvan_search.search.highlight.marks import MAX_MARKS, SLOTS, SlotMark, TextMarks
from danvan_search.search.highlight.rows import Classes, Row
from danvan_search.text import SyllableGrid, syllable_grid, word_starts


def marks_of(
    query: Query,
    text: str,
    *,
    accents: Accents = "auto",
    field: Field | None = None,
    loose: bool = False,
) -> TextMarks:
    """Return the marks of a query in a text; offsets count its characters.

    :param accents: ``exact`` marks only what has the accents as typed.
    :param field: what the text is of an article; None for what any field has.
    :param loose: mark parts of codes on their own, too.
    """
    grid = syllable_grid(text)
    found: list[SlotMark] = []
    for clause, of_field in dict.fromkeys(query.places):
        if field is not None and of_field not in (None, field):
            continue
        marks = ClauseMarks(clause, accents, loose=loose)
        row = _row(marks, grid, text)
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


def _row(marks: ClauseMarks, grid: SyllableGrid, text: str) -> Row:
    """Return the syllables of a text as a row."""
    classes = Classes()
    labels = list(marks.labels())
    numbers: dict[tuple[str, str], int] = {}
    codes = np.zeros(len(grid) + 1, dtype=np.int64)
    for place, forms in enumerate(zip(grid.accented, grid.folded, strict=True)):
        if forms not in numbers:
            own = [of for one, exact, of in labels if fits(one, *forms, exact=exact)]
            numbers[forms] = classes.number(frozenset().union(*own))
        codes[place] = numbers[forms]

    def are_words(places: np.ndarray, length: int) -> np.ndarray:
        starts = np.array([*word_starts(text).flags, True], dtype=bool)
        flags = starts.take(places) & starts.take(places + length)
        for distance in range(1, length):
            flags &= ~starts.take(places + distance)
        return np.asarray(flags)

    return Row(codes, classes, marks.syllables, [len(codes)], are_words, lambda own: own)
