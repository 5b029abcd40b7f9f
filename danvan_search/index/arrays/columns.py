"""The input of a segment: the syllables of many documents, in columns, batch after batch.

An analyser gives, for each of the two parts of a document (title and body), one stream of
accented ids with the places of the syllables, all documents of a batch one after the other. The
ids count into one vocabulary, which may hold forms that no document has.

A build goes over the batches once, and over the texts once, and holds neither any longer: so a
batch may be made only when it is asked for, and what is held in memory is given up on the way.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from danvan_search.index.arrays.arena import Arena
from danvan_search.index.arrays.charspans import EncodedSpans, encode_spans
from danvan_search.index.arrays.rawtexts import CollectedTexts, RawTexts
from danvan_search.text.grid import syllable_grid


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
    spans: EncodedSpans
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
    texts: RawTexts
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


def columns_of(documents: Iterable[tuple[str, str]]) -> Columns:
    """Analyse documents one by one: right for tests and small batches.

    :param documents: (title, body) of each.
    """
    pairs = list(documents)
    vocabulary: dict[str, int] = {}
    folded: list[str] = []
    titles = [title for title, _ in pairs]
    bodies = [body for _, body in pairs]
    title = _part(titles, vocabulary, folded)
    body = _part(bodies, vocabulary, folded)
    texts = CollectedTexts(Arena())
    texts.add(titles, bodies)
    return Columns(
        list(vocabulary),
        folded,
        title.lengths,
        body.lengths,
        iter([(title, body)] if pairs else []),
        texts,
    )


def _part(texts: list[str], vocabulary: dict[str, int], folded: list[str]) -> PartColumns:
    accented: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    counts: list[int] = []
    for text in texts:
        grid = syllable_grid(text)
        starts += grid.starts
        ends += grid.ends
        counts.append(len(grid))
        for form, folded_form in zip(grid.accented, grid.folded, strict=True):
            number = vocabulary.setdefault(form, len(vocabulary))
            if number == len(folded):
                folded.append(folded_form)
            accented.append(number)
    lengths = np.array(counts, dtype=np.int64)
    first = np.array(starts, dtype=np.int32)
    widths = np.array(ends, dtype=np.int32) - first
    spans = encode_spans(first, widths, lengths)
    return PartColumns(np.array(accented, dtype=np.int32), spans, lengths)
