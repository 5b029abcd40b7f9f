"""Targets, and whether the results meet them."""

import re
from collections.abc import Iterator
from typing import Any, Final

from benchmarks.constructs import NEAR, NOT, OR, PREFIX_OF_1, PREFIX_OF_3, SLOPPY
from benchmarks.suggested import suggestions_targets
from benchmarks.target import Target

FORMULA: Final[dict[str, dict[str, float]]] = {
    "alqac22": {"accented": 0.9477, "halfdia": 0.9484, "nodia": 0.9483},
    "vicov19qa": {"accented": 0.3636, "halfdia": 0.3588, "nodia": 0.3538},
    "baomoi": {"accented": 0.7932, "halfdia": 0.7843, "nodia": 0.7748},
}
"""nDCG@10 of the ranking formula, computed with floats over all documents, without an index."""

_TOLERANCE: Final = 0.005
_PHRASES: Final = (
    "phrase of 2 syllables, random",
    "phrase of 2 syllables, common",
    "phrase of 2 syllables, rare",
    "phrase of 3 syllables",
    "phrase of 4-6 syllables",
)
_TIMES: Final = {
    ("sqlite", "with 10 snippets"): 8,
    ("tantivy", "with 10 snippets"): 4,
    ("sqlite", "top 10"): 20,
    ("tantivy", "top 10"): 6,
}
_NAMES: Final = {"sqlite": "SQLite FTS5", "tantivy": "tantivy"}


def targets(results: dict[str, Any]) -> list[Target]:
    """Compare results with their targets; targets of tasks that did not run are left out."""
    found: list[Target] = []
    if "speed" in results:
        found += _speed(results["speed"]["classes"])
        found += _bare(results["speed"]["classes"])
    if "constructs" in results.get("speed", {}):
        found += _constructs(results["speed"]["constructs"])
    if results.get("relevance"):
        found += _relevance(results["relevance"])
    if "build" in results:
        found += _build(results["build"])
    if "suggestions" in results:
        found += suggestions_targets(results["suggestions"])
    if "typing" in results:
        found += _typing(results["typing"])
    if "segmentation" in results:
        found += _segmentation(results["segmentation"])
    return found


def ratio(figures: dict[str, Any], peer: str, way: str) -> float:
    """The median of a peer divided by ours."""
    return float(figures[peer][way]["p50"] / figures["danvan"][way]["p50"])


