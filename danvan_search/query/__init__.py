"""Queries: a string to plain, immutable nodes, or an error that points at a character.

``nodes`` defines the nodes, ``parser`` parses a string into them, and ``accents`` tells which
syllables are held to their accents. Nothing here knows of an index, so any store can run the nodes.
"""

from danvan_search.query.nodes import Phrase, Query, QuerySyllable
from danvan_search.query.parser import MAX_QUERY_CHARS, parse

__all__ = ["MAX_QUERY_CHARS", "Phrase", "Query", "QuerySyllable", "parse"]
