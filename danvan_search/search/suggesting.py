"""Suggestions for one query on one snapshot: when they are made, and of what."""

from danvan_search.errors import ArgumentTypeError, QueryError
from danvan_search.query import Query, parse
from danvan_search.search.options import SearchOptions, check_int
from danvan_search.search.planner import Page, find_page
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.suggest.completion import Completion, complete
from danvan_search.suggest.input_methods import may_be_keys
from danvan_search.suggest.suggester import LITTLE, SURE_ODDS
from danvan_search.suggest.suggestion import Suggestion
from danvan_search.suggest.typed_text import QUOTES


def suggest(index: SearchableSnapshot, text: str) -> list[Suggestion]:
    """Return the suggestions for a query, whether or not articles match it.

    :param text: the query as typed.
    :raises ArgumentTypeError: the query is not a string.
    :raises IndexDamagedError: the stored data fail verification.
    """
    checked_text("a query", text)
    with index.snapshot.guard:
        try:
            found = _count_strictly(index, parse(text))
        except QueryError:
            found = 0
        return index.suggester.suggest(text, found=found)


def suggestions_for(
    index: SearchableSnapshot, query: Query, page: Page, is_replaced: bool
) -> tuple[Suggestion, ...]:
    """Return the suggestions that results carry: where nothing or little was found.

    A query with operators has none.

    :param query: the query as typed.
    :param page: its page.
    :param is_replaced: whether another query was searched in its place.
    """
    if page.top_docs.total >= LITTLE and not page.relaxed and not is_replaced:
        return ()
    if not query.is_words:
        return ()
    with index.snapshot.guard:
        return tuple(
            index.suggester.suggest(query.text, found=0 if page.relaxed else page.top_docs.total)
        )


def decoded_keys(
    index: SearchableSnapshot, query: Query, options: SearchOptions, page: Page
) -> str | None:
    """Return what a query means as keys of Telex or VNI, to be searched in its place.

    :param query: the query as typed.
    :param page: the page of it.
    :return: None if an article has all that was typed, or part of it is quoted, or it has operators
        or is no keys.
    """
    text = query.text
    if is_found(page) and _demands_all(options, page):
        return None
    if not QUOTES.isdisjoint(text) or not query.is_words or not may_be_keys(text):
        return None
    with index.snapshot.guard:
        decoded = index.suggester.decoded(text)
        if decoded is None or _count_strictly(index, query):
            return None
        return decoded.query


def with_sure_accents(index: SearchableSnapshot, text: str) -> str:
    """Return a query with its likeliest accents, where they are sure."""
    return index.snapshot.guard.call(index.suggester.restored, text, SURE_ODDS)


def with_accents(index: SearchableSnapshot, text: str) -> str:
    """Return a text with its likeliest accents; marks that were typed stay.

    :raises ArgumentTypeError: the text is not a string.
    :raises IndexDamagedError: the stored data fail verification.
    """
    checked_text("a text", text)
    return index.snapshot.guard.call(index.suggester.restored, text)


def completions(index: SearchableSnapshot, prefix: str, limit: int) -> list[Completion]:
    """Return phrases that begin as typed; see :func:`~danvan_search.suggest.completion.complete`.

    :raises ArgumentTypeError: the prefix is not a string.
    :raises OptionError: ``limit`` is no whole number of at least 0.
    :raises IndexDamagedError: the stored data fail verification.
    """
    checked_text("a prefix", prefix)
    check_int("limit", limit, 0)
    return index.snapshot.guard.call(complete, index.searcher.views, prefix, limit)


def checked_text(what: str, text: object) -> str:
    """Return a string.

    :raises ArgumentTypeError: it is none.
    """
    if not isinstance(text, str):
        raise ArgumentTypeError(f"{what} is a string, not {type(text).__name__}")
    return text


def is_found(page: Page) -> bool:
    """Return whether articles match the whole query."""
    return page.top_docs.total > 0 and not page.relaxed


def _demands_all(options: SearchOptions, page: Page) -> bool:
    """Return whether a match of a page has every syllable."""
    return options.match not in ("any", "most") and all(note.code != "any" for note in page.notes)


def _count_strictly(index: SearchableSnapshot, query: Query) -> int:
    """Return how many articles have all of a query, whatever its length."""
    return find_page(query, SearchOptions(limit=0, match="all"), index).top_docs.total
