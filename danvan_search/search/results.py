"""Results and hits: what a search returns. They stay usable after the index is closed."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Generic, Protocol, Self, TypeVar, overload

from danvan_search.article import Article, Heading
from danvan_search.query import Note, Query
from danvan_search.query.reading import read_as
from danvan_search.search.highlight.marks import Span
from danvan_search.search.highlight.snippets import Snippet
from danvan_search.suggest import Suggestion

_COMPARED: Final = (
    "score",
    "exact",
    "_heading",
    "date",
    "category",
    "title_spans",
    "snippet",
    "details_snippet",
)
_PICKLED: Final = (*_COMPARED, "article")


class HitReader(Protocol):
    """Reads the parts of the hits of one page.

    :param rank: of each method, the rank of the hit on the page, from 0.
    """

    def score(self, rank: int) -> float:
        """Return the score of a hit."""

    def exact(self, rank: int) -> bool:
        """Return whether a hit contains the query with the accents as typed."""

    def heading(self, rank: int) -> Heading:
        """Return id, title and source of the article."""

    def date(self, rank: int) -> datetime.date | None:
        """Return the date of the article."""

    def category(self, rank: int) -> str | None:
        """Return the category of the article."""

    def title_spans(self, rank: int) -> tuple[Span, ...]:
        """Return the matches in the title: (start, end) offsets, ascending."""

    def snippet(self, rank: int) -> Snippet:
        """Return the piece of the body around the best cluster of matches."""

    def details_snippet(self, rank: int) -> Snippet | None:
        """Return the piece of the details around the best cluster of matches; None without any."""

    def article(self, rank: int) -> Article:
        """Return the whole article."""


Value = TypeVar("Value")


class _lazy_property(Generic[Value]):  # noqa: N801 - a decorator
    """A property that is read at the first access, and cached.

    The same as ``functools.cached_property``, without its lock of Python 3.11: two threads that
    read at once get equal values.
    """

    def __init__(self, read: Callable[[Any], Value]) -> None:
        self._read = read
        self._name = read.__name__
        self.__doc__ = read.__doc__

    @overload
    def __get__(self, hit: None, owner: type) -> Self: ...
    @overload
    def __get__(self, hit: object, owner: type) -> Value: ...
    def __get__(self, hit: object | None, owner: type) -> Self | Value:
        if hit is None:
            return self
        value = hit.__dict__[self._name] = self._read(hit)
        return value


class Hit:
    """One article that matches.

    A search does not read its hits. Each part of a hit is read from the index at the first access,
    from the state of the index that was searched, even after the index was closed. Reading may
    raise :class:`~danvan_search.IndexDamagedError`.

    :param reader: reads the hits of the page.
    :param rank: the rank of the hit on the page, from 0.
    """

    _reader: HitReader
    _rank: int

    def __init__(self, reader: HitReader, rank: int) -> None:
        attributes = self.__dict__
        attributes["_reader"], attributes["_rank"] = reader, rank

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} of a hit cannot be set: hits are read only")

    @property
    def id(self) -> str:
        """The id of the article."""
        return self._heading.id

    @_lazy_property
    def score(self) -> float:
        """The score; higher is better, and comparable within one search only."""
        return self._reader.score(self._rank)

    @_lazy_property
    def exact(self) -> bool:
        """Whether it contains the query's phrases and syllables with the accents as typed.

        A syllable typed without a mark matches every accent.
        """
        return self._reader.exact(self._rank)

    @property
    def title(self) -> str:
        """The title, as written."""
        return self._heading.title

    @_lazy_property
    def title_spans(self) -> tuple[Span, ...]:
        """The matches in the title: (start, end) offsets, ascending."""
        return self._reader.title_spans(self._rank)

    @_lazy_property
    def date(self) -> datetime.date | None:
        """The date of the article."""
        return self._reader.date(self._rank)

    @_lazy_property
    def category(self) -> str | None:
        """The category of the article."""
        return self._reader.category(self._rank)

    @property
    def source(self) -> str | None:
        """The source of the article."""
        return self._heading.source

    @_lazy_property
    def snippet(self) -> Snippet:
        """The piece of the body around the best cluster of matches."""
        return self._reader.snippet(self._rank)

    @_lazy_property
    def details_snippet(self) -> Snippet | None:
        """The piece of the details around the best cluster of matches; None without a match."""
        return self._reader.details_snippet(self._rank)

    @_lazy_property
    def article(self) -> Article:
        """The whole article."""
        return self._reader.article(self._rank)

    @_lazy_property
    def _heading(self) -> Heading:
        return self._reader.heading(self._rank)

    def _compared(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in _COMPARED)

    def __eq__(self, other: object) -> bool:
        return self._compared() == other._compared() if isinstance(other, Hit) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._compared())

    def __repr__(self) -> str:
        return f"Hit(id={self.id!r}, score={self.score:.4f}, title={self.title!r})"

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the hit with all of its parts, so that it can be read without the index."""
        return {name: getattr(self, name) for name in _PICKLED}

    def to_json(self) -> dict[str, Any]:
        """Return the hit as plain JSON values, without the text of the article."""
        return {
            "id": self.id,
            "score": round(self.score, 6),
            "exact": self.exact,
            "title": self.title,
            "title_spans": [list(span) for span in self.title_spans],
            "date": self.date.isoformat() if self.date else None,
            "category": self.category,
            "source": self.source,
            "snippet": self.snippet.to_json(),
            "details_snippet": self.details_snippet.to_json() if self.details_snippet else None,
        }


