"""Compares the fast word segmentation with underthesea: differences and speed, in one run.

    python -m benchmarks.segmentation corpus.jsonl.xz --texts 5000

The corpus has one JSON object per line, with a text under "text". The texts are segmented as
they are and in three altered copies: lower case, NFD, and without accents. Times are CPU times of
this thread; speeds are in syllables (tokens of the text's syllable grid) per second. underthesea
takes minutes where the fast segmentation takes seconds; ``--answers`` names a folder that caches
its words for further runs on the same texts.
"""

import argparse
import gzip
import hashlib
import importlib.metadata
import json
import statistics
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Final

from benchmarks.corpora import read_lines
from danvan_search.text import Segmenter
from danvan_search.text.grid import spans
from danvan_search.text.segmenter.underthesea_oracle import UndertheseaEngine

BATCH: Final = 64
DOCUMENT_SYLLABLES: Final = 500
_DOCUMENTS: Final = 40
_PASSES: Final = 5
_STARTS: Final = 7


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("corpus", type=Path, help="JSON lines, plain or .xz")
    parser.add_argument("--texts", type=int, default=1000, help="the number of texts to compare")
    parser.add_argument("--skip", type=int, default=0, help="the number of texts to skip first")
    parser.add_argument("--copies", nargs="*", choices=list(COPIES), default=list(COPIES))
    parser.add_argument("--starts", action="store_true", help="compare word starts as well")
    parser.add_argument("--speed-texts", type=int, default=640, help="the number of texts to time")
    parser.add_argument("--answers", type=Path, help="a folder that caches underthesea's words")
    options = parser.parse_args()
    texts = list(islice(read_texts(options.corpus), options.skip, options.skip + options.texts))
    segmenter = Segmenter()
    print(f"{options.corpus.name}: {len(texts)} texts; fast: {segmenter.is_fast}")
    print(f"start from cache: {start_seconds():.3f} s")
    for name, one in speeds(segmenter, texts[: options.speed_texts]).items():
        speed, times = one["syllables_per_second"], one["times"]
        print(f"{name:>32}: {speed:>10,.0f} syllables/s, {times:5.1f} times")
    for copy in options.copies:
        altered = list(map(COPIES[copy], texts))
        one = compare(segmenter, altered, options.answers, with_starts=options.starts)
        print(
            f"{copy:>10}: {one['differences']} differences in {one['texts']} texts, "
            f"{one['words']} words",
            flush=True,
        )


def read_texts(path: Path) -> Iterator[str]:
    """Yield the texts of a corpus."""
    for row in read_lines(path):
        yield row["text"]


def without_accents(text: str) -> str:
    """Return a text without accents, with its case and punctuation."""
    plain = unicodedata.normalize("NFD", text).translate({0x111: "d", 0x110: "D"})
    return "".join(c for c in plain if not unicodedata.combining(c))


COPIES: Final[dict[str, Callable[[str], str]]] = {
    "as is": str,
    "lower": str.lower,
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "unaccented": without_accents,
}


def compare(
    segmenter: Segmenter,
    texts: Sequence[str],
    answers: Path | None = None,
    *,
    with_starts: bool = False,
) -> dict[str, int]:
    """Count the texts that underthesea segments differently.

    :param answers: a folder that caches underthesea's words.
    :param with_starts: also compare the syllable indices at which words start.
    """
    oracle = UndertheseaEngine()
    words = differences = 0
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    for some, expected in zip(batches, _expected(batches, texts, answers), strict=True):
        actual = segmenter.segment_words(some)
        differences += sum(a != b for a, b in zip(expected, actual, strict=True))
        words += sum(map(len, expected))
        if with_starts:
            starts = oracle.word_starts_batch(some), segmenter.word_starts_batch(some)
            differences += sum(a != b for a, b in zip(*starts, strict=True))
    return {"texts": len(texts), "words": words, "differences": differences}


