"""Search: from a query and a snapshot of an index to a page of hits.

::

    search       one search: parse, plan, collect
    planner      chooses how a query is executed
    demands      the parts of a query, and which of them a match must contain
    execution/   matching, scoring and top documents, on the arrays of the segments
    highlight/   marks and snippets
    hit_page     what hits read
    hit_reader   reads the parts of a page's hits from the index
    columns      columns of values that are read for several rows together
    copies       leaves near-copies out of a page
    facets       counts the values of all matches
    unknown_values  notes on categories that no article has
    explaining   why an article has its place in the results; explanation holds the answer
    marked_article  a whole article with the marks of a query
    results      the results and hits that a search returns
    results_json, results_html  the same as JSON values, and as a table
    options      the options of a search
    sorting      the orders of a search; title_ranks ranks titles
    searchable   a snapshot and the data that its searches share
    word_list    the words of an index by frequency; word_counts counts them

Nothing here depends on files or on a terminal.
"""

from danvan_search.search.execution.score_parts import ScorePart, TermDetails
from danvan_search.search.explanation import Explanation, MissingPart
from danvan_search.search.highlight.html import marked_html, utf16_spans
from danvan_search.search.highlight.snippets import Snippet
from danvan_search.search.options import SearchOptions
from danvan_search.search.results import Hit, Results
from danvan_search.search.search import articles, search

__all__ = [
    "Explanation",
    "Hit",
    "MissingPart",
    "Results",
    "ScorePart",
    "SearchOptions",
    "Snippet",
    "TermDetails",
    "articles",
    "marked_html",
    "search",
    "utf16_spans",
]
