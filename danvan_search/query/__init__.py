"""Queries: parses a string into a tree of immutable nodes, or raises an error that points.

``nodes`` defines the tree, ``parser`` parses a string into it, and ``accents`` chooses the forms
that its syllables must match. Nothing here depends on an index.
"""

from danvan_search.query.nodes import Query
from danvan_search.query.parser import MAX_QUERY_CHARS, parse

__all__ = ["MAX_QUERY_CHARS", "Query", "parse"]
