"""The page docs/benchmarks.md, from results and nothing else."""

from pathlib import Path
from typing import Any, Final

from benchmarks.peers import ENGINES
from benchmarks.plots import plot_growth, plot_speed
from benchmarks.targets import FORMULA, megabytes_per_second, ratio, targets, times

_TITLES: Final = {engine.name: engine.title for engine in ENGINES}
_SETUPS: Final = {engine.name: engine.setup for engine in ENGINES}
_DRAWN: Final = {name: _TITLES[name] for name in ("danvan", "sqlite", "tantivy")}
_WAYS: Final = {
    "accented": "as written",
    "halfdia": "half of the marks gone",
    "nodia": "no marks",
}
_HEAD: Final = """# Benchmarks

How danvan-search compares with other engines: measured by `benchmarks/`, written by its report.

```sh
pip install -e '.[bench]'
python -m benchmarks run --corpus baomoi.jsonl.xz --corpus viwiki_paras.jsonl.xz \\
    --relevance relevance/ --out benchmarks/results.json
python -m benchmarks report benchmarks/results.json
```

Corpora are files of JSON lines (`title`, `text`), plain or `.xz`; they are not part of the project.
Here: baomoi, Vietnamese news of 2017 with 583 syllables each, and viwiki_paras, paragraphs of the
Vietnamese Wikipedia with 111 syllables each.
"""
_METHOD: Final = """## How it is measured

- Times are CPU time of the searching thread. Every query of a class runs once for warming, then
  nine times in turn with the others (once, where a search takes over 5 ms); a query's time is the
  median, and the tables show p50 and p95 over the queries, in microseconds.
- All engines of a table ran in the same process, warm, and took turns with every pass over a
  class. On another machine the microseconds differ; the ratios differ less.
- Queries are drawn from the texts with a fixed seed: places at random. *Common* and *rare* are the
  ends of a larger draw. A bare query of 3 is three neighbouring syllables; *from 3 texts*, three
  that have nothing to do with each other. *Default* is what `Index.search` does if told nothing:
  all syllables, articles with the phrase first. Peers run it as *all*, without that order.
- Each of ours gives the exact total and whole articles. Peers give row numbers alone, and no total
  unless the column says so: *top 10* is less work for them than for us.
- *With 10 snippets* is what a page of results shows, and the same for all: of each hit its number,
  its title and some 200 characters of its body, as written, and in both what matched.
- Peers' queries come already cut and folded; ours are strings, and parsed.
"""


def write_report(results: dict[str, Any], docs: Path) -> None:
    """Write the page and its pictures into a folder."""
    parts = [_HEAD, _machine(results), _targets(results)]
    if "speed" in results:
        parts.append(_behind(results))
    if "speed" in results:
        parts.append(_speed(results["speed"], docs))
    if "growth" in results:
        parts.append(_growth(results["growth"], docs))
    if "build" in results:
        parts.append(_build(results["build"]))
    if "segmentation" in results:
        parts.append(_segmentation(results["segmentation"]))
    if results.get("relevance", {}).keys() - {"machine"}:
        parts.append(_relevance(results["relevance"]))
    parts.append(_METHOD + _notes(results) + "\n" + _setups())
    page = "\n".join(part.rstrip("\n") + "\n" for part in parts)
    (docs / "benchmarks.md").write_text(page, "utf-8")


def _machine(results: dict[str, Any]) -> str:
    tasks: dict[str, list[str]] = {}
    for task, part in results.items():
        tasks.setdefault(_machine_line(part["machine"]), []).append(task)
    if len(tasks) == 1:
        return "".join(tasks)
    return "\n".join(f"- {', '.join(names)}: {line}" for line, names in tasks.items())


def _machine_line(one: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in one["versions"].items())
    return (
        f"Measured on {one['date']}: {one['cpu']}, {one['cores']} cores, {one['system']}, "
        f"Python {one['python']}; {versions}."
    )


def _targets(results: dict[str, Any]) -> str:
    rows = [
        [target.text, target.reached, "met" if target.is_met else "**missed**"]
        for target in targets(results)
    ]
    return "## What was aimed at\n\n" + _table(["aim", "reached", ""], rows)


def _behind(results: dict[str, Any]) -> str:
    """Where another engine is ahead, in words made of the figures."""
    lines = []
    classes = results["speed"]["classes"]
    for peer in ("sqlite", "tantivy", "bm25s"):
        for way in ("top 10", "with 10 snippets"):
            slower = {
                name: 1 / ratio(some, peer, way)
                for name, some in classes.items()
                if way in some.get(peer, {}) and ratio(some, peer, way) < 1
            }
            if slower:
                worst = max(slower, key=lambda name: slower[name])
                lines.append(
                    f"- {_TITLES[peer]}, {way}, is faster in {len(slower)} of "
                    f"{sum(way in some.get(peer, {}) for some in classes.values())} classes, "
                    f"most of all in *{worst}*: {slower[worst]:.1f} times."
                )
    if "build" in results:
        build = results["build"]
        own = build["with_words"]["index_bytes"]
        lines += [
            f"- The index takes {own / size:.1f} times the disk of {_TITLES[name]}'s."
            for name, size in build["peers"].items()
            if size < own
        ]
    lines.append(
        "- tantivy has its ordinary positional fields here. A field of pairs of syllables, as ours "
        "is\n  built on, would make its phrases faster; that is not measured."
    )
    return "## Where others are ahead\n\n" + "\n".join(lines)


