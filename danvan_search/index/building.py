"""Articles to the columns that a segment is built from, in batches."""

from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np

from danvan_search.article import Article
from danvan_search.index.analysis import Analysis, Analyzed, AnalyzedPart
from danvan_search.index.arrays import Columns, PartColumns, offsets_of
from danvan_search.index.documents import DocumentsBuilder, Known

_BATCH_CHARS: Final = 1 << 20
"""So many characters are analysed at a time: the fixed cost of a batch is lost in them."""


class SegmentBuilder:
    """Collects articles until a segment is to be written.

    :param analysis: what analyses the texts; may serve one builder after another.

    :ivar rows: what the segment will know of each article beside its texts.
    :ivar syllables: the number of syllables analysed so far.
    """

    def __init__(self, analysis: Analysis) -> None:
        self.rows = DocumentsBuilder()
        self.syllables = 0
        self._analysis = analysis
        self._parts = [_PartBuilder(), _PartBuilder()]
        self._started: deque[Callable[[], Analyzed]] = deque()
        self._titles: list[str] = []
        self._bodies: list[str] = []
        self._waiting_chars = 0

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, article: Article, known: Known) -> int:
        """Add an article; return its number in the segment."""
        self.rows.add(article, known)
        self._titles.append(article.title)
        self._bodies.append(article.body)
        self._waiting_chars += len(article.title) + len(article.body)
        if self._waiting_chars >= _BATCH_CHARS:
            self._analyze()
        return len(self.rows) - 1

    def columns(self, segmenters: tuple[str, ...] = ()) -> Columns:
        """Return the syllables of all articles so far.

        :param segmenters: the fingerprints of what made the words of them.
        """
        self._analyze()
        self._collect(all_but=0)
        vocabulary = self._analysis.vocabulary
        title, body = (part.columns() for part in self._parts)
        return Columns(vocabulary.accented, vocabulary.folded, title, body, segmenters)

    def _analyze(self) -> None:
        """Begin with the texts that wait, and take what is done."""
        if not self._titles:
            return
        self._started.append(self._analysis.start(self._titles, self._bodies))
        for part, texts in zip(self._parts, (self._titles, self._bodies), strict=True):
            part.add_texts(texts)
        self._titles, self._bodies, self._waiting_chars = [], [], 0
        self._collect(all_but=self._analysis.ahead)

    def _collect(self, *, all_but: int) -> None:
        while len(self._started) > all_but:
            analyzed = self._started.popleft()()
            for part, one in zip(self._parts, analyzed, strict=True):
                part.add(one)
                self.syllables += len(one.accented)


class _PartBuilder:
    """The titles, or the bodies, of a segment."""

    def __init__(self) -> None:
        self._analyzed: list[AnalyzedPart] = []
        self._texts: list[bytes] = []
        self._text_bytes: list[int] = []

    def add_texts(self, texts: list[str]) -> None:
        """Add the texts of a batch as written."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        self._texts.append(b"".join(encoded))
        self._text_bytes += map(len, encoded)

    def add(self, analyzed: AnalyzedPart) -> None:
        """Add the syllables of a batch."""
        self._analyzed.append(analyzed)

    def columns(self) -> PartColumns:
        """Return all texts so far in columns."""
        done = self._analyzed
        words = [part.word_starts for part in done if part.word_starts is not None]
        return PartColumns(
            accented=_joined([part.accented for part in done], np.int32),
            starts=_joined([part.starts for part in done], np.int32),
            lengths=_joined([part.lengths for part in done], np.int32),
            offsets=offsets_of(_joined([part.counts for part in done], np.int64)),
            text=b"".join(self._texts),
            text_offsets=offsets_of(np.array(self._text_bytes, dtype=np.int64)),
            word_starts=_joined(words, np.bool_) if len(words) == len(done) else None,
        )


def _joined(parts: list[np.ndarray], dtype: type[np.generic]) -> np.ndarray:
    return np.concatenate([np.zeros(0, dtype), *parts])
