"""Word segmentation compared with underthesea: differences and speed, on every corpus."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks.corpora import corpus_name
from benchmarks.segmentation import COPIES, compare, read_texts, speeds, start_seconds
from benchmarks.tasks.plan import Plan, say
from danvan_search.text import Segmenter

_CHARS: Final = 15_000_000
"""Characters compared per corpus: over 5,000 articles of news, or 25,000 paragraphs."""

_SPEED_TEXTS: Final = 640


def segmentation(plan: Plan) -> dict[str, Any]:
    """Compare the words of four copies of each corpus, and time both segmenters.

    underthesea takes some five minutes per corpus; the cache keeps its words.
    """
    segmenter = Segmenter()
    corpora = {}
    for path in plan.corpora:
        say(f"  {corpus_name(path)}")
        texts = list(_first(path, plan.limit))
        timed = speeds(segmenter, texts[:_SPEED_TEXTS])
        copies = {
            copy: compare(segmenter, list(map(alter, texts)), plan.cache / "underthesea")
            for copy, alter in COPIES.items()
        }
        corpora[corpus_name(path)] = {"speeds": timed, "copies": copies}
    return {
        "is_fast": segmenter.is_fast,
        "start_seconds": round(start_seconds(), 3),
        "corpora": corpora,
    }


def _first(path: Path, limit: int | None) -> Iterator[str]:
    chars = 0
    for text in islice(read_texts(path), limit):
        if chars >= _CHARS:
            return
        chars += len(text)
        yield text
