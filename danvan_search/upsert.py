"""Adds articles to a store, and checks the types of articles and ids."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from danvan_search.article import Article
from danvan_search.errors import ArgumentTypeError
from danvan_search.reports import Changes
from danvan_search.store import ArticleWriter, IndexedArticle

Value = TypeVar("Value")

_ID: Final = "an id is a string"


def checked_articles(articles: Iterable[Article]) -> Iterator[Article]:
    """Return an iterator over articles that checks the type of each.

    :raises ArgumentTypeError: ``articles`` is one article or not iterable; or, while iterating,
        it yields something that is not an article.
    """
    if isinstance(articles, Article):
        raise ArgumentTypeError("add takes several articles: put the article in a list")
    return _checked(_iterate("articles", articles), Article, "an article is an Article")


def checked_ids(ids: Iterable[str]) -> Iterator[str]:
    """Return an iterator over ids that checks the type of each; a string is a single id.

    :raises ArgumentTypeError: ``ids`` is not iterable; or, while iterating, it yields something
        that is not a string.
    """
    return iter([ids]) if isinstance(ids, str) else _checked(_iterate("ids", ids), str, _ID)


def checked_id(article_id: object) -> str:
    """Return an id.

    :raises ArgumentTypeError: it is not a string.
    """
    if not isinstance(article_id, str):
        raise ArgumentTypeError(f"{_ID}, not {type(article_id).__name__}")
    return article_id


def upsert(writer: ArticleWriter, articles: Iterator[Article]) -> Changes:
    """Add articles, or replace those with the same id; unchanged articles are not written.

    Of several articles with one id, the last is kept.
    """
    became: dict[str, str] = {}
    for article in articles:
        if became.get(article.id, "unchanged") == "unchanged":
            known = writer.find(article.id)
            if known == IndexedArticle(article.id, article.content_hash(), "", ""):
                became[article.id] = "unchanged"
                continue
            became[article.id] = "added" if known is None else "updated"
        writer.put(article)
    counts = Counter(became.values())
    return Changes(counts["added"], counts["updated"], counts["unchanged"])


def _iterate(name: str, values: object) -> Iterator[object]:
    if not isinstance(values, Iterable):
        raise ArgumentTypeError(f"{name} is {type(values).__name__}: give a list or an iterator")
    return iter(values)


def _checked(values: Iterator[object], kind: type[Value], rule: str) -> Iterator[Value]:
    for value in values:
        if not isinstance(value, kind):
            raise ArgumentTypeError(f"{rule}, not {type(value).__name__}")
        yield value
