"""A search from query string to results."""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from danvan_search.index import Snapshot
from danvan_search.query import Query, parse
from danvan_search.search.lookup import Lookup
from danvan_search.search.marks import find_marks
from danvan_search.search.matching import Matches, match
from danvan_search.search.options import SearchOptions
from danvan_search.search.ranking import Scores, idf, score_runs
from danvan_search.search.results import Hit, Results
from danvan_search.search.snippets import make_snippet, merge_spans
from danvan_search.text import syllable_grid


def search(snapshot: Snapshot, text: str, options: SearchOptions) -> Results:
    """Search one snapshot of an index.

    :param text: the query as typed.
    :raises QueryError: the query cannot be understood.
    :raises IndexStorageError: the index cannot be read.
    """
    started = time.perf_counter()
    query = parse(text, max_chars=options.max_query_chars)
    lookup = Lookup(snapshot)
    matches = match(query, options, lookup)
    scores = score_runs(query.runs, lookup, accents_count=options.accents != "ignore")
    order = _order(snapshot, matches, scores[matches.docs], options)
    page = order[options.offset : options.offset + options.limit]
    weights = _weights(query, lookup)
    hits = tuple(
        _hit(
            snapshot,
            int(matches.docs[at]),
            float(scores[matches.docs[at]]),
            bool(matches.exact[at]),
            query,
            weights,
            options,
        )
        for at in page
    )
    took_ms = (time.perf_counter() - started) * 1000
    return Results(text, len(matches.docs), matches.relaxed, took_ms, hits)


def _order(
    snapshot: Snapshot, matches: Matches, scores: Scores, options: SearchOptions
) -> NDArray[np.intp]:
    """The places of the matches in the order in which they are shown; intp, shape (n,).

    What is equal in all else stands in the order in which it was added.
    """
    keys: list[NDArray[Any]] = [matches.docs, -scores, -matches.tiers]
    if options.sort == "date":
        keys.append(-snapshot.dates(matches.docs.astype(np.int32)))
    return np.lexsort(keys)


def _weights(query: Query, lookup: Lookup) -> dict[str, float]:
    """What each folded form of the query is worth in a snippet: rare ones more."""
    count = lookup.snapshot.doc_count
    return {
        one.folded: idf(len(lookup.postings("folded", one.folded).docs), count)
        for one in query.syllables
    }


def _hit(
    snapshot: Snapshot,
    doc: int,
    score: float,
    exact: bool,
    query: Query,
    weights: dict[str, float],
    options: SearchOptions,
) -> Hit:
    article = snapshot.article(doc)
    exact_only = options.accents == "exact"
    title_marks = find_marks(syllable_grid(article.title), query, exact_only=exact_only)
    body_marks = (
        find_marks(syllable_grid(article.body), query, exact_only=exact_only)
        if options.snippet_chars
        else []
    )
    return Hit(
        score,
        exact,
        merge_spans(title_marks, 0, len(article.title)),
        make_snippet(article.body, body_marks, weights, options.snippet_chars),
        article,
    )
