"""The tools for language models, called by the client of the SDK."""

import asyncio
import inspect
import json
import os
import signal
import subprocess
import sys
from typing import get_args, get_type_hints

import pytest

pytest.importorskip("mcp.server.mcpserver", reason="mcp is not installed: make test-adapters")

from mcp import Client
from mcp.client.stdio import StdioServerParameters

from danvan_search import Article, DanvanError, Index, IndexDamagedError, SearchOptions
from danvan_search.mcp import _Tools, make_server
from danvan_search.search.options import FACETS

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def call(seeds_index):
    """A function that calls a tool, and returns its answer, or the text of its error."""

    def call(name, index=seeds_index, **arguments):
        async def ask():
            async with Client(make_server(index)) as client:
                return await client.call_tool(name, arguments)

        result = asyncio.run(ask())
        (content,) = result.content
        if result.is_error:
            return content.text
        assert json.loads(content.text) == result.structured_content
        return result.structured_content

    return call


def test_the_tools_only_read(seeds_index):
    """A client learns what there is, and that nothing is changed."""

    async def ask():
        async with Client(make_server(seeds_index)) as client:
            return (await client.list_tools()).tools

    tools = asyncio.run(ask())
    assert {tool.name for tool in tools} == {"search", "get", "suggest", "facets"}
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.description
        assert "self" not in tool.input_schema["properties"]


def test_search_answers_as_the_library(call, seeds_index):
    """The answer is that of `Results.to_json`, page by page."""
    query = '"dan van kheo"'
    answer = call("search", query=query, limit=2, page=2)
    expected = seeds_index.search(query, limit=2, page=2, snippet_chars=400).to_json()
    assert answer | {"took_ms": 0} == expected | {"took_ms": 0}
    assert answer["hits"]
    found = call("search", query="dân vận", since="2020-06", until="2020", category="chinh tri")
    assert [hit["date"] for hit in found["hits"]] == ["2020-06-30"]


def test_the_options_of_search_are_those_of_the_library():
    """Names, choices and most defaults are the same."""
    hints = get_type_hints(SearchOptions)
    offered = inspect.signature(_Tools.search).parameters
    assert offered.keys() - {"self", "query"} < hints.keys()
    for name in ("match", "accents", "sort"):
        assert get_args(offered[name].annotation) == get_args(hints[name])
    for name in offered.keys() - {"self", "query", "snippet_chars"}:
        assert offered[name].default == getattr(SearchOptions(), name)
    (facet,) = get_args(get_type_hints(_Tools.facets)["names"])
    assert get_args(facet) == FACETS


def test_pieces_make_the_whole_article(call, seeds_index):
    """The pieces of `get`, one after the other, are the body."""
    article_id = next(seeds_index.ids())
    start, body = 0, ""
    while start is not None:
        piece = call("get", id=article_id, start=start, chars=1_500)
        body += piece["body"]
        start = piece["next_start"]
    assert body == seeds_index.get(article_id).body
    assert piece["body_chars"] == len(body) > 3_000
    assert call("get", id=article_id, start=10**6)["next_start"] is None


def test_details_come_with_the_first_piece(call, make_index):
    """Facts and details of an article are part of the answer."""
    index = make_index(Article("a", "Hội làng", "Ba ngày.", category="Lễ hội", details="mùa xuân"))
    piece = call("get", index, id="a", chars=3)
    assert (piece["details"], piece["body"], piece["next_start"]) == ("mùa", "Ba ", 3)
    assert piece["category"] == "Lễ hội"
    assert call("get", index, id="a", start=3)["details"] == ""


def test_suggestions(call, make_index):
    """Accents that are missing, and how a phrase goes on."""
    texts = ["Công tác dân vận khéo", "An toàn giao thông"] * 20
    answer = call("suggest", make_index(*texts), query="an toan g")
    assert answer["completions"] == [{"text": "an toàn giao thông", "occurrences": 20}]
    assert call("suggest", make_index(*texts), query="giao thobg")["suggestions"]


def test_facets(call, seeds_index, make_index):
    """Counts of all articles, of those that are found, and only the most frequent."""
    answer = call("facets")
    assert answer["total"] == len(seeds_index)
    assert answer["facets"]["year"] == seeds_index.search("*", facets="year").facets["year"]
    assert answer["more"] == {}
    articles = [Article(str(n), "", "dân vận", category=f"mục {n % 3}") for n in range(10)]
    answer = call("facets", make_index(*articles), query="dân", names=["category"], values=1)
    assert (answer["facets"], answer["more"]) == ({"category": {"mục 0": 4}}, {"category": 2})


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("search", {"query": ""}, "the query is empty"),
        ("search", {"query": "dân", "since": "someday"}, "someday"),
        ("facets", {"query": "", "names": ["year"]}, "the query is empty"),
        ("get", {"id": "none"}, "no article has the id 'none'"),
        ("search", {"query": "dân", "limit": 51}, "less than or equal to 50"),
        ("search", {"query": "d" * 1_001}, "at most 1000 characters"),
        ("search", {"query": "dân", "sort": "size"}, "title-desc"),
    ],
)
def test_errors_are_sentences_for_the_model(call, tool, arguments, sentence):
    """What the library says reaches the model."""
    error = call(tool, **arguments)
    assert isinstance(error, str)
    assert sentence in error


def subclasses(of):
    """Yield a class and those that derive from it."""
    yield of
    for one in of.__subclasses__():
        yield from subclasses(one)


@pytest.mark.parametrize("kind", sorted(set(subclasses(DanvanError)), key=str))
def test_each_error_of_the_library_is_told(call, kind):
    """No error of the library is only "Error executing tool"."""

    class Failing(Index):
        def search(self, query, **options):
            raise kind("the sentence")

    failing = Failing.__new__(Failing)
    assert call("search", failing, query="dân").endswith("the sentence")


def test_damage_that_hits_meet_is_told(call, monkeypatch, seeds_index):
    """Hits are read lazily, inside of the call."""

    def damaged(results, **options):
        raise IndexDamagedError("the index is damaged")

    monkeypatch.setattr("danvan_search.Results.to_json", damaged)
    assert call("search", query="dân vận").endswith("the index is damaged")


def test_the_command_serves_over_stdio(tmp_path):
    """A client starts the command, and sees a commit of another process."""
    with Index.create(tmp_path / "index") as index:
        index.add([Article("1", "", "Dân vận khéo.")])

        async def ask():
            args = ["-m", "danvan_search", "mcp", "--index", str(tmp_path / "index")]
            paths = {"PYTHONPATH": os.pathsep.join(sys.path)}
            server = StdioServerParameters(command=sys.executable, args=args, env=paths)
            async with Client(server) as client:
                first = await client.call_tool("search", {"query": "dan van"})
                index.add([Article("2", "", "Dân vận.")])
                return first, await client.call_tool("search", {"query": "dan van"})

        first, second = asyncio.run(ask())
    assert first.structured_content["total"] == 1
    assert second.structured_content["total"] == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_while_its_input_is_open(tmp_path, number):
    """It does not wait for the end of its input."""
    Index.create(tmp_path / "index").close()
    command = [sys.executable, "-m", "danvan_search", "mcp", "--index", str(tmp_path / "index")]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment, **pipes) as process:
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        process.stdin.write(json.dumps(ping).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1  # it is at work
        process.send_signal(number)
        assert process.wait(60) == 130
        assert process.stderr.read() == b""
