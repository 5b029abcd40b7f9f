"""Output for people and for programs, without terminal control characters."""

import csv
import io
import json
import logging
import unicodedata

import click
import pytest

from danvan_search import Article, Index
from danvan_search.cli import cli
from danvan_search.cli.output import csv_cell
from danvan_search.cli.render import visible

NAUGHTY = "\x1b[31m\x07\x00\x7f\x9b31m\u202edân\u2066\u200f\ud800 vận\r\n\t\u2028\x85x"
"""Characters that a terminal acts on, that break a line, or that UTF-8 cannot encode."""

CONTROL_CHARACTERS = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))} - {"\n"}
CONTROL_CHARACTERS |= set(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def control_characters(text: str) -> set[str]:
    """Return the characters of an output that a terminal acts on."""
    return {one for one in text if one in CONTROL_CHARACTERS or unicodedata.category(one) == "Cs"}


@pytest.fixture
def naughty(run, tmp_path) -> Article:
    """Add an article to the default index whose texts all contain control characters."""
    id_ = NAUGHTY.replace("\ud800", "")
    made = Article(id_, NAUGHTY, NAUGHTY, category=NAUGHTY, source=NAUGHTY)
    with Index.create(tmp_path / "indexes" / "default") as index:
        index.add([made])
    return made


def test_json(run, articles):
    """One document, Vietnamese unescaped, with a fixed order of keys."""
    result = run("query", "dân vận", "--json")
    assert result.stderr == ""
    assert "Dân vận khéo" in result.stdout
    document = json.loads(result.stdout)
    assert list(document) == [
        "query",
        "total",
        "page",
        "limit",
        "generation",
        "relaxed",
        "total_any",
        "relaxed_from",
        "read_as",
        "notes",
        "replaced_by",
        "suggestions",
        "facets",
        "took_ms",
        "hits",
    ]
    assert (document["query"], document["total"], document["relaxed"]) == ("dân vận", 2, False)
    hit = document["hits"][0]
    assert {
        "id",
        "score",
        "exact",
        "title",
        "date",
        "category",
        "source",
        "snippet",
    } <= set(hit)
    assert (hit["id"], hit["exact"], hit["date"], hit["category"]) == ("a 1", True, None, None)
    snippet = hit["snippet"]
    marked = [snippet["text"][start:end] for start, end in snippet["spans"]]
    assert marked == ["dân vận"] or marked == ["dân", "vận"]
    assert document["hits"][1]["exact"] is False


def test_json_lines(run, articles):
    """One hit per line, with the keys of the CSV."""
    lines = run("query", "dân vận", "--jsonl").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["a 1", "2"]
    assert isinstance(json.loads(lines[0])["snippet"], str)


def test_csv(run, articles):
    """One hit per row, below a header line."""
    rows = list(csv.DictReader(io.StringIO(run("query", "dân vận", "--csv").stdout)))
    assert [row["id"] for row in rows] == ["a 1", "2"]
    assert (rows[0]["date"], rows[1]["category"]) == ("", "Chính trị")
    assert json.loads(rows[0]["title_spans"])


_HEADINGS = (
    "id,score,exact,title,title_spans,date,category,source,snippet,snippet_spans,"
    "details_snippet,details_spans,section,page\n"
)


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("--json", '"total": 0'),
        ("--jsonl", ""),
        ("--csv", _HEADINGS),
    ],
)
def test_nothing_found(run, articles, option, expected):
    """If nothing is found, the output is still valid, and the exit code is 1."""
    result = run("query", "zzzz", option)
    assert result.exit_code == 1
    assert expected in result.stdout if expected.startswith('"') else result.stdout == expected


@pytest.mark.parametrize("option", ["--json", "--jsonl", "--csv"])
@pytest.mark.parametrize(
    "args",
    [
        ("stats",),
        ("vocabulary",),
        ("analyze", "Dân vận, “khéo”\n2"),
        ("analyze", "--words", "Dân vận, “khéo”\n2"),
        ("remove", "2", "none", "--dry-run"),
        ("index", "a.txt", "--dry-run"),
    ],
)
def test_every_listing_has_the_same_outputs(run, articles, tmp_path, args, option):
    """JSON, JSON lines and CSV of every command can be parsed."""
    (tmp_path / "a.txt").write_text("Bài một\n\nNội dung.\n")
    out = run(*args, option).stdout
    if option == "--json":
        assert isinstance(json.loads(out), dict)
    elif option == "--jsonl":
        assert all(isinstance(json.loads(line), dict) for line in out.splitlines())
    else:
        rows = list(csv.reader(io.StringIO(out, newline="")))
        assert len({len(row) for row in rows}) == 1
        assert len(rows) >= 2


