"""Writes docs/benchmarks.md from the results alone."""

from pathlib import Path
from typing import Any, Final

from benchmarks.peers import ENGINES
from benchmarks.plots import plot_growth, plot_speed
from benchmarks.suggested import suggestions_section
from benchmarks.tables import table
from benchmarks.targets import FORMULA, megabytes_per_second, ratio, targets, times

_TITLES: Final = {engine.name: engine.title for engine in ENGINES}
_SETUPS: Final = {engine.name: engine.setup for engine in ENGINES}
_PLOTTED: Final = {name: _TITLES[name] for name in ("danvan", "sqlite", "tantivy")}
_COLUMNS: Final = (
    "danvan",
    "first_stage",
    "optimized",
    "arrays",
    "sqlite",
    "tantivy",
    "tantivy_pairs",
    "bm25s",
    "xapian",
)
_RATIOS: Final = {
    "sqlite": "SQLite ÷ ours",
    "tantivy": "tantivy ÷ ours",
    "tantivy_pairs": "tantivy, pairs ÷ ours",
}
_CONSTRUCTS: Final = ("arrays", "tantivy", "tantivy_pairs")
_WAYS: Final = {
    "accented": "as written",
    "halfdia": "with half of the marks",
    "nodia": "without marks",
}
_HEAD: Final = """# Benchmarks

danvan-search compared with other engines. `benchmarks/` measures, and writes this page from the
results:

```sh
pip install -e '.[bench]'
python -m benchmarks run --corpus baomoi.jsonl.xz --corpus viwiki_paras.jsonl.xz \\
    --relevance relevance/ --out benchmarks/results.json
python -m benchmarks report benchmarks/results.json
```

A relevance set of your own shows what each stage of the ranking adds, with queries as written,
with half of their accents and without:

```sh
python -m benchmarks relevance --docs docs.jsonl --queries queries.jsonl --qrels qrels.tsv
```

A corpus is a file of JSON lines (`title`, `text`), plain or `.xz`; corpora are not part of the
project. This page uses baomoi, Vietnamese news of 2017 with 583 syllables per article, and
viwiki_paras, paragraphs of the Vietnamese Wikipedia with 111 syllables each.
"""
_METHOD: Final = """## Method

- Times are CPU times of the searching thread. Every query of a class runs once to warm up, then in
  nine passes over the class (one, if a search takes over 5 ms). The time of a query is the median;
  the tables show p50 and p95 over the queries, in microseconds.
- All engines of a table ran in the same process, warm, and took turns with every pass over a
  class. On another machine the microseconds differ; the ratios differ less.
- Queries are drawn from random positions of the texts with a fixed seed. *Common* and *rare* are
  the two ends of a larger draw, sorted by frequency. A bare query of 3 is three neighbouring
  syllables; *from 3 texts*, three unrelated ones. *Default* is `Index.search` without options: all
  syllables, articles with the phrase first. Peers run it as *all*, without that order.
- danvan-search always returns the exact total and complete hits. Peers return row numbers only, and
  no total unless the column says so: for them, *top 10* is less work.
- *With 10 snippets* is a page of results, the same for all engines: the number and title of each
  hit and some 200 characters of its body, as written, with matches marked in both.
- Queries for peers are already tokenised and folded; ours are strings, and parsing them counts.
"""


def write_report(results: dict[str, Any], docs: Path) -> None:
    """Write the page and its plots.

    :param results: the content of ``results.json``.
    :param docs: the folder of the page.
    """
    parts = [_HEAD, _machine(results), _targets(results)]
    if "speed" in results:
        parts.append(_where_peers_lead(results))
        parts.append(_speed(results["speed"], docs))
    if "growth" in results:
        parts.append(_growth(results["growth"], docs))
    if "build" in results:
        parts.append(_build(results["build"]))
    if "segmentation" in results:
        parts.append(_segmentation(results["segmentation"]))
    if "encodings" in results:
        parts.append(_encodings(results["encodings"]))
    if "suggestions" in results:
        parts.append(suggestions_section(results["suggestions"]))
    if "typing" in results:
        parts.append(_typing(results["typing"]))
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
        f"Python {one['python']}{_loop(one)}; {versions}."
    )


