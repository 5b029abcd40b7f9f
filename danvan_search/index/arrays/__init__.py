"""The arrays of an index: building, opening and searching them. NumPy, and no Whoosh.

Data flows one way::

    texts ── analyser ──> Columns ── write_segment ──> one file per segment
    file ── Segment.open ──> Segment ─┐
                                      ├── Searcher ──> phrase_top, bag_top ──> Ranking
    live documents, filters ──────────┘        └─────> phrase, document_frequency
    segments ── merged_columns ──> Columns ── write_segment ──> …

What a codec needs: collect documents as :class:`Columns` (or with :func:`columns_of`), call
:func:`write_segment` at a flush, :meth:`Segment.open` when reading, and make a
:class:`Searcher` for each commit. A segment's documents are numbered from 0 as they came.

A segment holds (``build`` makes all of it)::

    vocabulary   accented ids: variants of a folded form are neighbours     vocabulary.py
    grid         one 16-bit accented id per syllable, gaps between texts    slots.py
    positions    one list, sorted by folded syllable, next one, slot        biwords.py
    doc lists    folded, accented, frequent biwords; whole and titles       doclists.py
    champions    the best documents of frequent biwords                     champions.py
    char spans   where each syllable stands, one byte each, and their sums  charspans.py
    texts        title and body, a byte per character, compressed           texts.py
    word bits    where words start, one bit each; where they were asked for wordbits.py

A phrase with few occurrences is ranked in plain Python (``few``), where a call of NumPy would take
longer than the work; any other, and every bare query, in arrays.

What a term of a bare query adds to the score of each document is made from the lists when it is
first asked for, and kept in memory by the searcher (``impacts``, ``terms``).

Title and body share one grid and one list of positions, with a gap between them; the slot
where the body starts tells their occurrences apart. So one search counts both.
"""

from danvan_search.index.arrays.arena import Arena
from danvan_search.index.arrays.bag_ranking import bag_top
from danvan_search.index.arrays.build import write_segment
from danvan_search.index.arrays.champions import Counts
from danvan_search.index.arrays.charspans import EncodedSpans, encode_spans
from danvan_search.index.arrays.columns import Batch, Columns, PartColumns, columns_of
from danvan_search.index.arrays.merge import merged_columns
from danvan_search.index.arrays.phrase_ranking import phrase_scores, phrase_top
from danvan_search.index.arrays.phrases import PhraseCounts
from danvan_search.index.arrays.rawtexts import CollectedTexts
from danvan_search.index.arrays.results import EXACT, FOLDED, REST, Ranking
from danvan_search.index.arrays.searcher import Masks, Searcher
from danvan_search.index.arrays.segment import Pattern, Segment

__all__ = [
    "EXACT",
    "FOLDED",
    "REST",
    "Arena",
    "Batch",
    "CollectedTexts",
    "Columns",
    "Counts",
    "EncodedSpans",
    "Masks",
    "PartColumns",
    "Pattern",
    "PhraseCounts",
    "Ranking",
    "Searcher",
    "Segment",
    "bag_top",
    "columns_of",
    "encode_spans",
    "merged_columns",
    "phrase_scores",
    "phrase_top",
    "write_segment",
]
