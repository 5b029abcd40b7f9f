"""The options of a concordance."""

import datetime
from dataclasses import dataclass
from typing import Final, Literal, get_args

from danvan_search.errors import OptionError
from danvan_search.options import option
from danvan_search.parsing import parse_whole_number
from danvan_search.query.accents import Accents
from danvan_search.search.options import SearchOptions, check_int

ConcordanceSort = Literal["index", "left", "right", "date", "date-asc"]
ConcordanceMatch = Literal["phrase", "all", "most", "any"]

SORTS: Final[tuple[ConcordanceSort, ...]] = get_args(ConcordanceSort)
MATCHES: Final[tuple[ConcordanceMatch, ...]] = get_args(ConcordanceMatch)

MAX_WIDTH: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcordanceOptions:
    """The options of a concordance.

    :ivar sort: ``index``: in the order of the index; ``left`` and ``right``: in the alphabetical
        order of the syllables before and after the match, the nearest first; ``date``: newest
        article first; ``date-asc``: oldest first, undated articles last.
    :ivar limit: the maximum number of lines; None for all.
    :ivar width: the characters of context on each side, at most.
    :ivar match: ``phrase``: bare syllables of the query stand side by side; others as of a search,
        where the occurrences are what a search would mark.
    :ivar accents: as of a search.
    :ivar since: the first day to accept, as of a search.
    :ivar until: the last day to accept.
    :ivar category: the category to accept.
    :raises OptionError: a value is invalid.
    """

    sort: ConcordanceSort = option(
        "index",
        "index: in the order of the index; left, right: in the alphabetical order of what stands "
        "before or after the match; date: newest article first; date-asc: oldest first.",
    )
    limit: int | None = option(
        None, "The maximum number of lines; all without it.", "N", parse=parse_whole_number
    )
    width: int = option(60, "The characters of context on each side, at most.", "N")
    match: ConcordanceMatch = option(
        "phrase",
        "phrase: syllables without quotes stand side by side. all, most, any: as of `dvsearch "
        "query`, and the lines show what it would mark.",
    )
    accents: Accents = "auto"
    since: datetime.date | str | None = None
    until: datetime.date | str | None = None
    category: str | None = None

    def __post_init__(self) -> None:
        for name, value, choices in (
            ("sort", self.sort, SORTS),
            ("match", self.match, MATCHES),
        ):
            if value not in choices:
                raise OptionError(f"{name} is {value!r}: give one of {', '.join(choices)}")
        if self.limit is not None:
            check_int("limit", self.limit, 0)
        check_int("width", self.width, 0, MAX_WIDTH)
        _ = self.search_options

    @property
    def search_options(self) -> SearchOptions:
        """The search for the articles that have occurrences."""
        return SearchOptions(
            limit=0,
            match="all" if self.match == "phrase" else self.match,
            accents=self.accents,
            expand=() if self.match == "phrase" else SearchOptions().expand,
            since=self.since,
            until=self.until,
            category=self.category,
        )
