"""What a segmenter has seen: chunks of text to tokens, tokens to rows of numbers.

Two texts share most of their chunks (98 % in news), so the work on characters is done once
for each distinct chunk, and for all new ones of a batch at once; the others are looked up in
arrays. A lexicon only grows, and may be shared by threads; whoever owns it starts a new one when
it is full.
"""

import threading
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from danvan_search.text.keytable import ABSENT
from danvan_search.text.runtable import RunTable
from danvan_search.text.segmenter.chunks import SHARED, TEXT_END, Chunks
from danvan_search.text.segmenter.core import TokenFacts
from danvan_search.text.segmenter.features import BORDER, Scorer, TokenColumns
from danvan_search.text.segmenter.templates import WINDOW
from danvan_search.text.segmenter.tokens import MAX_CHUNK_CHARS, Tokenized, Tokenizer

MAX_CHUNKS: Final = 1 << 19
"""A lexicon of so many chunks is full. One takes some 300 bytes."""

MAX_TOKENS: Final = 1 << 21
"""A lexicon that holds so many tokens, in all its chunks, is full."""

BORDER_KEY: Final = ""
"""The key of what stands between two texts: two tokens that are the border of both."""

BORDER_ID: Final = 0
"""The number of that key, and of its token."""

LONG_ID: Final = 1
"""The number of every chunk that is too long for the pattern."""

HALF_TOKEN: Final = "Th"  # noqa: S105
"""`Th s` is one token, by a dot of the pattern that was meant to be a full stop."""

_SHORT_BITS: Final = 19  # 6 MB, 262,144 chunks of 1 to 8 characters
_LONG_BITS: Final = 17  # 2.6 MB, 65,536 chunks of 9 to 16 characters

Row = tuple[float, ...]
Token = tuple[int, int, int, Row]
"""A token for those who use no arrays: word, lower, title and row; see :class:`Lexicon`."""


class Column:
    """An array that grows at its end, for readers who only use indexes that they were given."""

    def __init__(self, dtype: DTypeLike, width: int | None = None) -> None:
        self._width = () if width is None else (width,)
        self.size = 0
        self.array: NDArray[Any] = np.zeros((1024, *self._width), dtype)

    def extend(self, rows: NDArray[Any]) -> None:
        """Append rows."""
        end = self.size + len(rows)
        if end > len(self.array):
            grown = np.zeros((2 * end, *self._width), self.array.dtype)
            grown[: self.size] = self.array[: self.size]
            self.array = grown
        self.array[self.size : end] = rows
        self.size = end


