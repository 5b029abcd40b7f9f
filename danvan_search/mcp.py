"""A server of the Model Context Protocol: tools by which language models search an index.

It needs the extra ``mcp``: ``pip install 'danvan-search[mcp]'``. `dvsearch mcp` runs it::

    from danvan_search import Index
    from danvan_search.mcp import make_server

    make_server(Index.open("indexes/default")).run("stdio")
"""

import functools
from collections.abc import Callable
from itertools import islice
from typing import Annotated, Any, Final, Literal, ParamSpec

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from danvan_search import DanvanError, Index, __version__

_INSTRUCTIONS: Final = """Full-text search of Vietnamese articles. Accents may be left out; with \
accents, articles that have them come first. "Quoted syllables" stand side by side; -word, OR, \
title:word and category:"name" work as usual; * is every article. Search, then read an article \
with get, in pieces if it is long. If a search finds nothing, ask suggest."""

_READS: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_SECONDS: Final = 30.0
"""The time limit of a search."""

_Text = Annotated[str, Field(max_length=1_000)]
_Query = Annotated[str, Field(max_length=1_000, description="What to search for")]
_Limit = Annotated[int, Field(ge=1, le=50, description="Hits per page")]
_Page = Annotated[int, Field(ge=1, le=1_000, description="The page, from 1")]
_Chars = Annotated[int, Field(ge=1, le=20_000, description="The length of the piece")]
_Values = Annotated[int, Field(ge=1, le=200, description="Values of each facet")]
_SnippetChars = Annotated[int, Field(ge=0, le=2_000, description="The length of a snippet")]
_Day = Annotated[
    str | None, Field(max_length=20, description="2020-06-30, 30/6/2020, 2020-06 or 2020")
]
_Match = Literal["auto", "all", "most", "any", "phrase"]
_Accents = Literal["auto", "exact", "ignore", "restore"]
_Sort = Literal["score", "date", "date-asc", "title", "title-desc"]
_Facet = Literal["category", "year", "month", "source"]

_Arguments = ParamSpec("_Arguments")
_Answer = dict[str, Any]


def make_server(index: Index) -> MCPServer:
    """Return a server with the tools ``search``, ``get``, ``suggest`` and ``facets``.

    Nothing changes the index. Each :class:`~danvan_search.DanvanError` is an error of the tool,
    with its sentence for the model to read.

    :param index: the index; the caller closes it. Each call sees the newest commit.
    """
    server = MCPServer(
        "danvan-search",
        title="danvan-search",
        version=__version__,
        instructions=_INSTRUCTIONS,
        log_level="WARNING",
    )
    tools = _Tools(index)
    for tool in (tools.search, tools.get, tools.suggest, tools.facets):
        server.add_tool(_told(tool), annotations=_READS)
    return server


def _told(tool: Callable[_Arguments, _Answer]) -> Callable[_Arguments, _Answer]:
    """Return a tool whose errors the model may read."""

    @functools.wraps(tool)
    def call(*args: _Arguments.args, **values: _Arguments.kwargs) -> _Answer:
        try:
            return tool(*args, **values)
        except DanvanError as error:
            raise ToolError(str(error)) from error

    return call


class _Tools:
    """The tools; their names, docstrings and types are what a model knows of them."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def search(
        self,
        query: _Query,
        limit: _Limit = 10,
        page: _Page = 1,
        match: _Match = "auto",
        accents: _Accents = "auto",
        since: _Day = None,
        until: _Day = None,
        category: _Text | None = None,
        sort: _Sort = "score",
        snippet_chars: _SnippetChars = 400,
    ) -> _Answer:
        """Find articles: their ids, titles, dates, categories and snippets, and how many there are.

        exact says whether a hit has the accents as typed; notes and read_as say how the query was
        understood. Read a whole article with get.
        """
        return self._index.search(
            query,
            limit=limit,
            page=page,
            match=match,
            accents=accents,
            since=since,
            until=until,
            category=category,
            sort=sort,
            snippet_chars=snippet_chars,
            timeout=_SECONDS,
        ).to_json()

    def get(
        self,
        id: _Text,  # noqa: A002 - the name that a model sees
        start: Annotated[int, Field(ge=0, description="The first character of the piece")] = 0,
        chars: _Chars = 8_000,
    ) -> _Answer:
        """Read an article: its body from a character on, up to the length of a piece.

        If next_start is not null, the article goes on there. The first piece has the details, too.
        """
        article = self._index.get(id)
        if article is None:
            raise ToolError(f"no article has the id {id!r}: take an id of a hit of search")
        end = start + chars
        return {
            "id": article.id,
            "title": article.title,
            "date": article.date.isoformat() if article.date else None,
            "category": article.category,
            "source": article.source,
            "details": article.details[:chars] if start == 0 else "",
            "body": article.body[start:end],
            "start": start,
            "body_chars": len(article.body),
            "next_start": end if end < len(article.body) else None,
        }

    def suggest(self, query: _Query, limit: _Limit = 10) -> _Answer:
        """Say what a query may have meant, and how phrases of the articles that begin so go on.

        suggestions: accents that are missing or wrong, slips, keys of Telex or VNI. completions:
        phrases that begin with the query, whose last syllable need not be whole.
        """
        return {
            "suggestions": [one.to_json() for one in self._index.suggest(query)[:limit]],
            "completions": [one.to_json() for one in self._index.complete(query, limit=limit)],
        }

    def facets(
        self,
        query: _Query = "*",
        names: Annotated[list[_Facet], Field(min_length=1, max_length=4)] = ["category", "year"],  # noqa: B006 - a default of the schema
        values: _Values = 30,
        since: _Day = None,
        until: _Day = None,
        category: _Text | None = None,
    ) -> _Answer:
        """Count the categories, years, months or sources of all articles that a query finds.

        The query * counts those of all articles. more says how many values were left out.
        """
        found = self._index.search(
            query,
            limit=0,
            facets=tuple(names),
            since=since,
            until=until,
            category=category,
            timeout=_SECONDS,
        )
        return {
            "total": found.total,
            "read_as": found.read_as,
            "notes": [note.to_json() for note in found.notes],
            "facets": {
                name: dict(islice(counts.items(), values)) for name, counts in found.facets.items()
            },
            "more": {
                name: len(counts) - values
                for name, counts in found.facets.items()
                if len(counts) > values
            },
        }