def _expected(
    batches: Sequence[Sequence[str]], texts: Sequence[str], answers: Path | None
) -> Iterator[list[list[str]]]:
    """Yield underthesea's words of each batch; a cache file belongs to exactly these texts."""
    oracle = UndertheseaEngine()
    if answers is None:
        yield from map(oracle.segment_words, batches)
        return
    digest = hashlib.sha256()
    for name in ("underthesea", "underthesea_core"):
        digest.update(importlib.metadata.version(name).encode())
    for text in texts:
        digest.update(json.dumps(text).encode() + b"\n")
    path = answers / f"{digest.hexdigest()[:32]}.jsonl.gz"
    if not path.exists():
        answers.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with gzip.open(unfinished, "wt", compresslevel=1, encoding="ascii") as lines:
            lines.writelines(json.dumps(oracle.segment_words(some)) + "\n" for some in batches)
        unfinished.rename(path)
    with gzip.open(path, "rt", encoding="ascii") as lines:
        yield from map(json.loads, lines)


def start_seconds() -> float:
    """Return the CPU time to load the segmenter and segment a first text: a median.

    Each run is in a new process and begins after the imports.
    """
    code = (
        "import time; from danvan_search.text import segment_words; t = time.process_time();"
        "segment_words(['Dân vận khéo']); print(time.process_time() - t)"
    )
    times = []
    for _ in range(_STARTS):
        run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        times.append(float(run.stdout))
    return statistics.median(times)


def speeds(segmenter: Segmenter, texts: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return for each way of segmenting its syllables per second, and its ratio to underthesea's.

    Each figure is the median of some passes, in which the ways take turns. The chunks of the texts
    are in the segmenter's caches, as most chunks are after a while. underthesea segments documents
    of about 500 syllables.
    """
    from underthesea import word_tokenize

    joined = " ".join(texts)
    borders = [start for start, _ in spans(joined)][::DOCUMENT_SYLLABLES]
    documents = [joined[a:b] for a, b in pairwise(borders)][:_DOCUMENTS] or [joined]
    segmenter.segment_words([*texts, *documents])
    word_tokenize(documents[0])

    def one_by_one(
        method: Callable[[Sequence[str]], object], some: Sequence[str]
    ) -> Callable[[], None]:
        def run() -> None:
            for text in some:
                method([text])

        return run

    def in_batches(method: Callable[[Sequence[str]], object]) -> Callable[[], None]:
        def run() -> None:
            for start in range(0, len(texts), BATCH):
                method(texts[start : start + BATCH])

        return run

    def underthesea() -> None:
        for document in documents:
            word_tokenize(document)

    queries = [" ".join(text.split()[:5]) for text in texts]
    runs: dict[str, tuple[Callable[[], object], Sequence[str]]] = {
        "underthesea": (underthesea, documents),
        "one document of 500 syllables": (
            one_by_one(segmenter.segment_words, documents),
            documents,
        ),
        "batches, words": (in_batches(segmenter.segment_words), texts),
        "batches, word starts": (in_batches(segmenter.word_starts_batch), texts),
        "batches, arrays of word starts": (in_batches(segmenter.word_start_flags), texts),
        "queries of 5 chunks": (one_by_one(segmenter.segment_words, queries), queries),
    }
    syllables = {name: syllables_in(over) for name, (_, over) in runs.items()}
    passed: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(_PASSES):
        for name, (run, _) in runs.items():
            start = time.thread_time()
            run()
            passed[name].append(syllables[name] / (time.thread_time() - start))
    reference = statistics.median(passed["underthesea"])
    return {
        name: {
            "syllables_per_second": round(statistics.median(values)),
            "times": round(statistics.median(values) / reference, 1),
        }
        for name, values in passed.items()
    }


def syllables_in(texts: Sequence[str]) -> int:
    """Count the syllables of texts."""
    return sum(1 for text in texts for _ in spans(text))


if __name__ == "__main__":
    main()
