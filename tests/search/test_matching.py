"""The articles that match under each option, and their order."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import Article, Index, OptionError
from danvan_search.text import syllable_grid


def ids(results):
    return [hit.id for hit in results]


SCATTERED = ("dân vận khéo", "vận dân", "khéo tay", "dan van kheo", "dẫn văn kheo x vận")

MATCHES = [
    ("dân vận", "auto", "0134", False),
    ("dân vận", "all", "0134", False),
    ("dân vận", "any", "0134", False),
    ("dân vận", "phrase", "034", False),
    ("dân khéo", "auto", "034", False),
    ("dân tay", "auto", "01234", True),
    ("dân tay", "all", "", False),
    ("tay", "auto", "2", False),
    ("tay chân", "phrase", "", False),
    ("xyz", "auto", "", False),
    ("xyz abc", "auto", "", False),
    ('"dân vận" tay', "auto", "0234", True),
    ('"dân vận" tay', "any", "0234", False),
    ('"dân vận" tay', "all", "", False),
    ('"vận dân"', "any", "1", False),
    ("dân vận khéo tay chân xa", "auto", "01234", False),
    ("dân vận khéo tay chân xa", "all", "", False),
    ('"vận dân" khéo', "phrase", "", False),
]


@pytest.mark.parametrize(("query", "match", "expected", "relaxed"), MATCHES)
def test_match_selects_articles(make_index, query, match, expected, relaxed):
    """Each value of match selects its articles; ``relaxed`` tells when auto fell back to any."""
    results = make_index(*SCATTERED).search(query, match=match)
    assert "".join(sorted(ids(results)[: results.total])) == expected
    assert results.total == len(expected)
    assert results.relaxed == relaxed


def test_auto_requires_all_of_up_to_five_syllables(make_index):
    """A match contains all of five bare syllables, but not all of six."""
    index = make_index("một hai ba bốn năm", "một")
    five, six = index.search("năm bốn ba hai một"), index.search("năm bốn ba hai một sáu")
    assert (five.total, five.relaxed_from, ids(five)) == (1, 1, ["0", "1"])
    assert (six.total, six.relaxed_from, ids(six)) == (2, None, ["0", "1"])


FILLED = ["dân khéo", "dân vận khéo", "khéo", '"dân vận" khéo', '"dân vận" khéo tay', "khéo xyz"]


@pytest.mark.parametrize("query", FILLED)
def test_the_list_goes_on_with_the_rest_of_any(make_index, query):
    """First what matches strictly, then the rest of any's ranking, whatever the page."""
    index = make_index(*SCATTERED)
    strict, of_any = (index.search(query, match=match, limit=100) for match in ("all", "any"))
    whole = index.search(query, limit=100)
    rest = [(hit.id, hit.score) for hit in of_any if hit.id not in ids(strict)]
    expected = [*((hit.id, hit.score) for hit in strict), *rest]
    assert [(hit.id, hit.score) for hit in whole] == expected
    assert whole.total == (strict.total or of_any.total)
    assert whole.relaxed == (not strict.total)
    assert whole.total_any == len(expected) == of_any.total
    assert whole.relaxed_from == (strict.total if rest else None)
    for limit in range(6):
        pages = [index.search(query, limit=limit, page=page) for page in range(1, 7)]
        found = [(hit.id, hit.score) for page in pages for hit in page]
        assert found == (expected if limit else [])
        figures = {(page.total, page.total_any, page.relaxed_from) for page in pages}
        assert figures == {(whole.total, whole.total_any, whole.relaxed_from)}


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ('"dân vận"', {}),
        ('"dân vận" "vận dân"', {}),
        ("vận-khéo", {}),
        ("dân khéo", {"accents": "exact"}),
        ("dân khéo", {"sort": "date"}),
        ("dân khéo", {"match": "all"}),
        ("dân khéo", {"match": "any"}),
        ("dân khéo", {"match": "phrase"}),
        ("dân vận khéo tay chân xa", {}),
    ],
)
def test_what_is_never_filled(make_index, query, options):
    """Quotes or codes alone, exact accents, dates, and whoever chose what must match."""
    results = make_index(*SCATTERED, "vận-khéo").search(query, **options)
    assert (results.relaxed_from, results.total_any) == (None, results.total)
    assert len(results) == results.total


def test_quotes_in_a_long_query_are_text(make_index):
    """A pasted title with quotation marks ranks as if it had none, with more than five others."""
    texts = ["dân vận khéo ở Hưng Yên năm nay tay", "khéo vận dân x dân", "năm nay", "vận"]
    index = make_index(*texts)
    quoted, plain = (
        [(hit.id, hit.score) for hit in index.search(query)]
        for query in (
            '"dân vận khéo" ở Hưng Yên năm "nay" tay xa',
            "dân vận khéo ở Hưng Yên năm nay tay xa",
        )
    )
    assert quoted == plain
    assert len(plain) == 4
    five = index.search('"dân vận khéo" ở Hưng Yên năm nay')
    assert (five.total, len(five)) == (1, 2)


