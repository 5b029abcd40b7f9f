"""One short text at a time: the sums of ``features`` and ``viterbi`` without arrays.

A call of NumPy takes a microsecond whatever it is given, and a batch takes a hundred of
them; a query of five syllables is done before that. What is doubtful or odd is left to
``batch``, which knows what to do with it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.text.segmenter import lexicon as lex
from danvan_search.text.segmenter.chunks import keys_of
from danvan_search.text.segmenter.features import Scorer
from danvan_search.text.segmenter.lexicon import Lexicon, Row, Token
from danvan_search.text.segmenter.templates import REACH
from danvan_search.text.segmenter.viterbi import Transitions, rounding

MAX_CHARS: Final = 150
"""Longer texts are faster in arrays."""

_MAX_ROWS: Final = 1 << 15


@dataclass(frozen=True, slots=True)
class ShortText:
    """The words of a short text.

    :ivar tokens: the numbers of its tokens in the lexicon.
    :ivar begins: for each token, whether a word begins with it.
    :ivar word_starts: for each syllable, whether a word starts with it.
    """

    tokens: list[int]
    begins: list[bool]
    word_starts: list[bool]


class ScalarSegmenter:
    """Segments one text at a time. May be shared by threads."""

    def __init__(self, scorer: Scorer, along: Transitions) -> None:
        tables = scorer.tables
        self._along = along
        self._rounding = [
            float(rounding(np.array([count]), scorer.bound, steps=count)[0])
            for count in range(MAX_CHARS + 1)
        ]
        self._side_rows: list[Row] = [tuple(row) for row in scorer.side_rows.tolist()]
        self._triple_in_dict: Row = tuple(scorer.lower_triple_row.tolist())
        self._pair, self._lower_pair = tables.pairs.getter(), tables.lower_pairs.getter()
        self._triple, self._lower_triple = tables.triples.getter(), tables.lower_triples.getter()
        self._pair_row = _Rows(scorer.pair_rows)
        self._lower_pair_row = _Rows(scorer.lower_pair_rows)
        self._triple_row = _Rows(scorer.triple_rows)

    def segment(self, text: str, lexicon: Lexicon) -> ShortText | None:
        """Return the words of a text; None if they are to be found by other means."""
        tokens: list[int] = []
        token_of: list[int] = []  # of each syllable
        for key in lexicon.chunk_ids(keys_of(text)):
            chunk = lexicon.chunk(key)
            if chunk is None:
                return None
            token_of += [len(tokens) + index for index in chunk[1]]
            tokens += chunk[0]
        begins = self._begins([lexicon.token(token) for token in tokens], lexicon)
        if begins is None:
            return None
        word_of, word = [], 0
        for starts in begins:
            word += starts
            word_of.append(word)
        words = [word_of[token] for token in token_of]
        word_starts = [a != b for a, b in zip(words, [0, *words], strict=False)]
        return ShortText(tokens, begins, word_starts)

    def _begins(self, tokens: list[Token], lexicon: Lexicon) -> list[bool] | None:
        """Say whether a word begins with each of n tokens; None if rounding may decide it."""
        if len(tokens) < 2:
            return [True] * len(tokens)
        if len(tokens) > MAX_CHARS:
            return None
        border = lexicon.token(lex.BORDER_ID)
        weights = self._weights([border] * REACH + tokens + [border] * 2 * REACH)
        along = self._along
        low, high, middle = along.low, along.high, along.middle
        scores, follow, doubt = [], 0.0, along.high
        for weight in weights:
            score = weight + follow
            scores.append(score)
            follow = along.most if score <= low else along.least if score > high else middle - score
            doubt = min(doubt, abs(score - low), abs(score - high))
        last = scores.pop()
        # At the last token only the sign counts, but a doubt too many costs little.
        doubt = min(doubt, abs(last))
        if doubt <= self._rounding[len(tokens)]:
            return None
        begins = [last <= 0]
        for score in reversed(scores):
            begins.append(score <= low or (score <= high and not begins[-1]))
        begins.reverse()
        begins[0] = True
        return begins

    def _weights(self, tokens: list[Token]) -> list[float]:
        """Return the differences of weights of n tokens, given n + 6 padded ones."""
        weights = [0.0] * len(tokens)
        for at in range(len(tokens) - REACH):
            word, lower, title, (a, b, c, d, e) = tokens[at]
            next_word, next_lower, next_title, _ = tokens[at + 1]
            third_word, third_lower, third_title, _ = tokens[at + 2]
            rows = [self._side_rows[title * 9 + next_title * 3 + third_title]]
            if word and next_word and (pair := self._pair(word, next_word)):
                rows.append(self._pair_row[pair])
                if third_word and (triple := self._triple(pair, third_word)):
                    rows.append(self._triple_row[triple])
            if lower and next_lower and (pair := self._lower_pair(lower, next_lower)):
                rows.append(self._lower_pair_row[pair])
                if third_lower and self._lower_triple(pair, third_lower):
                    rows.append(self._triple_in_dict)
            for row in rows:
                a, b, c, d, e = a + row[0], b + row[1], c + row[2], d + row[3], e + row[4]
            # A feature that starts k tokens from the token it labels stands in column k + 2.
            weights[at + 2] += a
            weights[at + 1] += b
            weights[at] += c
            weights[at - 1] += d
            weights[at - 2] += e
        return weights[REACH : -2 * REACH]


class _Rows(dict[int, Row]):
    """The rows of an array as tuples, each made when it is first asked for."""

    def __init__(self, array: NDArray[np.float64]) -> None:
        super().__init__()
        self._array = array

    def __missing__(self, number: int) -> Row:
        if len(self) >= _MAX_ROWS:
            self.clear()
        row: Row = tuple(self._array[number].tolist())
        self[number] = row
        return row
