"""The options of a search, checked once."""

import datetime
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, get_args

from danvan_search.errors import OptionError
from danvan_search.query import MAX_QUERY_CHARS

Match = Literal["auto", "all", "any", "phrase"]
Accents = Literal["auto", "exact", "ignore"]
Sort = Literal["score", "date"]

_CHOICES: Final = {
    "match": get_args(Match),
    "accents": get_args(Accents),
    "sort": get_args(Sort),
}

AUTO_ALL_SYLLABLES: Final = 5
"""With ``match="auto"`` a bare query of up to this many syllables needs all of them."""

MAX_SNIPPET_CHARS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """How to search.

    :ivar limit: how many hits a page has; 0 only counts.
    :ivar page: which page, from 1.
    :ivar match: what an article must hold. ``all``: every syllable of a bare query; ``any``:
        at least one; ``phrase``: the bare syllables side by side; ``auto``: all of up to five
        syllables, or any if no article has all, and any of more. Quoted phrases must be held
        whole, but for ``any``, where one of all the parts is enough.
    :ivar accents: ``auto``: folded forms match, articles with the accents as typed come first;
        ``exact``: a syllable typed with a mark matches only that form; ``ignore``: accents
        count for nothing.
    :ivar since: only articles of this day or later.
    :ivar until: only articles of this day or earlier.
    :ivar category: only articles of this category; case and accents do not count.
    :ivar sort: ``score``: best first; ``date``: newest first, undated articles last.
    :ivar snippet_chars: the longest snippet, in characters; 0 for none.
    :ivar max_query_chars: the longest query to accept, in characters.
    :raises OptionError: a value makes no sense.
    """

    limit: int = 10
    page: int = 1
    match: Match = "auto"
    accents: Accents = "auto"
    since: datetime.date | None = None
    until: datetime.date | None = None
    category: str | None = None
    sort: Sort = "score"
    snippet_chars: int = 200
    max_query_chars: int = MAX_QUERY_CHARS

    def __post_init__(self) -> None:
        _check_int("limit", self.limit, 0)
        _check_int("page", self.page, 1)
        _check_int("snippet_chars", self.snippet_chars, 0, MAX_SNIPPET_CHARS)
        _check_int("max_query_chars", self.max_query_chars, 1)
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise OptionError(
                    f"{name} is {getattr(self, name)!r}: give one of {', '.join(choices)}"
                )
        for name in ("since", "until"):
            day = getattr(self, name)
            if isinstance(day, datetime.datetime) or not isinstance(day, datetime.date | None):
                raise OptionError(f"{name} is {day!r}: give a datetime.date")
        if self.since and self.until and self.since > self.until:
            raise OptionError(
                f"since {self.since} is after until {self.until}: no article can match"
            )
        if not isinstance(self.category, str | None):
            raise OptionError(f"category is {self.category!r}: give a string")

    @property
    def offset(self) -> int:
        """How many hits stand before the page."""
        return (self.page - 1) * self.limit


@lru_cache(maxsize=256, typed=True)
def _remembered(**values: Any) -> SearchOptions:  # noqa: ANN401 - checked by SearchOptions
    return SearchOptions(**values)


def search_options(**values: Any) -> SearchOptions:  # noqa: ANN401
    """Return the options of given values, without checking again what was checked before.

    :raises OptionError: a value makes no sense.
    """
    try:
        return _remembered(**values)
    except TypeError:  # a value that cannot be remembered, so no value that makes sense
        return SearchOptions(**values)


def _check_int(name: str, value: object, least: int, most: int | None = None) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise OptionError(f"{name} is {value!r}: give a whole number")
    if value < least or (most is not None and value > most):
        bounds = f"of at least {least:,}" if most is None else f"from {least:,} to {most:,}"
        raise OptionError(f"{name} is {value:,}: give a whole number {bounds}")
