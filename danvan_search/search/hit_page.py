"""What hits read: the parts of the hits of one page, in columns."""

import datetime
from typing import Protocol, TypeVar

from danvan_search.article import Article
from danvan_search.search.highlight.marks import Span
from danvan_search.search.highlight.snippets import Snippet

Value_co = TypeVar("Value_co", covariant=True)


class Column(Protocol[Value_co]):
    """One value for each hit of a page, by rank, from 0."""

    def __getitem__(self, rank: int, /) -> Value_co:
        """Return the value of a hit."""


class HitPage(Protocol):
    """The hits of one page, in columns.

    :ivar ids: the ids of the articles.
    :ivar scores: the scores.
    :ivar exact: whether a hit contains the query with the accents as typed.
    :ivar titles: the titles.
    :ivar title_spans: the matches in the titles: (start, end) offsets, ascending.
    :ivar dates: the dates of the articles.
    :ivar categories: their categories.
    :ivar sources: their sources.
    :ivar snippets: the pieces of the bodies around the best clusters of matches.
    :ivar details_snippets: the pieces of the details; None without a match.
    :ivar pieces: several pieces of the bodies; empty unless they were asked for.
    :ivar sections: the headings under which the best clusters stand; None without one.
    :ivar pages: the numbers of their pages, from 1; None without pages.
    :ivar copies: how many near-copies a hit stands for; None unless they were left out.
    :ivar by_meaning: whether a hit was found by its meaning alone.
    :ivar articles: the whole articles.
    """

    @property
    def ids(self) -> Column[str]: ...  # noqa: D102 - see the class
    @property
    def scores(self) -> Column[float]: ...  # noqa: D102
    @property
    def exact(self) -> Column[bool]: ...  # noqa: D102
    @property
    def titles(self) -> Column[str]: ...  # noqa: D102
    @property
    def title_spans(self) -> Column[tuple[Span, ...]]: ...  # noqa: D102
    @property
    def dates(self) -> Column[datetime.date | None]: ...  # noqa: D102
    @property
    def categories(self) -> Column[str | None]: ...  # noqa: D102
    @property
    def sources(self) -> Column[str | None]: ...  # noqa: D102
    @property
    def snippets(self) -> Column[Snippet]: ...  # noqa: D102
    @property
    def details_snippets(self) -> Column[Snippet | None]: ...  # noqa: D102
    @property
    def pieces(self) -> Column[tuple[Snippet, ...]]: ...  # noqa: D102
    @property
    def copies(self) -> Column[int | None]: ...  # noqa: D102
    @property
    def by_meaning(self) -> Column[bool]: ...  # noqa: D102
    @property
    def sections(self) -> Column[str | None]: ...  # noqa: D102
    @property
    def pages(self) -> Column[int | None]: ...  # noqa: D102
    @property
    def articles(self) -> Column[Article]: ...  # noqa: D102
