"""Texts that the segmenter cannot take as they are, made into texts that it can."""

import re
from collections.abc import Iterator
from typing import Final

from danvan_search.text.segmenter.tokens import MAX_CHUNK_CHARS

_CHUNK: Final = re.compile(r"\S+")  # white space as str.split() sees it
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def parts(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a text and whether each is one long chunk; together they are it."""
    at = 0
    for match in _CHUNK.finditer(text):
        start, end = match.span()
        if end - start > MAX_CHUNK_CHARS:
            yield text[at:start], False
            yield text[start:end], True
            at = end
    yield text[at:], False


def encodable(text: str) -> str:
    """Return a text with U+FFFD for each surrogate half, for code that takes UTF-8 only.

    The token pattern cuts the one as it cuts the other.
    """
    return _SURROGATE.sub("\ufffd", text)
