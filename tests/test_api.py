"""The public names, and the class ``Index``."""

import datetime
import inspect
import re

import pytest

import danvan_search
from danvan_search import (
    ArgumentTypeError,
    Article,
    ArticleError,
    BackupError,
    Changes,
    ConflictError,
    DanvanError,
    DecodingError,
    Index,
    IndexDamagedError,
    IndexExistsError,
    IndexFormatError,
    IndexLockedError,
    IndexNotFoundError,
    IndexStorageError,
    OptionError,
    PartialWriteError,
    QueryError,
    QueryTimeoutError,
    StoreError,
    StoreUnavailableError,
    UnsupportedError,
    errors,
)
from tests.conftest import ROOT


def test_public_names():
    """The package exports exactly these names."""
    assert danvan_search.__all__ == [
        "ENCODINGS",
        "Analysis",
        "AnalyzedSyllable",
        "ArgumentTypeError",
        "Article",
        "ArticleError",
        "BackupError",
        "BackupReport",
        "BuildOptions",
        "Changes",
        "ClusterStats",
        "Completion",
        "Concordance",
        "ConcordanceOptions",
        "ConflictError",
        "Count",
        "Damage",
        "DanvanError",
        "Decoded",
        "DecodingError",
        "EmbedReport",
        "Embedder",
        "Explanation",
        "Hit",
        "Index",
        "IndexDamagedError",
        "IndexExistsError",
        "IndexFormatError",
        "IndexLockedError",
        "IndexNotFoundError",
        "IndexStorageError",
        "Line",
        "MarkedArticle",
        "MissingPart",
        "NotRead",
        "Note",
        "Notice",
        "OptionError",
        "PartialWriteError",
        "Query",
        "QueryError",
        "QueryTimeoutError",
        "RepairReport",
        "Results",
        "ScorePart",
        "SearchOptions",
        "Snippet",
        "Stats",
        "Store",
        "StoreError",
        "StoreIndex",
        "StoreUnavailableError",
        "Suggestion",
        "Syllable",
        "SyncOptions",
        "SyncReport",
        "Synonyms",
        "Term",
        "TermDetails",
        "UnsupportedError",
        "Verification",
        "Word",
        "WriteOptions",
        "__version__",
        "analyze",
        "decode",
        "marked_html",
        "parse",
        "restore_accents",
        "segment_words",
        "utf16_spans",
        "verify_index",
    ]
    assert all(hasattr(danvan_search, name) for name in danvan_search.__all__)


def test_error_tree():
    """The errors form the tree in the docstring of their module."""
    tree = {
        ArticleError: DanvanError,
        DecodingError: DanvanError,
        QueryError: DanvanError,
        QueryTimeoutError: DanvanError,
        OptionError: DanvanError,
        ArgumentTypeError: DanvanError,
        StoreError: DanvanError,
        IndexNotFoundError: StoreError,
        IndexExistsError: StoreError,
        IndexFormatError: StoreError,
        IndexLockedError: StoreError,
        IndexDamagedError: StoreError,
        IndexStorageError: StoreError,
        BackupError: StoreError,
        StoreUnavailableError: StoreError,
        PartialWriteError: StoreError,
        ConflictError: StoreError,
        UnsupportedError: StoreError,
    }
    assert tree == {error: error.__base__ for error in tree}
    named = {one for _, one in inspect.getmembers(errors, inspect.isclass)}
    assert named == {DanvanError, *tree}
    assert all(one.__name__ in errors.__doc__ for one in named)
    assert issubclass(OptionError, ValueError)
    assert issubclass(DecodingError, ValueError)
    assert issubclass(ArgumentTypeError, TypeError)


def test_error_codes():
    """Each class has a code of its own, which the docs list."""
    classes = [one for _, one in inspect.getmembers(errors, inspect.isclass)]
    codes = {one.__name__: vars(one)["code"] for one in classes if issubclass(one, DanvanError)}
    assert len(set(codes.values())) == len(codes)
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", code) for code in codes.values())
    page = (ROOT / "docs" / "library.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `(\w+Error)` \| `([a-z-]+)` \|", page, re.M))
    assert listed == codes


@pytest.fixture
def index(tmp_path):
    """Return an open, empty index."""
    with Index.create(tmp_path / "index") as made:
        yield made


def article(id_: str, body: str = "dân vận khéo", **values) -> Article:
    """Return an article."""
    return Article(id_, "Tựa đề", body, **values)


@pytest.mark.parametrize(
    ("given", "changes", "kept"),
    [
        (["1 a"], (0, 0, 1), "a"),
        (["1 b"], (0, 1, 0), "b"),
        (["1 b", "1 c"], (0, 1, 0), "c"),
        (["1 a", "1 b"], (0, 1, 0), "b"),
        (["1 b", "1 a"], (0, 1, 0), "a"),
        (["1 a", "1 a"], (0, 0, 1), "a"),
        (["2 x", "2 y", "1 a"], (1, 0, 1), "a"),
        (["2 x", "3 x", "2 x", "1 z"], (2, 1, 0), "z"),
        ([], (0, 0, 0), "a"),
    ],
)
def test_add_is_an_upsert(index, given, changes, kept):
    """Of several articles with one id the last is kept, and each id is counted once."""
    index.add([article("1", "a")])
    assert Changes(*changes) == index.add(article(*one.split()) for one in given)
    assert index.get("1").body == kept
    assert len(index) == len(set(index.ids())) == 1 + changes[0]


