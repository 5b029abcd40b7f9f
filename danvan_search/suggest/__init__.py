"""Suggestions: what a person who typed a query may have meant, from the counts of an index.

::

    typed_text     the syllables of a query that may be changed, and the query with others
    form_counts    how often syllables and runs of them occur, and with which accents
    accents        the likeliest accents of syllables
    input_methods  the keys of Telex and VNI
    slips          slips of the keyboard and spellings that sound alike, with their probabilities
    word_model     how likely a row of folded syllables is
    spelling       what was meant by a slip, and by syllables without blanks between
    mistyped       keys, glued syllables and slips in a query, and which of them is likeliest
    abbreviations  what abbreviations stand for, from where articles explain them
    spelt_otherwise  numbers, dates, codes and syllables in other ways
    expansions     both of these in a query
    suggester      all of these, in their order, with their thresholds
    completion     how phrases that begin as typed go on

Nothing here depends on the parser of queries, on files or on a terminal.
"""

from danvan_search.suggest.completion import Completion
from danvan_search.suggest.suggestion import Suggestion

__all__ = ["Completion", "Suggestion"]
