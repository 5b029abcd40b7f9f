"""The REST interface: the library's own values, problems, entity tags, limits, its description."""

import dataclasses
import json
import re
import shutil
from types import SimpleNamespace

import pytest

from danvan_search import Article, Index, QueryTimeoutError, SearchOptions, Synonyms
from danvan_search.web import batch
from danvan_search.web.openapi import description
from danvan_search.web.parameters import OFFERED, OPTIONS, WITHHELD
from danvan_search.web.rest import BASE, RESOURCES


def without_time(value):
    """Return results without the time that they took."""
    return {**value, "took_ms": 0}


@pytest.mark.parametrize(
    ("asked", "query", "options"),
    [
        ("q=an+toan", "an toan", {}),
        (
            "q=an+to%C3%A0n&limit=3&page=2&sort=date",
            "an toàn",
            {"limit": 3, "page": 2, "sort": "date"},
        ),
        (
            "q=giao&facets=category,year&since=2020",
            "giao",
            {"facets": "category,year", "since": "2020"},
        ),
        (
            "q=dan+va&prefix_last=true&accents=exact",
            "dan va",
            {"prefix_last": True, "accents": "exact"},
        ),
        ("category=giao+thong", "", {"category": "giao thong"}),
        (
            "q=tay&snippets=2&snippet_chars=50&timeout=1.5",
            "tay",
            {"snippets": 2, "snippet_chars": 50},
        ),
    ],
)
def test_a_search_returns_what_the_library_does(client, web_index, asked, query, options):
    """The JSON is that of ``Results.to_json``."""
    answer = client.get(f"/api/v1/search?{asked}")
    assert answer.status_code == 200
    found = web_index.search(query, **options).to_json()
    assert without_time(answer.json()) == without_time(found)


def test_fields_and_utf16(client, web_index):
    """The options of ``to_json`` are parameters, too."""
    found = client.get("/api/v1/search?q=tay&fields=body,id&utf16=true").json()
    expected = web_index.search("tay").to_json(fields="body,id", utf16=True)
    assert without_time(found) == without_time(expected)


def test_synonyms_are_those_of_the_operator(connect, web_index, tmp_path):
    """They find more in each search, and mark it; a request cannot name a file of them."""
    file = tmp_path / "synonyms.txt"
    file.write_text("xe cộ, giao thông\n", "utf-8")
    synonyms = Synonyms.read(str(file))
    client = connect(synonyms=synonyms)
    assert web_index.search("xe cộ").total == 0
    found = client.get("/api/v1/search?q=xe+cộ").json()
    assert found["total"] == web_index.search("xe cộ", synonyms=synonyms).total > 0
    assert "<mark>giao thông</mark>" in client.get("/article?id=tin/3&q=xe+cộ").text


def test_links_lead_through_the_pages(client):
    """The header Link names the pages before and after."""
    address, seen = "/api/v1/search?q=giao+thong&limit=10", []
    while address:
        answer = client.get(address)
        seen += [hit["id"] for hit in answer.json()["hits"]]
        following = re.search(r'<([^>]*)>; rel="next"', answer.headers.get("link", ""))
        address = f"/api/v1/search{following[1]}" if following else ""
    assert len(seen) == len(set(seen)) == 25
    assert 'rel="prev"' in answer.headers["link"]


@pytest.mark.parametrize("article", ["tin/3", "chữ/.. /?#&=.txt"])
def test_articles_by_id(client, web_index, article):
    """An article has its values, and with a query the spans of its matches."""
    found = client.get("/api/v1/articles", params={"id": article})
    assert found.json() == web_index.get(article).to_json()
    marked = client.get("/api/v1/articles", params={"id": article, "q": "dan van", "utf16": "true"})
    assert marked.json() == web_index.highlight(article, "dan van").to_json(utf16=True)


def test_an_id_in_the_path(client, web_index):
    """Slashes of an id are part of the path."""
    answer = client.get("/api/v1/articles/tin/3?q=giao")
    assert answer.json() == web_index.highlight("tin/3", "giao").to_json()
    for nothing in ("articles/nothing", "articles/", "articles/%00", "articles?id="):
        assert client.get(f"/api/v1/{nothing}").status_code == 404


