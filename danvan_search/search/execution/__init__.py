"""Execution: matching, scoring and top documents, array by array, one segment at a time.

::

    index_searcher    the segments (segment_view) with index-wide statistics
    phrase_matcher    where a phrase occurs; its postings
    phrase_top_docs   top documents of one phrase: from champions, or of all postings
    phrase_rare       the same for a phrase with few occurrences, one by one
    bag_scorer        the ranking formula of bare syllables; term_cache keeps their terms
    bag_top_docs      top documents of bare syllables, by maxscore
    boolean_top_docs  top documents of any other query: all matches are scored
    accent_match      which documents of a page have the accents as typed
    filters           which documents may be found, by doc values
    top_docs          a page of documents, and its tiers
    bitset            sets of documents

Patterns come as folded and accented forms; nothing here knows of query strings.
"""
