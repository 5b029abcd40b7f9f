"""What a search says in the dialect of InstantSearch's adapter, as far as it is understood.

It is the search of Meilisearch as ``@meilisearch/instant-meilisearch`` asks for it. Whatever is not
understood is an error: a filter that was passed over would be a wrong result.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from danvan_search import OptionError, Query
from danvan_search.query import And, DateRange, Equals, Everything, Node, Or
from danvan_search.web.settings import MAX_LIMIT, MAX_PAGE, MAX_QUERY_CHARS, MAX_SNIPPET_CHARS

MAX_OFFSET: Final = 1_000
"""The hits that ``offset`` and ``limit`` reach, as the peer limits them."""
_WHOLE_BODY: Final = 100_000
"""The longest body without a cut, in characters; the limit of a snippet."""
_CHARS_PER_SYLLABLE: Final = 6
"""With the blank, and some more for a snippet to end well."""
_SHOWN: Final = 100
_FACETS: Final = ("category", "year", "month", "source")
_USUAL_FACETS: Final = ("category", "year")
_SORTS: Final = {
    "date:desc": "date",
    "date:asc": "date-asc",
    "title:asc": "title",
    "title:desc": "title-desc",
}
_MATCHES: Final = {"last": "auto", "all": "all"}
_EQUAL: Final[dict[str, Literal["category", "source", "id"]]] = {
    "category": "category",
    "source": "source",
    "id": "id",
}
_TEXT: Final = r'"((?:[^"\\]|\\.)*)"|([^\s"=<>!]+)'
_CONDITION: Final = re.compile(rf"\s*(?:{_TEXT})\s*=\s*(?:{_TEXT})\s*")
_ESCAPED: Final = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Search:
    """A search.

    :ivar query: the query as typed.
    :ivar limit: the hits of a page.
    :ivar offset: how many better hits come before it.
    :ivar page: the page, if the answer counts pages; None if it has ``offset``.
    :ivar filters: what articles pass, all of it.
    :ivar facets: the names of the facets that are counted.
    :ivar sort: the order, by its name in the library.
    :ivar match: how much is demanded, by its name in the library.
    :ivar marked: the fields that are shown with marks; ``*`` for all.
    :ivar tags: what stands before and after a match.
    :ivar snippet_chars: the length of the piece of the body that is shown.
    :ivar marker: what stands where the body is cut.
    :ivar fields: the fields that are returned; ``*`` for all.
    """

    query: str
    limit: int
    offset: int
    page: int | None
    filters: tuple[Node, ...]
    facets: tuple[str, ...]
    sort: str
    match: str
    marked: tuple[str, ...]
    tags: tuple[str, str]
    snippet_chars: int
    marker: str
    fields: tuple[str, ...]

    @property
    def options(self) -> dict[str, Any]:
        """The options of the search in the library: people see it as they type."""
        limit, page = self._piece
        return {
            "limit": limit,
            "page": page,
            "sort": self.sort,
            "match": self.match,
            "facets": self.facets,
            "snippet_chars": self.snippet_chars,
            "prefix_last": True,
        }

    @property
    def first(self) -> int:
        """The place in the page of the library where the hits begin."""
        return self.offset - (self._piece[1] - 1) * self._piece[0]

    @property
    def _piece(self) -> tuple[int, int]:
        """The limit and the page by which the library finds the hits."""
        if not self.limit or self.offset % self.limit:
            return (self.offset + self.limit if self.limit else 0), 1
        return self.limit, self.offset // self.limit + 1

    def query_of(self, understood: Query | None) -> str | Query:
        """Return what is searched for.

        :param understood: the query as it was understood without the filters; None where there are
            none, or nothing was typed.
        """
        if understood is None:
            if self.query.strip():
                return self.query
            return Query("", _with(Everything(), self.filters))
        root, typed, ranked = (
            None if one is None else _with(one, self.filters)
            for one in (understood.root, understood.typed, understood.ranked)
        )
        assert root is not None  # noqa: S101
        return Query(understood.text, root, typed=typed, ranked=ranked)


def _with(root: Node, filters: tuple[Node, ...]) -> Node:
    if not filters:
        return root
    return And((*(root.nodes if isinstance(root, And) else (root,)), *filters))


def read_search(value: Mapping[str, Any]) -> Search:
    """Return the search that an object asks for; values that are null are as if they were missing.

    :raises OptionError: it has something that is not understood.
    """
    given = {name: one for name, one in value.items() if one is not None}
    unknown = sorted(given.keys() - _KNOWN)
    if unknown:
        raise OptionError(
            f"{unknown[0][:_SHOWN]!r} is not supported here: give {', '.join(sorted(_KNOWN))}"
        )
    limit, offset, page = _place(given)
    chars = _chars(given)
    return Search(
        _text(given, "q", ""),
        limit,
        offset,
        page,
        _filters(given.get("filter", [])),
        _facets(_texts(given, "facets")),
        _sort(_texts(given, "sort")),
        _choice(given, "matchingStrategy", _MATCHES, "auto"),
        _texts(given, "attributesToHighlight"),
        (_text(given, "highlightPreTag", "<em>"), _text(given, "highlightPostTag", "</em>")),
        chars,
        _text(given, "cropMarker", "…"),
        _texts(given, "attributesToRetrieve", ("*",)),
    )


_KNOWN: Final = frozenset(
    {
        *("q", "page", "hitsPerPage", "offset", "limit", "filter", "facets", "sort"),
        *("attributesToHighlight", "highlightPreTag", "highlightPostTag"),
        *("attributesToCrop", "cropLength", "cropMarker", "attributesToRetrieve"),
        "matchingStrategy",
    }
)


def _place(given: Mapping[str, Any]) -> tuple[int, int, int | None]:
    """Return limit, offset, and the page if pages are counted."""
    if "page" in given or "hitsPerPage" in given:
        limit = _number(given, "hitsPerPage", 20, 0, MAX_LIMIT)
        page = _number(given, "page", 1, 1, MAX_PAGE)
        return limit, (page - 1) * limit, page
    limit = _number(given, "limit", 20, 0, MAX_LIMIT)
    offset = _number(given, "offset", 0, 0, MAX_OFFSET)
    if offset + limit > MAX_OFFSET:
        raise OptionError(f"offset and limit reach {offset + limit:,}: at most {MAX_OFFSET:,}")
    return limit, offset, None


def _chars(given: Mapping[str, Any]) -> int:
    """Return how many characters of the body are shown."""
    length = _number(given, "cropLength", 10, 1, MAX_SNIPPET_CHARS)
    for name in _texts(given, "attributesToCrop"):
        field, colon, own = name.partition(":")
        if field not in ("body", "*") or (colon and not re.fullmatch(r"[1-9]\d{0,3}", own)):
            raise OptionError(f"attributesToCrop has {name!r}: only body can be cut, as body:30")
        chars = _CHARS_PER_SYLLABLE * (int(own) if colon else length)
        return min(chars, MAX_SNIPPET_CHARS)
    return _WHOLE_BODY


def _facets(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in (*_FACETS, "*"):
            raise OptionError(f"facets has {name!r}: give some of {', '.join(_FACETS)}")
    return tuple(dict.fromkeys([*(one for one in names if one != "*"), *_all_facets(names)]))


def _all_facets(names: tuple[str, ...]) -> tuple[str, ...]:
    return _USUAL_FACETS if "*" in names else ()


def _sort(names: tuple[str, ...]) -> str:
    if len(names) > 1 or any(name not in _SORTS for name in names):
        raise OptionError(f"sort is {list(names)}: give one of {', '.join(_SORTS)}")
    return _SORTS[names[0]] if names else "score"


def _filters(value: object) -> tuple[Node, ...]:
    """Return filters: a list of conditions, or of lists of which one condition must hold."""
    groups = [value] if isinstance(value, str) else value
    if not isinstance(groups, list):
        raise OptionError('filter is no list: give conditions such as category = "Xã hội"')
    found: list[Node] = []
    for group in groups:
        nodes = tuple([_condition(one) for one in (group if isinstance(group, list) else [group])])
        if nodes:
            found.append(nodes[0] if len(nodes) == 1 else Or(nodes))
    return tuple(found)


def _condition(text: object) -> Node:
    match = _CONDITION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise OptionError(
            f"filter has {str(text)[:_SHOWN]!r}: give conditions with =, such as "
            'category = "Xã hội"'
        )
    field, value = (
        bare if quoted is None else _ESCAPED.sub(r"\1", quoted)
        for quoted, bare in (match.group(1, 2), match.group(3, 4))
    )
    if field in _EQUAL:
        return Equals(_EQUAL[field], value)
    if field not in ("year", "month"):
        raise OptionError(f"filter names {field!r}: give one of {', '.join((*_FACETS, 'id'))}")
    return _days(field, value)


def _days(field: str, value: str) -> DateRange:
    pattern = r"(\d{4})" if field == "year" else r"(\d{4})-(\d\d)"
    match = re.fullmatch(pattern, value, re.ASCII)
    try:
        if match is None:
            raise ValueError
        year, month = int(match[1]), int(match[2]) if field == "month" else 0
        first = datetime.date(year, month or 1, 1)
        last = datetime.date(year, month or 12, 28)
    except ValueError:
        shown = {"year": "2020", "month": "2020-06"}[field]
        raise OptionError(f"filter has the {field} {value[:_SHOWN]!r}: give {shown}") from None
    while last < datetime.date.max and (last + datetime.timedelta(1)).month == last.month:
        last += datetime.timedelta(1)
    return DateRange(first, last)


def _number(given: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        shown = repr(value)[:_SHOWN]
        raise OptionError(f"{name} is {shown}: give a whole number from {least} to {most:,}")
    return value


def _text(given: Mapping[str, Any], name: str, default: str) -> str:
    value = given.get(name, default)
    if not isinstance(value, str) or len(value) > MAX_QUERY_CHARS:
        raise OptionError(f"{name} is no text of at most {MAX_QUERY_CHARS:,} characters")
    return value


def _texts(given: Mapping[str, Any], name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    value = given.get(name, default)
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise OptionError(f"{name} is no list of texts")
    return tuple(value)


def _choice(given: Mapping[str, Any], name: str, choices: Mapping[str, str], default: str) -> str:
    value = given.get(name)
    if value is None:
        return default
    if value not in choices:
        raise OptionError(f"{name} is {str(value)[:_SHOWN]!r}: give one of {', '.join(choices)}")
    return choices[value]
