"""`dvsearch serve` with articles on a cluster: the page, the interface, and what neither has."""

import json
import urllib.request
from urllib.parse import quote, urlsplit

import pytest

pytest.importorskip("opensearchpy")
pytest.importorskip("starlette")

from starlette.testclient import TestClient

from danvan_search import Index
from danvan_search.opensearch import OpenSearchStore
from danvan_search.web.app import make_app
from danvan_search.web.settings import Settings
from tests.servers import Server
from tests.web.conftest import LOCAL, articles

pytestmark = pytest.mark.opensearch


@pytest.fixture(scope="module")
def stores(client, tmp_path_factory):
    """The articles of the tests of the web, in a folder and on the cluster."""
    local = Index.create(tmp_path_factory.mktemp("serving") / "index")
    other = Index.on(OpenSearchStore(client, "serving", refresh=True), create=True)
    for index in (local, other):
        index.add(articles(), words=False)
    yield local, other
    local.close()
    client.indices.delete(index="serving-*")


@pytest.fixture(scope="module")
def sites(stores):
    """A client of a site of each."""
    apps = [make_app(index, Settings()) for index in stores]
    yield [TestClient(app, base_url=LOCAL, follow_redirects=False) for app in apps]
    for app in apps:
        app.site.pool.close()


def of_results(site, path):
    """Return what is equal in two stores of a page of results, hits by id."""
    value = site.get(path).json()
    for name in ("took_ms", "generation", "suggestions"):
        value.pop(name, None)
    hits = [{**hit, "score": None} for hit in value.pop("hits")]
    return value, sorted(hits, key=lambda hit: hit["id"])


@pytest.mark.parametrize("query", ["dan van kheo", '"giao thông"', "ha noi tết", "doc hai", "xyz"])
def test_the_interface_answers_alike(sites, query):
    """A search with facets, exports, a feed, and an article with marks."""
    q = quote(query)
    path = f"/api/v1/search?q={q}&facets=category,year,source&limit=100&rerank=false"
    local, other = (of_results(site, path) for site in sites)
    assert other == local
    texts = [site.get(f"/export.jsonl?q={q}").text for site in sites]
    exported = [
        {one["id"]: {**one, "score": None} for one in map(json.loads, text.split("\n")[:-1])}
        for text in texts
    ]
    assert exported[1] == exported[0]
    assert len(exported[0]) == local[0]["total_any"]
    for path in (f"/export.csv?q={q}", f"/feed.atom?q={q}", f"/?q={q}&limit=100"):
        ours, theirs = (site.get(path) for site in sites)
        assert theirs.status_code == 200, path
        for part in ("\n2", "<entry>", "<mark>", "</li>", 'class="count"'):
            assert theirs.text.count(part) == ours.text.count(part), (path, part)
    path = f"/api/v1/articles?id=laws/a.txt&q={q}"
    assert sites[1].get(path).json() == sites[0].get(path).json()


def test_the_pages_of_articles_are_equal(sites):
    """With all matches marked, whatever their ids and texts are."""
    for one in articles():
        path = f"/article?id={quote(one.id, safe='')}&q=dan+van+giao+thong+doc&lang=en"
        local, other = (site.get(path) for site in sites)
        assert (other.status_code, other.text) == (200, local.text)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/suggest?q=dân", "suggest: "),
        ("/api/v1/complete?prefix=dân", "complete: "),
        ("/api/v1/explain?q=dân&id=tin/1", "explain: "),
        ("/api/v1/search?q=dan&accents=restore", 'accents="restore": '),
    ],
)
def test_what_a_cluster_does_not_have_is_named(sites, path, name):
    answer = sites[1].get(path)
    assert (answer.status_code, answer.json()["code"]) == (501, "store-unsupported")
    assert answer.json()["detail"].startswith(name)


def test_the_command_serves_a_store(cluster, stores, tmp_path):
    """The address of the store takes the place of a folder."""
    host = urlsplit(cluster.hosts[0]).netloc
    server = Server(tmp_path, "--store", f"opensearch://{host}/serving")
    try:
        with urllib.request.urlopen(f"{server.address}api/v1/search?q=dan+van+kheo") as answer:
            found = json.load(answer)
        assert found["total"] == stores[0].search("dan van kheo").total > 0
        with urllib.request.urlopen(server.address) as answer:
            page = answer.read().decode()
        assert "data-completes" not in page
        assert "Giao thông" in page
    finally:
        server.stop()
