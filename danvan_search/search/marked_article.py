"""A whole article with the marks of a query."""

from dataclasses import dataclass, replace
from typing import Any

from danvan_search.article import Article
from danvan_search.query import Node, Query
from danvan_search.query.accents import Accents
from danvan_search.query.nodes import Field
from danvan_search.search.highlight.grid_marks import MarkFinder
from danvan_search.search.highlight.html import marked_html, utf16_spans
from danvan_search.search.highlight.marks import Span, TextMarks
from danvan_search.search.highlight.snippets import merge_spans
from danvan_search.search.highlight.text_marks import marks_of
from danvan_search.search.options import SearchOptions
from danvan_search.search.search import search
from danvan_search.search.searchable import SearchableSnapshot


@dataclass(frozen=True, slots=True, repr=False)
class MarkedArticle:
    """An article and what a query matches in its texts.

    Spans are (start, end) offsets in characters of the stored text, ascending, apart. A text of
    very many matches has the first 65,536 marked.

    :ivar article: the article.
    :ivar title_spans: what matches in its title.
    :ivar body_spans: what matches in its body.
    :ivar details_spans: what matches in its details.
    """

    article: Article
    title_spans: tuple[Span, ...]
    body_spans: tuple[Span, ...]
    details_spans: tuple[Span, ...]

    @property
    def title_html(self) -> str:
        """The title as HTML: escaped, the matches in ``<mark>``."""
        return marked_html(self.article.title, self.title_spans)

    @property
    def body_html(self) -> str:
        """The body as HTML: escaped, the matches in ``<mark>``; lines stay lines of text."""
        return marked_html(self.article.body, self.body_spans)

    @property
    def details_html(self) -> str:
        """The details as HTML: escaped, the matches in ``<mark>``."""
        return marked_html(self.article.details, self.details_spans)

    def __repr__(self) -> str:
        count = len(self.title_spans) + len(self.body_spans) + len(self.details_spans)
        return f"MarkedArticle({self.article!r}, {count:,} marks)"

    def to_json(self, *, utf16: bool = False) -> dict[str, Any]:
        """Return the article as plain JSON values, with its spans.

        :param utf16: whether spans count UTF-16 code units, as JavaScript does.
        """
        article = self.article
        texts = {
            "title_spans": (article.title, self.title_spans),
            "body_spans": (article.body, self.body_spans),
            "details_spans": (article.details, self.details_spans),
        }
        return {
            **article.to_json(),
            **{
                name: [list(span) for span in (utf16_spans(text, spans) if utf16 else spans)]
                for name, (text, spans) in texts.items()
            },
        }


def mark_article(
    index: SearchableSnapshot, article_id: str, query: str | Node | Query, options: SearchOptions
) -> MarkedArticle | None:
    """Return an article with the marks of a query; None if there is no such article.

    A string is read as by a search with these options: with keys decoded and accents restored.

    :raises QueryError: as of a search.
    """
    doc = index.snapshot.find(article_id)
    if doc is None:
        return None
    if not isinstance(query, Query):
        query = search(index, query, replace(options, limit=0)).understood
    segment, number = doc
    finder = MarkFinder(index.snapshot.segments[segment].reader, query, accents=options.accents)
    (marks,) = index.snapshot.guard.call(finder.find, [number])
    article = index.snapshot.article(doc)
    return MarkedArticle(
        article,
        _spans(article.title, marks.title),
        _spans(article.body, marks.body),
        _spans(article.details, marks.details),
    )


def mark_texts(article: Article, query: Query, accents: Accents) -> MarkedArticle:
    """Return an article with the marks of a query, found in its plain texts without an index."""
    texts: dict[Field, str] = {
        "title": article.title,
        "body": article.body,
        "details": article.details,
    }
    spans = [
        _spans(text, marks_of(query, text, accents=accents, field=field))
        for field, text in texts.items()
    ]
    return MarkedArticle(article, *spans)


def _spans(text: str, marks: TextMarks) -> tuple[Span, ...]:
    return merge_spans(marks, 0, len(text))
