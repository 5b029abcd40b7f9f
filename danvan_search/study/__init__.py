"""What corpus linguists ask of an index: where a phrase stands, and which words stand out.

::

    options      the options of a concordance
    concordance  every occurrence of a query, in an order, with its line of context
    occurrences  the slots of the occurrences, and the keys that sort them
    lines        reads the text around occurrences
    terms        the words that stand out: in an article, in a set of articles, near a word
    units        counts words, or pairs of syllables, in slots and in the whole index
    measures     formulas that compare a part with the whole
    similar      articles like an article
    counts       counts occurrences by year, category and so on

Nothing here is stored: all of it is read off the grid, the positions and the texts.
"""

from danvan_search.study.concordance import Concordance
from danvan_search.study.counts import Count
from danvan_search.study.lines import Line
from danvan_search.study.options import ConcordanceOptions
from danvan_search.study.terms import Term

__all__ = ["Concordance", "ConcordanceOptions", "Count", "Line", "Term"]
