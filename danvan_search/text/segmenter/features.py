"""The feature scorer: the scores of the labels B and I of each token, from the feature weights.

Fast scoring sums only differences, the weight of label I minus that of label B, in any
convenient order. :meth:`Scorer.exact` sums the weights of both labels of one text in the order of
the templates, so that the scores equal those of underthesea to the last bit.

All arrays of tokens are padded: there are two border tokens before the first text, between
texts and after the last text, so that no feature of a text depends on another text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.text.segmenter.tables import Tables
from danvan_search.text.segmenter.templates import REACH, WINDOW, Kind, Template, Value

NOT_TITLE, TITLE, BORDER = 0, 1, 2
"""The title codes of tokens; a border token is neither a title nor not a title."""

_TITLE_CODES: Final = 3


@dataclass(frozen=True, slots=True)
class TokenColumns:
    """N tokens in columns.

    :ivar word: (N,) int64, the word id of the token as written; 0 if the model does not have it.
    :ivar lower: (N,) int64, the word id of the token in lower case, or 0.
    :ivar title: (N,) int64, NOT_TITLE, TITLE or BORDER.
    :ivar digit: (N,) int64, 1 if the token is a 32-bit integer, else 0.
    """

    word: NDArray[np.int64]
    lower: NDArray[np.int64]
    title: NDArray[np.int64]
    digit: NDArray[np.int64]

    def __getitem__(self, at: slice | NDArray[np.int64]) -> "TokenColumns":
        return TokenColumns(self.word[at], self.lower[at], self.title[at], self.digit[at])

    def __len__(self) -> int:
        return len(self.word)


class Scorer:
    """Computes scores from the weights of the features, which are laid out for fast sums.

    A row of differences has 5 columns. Column j of the row of token p is added to the score of
    token p + 2 - j: a template that starts k tokens after the token it labels uses column k + 2,
    whatever its width is.

    :ivar pair_rows: (P, 5) float64, differences of the pairs as written.
    :ivar lower_pair_rows: (P', 5) float64, differences of the pairs in lower case; those of the
        pairs in the dictionary include the difference of the answer True.
    :ivar triple_rows: (Q, 5) float64, differences of the triples as written.
    :ivar lower_triple_row: (5,) float64, the differences of any triple in the dictionary.
    :ivar side_rows: (27, 5) float64, differences of titles and borders; the row index is
        9 * the title code of the token + 3 * that of the next token + that of the token after it.
    :ivar bound: an upper bound of the absolute score of a label of one token, including the
        transition weight.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._values = _difference(tables.values)
        self._word_rows = _difference(tables.word_weights)
        self.pair_rows = _difference(tables.pair_weights)
        self.lower_pair_rows = _difference(tables.lower_pair_weights)
        self.triple_rows = _difference(tables.triple_weights)
        self.lower_triple_row = np.zeros(WINDOW)
        self.side_rows = np.zeros((_TITLE_CODES**3, WINDOW))
        # The differences of the templates of width 1, by (kind, answer 0 or 1).
        self._flag_rows = np.zeros((len(Kind), 2, WINDOW))
        self._border_row = np.zeros(WINDOW)
        for template, values in zip(tables.templates, self._values, strict=True):
            if template.width == 1:
                self._border_row[template.column] += values[template.border]
                self._flag_rows[template.kind, :, template.column] += values[:2]
            else:
                self._add_joined(template, values)
        weights = (
            tables.values,
            tables.word_weights,
            tables.pair_weights,
            tables.lower_pair_weights,
            tables.triple_weights,
        )
        greatest = max(max(array.max(), -array.min()) for array in weights)
        # Each template adds one weight, and the transition from the previous token adds another.
        self.bound = float(len(tables.templates) * greatest + np.abs(tables.transitions).max())

    def _add_joined(self, template: Template, values: NDArray[np.float64]) -> None:
        """Add the differences of a template of several tokens, except those of its words."""
        column = template.column
        for code in range(_TITLE_CODES**3):
            titles = (code // 9, code // 3 % 3, code % 3)[: template.width]
            answer = _answer(template, titles)
            if answer is not None:
                self.side_rows[code, column] += values[answer]
        if template.kind == Kind.DICT:
            gain = values[Value.TRUE] - values[Value.FALSE]
            if template.width == 2:
                self.lower_pair_rows[self.tables.lower_pair_in_dict, column] += gain
            else:
                self.lower_triple_row[column] += gain

    def token_rows(self, tokens: TokenColumns) -> NDArray[np.float64]:
        """Return the rows of the features of N single tokens: (N, 5) float64 differences."""
        in_dict = self.tables.in_dict[tokens.lower].astype(np.int64)
        is_title = (tokens.title == TITLE).astype(np.int64)
        rows: NDArray[np.float64] = (
            self._word_rows[Kind.FORM, tokens.word]
            + self._word_rows[Kind.LOWER, tokens.lower]
            + self._flag_rows[Kind.DIGIT, tokens.digit]
            + self._flag_rows[Kind.TITLE, is_title]
            + self._flag_rows[Kind.DICT, in_dict]
        )
        rows[tokens.title == BORDER] = self._border_row
        return rows

    def differences(self, tokens: TokenColumns, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the score of label I minus that of label B for each of N padded tokens.

        :param rows: (N, 5) float64, the :meth:`token_rows` of the tokens; modified in place.
        :return: (N,) float64; the values of border tokens are meaningless.
        """
        tables = self.tables
        title = tokens.title
        sides = title[:-1] * 9
        sides += title[1:] * 3
        sides[:-1] += title[2:]
        sides[-1] += BORDER
        rows[:-1] += self.side_rows.take(
            sides, axis=0, mode="clip"
        )  # take() is several times faster than [sides]

        pair = tables.pairs(tokens.word[:-1], tokens.word[1:])
        rows[:-1] += self.pair_rows.take(pair, axis=0, mode="clip")
        known = pair[:-1].nonzero()[0]
        triple = tables.triples(pair[known], tokens.word[known + 2])
        found = triple.nonzero()[0]
        rows[known[found]] += self.triple_rows[triple[found]]

        lower_pair = tables.lower_pairs(tokens.lower[:-1], tokens.lower[1:])
        rows[:-1] += self.lower_pair_rows.take(lower_pair, axis=0, mode="clip")
        known = lower_pair[:-1].nonzero()[0]
        in_dict = tables.lower_triples(lower_pair[known], tokens.lower[known + 2])
        rows[known[in_dict.nonzero()[0]]] += self.lower_triple_row

        sums = rows[:, 2].copy()
        sums[2:] += rows[:-2, 0]
        sums[1:] += rows[:-1, 1]
        sums[:-1] += rows[1:, 3]
        sums[:-2] += rows[2:, 4]
        return sums

    def exact(self, tokens: TokenColumns) -> NDArray[np.float64]:
        """Return the scores of both labels for the n tokens of one text, padded.

        :param tokens: n + 4 tokens: 2 border tokens, the n tokens of the text, 2 border tokens.
        :return: (n, 2) float64, equal to the scores of underthesea to the last bit.
        """
        scores = np.zeros((len(tokens) - 2 * REACH, 2))
        for weights in self._exact_weights(tokens):
            scores += weights
        return scores

    def _exact_weights(self, tokens: TokenColumns) -> Iterator[NDArray[np.float64]]:
        """Yield the weights of each template, in the order of the templates: (n, 2) float64."""
        tables = self.tables
        pair, triple, lower_pair, lower_triple = (np.zeros(len(tokens), np.int64) for _ in "1234")
        pair[:-1] = tables.pairs(tokens.word[:-1], tokens.word[1:])
        triple[:-2] = tables.triples(pair[:-2], tokens.word[2:])
        lower_pair[:-1] = tables.lower_pairs(tokens.lower[:-1], tokens.lower[1:])
        lower_triple[:-2] = tables.lower_triples(lower_pair[:-2], tokens.lower[2:])
        in_dict = {
            1: tables.in_dict[tokens.lower],
            2: tables.lower_pair_in_dict[lower_pair],
            3: lower_triple > 0,
        }
        word_tables = {
            (Kind.FORM, 1): (tables.word_weights[Kind.FORM], tokens.word),
            (Kind.FORM, 2): (tables.pair_weights, pair),
            (Kind.FORM, 3): (tables.triple_weights, triple),
            (Kind.LOWER, 1): (tables.word_weights[Kind.LOWER], tokens.lower),
            (Kind.LOWER, 2): (tables.lower_pair_weights, lower_pair),
        }
        is_border = tokens.title == BORDER
        is_title = tokens.title == TITLE
        count = len(tokens) - 2 * REACH
        for template, values in zip(tables.templates, tables.values, strict=True):
            first = slice(template.column, template.column + count)
            parts = [slice(first.start + step, first.stop + step) for step in range(template.width)]
            if template.kind in (Kind.FORM, Kind.LOWER):
                table, ids = word_tables[template.kind, template.width]
                weights = table[ids[first], template.column]
            elif template.kind == Kind.DICT:
                weights = values[in_dict[template.width][first].astype(np.int64)]
            elif template.kind == Kind.DIGIT:
                weights = values[tokens.digit[first]]
            else:
                all_titles = np.logical_and.reduce([is_title[part] for part in parts])
                weights = values[all_titles.astype(np.int64)]
            # If the first and the last token are outside the text, the first one decides.
            weights[is_border[parts[-1]]] = values[Value.END]
            weights[is_border[first]] = values[template.border]
            yield weights


def _difference(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    difference: NDArray[np.float64] = weights[..., 1] - weights[..., 0]
    return difference


def _answer(template: Template, titles: tuple[int, ...]) -> Value | None:
    """Return the answer of a template for tokens with these title codes; None if it is words."""
    if titles[0] == BORDER:
        return template.border
    if titles[-1] == BORDER:
        return Value.END
    if template.kind == Kind.TITLE:
        return Value(int(all(code == TITLE for code in titles)))
    return Value.FALSE if template.kind == Kind.DICT else None
