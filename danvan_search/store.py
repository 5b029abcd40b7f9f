"""What a store of articles offers to whoever writes to it; the index in a folder is one store."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from danvan_search.article import Article


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """What a store knows of an article without reading its text.

    :ivar id: its id.
    :ivar hash: its content hash, see :meth:`~danvan_search.Article.content_hash`.
    :ivar origin: the absolute path of the file it came from; "" if it came from none.
    :ivar root: the absolute path of the folder that was indexed; "" if there was none.
    """

    id: str
    hash: str
    origin: str
    root: str


class ArticleWriter(Protocol):
    """The changes of one commit. What was committed before stays readable until then."""

    def find(self, article_id: str) -> IndexedArticle | None:
        """Return the committed article of an id.

        None if there is none, or if this writer replaced or removed it.
        """

    def known(self) -> Iterator[IndexedArticle]:
        """Yield every committed article."""

    def put(self, article: Article, *, origin: str = "", root: str = "") -> bool:
        """Add an article, or replace the one of its id.

        :param origin: see :class:`IndexedArticle`; so is ``root``.
        :return: whether the store, or this writer, had an article of that id.
        """

    def remove(self, article_id: str) -> bool:
        """Remove an article; return whether it was there."""

    def discard(self) -> None:
        """Drop the changes so far; the writer stays open."""
