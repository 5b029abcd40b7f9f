"""What a segmenter has seen: chunks of text to tokens, tokens to rows of numbers.

Two texts share most of their chunks (98 % in news), so the work on characters is done once
for each distinct chunk; a batch of texts becomes arrays of numbers with one look-up for each
chunk. A lexicon only grows, and may be shared by threads; whoever owns it starts a new one
when it is full.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

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

TEXT_END: Final = "\n"
"""A key that ends so is the last chunk of a text; a chunk itself has no white space."""

HALF_TOKEN: Final = "Th"  # noqa: S105
"""`Th s` is one token, by a dot of the pattern that was meant to be a full stop."""


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


class _Memo(dict[str, int]):
    """A dict that calls a function for keys that it has not."""

    def __init__(self, missing: Callable[[str], int]) -> None:
        super().__init__()
        self._missing = missing

    def __missing__(self, key: str) -> int:
        return self._missing(key)


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
        self._chunk_ids = _Memo(self._add_chunk)
        self._token_ids = _Memo(self._add_token)
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
        # What has a number already but no place in the arrays.
        self._new_chunks: list[tuple[list[int], list[int], bool]] = []
        self._new_tokens: list[str] = []
        self._chunk_count = 2
        self._token_total = 0
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
        return self._chunk_count >= MAX_CHUNKS or self._token_total >= MAX_TOKENS

    def chunk_ids(self, keys: Sequence[str]) -> NDArray[np.int64]:
        """Return the numbers of chunks, (keys,) int64; the arrays have them from now on."""
        ids = np.fromiter(map(self._chunk_ids.__getitem__, keys), np.int64, len(keys))
        self._sync()
        return ids

    def chunk_id_list(self, keys: Sequence[str]) -> list[int]:
        """Return the numbers of a few chunks; the arrays have them from now on."""
        ids = [self._chunk_ids[key] for key in keys]
        self._sync()
        return ids

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
            number = self._add(self._tokenizer.text(text), odd=False)
            self._sync()
        return number

    def columns(self, ids: NDArray[np.int64] | slice) -> TokenColumns:
        """Return the columns of tokens with these numbers."""
        columns = TokenColumns(
            self.word.array, self.lower.array, self.title.array, self.digit.array
        )
        return columns[ids]

    def _add_chunk(self, key: str) -> int:
        if len(key) > MAX_CHUNK_CHARS and len(key.rstrip(TEXT_END)) > MAX_CHUNK_CHARS:
            return LONG_ID
        with self._lock:
            number = self._chunk_ids.get(key)
            if number is None:
                cut = self._tokenizer.text if key.endswith(TEXT_END) else self._tokenizer.chunk
                number = self._add(cut(key), odd=key.endswith(HALF_TOKEN))
                self._chunk_ids[key] = number
        return number

    def _add(self, piece: Tokenized, *, odd: bool) -> int:
        number = self._chunk_count
        tokens = [self._token_ids[token] for token in piece.tokens]
        if not piece.aligned:
            self.unaligned.add(number)
        self._new_chunks.append((tokens, piece.syllables, odd or not piece.aligned))
        self._chunk_count += 1
        self._token_total += len(tokens)
        return number

    def _add_token(self, token: str) -> int:
        number = len(self.pieces) // 2
        self.pieces += [f" {token}", f"\n{token}"]
        self._new_tokens.append(token)
        self._token_ids[token] = number
        return number

    def _sync(self) -> None:
        """Bring what is new into the arrays."""
        if not self._new_chunks:
            return
        with self._lock:
            self._sync_tokens()
            self._sync_chunks()

    def _sync_tokens(self) -> None:
        tokens = self._new_tokens
        if tokens:
            self._extend_tokens(self._facts.columns(tokens, self._scorer.tables.words))
            tokens.clear()

    def _extend_tokens(self, columns: TokenColumns) -> None:
        self.word.extend(columns.word)
        self.lower.extend(columns.lower)
        self.title.extend(columns.title)
        self.digit.extend(columns.digit)
        self.rows.extend(self._scorer.token_rows(columns))

    def _sync_chunks(self) -> None:
        new = self._new_chunks
        token_counts = np.array([len(tokens) for tokens, _, _ in new], np.int64)
        syllable_counts = np.array([len(syllables) for _, syllables, _ in new], np.int64)
        token_starts = self.chunk_tokens.size + token_counts.cumsum() - token_counts
        syllable_starts = self.chunk_syllables.size + syllable_counts.cumsum() - syllable_counts
        self.chunk_tokens.extend(np.array([t for tokens, _, _ in new for t in tokens], np.int64))
        self.chunk_syllables.extend(np.array([t for _, tokens, _ in new for t in tokens], np.int64))
        self.odd.extend(np.array([odd for _, _, odd in new]))
        self.chunks.extend(
            np.stack([token_counts, token_starts, syllable_counts, syllable_starts], axis=1)
        )
        new.clear()
