"""What a search returns: plain values that outlive the index they came from."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from danvan_search.article import Article

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
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


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that was found.

    :ivar id: the id of the article.
    :ivar score: its score; higher is better, and comparable within one search only.
    :ivar exact: whether it holds the query's phrases and syllables with the accents as typed;
        a syllable typed without a mark asks for none.
    :ivar title: the title, as written.
    :ivar title_spans: what matched in the title: (start, end) in characters, ascending.
    :ivar date: the date of the article.
    :ivar category: the category of the article.
    :ivar source: where the article comes from.
    :ivar snippet: the piece of its body around the best cluster of matches.
    """

    id: str
    score: float
    exact: bool
    title: str
    title_spans: tuple[Span, ...]
    date: datetime.date | None
    category: str | None
    source: str | None
    snippet: Snippet
    _load: Callable[[], Article] = field(repr=False, compare=False)

    @property
    def article(self) -> Article:
        """The whole article, read when it is asked for, also after the index was closed."""
        return self._load()

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a hit travel to another process, with its article."""
        shown = (getattr(self, one.name) for one in fields(self) if one.name != "_load")
        return Hit, (*shown, _Loaded(self.article))

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
class _Loaded:
    """An article that needs no more loading."""

    article: Article

    def __call__(self) -> Article:
        return self.article


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what a search found; iterating gives its hits.

    :ivar query: the query as typed.
    :ivar total: how many articles match in all, on every page.
    :ivar relaxed: whether no article held all syllables and any was made enough.
    :ivar took_ms: how long the search took, in milliseconds.
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