def _speed(figures: dict[str, Any], docs: Path) -> str:
    classes = figures["classes"]
    megabytes = figures["text_bytes"] / 1e6
    text = (
        f"## Speed\n\n{figures['documents']:,} documents of baomoi, {megabytes:.0f} MB; "
        f"{figures['queries']} queries of each class; p50 and, small, p95 in µs.\n"
    ).replace("of baomoi", f"of {figures['collection'].rpartition('-')[0]}")
    for way in ("top 10", "with 10 snippets"):
        text += f"\n### {way[0].upper()}{way[1:]}\n\n"
        text += _speed_table(classes, way, with_totals=way == "top 10")
        picture = f"benchmarks-{way.replace(' ', '-')}.svg"
        drawn = [name for name in classes if "typed" not in name and ", all" not in name]
        drawn = [name for name in drawn if "default" not in name and "single" not in name]
        plot_speed(classes, drawn, _DRAWN, way, docs / picture)
        text += f"\n![Medians {way} by class and engine]({picture})\n"
    totals = figures["totals"]
    differing = ", ".join(
        f"{_TITLES[name]} in {count}" for name, count in totals["differing"].items()
    )
    return text + (
        f"\nTotals of {totals['phrases']} phrases were compared with a scan of all texts. They "
        f"differ for {differing}. (FTS5 cuts texts otherwise: `covid19` is one word to it.)\n"
        + "".join(
            f"\n{_TITLES[name]} was not installed where this was measured, and is absent.\n"
            for name in figures.get("absent", ())
        )
    )


def _speed_table(classes: dict[str, Any], way: str, *, with_totals: bool) -> str:
    columns = [
        (name, one)
        for name in ("danvan", "optimized", "arrays", "sqlite", "tantivy", "bm25s", "xapian")
        for one in ((way, "with total") if with_totals else (way,))
        if any(one in some.get(name, {}) for some in classes.values())
    ]
    head = ["", *(_TITLES[name] + (", total" if one != way else "") for name, one in columns)]
    rows = []
    for name, some in classes.items():
        row = [name, *(_times(some.get(engine, {}).get(one)) for engine, one in columns)]
        for peer in ("sqlite", "tantivy"):
            has = way in some.get(peer, {})
            row.append(times(ratio(some, peer, way)) if has else "–")
        rows.append(row)
    return _table([*head, "SQLite ÷ ours", "tantivy ÷ ours"], rows)


def _times(one: dict[str, float] | None) -> str:
    return "–" if one is None else f"{one['p50']:,.0f} <sub>{one['p95']:,.0f}</sub>"


def _growth(figures: dict[str, Any], docs: Path) -> str:
    steps = figures["steps"]
    names = ("danvan", "sqlite", "tantivy", "whoosh")
    text = "## Growth\n\np50 in µs, top 10 without total, on parts of one corpus and on another.\n"
    for name in steps[0]["classes"]:
        rows = [
            [
                f"{step['collection'].rpartition('-')[0]}, {step['documents']:,}",
                f"{step['text_bytes'] / 1e6:.0f}",
                *(_median(step["classes"][name].get(engine, {}).get("top 10")) for engine in names),
                *(
                    _median(step["classes"][name].get(engine, {}).get("with 10 snippets"))
                    for engine in names[:3]
                ),
            ]
            for step in steps
        ]
        head = ["documents", "MB", *(_TITLES[one] for one in names)]
        head += [f"{_TITLES[one]}, snippets" for one in names[:3]]
        text += f"\n### {name[0].upper()}{name[1:]}\n\n" + _table(head, rows)
    plot_growth(steps, {one: _TITLES[one] for one in names}, docs / "benchmarks-growth.svg")
    return text + "\n![Medians over the size of the corpus](benchmarks-growth.svg)\n"


def _median(one: dict[str, float] | None) -> str:
    return "–" if one is None else f"{one['p50']:,.0f}"


