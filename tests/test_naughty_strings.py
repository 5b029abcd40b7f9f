"""Naughty strings through the whole engine: analysis, index, search and hits."""

import json

import pytest

from danvan_search import Article, DanvanError, Index, QueryError, analyze
from danvan_search.text import syllable_grid
from tests.naughty import NAUGHTY, SMALL

IDS = [name for name, _ in NAUGHTY]


def beginning(string):
    """Return the beginning of a string that fits in a query, cut at the end of a syllable."""
    if len(string) <= 900:
        return string
    ends = syllable_grid(string[:900]).ends
    return string[: ends[-2]] if len(ends) > 1 else ""


@pytest.fixture(scope="module")
def naughty_index(tmp_path_factory):
    """One index that contains each naughty string as a title and in a body."""
    with Index.create(tmp_path_factory.mktemp("naughty") / "index") as index:
        index.add(Article(name, string, f"trước {string} sau") for name, string in NAUGHTY)
        yield index


@pytest.mark.parametrize(("name", "string"), NAUGHTY, ids=IDS)
def test_a_naughty_string_is_analysed(name, string):
    """Analysis gives each syllable its offsets in the string, and a word."""
    for one in analyze(string).syllables:
        assert string[one.start : one.end] == one.surface
        assert one.accented in one.word


@pytest.mark.parametrize(("name", "string"), NAUGHTY, ids=IDS)
def test_a_naughty_string_is_kept_as_written(naughty_index, name, string):
    """The index returns title and body character for character."""
    article = naughty_index.get(name)
    assert article.title == string
    assert article.body == f"trước {string} sau"


@pytest.mark.parametrize(("name", "string"), NAUGHTY, ids=IDS)
def test_a_naughty_string_is_found_by_itself(naughty_index, name, string):
    """As a query, a string finds its article; without syllables it raises ``QueryError``."""
    quoteless = "".join(" " if one in '"“”„‟«»＂' else one for one in beginning(string))
    try:
        results = naughty_index.search(f'"{quoteless}"', limit=200, snippet_chars=60)
    except QueryError:
        assert len(syllable_grid(quoteless)) == 0
        return
    assert name in {hit.id for hit in results}
    for hit in results:
        assert hit.snippet.text in hit.article.body
        assert json.loads(json.dumps(hit.to_json()))["id"] == hit.id


@pytest.mark.parametrize(("name", "string"), SMALL, ids=[name for name, _ in SMALL])
def test_a_naughty_query_is_answered_or_refused(seeds_index, name, string):
    """Every query returns results or raises a ``DanvanError`` with a message."""
    for query in (string, f"dân {string} vận", f'"{string}"', f"{string}{string}"):
        for match in ("auto", "any", "phrase"):
            try:
                answer = seeds_index.search(query, match=match, limit=2).total
            except DanvanError as error:
                answer = str(error)
            assert answer != ""


@pytest.mark.parametrize(
    ("name", "string"), [pair for pair in NAUGHTY if len(pair[1]) > 1000], ids=lambda v: v[:30]
)
def test_a_query_that_is_too_long_is_refused(seeds_index, name, string):
    """The length of a query is checked first."""
    with pytest.raises(QueryError, match="limit"):
        seeds_index.search(string)
