"""The input of a segment: the syllables of its documents as columns, in batches.

A batch has one array of accented ids for the titles of its documents, one for their bodies and one
for their details, with the offsets of the syllables; the documents follow each other. The ids are
indices into a list of accented forms, which may contain forms that no document has.

A build iterates once over the batches and once over the texts. So a source may produce each batch
on demand, and free it afterwards.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from danvan_search.index.codec.offsets import EncodedOffsets
from danvan_search.index.codec.placement import DetailsLengths
from danvan_search.index.codec.text_encoding import TextSource


@dataclass(frozen=True, slots=True)
class PartColumns:
    """The titles, the bodies, or the details of some documents, with ``n`` syllables in total.

    In details each line that has syllables ends with a gap, which counts as a syllable here.

    :ivar accented: int32[n], the index of each syllable's accented form in
        :attr:`Columns.accented_forms`; -1 for a gap.
    :ivar spans: the offsets and lengths of the syllables.
    :ivar lengths: int64[docs], the number of syllables of each document in this part.
    :ivar word_starts: bool[n], whether a word starts with each syllable. All False in a document
        that was not segmented into words; None if no document was.
    :ivar lines: int64[docs], the number of gaps of each document; None if there are none.
    """

    accented: np.ndarray
    spans: EncodedOffsets
    lengths: np.ndarray
    word_starts: np.ndarray | None = None
    lines: np.ndarray | None = None


Batch = tuple[PartColumns, ...]
"""The titles, the bodies and perhaps the details of the same documents, of at least one."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The documents of one segment; building the segment consumes them.

    :ivar accented_forms: the distinct accented forms.
    :ivar folded_forms: the folded form of each accented form.
    :ivar title_lengths: int64[docs], the number of syllables of each title.
    :ivar body_lengths: int64[docs], the number of syllables of each body.
    :ivar details: the lengths of the details; None if no document has any.
    :ivar batches: the syllables of the documents, in order.
    :ivar texts: the texts of the documents.
    :ivar has_words: whether any document was segmented into words.
    :ivar segmenters: the fingerprints of the segmenters that made the words.
    """

    accented_forms: Sequence[str]
    folded_forms: Sequence[str]
    title_lengths: np.ndarray
    body_lengths: np.ndarray
    batches: Iterator[Batch]
    texts: TextSource
    has_words: bool = False
    segmenters: tuple[str, ...] = ()
    details: DetailsLengths | None = None

    @property
    def doc_count(self) -> int:
        """The number of documents."""
        return len(self.title_lengths)

    @property
    def title_syllables(self) -> int:
        """The number of syllables of all titles."""
        return int(self.title_lengths.sum())

    @property
    def syllables(self) -> int:
        """The number of syllables of all texts."""
        in_details = 0 if self.details is None else int(self.details.syllables.sum())
        return self.title_syllables + int(self.body_lengths.sum()) + in_details
