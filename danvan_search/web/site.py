"""What the requests of a site share, and how one becomes an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from danvan_search import (
    DanvanError,
    Explanation,
    Index,
    MarkedArticle,
    Results,
    SearchOptions,
    StoreIndex,
)
from danvan_search.web.answers import BatchError, NotFoundError, TooLargeError
from danvan_search.web.metrics import Metrics
from danvan_search.web.parameters import options_of
from danvan_search.web.pool import BusyError, Pool
from danvan_search.web.settings import Settings


@dataclass(frozen=True)
class Site:
    """What the requests of a site share.

    :ivar index: the index, which each request sees in its newest state.
    :ivar settings: what the operator decided.
    :ivar pool: where requests are worked on.
    :ivar metrics: counts of requests.
    """

    index: Index | StoreIndex
    settings: Settings
    pool: Pool
    metrics: Metrics

    @property
    def is_whole(self) -> bool:
        """Whether the index can do all that an index in a folder can."""
        return isinstance(self.index, Index)

    @property
    def generation(self) -> int:
        """The generation of the index in a folder; 0 for articles in another store.

        :raises StoreError: the index cannot be read.
        """
        return self.index.generation if isinstance(self.index, Index) else 0

    def search(self, query: str, **options: Any) -> Results:  # noqa: ANN401 - values of options
        """Search the index, with the synonyms of the operator.

        :param options: options of a search; see :func:`danvan_search.web.parameters.options_of`.
        """
        return self.index.search(query, synonyms=self.settings.synonyms, **options)

    def explain(self, query: str, article_id: str, **options: Any) -> Explanation:  # noqa: ANN401
        """Explain the place of an article in the results of such a search."""
        found: Explanation = self.index.explain(
            query, article_id, synonyms=self.settings.synonyms, **options
        )
        return found

    def options(self, **options: Any) -> SearchOptions:  # noqa: ANN401
        """Return the options of a search, with the synonyms of the operator.

        :raises OptionError: a value is invalid.
        """
        return SearchOptions(synonyms=self.settings.synonyms, **options)


Handler = Callable[[Site, Request], Response]
Teller = Callable[[Site, Request, Exception], Response]


class Endpoint:
    """The answers at one path, each made in a thread of the pool.

    :param site: the site.
    :param path: the path as it is declared.
    :param handler: makes an answer.
    :param tell: makes the answer that tells of an error.
    :param max_body: the largest body of a request, in bytes, which ``request.state.body`` has; None
        if it is not read.
    """

    def __init__(
        self, site: Site, path: str, handler: Handler, tell: Teller, max_body: int | None = None
    ) -> None:
        self.path = path
        self._site = site
        self._handler = handler
        self._tell = tell
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        try:
            if self._max_body is not None:
                request.state.body = await _body(request, self._max_body)
            answer = await self._site.pool.run(partial(self._handler, self._site, request))
        except (DanvanError, BatchError, NotFoundError, TooLargeError, BusyError) as error:
            answer = self._tell(self._site, request, error)
        await answer(scope, receive, send)


async def _body(request: Request, most: int) -> bytes:
    """Return the body of a request.

    :param most: its largest length, in bytes.
    :raises TooLargeError: it is longer.
    """
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > most:
            raise TooLargeError(f"the body has more than {most:,} bytes: send it in pieces")
    return bytes(data)


def marked_article(
    site: Site, article_id: str, query: str, options: Mapping[str, Any]
) -> MarkedArticle:
    """Return an article with what a query matches in it; an empty query matches nothing.

    :param options: options of a search; those about accents and the last syllable count.
    :raises NotFoundError: there is no such article.
    """
    marked = None
    if query.strip():
        # The search has a time limit, and understands keys of Telex and VNI; marks need no search.
        known = {name: options[name] for name in ("accents", "prefix_last") if name in options}
        found = site.search(query, **options_of({**known, "limit": 0}))
        marked = site.index.highlight(
            article_id,
            found.understood,
            accents=known.get("accents", "auto"),
        )
    else:
        article = site.index.get(article_id)
        marked = MarkedArticle(article, (), (), ()) if article else None
    if marked is None:
        raise NotFoundError(f"there is no article with the id {article_id!r}")
    return marked