def _loop(one: dict[str, Any]) -> str:
    return f" (10,000 rounds of an empty loop in {one['loop_ms']} ms)" if "loop_ms" in one else ""


def _targets(results: dict[str, Any]) -> str:
    rows = [
        [target.text, target.reached, "met" if target.is_met else "**missed**"]
        for target in targets(results)
    ]
    return "## Targets\n\n" + table(["target", "reached", ""], rows)


def _where_peers_lead(results: dict[str, Any]) -> str:
    """Return sentences about every figure in which another engine is ahead."""
    lines = []
    classes = results["speed"]["classes"]
    for peer in ("sqlite", "tantivy", "tantivy_pairs", "bm25s"):
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
                    f"at most {slower[worst]:.1f} times as fast (*{worst}*)."
                )
    if "build" in results:
        build = results["build"]
        own = build["with_words"]["index_bytes"]
        lines += [
            f"- The index takes {own / size:.1f} times the disk space of {_TITLES[name]}."
            for name, size in build["peers"].items()
            if size < own
        ]
    return "## Where others are ahead\n\n" + "\n".join(lines or ["In no class."])


def _speed(figures: dict[str, Any], docs: Path) -> str:
    classes = figures["classes"]
    corpus = figures["collection"].rpartition("-")[0]
    megabytes = figures["text_bytes"] / 1e6
    text = (
        f"## Speed\n\n{figures['documents']:,} documents of {corpus}, {megabytes:.0f} MB; "
        f"{figures['queries']} queries per class; p50 and, small, p95 in µs.\n"
    )
    for way in ("top 10", "with 10 snippets"):
        text += f"\n### {way[0].upper()}{way[1:]}\n\n"
        text += _speed_table(classes, way, with_totals=way == "top 10")
        picture = f"benchmarks-{way.replace(' ', '-')}.svg"
        plotted = [name for name in classes if "typed" not in name and ", all" not in name]
        plotted = [name for name in plotted if "default" not in name and "single" not in name]
        plot_speed(classes, plotted, _PLOTTED, way, docs / picture)
        text += f"\n![Medians {way} by class and engine]({picture})\n"
    if "constructs" in figures:
        text += _constructs(figures["constructs"])
    if "options" in figures:
        text += _options(figures["options"])
    totals = figures["totals"]
    differing = "; ".join(
        f"{_TITLES[name]}: {count}" for name, count in totals["differing"].items()
    )
    return text + (
        f"\nThe totals of {totals['phrases']} phrases were compared with a scan of all texts. "
        f"Phrases with another total: {differing}. (The tokenizer of FTS5 differs: `covid19` is "
        "one token.)\n"
        + "".join(
            f"\n{_TITLES[name]} was not installed on this machine, and is absent.\n"
            for name in figures.get("absent", ())
        )
    )


def _speed_table(classes: dict[str, Any], way: str, *, with_totals: bool) -> str:
    columns = [
        (name, one)
        for name in _COLUMNS
        for one in ((way, "with total") if with_totals else (way,))
        if any(one in some.get(name, {}) for some in classes.values())
    ]
    head = ["", *(_TITLES[name] + (", total" if one != way else "") for name, one in columns)]
    rows = []
    for name, some in classes.items():
        row = [name, *(_times(some.get(engine, {}).get(one)) for engine, one in columns)]
        for peer in _RATIOS:
            has = way in some.get(peer, {})
            row.append(times(ratio(some, peer, way)) if has else "–")
        rows.append(row)
    return table([*head, *_RATIOS.values()], rows)


