"""Searching: query nodes to ranked hits with snippets.

::

    options    what the caller may ask for, checked once
    lookup     what one search needs from the snapshot, read once
    matching   which articles match, and in which tier each stands
    ranking    their scores
    marks      which places of a text matched
    snippets   the piece of a text around the best of them
    results    what the caller gets
    run        all of it in order

Nothing here knows of files or of the terminal.
"""

from danvan_search.search.options import SearchOptions
from danvan_search.search.results import Hit, Results, Snippet
from danvan_search.search.run import search

__all__ = ["Hit", "Results", "SearchOptions", "Snippet", "search"]
