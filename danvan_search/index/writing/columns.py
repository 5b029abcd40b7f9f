"""The input of a segment: the syllables of many documents, in columns, batch after batch.

An analyser gives, for each of the two parts of a document (title and body), one stream of
accented ids with the places of the syllables, all documents of a batch one after the other. The
ids count into one vocabulary, which may hold forms that no document has.

A build goes over the batches once, and over the texts once, and holds neither any longer: so a
batch may be made only when it is asked for, and what is held in memory is given up on the way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from danvan_search.index.codec.offsets import EncodedOffsets
from danvan_search.index.writing.text_buffer import TextSource


@dataclass(frozen=True, slots=True)
class PartColumns:
    """One part (the titles, or the bodies) of some documents with ``n`` syllables in all.

    :ivar accented: int32[n], index of each syllable's accented form in the vocabulary.
    :ivar spans: where the syllables stand.
    :ivar lengths: int64[docs], how many syllables each document has in this part.
    :ivar word_starts: bool[n], does a word start with this syllable? All False in a document
        that was not segmented; None when none was.
    """

    accented: np.ndarray
    spans: EncodedOffsets
    lengths: np.ndarray
    word_starts: np.ndarray | None = None


Batch = tuple[PartColumns, PartColumns]
"""The titles and the bodies of the same documents, at least one."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What one segment is built from; building uses it up.

    :ivar accented_forms: the vocabulary.
    :ivar folded_forms: the folded form of each accented form.
    :ivar title_lengths: int64[docs], syllables of each title.
    :ivar body_lengths: int64[docs], syllables of each body.
    :ivar batches: the documents in their order.
    :ivar texts: their texts.
    :ivar has_words: whether any document was segmented into words.
    :ivar segmenters: the fingerprints of what made the words.
    """

    accented_forms: Sequence[str]
    folded_forms: Sequence[str]
    title_lengths: np.ndarray
    body_lengths: np.ndarray
    batches: Iterator[Batch]
    texts: TextSource
    has_words: bool = False
    segmenters: tuple[str, ...] = ()

    @property
    def doc_count(self) -> int:
        """How many documents there are."""
        return len(self.title_lengths)

    @property
    def title_syllables(self) -> int:
        """How many syllables all titles have."""
        return int(self.title_lengths.sum())

    @property
    def syllables(self) -> int:
        """How many syllables all titles and bodies have."""
        return self.title_syllables + int(self.body_lengths.sum())
