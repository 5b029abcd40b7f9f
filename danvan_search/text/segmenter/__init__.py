"""Word segmentation at the speed of an index: underthesea's words, from its own model.

Data flows one way::

    source ─ underthesea's files ─> crfsuite, templates ─> tables ┬─> model <─> cache
                                                     tokens (rules) ┘
    texts ─ lexicon (tokens, core) ─> numbers ─ features ─> scores ─ viterbi ─> words
            └───────────────── batch_segmenter: many texts; scalar: one short text ───┘

``segmenter`` is the face of it; ``underthesea_oracle`` does the same with underthesea itself,
which decides what is right: the fast path equals it to the last word, or is not used.
Importing this package loads neither NumPy nor underthesea.
"""

from danvan_search.text.segmenter.result import WordStarts
from danvan_search.text.segmenter.segmenter import Segmenter, default_segmenter, segment_words
from danvan_search.text.segmenter.tokens import MAX_CHUNK_CHARS

__all__ = ["MAX_CHUNK_CHARS", "Segmenter", "WordStarts", "default_segmenter", "segment_words"]