def test_articles_are_returned_unchanged(index):
    """No value of an article is lost or changed."""
    deep: dict = {}
    for _ in range(45):
        deep = {"d": [deep]}
    values = [
        article("day 1", date=datetime.date.min, category="!!!", source="\x1b[31m"),
        article("day last", date=datetime.date.max, category="🔥", source=""),
        article("extra", extra={"số": [1, 2.5, None, {"a": True}], "\ud800": "\udfff"}),
        article("body", "\ud800 dân\0vận \x1b[2J\u202e\r\n\ufeff 😀" + "e\u0301" * 99),
        Article("no title", "", "x"),
        Article("no body", "x", ""),
        Article("nothing", "", ""),
        article("category", category="dân \ud800 " * 9000, source="s" * 70_000),
        article("deep", extra=deep),
    ]
    assert len(values) == index.add(values).added
    assert values == [index.get(one.id) for one in values]
    assert len(values) == index.add(values).unchanged
    assert [one.id for one in values] == list(index.ids())


def test_body_of_megabytes(index):
    """A body of 5 MB is indexed like any other."""
    body = "." * 2_500_000 + " Tây Nguyên " + "x" * 2_500_000
    index.add([article("1", body)])
    (hit,) = index.search('"tay nguyen"')
    assert hit.snippet.text[slice(*hit.snippet.spans[0])].startswith("Tây")
    assert index.get("1").body == body


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"id": ""}, "non-empty"),
        ({"id": 5}, "non-empty"),
        ({"id": "x" * 1001}, "1,001 characters"),
        ({"id": "a\udc80"}, "UTF-8"),
        ({"id": "\ud83d"}, "UTF-8"),
        ({"title": None}, "title"),
        ({"body": b"x"}, "body"),
        ({"category": 5}, "category"),
        ({"date": "2020-01-01"}, "date"),
        ({"extra": {"x": object()}}, "JSON"),
        ({"extra": {"x": float("nan")}}, "JSON"),
        ({"extra": {1: 1, "a": 1}}, "JSON"),
        ({"extra": 5}, "JSON"),
    ],
)
def test_invalid_articles(values, says):
    """An article that an index could not store cannot be created."""
    with pytest.raises(ArticleError, match=says) as caught:
        Article(**{"id": "1", "title": "", "body": "", **values})
    str(caught.value).encode()


@pytest.mark.parametrize("levels", [101, 5000])
def test_extra_values_too_deep(levels):
    """Values that are nested too deeply to be serialised are refused."""
    deep: list = []
    for _ in range(levels):
        deep = [deep]
    with pytest.raises(ArticleError, match="levels"):
        article("1", extra={"deep": deep})
    deep.append(deep)
    with pytest.raises(ArticleError, match="levels"):
        article("1", extra={"deep": deep})


def test_a_datetime_becomes_a_date():
    """The date of an article is without a time."""
    assert article("1", date=datetime.datetime(2020, 5, 6, 7)).date == datetime.date(2020, 5, 6)


@pytest.mark.parametrize(
    ("category", "found"),
    [
        ("Chính trị", ["1"]),
        ("chinh  TRI", ["1"]),
        ("!!!", ["2"]),
        ("🔥", ["3"]),
        ("", []),
        ("\ud800", []),
        ("???", []),
    ],
)
def test_categories(index, category, found):
    """Categories are compared by their syllables; those without syllables, as written."""
    index.add(
        [
            article("1", category="Chính trị"),
            article("2", category="!!!"),
            article("3", category=" 🔥 "),
            article("4", category=""),
        ]
    )
    assert found == [hit.id for hit in index.search("dan van", category=category)]


def test_collection_methods(index):
    """An index has the length and membership tests of a collection."""
    index.add([article("1"), article("2", "x")])
    assert len(index) == 2
    assert [one in index for one in ("1", "3", 5, "\ud800")] == [True, False, False, False]
    assert index.get("3") is None
    assert index.get("\ud800") is None
    assert index.remove(["1", "1", "3"]) == 1
    assert index.remove("2") == 1
    assert list(index.ids()) == []
    assert index.search("dan").total == 0
    assert index.stats().articles == index.stats().syllables == 0


def test_stats(index):
    """The statistics describe the current content."""
    index.add([article("1", "Dân dan vận"), article("2", "dân")])
    stats = index.stats()
    assert (stats.articles, stats.syllables) == (2, 8)
    assert (stats.accented_forms, stats.folded_forms) == (5, 4)
    assert (stats.generation, stats.format) == (1, "danvan-grid-3")
    assert stats.last_commit.tzinfo is datetime.UTC
    assert stats.size_bytes > 0
    assert list(stats.versions) == ["danvan-search", "Whoosh", "underthesea"]
    index.remove(["1", "2"])
    assert index.stats().generation == 2


