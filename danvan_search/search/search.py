"""One search, from the query string to results."""

import time

from danvan_search.errors import ArgumentTypeError
from danvan_search.query import parse
from danvan_search.search.hit_reader import PageReader
from danvan_search.search.options import SearchOptions
from danvan_search.search.planner import find_page
from danvan_search.search.results import Hit, Results
from danvan_search.search.searchable import SearchableSnapshot


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
    page = index.snapshot.guard.call(find_page, query, options, index)
    reader = PageReader(index, query, options, page)
    hits = tuple([Hit(reader, rank) for rank in range(len(page.top_docs.docs))])
    took_ms = (time.perf_counter() - started) * 1000
    return Results(text, page.top_docs.total, page.relaxed, took_ms, hits)
