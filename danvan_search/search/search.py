"""One search, from the query string to results."""

import time
from functools import partial
from typing import get_args

from danvan_search.errors import ArgumentTypeError
from danvan_search.query import Node, Query, parse
from danvan_search.query.checking import checked_tree
from danvan_search.query.written import written
from danvan_search.search.hit_reader import PageReader
from danvan_search.search.options import SearchOptions
from danvan_search.search.planner import find_page
from danvan_search.search.results import Hit, LazySuggestions, Results
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.search.suggesting import (
    decoded_keys,
    is_found,
    suggestions_for,
    with_sure_accents,
)


def search(index: SearchableSnapshot, text: str | Node | Query, options: SearchOptions) -> Results:
    """Search one snapshot of an index.

    :param text: the query as typed, or its tree.
    :raises ArgumentTypeError: the query is neither.
    :raises QueryError: the query cannot be parsed, or has ``word:`` and the index has no words.
    :raises QueryTimeoutError: the search took longer than ``options.timeout``.
    :raises IndexDamagedError: the stored data fail verification.
    """
    started = time.perf_counter()
    typed = query = _query(index, text, options)
    if options.accents == "restore" and isinstance(text, str):
        query = _query(index, with_sure_accents(index, text), options)
    page = index.snapshot.guard.call(find_page, query, options, index)
    replaced_by = None
    suggestions = LazySuggestions()
    if isinstance(text, str):
        typed_page = page
        keys = decoded_keys(index, typed, options, page)
        if keys is not None:
            decoded = _query(index, keys, options)
            decoded_page = index.snapshot.guard.call(find_page, decoded, options, index)
            if is_found(decoded_page):
                query, page, replaced_by = decoded, decoded_page, keys
        is_replaced = replaced_by is not None
        suggestions = LazySuggestions(
            partial(suggestions_for, index, typed, typed_page, is_replaced=is_replaced)
        )
    reader = PageReader(index, query, options, page)
    hits = tuple([Hit(reader, rank) for rank in range(len(page.top_docs.docs))])
    took_ms = (time.perf_counter() - started) * 1000
    notes = typed.notes + page.notes
    total, relaxed = page.top_docs.total, page.relaxed
    return Results(
        typed.text, total, relaxed, took_ms, hits, notes, query, replaced_by, suggestions
    )


def _query(index: SearchableSnapshot, text: str | Node | Query, options: SearchOptions) -> Query:
    if isinstance(text, str):
        return parse(
            text,
            max_chars=options.max_query_chars,
            strict=options.strict,
            prefix_last=options.prefix_last,
            known=index.has_value,
        )
    if isinstance(text, Query):
        return text
    if isinstance(text, get_args(Node)):
        root = checked_tree(text)
        return Query(written(root), root)
    raise ArgumentTypeError(f"a query is a string or a query tree, not {type(text).__name__}")
