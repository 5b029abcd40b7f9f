"""The marks of several texts, whose syllables have numbers that rise from text to text."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from danvan_search.search.highlight.marks import MAX_MARKS, SlotMark

SlotRange = tuple[int, int]
"""The first slot of a text or a document, and the one after the gap that follows it."""


class OwnMarks(NamedTuple):
    """The marks of one text among those of several.

    :ivar text: the index of the text.
    :ivar first: the index of its first mark.
    :ivar stop: the index after its last mark that is kept.
    """

    text: int
    first: int
    stop: int


def marks_by_text(slots: Sequence[int], texts: Sequence[SlotRange]) -> Iterator[OwnMarks]:
    """Yield the marks of each text that has any.

    :param slots: the first slot of each mark, ascending.
    :param texts: the slots of the texts, ascending.
    """
    first = 0
    for number, (_, end) in enumerate(texts):
        stop = bisect_left(slots, end, first)
        if stop > first:
            yield OwnMarks(number, first, min(stop, first + MAX_MARKS))
        first = stop


def texts_without(marks: Sequence[SlotMark], texts: Sequence[SlotRange]) -> list[SlotRange]:
    """Return the texts that have none of some marks.

    :param marks: by rising slot.
    """
    slots = [first for first, _, _ in marks]
    return [text for text in texts if bisect_left(slots, text[0]) == bisect_left(slots, text[1])]
