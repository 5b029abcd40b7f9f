"""Searches for InstantSearch: the library answers what is understood; all else is refused."""

import pytest

from danvan_search import Article, Index
from danvan_search.web import instantsearch
from tests.web.conftest import LOCAL
from tests.web.test_safety import TOKEN

TAGS = {"highlightPreTag": "[", "highlightPostTag": "]"}


@pytest.fixture
def peer(connect):
    """A client of a site that answers InstantSearch."""
    return connect(is_instantsearch=True)


def ask(client, *queries):
    """Return the answers to some searches."""
    queries = [{"indexUid": "articles", **one} for one in queries]
    answer = client.post("/multi-search", json={"queries": queries})
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def ids(answer):
    """Return the ids of the hits."""
    return [hit["id"] for hit in answer["hits"]]


def test_what_the_widgets_ask(peer, web_index):
    """A page with marks, a piece of the body and facets, as the adapter asks for it."""
    (answer,) = ask(
        peer,
        {
            "q": "an toan giao",
            "facets": ["category", "year"],
            "attributesToCrop": ["body:10"],
            "attributesToHighlight": ["*"],
            "hitsPerPage": 5,
            "page": 2,
            **TAGS,
        },
    )
    results = web_index.search(
        "an toan giao", limit=5, page=2, prefix_last=True, snippet_chars=60, facets="category,year"
    )
    assert ids(answer) == [hit.id for hit in results]
    assert (answer["totalHits"], answer["totalPages"], answer["page"]) == (25, 5, 2)
    assert (answer["indexUid"], answer["hitsPerPage"], answer["query"]) == (
        "articles",
        5,
        "an toan giao",
    )
    assert answer["facetDistribution"] == {
        name: dict(counts) for name, counts in results.facets.items()
    }
    hit, found = answer["hits"][0], results[0]
    assert hit["title"] == found.title
    assert hit["body"] == found.article.body
    assert hit["date"] == found.date.isoformat()
    assert hit["_formatted"]["title"].startswith("[An toàn giao")
    assert hit["_formatted"]["body"].count("[") == len(found.snippet.spans) > 0
    assert len(hit["_formatted"]["body"]) < 120
    assert hit["_formatted"]["body"].endswith("…")


def test_filters_are_those_of_the_library(peer, web_index):
    """All of the list, one of each list in it; counts without a facet's own filter."""
    road, both, year = (
        [['"category"="Giao thông"']],
        [['"category"="Giao thông"', 'category = "Xã hội"']],
        [['"category"="Giao thông"'], ['"year"="2020"']],
    )
    asked = {"q": "giao thong", "hitsPerPage": 50}
    answers = ask(
        peer,
        {**asked, "filter": road},
        {**asked, "filter": both},
        {**asked, "filter": year, "facets": ["year"]},
        {**asked, "filter": ["month = 2020-02"]},
        {**asked, "filter": "id = tin/3"},
        {**asked, "filter": ['source = "https://example.org/7"']},
        {**asked, "filter": ["category = nothing"]},
        {"filter": road, "hitsPerPage": 50},
        {"hitsPerPage": 50},
    )

    def found(query="giao thong", **options):
        return [hit.id for hit in web_index.search(query, limit=50, **options)]

    assert ids(answers[0]) == found(category="Giao thông")
    assert ids(answers[1]) == found()
    assert ids(answers[2]) == found(category="Giao thông", since="2020", until="2020")
    assert answers[2]["facetDistribution"] == {"year": {"2020": len(ids(answers[2]))}}
    assert ids(answers[3]) == found(since="2020-02", until="2020-02") != []
    assert ids(answers[4]) == ["tin/3"]
    assert ids(answers[5]) == ["tin/7"]
    assert ids(answers[6]) == []
    assert ids(answers[7]) == found("", category="Giao thông")
    assert answers[8]["totalHits"] == len(web_index)


def test_values_with_quotes(tmp_path, connect):
    """A quote in a value has a backslash."""
    with Index.create(tmp_path / "index") as index:
        index.add([Article("a", "Dân", "", category='Báo "Dân" = \\ 1')], words=False)
        client = connect(index=index, is_instantsearch=True)
        text = 'category = "Báo \\"Dân\\" = \\\\ 1"'
        (answer,) = ask(client, {"q": "dan", "filter": [[text]]})
        assert ids(answer) == ["a"]


def test_filters_keep_how_a_query_is_understood(peer, web_index):
    """Keys of Telex are decoded, and the last syllable goes on, with filters as without."""
    for query in ("Taay Nguyeen", "tây nguy", "giao thong nguyen", "giao thong -tay"):
        free, held = ask(peer, {"q": query}, {"q": query, "filter": ["id = tay-nguyen"]})
        expected = [one for one in ids(free) if one == "tay-nguyen"]
        assert ids(held) == expected
        assert free["totalHits" if "page" in free else "estimatedTotalHits"] >= len(ids(free))