def test_what_else_there_is(client, web_index):
    """Suggestions, completions, categories and statistics are those of the library."""
    suggested = client.get("/api/v1/suggest?q=giao+thoong").json()["suggestions"]
    assert suggested == [one.to_json() for one in web_index.suggest("giao thoong")]
    completed = client.get("/api/v1/complete?prefix=an+t&limit=3").json()["completions"]
    assert completed == [one.to_json() for one in web_index.complete("an t", limit=3)]
    assert completed
    assert client.get("/api/v1/stats").json() == web_index.stats().to_json()
    categories = client.get("/api/v1/categories").json()["categories"]
    assert list(categories.values()) == list(web_index.categories().values())


@pytest.mark.parametrize(
    "asked",
    [
        "search?catgory=x",
        "search?q=a&q=b",
        "search?q=" + "a" * 1_001,
        "search?q=a&limit=101",
        "search?q=a&limit=-1",
        "search?q=a&limit=1e1",
        "search?q=a&limit=%D9%A3",
        "search?q=a&limit=" + "9" * 5_000,
        "search?q=a&page=0",
        "search?q=a&page=1001",
        "search?q=a&snippet_chars=2001",
        "search?q=a&snippets=11",
        "search?q=a&timeout=11",
        "search?q=a&timeout=nan",
        "search?q=a&prefix_last=1",
        "search?q=a&sort=best",
        "search?q=a&facets=colour",
        "search?q=a&since=yesterday",
        "search?q=a&since=2021&until=2020",
        "search?q=%22a&strict=true",
        "search?q=a&synonyms=/etc/passwd",
        "search?q=a&max_query_chars=9",
        "search?q=a&expand=everything",
        "search?q=",
        "search",
        "articles",
        "articles/tin/3?page=1",
        "suggest",
        "suggest?q=" + "a" * 1_001,
        "complete?prefix=a&limit=51",
        "stats?x=1",
        "explain?q=a",
        "explain?q=a&id=tin/3&page=2",
        "explain?id=tin/3",
    ],
)
def test_what_cannot_be_is_refused(client, asked):
    """Unknown and invalid parameters are problems with a sentence, never a silent answer."""
    answer = client.get(f"/api/v1/{asked}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    value = answer.json()
    assert value["status"] == 422
    assert value["type"] == f"urn:danvan-search:problem:{value['code']}"
    assert 0 < len(value["detail"]) < 1_000
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "options"),
    [
        ({"id": "tin/3", "q": "an toàn giao"}, {}),
        ({"id": "tay-nguyen", "q": "giao", "match": "all", "rerank": "false"}, {"match": "all"}),
        ({"id": "nothing", "q": "giao", "accents": "exact"}, {"accents": "exact"}),
        ({"id": "tin/3", "category": "Giao thông"}, {"category": "Giao thông"}),
    ],
)
def test_a_place_is_explained(client, web_index, asked, options):
    """The JSON is that of ``Explanation.to_json``, also of what has no place."""
    answer = client.get("/api/v1/explain", params=asked)
    assert answer.status_code == 200
    explained = web_index.explain(asked.get("q", ""), asked["id"], **options)
    assert answer.json() == json.loads(json.dumps(explained.to_json()))
    again = client.get(
        "/api/v1/explain", params=asked, headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_several_searches_at_once(client, web_index):
    """Each has its own parameters, and all see one state of the index."""
    queries = [
        {"q": "an toàn", "limit": 2, "fields": "body", "utf16": True},
        {"q": "dan va", "prefix_last": True, "timeout": 1, "snippets": 2},
        {"category": "giao thong", "facets": "category,year", "limit": 0},
    ]
    answer = client.post("/api/v1/search", json={"queries": queries})
    assert answer.status_code == 200
    expected = [
        web_index.search("an toàn", limit=2).to_json(fields="body", utf16=True),
        web_index.search("dan va", prefix_last=True, snippets=2).to_json(),
        web_index.search("", category="giao thong", facets="category,year", limit=0).to_json(),
    ]
    found = answer.json()["results"]
    assert list(map(without_time, found)) == list(map(without_time, expected))
    assert client.post("/api/v1/search", json={"queries": []}).json() == {"results": []}


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ({"queries": [{"q": "a"}, {"q": "a", "catgory": "x"}]}, 1),
        ({"queries": [{"q": "a"}, {"q": " "}]}, 1),
        ({"queries": [{"q": "a", "strict": True}, {"q": '"a', "strict": True}]}, 1),
        ({"queries": [{"q": "a", "limit": "3"}]}, 0),
        ({"queries": [{"q": "a", "limit": True}]}, 0),
        ({"queries": [{"q": "a", "limit": 1.5}]}, 0),
        ({"queries": [{"q": "a", "limit": 101}]}, 0),
        ({"queries": [{"q": "a", "prefix_last": 1}]}, 0),
        ({"queries": [{"q": "a", "timeout": "1"}]}, 0),
        ({"queries": [{"q": "a", "sort": "best"}]}, 0),
        ({"queries": [{"q": "a", "since": 2020}]}, 0),
        ({"queries": [{"q": "a", "facets": ["category"]}]}, 0),
        ({"queries": [{"q": "a" * 1_001}]}, 0),
        ({"queries": [{"q": "a", "since": "yesterday"}]}, 0),
        ({"queries": [{"q": "a", "synonyms": "/etc/passwd"}]}, 0),
        ({"queries": [{"q": None}]}, 0),
        ({"queries": ["a"]}, 0),
        ({"queries": [{"q": "a"}] * 51}, None),
        ({"queries": {"q": "a"}}, None),
        ({"queries": [], "limit": 1}, None),
        ({}, None),
        ([], None),
        ("a", None),
    ],
)
def test_which_of_several_searches_is_wrong(client, body, number):
    """One that cannot be searched for refuses them all; the problem says which."""
    answer = client.post("/api/v1/search", json=body)
    assert answer.status_code == 422
    value = answer.json()
    assert value.get("number") == number
    assert 0 < len(value["detail"]) < 1_000


