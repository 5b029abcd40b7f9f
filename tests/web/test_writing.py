"""Changing an index through the REST interface: only where it is allowed, and with the token."""

import base64
import dataclasses
import json
import re

import pytest

from danvan_search import Article, Index, IndexLockedError, OptionError
from danvan_search.web import writing
from danvan_search.web.openapi import description
from danvan_search.web.rest import BASE
from danvan_search.web.settings import Settings

TOKEN = "0123456789abcdef-token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def index(tmp_path):
    """An index that tests change."""
    with Index.create(tmp_path / "index") as made:
        made.add([Article("a/1", "Dân vận", "Một.")], words=False)
        yield made


@pytest.fixture
def writer(connect, index):
    """A client that shows the token of a site that may be changed."""
    client = connect(index=index, token=TOKEN, is_writable=True)
    client.headers.update(BEARER)
    return client


def test_articles_are_added_replaced_and_removed(writer, index):
    """Each change is one commit, and the next search sees it."""
    whole = Article(
        "b/2",
        "Hội làng",
        "Ba ngày.",
        category="Văn hoá",
        source="x",
        extra={"n": [1, {"m": None}]},
        details="lễ hội",
    )
    put = writer.put("/api/v1/articles/b/2?words=false", json=whole.to_json())
    assert put.json() == {"added": 1, "updated": 0, "unchanged": 0, "generation": 2}
    assert index.get("b/2") == whole
    again = writer.put("/api/v1/articles/b/2?words=false", json={"body": "Bốn ngày."})
    assert again.json()["updated"] == 1
    assert index.get("b/2") == Article("b/2", "", "Bốn ngày.")
    lines = '{"id": "c", "title": "Một", "date": "2020-02-09"}\n\n{"id": "../d", "body": "Hai"}\n'
    posted = writer.post("/api/v1/articles?words=false", content=lines.encode())
    assert posted.json()["added"] == 2
    assert index.get("c").date.year == 2020
    assert writer.get("/api/v1/search?q=hai").json()["hits"][0]["id"] == "../d"
    assert writer.delete("/api/v1/articles", params={"id": "../d"}).json()["removed"] == 1
    assert writer.delete("/api/v1/articles/b/2").status_code == 200
    assert writer.delete("/api/v1/articles/b/2").status_code == 404
    assert sorted(index.ids()) == ["a/1", "c"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", "no JSON"),
        ("[]", "no JSON object"),
        ("[" * 100_000, "no JSON"),
        ('{"tittle": "a"}', "'tittle'"),
        ('{"id": "other"}', "another id"),
        ('{"date": "yesterday"}', "date"),
        ('{"date": 5}', "date"),
        ('{"title": 5}', "title"),
        ('{"extra": [1]}', "extra"),
        ('{"body": null}', "body"),
    ],
)
def test_what_is_no_article_changes_nothing(writer, index, body, expected):
    """A value that cannot be used is a problem that names it."""
    answer = writer.put("/api/v1/articles/x", content=body.encode())
    assert answer.status_code == 400
    assert expected in answer.json()["detail"]
    assert index.generation == 1


def test_one_bad_line_changes_nothing(writer, index):
    """All articles of a request are added, or none; the line is named."""
    answer = writer.post("/api/v1/articles", content=b'{"id": "x"}\n{"id": ""}\n')
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("line 2: ")
    assert index.generation == 1


def test_a_body_is_bounded(writer, index, monkeypatch):
    """A body that is too large is refused before it is read."""
    bounds = [route.app._max_body for route in writer.app._app.routes if route.methods == {"PUT"}]
    assert bounds == [writing.MAX_BODY_BYTES] * 2
    for route in writer.app._app.routes:
        if route.methods == {"PUT"}:
            monkeypatch.setattr(route.app, "_max_body", 1_000)
    answer = writer.put("/api/v1/articles/x", content=b'{"body": "' + b"a" * 1_000 + b'"}')
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert index.generation == 1


def test_another_writer_is_waited_for_or_told(writer, monkeypatch):
    """Where another process writes, the client is told to come again."""

    def add(*_args, **_options):
        raise IndexLockedError("/secret/place is locked")

    monkeypatch.setattr(Index, "add", add)
    answer = writer.put("/api/v1/articles/x", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "index-locked")
    assert answer.headers["retry-after"]
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/api/v1/articles/x"),
        ("PUT", "/api/v1/articles?id=x"),
        ("POST", "/api/v1/articles"),
        ("DELETE", "/api/v1/articles/a/1"),
        ("DELETE", "/api/v1/articles?id=a/1"),
    ],
)
def test_who_may_change_something(connect, index, method, path):
    """Only a bearer of the token may, and only where the operator allows changes.

    A browser sends a password by itself, so it is none that changes something.
    """
    password = base64.b64encode(f"x:{TOKEN}".encode()).decode()
    client = connect(index=index, token=TOKEN, is_writable=True)
    for headers in ({}, {"Authorization": f"Basic {password}"}, {"Authorization": "Bearer x"}):
        assert client.request(method, path, headers=headers).status_code == 401
    assert client.get("/", headers={"Authorization": f"Basic {password}"}).status_code == 200
    closed = connect(index=index, token=TOKEN)
    assert closed.request(method, path, headers=BEARER).status_code == 405
    assert (index.generation, len(index)) == (1, 1)


def test_changes_need_a_token():
    """No site can be changed without a token, not even from this machine."""
    with pytest.raises(OptionError, match="token"):
        Settings(is_writable=True)


def test_changes_are_described(writer, client):
    """OpenAPI has the operations where they are allowed, with each field of an article."""
    value = writer.get("/openapi.json").json()
    assert value == json.loads(json.dumps(description(is_writable=True)))
    declared = {
        (BASE + re.sub(r":\w+", "", one.path), one.method.lower()) for one in writing.CHANGES
    }
    described = {
        (path, method) for path, item in value["paths"].items() for method in item.keys() - {"get"}
    }
    assert described == declared | {("/api/v1/search", "post")}
    ids = [one["operationId"] for item in value["paths"].values() for one in item.values()]
    assert len(ids) == len(set(ids))
    article = value["components"]["schemas"]["Article"]["properties"]
    assert list(article) == [one.name for one in dataclasses.fields(Article)]
    closed = client.get("/openapi.json").json()["paths"]
    assert closed.pop("/api/v1/search").keys() == {"get", "post"}
    assert all(item.keys() == {"get"} for item in closed.values())
