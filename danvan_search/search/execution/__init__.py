"""Execution: matching, scoring and top documents, in NumPy arrays, one segment at a time.

::

    index_searcher    the segments of an index (segment_view) with index-wide statistics
    phrase_matcher    the slots of a phrase in a segment, and its postings
    phrase_scorer     the ranking formula of phrases
    phrase_top_docs   top documents of one phrase: from champions, or of all postings
    phrase_rare       top documents of a phrase with few occurrences, in plain Python
    bag_scorer        the ranking formula of bare syllables; term_cache caches their terms
    bag_top_docs      top documents of bare syllables, chosen by maxscore
    execution         what the nodes of a query tree match, made once and kept
    syllable_ids      the accented ids that a syllable matches: terms, prefixes, fuzzy ones
    occurrences       where phrases occur, with patterns and slop; phrases near each other
    general           top documents of any tree: every match is scored; the oracle of the rest
    scored_terms      what is scored as one term each, with its postings
    score_explaining  what the score of one document is made of: score_parts
    accent_match      the exact flags of a page: documents with the accents as typed
    filters           masks of accepted documents, by doc values
    top_docs          tiers, candidates, and the page ranked from them
    bitset            bit sets of documents

Queries arrive as trees of ``query.nodes``, or as forms; nothing here parses query strings.
"""
