"""What a request may say: each parameter once, for checks and for the description of the interface.

The parameters of a search are fields of :class:`~danvan_search.SearchOptions`, with bounds for the
open net.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from danvan_search import OptionError, SearchOptions
from danvan_search.options import CommandOption
from danvan_search.web.settings import (
    MAX_COMPLETIONS,
    MAX_LIMIT,
    MAX_PAGE,
    MAX_QUERY_CHARS,
    MAX_SECONDS,
    MAX_SNIPPET_CHARS,
    MAX_SNIPPETS,
)

_Given = TypeVar("_Given")

_WHOLE: Final = re.compile(r"\d{1,9}", re.ASCII)
_DECIMAL: Final = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)
_SHOWN: Final = 100
"""The longest value that an error shows, in characters."""

_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "limit": (0, MAX_LIMIT),
    "page": (1, MAX_PAGE),
    "snippet_chars": (0, MAX_SNIPPET_CHARS),
    "snippets": (1, MAX_SNIPPETS),
    "timeout": (0, MAX_SECONDS),
}
"""The least and the greatest value of each number of a search."""


OFFERED: Final = (
    *("limit", "page", "match", "accents", "since", "until", "category", "sort", "rerank"),
    *("facets", "expand", "prefix_last", "strict", "snippet_chars", "snippets", "timeout"),
)
"""The options of a search that a request may give."""
WITHHELD: Final = ("synonyms", "max_query_chars", "collapse", "semantic", "semantic_weight")
"""Those that it may not: files and models of this machine, the limits of the operator, and what
takes longer the further the page is."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a request.

    :ivar name: its name in the query string.
    :ivar help: what it does, in a sentence or two.
    :ivar schema: its JSON schema, whose bounds are checked.
    :ivar is_required: whether a request must have it.
    """

    name: str
    help: str
    schema: Mapping[str, Any]
    is_required: bool = False

    def parse(self, text: str) -> Any:  # noqa: ANN401
        """Return the value that a text stands for.

        :raises OptionError: it stands for none, or the value is out of bounds.
        """
        kind = self.schema["type"]
        if kind == "boolean":
            return self._checked(text, {"true": True, "false": False}.get(text))
        if kind == "string":
            return self._string(text)
        value = float(text) if _DECIMAL.fullmatch(text) else None
        if kind == "integer" and not _WHOLE.fullmatch(text):
            value = None
        if value is not None and not self.schema["minimum"] <= value <= self.schema["maximum"]:
            value = None
        checked = self._checked(text, value)
        return int(checked) if kind == "integer" else checked

    def check(self, value: object) -> Any:  # noqa: ANN401
        """Return a value that was given in JSON, with its type.

        :raises OptionError: it has another type, or is out of bounds.
        """
        kind = self.schema["type"]
        if kind == "string":
            return self._string(value) if isinstance(value, str) else self._checked(value, None)
        if kind == "boolean":
            return self._checked(value, value if isinstance(value, bool) else None)
        wanted = (int, float) if kind == "number" else int
        if not isinstance(value, wanted) or isinstance(value, bool):
            return self._checked(value, None)
        is_within = self.schema["minimum"] <= value <= self.schema["maximum"]
        return self._checked(value, value if is_within else None)

    def _string(self, text: str) -> str:
        choices = self.schema.get("enum")
        if choices is not None:
            return str(self._checked(text, text if text in choices else None))
        most = self.schema["maxLength"]
        if len(text) > most:
            raise OptionError(
                f"{self.name} has {len(text):,} characters: give at most {most:,} characters"
            )
        return text

    def _checked(self, given: object, value: Any) -> Any:  # noqa: ANN401
        if value is None:
            shown = repr(given)
            shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
            raise OptionError(f"{self.name} is {shown}: give {self.expected}")
        return value

    @property
    def expected(self) -> str:
        """What values it takes, in words."""
        if "enum" in self.schema:
            return f"one of {', '.join(self.schema['enum'])}"
        if self.schema["type"] == "boolean":
            return "true or false"
        if self.schema["type"] == "string":
            return "a string"
        kind = "a whole number" if self.schema["type"] == "integer" else "a number"
        return f"{kind} from {self.schema['minimum']:g} to {self.schema['maximum']:g}"


def text_parameter(name: str, help: str, *, is_required: bool = False) -> Parameter:  # noqa: A002
    """Return a parameter that is a text."""
    return Parameter(name, help, {"type": "string", "maxLength": MAX_QUERY_CHARS}, is_required)


def _of_option(field: "dataclasses.Field[Any]", hint: object) -> Parameter:
    shown: CommandOption = field.metadata[CommandOption]
    schema: dict[str, Any]
    if isinstance(field.default, bool):
        schema = {"type": "boolean"}
    elif get_origin(hint) is Literal:
        schema = {"type": "string", "enum": list(get_args(hint))}
    elif isinstance(field.default, int) or float in get_args(hint):
        least, most = _BOUNDS[field.name]
        kind = "integer" if isinstance(field.default, int) else "number"
        schema = {"type": kind, "minimum": least, "maximum": most}
    else:
        schema = {"type": "string", "maxLength": MAX_QUERY_CHARS}
    default = ",".join(field.default) if isinstance(field.default, tuple) else field.default
    if default not in (None, ""):
        schema["default"] = default
    return Parameter(field.name, shown.help, schema)


_HINTS: Final = get_type_hints(SearchOptions)
_FIELDS: Final = {field.name: field for field in dataclasses.fields(SearchOptions)}

OPTIONS: Final = tuple(_of_option(_FIELDS[name], _HINTS[name]) for name in OFFERED)
"""The options of a search."""

QUERY: Final = text_parameter("q", "The query, as people type it.")
UTF16: Final = Parameter(
    "utf16", "Count spans in UTF-16 code units, as JavaScript does.", {"type": "boolean"}
)
SEARCH: Final = (
    QUERY,
    *OPTIONS,
    text_parameter("fields", "Fields of the articles to add to the hits, with commas between."),
    UTF16,
)
_MARKING: Final = tuple(one for one in OPTIONS if one.name in ("accents", "prefix_last"))
MARKS: Final = (QUERY, *_MARKING)
"""What says what to mark in an article."""
ARTICLE: Final = (*MARKS, UTF16)
ID: Final = text_parameter("id", "The id of the article.", is_required=True)
_OF_PAGES: Final = ("limit", "page", "facets", "snippet_chars", "snippets")
EXPLAIN: Final = (ID, QUERY, *[one for one in OPTIONS if one.name not in _OF_PAGES])
"""What explains a place in the results, whatever the page."""
SUGGEST: Final = (text_parameter("q", "The query as typed.", is_required=True),)
COMPLETE: Final = (
    text_parameter("prefix", "What was typed; the last syllable need not be whole."),
    Parameter(
        "limit",
        "The maximum number of phrases.",
        {"type": "integer", "minimum": 0, "maximum": MAX_COMPLETIONS, "default": 10},
    ),
)


def read(pairs: Iterable[tuple[str, str]], parameters: Sequence[Parameter]) -> dict[str, Any]:
    """Return the values of the parameters that a request has.

    :param pairs: the names and values of its query string.
    :raises OptionError: one is unknown, given twice, invalid or missing.
    """
    given: dict[str, str] = {}
    for name, text in pairs:
        if name in given:
            raise OptionError(f"{name[:_SHOWN]} is given twice: give it once")
        given[name] = text
    return _values(given, parameters, Parameter.parse)


def read_object(given: Mapping[str, object], parameters: Sequence[Parameter]) -> dict[str, Any]:
    """Return the values of the parameters that a JSON object has.

    :raises OptionError: one is unknown, invalid or missing.
    """
    return _values(given, parameters, Parameter.check)


def _values(
    given: Mapping[str, _Given],
    parameters: Sequence[Parameter],
    value_of: Callable[[Parameter, _Given], Any],
) -> dict[str, Any]:
    known = {one.name: one for one in parameters}
    for name in given:
        if name not in known:
            names = f"the parameters are {', '.join(known)}" if known else "there are none"
            raise OptionError(f"there is no parameter {name[:_SHOWN]!r}: {names}")
    for one in parameters:
        if one.is_required and one.name not in given:
            raise OptionError(f"{one.name} is missing: give it")
    return {name: value_of(known[name], value) for name, value in given.items()}


def options_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a search among values, with its time limit."""
    names = {one.name for one in OPTIONS}
    options = {name: value for name, value in values.items() if name in names}
    return {"timeout": MAX_SECONDS, **options}