def _constructs(classes: dict[str, Any]) -> str:
    rows = [
        [f"`{name}`" if '"' in name or "/" in name else name]
        + [_times(some.get(engine)) for engine in _CONSTRUCTS]
        for name, some in classes.items()
    ]
    head = ["", *(_TITLES[name] for name in _CONSTRUCTS)]
    return (
        "\n### Constructs\n\nThe best ten, of trees without accents; ours counts all matches, too. "
        "tantivy has no NEAR, and lets the syllables of a phrase with slop change places.\n\n"
        + table(head, rows)
    )


def _options(classes: dict[str, Any]) -> str:
    names = list(next(iter(classes.values())))
    rows = []
    for title, some in classes.items():
        plain = some[names[0]]["p50"]
        others = (f"{_times(some[name])} {times(some[name]['p50'] / plain)}×" for name in names[1:])
        rows.append([title, _times(some[names[0]]), *others])
    return (
        "\n### Options\n\nThe best ten of danvan-search with one option more, and how many times "
        "as long that takes. Every article has one of 365 days and one of ten categories.\n\n"
        + table(["", *(name if " " in name else f"`{name}`" for name in names)], rows)
    )


def _times(one: dict[str, float] | None) -> str:
    return "–" if one is None else f"{one['p50']:,.0f} <sub>{one['p95']:,.0f}</sub>"


def _growth(figures: dict[str, Any], docs: Path) -> str:
    steps = figures["steps"]
    names = ("danvan", "sqlite", "tantivy", "whoosh")
    text = (
        "## Growth\n\np50 in µs, top 10 without total, on parts of one corpus and on another one.\n"
    )
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
        text += f"\n### {name[0].upper()}{name[1:]}\n\n" + table(head, rows)
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
    head = ["", "MB of text per CPU second", "CPU seconds", "bytes on disk per byte", "peak GB"]
    return (
        f"## Building\n\n{figures['without_words']['documents']:,} documents, "
        f"{text_bytes / 1e6:.0f} MB; the time to read the corpus is not counted. "
        "*Without words* is `Index.add` with `words=False`.\n\n"
        + table(head, rows)
        + f"\nBytes on disk per byte of text of peers, as set up below: {peers}.\n\n"
        f"Opening takes {figures['open_ms']} ms after the imports, the first search "
        f"{figures['first_search_ms']} ms. A commit of {commit['articles']} articles to the full "
        f"index takes {commit['median_ms']} ms ({commit['median_cpu_ms']} ms of CPU time). The "
        f"first commit of a process, which loads the segmenter, takes {commit['first_ms']} ms; the "
        f"slowest of the other {commit['commits'] - 1} takes {commit['worst_ms']} ms.\n\n"
        f"`Index.optimize` takes {optimize['cpu_seconds']:.1f} CPU seconds, and "
        f"{optimize['peak_bytes'] / 1e9:.2f} GB at its peak, including mapped files.\n"
        + _pipeline(figures)
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
        "\n### Compared with stock Whoosh and underthesea\n\n"
        "The baseline is a pipeline of the two libraries alone: `underthesea.word_tokenize` "
        "segments title and body, Whoosh indexes the words with positions, in lower case with and "
        f"without accents, and stores the texts. `word_tokenize` takes {share:.0%} of its time.\n\n"
        + table(["", "documents", "MB of text per CPU second", "ratio"], rows)
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
        "## Word segmentation\n\nTexts whose words differ from those of "
        "`underthesea.word_tokenize`, for the texts as they are and for altered copies:\n\n"
        + table(["copy", *names], words)
        + "\nSyllables per CPU second and, small, the ratio to underthesea, which segments "
        "documents of 500 syllables one by one; the median of five passes:\n\n"
        + table(["", *names], speeds)
        + "\nTo load the segmenter and segment a first text takes "
        f"{figures['start_seconds']:.2f} s of CPU time after the imports, once the model has been "
        "compiled.\n"
    )


