"""Adds articles to a store: new ones and changed ones; an unchanged article is not written."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from danvan_search.article import Article
from danvan_search.reports import Changes
from danvan_search.store import ArticleWriter, IndexedArticle


def upsert(writer: ArticleWriter, articles: Iterator[Article]) -> Changes:
    """Add articles, or replace those with the same id; unchanged articles are not written.

    Of several articles with one id, the last is kept.
    """
    became: dict[str, str] = {}
    while chunk := list(islice(articles, writer.lookahead)):
        writer.expect([article.id for article in chunk])
        for article in chunk:
            if became.get(article.id, "unchanged") == "unchanged":
                known = writer.find(article.id)
                if known == IndexedArticle(article.id, article.content_hash(), "", ""):
                    became[article.id] = "unchanged"
                    continue
                became[article.id] = "added" if known is None else "updated"
            writer.put(article)
    counts = Counter(became.values())
    return Changes(counts["added"], counts["updated"], counts["unchanged"])
