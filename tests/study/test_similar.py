"""Similar articles: a search for the best syllables of an article, without the article."""

import json
import math
from collections import Counter

import pytest
from click.testing import CliRunner

from danvan_search import ArgumentTypeError, Article, Index, OptionError
from danvan_search.cli import cli
from danvan_search.text import syllable_grid
from tests.study.test_terms import articles


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Articles in two segments, of which one was removed, and one without syllables."""
    with Index.create(tmp_path_factory.mktemp("similar") / "index") as made:
        gone = Article("gone", "Công tác dân vận", "an toàn giao thông " * 9)
        made.add([gone, *articles()[:20]], words=False)
        made.add([*articles()[20:], Article("empty", "", "…", category="Không")], words=False)
        made.remove(["gone"])
        yield made


def forms_of(article):
    """Return the accented forms of an article, in order."""
    texts = (article.title, article.body, article.details)
    return [form for text in texts for form in syllable_grid(text).accented]


@pytest.mark.parametrize("number", [3, 7, 22, 29])
def test_hits_are_those_of_a_search_for_the_best_syllables(index, number):
    """The query has the 20 best by tf · idf; the hits are those of its search, but the article."""
    own = [set(forms_of(one)) for one in articles()]
    forms = forms_of(articles()[number])
    first = {form: forms.index(form) for form in forms}
    weights = {
        form: tf * math.log(31 / sum(form in one for one in own))
        for form, tf in Counter(forms).items()
    }
    best = sorted(weights, key=lambda form: (-weights[form], first[form]))[:20]
    results = index.similar(f"a{number}", limit=8)
    assert results.query.split() == sorted(best, key=first.__getitem__)
    searched = index.search(results.query, match="any", expand="none", limit=40)
    expected = [(hit.id, hit.score) for hit in searched if hit.id != f"a{number}"]
    assert [(hit.id, hit.score) for hit in results] == expected[:8]
    assert results.total == len(expected)
    assert (len(results), results.limit) == (8, 8)
    assert all(hit.snippet.text for hit in results)


def test_filters_and_articles_without_syllables(index):
    """Filters may exclude the article itself; nothing is like an article without syllables."""
    assert index.similar("a3", category="Không").total == 0
    assert index.similar("a3", limit=0).total > 5
    assert len(index.similar("a3", limit=0)) == 0
    empty = index.similar("empty")
    assert (len(empty), empty.total) == (0, 0)
    assert empty.to_json()["hits"] == []
    assert index.similar("gone") is None
    with pytest.raises(OptionError, match="limit"):
        index.similar("a3", limit=-1)
    with pytest.raises(ArgumentTypeError):
        index.similar(3)


def test_the_command(index):
    """It prints hits as `dvsearch query` does."""

    def run(*args):
        done = CliRunner().invoke(cli, ["similar", *args, "--index", str(index.path)])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        return done

    hits = json.loads(run("a3", "--limit", "3", "--json").stdout)["hits"]
    assert hits == index.similar("a3", limit=3).to_json()["hits"]
    assert run("a3").stdout.startswith("1. ")
    assert run("gone").exit_code == run("empty").exit_code == 1


def test_near_copies_are_left_out_where_that_is_asked_for(make_index):
    """Those of the article itself, and those of a better hit."""
    words = [f"tiếng{chr(97 + number)}{chr(97 + number % 7)}" for number in range(24)]
    text, other = " ".join(words), " ".join([*words[:12], *words[23:11:-1]])
    index = make_index(text, f"{text} thêm", other, f"{other} nữa", "không giống gì")
    assert {hit.id for hit in index.similar("0")} == {"1", "2", "3"}
    results = index.similar("0", collapse=True)
    assert [hit.id for hit in results] in (["2"], ["3"])
    assert results[0].copies == 1
    command = ["similar", "0", "--index", str(index.path), "--collapse", "--jsonl"]
    lines = CliRunner().invoke(cli, command).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [results[0].id]
