"""What a search returns: values that outlive the index they came from."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, NamedTuple, Protocol, Self, TypeVar, overload

from danvan_search.article import Article, Heading

Span = tuple[int, int]

_SHOWN: Final = ("score", "exact", "_heading", "date", "category", "title_spans", "snippet")
_PARTS: Final = (*_SHOWN, "article")


class Snippet(NamedTuple):
    """A piece of an article's body, exactly as written.

    :ivar text: the piece.
    :ivar spans: what matched: (start, end) in characters of ``text``, ascending, apart.
    :ivar start: where the piece starts in the body, in characters.
    :ivar cut_before: whether the body has text before it.
    :ivar cut_after: whether the body has text after it.
    """

    text: str
    spans: tuple[Span, ...] = ()
    start: int = 0
    cut_before: bool = False
    cut_after: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the snippet as plain JSON values."""
        return {
            "text": self.text,
            "spans": [list(span) for span in self.spans],
            "start": self.start,
            "cut_before": self.cut_before,
            "cut_after": self.cut_after,
        }


class HitReader(Protocol):
    """What hits are read from: a page of results, by the place of the hit on it."""

    def score(self, place: int) -> float:
        """Return the score of a hit."""

    def exact(self, place: int) -> bool:
        """Say whether a hit holds the query with the accents as typed."""

    def heading(self, place: int) -> Heading:
        """Return id, title and source of the article."""

    def date(self, place: int) -> datetime.date | None:
        """Return its date."""

    def category(self, place: int) -> str | None:
        """Return its category."""

    def title_spans(self, place: int) -> tuple[Span, ...]:
        """Return what matched in the title."""

    def snippet(self, place: int) -> Snippet:
        """Return the piece of the body around the best cluster of matches."""

    def article(self, place: int) -> Article:
        """Return the whole article."""


Value = TypeVar("Value")


class _part(Generic[Value]):  # noqa: N801 - a decorator
    """A property that is read once.

    What ``functools.cached_property`` does, without the lock that it takes before Python 3.12: two
    threads that read at once find the same.
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
    """One article that was found.

    A page is found without reading what it shows: each part of a hit is read from the index
    when it is first asked for, from the state of the index that was searched, also after the
    index was closed. Reading may raise :class:`~danvan_search.IndexDamagedError`.

    :param page: what to read from.
    :param place: the place of the hit on that page, from 0.
    """

    _page: HitReader
    _place: int

    def __init__(self, page: HitReader, place: int) -> None:
        own = self.__dict__
        own["_page"], own["_place"] = page, place

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} of a hit cannot be set: hits are read only")

    @property
    def id(self) -> str:
        """The id of the article."""
        return self._heading.id

    @_part
    def score(self) -> float:
        """The score; higher is better, and comparable within one search only."""
        return self._page.score(self._place)

    @_part
    def exact(self) -> bool:
        """Whether it holds the query's phrases and syllables with the accents as typed.

        A syllable typed without a mark asks for none.
        """
        return self._page.exact(self._place)

    @property
    def title(self) -> str:
        """The title, as written."""
        return self._heading.title

    @_part
    def title_spans(self) -> tuple[Span, ...]:
        """What matched in the title: (start, end) in characters, ascending."""
        return self._page.title_spans(self._place)

    @_part
    def date(self) -> datetime.date | None:
        """The date of the article."""
        return self._page.date(self._place)

    @_part
    def category(self) -> str | None:
        """The category of the article."""
        return self._page.category(self._place)

    @property
    def source(self) -> str | None:
        """Where the article comes from."""
        return self._heading.source

    @_part
    def snippet(self) -> Snippet:
        """The piece of its body around the best cluster of matches."""
        return self._page.snippet(self._place)

    @_part
    def article(self) -> Article:
        """The whole article."""
        return self._page.article(self._place)

    @_part
    def _heading(self) -> Heading:
        return self._page.heading(self._place)

    def _shown(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in _SHOWN)

    def __eq__(self, other: object) -> bool:
        return self._shown() == other._shown() if isinstance(other, Hit) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._shown())

    def __repr__(self) -> str:
        return f"Hit(id={self.id!r}, score={self.score:.4f}, title={self.title!r})"

    def __getstate__(self) -> dict[str, Any]:
        """Let a hit travel to another process: whole, with its article, without the index."""
        return {name: getattr(self, name) for name in _PARTS}

    def to_json(self) -> dict[str, Any]:
        """Return the hit as plain JSON values; the article's text is left out."""
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
        }


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what a search found; iterating gives its hits.

    :ivar query: the query as typed.
    :ivar total: how many articles match in all, on every page.
    :ivar relaxed: whether no article held all syllables and any was made enough.
    :ivar took_ms: how long it took to find the page, in milliseconds; its hits are read later.
    :ivar hits: the hits of the page, best first.
    """

    query: str
    total: int
    relaxed: bool
    took_ms: float
    hits: tuple[Hit, ...]

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
            "took_ms": round(self.took_ms, 3),
            "hits": [hit.to_json() for hit in self.hits],
        }
