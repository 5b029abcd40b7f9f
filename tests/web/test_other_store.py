"""A site over a store that is no index in a folder: what it shows, leaves out, and says."""

import pytest

from danvan_search import Index, StoreIndex, StoreUnavailableError
from danvan_search.folder_store import FolderStore


@pytest.fixture
def site(connect, web_index):
    """A client of a site over the articles of the other tests, as a store has them."""
    index = StoreIndex(FolderStore(web_index.path))
    yield connect(index=index)
    index.close()


def without_times(value):
    """Return the JSON of results without what differs from search to search."""
    return {name: one for name, one in value.items() if name != "took_ms"}


@pytest.mark.parametrize("query", ["q=dan+van+kheo", "q=an+toàn&facets=category,year&sort=date"])
def test_searches_articles_and_exports_are_those_of_the_index(client, site, query):
    for path in ("/api/v1/search", "/export.csv", "/export.jsonl", "/feed.atom"):
        own = "q=dan+van" if path != "/api/v1/search" else query
        ours, theirs = (one.get(f"{path}?{own}") for one in (client, site))
        assert theirs.status_code == 200, path
        if path == "/api/v1/search":
            assert without_times(theirs.json()) == without_times(ours.json())
        else:
            assert theirs.text == ours.text
    for path in ("/api/v1/categories", "/api/v1/articles?id=tin/3&q=giao+thông"):
        assert site.get(path).json() == client.get(path).json()
    page = "/article?id=laws/a.txt&q=dan+van&at=900"
    assert site.get(page).text == client.get(page).text


def test_what_it_cannot_do_is_not_offered(client, site):
    """The page has no completions, no "Why here?" and no restored accents; nothing else differs."""
    whole, part = (one.get("/?q=dan+van&accents=exact").text for one in (client, site))
    offers = ("data-completes", "static/why.js", 'class="why"', 'value="restore"')
    assert [text in whole for text in offers] == [True] * len(offers)
    assert [text in part for text in offers] == [False] * len(offers)
    assert 'value="ignore"' in part
    assert part.count("<article>") == whole.count("<article>") > 0
    assert part.count("<mark>") == whole.count("<mark>") > 0


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/suggest?q=dân", "suggest"),
        ("/api/v1/complete?prefix=dân", "complete"),
        ("/api/v1/explain?q=dân&id=tin/1", "explain"),
    ],
)
def test_what_it_cannot_do_is_one_sentence(site, path, name):
    answer = site.get(path)
    assert (answer.status_code, answer.json()["code"]) == (501, "store-unsupported")
    assert answer.json()["detail"].startswith(f"{name}: ")


def test_why_is_a_page_that_says_so(site):
    answer = site.get("/why?q=dân&id=tin/1", headers={"Accept-Language": "en"})
    assert answer.status_code == 501
    assert "cannot do this" in answer.text
    assert "explain: " in answer.text


def test_answers_have_no_tag(site):
    """Nothing tells whether a store has changed, so each request is answered in full."""
    for path in ("/?q=dân", "/article?id=tin/1", "/api/v1/search?q=dân", "/feed.atom?q=dân"):
        answer = site.get(path, headers={"If-None-Match": "*"})
        assert answer.status_code == 200
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "private, no-cache"


class GoneStore(FolderStore):
    """A cluster that does not answer any more."""

    def search(self, query, options):
        raise StoreUnavailableError("10.0.0.1 cannot be reached: try again")

    def count(self):
        raise StoreUnavailableError("10.0.0.1 cannot be reached: try again")


def test_a_cluster_that_does_not_answer(connect, web_index):
    """The page and the interface say to try again, and not where the cluster is."""
    client = connect(index=StoreIndex(GoneStore(web_index.path)))
    answer = client.get("/api/v1/search?q=dân")
    assert (answer.status_code, answer.json()["code"]) == (503, "store-unavailable")
    assert "try again" in answer.json()["detail"]
    page = client.get("/?q=dân", headers={"Accept-Language": "en"})
    assert page.status_code == 503
    assert "Try again in a moment" in page.text
    assert "10.0.0.1" not in page.text + answer.text
    assert client.get("/healthz").status_code == 503
    assert client.get("/metrics").status_code == 503


def test_changes_through_a_store(connect, tmp_path):
    """Articles are added, replaced and removed, and found."""
    Index.create(tmp_path / "index").close()
    token = "x" * 20
    store = FolderStore(tmp_path / "index")
    client = connect(index=StoreIndex(store), token=token, is_writable=True)
    client.headers["Authorization"] = f"Bearer {token}"
    put = client.put("/api/v1/articles/1?words=false", json={"title": "Dân vận", "body": "khéo"})
    assert put.json() == {"added": 1, "updated": 0, "unchanged": 0, "generation": 0}
    assert client.get("/api/v1/search?q=khéo").json()["total"] == 1
    assert client.delete("/api/v1/articles/1").json() == {"removed": 1, "generation": 0}
    assert client.delete("/api/v1/articles/1").status_code == 404