def test_bodies_that_are_no_searches(client):
    """What is no JSON, or too large, is refused; so are parameters in the address."""
    for body in (b"", b"{", b"\xff", b'{"queries": [{"timeout": NaN}]}', b"[" * 100_000):
        assert client.post("/api/v1/search", content=body).status_code == 422
    assert client.post("/api/v1/search", content=b" " * 1_000_001).status_code == 413
    assert client.post("/api/v1/search?q=a", json={"queries": []}).status_code == 422


def test_several_searches_share_one_time_limit(client, monkeypatch):
    """Each has what the others left; the one that is too late is named."""
    now = iter([100.0, 101.0, 109.5, 111.0])
    monkeypatch.setattr(batch, "time", SimpleNamespace(monotonic=lambda: next(now)))
    limits = []

    def search_many(_index, queries):
        for _, options in queries:
            limits.append(options.timeout)
            if not options.timeout:
                raise QueryTimeoutError("too long")

    monkeypatch.setattr(Index, "search_many", search_many)
    queries = [{"q": "a", "timeout": 2}, {"q": "a"}, {"q": "a"}]
    answer = client.post("/api/v1/search", json={"queries": queries})
    assert (answer.status_code, answer.json()["number"]) == (503, 2)
    assert limits == [2, 0.5, 0]


def test_a_problem_of_a_query_points_at_the_character(client):
    """The position of an error is a member of its problem."""
    value = client.get("/api/v1/search?q=d%C3%A2n+%22v&strict=true").json()
    assert (value["code"], value["position"], value["query"]) == ("query-syntax", 4, 'dân "v')


def test_no_path_of_the_machine_is_told(tmp_path, connect):
    """An index that is gone is a problem that does not say where it was."""
    path = tmp_path / "secret-place"
    index = Index.create(path)
    client = connect(index=index)
    shutil.rmtree(path)
    answer = client.get("/api/v1/search?q=a")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "secret-place" not in answer.text
    assert client.get("/healthz").status_code == 503
    page = client.get("/?q=a")
    assert page.status_code == 503
    assert "secret-place" not in page.text


def test_a_search_has_a_time_limit(client, monkeypatch):
    """Each search has the limit of the server, or a shorter one; to exceed it is a problem."""
    limits = []

    def search(_index, _query, **options):
        limits.append(options["timeout"])
        raise QueryTimeoutError("too long")

    monkeypatch.setattr(Index, "search", search)
    for asked in ("search?q=a", "search?q=a&timeout=2", "articles/tin/3?q=a"):
        answer = client.get(f"/api/v1/{asked}")
        assert (answer.status_code, answer.json()["code"]) == (503, "query-timeout")
    assert client.get("/?q=a").status_code == 503
    assert limits == [10, 2, 10, 10]


