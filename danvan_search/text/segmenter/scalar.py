"""The scalar segmenter of short texts: the sums of ``features`` and ``viterbi`` without NumPy.

A NumPy call costs at least a microsecond, and a batch makes a hundred calls; this module segments
a query of five syllables in less time. It leaves texts with odd chunks, and texts whose labels
may depend on rounding, to ``batch_segmenter``.
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
"""The longest text to segment here; the batch segmenter is faster for longer ones."""

_MAX_ROWS: Final = 1 << 15  # in the cache of an array


@dataclass(frozen=True, slots=True)
class ShortText:
    """The words of a short text.

    :ivar tokens: the ids of its tokens in the lexicon.
    :ivar begins: for each token, whether a word begins with it.
    :ivar word_starts: for each syllable, whether a word starts with it.
    """

    tokens: list[int]
    begins: list[bool]
    word_starts: list[bool]


class ScalarSegmenter:
    """Segments one text at a time; thread-safe."""

    def __init__(self, scorer: Scorer, transitions: Transitions) -> None:
        tables = scorer.tables
        self._transitions = transitions
        # Indexed by the number of tokens of a text.
        self._rounding_errors = [
            float(rounding(np.array([count]), scorer.bound, steps=count)[0])
            for count in range(MAX_CHARS + 1)
        ]
        self._side_rows: list[Row] = [tuple(row) for row in scorer.side_rows.tolist()]
        self._lower_triple_row: Row = tuple(scorer.lower_triple_row.tolist())
        self._pair, self._lower_pair = tables.pairs.getter(), tables.lower_pairs.getter()
        self._triple, self._lower_triple = tables.triples.getter(), tables.lower_triples.getter()
        self._pair_rows = _RowCache(scorer.pair_rows)
        self._lower_pair_rows = _RowCache(scorer.lower_pair_rows)
        self._triple_rows = _RowCache(scorer.triple_rows)

    def segment(self, text: str, lexicon: Lexicon) -> ShortText | None:
        """Return the words of a text; None if only the batch segmenter can find them."""
        tokens: list[int] = []
        token_of: list[int] = []  # the token of each syllable
        for chunk_id in lexicon.chunk_ids(keys_of(text)):
            chunk = lexicon.chunk(chunk_id)
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
        """Return whether a word begins with each of n tokens; None if rounding may decide it."""
        if len(tokens) < 2:
            return [True] * len(tokens)
        if len(tokens) > MAX_CHARS:
            return None
        border = lexicon.token(lex.BORDER_ID)
        weights = self._weights([border] * REACH + tokens + [border] * 2 * REACH)
        transitions = self._transitions
        low, high, middle = transitions.low, transitions.high, transitions.middle
        least, most = transitions.least, transitions.most
        scores, follow, margin = [], 0.0, high
        for weight in weights:
            score = weight + follow
            scores.append(score)
            follow = most if score <= low else least if score > high else middle - score
            margin = min(margin, abs(score - low), abs(score - high))
        last = scores.pop()
        # At the last token only the sign matters. Its distances to low and high are included
        # needlessly, but an extra call of the batch segmenter costs little.
        margin = min(margin, abs(last))
        if margin <= self._rounding_errors[len(tokens)]:
            return None
        begins = [last <= 0]
        for score in reversed(scores):
            begins.append(score <= low or (score <= high and not begins[-1]))
        begins.reverse()
        begins[0] = True
        return begins

    def _weights(self, tokens: list[Token]) -> list[float]:
        """Return the weight of label I minus that of label B for n tokens.

        :param tokens: n + 6 tokens: 2 border tokens before the n tokens, and 4 after them.
        """
        weights = [0.0] * len(tokens)
        for index in range(len(tokens) - REACH):
            word, lower, title, (a, b, c, d, e) = tokens[index]
            next_word, next_lower, next_title, _ = tokens[index + 1]
            third_word, third_lower, third_title, _ = tokens[index + 2]
            rows = [self._side_rows[title * 9 + next_title * 3 + third_title]]
            if word and next_word and (pair := self._pair(word, next_word)):
                rows.append(self._pair_rows[pair])
                if third_word and (triple := self._triple(pair, third_word)):
                    rows.append(self._triple_rows[triple])
            if lower and next_lower and (pair := self._lower_pair(lower, next_lower)):
                rows.append(self._lower_pair_rows[pair])
                if third_lower and self._lower_triple(pair, third_lower):
                    rows.append(self._lower_triple_row)
            for row in rows:
                a, b, c, d, e = a + row[0], b + row[1], c + row[2], d + row[3], e + row[4]
            # Column k + 2 holds the features that start k tokens after the token they label.
            weights[index + 2] += a
            weights[index + 1] += b
            weights[index] += c
            weights[index - 1] += d
            weights[index - 2] += e
        return weights[REACH : -2 * REACH]


class _RowCache(dict[int, Row]):
    """The rows of an array as tuples, each made on first access; cleared when full."""

    def __init__(self, array: NDArray[np.float64]) -> None:
        super().__init__()
        self._array = array

    def __missing__(self, number: int) -> Row:
        if len(self) >= _MAX_ROWS:
            self.clear()
        row: Row = tuple(self._array[number].tolist())
        self[number] = row
        return row
