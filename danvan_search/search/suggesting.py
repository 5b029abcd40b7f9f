"""Suggestions for one query on one snapshot: when they are made, and of what."""

from danvan_search.errors import ArgumentTypeError, QueryError
from danvan_search.query import parse
from danvan_search.search.options import SearchOptions
from danvan_search.search.planner import Page, find_page
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.suggest.suggester import Suggestion

LITTLE: int = 5
"""Results carry suggestions if fewer articles than this match."""


def suggest(index: SearchableSnapshot, text: str) -> list[Suggestion]:
    """Return the suggestions for a query, whether or not articles match it.

    :param text: the query as typed.
    :raises ArgumentTypeError: the query is not a string.
    :raises IndexDamagedError: the stored data fail verification.
    """
    checked_text("a query", text)
    with index.snapshot.guard:
        try:
            page = find_page(parse(text), SearchOptions(limit=0), index)
        except QueryError:
            return index.suggester.suggest(text, found=False)
        return index.suggester.suggest(text, found=_is_found(page))


def suggestions_for(index: SearchableSnapshot, text: str, page: Page) -> tuple[Suggestion, ...]:
    """Return the suggestions that results carry: where nothing or little was found."""
    if page.top_docs.total >= LITTLE and not page.relaxed:
        return ()
    return tuple(index.suggester.suggest(text, found=_is_found(page)))


def restore_accents(index: SearchableSnapshot, text: str) -> str:
    """Return a text with its likeliest accents; marks that were typed stay.

    :raises ArgumentTypeError: the text is not a string.
    :raises IndexDamagedError: the stored data fail verification.
    """
    return index.snapshot.guard.call(index.suggester.restored, checked_text("a text", text))


def checked_text(what: str, text: object) -> str:
    """Return a string.

    :raises ArgumentTypeError: it is none.
    """
    if not isinstance(text, str):
        raise ArgumentTypeError(f"{what} is a string, not {type(text).__name__}")
    return text


def _is_found(page: Page) -> bool:
    return page.top_docs.total > 0 and not page.relaxed
