"""Doc values: rows of named columns, of which a reader needs to know some."""

import dataclasses
import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search import Article, IndexDamagedError
from danvan_search.article import is_utf8
from danvan_search.index.codec.doc_values import DocValues, DocValuesBuilder, category_key
from danvan_search.store import IndexedArticle
from tests.index.segments import in_memory

TEXTS = st.text(max_size=6) | st.characters(categories=["Cs"])
NAMES = st.none() | st.sampled_from(["Xã hội", "XÃ HỘI", "xa hoi", "", "🙂"]) | TEXTS
ARTICLES = st.builds(
    Article,
    id=st.text(min_size=1, max_size=6).filter(is_utf8),
    title=TEXTS,
    body=st.just(""),
    date=st.none() | st.dates(),
    category=NAMES,
    source=NAMES,
    extra=st.dictionaries(TEXTS, st.integers() | TEXTS, max_size=2),
    details=st.just("") | TEXTS,
)
ROWS = st.lists(
    st.tuples(ARTICLES, st.booleans(), st.sampled_from(["", "/a", "/b"])),
    max_size=12,
    unique_by=lambda row: row[0].id,
)


def arrays_of(rows):
    builder = DocValuesBuilder()
    for article, known in rows:
        builder.add(article, known)
    return builder.arrays()


def values_of(arrays):
    return DocValues(in_memory(arrays), "memory")


def known_of(article, origin="", root=""):
    return IndexedArticle(article.id, article.content_hash(), origin, root)


@given(ROWS)
def test_every_row_is_read_back(drawn):
    """Articles, headings, origins, look-ups and masks are those of a list of articles."""
    rows = []
    for article, is_own, origin in drawn:
        one = Article(**{**article.to_json(), "date": article.date, "source": article.id})
        one = one if is_own else article
        rows.append((one, known_of(one, origin, origin and "/")))
    values = values_of(arrays_of(rows))
    values.check_values()
    assert len(values) == len(rows)
    for doc, (article, known) in enumerate(rows):
        assert values.article(doc, "") == article
        assert values.known(doc) == known
        assert values.find(article.id) == [doc]
    docs = list(range(len(rows)))
    assert values.ids(docs) == [article.id for article, _ in rows]
    assert values.titles(docs) == [article.title for article, _ in rows]
    assert values.sources_of(docs) == [article.source for article, _ in rows]
    assert values.dates_of(docs) == [article.date for article, _ in rows]
    assert values.category_of_each(docs) == [article.category for article, _ in rows]
    for key in {"", "xa hoi", *(category_key(one.category or "") for one, _ in rows)}:
        expected = [
            bool(key) and one.category is not None and category_key(one.category) == key
            for one, _ in rows
        ]
        assert values.category_mask(key).tolist() == expected


def test_a_source_of_its_own_costs_one_string():
    """Different sources cost their bytes and an offset; a source that is the id costs less."""

    def size(source):
        articles = [Article(f"a/{n}", "", "", source=source(n)) for n in range(1000)]
        arrays = arrays_of([(one, known_of(one)) for one in articles])
        return sum(array.nbytes for name, array in arrays.items() if name.startswith("source"))

    urls = [f"https://báo.vn/{number}" for number in range(1000)]
    assert size(urls.__getitem__) == sum(len(url.encode()) for url in urls) + 4 * 1001
    assert size("a/{}".format) < 10
    assert size(lambda number: None) < 10
    assert size(lambda number: urls[number % 7]) < 1000 + 400


def rows_of_two():
    articles = [
        Article("1", "Một", "", datetime.date(2020, 1, 2), "Xã hội", "báo", {"số": 1}, "thẻ"),
        Article("2", "Hai", "", None, "Chính trị", "1", {"số": 2}),
    ]
    return [(one, known_of(one, "/a/tệp", "/a")) for one in articles]


def test_an_unknown_column_is_ignored():
    """A segment of a later version with one column more is read like any other."""
    arrays = arrays_of(rows_of_two())
    more = {"region_bytes": np.zeros(3, np.float32), "views": np.zeros((2, 2), np.uint64)}
    values = values_of(arrays | more)
    values.check_values()
    assert [values.article(doc, "") for doc in (0, 1)] == [one for one, _ in rows_of_two()]


@pytest.mark.parametrize("name", ["category", "source", "origin", "root", "extra", "details"])
def test_a_missing_column_has_no_values(name):
    """A segment of an earlier version that lacks a column has no value in any document."""
    arrays = arrays_of(rows_of_two())
    some = {one: array for one, array in arrays.items() if not one.startswith(f"{name}_")}
    assert len(some) < len(arrays)
    values = values_of(some)
    values.check_values()
    for doc, (article, known) in enumerate(rows_of_two()):
        expected = article.to_json()
        if name in expected:
            expected[name] = {"extra": {}, "details": ""}.get(name)
        assert values.article(doc, "").to_json() == expected
        lacks = {name: ""} if name in ("origin", "root") else {}
        assert values.known(doc) == dataclasses.replace(known, **lacks)
    assert values.category_mask("xa hoi").tolist() == [name != "category", False]


@pytest.mark.parametrize("name", ["id_bytes", "title_offsets", "hashes", "dates", "id_docs"])
def test_a_missing_required_array_is_damage(name):
    """Ids, titles, hashes, dates and the look-up table are in every segment."""
    arrays = arrays_of(rows_of_two())
    del arrays[name]
    with pytest.raises(IndexDamagedError, match="missing"):
        values_of(arrays)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("id_bytes", b"\xff2"),
        ("title_bytes", b"M\xe1t Hai"),
        ("category_bytes", b"X\x80 h"),
        ("source_bytes", b"\xfe\xfe\xfe"),
        ("extra_bytes", b"[]"),
        ("extra_bytes", b"{"),
    ],
)
def test_impossible_bytes_are_damage(name, raw):
    """Bytes that no writer writes are found by the check of all values."""
    rows = rows_of_two()[:1]
    arrays = arrays_of(rows)
    arrays[name] = np.frombuffer(raw, np.uint8)
    arrays[f"{name.removesuffix('bytes')}offsets"] = np.array([0, len(raw)], np.uint32)
    with pytest.raises(IndexDamagedError):
        values_of(arrays).check_values()