def test_places_and_orders(peer, web_index):
    """Offsets need not be those of a page; orders are those of the library."""
    every = [hit.id for hit in web_index.search("giao thong", limit=50, sort="title")]
    asked = {"q": "giao thong", "sort": ["title:asc"]}
    answers = ask(
        peer,
        {**asked, "offset": 3, "limit": 4},
        {**asked, "offset": 4, "limit": 4},
        {**asked, "offset": 24, "limit": 5},
        {**asked, "limit": 0},
        {**asked, "sort": ["date:desc"], "hitsPerPage": 0},
        {**asked, "sort": ["date:desc"], "hitsPerPage": 3, "page": 9},
    )
    assert [ids(one) for one in answers[:4]] == [every[3:7], every[4:8], every[24:], []]
    assert (answers[0]["offset"], answers[0]["limit"]) == (3, 4)
    assert answers[0]["estimatedTotalHits"] == 25
    assert (answers[4]["totalPages"], answers[4]["totalHits"]) == (0, 25)
    newest = [hit.id for hit in web_index.search("giao thong", limit=50, sort="date")]
    assert ids(answers[5]) == newest[24:]


def test_no_more_hits_than_the_total(peer, web_index):
    """Articles with some of the syllables are left out."""
    assert web_index.search("bài giao", limit=50).total_any > 25
    (answer,) = ask(peer, {"q": "bài giao", "hitsPerPage": 40})
    assert len(ids(answer)) == answer["totalHits"] == 25


def test_fields(peer):
    """Those that are asked for; without marks nothing is formatted."""
    plain, marked = ask(
        peer,
        {"q": "dân vận khéo", "attributesToRetrieve": ["id", "number"]},
        {"q": "dân vận khéo", "attributesToHighlight": ["title"], **TAGS},
    )
    assert plain["hits"][0] == {"id": "laws/a.txt", "number": "32-CTr/TU"}
    formatted = marked["hits"][0]["_formatted"]
    assert formatted["title"] == "[Dân vận khéo]"
    assert formatted["body"] == marked["hits"][0]["body"]
    assert formatted["signers"] == "['A', 'B']"


@pytest.mark.parametrize(
    "query",
    [
        {"indexUid": "other"},
        {"q": 3},
        {"q": "a" * 1_001},
        {"hitsPerPage": 101},
        {"hitsPerPage": True},
        {"page": 0},
        {"page": 1_001},
        {"limit": 1, "offset": 1_000},
        {"filter": ["category != a"]},
        {"filter": ["category = a AND year = 2020"]},
        {"filter": ["date > 2020"]},
        {"filter": ["colour = red"]},
        {"filter": ["year = soon"]},
        {"filter": ["year = 0000"]},
        {"filter": ["month = 2020-13"]},
        {"filter": ["_geoRadius(1, 2, 3)"]},
        {"filter": {"category": "a"}},
        {"filter": [3]},
        {"facets": ["colour"]},
        {"facets": "category"},
        {"sort": ["price:asc"]},
        {"sort": ["date:desc", "title:asc"]},
        {"attributesToCrop": ["title:3"]},
        {"attributesToCrop": ["body:x"]},
        {"cropLength": 0},
        {"matchingStrategy": "frequency"},
        {"showRankingScore": True},
        {"vector": [1]},
        {"hybrid": {}},
        {"distinct": "category"},
        {"q": "word:dân"},
    ],
)
def test_what_is_not_understood_is_refused(peer, query):
    """One sentence says what, and of which search; nothing is passed over."""
    body = {"queries": [{"indexUid": "articles"}, {"indexUid": "articles", **query}]}
    answer = peer.post("/multi-search", json=body)
    assert answer.status_code == 422
    value = answer.json()
    assert value["message"].startswith("queries[1]: ")
    assert value.keys() == {"message", "code", "type", "link"}
    if "indexUid" not in query:
        assert peer.post("/indexes/articles/search", json=query).status_code == 422


def test_what_is_null_is_missing(peer):
    """The adapter sends null where nothing was chosen."""
    (answer,) = ask(peer, {"q": "giao", "filter": None, "facets": None, "showRankingScore": None})
    alone = peer.post("/indexes/articles/search", json={"q": "giao"}).json()
    assert ids(alone) == ids(answer)


@pytest.mark.parametrize("path", [*instantsearch.SEARCH_PATHS, *instantsearch.OTHER_PATHS])
@pytest.mark.parametrize("method", instantsearch.METHODS)
def test_all_else_is_refused(peer, client, path, method):
    """Other paths and methods of the peer say so; without the option there is nothing."""
    at = path.replace("{rest:path}", "movies/documents")
    answer = peer.request(method, at, content=b"{}")
    if not (method == "POST" and path == "/indexes/articles/search"):
        assert answer.status_code == 422
        assert answer.json()["message"]
    assert client.request(method, at).status_code == 404


def test_the_token_is_the_key_of_the_adapter(connect):
    """It sends its key as a bearer."""
    client = connect(is_instantsearch=True, token=TOKEN)
    body = {"queries": [{"indexUid": "articles", "q": "giao"}]}
    assert client.post("/multi-search", json=body).status_code == 401
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert client.post("/multi-search", json=body, headers=headers).status_code == 200
    assert str(client.base_url) == LOCAL


def test_bodies_that_are_no_searches(peer):
    """What is no JSON, or has too many searches, is refused."""
    for body in (b"", b"[]", b'{"queries": {}}', b'{"queries": [], "federation": {}}'):
        assert peer.post("/multi-search", content=body).status_code == 422
    many = {"queries": [{"indexUid": "articles"}] * 51}
    assert peer.post("/multi-search", json=many).status_code == 422
    assert peer.post("/multi-search", json={"queries": [3]}).status_code == 422
