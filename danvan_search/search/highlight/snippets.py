"""Snippets: the piece of a text around its best cluster of marks.

A snippet is a slice of the original text. It starts and ends between words, at a sentence boundary
if one is near, and never inside a syllable or a grapheme cluster.
"""

import re
import sys
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import regex

from danvan_search.article import shortened
from danvan_search.search.highlight.html import marked_html, utf16_spans
from danvan_search.search.highlight.marks import Span, TextMarks

_NEAR: Final = 0.5  # the share of the free room to give up for a whole sentence
_CONTEXT: Final = 40  # characters of context to keep around a mark
_LONGEST_ENDING: Final = 8  # characters that end a sentence: marks, closing quotes, white space
_LONGEST_CLUSTER: Final = 64  # code points of a grapheme cluster that is kept whole

# A sentence ends with a mark, the quotes and brackets that close after it, and white space; a line
# break ends one too.
_SENTENCE_BORDER: Final = regex.compile(r"[.!?…]++[\p{Pe}\p{Pf}\p{Pi}\"']*+\s++|\n\s*+")
_STOP: Final = re.compile(r"[.!?…\n]")
_BLANK: Final = re.compile(r"\s+")
_CHARACTER: Final = regex.compile(r"\X")

ReadText = Callable[[int, int], tuple[str, int, bool]]
"""Called with two offsets, either of which may lie outside the text: returns the text between them,
the offset of its first character, and whether the whole text ends with it."""


class Snippet(NamedTuple):
    """A piece of an article's body or details, exactly as written.

    :ivar text: the piece.
    :ivar spans: what matched: (start, end) in characters of ``text``, ascending, apart.
    :ivar start: where the piece starts in that text, in characters.
    :ivar cut_before: whether the text has more before it.
    :ivar cut_after: whether the text has more after it.
    """

    text: str
    spans: tuple[Span, ...] = ()
    start: int = 0
    cut_before: bool = False
    cut_after: bool = False

    def to_html(self, tag: str = "mark") -> str:
        """Return the snippet as HTML: escaped, what matched in an element, ``…`` where it is cut.

        :param tag: the name of the element.
        """
        before, after = "…" if self.cut_before else "", "…" if self.cut_after else ""
        return f"{before}{marked_html(self.text, self.spans, tag=tag)}{after}"

    def spans_utf16(self) -> tuple[Span, ...]:
        """Return the spans in UTF-16 code units of ``text``, as JavaScript counts."""
        return utf16_spans(self.text, self.spans)

    def to_json(self, *, utf16: bool = False) -> dict[str, Any]:
        """Return the snippet as plain JSON values.

        :param utf16: whether spans count UTF-16 code units, as JavaScript does; ``start`` counts
            characters.
        """
        spans = self.spans_utf16() if utf16 else self.spans
        return {
            "text": self.text,
            "spans": [list(span) for span in spans],
            "start": self.start,
            "cut_before": self.cut_before,
            "cut_after": self.cut_after,
        }

    def __repr__(self) -> str:
        return f"Snippet({shortened(self.text)}, spans={shortened(self.spans)})"


def reader_of(text: str) -> ReadText:
    """Return what reads a text that is in memory."""

    def read(first: int, last: int) -> tuple[str, int, bool]:
        start = min(max(first, 0), len(text))
        stop = min(max(last, start), len(text))
        return text[start:stop], start, stop == len(text)

    return read


