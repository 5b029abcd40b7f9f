"""Searching: query nodes to ranked hits with snippets.

::

    options    what the caller may ask for, checked once
    patterns   query nodes as what the index is searched for
    evaluate   which articles match, in what order: the ways through the index
    combine    the way for queries of any shape
    words      whether the index can tell words
    masks, exactness   which articles hold phrases, and with the accents as typed
    marks      which places of a text matched
    snippets   the piece of a text around the best of them
    results    what the caller gets
    run        all of it in order

Nothing here knows of files or of the terminal.
"""

from danvan_search.search.options import SearchOptions, search_options
from danvan_search.search.results import Hit, Results, Snippet
from danvan_search.search.run import search

__all__ = ["Hit", "Results", "SearchOptions", "Snippet", "search", "search_options"]
