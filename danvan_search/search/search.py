"""One search, from the query string to results."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple, get_args

from danvan_search.article import Article
from danvan_search.errors import ArgumentTypeError
from danvan_search.query import Everything, Node, Query, parse
from danvan_search.query.checking import checked_tree
from danvan_search.query.written import written
from danvan_search.search.completing import with_completion
from danvan_search.search.copies import page_finder
from danvan_search.search.expanding import with_expansions
from danvan_search.search.hit_reader import PageReader
from danvan_search.search.options import SearchOptions
from danvan_search.search.planner import Page, find_matches
from danvan_search.search.results import Hit, Lazy, Results
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.search.suggesting import (
    decoded_keys,
    is_found,
    suggestions_for,
    with_sure_accents,
)
from danvan_search.search.unknown_values import notes_on_categories
from danvan_search.suggest import Suggestion


def search(index: SearchableSnapshot, text: str | Node | Query, options: SearchOptions) -> Results:
    """Search one snapshot of an index.

    :param text: the query as typed, or its tree.
    :raises ArgumentTypeError: the query is neither.
    :raises QueryError: the query cannot be parsed, or has ``word:`` and the index has no words.
    :raises QueryTimeoutError: the search took longer than ``options.timeout``.
    :raises IndexDamagedError: the stored data fail verification.
    """
    started = time.perf_counter()
    found = find(index, text, options)
    query, page = found.query, found.page
    suggestions: Lazy[tuple[Suggestion, ...]] = Lazy(tuple)
    if isinstance(text, str):
        is_replaced = found.replaced_by is not None
        suggestions = Lazy(suggestions_for, index, found.typed, found.typed_page, is_replaced)
    reader = PageReader(index, query, options, page)
    hits = tuple([Hit(reader, rank) for rank in range(len(page.top_docs.docs))])
    took_ms = (time.perf_counter() - started) * 1000
    notes = found.typed.notes + page.notes + notes_on_categories(query, options, index)
    total, relaxed = page.top_docs.total, page.relaxed
    return Results(
        found.typed.text,
        total,
        relaxed,
        took_ms,
        hits,
        notes,
        query,
        found.replaced_by,
        dict(page.facets),
        options.page,
        options.limit,
        index.snapshot.generation,
        page.by_meaning is not None,
        Lazy(index.snapshot.guard.call, page.total_any),
        suggestions,
    )


class Found(NamedTuple):
    """What a query finds, and what is searched for.

    :ivar typed: the query as typed.
    :ivar typed_page: the page of it, or of the same with its accents.
    :ivar query: the query that was executed in the end.
    :ivar page: the page of it.
    :ivar replaced_by: what was searched for in place of what was typed; None for nothing.
    """

    typed: Query
    typed_page: Page
    query: Query
    page: Page
    replaced_by: str | None


def find(index: SearchableSnapshot, text: str | Node | Query, options: SearchOptions) -> Found:
    """Return what a query finds; see :func:`search`."""
    if options.semantic is None:
        return _find_by_words(index, text, options)
    # Imported here: a search by words needs nothing of it.
    from danvan_search.search.meaning import find_fused_page

    counted = replace(options, semantic=None, collapse=False, limit=0, facets=())
    found = _find_by_words(index, text, counted)
    return found._replace(page=find_fused_page(found.query, options, index))


def _find_by_words(
    index: SearchableSnapshot, text: str | Node | Query, options: SearchOptions
) -> Found:
    typed = query = query_of(index, text, options)
    if options.accents == "restore" and isinstance(text, str):
        query = query_of(index, with_sure_accents(index, text), options)
    find_one = page_finder(options)
    page = index.snapshot.guard.call(find_one, query, options, index)
    typed_page = page
    keys = decoded_keys(index, typed, options, page) if isinstance(text, str) else None
    if keys is not None:
        decoded = query_of(index, keys, options)
        decoded_page = index.snapshot.guard.call(find_one, decoded, options, index)
        if is_found(decoded_page):
            return Found(typed, typed_page, decoded, decoded_page, keys)
    return Found(typed, typed_page, query, page, None)


def articles(
    index: SearchableSnapshot, text: str | Node | Query, options: SearchOptions
) -> Iterator[Article]:
    """Yield the articles that match a query, in the order of the index; one is held at a time.

    :param text: the query as typed, or its tree; a blank one is matched by every article.
    :param options: ``match`` is not ``auto``, and ``limit`` is 0.
    :raises QueryError: see :func:`search`; at once, like other errors of the query.
    """
    is_blank = isinstance(text, str) and not text.strip()
    query = Query("", Everything()) if is_blank else query_of(index, text, options)
    found = index.snapshot.guard.call(find_matches, query, options, index)
    return (
        index.snapshot.article((segment, number))
        for segment, docs in enumerate(found)
        for number in docs.tolist()
    )


def query_of(index: SearchableSnapshot, text: str | Node | Query, options: SearchOptions) -> Query:
    """Return the query that is searched for, with its expansions.

    :param text: the query as typed, or its tree.
    :raises ArgumentTypeError: it is neither.
    :raises QueryError: it cannot be parsed.
    """
    query = read_query(text, options, index.has_value)
    if isinstance(text, str):
        query = index.snapshot.guard.call(with_expansions, index, query, options)
        if options.prefix_last:
            query = index.snapshot.guard.call(with_completion, index, query)
    return query


def read_query(
    text: str | Node | Query, options: SearchOptions, known: Callable[[str, str], bool]
) -> Query:
    """Return what a query means in some store, without expansions.

    :param known: returns whether articles have a category or a source that holds white space.
    :raises ArgumentTypeError: ``text`` is neither a query as typed nor a tree.
    :raises QueryError: it cannot be parsed.
    """
    if isinstance(text, str):
        if not text.strip() and options.has_filters:
            return Query("", Everything())
        return parse(
            text,
            max_chars=options.max_query_chars,
            strict=options.strict,
            prefix_last=options.prefix_last,
            known=known,
        )
    if isinstance(text, Query):
        return text
    if isinstance(text, get_args(Node)):
        root = checked_tree(text)
        return Query(written(root), root)
    raise ArgumentTypeError(f"a query is a string or a query tree, not {type(text).__name__}")