def _encodings(figures: dict[str, Any]) -> str:
    sizes = list(next(iter(figures["right"].values())))
    rows = [
        [
            name,
            *(f"{one[size]['told']} <sub>{one[size]['same']}</sub>" for size in sizes),
            f"{figures['speeds'][name]['files']:,}",
            f"{figures['speeds'][name]['large']:,}",
        ]
        for name, one in figures["right"].items()
    ]
    foreign = [
        [language, f"{one['pieces']:,}", str(one["converted"])]
        for language, one in figures["converted"].items()
    ]
    return (
        f"## Encodings\n\nPieces of {figures['articles']} articles, in characters, whose encoding "
        "`decode` tells and, small, whose text comes back but for what the encoding lacks; and "
        "megabytes per CPU second, of files of 3,000 characters and of one large file:\n\n"
        + table(["encoding", *sizes, "files", "large"], rows)
        + "\nPieces of manual pages in other languages, in windows-1252, -1250 and -1254, and how "
        "many of them are taken for Vietnamese:\n\n"
        + table(["language", "pieces", "converted"], foreign)
    )


def _typing(figures: dict[str, Any]) -> str:
    rows = [
        [
            _WAYS[way],
            title,
            *(f"{one[name]:.1f}" for name in ("overlap", "last")),
            f"{one['changes']:.2f}",
        ]
        for way in ("accented", "nodia")
        for name, title in (("prefix_last", "`prefix_last`"), ("whole syllables", "without"))
        for one in (figures[way][name],)
    ]
    return (
        f"## Typing\n\n{figures['phrases']} phrases of three to five syllables from titles, each "
        f"in at least {figures['articles']} of {figures['documents']:,} documents, typed letter by "
        "letter as the page searches. *Hits* is the median number of the first ten hits of the "
        "whole query that are shown from the second syllable on, and while the last one is typed; "
        "*changes*, how often another list is shown, per syllable.\n\n"
        + table(["typed", "", "hits", "last syllable", "changes"], rows)
    )


def _relevance(sets: dict[str, Any]) -> str:
    text = (
        "## Relevance\n\nBare queries, any syllable. *Formula* is the nDCG@10 of the ranking "
        "formula, computed with floats for all documents: the index should come close to it. "
        "SQLite is missing where it would take too long.\n"
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
        text += table(["typed", "", "nDCG@10", "MRR@10", "R@100", "formula"], rows)
        if "stages" in figures:
            text += f"\n{STAGES_TEXT}\n\n{stages_table(figures['stages'])}"
    return text


STAGES_TEXT: Final = (
    "The stages of the ranking, each switched on after the one before. The difference is that of "
    "nDCG@10; p is that of a paired sign-flip test over the queries, some of which change."
)


def stages_table(ways: dict[str, dict[str, Any]]) -> str:
    """Return the table of the stages of the ranking, as Markdown.

    :param ways: the figures; see :func:`benchmarks.tasks.stages.stages`.
    """
    rows = []
    for way, figures in ways.items():
        for name, one in figures.items():
            test = ["", "", ""]
            if "p" in one:
                test = [f"{one['difference']:+.4f}", f"{one['p']:.4f}", f"{one['changed']:,}"]
            measures = [f"{one[measure]:.4f}" for measure in ("nDCG@10", "MRR@10", "R@100")]
            rows.append([_WAYS[way], name, *measures, *test])
    head = ["typed", "stage", "nDCG@10", "MRR@10", "R@100", "difference", "p", "changed"]
    return table(head, rows)


def _notes(results: dict[str, Any]) -> str:
    """Return the notes that a person added to the results by hand."""
    return "".join(f"- {part['note']}\n" for part in results.values() if "note" in part)


def _setups() -> str:
    rows = [[_TITLES[name], setup] for name, setup in _SETUPS.items()]
    return table(["engine", "set-up"], rows)
