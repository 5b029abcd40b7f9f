"""Results and hits: what a search returns. They stay usable after the index is closed."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from types import SimpleNamespace
from typing import Any, Final, Generic, TypeVar, overload

from danvan_search.article import Article, shortened
from danvan_search.errors import StoreError
from danvan_search.frozen import frozen
from danvan_search.query import Note, Query
from danvan_search.query.reading import read_as
from danvan_search.search.highlight.html import marked_html, utf16_spans
from danvan_search.search.highlight.marks import Span
from danvan_search.search.highlight.snippets import Snippet
from danvan_search.search.hit_page import HitPage
from danvan_search.search.results_html import results_html
from danvan_search.search.results_json import checked_fields, hit_json, results_json
from danvan_search.suggest import Suggestion

_COLUMNS: Final = (
    "ids",
    "scores",
    "exact",
    "titles",
    "title_spans",
    "dates",
    "categories",
    "sources",
    "snippets",
    "details_snippets",
    "pieces",
    "sections",
    "pages",
    "copies",
    "by_meaning",
)
"""The columns of a page that make its hits equal to others, and that a pickle holds."""


class Hit:
    """One article that matches: a place on a page.

    A search does not read its hits. Each part of a hit is read from the index at the first access,
    with that part of its neighbours, from the state of the index that was searched, even after the
    index was closed. Reading may raise :class:`~danvan_search.IndexDamagedError`.

    A pickled hit holds all parts but the article, and can be read without the index.

    :param page: the hits of the page.
    :param rank: the rank of the hit on the page, from 0.
    """

    __slots__ = ("__weakref__", "_page", "_rank")

    def __init__(self, page: HitPage, rank: int) -> None:
        self._page = page
        self._rank = rank

    @property
    def id(self) -> str:
        """The id of the article."""
        return self._page.ids[self._rank]

    @property
    def score(self) -> float:
        """The score; higher is better, and comparable within one search only."""
        return self._page.scores[self._rank]

    @property
    def exact(self) -> bool:
        """Whether it contains the query's phrases and syllables with the accents as typed.

        A syllable typed without a mark matches every accent.
        """
        return self._page.exact[self._rank]

    @property
    def title(self) -> str:
        """The title, as written."""
        return self._page.titles[self._rank]

    @property
    def title_spans(self) -> tuple[Span, ...]:
        """The matches in the title: (start, end) offsets, ascending."""
        return self._page.title_spans[self._rank]

    @property
    def title_html(self) -> str:
        """The title as HTML: escaped, the matches in ``<mark>``."""
        return marked_html(self.title, self.title_spans)

    def title_spans_utf16(self) -> tuple[Span, ...]:
        """Return the matches in the title in UTF-16 code units, as JavaScript counts."""
        return utf16_spans(self.title, self.title_spans)

    @property
    def date(self) -> datetime.date | None:
        """The date of the article."""
        return self._page.dates[self._rank]

    @property
    def category(self) -> str | None:
        """The category of the article."""
        return self._page.categories[self._rank]

    @property
    def source(self) -> str | None:
        """The source of the article."""
        return self._page.sources[self._rank]

    @property
    def snippet(self) -> Snippet:
        """The piece of the body around the best cluster of matches."""
        return self._page.snippets[self._rank]

    @property
    def snippets(self) -> tuple[Snippet, ...]:
        """The best pieces of the body, in its order, as many as the option ``snippets`` permits.

        They do not overlap. One is ``snippet``; each other has a match.
        """
        return self._page.pieces[self._rank] or (self.snippet,)

    @property
    def has_several_snippets(self) -> bool:
        """Whether the search asked for more than one snippet per hit."""
        return bool(self._page.pieces[self._rank])

    @property
    def details_snippet(self) -> Snippet | None:
        """The piece of the details around the best cluster of matches; None without a match."""
        return self._page.details_snippets[self._rank]

    @property
    def copies(self) -> int | None:
        """How many near-copies were left out in favour of this hit; None without ``collapse``.

        Of the best hits, three times as many are compared as there are up to the end of the page.
        """
        return self._page.copies[self._rank]

    @property
    def by_meaning(self) -> bool:
        """Whether it was found by its meaning alone: it does not match, and has no marks.

        Its snippet is the beginning of the passage that is nearest to the query.
        """
        return self._page.by_meaning[self._rank]

    @property
    def section(self) -> str | None:
        """The nearest heading before the best cluster of matches; None without one."""
        return self._page.sections[self._rank]

    @property
    def page(self) -> int | None:
        """The number of the page of the best cluster of matches, from 1; None without pages."""
        return self._page.pages[self._rank]

    @property
    def article(self) -> Article:
        """The whole article.

        :raises StoreError: the hit comes from a pickle.
        """
        return self._page.articles[self._rank]

    def _parts(self) -> tuple[Any, ...]:
        """Return the value of each of ``_COLUMNS``."""
        return tuple([getattr(self._page, name)[self._rank] for name in _COLUMNS])

    def __eq__(self, other: object) -> bool:
        return self._parts() == other._parts() if isinstance(other, Hit) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        shown = f"id={shortened(self.id)}, score={self.score:.4f}, title={shortened(self.title)}"
        return f"Hit({shown})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, self._parts()

    def to_json(self, *, fields: Iterable[str] | str = (), utf16: bool = False) -> dict[str, Any]:
        """Return the hit as plain JSON values, without the text of the article.

        :param fields: fields of the article to add under ``article``: names of its attributes, or
            keys of its extra values; as names, or a string of them with commas between.
        :param utf16: whether spans count UTF-16 code units, as JavaScript does.
        :raises OptionError: a field is no string.
        :raises StoreError: the hit comes from a pickle, and the fields are not all its own.
        """
        return hit_json(self, checked_fields(fields), utf16=utf16)


class _NoArticles:
    """The articles of an unpickled hit."""

    def __getitem__(self, rank: int, /) -> Article:
        raise StoreError("a pickled hit holds no article: get it from the index by the id")


def _unpickled(*parts: Any) -> Hit:  # noqa: ANN401 - the values of ``_COLUMNS``
    """Return a hit on a page of its own."""
    columns = {name: (value,) for name, value in zip(_COLUMNS, parts, strict=True)}
    page: Any = SimpleNamespace(**columns, articles=_NoArticles())
    return Hit(page, 0)


Value = TypeVar("Value")


class Lazy(Generic[Value]):
    """A value that is made when it is first read; pickled as what it is.

    :param make: makes it, given ``args``.
    """

    __slots__ = ("_args", "_made", "_make")

    def __init__(self, make: Callable[..., Value], *args: object) -> None:
        self._make = make
        self._args = args
        self._made: tuple[Value, ...] = ()

    def get(self) -> Value:
        """Return it; two threads that read at once get equal ones."""
        if not self._made:
            self._made = (self._make(*self._args),)
        return self._made[0]

    def __reduce__(self) -> tuple[Any, ...]:
        return Lazy, (_same, self.get())


def _same(value: Value) -> Value:
    return value


@frozen(repr=False)
class Results:
    """One page of results; iterating gives its hits.

    :ivar query: the query as typed.
    :ivar total: how many articles match in all, on every page. With ``match="auto"`` the list may
        go on after them, with articles that contain any part of the query.
    :ivar relaxed: True if no article contains every syllable, so that articles that contain any of
        them are returned.
    :ivar took_ms: the time to find the page, in milliseconds; hits are read later.
    :ivar hits: the hits of the page, best first.
    :ivar notes: how the query was understood where it is no complete one, and which of its parts
        were not demanded.
    :ivar understood: the query as it was understood.
    :ivar replaced_by: the query that was searched in place of the keys of Telex or VNI that were
        typed, which no article has; None where the query itself was searched.
    :ivar facets: of each facet that was asked for, the values of all matches with their numbers,
        most frequent first: ``{"category": {"Chính trị": 3}}``. They count what ``total`` counts.
    :ivar page: the page, from 1.
    :ivar limit: hits per page.
    :ivar generation: the generation of the index that was searched; see
        :attr:`danvan_search.Index.generation`.
    :ivar is_semantic: whether meaning counted, too. Then ``total`` and ``total_any`` count the hits
        that do not match, as well.
    :ivar lazy_total_any: makes ``total_any``.
    :ivar lazy_suggestions: makes ``suggestions``.
    """

    query: str
    total: int
    relaxed: bool
    took_ms: float
    hits: tuple[Hit, ...]
    notes: tuple[Note, ...]
    understood: Query
    replaced_by: str | None = None
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict, hash=False)
    page: int = 1
    limit: int = 10
    generation: int = 0
    is_semantic: bool = False
    lazy_total_any: Lazy[int] | None = field(default=None, repr=False, compare=False)
    lazy_suggestions: Lazy[tuple[Suggestion, ...]] = field(
        default_factory=lambda: Lazy(tuple), repr=False, compare=False
    )

    @property
    def total_any(self) -> int:
        """How many articles the whole list has; they are counted when this is first read."""
        return self.total if self.lazy_total_any is None else self.lazy_total_any.get()

    @property
    def relaxed_from(self) -> int | None:
        """The place in the whole list, from 0, from which on articles contain any part, not all.

        None if all of the list matches, or if meaning counted: then they are not apart. See
        ``total_any``.
        """
        if self.relaxed:
            return 0
        if self.is_semantic:
            return None
        return self.total if self.total_any > self.total else None

    @property
    def read_as(self) -> str:
        """How the query was understood, in one line: ``dân vận, không có "hà nội"``."""
        return read_as(self.understood)

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """What may have been meant, the most useful first; empty where many articles match.

        They are made when they are first read; see :meth:`danvan_search.Index.suggest`.
        """
        return self.lazy_suggestions.get()

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, index: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[index]

    def to_json(self, *, fields: Iterable[str] | str = (), utf16: bool = False) -> dict[str, Any]:
        """Return the results as plain JSON values.

        :param fields: fields of the articles to add to the hits; see :meth:`Hit.to_json`.
        :param utf16: whether spans count UTF-16 code units, as JavaScript does.
        :raises OptionError: a field is no string.
        """
        return results_json(self, checked_fields(fields), utf16=utf16)

    def _repr_html_(self) -> str:
        """Return the page as an HTML table; notebooks show it."""
        return results_html(self)

    def __repr__(self) -> str:
        relaxed = ", relaxed" if self.relaxed else ""
        return (
            f"Results({shortened(self.query)}, total={self.total:,}{relaxed}, page={self.page}, "
            f"hits={len(self)})"
        )