def times(value: float) -> str:
    """Format a ratio with two significant digits."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _speed(classes: dict[str, Any]) -> Iterator[Target]:
    for (peer, way), least in _TIMES.items():
        ratios = [ratio(classes[name], peer, way) for name in _PHRASES]
        yield Target(
            f"phrases, {way}: at least {least} times as fast as {_NAMES[peer]} in every class",
            f"{times(min(ratios))} to {times(max(ratios))} times",
            min(ratios) >= least,
        )
    bare = [ratio(some, "tantivy", "top 10") for name, some in classes.items() if ", any" in name]
    yield Target(
        "bare queries, any syllable: no slower than tantivy's OR",
        f"{times(min(bare))} to {times(max(bare))} times as fast",
        min(bare) >= 1,
    )


def _bare(classes: dict[str, Any]) -> Iterator[Target]:
    some = [
        one for name, one in classes.items() if re.fullmatch(r"bare query of \d, default", name)
    ]
    for engine, least, what in (
        ("danvan", 1.0, "no slower than tantivy's AND"),
        ("first_stage", 1.5, "1.5 times as fast without the second stage"),
    ):
        ratios = [
            one["tantivy"]["top 10"]["p50"] / one[engine]["top 10"]["p50"]
            for one in some
            if "top 10" in one.get(engine, {})
        ]
        if ratios:
            yield Target(
                f"bare queries, default: {what}",
                f"{times(min(ratios))} to {times(max(ratios))} times as fast",
                min(ratios) >= least,
            )


def _constructs(classes: dict[str, Any]) -> Iterator[Target]:
    for names, most in (((PREFIX_OF_3, NOT, OR, SLOPPY), 1.5), ((NEAR,), 5), ((PREFIX_OF_1,), 10)):
        medians = [classes[name]["arrays"]["p50"] / 1_000 for name in names]
        yield Target(
            f"{', '.join(f'`{name}`' for name in names)}: at most {most:g} ms at the median",
            f"{min(medians):.1f} to {max(medians):.1f} ms",
            max(medians) <= most,
        )


def _relevance(sets: dict[str, Any]) -> Iterator[Target]:
    differences = [
        sets[name]["ways"][way]["danvan"]["nDCG@10"] - expected
        for name, ways in FORMULA.items()
        if name in sets
        for way, expected in ways.items()
    ]
    if differences:
        yield Target(
            f"nDCG@10 at most {_TOLERANCE} below the formula, on every set",
            f"{min(differences):+.4f} to {max(differences):+.4f}",
            min(differences) >= -_TOLERANCE,
        )


def _build(figures: dict[str, Any]) -> Iterator[Target]:
    without, words = figures["without_words"], figures["with_words"]
    speed = megabytes_per_second(without)
    yield Target(
        "building without words: at least 12 MB of text per CPU second",
        f"{speed:.1f}",
        speed >= 12,
    )
    yield Target(
        "building with words: at least 5 MB of text per CPU second",
        f"{megabytes_per_second(words):.1f}",
        megabytes_per_second(words) >= 5,
    )
    if "pipeline" in figures:
        times = megabytes_per_second(words) / megabytes_per_second(figures["pipeline"]["whoosh"])
        yield Target(
            "building with words: at least 25 times as fast as stock Whoosh fed by underthesea",
            f"{times:.0f} times",
            times >= 25,
        )
    size = words["index_bytes"] / words["text_bytes"]
    yield Target("at most 2.3 bytes on disk per byte of text", f"{size:.2f}", size <= 2.3)
    peak = max(one["peak_bytes"] for one in (without, words)) / 1e9
    yield Target("peak memory of building below 1.5 GB", f"{peak:.2f} GB", peak < 1.5)
    yield Target(
        "opening in less than 20 ms", f"{figures['open_ms']:.1f} ms", figures["open_ms"] < 20
    )
    commit = figures["commit"]["median_ms"]
    yield Target("a commit of 10 articles in less than 100 ms", f"{commit:.0f} ms", commit < 100)


def _typing(figures: dict[str, Any]) -> Iterator[Target]:
    typed = [figures[way]["prefix_last"] for way in ("accented", "nodia")]
    overlap = min(one["overlap"] for one in typed)
    changes = max(one["changes"] for one in typed)
    yield Target(
        "while people type, from the second syllable on: 5 of the first ten hits at the median",
        f"{overlap:.1f}",
        overlap >= 5,
    )
    yield Target(
        "while people type: the page changes at most 2.5 times per syllable",
        f"{changes:.2f} times",
        changes <= 2.5,
    )


def _segmentation(figures: dict[str, Any]) -> Iterator[Target]:
    corpora = figures["corpora"].values()
    copies = [copy for one in corpora for copy in one["copies"].values()]
    differences = sum(copy["differences"] for copy in copies)
    yield Target(
        "word segmentation: no text in which a word differs from underthesea's",
        f"{differences} of {sum(copy['texts'] for copy in copies):,}",
        differences == 0,
    )
    for times, way in ((25, "one document of 500 syllables"), (40, "batches, words")):
        reached = [one["speeds"][way]["times"] for one in corpora]
        yield Target(
            f"word segmentation, {way}: at least {times} times as fast as underthesea",
            f"{min(reached):.0f} to {max(reached):.0f} times",
            min(reached) >= times,
        )
    yield Target(
        "word segmentation: start in less than 0.2 s of CPU time",
        f"{figures['start_seconds']:.2f} s",
        figures["start_seconds"] < 0.2,
    )


def megabytes_per_second(build: dict[str, Any]) -> float:
    """The speed of a build, in MB of text per CPU second."""
    return float(build["text_bytes"] / 1e6 / build["cpu_seconds"])
