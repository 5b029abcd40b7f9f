"""Queries: parses a string into a tree of immutable nodes, with notes, or errors that point.

``nodes`` defines the tree. ``parser`` parses a string into it: ``lexer`` cuts it into ``tokens``,
with the names of ``fields``, and ``descent`` parses these, with ``syllables`` and ``joining``.
``written`` writes a tree as a string, ``reading`` tells people what it means. ``building`` makes
nodes of text, ``checking`` checks trees that were built in Python, ``accents`` chooses the forms
that syllables must match, and ``fit`` compares them with those of a text. ``expanding`` adds other
ways to write the parts of a tree, of which ``synonyms`` reads some from a file.
Nothing here depends on an index.
"""

from danvan_search.query.building import phrase, word, words
from danvan_search.query.nodes import (
    And,
    Boost,
    DateRange,
    Equals,
    Everything,
    Fuzzy,
    InField,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Required,
    Run,
    Term,
    Wildcard,
)
from danvan_search.query.notes import Note
from danvan_search.query.parser import MAX_QUERY_CHARS, parse
from danvan_search.query.query import Query
from danvan_search.query.reading import read_as
from danvan_search.query.synonyms import Synonyms
from danvan_search.query.written import written

__all__ = [
    "MAX_QUERY_CHARS",
    "And",
    "Boost",
    "DateRange",
    "Equals",
    "Everything",
    "Fuzzy",
    "InField",
    "Near",
    "Node",
    "Not",
    "Note",
    "Or",
    "Phrase",
    "Prefix",
    "Query",
    "Required",
    "Run",
    "Synonyms",
    "Term",
    "Wildcard",
    "parse",
    "phrase",
    "read_as",
    "word",
    "words",
    "written",
]