def make_snippet(read: ReadText, marks: TextMarks, cluster: Span, max_chars: int) -> Snippet:
    """Return the piece of a text around a cluster of its marks.

    :param read: reads the text.
    :param marks: the marks of the text.
    :param cluster: the offsets of the cluster; (0, 0) for the beginning of the text.
    :param max_chars: the longest piece, in characters.
    """
    first, last = cluster
    # No character further away than this influences where the piece is cut.
    low, high = first - max_chars, first + max_chars
    if last - first < max_chars:
        low = last - max_chars
    else:
        high = last
    text, shift, is_end = read(low - _LONGEST_CLUSTER, high + 1)
    start, end = _window(text, first - shift, last - shift, max_chars)
    is_first = not start or text[:start].isspace()
    if is_first and shift:
        is_first = not read(0, shift)[0].strip()
    is_last = end == len(text) or text[end:].isspace()
    if is_last and not is_end:
        is_last = not read(shift + len(text), sys.maxsize)[0].strip()
    spans = merge_spans(marks, start + shift, end + shift)
    return Snippet(text[start:end], spans, start + shift, not is_first, not is_last)


def merge_spans(marks: TextMarks, start: int, end: int) -> tuple[Span, ...]:
    """Return the marks inside a piece as spans of it; overlapping marks are merged."""
    spans: list[Span] = []
    free = 0
    for from_, to in zip(marks.starts, marks.ends, strict=True):
        if from_ >= end:
            break
        if to > start:
            first = from_ - start if from_ > start else 0
            last = (to if to < end else end) - start
            if first < free:
                first = spans.pop()[0]
                last = max(last, free)
            spans.append((first, last))
            free = last
    return tuple(spans)


def _window(text: str, first: int, last: int, max_chars: int) -> tuple[int, int]:
    """Return the offsets of a piece of at most ``max_chars`` that contains the cluster."""
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
    """Return where the piece starts: with a sentence, if one starts shortly before the cluster.

    Otherwise the cluster is centred in the piece.
    """
    near = first - max(int(room * _NEAR), room - _CONTEXT)
    sentence = _last_sentence_border(text, near if near > 0 else 0, first)
    if sentence is not None:
        return sentence
    if near <= 0:
        return 0
    target = max(0, min(first - room // 2, len(text) - max_chars))
    # From one character earlier, so that a target right after a blank is a word boundary.
    blank = _BLANK.search(text, max(target - 1, 0), first)
    if blank:
        return blank.end()
    return min(_cluster_borders(text, target, first), default=first)


def _cut_back(text: str, target: int, limit: int, *, holds_cluster: bool) -> int:
    """Return the last offset from limit to target at which the piece may end.

    :param limit: where the cluster ends, if the piece contains it; else where it starts.
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
        return limit  # the end of the last mark, rather than the middle of a word
    # A grapheme cluster that is longer than the piece is cut.
    ends = [border for border in _cluster_borders(text, limit, target + 1) if border > limit]
    return ends[-1] if ends else target


def _last_sentence_border(text: str, start: int, end: int) -> int | None:
    """Return the last offset from start to end that follows a sentence and its white space.

    The mark that ends the sentence is at most a few characters before start.
    """
    # Searched backwards from the end: few characters may end a sentence.
    before = text[max(start - _LONGEST_ENDING, 0) : end][::-1]
    stop = _STOP.search(before)
    while stop:
        border = _sentence_border(text, end - stop.end(), end)
        if border:
            return border if border >= start else None
        stop = _STOP.search(before, stop.end())
    return None


def _sentence_border(text: str, stop: int, end: int) -> int:
    """Return the offset after a sentence and its white space, given its mark; 0 if it ends none."""
    after = stop + 2
    if text[stop + 1 : after] == " " and after < end and not text[after].isspace():
        return after  # the usual case
    border = _SENTENCE_BORDER.match(text, stop, end)
    return border.end() if border else 0


def _cluster_borders(text: str, start: int, end: int) -> list[int]:
    """Return the offsets from start to end that are not inside a grapheme cluster."""
    before = max(0, start - _LONGEST_CLUSTER)
    borders = [character.start() for character in _CHARACTER.finditer(text, before, end)]
    return [border for border in borders if border >= start]


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    if start < end and not (text[start].isspace() or text[end - 1].isspace()):
        return start, end
    left = text[start:end].lstrip()
    start = end - len(left)
    return start, start + len(left.rstrip())