def test_all_syllables_may_be_divided_between_title_and_body(make_index):
    """A match may contain one syllable in its title and another in its body; a phrase may not."""
    index = make_index(Article("a", "dân", "vận"))
    assert ids(index.search("dân vận", match="all")) == ["a"]
    assert ids(index.search('"dân vận"')) == []


ACCENTS = [
    ("đường", "auto", ["0", "1"]),
    ("đường", "exact", ["0"]),
    ("đường", "ignore", ["1", "0"]),
    ("Dương", "auto", ["1", "0"]),
    ("duong", "auto", ["1", "0"]),
    ("duong", "exact", ["1", "0"]),
    ('"đường phố"', "auto", ["0", "1"]),
    ('"duong phố"', "auto", ["1", "0"]),
    ('"duong phố"', "exact", ["1", "0"]),
    ('"đường phô"', "exact", []),
]


@pytest.mark.parametrize(("query", "accents", "expected"), ACCENTS)
def test_accents_rank_filter_or_are_ignored(make_index, query, accents, expected):
    """A typed mark ranks articles first, is required, or has no effect."""
    index = make_index("đường phố xa xa xa", "Dương phố Dương phố")
    assert ids(index.search(query, accents=accents)) == expected


def test_exact_tells_whether_the_accents_are_as_typed(make_index):
    """A hit is exact if it contains every part of the query with the accents as typed."""
    index = make_index("dân vận", "dan vận", "vận x dân", "dan van")
    flags = {hit.id: hit.exact for hit in index.search("dân vận")}
    assert flags == {"0": True, "1": False, "2": True, "3": False}
    assert all(hit.exact for hit in index.search("dan van"))
    assert {hit.id: hit.exact for hit in index.search("dân van", accents="ignore")} == {
        "0": True,
        "1": False,
        "2": True,
        "3": False,
    }


def test_the_whole_query_as_a_phrase_comes_first(make_index):
    """The phrase with its accents ranks above the phrase without, and both above any score."""
    index = make_index(
        "vận x dân x " * 20,
        "x " * 50 + "dan van",
        "x " * 80 + "dân vận",
        "dan vận vận",
    )
    assert ids(index.search("dân vận")) == ["2", "3", "1", "0"]


def test_filters_and_sorting_by_date(make_index):
    """Date and category filters select articles; sorting by date puts the newest first."""
    index = make_index(
        Article("old", "", "dân vận dân vận", datetime.date(2016, 9, 19), "Chính trị"),
        Article("new", "", "dân vận và nhiều chữ khác", datetime.date(2024, 2, 16), "Xã hội"),
        Article("none", "", "dân vận"),
    )

    def found(**options):
        return ids(index.search("dân vận", **options))

    day = datetime.date
    assert set(found()) == {"old", "new", "none"}
    assert found(sort="date") == ["new", "old", "none"]
    assert found(since=day(2016, 9, 20)) == ["new"]
    assert found(since=day(2016, 9, 19), until=day(2016, 9, 19)) == ["old"]
    assert found(until=day(2100, 1, 1), sort="date") == ["new", "old"]
    assert found(category="Chính trị") == ["old"]
    assert found(category="chinh TRI") == ["old"]
    assert found(category="Thể thao") == []
    assert found(category="…") == []


def test_several_categories(make_index):
    """An article with several categories is found by each, and by all together."""
    index = make_index(
        Article("both", "", "dân vận", category="Chính trị; Xã hội"),
        Article("one", "", "dân vận", category="Xã hội"),
        Article("other", "", "dân vận", category="Chính trị và xã hội"),
        Article("blank", "", "dân vận", category="Thể thao; "),
    )

    def found(category):
        return sorted(ids(index.search("dân vận", category=category)))

    assert found("chính trị") == ["both"]
    assert found("xa hoi") == ["both", "one"]
    assert found("Chính trị; Xã hội") == ["both"]
    assert found("thể thao") == ["blank"]
    assert found(" ") == []


def test_pages_are_slices_of_one_long_page(make_index):
    """Paging never loses, repeats or reorders a hit."""
    index = make_index(*(f"dân vận {'x ' * (number % 7)}" for number in range(25)))
    whole = ids(index.search("dân vận", limit=100))
    assert len(whole) == 25
    pages = [ids(index.search("dân vận", limit=4, page=page)) for page in range(1, 9)]
    assert [one for page in pages for one in page] == whole
    assert pages[-1] == []
    assert index.search("dân vận", limit=4, page=8).total == 25
    assert ids(index.search("dân vận", limit=0)) == []
    assert index.search("dân vận", limit=0).total == 25