def _build(figures: dict[str, Any]) -> str:
    rows = []
    for key, title in (("without_words", "without words"), ("with_words", "with words (default)")):
        one = figures[key]
        rows.append(
            [
                title,
                f"{megabytes_per_second(one):.1f}",
                f"{one['cpu_seconds']:.1f}",
                f"{one['index_bytes'] / one['text_bytes']:.2f}",
                f"{one['peak_bytes'] / 1e9:.2f}",
            ]
        )
    text_bytes = figures["without_words"]["text_bytes"]
    peers = ", ".join(
        f"{_TITLES[name]} {size / text_bytes:.2f}" for name, size in figures["peers"].items()
    )
    commit, optimize = figures["commit"], figures["optimize"]
    head = ["", "MB of text a CPU second", "CPU seconds", "bytes on disk a byte", "peak GB"]
    return (
        f"## Building\n\n{figures['without_words']['documents']:,} documents, "
        f"{text_bytes / 1e6:.0f} MB; reading the corpus is not counted. "
        "`Index` always finds words; without them it is the writer under it.\n\n"
        + _table(head, rows)
        + f"\nBytes on disk a byte of text, peers, as set up below: {peers}.\n\n"
        f"Opening takes {figures['open_ms']} ms after the imports, the first search "
        f"{figures['first_search_ms']} ms. A commit of {commit['articles']} articles to the full "
        f"index takes {commit['median_ms']} ms ({commit['median_cpu_ms']} of CPU). The first one "
        f"of a process, which loads the segmenter, takes {commit['first_ms']} ms; the slowest of "
        f"the other {commit['commits'] - 1}, {commit['worst_ms']} ms.\n\n"
        f"`Index.optimize` takes {optimize['cpu_seconds']:.1f} CPU seconds and at its peak "
        f"{optimize['peak_bytes'] / 1e9:.2f} GB, the mapped files counted.\n" + _pipeline(figures)
    )


def _pipeline(figures: dict[str, Any]) -> str:
    if "pipeline" not in figures:
        return ""
    whoosh, few = figures["pipeline"]["whoosh"], figures["pipeline"]["ours"]
    speed = megabytes_per_second(whoosh)
    rows = [
        [
            title,
            f"{one['documents']:,}",
            f"{megabytes_per_second(one):.2f}",
            f"{megabytes_per_second(one) / speed:.0f}",
        ]
        for title, one in (
            ("stock Whoosh with `underthesea.word_tokenize`", whoosh),
            ("danvan-search with words, the same documents", few),
            ("danvan-search with words, all documents", figures["with_words"]),
        )
    ]
    share = whoosh["tokenize_cpu_seconds"] / whoosh["cpu_seconds"]
    return (
        "\n### Against stock Whoosh and underthesea\n\n"
        "The pipeline that the two libraries make as they come: title and body cut by "
        "`underthesea.word_tokenize`, words indexed with positions as written in lower case and "
        f"without accents, texts stored. {share:.0%} of its time is spent in `word_tokenize`.\n\n"
        + _table(["", "documents", "MB of text a CPU second", "times"], rows)
    )


def _segmentation(figures: dict[str, Any]) -> str:
    names = list(figures["corpora"])
    corpora = [figures["corpora"][name] for name in names]
    words = [
        [
            copy,
            *(
                f"{one['copies'][copy]['differences']} in {one['copies'][copy]['texts']:,} texts, "
                f"{one['copies'][copy]['words']:,} words"
                for one in corpora
            ),
        ]
        for copy in corpora[0]["copies"]
    ]
    speeds = [
        [
            way,
            *(
                f"{one['speeds'][way]['syllables_per_second']:,} "
                f"<sub>{one['speeds'][way]['times']:.1f}</sub>"
                for one in corpora
            ),
        ]
        for way in corpora[0]["speeds"]
    ]
    return (
        "## Word segmentation\n\nTexts in which a word differs from those of "
        "`underthesea.word_tokenize`, as they are and in altered copies:\n\n"
        + _table(["copy", *names], words)
        + "\nSyllables in a CPU second and, small, times as many as underthesea, which takes "
        "documents of 500 syllables one by one; the median of five passes:\n\n"
        + _table(["", *names], speeds)
        + f"\nFrom nothing to the first words takes {figures['start_seconds']:.2f} s of CPU, once "
        "the model has been compiled.\n"
    )


def _relevance(sets: dict[str, Any]) -> str:
    text = (
        "## Relevance\n\nBare queries, any syllable. *formula* is the nDCG@10 of the ranking "
        "formula computed with floats for all documents, which the index is to come near. SQLite "
        "is left out where it would take too long.\n"
    )
    for name, figures in sets.items():
        if name == "machine":
            continue
        text += f"\n### {name}\n\n"
        text += f"{figures['documents']:,} documents, {figures['queries']:,} queries.\n\n"
        rows = []
        for way, engines in figures["ways"].items():
            for engine, one in engines.items():
                formula = FORMULA.get(name, {}).get(way) if engine == "danvan" else None
                rows.append(
                    [
                        _WAYS[way],
                        _TITLES[engine],
                        *(f"{one[measure]:.4f}" for measure in ("nDCG@10", "MRR@10", "R@100")),
                        f"{formula:.4f}" if formula else "",
                    ]
                )
        text += _table(["typed", "", "nDCG@10", "MRR@10", "R@100", "formula"], rows)
    return text


def _notes(results: dict[str, Any]) -> str:
    """What a person wrote into the results about how a task ran."""
    return "".join(f"- {part['note']}\n" for part in results.values() if "note" in part)


def _setups() -> str:
    rows = [[_TITLES[name], setup] for name, setup in _SETUPS.items()]
    return _table(["engine", "set up"], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
