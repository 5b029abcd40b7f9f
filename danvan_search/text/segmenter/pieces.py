"""Preparation of texts for the segmenter: splitting off long chunks, replacing surrogates."""

import re
from collections.abc import Iterator
from typing import Final

from danvan_search.text.segmenter.tokens import MAX_CHUNK_CHARS

_CHUNK: Final = re.compile(r"\S+")  # the same white space as str.split()
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def parts(text: str) -> Iterator[tuple[str, bool]]:
    """Split a text into long chunks and the parts between them.

    :return: an iterator of (part, whether it is one chunk of over 1,000 characters); the
        concatenated parts are the text.
    """
    part_start = 0
    for match in _CHUNK.finditer(text):
        start, end = match.span()
        if end - start > MAX_CHUNK_CHARS:
            yield text[part_start:start], False
            yield text[start:end], True
            part_start = end
    yield text[part_start:], False


def encodable(text: str) -> str:
    """Return a text with U+FFFD for each surrogate half, for code that accepts only UTF-8.

    The token pattern treats U+FFFD and surrogate halves alike.
    """
    return _SURROGATE.sub("\ufffd", text)
