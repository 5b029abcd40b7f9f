"""`dvsearch accents`, `dvsearch complete`, and what `dvsearch query` says of a query."""

import json

import pytest

from danvan_search import Article, Index


@pytest.fixture
def repeated(tmp_path):
    """The default index, with sentences that occur often."""
    texts = ["Công tác dân vận khéo", "An toàn giao thông", "Nghỉ hè ở bãi biển"] * 20
    with Index.create(tmp_path / "indexes" / "default") as index:
        index.add((Article(f"{n}", "", one) for n, one in enumerate(texts)), words=False)


def test_accents(run, repeated):
    """The text, as typed but for its accents; - is standard input."""
    result = run("accents", "Cong", "tac dan van, 32/CT!")
    assert (result.stdout, result.exit_code) == ("Công tác dân vận, 32/CT!\n", 0)
    result = run("accents", "-", input="An toan\n\nGiao thong")
    assert result.stdout == "An toàn\n\nGiao thông\n"


def test_complete(run, repeated):
    """A table, or JSON; nothing found is exit code 1."""
    result = run("complete", "cong t")
    assert result.stdout.splitlines()[1].split("  ")[0] == "công tác dân vận khéo"
    result = run("complete", "an to", "--json")
    expected = {"completions": [{"text": "an toàn giao thông", "occurrences": 20}]}
    assert json.loads(result.stdout) == expected
    result = run("complete", "zzz")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "no phrase found\n")


def test_a_slip_is_pointed_out(run, repeated):
    """The best suggestion is a line on stderr, all are in the JSON document."""
    result = run("query", "an toan giao thobg")
    assert "did you mean an toan giao thong\n" in result.stderr
    result = run("query", "an toan giao thobg", "--json")
    made = json.loads(result.stdout)["suggestions"]
    assert [one["query"] for one in made] == ["an toan giao thong", "an toàn giao thông"]
    assert "did you mean" not in run("query", "an toàn giao thông").stderr


def test_accents_are_pointed_out_where_they_are_demanded(run, repeated):
    """Accents alone find no other articles, unless they are demanded."""
    assert "did you mean" not in run("query", "zzz nghĩ hè").stderr
    result = run("query", "nghĩ hè", "--accents", "exact")
    assert "did you mean nghỉ hè\n" in result.stderr


def test_keys_are_searched_as_what_they_mean(run, repeated):
    """The command says so, and how to search for the keys."""
    result = run("query", "daan vaanj")
    assert result.exit_code == 0
    assert result.stderr.startswith("searched for dân vận; quote the keys to search as typed\n")
    result = run("query", '"daan vaanj"')
    assert result.exit_code == 1
