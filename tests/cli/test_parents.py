"""Commands that read find the index of a parent folder."""

import os
from pathlib import Path

import pytest

from danvan_search import Article, Index
from danvan_search.cli import parents

READING = [
    ("query", "dân"),
    ("show", "a"),
    ("export",),
    ("stats",),
    ("complete", "d"),
    ("accents", "dan"),
    ("verify",),
]


@pytest.fixture
def below(run, tmp_path, monkeypatch):
    """Work two folders below one with an index of one article."""
    with Index.create(tmp_path / "indexes" / "default") as index:
        index.add([Article("a", "dân", "dân vận")], words=False)
    folder = tmp_path / "x" / "y"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("args", READING)
def test_found_above(run, below, args):
    """The nearest index above is read."""
    assert run(*args).exit_code == 0
    assert list(below.iterdir()) == []


def test_the_nearest_counts(run, below):
    """One in between hides the others; a folder that is no index does not."""
    Path("../indexes/default").mkdir(parents=True)
    assert run("query", "dân").exit_code == 0
    Path("../indexes/default").rmdir()
    Index.create("../indexes/default").close()
    assert run("query", "dân").exit_code == 1
    assert run("stats").stdout.startswith(f"{' ' * 16}../indexes/default\n")


def test_a_named_index_is_not_looked_for(run, below, monkeypatch):
    """Neither an option nor the variable looks elsewhere, and neither does who writes."""
    assert run("query", "dân", "--index", "indexes/default").exit_code == 2
    assert run("remove", "a").exit_code == 2
    (below / "b.txt").write_text("dân")
    assert run("index", "b.txt", "--no-words").stdout.startswith("indexes/default: added 1")
    assert run("query", "dân", "--json").stdout.count('"y/b.txt"') > 0
    monkeypatch.setenv("DVSEARCH_INDEX", "indexes/other")
    assert run("query", "dân").exit_code == 2


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="there are no owners here")
def test_somebody_else_s_index_is_not_read(run, below, monkeypatch, tmp_path):
    """It is the user's, or within the home folder."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "elsewhere")
    assert run("query", "dân").exit_code == 0
    monkeypatch.setattr(parents.os, "getuid", lambda: -1)
    result = run("query", "dân")
    assert (result.exit_code, "no index at indexes/default" in result.stderr) == (2, True)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert run("query", "dân").exit_code == 0
    monkeypatch.setattr(Path, "home", lambda: Path("/"))
    assert run("query", "dân").exit_code == 2
