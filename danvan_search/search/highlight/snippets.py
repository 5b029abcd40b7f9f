"""Snippets: the piece of a text around its best cluster of marks.

A snippet is a slice of the original text. It is cut between words, at the border of a sentence
where one is near, and never inside a syllable or a combined character.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable
from typing import Final

import regex

from danvan_search.index.codec.stored_text import Piece
from danvan_search.search.highlight.marks import Form, Kind, TextMarks
from danvan_search.search.results import Snippet, Span

_EXACT_WEIGHT: Final = 0.5
_REPEAT_WEIGHT: Final = 0.05
_NEAR: Final = 0.5  # the share of the free room that may be given up for a whole sentence
_CONTEXT: Final = 40  # characters that are worth having around a mark
_LONGEST_MARK: Final = 8  # the characters that end a sentence: a mark, what it closes, white space
_LONGEST_CHARACTER: Final = 64  # characters with their marks and joiners

# A sentence ends at its mark, with the quotes and brackets that close after it, before white
# space; a line break ends one too.
_SENTENCE_BORDER: Final = regex.compile(r"[.!?…]++[\p{Pe}\p{Pf}\p{Pi}\"']*+\s++|\n\s*+")
_STOP: Final = re.compile(r"[.!?…\n]")
_BLANK: Final = re.compile(r"\s+")
_CHARACTER: Final = regex.compile(r"\X")


def make_snippet(
    read: Callable[[int, int], Piece],
    marks: TextMarks,
    weigh: Callable[[Form], float],
    max_chars: int,
) -> Snippet:
    """Cut the best piece out of a text.

    :param read: returns the characters of the text from one place to before another, either of
        which may lie outside it.
    :param marks: the marks of the text, in its order; the piece starts at the beginning of
        the text when there are none.
    :param weigh: says how much a form of a mark is worth.
    :param max_chars: the longest piece, in characters.
    """
    first, last = _best_cluster(marks, weigh, max_chars)
    # Nothing decides where to cut that is further away than this.
    low, high = first - max_chars, first + max_chars
    if last - first < max_chars:
        low = last - max_chars
    else:
        high = last
    text, shift, is_end = read(low - _LONGEST_CHARACTER, high + 1)
    start, end = _window(text, first - shift, last - shift, max_chars)
    is_first = not start or text[:start].isspace()
    if is_first and shift:
        is_first = not read(0, shift).text.strip()
    is_last = end == len(text) or text[end:].isspace()
    if is_last and not is_end:
        is_last = not read(shift + len(text), sys.maxsize).text.strip()
    spans = merge_spans(marks, start + shift, end + shift)
    return Snippet(text[start:end], spans, start + shift, not is_first, not is_last)


def merge_spans(marks: TextMarks, start: int, end: int) -> tuple[Span, ...]:
    """Return the marks inside a piece as spans of it; those that overlap become one."""
    spans: list[Span] = []
    free = 0
    for from_, to in zip(marks.starts, marks.ends, strict=True):
        if to > start and from_ < end:
            first = from_ - start if from_ > start else 0
            last = (to if to < end else end) - start
            if first < free:
                first = spans.pop()[0]
                last = max(last, free)
            spans.append((first, last))
            free = last
    return tuple(spans)


def _best_cluster(
    marks: TextMarks, weigh: Callable[[Form], float], max_chars: int
) -> tuple[int, int]:
    """The characters from the first to the last mark of the best cluster that fits.

    Best is what holds most of the query: each form counts once, half as much again where the
    accents are as typed, and repetitions count a little. The earliest of equals wins.
    """
    starts, ends, kinds = marks
    if len(starts) <= 1:
        return (starts[0], ends[0]) if starts else (0, 0)
    if kinds.count(kinds[0]) == len(kinds):
        # The usual case, a phrase: what fits the most marks is best.
        return _fullest(starts, ends, max_chars)
    worths = {kind: _worth(kind, weigh) for kind in set(kinds)}
    held: Counter[tuple[Form, bool]] = Counter()
    worth = best = 0.0
    first = 0
    cluster = starts[0], ends[0]
    for last, end in enumerate(ends):
        for key, weight in worths[kinds[last]]:
            worth += _REPEAT_WEIGHT * weight if held[key] else weight
            held[key] += 1
        while first < last and end - starts[first] > max_chars:
            for key, weight in worths[kinds[first]]:
                held[key] -= 1
                worth -= _REPEAT_WEIGHT * weight if held[key] else weight
            first += 1
        if worth > best + 1e-9:
            best = worth
            cluster = starts[first], end
    return cluster


def _fullest(starts: list[int], ends: list[int], max_chars: int) -> tuple[int, int]:
    """The characters from the first to the last of the most marks that fit; the earliest."""
    first = most = 0
    cluster = starts[0], ends[0]
    for last, end in enumerate(ends):
        while first < last and end - starts[first] > max_chars:
            first += 1
        if last - first >= most:
            most = last - first + 1
            cluster = starts[first], end
    return cluster


def _worth(kind: Kind, weigh: Callable[[Form], float]) -> list[tuple[tuple[Form, bool], float]]:
    forms, exact = kind
    worth = [((form, False), weigh(form)) for form in forms]
    if exact:
        worth += [((form, True), _EXACT_WEIGHT * weight) for (form, _), weight in worth]
    return worth


def _window(text: str, first: int, last: int, max_chars: int) -> tuple[int, int]:
    """The piece of at most max_chars that holds the cluster and is cut where it reads well."""
    size = len(text)
    if size <= max_chars:
        return _strip(text, 0, size)
    room = max_chars - (last - first)
    fits = room >= 0
    start = _start(text, first, room if fits else 0, max_chars)
    end = min(start + max_chars, size)
    if end < size:
        end = _cut_back(text, end, last if fits else first, holds_cluster=fits)
    return _strip(text, start, end)


def _start(text: str, first: int, room: int, max_chars: int) -> int:
    """Where the piece starts: with a sentence, if one starts near before the cluster.

    If none does, the cluster stands in the middle of what surrounds it.
    """
    near = first - max(int(room * _NEAR), room - _CONTEXT)
    sentence = _last_sentence_border(text, near if near > 0 else 0, first)
    if sentence is not None:
        return sentence
    if near <= 0:
        return 0
    target = max(0, min(first - room // 2, len(text) - max_chars))
    # One character more, so that a target right after a blank is a border itself.
    blank = _BLANK.search(text, max(target - 1, 0), first)
    if blank:
        return blank.end()
    return min(_character_borders(text, target, first), default=first)


def _cut_back(text: str, target: int, limit: int, *, holds_cluster: bool) -> int:
    """The last good place up to target, and from limit on, where a piece may end.

    :param limit: where the cluster ends, if the piece holds it; else where it starts.
    """
    if text[target].isspace():
        return target
    sentence = _last_sentence_border(text, target - int((target - limit) * _NEAR), target)
    if sentence is not None:
        return sentence
    blank = _BLANK.search(text[limit:target][::-1])
    if blank:
        return target - blank.end()
    if holds_cluster and limit > 0 and target - limit < _CONTEXT:
        return limit  # the end of the last mark: better than the middle of a word
    # A character that is longer than the piece is cut: better than nothing.
    ends = [border for border in _character_borders(text, limit, target + 1) if border > limit]
    return ends[-1] if ends else target


def _last_sentence_border(text: str, start: int, end: int) -> int | None:
    """The last place from start to end where a sentence ends, with the white space after it.

    Its mark stands at most a few characters before the start.
    """
    # Few characters begin a border, and the last of a sentence ends where any other of it does.
    before = text[max(start - _LONGEST_MARK, 0) : end][::-1]
    stop = _STOP.search(before)
    while stop:
        border = _sentence_border(text, end - stop.end(), end)
        if border:
            return border if border >= start else None
        stop = _STOP.search(before, stop.end())
    return None


def _sentence_border(text: str, stop: int, end: int) -> int:
    """The end of a sentence and of the white space after it, given its mark; 0 if it is no end."""
    after = stop + 2
    if text[stop + 1 : after] == " " and after < end and not text[after].isspace():
        return after  # as a rule
    border = _SENTENCE_BORDER.match(text, stop, end)
    return border.end() if border else 0


def _character_borders(text: str, start: int, end: int) -> list[int]:
    """The places from start to end that are not inside a combined character."""
    before = max(0, start - _LONGEST_CHARACTER)
    borders = [character.start() for character in _CHARACTER.finditer(text, before, end)]
    return [border for border in borders if border >= start]


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    if start < end and not (text[start].isspace() or text[end - 1].isspace()):
        return start, end
    left = text[start:end].lstrip()
    start = end - len(left)
    return start, start + len(left.rstrip())
