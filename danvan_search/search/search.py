"""One search, from the query string to results."""

import time
from functools import partial

from danvan_search.errors import ArgumentTypeError
from danvan_search.query import parse
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


def search(index: SearchableSnapshot, text: str, options: SearchOptions) -> Results:
    """Search one snapshot of an index.

    :param text: the query as typed.
    :raises ArgumentTypeError: the query is not a string.
    :raises QueryError: the query cannot be parsed, or has ``word:`` and the index has no words.
    :raises QueryTimeoutError: the search took longer than ``options.timeout``.
    :raises IndexDamagedError: the stored data fail verification.
    """
    started = time.perf_counter()
    if not isinstance(text, str):
        raise ArgumentTypeError(f"a query is a string, not {type(text).__name__}")
    query = parse(text, max_chars=options.max_query_chars)
    if options.accents == "restore":
        query = parse(with_sure_accents(index, text), max_chars=options.max_query_chars)
    page = index.snapshot.guard.call(find_page, query, options, index)
    replaced_by = None
    typed_page = page
    keys = decoded_keys(index, query, options, page)
    if keys is not None:
        decoded = parse(keys, max_chars=options.max_query_chars)
        decoded_page = index.snapshot.guard.call(find_page, decoded, options, index)
        if is_found(decoded_page):
            query, page, replaced_by = decoded, decoded_page, keys
    suggestions = LazySuggestions(
        partial(suggestions_for, index, text, typed_page, is_replaced=replaced_by is not None)
    )
    reader = PageReader(index, query, options, page)
    hits = tuple([Hit(reader, rank) for rank in range(len(page.top_docs.docs))])
    took_ms = (time.perf_counter() - started) * 1000
    return Results(text, page.top_docs.total, page.relaxed, took_ms, hits, replaced_by, suggestions)
