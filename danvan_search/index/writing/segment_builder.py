"""Articles to the columns that a segment is built from, in batches."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from danvan_search.article import Article
from danvan_search.index.codec.doc_values import DocValuesBuilder
from danvan_search.index.codec.offsets import EncodedOffsets, encode_offsets
from danvan_search.index.writing.arena import Arena
from danvan_search.index.writing.columns import Batch, Columns, PartColumns
from danvan_search.index.writing.merge_policy import load
from danvan_search.index.writing.text_analysis import Analysis, AnalyzedBatch, AnalyzedPart
from danvan_search.index.writing.text_buffer import TextBuffer
from danvan_search.store import IndexedArticle

_BATCH_CHARS: Final = 1 << 20
"""So many characters are analysed at a time: the fixed cost of a batch is lost in them."""


class SegmentBuilder:
    """Collects articles until a segment is to be written.

    :param analysis: what analyses the texts; may serve one builder after another.

    :ivar rows: what the segment will know of each article beside its texts.
    :ivar syllables: the number of syllables analysed so far.
    """

    def __init__(self, analysis: Analysis) -> None:
        self.rows = DocValuesBuilder()
        self.syllables = 0
        self._analysis = analysis
        self._arena = Arena()
        self._batches: deque[Batch] = deque()
        self._texts = TextBuffer(self._arena)
        self._started: deque[Callable[[], AnalyzedBatch]] = deque()
        self._titles: list[str] = []
        self._bodies: list[str] = []
        self._waiting_chars = 0

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def load(self) -> int:
        """What it takes to hold the articles so far; see :func:`~.merging.load`."""
        return load(self.syllables, len(self.rows), self._texts.byte_count)

    def add(self, article: Article, known: IndexedArticle) -> int:
        """Add an article; return its number in the segment."""
        self.rows.add(article, known)
        self._titles.append(article.title)
        self._bodies.append(article.body)
        self._waiting_chars += len(article.title) + len(article.body)
        if self._waiting_chars >= _BATCH_CHARS:
            self._analyze()
        return len(self.rows) - 1

    def columns(self, segmenters: tuple[str, ...] = ()) -> Columns:
        """Return the syllables of all articles so far, and hold them no longer.

        :param segmenters: the fingerprints of what made the words of them.
        """
        self._analyze()
        self._collect(all_but=0)
        form_table = self._analysis.form_table
        batches, texts = self._batches, self._texts
        self._arena = Arena()
        self._batches, self._texts = deque(), TextBuffer(self._arena)
        return Columns(
            form_table.accented,
            form_table.folded,
            _joined([title.lengths for title, _ in batches]),
            _joined([body.lengths for _, body in batches]),
            _taken(batches),
            texts,
            any(title.word_starts is not None for title, _ in batches),
            segmenters,
        )

    def _analyze(self) -> None:
        """Begin with the texts that wait, and take what is done."""
        if not self._titles:
            return
        self._started.append(self._analysis.start(self._titles, self._bodies))
        self._texts.add(self._titles, self._bodies)
        self._titles, self._bodies, self._waiting_chars = [], [], 0
        self._collect(all_but=self._analysis.ahead)

    def _collect(self, *, all_but: int) -> None:
        while len(self._started) > all_but:
            title, body = self._started.popleft()()
            self.syllables += len(title.accented) + len(body.accented)
            self._batches.append((self._kept(title), self._kept(body)))

    def _kept(self, part: AnalyzedPart) -> PartColumns:
        """Return the titles, or the bodies, of a batch as they are kept: in half the bytes."""
        spans = encode_offsets(part.starts, part.lengths, part.counts)
        keep = self._arena.keep
        return PartColumns(
            keep(part.accented),
            EncodedOffsets(keep(spans.codes), spans.escaped),
            part.counts,
            None if part.word_starts is None else keep(part.word_starts),
        )


def _joined(lengths: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *lengths])


def _taken(batches: deque[Batch]) -> Iterator[Batch]:
    """Yield batches; those that were yielded are held no longer."""
    while batches:
        yield batches.popleft()
