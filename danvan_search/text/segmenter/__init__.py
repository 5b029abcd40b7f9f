"""Fast word segmentation: a compiled form of underthesea's CRF model that gives the same words.

Data flows one way::

    source ─ underthesea's files ─> crfsuite, templates ─> tables ┬─> model <─> cache
                                                     tokens (rules) ┘
    texts ─ lexicon (tokens, core) ─> ids ─ features ─> scores ─ viterbi ─> words
            └────────────── batch_segmenter: many texts; scalar: one short text ──┘

``segmenter`` is the public interface. ``underthesea_oracle`` segments with underthesea itself and
defines the correct result: the fast path is used only if it gives exactly the same words in a
self-test. Importing this package does not import underthesea.
"""

from danvan_search.text.segmenter.result import WordStarts
from danvan_search.text.segmenter.segmenter import Segmenter, default_segmenter, segment_words
from danvan_search.text.segmenter.tokens import MAX_CHUNK_CHARS

__all__ = ["MAX_CHUNK_CHARS", "Segmenter", "WordStarts", "default_segmenter", "segment_words"]
