"""The input of a segment: the syllables of many documents, in columns.

An analyser gives, for each of the two parts of a document (title and body), one stream of
accented ids with the places of the syllables, all documents one after the other. The ids
count into one vocabulary, which may hold forms that no document has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from danvan_search.text.grid import syllable_grid


@dataclass(frozen=True, slots=True)
class PartColumns:
    """One part (all titles, or all bodies) of ``docs`` documents with ``n`` syllables in all.

    :ivar accented: int32[n], index of each syllable's accented form in the vocabulary.
    :ivar starts: int32[n], where it starts, in characters of its own document's text.
    :ivar lengths: integers[n], how many characters it has.
    :ivar offsets: int64[docs + 1]; document d has syllables offsets[d] to offsets[d + 1].
    :ivar text: the UTF-8 bytes (lone surrogates passed) of all documents' texts, as written.
    :ivar text_offsets: int64[docs + 1], in bytes of ``text``.
    :ivar word_starts: bool[n], does a word start with this syllable? All False in a document
        that was not segmented; None when none was.
    """

    accented: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    offsets: np.ndarray
    text: bytes
    text_offsets: np.ndarray
    word_starts: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """What one segment is built from.

    :ivar accented_forms: the vocabulary.
    :ivar folded_forms: the folded form of each accented form.
    :ivar title: the titles.
    :ivar body: the bodies, of the same documents in the same order.
    :ivar segmenters: the fingerprints of what made the words.
    """

    accented_forms: Sequence[str]
    folded_forms: Sequence[str]
    title: PartColumns
    body: PartColumns
    segmenters: tuple[str, ...] = ()

    @property
    def doc_count(self) -> int:
        """How many documents there are."""
        return len(self.title.offsets) - 1


def columns_of(documents: Iterable[tuple[str, str]]) -> Columns:
    """Analyse documents one by one: right for tests and small batches.

    :param documents: (title, body) of each.
    """
    pairs = list(documents)
    vocabulary: dict[str, int] = {}
    folded: list[str] = []
    title = _part([title for title, _ in pairs], vocabulary, folded)
    body = _part([body for _, body in pairs], vocabulary, folded)
    return Columns(list(vocabulary), folded, title, body)


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
    blobs = [text.encode("utf-8", "surrogatepass") for text in texts]
    return PartColumns(
        accented=np.array(accented, dtype=np.int32),
        starts=np.array(starts, dtype=np.int32),
        lengths=np.array(ends, dtype=np.int32) - np.array(starts, dtype=np.int32),
        offsets=offsets_of(np.array(counts, dtype=np.int64)),
        text=b"".join(blobs),
        text_offsets=offsets_of(np.array([len(blob) for blob in blobs], dtype=np.int64)),
    )


def offsets_of(lengths: np.ndarray) -> np.ndarray:
    """Return int64[n + 1]: where each of n runs starts when they follow each other, and the end."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets
