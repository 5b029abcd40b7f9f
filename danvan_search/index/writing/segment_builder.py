"""Collects articles, analyses them in batches, and returns the columns of a segment."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import numpy as np

from danvan_search.article import Article
from danvan_search.index.codec.doc_values import DocValuesBuilder
from danvan_search.index.codec.offsets import EncodedOffsets, encode_offsets
from danvan_search.index.codec.placement import DetailsLengths
from danvan_search.index.writing.arena import Arena
from danvan_search.index.writing.columns import Batch, Columns, PartColumns
from danvan_search.index.writing.merge_policy import load
from danvan_search.index.writing.text_analysis import Analysis, AnalyzedBatch, AnalyzedPart
from danvan_search.index.writing.text_buffer import TextBuffer
from danvan_search.store import IndexedArticle

_BATCH_CHARS: Final = 1 << 20
"""Characters of a batch, so many that the fixed cost of a batch does not matter."""


class SegmentBuilder:
    """Collects the articles of a segment.

    :param analysis: analyses the texts; several builders may use it, one after another.

    :ivar rows: the doc values of the articles.
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
        self._details: list[str] = []
        self._details_chars = self._waiting_chars = 0

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def load(self) -> int:
        """The load of the articles so far; see :func:`.merge_policy.load`."""
        return load(self.syllables, len(self.rows), self._texts.byte_count + self._details_chars)

    def add(self, article: Article, known: IndexedArticle) -> int:
        """Add an article; return its number in the segment."""
        self.rows.add(article, known)
        self._titles.append(article.title)
        self._bodies.append(article.body)
        self._details.append(article.details)
        self._details_chars += len(article.details)
        self._waiting_chars += len(article.title) + len(article.body) + len(article.details)
        if self._waiting_chars >= _BATCH_CHARS:
            self._analyze()
        return len(self.rows) - 1

    def columns(self, segmenters: tuple[str, ...] = ()) -> Columns:
        """Return the columns of all articles so far, and drop them here.

        :param segmenters: the fingerprints of the segmenters that made the words.
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
            _concatenated([title.lengths for title, *_ in batches]),
            _concatenated([body.lengths for _, body, _ in batches]),
            _drained(batches),
            texts,
            any(title.word_starts is not None for title, *_ in batches),
            segmenters,
            _details_lengths(batches),
        )

    def _analyze(self) -> None:
        """Start the analysis of the waiting texts, and collect the results that are due."""
        if not self._titles:
            return
        texts = self._titles, self._bodies, self._details
        self._started.append(self._analysis.start(texts))
        self._texts.add(self._titles, self._bodies)
        self._titles, self._bodies, self._details, self._waiting_chars = [], [], [], 0
        self._collect(all_but=self._analysis.ahead)

    def _collect(self, *, all_but: int) -> None:
        """Collect the results of all batches but the last ``all_but``."""
        while len(self._started) > all_but:
            parts = self._started.popleft()()
            for part in parts:
                gaps = 0 if part.lines is None else int(part.lines.sum())
                self.syllables += len(part.accented) - gaps
            self._batches.append(tuple(map(self._compacted, parts)))

    def _compacted(self, part: AnalyzedPart) -> PartColumns:
        """Return the titles, bodies or details of a batch in the arena, in half as many bytes."""
        spans = encode_offsets(part.starts, part.lengths, part.counts)
        keep = self._arena.keep
        return PartColumns(
            keep(part.accented),
            EncodedOffsets(keep(spans.codes), spans.wide),
            part.counts,
            None if part.word_starts is None else keep(part.word_starts),
            part.lines,
        )


def _details_lengths(batches: Iterable[Batch]) -> DetailsLengths | None:
    """Return the lengths of the details of some batches; None if no article has any."""
    details = [part for _, _, part in batches]
    lines = _concatenated([part.lines for part in details if part.lines is not None])
    if not lines.any():
        return None
    return DetailsLengths(_concatenated([part.lengths for part in details]) - lines, lines)


def _concatenated(lengths: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *lengths])


def _drained(batches: deque[Batch]) -> Iterator[Batch]:
    """Yield batches, dropping each from the queue."""
    while batches:
        yield batches.popleft()
