"""Queries: a string to a tree of plain, immutable nodes, or an error that points.

``nodes`` says what a query is made of, ``parser`` makes it from a string. Nothing here knows
of an index: another store can run the same nodes.
"""

from danvan_search.query.nodes import Phrase, Query, QuerySyllable
from danvan_search.query.parser import MAX_QUERY_CHARS, parse

__all__ = ["MAX_QUERY_CHARS", "Phrase", "Query", "QuerySyllable", "parse"]
