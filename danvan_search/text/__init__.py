"""Text: what a string is to a Vietnamese search.

Data flows one way, and every step is a pure function over strings::

    surface ── normalize ──> accented form ── fold ──> folded form      (one syllable)
    text ── syllable_grid ──> syllables with places ── word_starts ──> words
                                    └── analyze: the trace of all of it

``alphabet`` holds the letters, ``normalize`` and ``fold`` the two forms, ``grid`` the
syllables and their places, ``segmenter`` and ``words`` the word segmentation, ``trace`` what a
person is shown.
``batch_analyzer`` gives the syllable grids of many texts at once, as arrays; it is imported by its
own name, since it needs NumPy and the rest does not. Under it lie ``codes``, ``keytable`` and
``form_table``; ``kinds`` says what a letter, a mark and a number are, for it and for ``grid``.
Offsets always count characters of the text as it was given. Nothing here knows of files, of
an index or of a terminal, and no string is refused.
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
