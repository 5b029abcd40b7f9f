"""A search from query string to results."""

import time

from danvan_search.index import Snapshot
from danvan_search.query import parse
from danvan_search.search.evaluate import evaluate
from danvan_search.search.options import SearchOptions
from danvan_search.search.reading import PageReader
from danvan_search.search.results import Hit, Results


def search(snapshot: Snapshot, text: str, options: SearchOptions) -> Results:
    """Search one snapshot of an index.

    :param text: the query as typed.
    :raises QueryError: the query cannot be understood.
    :raises IndexDamagedError: what is stored is not what was written.
    """
    started = time.perf_counter()
    query = parse(text, max_chars=options.max_query_chars)
    page = snapshot.reading().call(evaluate, query, options, snapshot)
    reader = PageReader(snapshot, query, options, page)
    hits = tuple([Hit(reader, place) for place in range(len(page.ranking.docs))])
    took_ms = (time.perf_counter() - started) * 1000
    return Results(text, page.ranking.total, page.relaxed, took_ms, hits)