class Lexicon:
    """Chunks and tokens with their numbers.

    :ivar chunks: (C, 4) int64 per chunk: how many tokens it has, where they start in
        ``chunk_tokens``, how many syllables, where they start in ``chunk_syllables``.
    :ivar chunk_tokens: (all tokens of chunks,) int64, the numbers of tokens.
    :ivar chunk_syllables: (all syllables of chunks,) int64, the token of the chunk, counted
        from 0, that a syllable starts in.
    :ivar odd: (C,) bool, whether a chunk needs a closer look: it may join the next one, or
        its syllables are not those of its normalised form.
    :ivar unaligned: the numbers of the chunks of the latter kind.
    :ivar word, lower, title, digit: (tokens,) int64, see
        :class:`~danvan_search.text.segmenter.features.TokenColumns`.
    :ivar rows: (tokens, 5) float64, what a token adds to the scores around it by itself.
    :ivar pieces: two strings per token: what joins it to a word, and what begins a word.
    """

    def __init__(self, tokenizer: Tokenizer, scorer: Scorer) -> None:
        self._tokenizer = tokenizer
        self._scorer = scorer
        self._facts = TokenFacts()
        self._lock = threading.RLock()
        # What has a number here stands in the arrays.
        self._chunk_ids: dict[str, int] = {}
        self._token_ids: dict[str, int] = {}
        self._runs = RunTable(SHARED, _SHORT_BITS, _LONG_BITS)
        self.chunks = Column(np.int64, 4)
        self.chunk_tokens, self.chunk_syllables = Column(np.int64), Column(np.int64)
        self.odd = Column(np.bool_)
        self.unaligned: set[int] = set()
        self.word, self.lower = Column(np.int64), Column(np.int64)
        self.title, self.digit = Column(np.int64), Column(np.int64)
        self.rows = Column(np.float64, WINDOW)
        self.pieces: list[str] = []
        # What short texts ask for, one by one; see chunk() and token().
        self._plain_chunks: dict[int, tuple[list[int], list[int]]] = {}
        self._plain_tokens: dict[int, Token] = {}
        self._add_fixed()

    def _add_fixed(self) -> None:
        """Add the border, with its two tokens, and the chunk of those that are too long."""
        self._chunk_ids[BORDER_KEY] = BORDER_ID
        self.chunks.extend(np.array([[2, 0, 0, 0], [0, 0, 0, 0]]))
        self.chunk_tokens.extend(np.array([BORDER_ID, BORDER_ID]))
        self.odd.extend(np.array([False, True]))
        self.pieces += ["", ""]
        border = TokenColumns(*(np.array([number]) for number in (0, 0, BORDER, 0)))
        self._extend_tokens(border)

    @property
    def is_full(self) -> bool:
        """Whether it is time for a new lexicon."""
        return self.chunks.size >= MAX_CHUNKS or self.chunk_tokens.size >= MAX_TOKENS

    def chunk_ids(self, keys: Sequence[str]) -> list[int]:
        """Return the numbers of chunks by their keys; the arrays have them from now on."""
        known = self._chunk_ids
        ids = [known.get(key) for key in keys]
        missing = [key for key, number in zip(keys, ids, strict=True) if number is None]
        if missing:
            self._add_chunks(missing)
        return [known.get(key, LONG_ID) for key in keys]

    def run_ids(self, chunks: Chunks) -> NDArray[np.int64]:
        """Return the numbers of chunks, (C,) int64; the arrays have them from now on."""
        codes, starts, ends = chunks.codes, chunks.starts, chunks.ends
        with self._lock:
            ids = self._runs.find(codes, starts, ends)
            missing = (ids == ABSENT).nonzero()[0]
            if len(missing):
                places = zip(starts[missing].tolist(), ends[missing].tolist(), strict=True)
                keys = [chunks.text[start:end] for start, end in places]
                ids[missing] = self.chunk_ids(keys)
                once = missing[list({key: index for index, key in enumerate(keys)}.values())]
                self._runs.add(codes, starts[once], ends[once], ids[once])
        return ids.astype(np.int64)

    def chunk(self, number: int) -> tuple[list[int], list[int]] | None:
        """Return the tokens of a chunk and the tokens of its syllables; None if it is odd."""
        chunk = self._plain_chunks.get(number)
        if chunk is None:
            if self.odd.array[number]:
                return None
            tokens, start, syllables, syllable_start = self.chunks.array[number].tolist()
            chunk = self._plain_chunks[number] = (
                self.chunk_tokens.array[start : start + tokens].tolist(),
                self.chunk_syllables.array[syllable_start : syllable_start + syllables].tolist(),
            )
        return chunk

    def token(self, number: int) -> Token:
        """Return what is known of a token."""
        token = self._plain_tokens.get(number)
        if token is None:
            columns = (self.word, self.lower, self.title)
            word, lower, title = (int(column.array[number]) for column in columns)
            row = tuple(self.rows.array[number].tolist())
            token = self._plain_tokens[number] = (word, lower, title, row)
        return token

    def text_id(self, text: str) -> int:
        """Return the number of a whole text as one chunk, which is not remembered."""
        with self._lock:
            return self._extend_chunks(self._tokenizer.text(text), np.zeros(1, np.bool_))

    def columns(self, ids: NDArray[np.int64] | slice) -> TokenColumns:
        """Return the columns of tokens with these numbers."""
        columns = TokenColumns(
            self.word.array, self.lower.array, self.title.array, self.digit.array
        )
        return columns[ids]

    def _add_chunks(self, keys: Sequence[str]) -> None:
        """Give numbers to chunks that have none, unless they are too long."""
        with self._lock:
            new = [
                key
                for key in dict.fromkeys(keys)
                if key not in self._chunk_ids and len(key.rstrip(TEXT_END)) <= MAX_CHUNK_CHARS
            ]
            inner = [key for key in new if not key.endswith(TEXT_END)]
            if inner:
                halves = np.array([key.endswith(HALF_TOKEN) for key in inner])
                first = self._extend_chunks(self._tokenizer.chunks(inner), halves)
                self._chunk_ids.update(zip(inner, range(first, first + len(inner)), strict=True))
            for key in new:
                if key.endswith(TEXT_END):
                    cut = self._tokenizer.text(key)
                    self._chunk_ids[key] = self._extend_chunks(cut, np.zeros(1, np.bool_))

    def _extend_chunks(self, cut: Tokenized, odd: NDArray[np.bool_]) -> int:
        """Bring chunks into the arrays; return the number of the first.

        :param odd: (chunks,) bool, whether each is odd, were it aligned.
        """
        first = self.chunks.size
        tokens = self._numbers_of(cut.tokens)
        token_starts = self.chunk_tokens.size + cut.token_counts.cumsum() - cut.token_counts
        syllable_starts = (
            self.chunk_syllables.size + cut.syllable_counts.cumsum() - cut.syllable_counts
        )
        self.unaligned.update((first + np.flatnonzero(~cut.aligned)).tolist())
        self.chunk_tokens.extend(tokens)
        self.chunk_syllables.extend(cut.syllables)
        self.odd.extend(odd | ~cut.aligned)
        self.chunks.extend(
            np.stack([cut.token_counts, token_starts, cut.syllable_counts, syllable_starts], axis=1)
        )
        return first

    def _numbers_of(self, tokens: Sequence[str]) -> NDArray[np.int64]:
        """Return the numbers of tokens, which get one if they have none."""
        known = self._token_ids
        new = [token for token in dict.fromkeys(tokens) if token not in known]
        if new:
            first = len(self.pieces) // 2
            self._extend_tokens(self._facts.columns(new, self._scorer.tables.words))
            for number, token in enumerate(new, first):
                self.pieces += (f" {token}", f"\n{token}")
                known[token] = number
        return np.fromiter(map(known.__getitem__, tokens), np.int64, len(tokens))

    def _extend_tokens(self, columns: TokenColumns) -> None:
        self.word.extend(columns.word)
        self.lower.extend(columns.lower)
        self.title.extend(columns.title)
        self.digit.extend(columns.digit)
        self.rows.extend(self._scorer.token_rows(columns))
