"""Articles to the columns that a segment is built from, in batches."""

from typing import Final

import numpy as np

from danvan_search.article import Article
from danvan_search.index.arrays import Columns, PartColumns, offsets_of
from danvan_search.index.documents import DocumentsBuilder, Known
from danvan_search.text.batch import BatchAnalyzer
from danvan_search.text.segmenter import default_segmenter

_BATCH_CHARS: Final = 1 << 20
"""So many characters are analysed at a time: the fixed cost of a batch is lost in them."""


class SegmentBuilder:
    """Collects articles until a segment is to be written.

    :param analyzer: gives the syllables their ids; may serve one builder after another.
    :param words: whether to segment the texts into words.

    :ivar rows: what the segment will know of each article beside its texts.
    """

    def __init__(self, analyzer: BatchAnalyzer, *, words: bool) -> None:
        self.rows = DocumentsBuilder()
        self._analyzer = analyzer
        self._parts = [_PartBuilder(words=words), _PartBuilder(words=words)]
        self._waiting_chars = 0

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def syllables(self) -> int:
        """The number of syllables analysed so far."""
        return sum(part.syllables for part in self._parts)

    def add(self, article: Article, known: Known) -> int:
        """Add an article; return its number in the segment."""
        self.rows.add(article, known)
        for part, text in zip(self._parts, (article.title, article.body), strict=True):
            part.waiting.append(text)
            self._waiting_chars += len(text)
        if self._waiting_chars >= _BATCH_CHARS:
            self._analyze()
        return len(self.rows) - 1

    def columns(self) -> Columns:
        """Return the syllables of all articles so far."""
        self._analyze()
        vocabulary = self._analyzer.vocabulary
        title, body = (part.columns() for part in self._parts)
        return Columns(vocabulary.accented, vocabulary.folded, title, body)

    def _analyze(self) -> None:
        for part in self._parts:
            part.analyze(self._analyzer)
        self._waiting_chars = 0


class _PartBuilder:
    """The titles, or the bodies, of a segment."""

    def __init__(self, *, words: bool) -> None:
        self.waiting: list[str] = []
        self.syllables = 0
        self._words = words
        self._accented: list[np.ndarray] = [np.zeros(0, np.int32)]
        self._starts: list[np.ndarray] = [np.zeros(0, np.int32)]
        self._lengths: list[np.ndarray] = [np.zeros(0, np.int32)]
        self._word_starts: list[np.ndarray] = [np.zeros(0, np.bool_)]
        self._counts: list[np.ndarray] = [np.zeros(0, np.int64)]
        self._texts: list[bytes] = []
        self._text_bytes: list[int] = []

    def analyze(self, analyzer: BatchAnalyzer) -> None:
        """Analyse the texts that wait."""
        if not self.waiting:
            return
        batch = analyzer.analyze(self.waiting)
        self._accented.append(batch.accented)
        self._starts.append(batch.starts)
        self._lengths.append(batch.ends - batch.starts)
        self._counts.append(np.diff(batch.offsets))
        if self._words:
            self._word_starts.append(default_segmenter().word_start_flags(self.waiting)[0])
        encoded = [text.encode("utf-8", "surrogatepass") for text in self.waiting]
        self._texts.append(b"".join(encoded))
        self._text_bytes += map(len, encoded)
        self.syllables += len(batch.accented)
        self.waiting = []

    def columns(self) -> PartColumns:
        """Return all texts so far in columns."""
        return PartColumns(
            accented=np.concatenate(self._accented),
            starts=np.concatenate(self._starts),
            lengths=np.concatenate(self._lengths),
            offsets=offsets_of(np.concatenate(self._counts)),
            text=b"".join(self._texts),
            text_offsets=offsets_of(np.array(self._text_bytes, dtype=np.int64)),
            word_starts=np.concatenate(self._word_starts) if self._words else None,
        )
