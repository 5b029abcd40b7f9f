"""Queries: parses a string into immutable nodes, or raises an error that points at a character.

``nodes`` defines the nodes, ``parser`` parses a string into them, and ``accents`` chooses the forms
that their syllables must match. Nothing here depends on an index.
"""

from danvan_search.query.nodes import Phrase, Query, QuerySyllable
from danvan_search.query.parser import MAX_QUERY_CHARS, parse

__all__ = ["MAX_QUERY_CHARS", "Phrase", "Query", "QuerySyllable", "parse"]
