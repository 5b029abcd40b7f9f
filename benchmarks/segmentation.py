"""Compare the fast word segmentation with underthesea: differences and speed, in one run.

    python -m benchmarks.segmentation corpus.jsonl.xz --texts 5000

The corpus has one JSON object per line, with a text under "text". The texts are segmented as
they are and in three altered copies: lower case, NFD, and without accents. Times are CPU
times of this thread, and speeds are syllables (tokens of the text's syllable grid) a second.
"""

import argparse
import statistics
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path

from benchmarks.corpora import read_lines
from danvan_search.text import Segmenter
from danvan_search.text.grid import spans
from danvan_search.text.segmenter.underthesea_oracle import UndertheseaEngine

BATCH = 64
DOCUMENT_SYLLABLES = 500


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("corpus", type=Path, help="JSON lines, plain or .xz")
    parser.add_argument("--texts", type=int, default=1000, help="how many texts to compare")
    parser.add_argument("--skip", type=int, default=0, help="how many texts to pass over first")
    parser.add_argument("--copies", nargs="*", choices=list(COPIES), default=list(COPIES))
    parser.add_argument("--starts", action="store_true", help="compare word starts as well")
    parser.add_argument("--speed-texts", type=int, default=640, help="how many texts to time")
    options = parser.parse_args()
    texts = list(islice(read_texts(options.corpus), options.skip, options.skip + options.texts))
    segmenter = Segmenter()
    print(f"{options.corpus.name}: {len(texts)} texts; fast: {segmenter.is_fast}")
    measure_start()
    measure_speed(segmenter, texts[: options.speed_texts])
    for copy in options.copies:
        compare(segmenter, copy, list(map(COPIES[copy], texts)), with_starts=options.starts)


def read_texts(path: Path) -> Iterator[str]:
    """Yield the texts of a corpus."""
    for row in read_lines(path):
        yield row["text"]


def without_accents(text: str) -> str:
    """Return a text without its accents, case and punctuation kept."""
    plain = unicodedata.normalize("NFD", text).translate({0x111: "d", 0x110: "D"})
    return "".join(c for c in plain if not unicodedata.combining(c))


COPIES: dict[str, Callable[[str], str]] = {
    "as is": str,
    "lower": str.lower,
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "unaccented": without_accents,
}


def compare(segmenter: Segmenter, copy: str, texts: Sequence[str], *, with_starts: bool) -> None:
    """Count the texts that underthesea segments otherwise."""
    oracle = UndertheseaEngine()
    words = differences = 0
    for start in range(0, len(texts), BATCH):
        some = texts[start : start + BATCH]
        expected = oracle.segment_words(some)
        actual = segmenter.segment_words(some)
        differences += sum(a != b for a, b in zip(expected, actual, strict=True))
        words += sum(map(len, expected))
        if with_starts:
            starts = oracle.word_starts_batch(some), segmenter.word_starts_batch(some)
            differences += sum(a != b for a, b in zip(*starts, strict=True))
    print(f"{copy:>10}: {differences} differences in {len(texts)} texts, {words} words", flush=True)


def measure_start() -> None:
    """Print the CPU time from nothing to the first words, in a new process."""
    code = (
        "import time; from danvan_search.text import segment_words; t = time.process_time();"
        "segment_words(['Dân vận khéo']); print(time.process_time() - t)"
    )
    times = []
    for _ in range(5):
        run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        times.append(float(run.stdout))
    print(f"start from cache: {statistics.median(times):.3f} s")


def measure_speed(segmenter: Segmenter, texts: Sequence[str]) -> None:
    """Print syllables a second, and how many times underthesea that is."""
    oracle = UndertheseaEngine()
    joined = " ".join(texts)
    borders = [start for start, _ in spans(joined)][::DOCUMENT_SYLLABLES]
    documents = [joined[a:b] for a, b in pairwise(borders)][:40]
    segmenter.segment_words(texts)  # the chunks are known, as they are after a while
    oracle.segment_words(documents[:2])

    def one_by_one() -> None:
        for document in documents:
            segmenter.segment_words([document])

    def in_batches(method: Callable[[Sequence[str]], object]) -> Callable[[], None]:
        def run() -> None:
            for start in range(0, len(texts), BATCH):
                method(texts[start : start + BATCH])

        return run

    queries = [" ".join(text.split()[:5]) for text in texts]
    runs: dict[str, tuple[Callable[[], object], Sequence[str]]] = {
        "underthesea": (lambda: oracle.segment_words(documents), documents),
        "one document of 500 syllables": (one_by_one, documents),
        "batches, words": (in_batches(segmenter.segment_words), texts),
        "batches, word starts": (in_batches(segmenter.word_starts_batch), texts),
        "batches, arrays of word starts": (in_batches(segmenter.word_start_flags), texts),
        "queries of 5 chunks": (
            lambda: [segmenter.segment_words([query]) for query in queries],
            queries,
        ),
    }
    speeds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(5):
        for name, (run, over) in runs.items():
            start = time.thread_time()
            run()
            speeds[name].append(syllables_in(over) / (time.thread_time() - start))
    reference = statistics.median(speeds["underthesea"])
    for name, values in speeds.items():
        speed = statistics.median(values)
        print(f"{name:>32}: {speed:>10,.0f} syllables/s, {speed / reference:5.1f} times")
    per_query = 1e6 * syllables_in(queries) / len(queries)
    print(f"{'a query':>32}: {per_query / statistics.median(speeds['queries of 5 chunks']):.0f} µs")


def syllables_in(texts: Sequence[str]) -> int:
    """Count the syllables of texts."""
    return sum(_count(text) for text in texts)


def _count(text: str) -> int:
    count = _counts.get(text)
    if count is None:
        count = _counts[text] = sum(1 for _ in spans(text))
    return count


_counts: dict[str, int] = {}


if __name__ == "__main__":
    main()
