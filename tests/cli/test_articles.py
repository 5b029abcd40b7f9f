"""`dvsearch show` and `dvsearch export`: whole articles."""

import datetime
import io
import json

import click
import pytest
from rich.text import Text

from danvan_search import Article, Index
from danvan_search.cli.render import console, page_through
from tests.naughty import SMALL

BODY = "Dòng một: dân vận.\n\n\x1b[31mDòng ba &amp; dân\x07 vận khéo."


@pytest.fixture
def index(run, tmp_path):
    """The default index, of three articles."""
    with Index.create(tmp_path / "indexes" / "default") as made:
        made.add(
            [
                Article(
                    "a",
                    "Hội thi dân vận",
                    BODY,
                    date=datetime.date(2020, 6, 30),
                    category="Chính trị",
                    source="https://a.vn",
                    extra={"author": "Lê A", "tags": ["x", "y"]},
                    details="dân vận khéo",
                ),
                Article("b", "", "<p>dân</p>"),
                Article("c/d", "Hưng Yên", "vận"),
            ],
            words=False,
        )
        yield made


def test_show(run, index):
    """Title, facts, other values, lines of the text, details; no control characters."""
    result = run("show", "a")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.split("\n") == [
        "Hội thi dân vận",
        "2020-06-30 · Chính trị · https://a.vn · a",
        "author: Lê A",
        "tags: x, y",
        "",
        "Dòng một: dân vận.",
        "",
        "␛[31mDòng ba &amp; dân␇ vận khéo.",
        "",
        "dân vận khéo",
        "",
    ]
    assert run("show", "b").stdout == "(no title)\nb\n\n<p>dân</p>\n"
    missing = run("show", "none")
    assert (missing.exit_code, missing.stderr) == (1, "no article has the id none\n")


def test_show_with_marks(run, index):
    """What a query matches is coloured; JSON has the spans."""
    shown = run("show", "a", "--query", '"dân vận"', "--color", "always").stdout
    assert shown.count("\x1b[1;31mdân vận\x1b[0m") == 3
    assert "\x1b[1;31mdân␇ vận\x1b[0m" in shown
    document = json.loads(run("show", "a", "--query", '"dân vận"', "--json").stdout)
    assert document["title_spans"] == [[8, 15]]
    assert document["body"] == BODY
    assert "title_spans" not in json.loads(run("show", "a", "--json").stdout)
    assert run("show", "a", "--query", "!").exit_code == 2


@pytest.mark.parametrize("is_terminal", [False, True])
def test_only_a_terminal_has_pages(monkeypatch, capsys, is_terminal):
    """The pager gets all lines at once."""
    paged = []
    monkeypatch.setattr(click, "echo_via_pager", lambda text, color: paged.append(text))
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: is_terminal)
    page_through(console("never", stream), [Text("một"), Text("hai")])
    assert paged == (["một\nhai\n"] if is_terminal else [])
    assert capsys.readouterr().out == ("" if is_terminal else "một\nhai\n")


def exported(run, *args):
    """Return the articles that a command prints."""
    return [json.loads(line)["id"] for line in run("export", *args).stdout.splitlines()]


def test_export(run, index):
    """All articles, or those that match, in the order of the index."""
    assert exported(run) == ["a", "b", "c/d"]
    assert exported(run, "dân") == ["a", "b"]
    assert exported(run, "dân yên") == []
    assert exported(run, "dân yên", "--match", "any") == ["a", "b", "c/d"]
    assert exported(run, "--category", "chinh tri") == ["a"]
    assert exported(run, "--since", "2020", "-dân") == []
    assert exported(run, "dân", "-vận") == ["b"]
    assert exported(run, "mot hai ba bon nam sau bay") == []
    nothing = run("export", "zzz")
    assert (nothing.exit_code, nothing.stderr) == (1, "no article found\n")


def test_exported_articles_are_read_back(run, index, tmp_path):
    """`dvsearch index` makes the same articles of the lines, from a file and from a pipe."""
    index.add(
        [
            Article(f"naughty {number}", text, text, source=text, category=text, details=text)
            for number, (_, text) in enumerate(SMALL)
            if len(text) < 10_000 and json.loads(json.dumps(text)) == text  # no two halves
        ]
        + [
            Article("html", "T&agrave;i", "<p>T&agrave;i</p> T&agrave;i", source=""),
            Article("only details", "", "", details="x", category=""),
            Article("dates", "", "x", extra={"date": "hôm qua", "text": None, "id": 3}),
            Article("tags", "a", "b", extra={"tags": ["x"], "author": "y"}),
        ],
        words=False,
    )
    articles = {one.id: one for one in index.articles()}
    assert len(articles) == len(index)
    lines = run("export").stdout_bytes
    (tmp_path / "articles.jsonl").write_bytes(lines)
    assert run("index", "articles.jsonl", "--index", "file", "--no-words").exit_code == 0
    assert run("index", "-", "--index", "pipe", "--no-words", input=lines).exit_code == 0
    for name in ("file", "pipe"):
        with Index.open(tmp_path / name) as copy:
            assert {one.id: one for one in copy.articles()} == articles


def test_articles_are_read_one_by_one(index, monkeypatch):
    """The iterator reads no article before it is asked for, and sees no later commit."""
    articles = index.articles()
    index.remove("b")
    snapshot = type(index._current().snapshot)
    read = []
    original = snapshot.article
    monkeypatch.setattr(
        snapshot, "article", lambda self, doc: read.append(doc) or original(self, doc)
    )
    assert (next(articles).id, len(read)) == ("a", 1)
    assert [one.id for one in articles] == ["b", "c/d"]
    assert [one.id for one in index.articles("vận")] == ["a", "c/d"]


def test_several_snippets_are_lines(run, index):
    """Each snippet of a hit has a line, in the order of the text."""
    index.add([Article("s", "x", "Trống đồng ở đây. " + "Chuyện khác. " * 40 + "Cồng chiêng.")])
    shown = run("query", "trống chiêng", "--snippets", "2", "--snippet-chars", "40").stdout
    lines = shown.splitlines()
    assert lines[2].startswith("   Trống đồng ở đây.")
    assert lines[3].endswith("Cồng chiêng.")
