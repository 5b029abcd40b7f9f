"""The part of the report on suggestions, and their targets."""

from collections.abc import Iterator
from typing import Any, Final

from benchmarks.tables import table
from benchmarks.target import Target

_MOST_MS: Final = 3.0
"""The time of 95 of 100 short queries…"""
_MOST_MS_SPELLING: Final = 6.0
"""… with a slip, typed with accents."""
_SLIP_WITH_ACCENTS: Final = "slip, accented"
_ACCENTS: Final = {"whole": "all accents right", "in three": "all right in one of three readings"}
_LEAST: Final = (
    ("Telex and VNI", ("Telex, tone late", "Telex, tone at once", "VNI"), 99.0, 95.0),
    ("a slip, typed without accents", ("slip, unaccented",), 64.0, None),
    ("without blanks", ("glued",), 88.0, None),
)
_LEAST_ACCENTS: Final = {"whole": (84.0, 65.0), "in three": (94.0, 77.0)}
_MOST_TOUCHED: Final = 0.2
_LEAST_COMPLETED: Final = 66.0
_MOST_MS_COMPLETION: Final = 2.0
_ONE_LETTER: Final = "1 letters"


def suggestions_section(figures: dict[str, Any]) -> str:
    """Return the section as Markdown.

    :param figures: see :func:`benchmarks.tasks.suggestions.suggestions`.
    """
    accents, mistakes, clean = (figures[name] for name in ("accents", "suggested", "clean"))
    rows = []
    for way in accents["short"]:
        for measure, title in _ACCENTS.items():
            right = [f"{accents[one][way][measure]:.1f} %" for one in ("short", "headlines")]
            spent = [_ms(accents[one][way]["us"]) for one in ("short", "headlines")]
            rows.append([f"{way}: {title}", right[0], "", spent[0], right[1], "", spent[1]])
    for name in mistakes["short"]:
        row = [name]
        for one in ("short", "headlines"):
            of = mistakes[one][name]
            row += [f"{of['restored']:.1f} %", f"{of['wrong']:.1f} %", _ms(of["us"])]
        rows.append(row)
    head = ["typed", "right", "wrong", "ms", "headlines right", "wrong", "ms"]
    touched = [
        [way, *(_touched(clean[one][way]) for one in ("short", "headlines"))]
        for way in clean["short"]
    ]
    completed = [
        [
            name.split()[0],
            *(f"{of[most]:.1f} %" for most in ("in 1", "in 5", "in 10")),
            _ms(of["us"]),
        ]
        for name, of in figures["completed"].items()
    ]
    queries = figures["queries"]
    return (
        f"## Suggestions\n\n{figures['documents']:,} documents, every second one of the corpus; "
        f"{queries['short']:,} short queries, of one or two words, and {queries['headlines']:,} "
        "headlines of the others, mistyped. What is neither right nor wrong gets no suggestion of "
        "its kind. CPU time of a query that is asked for the first time, p50 and, small, p95.\n\n"
        + table(head, rows)
        + "\nQueries without a mistake, and the percentage of them that get a suggestion, by kind; "
        "*found* are those that enough articles match. Queries without accents get them:\n\n"
        + table(["", "short", "headlines"], touched)
        + "\nShort queries completed from all syllables but the last, and some letters of it, by "
        "the first, one of five, and one of ten completions:\n\n"
        + table(["letters", "1", "5", "10", "ms"], completed)
    )


def suggestions_targets(figures: dict[str, Any]) -> Iterator[Target]:
    """Compare the figures with their targets."""
    accents, mistakes = figures["accents"], figures["suggested"]
    for measure, least in _LEAST_ACCENTS.items():
        reached = [accents[one]["no marks"][measure] for one in ("short", "headlines")]
        yield _at_least(f"suggestions: {_ACCENTS[measure]}", least, reached)
    for title, names, short, headlines in _LEAST:
        reached = [min(mistakes["short"][name]["restored"] for name in names)]
        if headlines is not None:
            reached.append(min(mistakes["headlines"][name]["restored"] for name in names))
        wanted = (short,) if headlines is None else (short, headlines)
        yield _at_least(f"suggestions: {title}", wanted, reached)
    touched = max(some.get("spelling", 0.0) for some in figures["clean"]["short"].values())
    yield Target(
        f"suggestions: another spelling for at most {_MOST_TOUCHED} % of clean short queries",
        f"{touched:.2f} %",
        touched <= _MOST_TOUCHED,
    )
    slip = mistakes["short"][_SLIP_WITH_ACCENTS]["us"]["p95"] / 1000
    others = [of["us"]["p95"] for of in accents["short"].values()]
    others += [
        of["us"]["p95"] for name, of in mistakes["short"].items() if name != _SLIP_WITH_ACCENTS
    ]
    slowest = max(others) / 1000
    yield Target(
        f"suggestions: 95 of 100 short queries take at most {_MOST_MS:g} ms, "
        f"with a slip and accents {_MOST_MS_SPELLING:g} ms",
        f"{slowest:.1f} and {slip:.1f} ms",
        slowest <= _MOST_MS and slip <= _MOST_MS_SPELLING,
    )
    after_one = figures["completed"][_ONE_LETTER]
    yield _at_least(
        "completion in the first five after one letter", (_LEAST_COMPLETED,), [after_one["in 5"]]
    )
    median = max(of["us"]["p50"] for of in figures["completed"].values()) / 1000
    yield Target(
        f"completion in at most {_MOST_MS_COMPLETION:g} ms at the median",
        f"{median:.1f} ms",
        median <= _MOST_MS_COMPLETION,
    )


def _at_least(title: str, least: tuple[float, ...], reached: list[float]) -> Target:
    of = "of short queries, and of headlines" if len(least) > 1 else "of short queries"
    return Target(
        f"{title}: at least {' and '.join(f'{one:g}' for one in least)} % {of}",
        f"{' and '.join(f'{one:.1f}' for one in reached)} %",
        all(one >= wanted for one, wanted in zip(reached, least, strict=True)),
    )


def _touched(kinds: dict[str, float]) -> str:
    return ", ".join(f"{kind} {share:g} %" for kind, share in kinds.items()) or "none"


def _ms(us: dict[str, float]) -> str:
    return f"{us['p50'] / 1000:.1f} <sub>{us['p95'] / 1000:.1f}</sub>"
