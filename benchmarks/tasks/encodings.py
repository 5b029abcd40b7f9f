"""Encodings: how often each is told, what is taken for Vietnamese by mistake, and the speed."""

import random
import statistics
import time
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from benchmarks.encoders import ENCODERS, plain
from benchmarks.manuals import CODE_PAGES, manual_text
from benchmarks.segmentation import read_texts
from benchmarks.tasks.plan import Plan
from danvan_search import DecodingError, decode

SIZES: Final = (50, 200, 2000)
"""The sizes of the pieces, in characters."""

_ARTICLES: Final = 200
_STEP: Final = 17
_FOREIGN_PIECES: Final = 2000
_SPEED_CHARS: Final = 3000
_PASSES: Final = 5
_SEED: Final = 5
_NOT_VIETNAMESE: Final = ("UTF-8", "windows-1252", "")

_UNICODE: Final = ("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")
_ENCODERS: Final[dict[str, Callable[[str], bytes]]] = {
    **{name: lambda text, name=name: text.encode(name) for name in _UNICODE},  # type: ignore[misc]
    **ENCODERS,
}


def encodings(plan: Plan) -> dict[str, Any]:
    """Decode pieces of articles in each encoding, and pieces in other languages."""
    texts = list(islice(_long_texts(plan), _ARTICLES))
    right = {
        name: {str(size): _right(name, _pieces(texts, size)) for size in SIZES}
        for name in _ENCODERS
    }
    return {
        "articles": len(texts),
        "right": right,
        "converted": {language: _converted(language) for language in CODE_PAGES},
        "speeds": {name: _speed(name, texts) for name in _ENCODERS},
    }


def _long_texts(plan: Plan) -> Iterator[str]:
    """Yield every 17th text of the first corpus that is longer than a piece, in NFC."""
    texts = islice(read_texts(plan.corpora[0]), 0, plan.limit, _STEP)
    for text in texts:
        composed = unicodedata.normalize("NFC", text)
        if len(composed) > SIZES[-1] + _STEP:
            yield composed


def _pieces(texts: list[str], size: int) -> list[str]:
    """Return a piece of each text, from a random place on, beginning after a blank."""
    chosen = random.Random(_SEED)
    pieces = []
    for text in texts:
        start = text.find(" ", chosen.randrange(len(text) - size)) + 1
        pieces.append(text[start : start + size])
    return pieces


def _right(name: str, pieces: list[str]) -> dict[str, int]:
    """Count the pieces of which the encoding is told, and those whose text comes back, too.

    Another encoding that gives the same text is as right. TCVN3 keeps no case, and what an encoding
    lacks is no mistake.
    """
    told = same = 0
    for piece in pieces:
        data = _ENCODERS[name](piece)
        found, text = _told(data)
        expected = piece if name in (*_UNICODE, "UTF-8 twice") else plain(piece)
        told += found == name or text == expected
        same += _same(text, expected)
    return {"pieces": len(pieces), "told": told, "same": same}


def _same(text: str, expected: str) -> bool:
    return len(text) == len(expected) and all(
        one in (other, "?") for one, other in zip(text.lower(), expected.lower(), strict=True)
    )


def _converted(language: str) -> dict[str, int]:
    """Count the pieces of another language that are taken for Vietnamese.

    Pieces have at least one byte beyond ASCII.
    """
    text = manual_text(language)
    chosen = random.Random(_SEED)
    pieces: list[bytes] = []
    count = _FOREIGN_PIECES // len(CODE_PAGES) if len(text) > SIZES[-1] else 0
    while len(pieces) < count:
        size = SIZES[len(pieces) % len(SIZES)]
        start = text.find(" ", chosen.randrange(len(text) - size)) + 1
        piece = text[start : start + size].encode(CODE_PAGES[language], "replace")
        if not piece.isascii():
            pieces.append(piece)
    converted = sum(_told(piece)[0] not in _NOT_VIETNAMESE for piece in pieces)
    return {"pieces": len(pieces), "converted": converted}


def _told(data: bytes) -> tuple[str, str]:
    try:
        found = decode(data)
    except DecodingError:
        return "", ""
    return found.encoding, found.text


def _speed(name: str, texts: list[str]) -> dict[str, float]:
    """Return the megabytes per CPU second of files of 3,000 characters, and of one large file."""
    files = [_ENCODERS[name](text[:_SPEED_CHARS]) for text in texts]
    large = _ENCODERS[name](" ".join(texts))
    return {"files": _megabytes_per_second(files), "large": _megabytes_per_second([large])}


def _megabytes_per_second(files: list[bytes]) -> float:
    passed = []
    for _ in range(_PASSES):
        start = time.thread_time()
        for data in files:
            _told(data)
        passed.append(time.thread_time() - start)
    return round(sum(map(len, files)) / statistics.median(passed) / 1e6, 2) if files else 0.0
