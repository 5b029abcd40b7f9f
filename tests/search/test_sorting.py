"""Orders of results, filters without a query, and dates as people write them."""

import datetime

import pytest

from danvan_search import Article, OptionError, QueryError

ROWS = [
    ("1", "Đường", datetime.date(2020, 6, 30), "Xã hội"),
    ("2", "dẫn", datetime.date(2019, 12, 31), "Xã hội"),
    ("3", "", None, "Thể thao"),
    ("4", "“Dân vận”", datetime.date(2021, 1, 1), "Thể thao"),
    ("5", "dân", datetime.date(2020, 6, 30), None),
]


@pytest.fixture
def index(make_index):
    """Five articles in two segments, without one that was removed."""
    made = make_index()
    articles = [Article(id_, title, "khéo", date, category) for id_, title, date, category in ROWS]
    made.add([*articles[:3], Article("x", "a", "khéo", datetime.date(2030, 1, 1))], words=False)
    made.add(articles[3:], words=False)
    made.remove("x")
    return made


def ids(results):
    """Return the ids of results."""
    return "".join([hit.id for hit in results])


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("date", "41523"), ("date-asc", "21543"), ("title", "52413"), ("title-desc", "14253")],
)
def test_orders(index, sort, expected):
    """What has no date, or no title, comes last; ties keep the order of scores."""
    assert ids(index.search("khéo", sort=sort)) == expected
    assert ids(index.search("*", sort=sort)) == expected
    assert ids(index.search("khéo", sort=sort, limit=2, page=2)) == expected[2:4]


def test_titles_are_ranked_again_after_a_commit(index):
    """New titles stand at their places."""
    index.search("khéo", sort="title")
    index.add([Article("6", "Dần", "khéo")], words=False)
    assert ids(index.search("khéo", sort="title")) == "562413"


@pytest.mark.parametrize("query", ["", " ", "\n"])
def test_filters_alone_list(index, query):
    """Without a query, what the filters let through, the newest first."""
    results = index.search(query, category="thể thao")
    assert (ids(results), results.total, results.notes) == ("43", 2, ())
    assert ids(index.search(query, since="2020", sort="title")) == "541"
    assert ids(index.search(query, until="2019")) == "2"
    assert index.search(query, category="thể thao", facets="year").facets == {"year": {"2021": 1}}
    with pytest.raises(QueryError, match="empty"):
        index.search(query)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2020", None, "145"),
        ("2020-06", "2020", "15"),
        ("6/2020", "tháng 6 năm 2020", "15"),
        (None, "2019-12", "2"),
        ("năm 2019", "2019", "2"),
        ("30/6/2020", datetime.date(2020, 6, 30), "15"),
        ("2020", "2020-05", ""),
        ("2021-01", None, "4"),
    ],
)
def test_months_and_years(index, since, until, expected):
    """The first day of a period counts for ``since``, the last for ``until``."""
    found = index.search("khéo", since=since, until=until)
    assert "".join(sorted(ids(found))) == expected
    if since and until and isinstance(until, str):
        query = f'khéo since:"{since}" until:"{until}"'
        assert "".join(sorted(ids(index.search(query)))) == expected


@pytest.mark.parametrize("options", [{"since": "2021", "until": "2020"}, {"sort": "name"}])
def test_impossible_options(index, options):
    """An empty range of dates and an unknown order are errors."""
    with pytest.raises(OptionError):
        index.search("khéo", **options)
