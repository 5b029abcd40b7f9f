"""The syllables of a query as a person typed it: which may be changed, and the text with others.

A query is read as text, not parsed: signs of the query language, codes, numbers, names of fields
and operators stay as they are. So a suggestion is the query itself with other syllables.
"""

import re
from typing import Final, NamedTuple

from danvan_search.text.grid import forms, spans

_CHUNK: Final = re.compile(r"\S+")
_FIELD: Final = re.compile(r"[(+\-]*[^\W\d_]+:(?=\S)")
_OPERATOR: Final = re.compile(r"(?:AND|OR|NOT|HOẶC|NEAR(?:/\d*)?|\|+|&&)")
QUOTES: Final = frozenset('"“”„‟«»＂')
"""The quotes of the query language."""
_BORDER: Final = QUOTES | frozenset("()|")
"""What stands between two phrases: the syllables around it are no neighbours."""
_PATTERN: Final = frozenset("*~^")
_KEYS: Final = re.compile(r"[A-Za-z]+\d?[A-Za-z0-9]*")
MAX_CHARS: Final = 1000
"""Nothing is suggested for a longer text."""


Changes = dict[tuple[int, int], str]
"""What becomes of the parts of a typed text, by start and end, in lower case."""


class Change(NamedTuple):
    """A change of a text.

    :ivar changes: what becomes of its parts.
    :ivar gain: by how much it is likelier, as a natural logarithm.
    """

    changes: Changes
    gain: float


NOTHING: Final = Change({}, 0.0)


class Piece(NamedTuple):
    """A syllable of a typed text.

    :ivar start: the offset of its first character.
    :ivar end: the offset after its last.
    :ivar accented: its accented form.
    :ivar folded: its folded form.
    :ivar free: whether it may be changed.
    """

    start: int
    end: int
    accented: str
    folded: str
    free: bool


class TypedText:
    """A typed text.

    :ivar text: the text.
    :ivar runs: its syllables, in runs of neighbours.
    :ivar keys: the start and end of the words of ASCII letters and digits, each between blanks and
        punctuation: what an input method may have been meant to take.
    :ivar words: the start and end of all words between blanks and punctuation: codes, too.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.keys: list[tuple[int, int]] = []
        self.words: list[tuple[int, int]] = []
        self.runs: list[list[Piece]] = []
        run: list[Piece] = []
        for chunk in _CHUNK.finditer(text):
            start, end = chunk.span()
            if _OPERATOR.fullmatch(chunk[0]):
                run = self._close(run)
                continue
            if field := _FIELD.match(chunk[0]):
                run = self._close(run)
                start += field.end()
            found = spans(text, start, end)
            if not found:
                run = self._close(run) if _BORDER.intersection(chunk[0]) else run
                continue
            first, last = found[0][0], found[-1][1]
            before, after = text[start:first], text[last:end]
            if _BORDER.intersection(before) or before.endswith(("-", "+")):
                run = self._close(run)
            is_pattern = not _PATTERN.isdisjoint(before + after)
            if not is_pattern:
                self.words.append((first, last))
            if not is_pattern and _KEYS.fullmatch(text, first, last):
                self.keys.append((first, last))
            for one, other in found:
                accented, folded = forms(text[one:other])
                is_word = len(found) == 1 and not is_pattern and text[one:other].isalpha()
                run.append(Piece(one, other, accented, folded, is_word))
            if not _BORDER.isdisjoint(after):
                run = self._close(run)
        self._close(run)

    def _close(self, run: list[Piece]) -> list[Piece]:
        if run:
            self.runs.append(run)
        return []

    def rewritten(self, changes: Changes, *, keep_case: bool = True) -> str:
        """Return the text with others in place of some of its parts, in the case as typed.

        :param keep_case: False writes what is new as it is given.
        """
        parts = []
        at = 0
        for (start, end), new in sorted(changes.items()):
            old = self.text[start:end]
            parts += [self.text[at:start], _cased(old, new) if keep_case else new]
            at = end
        return "".join([*parts, self.text[at:]])


def _cased(old: str, new: str) -> str:
    """Return lower-case text in capitals, or with a capital, if that is how it was typed."""
    if len(old) > 1 and old.isupper():
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
