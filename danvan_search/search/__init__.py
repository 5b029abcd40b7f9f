"""Searching: a query and a snapshot of an index to a page of hits.

::

    search       parse, plan, collect: the trip of one query
    planner      which strategy runs the query, and what is required of an article
    execution/   matching, scoring and top documents, on the arrays of the segments
    highlight/   marks and snippets
    hit_reader   reads what the hits of a page show
    results      what the caller gets
    options      what the caller may ask for
    searchable   a snapshot with what its searches share
    word_list    the words of an index by frequency; word_counts counts them

Nothing here knows of files or of the terminal.
"""

from danvan_search.search.options import SearchOptions
from danvan_search.search.results import Hit, Results, Snippet
from danvan_search.search.search import search

__all__ = ["Hit", "Results", "SearchOptions", "Snippet", "search"]
