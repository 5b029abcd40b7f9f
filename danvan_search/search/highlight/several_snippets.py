"""Several snippets of one text: the best piece, then the best of what is left, and so on."""

from collections.abc import Callable
from itertools import compress
from typing import Final

from danvan_search.search.highlight.clusters import best_clusters
from danvan_search.search.highlight.marks import Form, TextMarks
from danvan_search.search.highlight.snippets import ReadText, Snippet, make_snippet

_FAR: Final = 1 << 32
"""Longer than any text."""


def several_snippets(
    read: ReadText,
    marks: TextMarks,
    weigh: Callable[[Form], float],
    max_chars: int,
    first: Snippet,
    count: int,
) -> tuple[Snippet, ...]:
    """Return pieces of a text that do not overlap, in its order; at least one.

    :param read: reads the text.
    :param marks: the marks of the text.
    :param weigh: returns the weight of a form.
    :param max_chars: the longest piece, in characters.
    :param first: the best piece.
    :param count: the maximum number of pieces; each but the first has a mark.
    """
    pieces = [first]
    while len(pieces) < count:
        marks = _outside(marks, pieces[-1])
        if not marks.starts:
            break
        # No cluster reaches across a piece that is taken: what is behind one is moved far away.
        before = [_taken_before(pieces, start) for start in marks.starts]
        apart = TextMarks(
            [start + _FAR * taken for start, taken in zip(marks.starts, before, strict=True)],
            [end + _FAR * taken for end, taken in zip(marks.ends, before, strict=True)],
            marks.kinds,
        )
        ((start, end),) = best_clusters([apart], weigh, max_chars)
        start, end = start % _FAR, end % _FAR
        low = max([0, *[_end(one) for one in pieces if _end(one) <= start]])
        high = min([_FAR, *[one.start for one in pieces if one.start >= end]])
        piece = make_snippet(_within(read, low, high), marks, (start, end), max_chars)
        is_first, is_last = low == 0, high == _FAR
        pieces.append(
            piece._replace(
                cut_before=piece.cut_before or not is_first,
                cut_after=piece.cut_after or not is_last,
            )
        )
    return tuple(sorted(pieces, key=lambda one: one.start))


def _end(piece: Snippet) -> int:
    return piece.start + len(piece.text)


def _taken_before(pieces: list[Snippet], start: int) -> int:
    return sum(one.start < start for one in pieces)


def _outside(marks: TextMarks, piece: Snippet) -> TextMarks:
    """Return the marks that do not touch a piece."""
    kept = [
        end <= piece.start or start >= _end(piece)
        for start, end in zip(marks.starts, marks.ends, strict=True)
    ]
    starts, ends, kinds = marks
    return TextMarks(
        list(compress(starts, kept)), list(compress(ends, kept)), list(compress(kinds, kept))
    )


def _within(read: ReadText, low: int, high: int) -> ReadText:
    """Return what reads the part of a text between two offsets, and counts from its beginning."""

    def read_within(first: int, last: int) -> tuple[str, int, bool]:
        text, start, is_end = read(max(first, low), min(max(last, low), high))
        return text, start, is_end or last >= high

    return read_within