@pytest.mark.parametrize("option", ["--json", "--jsonl"])
def test_json_of_naughty_texts(run, naughty, option):
    """JSON preserves every character, and contains no control character."""
    out = run("query", "dân", option).stdout
    assert control_characters(out) == set()
    assert len(out.splitlines()) == 1
    hit = json.loads(out)["hits"][0] if option == "--json" else json.loads(out)
    assert (naughty.id, naughty.title, naughty.category, naughty.source) == (
        hit["id"],
        hit["title"],
        hit["category"],
        hit["source"],
    )


def test_csv_of_naughty_texts(run, naughty):
    """CSV has no control characters but tabs and the ends of lines; all others stay."""
    out = run("query", "dân", "--csv").stdout_bytes.decode()
    assert control_characters(out) <= {"\t", "\r"}
    (row,) = csv.DictReader(io.StringIO(out, newline=""))
    for text, cell in ((naughty.id, row["id"]), (naughty.title, row["title"])):
        assert len(cell) == len(text)
        replaced = [(one, two) for one, two in zip(cell, text, strict=True) if one != two]
        expected = [(visible(one), one) for one in text if one not in "\t\r\n"]
        assert replaced == [pair for pair in expected if pair[0] != pair[1]]


@pytest.mark.parametrize("text", ['a,"b"', "a\rb", "a\nb", "a\tb", "", '"', "1+1=2", "dân – vận"])
def test_csv_cells(run, tmp_path, text):
    """The content of any cell is read back unchanged."""
    assert csv_title(run, tmp_path, text) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+84 dân", "-vận", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK('x')"]
)
def test_csv_cells_are_no_formulas(run, tmp_path, text):
    """A text that a spreadsheet would compute gets an apostrophe; a number does not."""
    assert csv_title(run, tmp_path, text) == f"'{text}"
    assert csv_cell(-1.5) == "-1.5"
    assert csv_cell(None) == ""


def csv_title(run, tmp_path, title):
    """Return the title of an article as CSV has it."""
    with Index.create(tmp_path / "indexes" / "default") as index:
        index.add([Article("1", title, "dân")], words=False)
    out = run("query", "dân", "--csv").stdout_bytes.decode()
    (row,) = csv.DictReader(io.StringIO(out, newline=""))
    return row["title"]


@pytest.mark.parametrize(
    "args",
    [
        ("query", "dân"),
        ("query", f"dân {NAUGHTY}", "--match", "any"),
        ("query", f'"{NAUGHTY}'),
        ("query", NAUGHTY.replace("dân", "q").replace("vận", "q").replace("x", "q") + "zz"),
        ("analyze", NAUGHTY),
        ("analyze", "--words", NAUGHTY),
        ("vocabulary",),
        ("vocabulary", NAUGHTY),
        ("remove", NAUGHTY),
        ("stats", "--index", "\x1b[31m\u202e"),
        ("index", "\x1b[31m\u202e"),
        ("index", "."),
        ("index", ".", "--index", "new\x1b[31m\u202e"),
        ("--sort", NAUGHTY, "x"),
        ("--max\x9b", "x"),
    ],
)
@pytest.mark.parametrize("color", ["never", "always"])
def test_no_control_characters(run, naughty, tmp_path, args, color):
    """Control characters and direction marks are replaced."""
    name = "\x1b[31m\x9b\u202e"
    (tmp_path / f"{name}.txt").write_text(f"{NAUGHTY[:9]}\n\nNội dung.\n", "utf-8")
    (tmp_path / f"{name}2.txt").write_bytes(b"\xff")
    (tmp_path / "n.jsonl").write_text(json.dumps({"id": NAUGHTY, "text": "x"}))
    if args[0] in ("query", "analyze", "vocabulary"):
        args = (*args, "--color", color)
    result = run(*args)
    out = result.stdout
    if color == "always":
        for code in ("0", "1", "2", "1;31"):
            out = out.replace(f"\x1b[{code}m", "")
    assert control_characters(out + result.stderr) == set()


def test_shown_stats_of_an_index_of_any_name(run, tmp_path):
    """The name of the folder heads the table, without control characters."""
    name = "\x1b[31m\u202e[red]"
    Index.create(tmp_path / name).close()
    out = run("stats", "--index", name).stdout
    assert control_characters(out) == set()
    assert "␛[31m\ufffd[red]" in out