class LazySuggestions:
    """Suggestions that are made when they are first read; pickled as what they are.

    :param make: makes them.
    """

    def __init__(self, make: Callable[[], tuple[Suggestion, ...]] = tuple) -> None:
        self._make = make
        self._made: tuple[Suggestion, ...] | None = None

    def get(self) -> tuple[Suggestion, ...]:
        """Return them; two threads that read at once get equal ones."""
        if self._made is None:
            self._made = self._make()
        return self._made

    def __reduce__(self) -> tuple[Any, ...]:
        return LazySuggestions._known, (self.get(),)

    @staticmethod
    def _known(made: tuple[Suggestion, ...]) -> "LazySuggestions":
        return LazySuggestions(partial(tuple, made))


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results; iterating gives its hits.

    :ivar query: the query as typed.
    :ivar total: how many articles match in all, on every page. With ``match="auto"`` the list may
        go on after them, with articles that contain any part of the query.
    :ivar relaxed: True if no article contains every syllable, so that articles that contain any of
        them are returned.
    :ivar total_any: how many articles the whole list has.
    :ivar relaxed_from: the place in the whole list, from 0, from which on articles contain any part
        of the query, not all; None if all of the list matches.
    :ivar took_ms: the time to find the page, in milliseconds; hits are read later.
    :ivar hits: the hits of the page, best first.
    :ivar notes: how the query was understood where it is no complete one, and which of its parts
        were not demanded.
    :ivar understood: the query as it was understood.
    :ivar replaced_by: the query that was searched in place of the keys of Telex or VNI that were
        typed, which no article has; None where the query itself was searched.
    :ivar lazy_suggestions: makes ``suggestions``.
    """

    query: str
    total: int
    relaxed: bool
    total_any: int
    relaxed_from: int | None
    took_ms: float
    hits: tuple[Hit, ...]
    notes: tuple[Note, ...]
    understood: Query
    replaced_by: str | None = None
    lazy_suggestions: LazySuggestions = field(
        default_factory=LazySuggestions, repr=False, compare=False
    )

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

    def __getitem__(self, index: int) -> Hit:
        return self.hits[index]

    def to_json(self) -> dict[str, Any]:
        """Return the results as plain JSON values."""
        return {
            "query": self.query,
            "total": self.total,
            "relaxed": self.relaxed,
            "total_any": self.total_any,
            "relaxed_from": self.relaxed_from,
            "read_as": self.read_as,
            "notes": [note.to_json() for note in self.notes],
            "replaced_by": self.replaced_by,
            "suggestions": [one.to_json() for one in self.suggestions],
            "took_ms": round(self.took_ms, 3),
            "hits": [hit.to_json() for hit in self.hits],
        }
