"""Text analysis: syllables with offsets, accented and folded forms, and word segmentation.

Each step is a pure function of strings, and data flows one way::

    surface ── normalize ──> accented form ── fold ──> folded form      (one syllable)
    text ── syllable_grid ──> syllables with offsets ── word_starts ──> words
                                    └── analyze: the trace of every step

``alphabet`` holds the Vietnamese letters, ``normalize`` and ``fold`` compute the two forms,
``grid`` finds the syllables and their offsets, ``segmenter`` and ``words`` do the word
segmentation, and ``trace`` collects the results for display.
``batch_analyzer``, which is not re-exported here, computes the syllable grids of many texts at
once, as arrays; it is built on ``codes``, ``keytable``, ``runtable`` and ``form_table``.
``thread_analyzer`` has one for each thread.
``analysis_version`` has the version that changes with the analysis.
``collation`` has the alphabetical order.
``encodings`` turns bytes into text.
``surrogates`` replaces what no UTF-8 has.
``kinds`` defines letters, marks and numbers for ``codes`` and ``grid``.
Offsets always count characters of the original text. Every string is accepted. Nothing here
depends on files of articles, on an index or on a terminal.
"""

from danvan_search.text.fold import fold, is_marked
from danvan_search.text.grid import Syllable, SyllableGrid, syllable_grid, syllables
from danvan_search.text.normalize import normalize
from danvan_search.text.segmenter import Segmenter, segment_words
from danvan_search.text.trace import Analysis, AnalyzedSyllable, analyze
from danvan_search.text.words import WordStarts, word_starts, words

__all__ = [
    "Analysis",
    "AnalyzedSyllable",
    "Segmenter",
    "Syllable",
    "SyllableGrid",
    "WordStarts",
    "analyze",
    "fold",
    "is_marked",
    "normalize",
    "segment_words",
    "syllable_grid",
    "syllables",
    "word_starts",
    "words",
]
