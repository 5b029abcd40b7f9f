"""What a page is asked for, and the addresses of the pages around it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from starlette.requests import Request

from danvan_search import SearchOptions
from danvan_search.web.answers import NotFoundError
from danvan_search.web.parameters import OPTIONS, QUERY, options_of, read
from danvan_search.web.settings import MAX_QUERY_CHARS
from danvan_search.web.templates import address
from danvan_search.web.texts import Language, language_of

_OF_A_PAGE: Final = (
    "limit",
    "page",
    "match",
    "accents",
    "since",
    "until",
    "category",
    "sort",
    "prefix_last",
)
PARAMETERS: Final = (QUERY, *[one for one in OPTIONS if one.name in _OF_A_PAGE])
"""The parameters of a page; others in its address are ignored."""
_FILTERS: Final = ("since", "until", "category")
_NAMES: Final = frozenset(one.name for one in PARAMETERS)


@dataclass(frozen=True)
class Asked:
    """What a page is asked for.

    :ivar given: the parameters that are not empty, as texts.
    :ivar language: the language of the page.
    :ivar is_chosen: whether the address names the language.
    :ivar has_empty: whether parameters are empty, as a form without JavaScript sends them.
    """

    given: Mapping[str, str]
    language: Language
    is_chosen: bool
    has_empty: bool

    @classmethod
    def of(cls, request: Request) -> "Asked":
        """Return what a request asks for."""
        pairs = dict(request.query_params)
        chosen = pairs.get("lang", "")
        language = language_of(chosen, request.headers.get("accept-language", ""))
        known = {name: text for name, text in pairs.items() if name in _NAMES}
        given = {name: text for name, text in known.items() if text.strip()}
        return cls(given, language, language.code == chosen, len(given) < len(known))

    @property
    def query(self) -> str:
        """The query as typed."""
        return self.given.get("q", "")

    @property
    def is_search(self) -> bool:
        """Whether it asks for articles at all."""
        return bool(self.query or any(name in self.given for name in _FILTERS))

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of the parameters.

        :raises OptionError: one is invalid.
        """
        return read(self.given.items(), PARAMETERS)

    @cached_property
    def options(self) -> dict[str, Any]:
        """The options of the search.

        :raises OptionError: one is invalid.
        """
        return options_of(self.values)

    @cached_property
    def days(self) -> tuple[datetime.date | None, datetime.date | None]:
        """The first and the last day.

        :raises OptionError: one is no day.
        """
        return SearchOptions(**self.options).days

    @property
    def base(self) -> dict[str, str]:
        """The parameters that other addresses take over."""
        lang = {"lang": self.language.code} if self.is_chosen else {}
        return {**self.given, **lang}

    def address(self, path: str = "./", **changes: object) -> str:
        """Return the address of a page like this one.

        :param changes: parameters with other values; None leaves one out. Without a page it is the
            first one.
        """
        return address(path, {**self.base, "page": None, **changes})

    def search_address(self, path: str) -> str:
        """Return the address of this search at a path that takes its parameters alone."""
        kept = {name: text for name, text in self.given.items() if name != "prefix_last"}
        return address(path, {**kept, "page": None})


def asked_id(request: Request) -> str:
    """Return the id of the article that a page is asked about.

    :raises NotFoundError: there is none, or it is too long to be one.
    """
    article_id = request.query_params.get("id", "")
    if not 0 < len(article_id) <= MAX_QUERY_CHARS:
        raise NotFoundError("an article is named by its id")
    return article_id
