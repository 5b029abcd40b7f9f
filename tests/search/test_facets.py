"""Facets and values: their order, what they count, and categories that no article has."""

import datetime

import pytest

from danvan_search import Article, OptionError, SearchOptions

WRITTEN = [
    ("Chính trị", 2020, "a.vn"),
    ("Thể thao; Bóng đá", 2021, "b.vn"),
    ("Thể thao", 2021, None),
    ("Thể thao", 2019, "b.vn"),
    (None, None, "b.vn"),
]


@pytest.fixture
def index(make_index):
    """Five articles in three segments, of which one more was removed."""
    made = make_index()
    articles = [
        Article(
            str(number),
            "Dân vận",
            "khéo" if number % 2 else "công tác",
            date=year and datetime.date(year, number + 1, 1),
            category=category,
            source=source,
        )
        for number, (category, year, source) in enumerate(WRITTEN)
    ]
    made.add(articles[:2], words=False)
    made.add([*articles[2:4], Article("x", "Dân vận", "", category="Đã xóa", source="x.vn")])
    made.add(articles[4:], words=False)
    made.remove("x")
    return made


def test_most_frequent_first(index):
    """Values are by falling number, then by code points; every page counts all matches."""
    results = index.search("dân vận", limit=1, page=2, facets=["category", "year", "month"])
    assert list(results.facets) == ["category", "year", "month"]
    assert list(results.facets["category"].items()) == [
        ("Thể thao", 3),
        ("Bóng đá", 1),
        ("Chính trị", 1),
    ]
    assert list(results.facets["year"].items()) == [("2021", 2), ("2019", 1), ("2020", 1)]
    assert list(results.facets["month"]) == ["2019-04", "2020-01", "2021-02", "2021-03"]
    assert results.to_json()["facets"] == results.facets


def test_filters_and_relaxed_searches(index):
    """Facets count what ``total`` counts, whatever was searched; none are counted unasked."""
    assert index.search("khéo", facets="source").facets == {"source": {"b.vn": 2}}
    assert index.search("khéo", facets="year", since="2020-01-01").facets == {"year": {"2021": 1}}
    relaxed = index.search("khéo zzz", facets="year, category")
    assert relaxed.relaxed
    assert relaxed.facets["year"] == {"2019": 1, "2021": 1}
    assert index.search('"công dân"', facets="year").facets == {"year": {}}
    assert index.search("*", facets="source").facets == {"source": {"b.vn": 3, "a.vn": 1}}
    assert index.search("dân").facets == {}


def test_all_values(index):
    """An index tells its categories and sources, without those of removed articles."""
    assert list(index.categories().items()) == [("Thể thao", 3), ("Bóng đá", 1), ("Chính trị", 1)]
    assert index.sources() == {"b.vn": 3, "a.vn": 1}
    index.remove("3")
    assert index.categories()["Thể thao"] == 2
    index.categories().clear()
    assert index.categories()


@pytest.mark.parametrize("facets", ["category,", ["year", "year"], (), "", "month , source"])
def test_names(facets):
    """Names may be a list, or a string with commas."""
    assert len(SearchOptions(facets=facets).facet_names) <= 2


@pytest.mark.parametrize("facets", ["day", ["category", "x"], [3], 3, None])
def test_unknown_names(facets):
    """Another name is an error that lists those that there are."""
    with pytest.raises(OptionError, match="category, year, month, source"):
        SearchOptions(facets=facets)


@pytest.mark.parametrize(
    ("category", "told"),
    [
        ("thể tao", 'the nearest one is "Thể thao"'),
        ("the thaoo", 'the nearest one is "Thể thao"'),
        ("đá", 'the nearest one is "Bóng đá"'),
        ("Kinh tế", 'the most frequent ones are "Thể thao", "Bóng đá", "Chính trị"'),
        ("the thao; bong da", None),
        ("CHÍNH TRỊ", None),
        ("", 'the most frequent ones are "Thể thao", "Bóng đá", "Chính trị"'),
    ],
)
def test_unknown_categories(index, category, told):
    """A note names the nearest category, whether an option or the query asks for it."""
    notes = index.search("dân", category=category).notes
    assert [note.code for note in notes] == (["category_unknown"] if told else [])
    assert all(told in note.message for note in notes)
    if not category:
        return
    query = f'dân -category:"{category}"'
    (*notes,) = index.search(query).notes
    assert [query[slice(*note.span)] for note in notes] == ([query[5:]] if told else [])


def test_categories_of_an_index_without_any(make_index):
    """There is no nearest one."""
    (note,) = make_index("dân").search("dân", category="x").notes
    assert "no article has any category" in note.message
