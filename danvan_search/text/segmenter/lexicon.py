"""The lexicon: a cache of chunks with their tokens, and of tokens with their score rows.

Texts share most of their chunks (98 % in news), so each distinct chunk is cut into tokens only
once, together with all other new chunks of its batch. Known chunks are looked up with arrays. A
lexicon is thread-safe and only grows; its owner replaces it when it is full.
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
"""The number of chunks at which a lexicon is full; a chunk takes some 300 bytes."""

MAX_TOKENS: Final = 1 << 21
"""The number of tokens, summed over all chunks, at which a lexicon is full."""

BORDER_KEY: Final = ""
"""The key of the border chunk, the two border tokens between texts."""

BORDER_ID: Final = 0
"""The id of the border chunk and of the border token."""

LONG_ID: Final = 1
"""The id of every chunk that is too long for the pattern."""

HALF_TOKEN: Final = "Th"  # noqa: S105
"""The first half of the token `Th s`: the token pattern has an unescaped dot in `Th.s`."""

_SHORT_BITS: Final = 19  # 6 MB, 262,144 chunks of 1 to 8 characters
_LONG_BITS: Final = 17  # 2.6 MB, 65,536 chunks of 9 to 16 characters

Row = tuple[float, ...]
Token = tuple[int, int, int, Row]
"""A token without arrays: word, lower, title and row; see :class:`Lexicon`."""


class Column:
    """A growing array; concurrent readers may use any index below ``size``.

    :ivar size: the number of rows in use.
    :ivar array: the rows in use, then unused rows.
    """

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
    """The C chunks and K distinct tokens that a segmenter has seen, by id.

    :ivar chunks: (C, 4) int64, per chunk: the number of its tokens, the index of the first one
        in ``chunk_tokens``, the number of its syllables, the index of the first one in
        ``chunk_syllables``.
    :ivar chunk_tokens: (tokens of all chunks,) int64, token ids.
    :ivar chunk_syllables: (syllables of all chunks,) int64, the index within its chunk, from 0,
        of the token in which each syllable starts.
    :ivar odd: (C,) bool, whether a chunk needs special treatment: a token may continue into the
        next chunk, the chunk is too long, or normalisation changes its number of syllables.
    :ivar unaligned: the ids of the chunks whose number of syllables normalisation changes.
    :ivar word, lower, title, digit: (K,) int64, see
        :class:`~danvan_search.text.segmenter.features.TokenColumns`.
    :ivar rows: (K, 5) float64, see
        :meth:`~danvan_search.text.segmenter.features.Scorer.token_rows`.
    :ivar pieces: two strings per token: a blank and the token, to continue a word, then a line
        feed and the token, to begin one.
    """

    def __init__(self, tokenizer: Tokenizer, scorer: Scorer) -> None:
        self._tokenizer = tokenizer
        self._scorer = scorer
        self._facts = TokenFacts()
        self._lock = threading.RLock()
        # An id is added to these maps only after its rows are in the arrays.
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
        # Memos of chunk() and token(), which serve short texts.
        self._chunk_memo: dict[int, tuple[list[int], list[int]]] = {}
        self._token_memo: dict[int, Token] = {}
        self._add_reserved_ids()

    def _add_reserved_ids(self) -> None:
        """Add the border chunk with its two tokens, and the chunk that stands for overlong ones."""
        self._chunk_ids[BORDER_KEY] = BORDER_ID
        self.chunks.extend(np.array([[2, 0, 0, 0], [0, 0, 0, 0]]))
        self.chunk_tokens.extend(np.array([BORDER_ID, BORDER_ID]))
        self.odd.extend(np.array([False, True]))
        self.pieces += ["", ""]
        border = TokenColumns(*(np.array([value]) for value in (0, 0, BORDER, 0)))
        self._extend_tokens(border)

    @property
    def is_full(self) -> bool:
        """Whether the owner should replace the lexicon by a new one."""
        return self.chunks.size >= MAX_CHUNKS or self.chunk_tokens.size >= MAX_TOKENS

    def chunk_ids(self, keys: Sequence[str]) -> list[int]:
        """Return the ids of chunks, given their keys; new chunks are added."""
        known = self._chunk_ids
        ids = [known.get(key) for key in keys]
        missing = [key for key, chunk_id in zip(keys, ids, strict=True) if chunk_id is None]
        if missing:
            self._add_chunks(missing)
        return [known.get(key, LONG_ID) for key in keys]

    def run_ids(self, chunks: Chunks) -> NDArray[np.int64]:
        """Return the ids of the chunks of texts, (C,) int64; new chunks are added."""
        codes, starts, ends = chunks.codes, chunks.starts, chunks.ends
        with self._lock:
            ids = self._runs.find(codes, starts, ends)
            missing = (ids == ABSENT).nonzero()[0]
            if len(missing):
                offsets = zip(starts[missing].tolist(), ends[missing].tolist(), strict=True)
                keys = [chunks.text[start:end] for start, end in offsets]
                ids[missing] = self.chunk_ids(keys)
                distinct = missing[list({key: index for index, key in enumerate(keys)}.values())]
                self._runs.add(codes, starts[distinct], ends[distinct], ids[distinct])
        return ids.astype(np.int64)

    def chunk(self, chunk_id: int) -> tuple[list[int], list[int]] | None:
        """Return a chunk as lists: its token ids, and the token index of each of its syllables.

        :return: the two lists; None if the chunk is odd.
        """
        chunk = self._chunk_memo.get(chunk_id)
        if chunk is None:
            if self.odd.array[chunk_id]:
                return None
            tokens, start, syllables, syllable_start = self.chunks.array[chunk_id].tolist()
            chunk = self._chunk_memo[chunk_id] = (
                self.chunk_tokens.array[start : start + tokens].tolist(),
                self.chunk_syllables.array[syllable_start : syllable_start + syllables].tolist(),
            )
        return chunk

    def token(self, token_id: int) -> Token:
        """Return the columns of one token as a tuple."""
        token = self._token_memo.get(token_id)
        if token is None:
            columns = (self.word, self.lower, self.title)
            word, lower, title = (int(column.array[token_id]) for column in columns)
            row = tuple(self.rows.array[token_id].tolist())
            token = self._token_memo[token_id] = (word, lower, title, row)
        return token

    def text_id(self, text: str) -> int:
        """Add a whole text as one chunk, without a key; return the id of the chunk."""
        with self._lock:
            return self._extend_chunks(self._tokenizer.text(text), np.zeros(1, np.bool_))

    def columns(self, ids: NDArray[np.int64] | slice) -> TokenColumns:
        """Return the columns of the tokens with these ids."""
        columns = TokenColumns(
            self.word.array, self.lower.array, self.title.array, self.digit.array
        )
        return columns[ids]

    def _add_chunks(self, keys: Sequence[str]) -> None:
        """Add the chunks with these keys that are neither known nor too long."""
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
        """Append chunks to the arrays; return the id of the first one.

        :param cut: the tokens and syllables of the chunks.
        :param odd: (chunks,) bool, whether each chunk is odd even if it is aligned.
        """
        first = self.chunks.size
        tokens = self._ids_of_tokens(cut.tokens)
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

    def _ids_of_tokens(self, tokens: Sequence[str]) -> NDArray[np.int64]:
        """Return the ids of tokens; new tokens are added."""
        known = self._token_ids
        new = [token for token in dict.fromkeys(tokens) if token not in known]
        if new:
            first = len(self.pieces) // 2
            self._extend_tokens(self._facts.columns(new, self._scorer.tables.words))
            for token_id, token in enumerate(new, first):
                self.pieces += (f" {token}", f"\n{token}")
                known[token] = token_id
        return np.fromiter(map(known.__getitem__, tokens), np.int64, len(tokens))

    def _extend_tokens(self, columns: TokenColumns) -> None:
        self.word.extend(columns.word)
        self.lower.extend(columns.lower)
        self.title.extend(columns.title)
        self.digit.extend(columns.digit)
        self.rows.extend(self._scorer.token_rows(columns))