@pytest.mark.parametrize(
    ("args", "environment", "colored"),
    [
        ((), {}, False),
        (("--color", "auto"), {}, False),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
        (("--color", "always"), {}, True),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color", "always"), {"TERM": "dumb"}, True),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        ((), {"FORCE_COLOR": ""}, False),
    ],
)
def test_color(run, articles, args, environment, colored):
    """The option beats NO_COLOR, which beats FORCE_COLOR, which beats the terminal."""
    result = run("query", "dân vận", *args, env=environment)
    assert colored is ("\x1b[1;31m" in result.stdout)
    assert "\x1b" not in result.stderr


def test_results_and_notices_are_apart(run, articles):
    """Hits go to stdout, notices to stderr."""
    result = run("query", "dân zzzz")
    assert result.stdout.startswith("1. Dân vận khéo\n   https://example.org/1\n   Phong trào")
    assert "no article has all of these syllables" in result.stderr
    assert "2 articles in" in result.stderr


def test_long_lines_are_not_wrapped(run, tmp_path):
    """A title or a source of any length stays on one line."""
    long = "dân vận khéo " * 50
    with Index.create(tmp_path / "indexes" / "default") as index:
        index.add([Article("1", long, "x", source="s" * 500)])
    assert [f"1. {long}".rstrip(), f"   {'s' * 500}"] == [
        line.rstrip() for line in run("query", "dân").stdout.splitlines()[:2]
    ]


def test_markup_is_text(run, tmp_path):
    """Square brackets and emoji codes are printed as they are."""
    with Index.create(tmp_path / "indexes" / "default") as index:
        index.add([Article("1", "[bold]dân[/] :smile:", "[red] [/nope] [link=x]")])
    out = run("query", "dân").stdout
    assert "[bold]dân[/] :smile:" in out
    assert "[red] [/nope] [link=x]" in out


def test_notices_of_the_library(run):
    """A warning that the library logs is printed on one line, without control characters."""
    logger = logging.getLogger("danvan_search.index.writing.index_writer")

    @click.command("notice")
    def notice() -> None:
        logger.warning("the index at %s is old", NAUGHTY)

    cli.add_command(notice)
    try:
        for _ in range(2):
            result = run("notice")
            assert result.stderr.startswith("warning: the index at ␛[31m")
            assert control_characters(result.stderr) == set()
            assert len(result.stderr.splitlines()) == 1
    finally:
        del cli.commands["notice"]


def test_facets(run, articles):
    """A table of counts follows the hits; JSON has all of them."""
    result = run("query", "dân vận", "--facets", "category,year", "--limit", "0")
    assert result.stdout == "category   articles\nChính trị  1\n\nyear  articles\n\n"
    document = json.loads(run("query", "dân vận", "--facets", "category", "--json").stdout)
    assert document["facets"] == {"category": {"Chính trị": 1}}
    assert run("query", "dân", "--facets", "day").exit_code == 2


def test_an_unknown_category_is_told(run, articles):
    """One line names the nearest category."""
    result = run("query", "dân", "--category", "chinh chi")
    assert result.exit_code == 1
    told = 'no article has the category "chinh chi": the nearest one is "Chính trị"'
    assert result.stderr.splitlines()[0] == f"note: {told}"


def test_long_facets_are_cut_for_people(run, tmp_path):
    """People see the most frequent values."""
    with Index.create(tmp_path / "indexes" / "default") as index:
        index.add([Article(str(one), "dân", "", source=f"s{one:02}") for one in range(25)])
    lines = run("query", "dân", "--facets", "source", "--limit", "0").stdout.splitlines()
    assert lines[20:] == ["s19       1", "… 5 more", ""]


def test_filters_alone(run, articles):
    """A filter without a query lists; neither is an error."""
    result = run("query", "--category", "chinh tri")
    assert result.exit_code == 0
    assert result.stdout.startswith("1. (no title)\n   Chính trị · 2\n")
    assert result.stderr.startswith("1 article in ")
    assert run("query", "--since", "2020").stderr.startswith("no article found\n")
    assert run("query").stderr.startswith("error: the query is empty: ")
    titles = run("query", "dân OR nhãn", "--sort", "title-desc", "--jsonl").stdout.splitlines()
    assert [json.loads(line)["id"] for line in titles] == ["3", "a 1", "2"]


def test_stats_as_csv(run, articles):
    """A row for each fact, as people read it; JSON lists what made the words."""
    rows = dict(csv.reader(io.StringIO(run("stats", "--csv").stdout, newline="")))
    assert rows["articles"] == "3"
    assert rows["format"] == "danvan-grid-3"
    assert rows["words made by"].startswith("underthesea-")
    assert rows["last commit"].endswith(" UTC")
    assert not any(sign in value for value in rows.values() for sign in "([{'")
    assert isinstance(json.loads(run("stats", "--json").stdout)["segmenters"], list)
