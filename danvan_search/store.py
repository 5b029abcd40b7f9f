"""The interface of a store of articles to its writers; the index in a folder implements it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from danvan_search.article import Article


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """The metadata of a stored article.

    :ivar id: its id.
    :ivar hash: its content hash; see :meth:`~danvan_search.Article.content_hash`.
    :ivar origin: the absolute path of the file it came from; "" for none.
    :ivar root: the absolute path of the folder that was indexed; "" for none.
    """

    id: str
    hash: str
    origin: str
    root: str


class ArticleWriter(Protocol):
    """Collects the changes of one commit; readers see the previous commit until then."""

    @property
    def lookahead(self) -> int:
        """How many articles are best looked for together; 1 where each is at hand."""

    def find(self, article_id: str) -> IndexedArticle | None:
        """Return the metadata of the committed article with an id.

        None if there is none, or if this writer replaced or removed it.
        """

    def expect(self, article_ids: Sequence[str]) -> None:
        """Be told which articles are looked for next, up to ``lookahead`` of them."""

    def known(self) -> Iterator[IndexedArticle]:
        """Yield the metadata of all committed articles that this writer has not removed."""

    def put(self, article: Article, *, origin: str = "", root: str = "") -> bool:
        """Add an article, or replace the one with the same id.

        :param origin: the file it came from; see :class:`IndexedArticle`.
        :param root: the folder it came from; see :class:`IndexedArticle`.
        :return: whether the store, or this writer, already had an article with that id.
        """

    def remove(self, article_id: str) -> bool:
        """Remove an article; return whether there was one with that id."""

    def discard(self) -> None:
        """Drop the changes so far; the writer stays open."""