@pytest.mark.parametrize("path", ["/api/v1/search?q=giao", "/?q=giao", "/article?id=tin/3&q=giao"])
def test_what_is_known_is_not_sent_again(client, path):
    """The second request with the entity tag is answered with 304, without a body."""
    first = client.get(path)
    tag = first.headers["etag"]
    again = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(f"{path}&lang=en", headers={"If-None-Match": tag}).status_code != 304
    assert first.headers["cache-control"] == "private, no-cache"


def test_new_commits_are_seen(tmp_path, connect):
    """A commit, and a rebuilt index of the same generation, change answers and entity tags."""
    path = tmp_path / "index"
    (tmp_path / "a.txt").write_text("Dân vận\n\nMột.", "utf-8")
    (tmp_path / "b.txt").write_text("Dân vận\n\nHai.", "utf-8")
    Index.build(path, [tmp_path / "a.txt"], words=False)
    with Index.open(path) as index:
        client = connect(index=index)
        address = "/api/v1/search?q=dan+van"
        tags = []

        def totals():
            answer = client.get(address, headers={"If-None-Match": tags[-1]} if tags else {})
            assert answer.status_code == 200
            tags.append(answer.headers["etag"])
            return [hit["id"].rpartition("/")[2] for hit in answer.json()["hits"]]

        assert totals() == ["a.txt"]
        Index.build(path, [tmp_path / "b.txt"], words=False)
        assert totals() == ["b.txt"]
        with Index.open(path) as other:
            other.add([Article("c", "Dân vận", "")], words=False)
        assert sorted(totals()) == ["b.txt", "c"]
        assert len(set(tags)) == 3


def test_the_description_names_each_resource_and_parameter(client):
    """OpenAPI describes what the code declares, of which each option of a search is one."""
    value = client.get("/openapi.json").json()
    assert value == json.loads(json.dumps(description()))
    assert value["openapi"].startswith("3.1.")
    declared = {
        BASE + re.sub(r":\w+", "", one.path): [parameter.name for parameter in one.parameters]
        for one in RESOURCES
    }
    described = {
        path: [one["name"] for one in item["get"]["parameters"] if one["in"] == "query"]
        for path, item in value["paths"].items()
    }
    assert described == declared
    searches = value["components"]["schemas"]["Searches"]["properties"]["queries"]
    assert list(searches["items"]["properties"]) == declared["/api/v1/search"]
    assert [path for path, item in value["paths"].items() if "post" in item] == ["/api/v1/search"]
    # Whether a request may give a new option must be decided.
    options = {one.name for one in dataclasses.fields(SearchOptions)}
    assert options == {*OFFERED, *WITHHELD}
    assert set(OFFERED) <= set(described["/api/v1/search"])
    for one in OPTIONS:
        kind = one.schema["type"]
        assert kind == "boolean" or {"maximum", "maxLength", "enum"} & one.schema.keys(), one.name
    ids = [item["get"]["operationId"] for item in value["paths"].values()]
    assert len(ids) == len(set(ids)) == len(RESOURCES)


def test_each_resource_answers_as_described(client):
    """Each described path answers a request with its required parameters."""
    for path, item in description()["paths"].items():
        needed = {
            one["name"]: "tin/3"
            for one in item["get"]["parameters"]
            if one["required"] and one["in"] == "query"
        }
        given = needed | ({"q": "a"} if path.endswith(("search", "explain")) else {})
        answer = client.get(path.replace("{id}", "tin/3"), params=given)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"] == "application/json"
        assert client.post(path).status_code == (422 if "post" in item else 405)


def test_half_a_surrogate_pair_is_an_escape(client):
    """What UTF-8 cannot hold is valid JSON nevertheless."""
    answer = client.get("/api/v1/search", params={"q": "độc hại", "limit": "20"})
    assert "\\ud800" in answer.text
    assert any("\ud800" in hit["title"] for hit in answer.json()["hits"])