CALLS = {
    "len": len,
    "in": lambda index: "1" in index,
    "ids": lambda index: list(index.ids()),
    "get": lambda index: index.get("1"),
    "add": lambda index: index.add([article("2")]),
    "add nothing": lambda index: index.add([]),
    "remove": lambda index: index.remove(["1"]),
    "sync": lambda index: index.sync(["-"]),
    "search": lambda index: index.search("dân"),
    "stats": lambda index: index.stats(),
}


@pytest.mark.parametrize("call", CALLS)
def test_use_after_close(tmp_path, call):
    """A closed index refuses every call but ``close``, and writes nothing."""
    with Index.create(tmp_path / "index") as index:
        index.add([article("1")])
    index.close()
    with pytest.raises(DanvanError, match="closed: open it again"):
        CALLS[call](index)
    index.close()
    with Index.open(tmp_path / "index") as again:
        assert list(again.ids()) == ["1"]


def test_results_outlive_the_index(tmp_path):
    """Results can be used after the index is closed, and cannot be modified."""
    with Index.create(tmp_path / "index") as index:
        index.add([article("1")])
        results = index.search("dan van")
        index.remove(["1"])
    (hit,) = results
    assert (hit.id, hit.article.body, hit.exact) == ("1", "dân vận khéo", True)
    assert results[0] is hit
    assert hit.snippet.text[slice(*hit.snippet.spans[0])].startswith("dân")
    fields = ((results, "total"), (hit, "score"), (hit.snippet, "text"), (hit.article, "id"))
    for value, name in fields:
        with pytest.raises(AttributeError):
            setattr(value, name, None)


@pytest.mark.parametrize(
    "options",
    [
        {"limit": -1},
        {"limit": True},
        {"limit": 1.5},
        {"page": 0},
        {"match": "some"},
        {"accents": None},
        {"sort": "name"},
        {"since": "yesterday"},
        {"until": datetime.datetime(2020, 1, 1)},
        {"since": datetime.date.max, "until": datetime.date.min},
        {"category": 5},
        {"snippet_chars": -1},
        {"snippet_chars": 10**9},
        {"max_query_chars": 0},
    ],
)
def test_invalid_options(index, options):
    """An invalid option gives an ``OptionError``, which names it."""
    with pytest.raises(OptionError, match=next(iter(options))):
        index.search("dân", **options)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("x", r"^since: 'x' is not a date: write 2024-02-16, 16/2/2024, 2024-02 or 2024$"),
        (5, r"^since: a date is a datetime\.date or a string such as 2024-02-16, not int$"),
    ],
)
def test_invalid_days(index, value, says):
    """The error names the option, and the value once."""
    with pytest.raises(OptionError, match=says):
        index.search("dân", since=value)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda index: index.search(),
            r"^Index\.search\(\): missing.*'query'; it takes query, and",
        ),
        (lambda index: index.search(limit=5), r"^Index\.search\(\): missing.*'query'"),
        (lambda index: index.search("x", 5), r"^Index\.search\(\): too many.* by name limit, page"),
        (lambda index: index.search("x", foo=1), r"^Index\.search\(\): .*unexpected.*'foo'"),
        (lambda index: index.search("x", query="y"), r"^Index\.search\(\): multiple.*'query'"),
        (
            lambda index: index.search("x", options=1),
            r"^Index\.search\(\): .*unexpected.*'options'",
        ),
        (lambda index: index.add(), r"^Index\.add\(\): missing.*'articles'"),
        (lambda index: index.sync([], prune=True, wait=1), r"^Index\.sync\(\): .*'wait'"),
        (
            lambda index: Index.build("x"),
            r"^Index\.build\(\): .*'paths'; it takes path, paths, and",
        ),
        (lambda index: Index.build("x", [], prune=True), r"^Index\.build\(\): .*'prune'"),
    ],
)
def test_calls_that_the_signature_does_not_permit(index, call, says):
    """The error names the method, its parameters and its options."""
    with pytest.raises(TypeError, match=says):
        call(index)


def test_parameters_by_name(index):
    """What the signature shows can be passed by name, as the signature shows it."""
    assert list(inspect.signature(Index.search).parameters)[:3] == ["self", "query", "limit"]
    index.add(articles=[article("1")], words=False)
    assert index.search(query="dân vận", limit=1).total == 1


@pytest.mark.parametrize("options", [{"limit": 10**30}, {"page": 10**30}, {"limit": 0}])
def test_options_of_any_size(index, options):
    """A page beyond the last is empty, and any page size is allowed."""
    index.add([article("1")])
    results = index.search("dân", **options)
    assert results.total == 1
    assert len(results) == (options.get("limit", 0) > 0)
