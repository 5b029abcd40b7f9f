"""Plain text as people read it: without what stands at page breaks, with broken words mended.

Only what is certain is changed:

- A running head of the gazette with its page number, and a page number between dashes, are dropped.
- In a text with form feeds, lines that stand at the top or at the bottom of most pages are dropped;
  they may differ in their numbers.
- A word that a soft hyphen divides at the end of a line is joined, and one that a hyphen divides if
  the text has the whole word elsewhere.
- Character references are decoded if one stands inside of a word: ``T&agrave;i``.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from danvan_search.ingest.lines import without_spans

_EDGE: Final = 2
"""How many lines at the top and at the bottom of a page may be running heads."""

_MIN_PAGES: Final = 3
_MAX_PAGES: Final = 20_000
"""A text of more form feeds has no pages, and its lines would take all memory."""

_NAME: Final = "CÔNG BÁO"
_HEAD: Final = (
    rf"[ \t]*(?:{_NAME}|{unicodedata.normalize('NFD', _NAME)})[ \t]?/[ \t]?S[^\r\n]{{1,80}}"
)
_BREAK: Final = r"[ \t]*(?:\r?\n[ \t]*){1,4}"
_NUMBER: Final = r"[ \t]*[0-9]{1,4}"
_GAZETTE: Final = re.compile(
    rf"^(?:{_NUMBER}{_BREAK}{_HEAD}|{_HEAD}{_BREAK}{_NUMBER}|{_HEAD})[ \t]*$", re.MULTILINE
)
# One pattern for each dash: a search for a certain character is much faster than for one of a set.
_DASHED_NUMBERS: Final = {
    dash: re.compile(rf"{dash}[ \t]*[0-9]{{1,4}}[ \t]*{dash}[ \t]*$", re.MULTILINE)
    for dash in "-–—"
}
_SOFT_HYPHEN: Final = re.compile(r"(?<=\w)\u00ad[ \t]*\r?\n[ \t]*(?=\w)")
_HYPHEN_AT_END: Final = re.compile(r"-[ \t]*\r?\n")
_HYPHEN: Final = re.compile(
    r"(?<![\w-])([^\W\d_]{1,30})-[ \t]*\r?\n[ \t]*([^\W\d_]{1,30})(?![\w-])"
)
_WORD: Final = re.compile(r"\w+")
_LETTER: Final = re.compile(
    r"&(?:[A-Za-z](?:grave|acute|circ|tilde|uml)|#[0-9]{3,5}|#[xX][0-9A-Fa-f]{2,4});"
)


def mend(text: str) -> str:
    """Return a plain text without running heads, with broken words joined."""
    if "&" in text:
        text = decode_references(text)
    if "\f" in text and text.count("\f") <= _MAX_PAGES:
        text = "\n".join(_without_running_heads(text.split("\f")))
    return _mend(text, _Words(text))


def mend_pages(pages: Sequence[str]) -> list[str]:
    """Return the pages of a text without running heads, with broken words joined."""
    kept = _without_running_heads(pages) if len(pages) <= _MAX_PAGES else pages
    words = _Words("\n".join(kept))
    return [_mend(page, words) for page in kept]


class _Words:
    """The words of a text, regardless of case. They are found when one is first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: frozenset[str] | None = None

    def __contains__(self, word: str) -> bool:
        if self._words is None:
            self._words = frozenset(map(str.lower, _WORD.findall(self._text)))
        return word.lower() in self._words


def _mend(text: str, words: _Words) -> str:
    """Return a text without page numbers that have a line of their own, with broken words joined.

    :param words: the words of the whole text, which may have a broken word as one elsewhere.
    """
    if "NG B" in text:  # of the name of the gazette, composed or not
        text = _GAZETTE.sub("", text)
    for dash, number in _DASHED_NUMBERS.items():
        if dash in text:
            text = number.sub(_without_page_number, text)
    if "\u00ad" in text:
        text = _SOFT_HYPHEN.sub("", text)
    if _HYPHEN_AT_END.search(text):
        text = _HYPHEN.sub(lambda match: _joined(match, words), text)
    return text


def decode_references(text: str) -> str:
    """Return a text with its character references decoded, if one stands inside of a word."""
    for match in _LETTER.finditer(text):
        before = text[match.start() - 1 : match.start()]
        after = text[match.end() : match.end() + 1]
        in_word = (before.isascii() and before.isalpha()) or (after.isascii() and after.islower())
        if in_word and html.unescape(match[0]).isalpha():
            return html.unescape(text)
    return text


def _without_page_number(match: re.Match[str]) -> str:
    """Return nothing for a page number that has a line of its own."""
    line = match.string.rfind("\n", 0, match.start()) + 1
    is_alone = match.start() - line < 80 and not match.string[line : match.start()].strip()
    return "" if is_alone else match[0]


def _joined(match: re.Match[str], words: _Words) -> str:
    """Return a divided word as one, if the text has it as one elsewhere."""
    whole = match[1] + match[2]
    return whole if whole in words else match[0]


def _without_running_heads(pages: Sequence[str]) -> list[str]:
    """Return the pages without the lines that stand at the top or the bottom of most of them."""
    edges = [list(_edge_lines(page)) for page in pages]
    wanted = max(_MIN_PAGES, len(pages) // 2)
    # A line runs if it is the same on most pages, or if its number grows by one from page to page.
    kinds = Counter(
        (kind, number if number < 0 else number - page)
        for page, lines in enumerate(edges)
        for kind, number in {(kind, number) for _, _, kind, number in lines}
    )
    running = {kind for (kind, _), count in kinds.items() if count >= wanted}
    return [
        without_spans(page, [(start, end) for start, end, kind, _ in lines if kind in running])
        for page, lines in zip(pages, edges, strict=True)
    ]


def _edge_lines(page: str) -> Iterator[tuple[int, int, str, int]]:
    """Yield (start, end, text with # for its first number, number or -1) of the lines at the edges.

    :param page: the text of a page.
    """
    last: list[re.Match[str]] = []
    for number, match in enumerate(re.finditer(r"[^\r\n]*\S[^\r\n]*", page)):
        if number < _EDGE:
            yield _edge(match)
        else:
            last = [*last[1 - _EDGE :], match]
    yield from map(_edge, last)


def _edge(match: re.Match[str]) -> tuple[int, int, str, int]:
    line = " ".join(match[0][:200].split())
    number = re.search("[0-9]{1,6}", line)
    kind = f"{line[: number.start()]}#{line[number.end() :]}" if number else line
    return match.start(), match.end(), kind, int(number[0]) if number else -1
