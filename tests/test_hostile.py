"""Hostile queries and records, which try to use up time or memory, or to cause a crash."""

import bz2
import gzip
import json
import lzma
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from danvan_search import Article, Index, QueryError
from danvan_search.ingest import Loaded, Skipped, read_file, scan
from danvan_search.query import Query, parse
from tests.query.shown import parts_of

MANY = 10_000

QUERIES = {
    "a megabyte without a blank": "a" * 1_000_000,
    "a megabyte of marks": "a" + "\u0301\u0323" * 500_000,
    "quotes": '"' * 100_000,
    "quotes with a letter": '"a"' * 33_000,
    "quotes with blanks": '" "' * 33_000,
    "quotes that open": "«" * 100_000,
    "quotes that open and never close": "« a " * 25_000,
    "curly quotes of both kinds": "“a„" * 33_000,
    "syllables": " ".join(f"tu{number}" for number in range(MANY)),
    "phrases": '"dân vận" ' * 2_000,
    "one long phrase": f'"{"dân vận " * (MANY // 2)}"',
    "words": "word:dân " * 2_000,
    "words without an end": "word:" * 20_000,
    "words in quotes": 'word:"a"' * 12_000,
    "a word of many parts": "word:" + "1/" * MANY,
    "a code": "1/" * (MANY // 2),
    "joints of codes": "-" * 100_000 + "a",
    "brackets": "(" * 100_000,
    "blanks": " " * 1_000_000 + "a",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Return an open index of articles that such queries find."""
    with Index.create(tmp_path_factory.mktemp("hostile") / "index") as made:
        made.add(Article(str(n), "Dân vận", f"dân vận khéo tu{n} a 1/2") for n in range(20))
        yield made


def parsed(text: str) -> Query | QueryError:
    """Return a parsed query of any length, or its error."""
    try:
        return parse(text, max_chars=len(text))
    except QueryError as error:
        return error


@pytest.mark.parametrize("kind", QUERIES)
def test_a_huge_query(index, kind):
    """It gives a clear error; with a higher limit, it gives a result or a clear error.

    Code of quadratic time would not finish.
    """
    text = QUERIES[kind]
    with pytest.raises(QueryError, match=r"characters, the limit is 1,000: shorten it") as caught:
        index.search(text)
    assert len(str(caught.value)) < 200
    query = parsed(text)
    if isinstance(query, QueryError):
        assert len(str(query)) < 200
        assert query.position is not None
        return
    if sum(len(part.syllables) for part in parts_of(query)) <= MANY:
        found = index.search(text, max_query_chars=len(text), match="any", limit=2)
        assert found.total <= 20


_TOKENS = [
    '"',
    "“",
    "”",
    "«",
    "»",
    "word:",
    " ",
    "-",
    "/",
    "dân",
    "vận",
    "19",
    "\u0301",
    "…",
    "\x00",
]


@given(st.lists(st.sampled_from(_TOKENS), max_size=40).map("".join))
@example('word:""')
@example('word:"dân')
@example("word:-/dân")
@example('dân"word:vận"')
@example("«word:dân»word:")
def test_any_query(text):
    """All clauses lie within the query, in order, or the error points into the query."""
    query = parsed(text)
    if isinstance(query, QueryError):
        assert query.position is None or 0 <= query.position < len(text)
        return
    at = 0
    for phrase in parts_of(query):
        assert phrase.syllables
        for one in phrase.syllables:
            start, end = one.span
            assert at <= start < end <= len(text)
            at = end


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "title", "text", "body", "date", "category", "source", "url", "x"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=5))
@example([{"id": 10**5000, "text": "x"}])
@example([{"id": "1", "text": "x", "date": 1e308, "source": ["x"]}])
@example([{"id": "1", "text": "x", "x": [float("nan"), float("inf")]}])
@example([{"id": "\ud800", "text": "\ud83d\ude00"}])
@example([{"id": True, "title": None, "text": {}}])
def test_any_records(tmp_path_factory, records):
    """Each line of any JSON gives an article that can be indexed, or a reason to skip it."""
    path = tmp_path_factory.mktemp("records") / "a.jsonl"
    path.write_text("".join(f"{_dumps(one)}\n" for one in records), "utf-8")
    (file,) = scan(path).files
    read = list(read_file(file))
    assert all(isinstance(one, Loaded | Skipped) for one in read)
    for one in read:
        if isinstance(one, Loaded):
            assert one.article == Article.from_json(one.article.to_json())
            assert len(one.article.content_hash()) == 32
        else:
            assert str(one).isprintable()


def _dumps(value) -> str:
    if isinstance(value, dict) and isinstance(value.get("id"), int) and value["id"] > 10**4000:
        return '{"id": ' + "1" * 5001 + ', "text": "x"}'  # json.dumps has a limit of digits
    return json.dumps(value)


@pytest.mark.parametrize("depth", [1000, 100_000])
@pytest.mark.parametrize("opening", ['{"x":', "["])
def test_deep_records(tmp_path, depth, opening):
    """A record that is nested too deeply is skipped with a reason."""
    path = tmp_path / "a.jsonl"
    path.write_text(
        f'{{"id": "1", "text": "x", "y": {opening * depth}\n{{"id": "2", "text": "x"}}\n'
    )
    (file,) = scan(path).files
    skipped, loaded = read_file(file)
    assert isinstance(skipped, Skipped)
    assert loaded.article.id == "2"


LINES = b"".join(
    b'{"id": "%d", "text": "d\xc3\xa2n v\xe1\xba\xadn %d"}\n' % (n, n) for n in range(50)
)


@given(
    st.sampled_from([("a.jsonl.gz", gzip.compress), ("a.jsonl.xz", lzma.compress)]),
    st.integers(0, 9_999),
    st.integers(0, 255),
    st.booleans(),
)
@example(("a.jsonl.xz", bz2.compress), 0, 0, False)
def test_damaged_compressed_files(tmp_path_factory, kind, at, byte, cut):
    """A compressed file that is cut or changed is reported, and its readable part is read."""
    name, compress = kind
    content = compress(LINES)
    start = len(content) * at // 10_000
    content = content[:start] if cut else content[:start] + bytes([byte]) + content[start + 1 :]
    path: Path = tmp_path_factory.mktemp("compressed") / name
    path.write_bytes(content)
    (file,) = scan(path).files
    read = list(read_file(file))
    assert all(isinstance(one, Loaded | Skipped) for one in read)
    if [one.article.id for one in read if isinstance(one, Loaded)] != [*map(str, range(50))]:
        assert any(isinstance(one, Skipped) for one in read)