BAD_OPTIONS = [
    {"limit": -1},
    {"limit": 2.5},
    {"limit": True},
    {"page": 0},
    {"match": "some"},
    {"accents": "no"},
    {"sort": "name"},
    {"since": "2020-13-01"},
    {"since": datetime.date(2020, 1, 2), "until": datetime.date(2020, 1, 1)},
    {"category": 3},
    {"snippet_chars": -1},
    {"snippet_chars": 10**9},
    {"max_query_chars": 0},
]


@pytest.mark.parametrize("options", BAD_OPTIONS, ids=str)
def test_an_invalid_option_is_an_error(seeds_index, options):
    """Invalid values of every option raise ``OptionError``."""
    with pytest.raises(OptionError):
        seeds_index.search("dân", **options)


words = st.sampled_from(["dân", "dan", "vận", "văn", "khéo", "đi", "di", "x"])
bodies = st.lists(words, max_size=8).map(" ".join)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(bodies, bodies), min_size=1, max_size=5),
    st.lists(
        st.tuples(st.lists(words, min_size=1, max_size=3), st.booleans()),
        min_size=1,
        max_size=3,
    ),
)
def test_a_search_finds_the_articles_of_a_scan(tmp_path_factory, texts, parts):
    """Every combination of options finds exactly the articles that a scan of the texts finds."""
    with Index.create(tmp_path_factory.mktemp("scan") / "index") as index:
        index.add(Article(str(n), title, body) for n, (title, body) in enumerate(texts))
        query = " ".join(
            f'"{" ".join(forms)}"' if quoted else " ".join(forms) for forms, quoted in parts
        )
        phrases = [
            tuple(group)
            for forms, quoted in parts
            for group in ([forms] if quoted else [[form] for form in forms])
        ]
        for accents in ("auto", "exact", "ignore"):
            exact = accents == "exact"
            all_of = {
                str(n)
                for n, text in enumerate(texts)
                if all(_contains(text, phrase, exact=exact) for phrase in phrases)
            }
            any_of = {
                str(n)
                for n, text in enumerate(texts)
                if any(_contains(text, phrase, exact=exact) for phrase in phrases)
            }
            options = {"accents": accents, "snippet_chars": 0}
            assert set(ids(index.search(query, match="all", **options))) == all_of
            assert set(ids(index.search(query, match="any", **options))) == any_of
            exact_ids = {
                str(n)
                for n, text in enumerate(texts)
                if all(_contains(text, phrase, exact=True) for phrase in phrases)
            }
            for hit in index.search(query, match="any", **options):
                assert hit.exact == (hit.id in exact_ids)


def _contains(text, phrase, *, exact):
    """Return whether the title or the body contains the phrase, by a scan of both."""
    wanted = syllable_grid(" ".join(phrase))
    for part in text:
        grid = syllable_grid(part)
        for at in range(len(grid) - len(wanted) + 1):
            indices = range(at, at + len(wanted))
            if all(
                (
                    grid.accented[index] == form
                    if exact and form != folded
                    else grid.folded[index] == folded
                )
                for index, form, folded in zip(indices, wanted.accented, wanted.folded, strict=True)
            ):
                return True
    return False


def test_a_choice_of_filters_is_a_filter(make_index):
    """Beside one, as beside a single filter, match="auto" decides what of the words is demanded."""
    rows = [
        Article(f"{name}{number}", "", text, category=name)
        for name in "abc"
        for number, text in enumerate(["dân vận khéo", "dân vận", "khéo tay", "phố"])
    ]
    index = make_index(*rows)
    choice = "(category:a OR category:b)"
    for words in ("dân vận khéo", "dân phố", "dân vận khéo tay phố xá đường"):
        several = index.search(f"{words} {choice}", limit=20)
        single = [index.search(words, category=name, limit=20) for name in "ab"]
        assert several.total == sum(one.total for one in single) > 0
        assert several.relaxed == single[0].relaxed
        assert {hit.id for hit in several} == {
            hit.id for one in single for hit in one.hits[: one.total]
        }
    alone = index.search(choice, limit=20)
    assert (alone.total, {hit.id[0] for hit in alone}) == (8, {"a", "b"})


def test_half_a_surrogate_pair_in_a_source(make_index):
    """It is a value like others, without a warning."""
    index = make_index(
        Article("a", "dân", "", source="báo \ud800 a"), Article("b", "dân", "", source="báo a")
    )
    assert [hit.id for hit in index.search('dân source:"bao a"')] == ["b"]
