"""The segmentation model as arrays, compiled from the files of underthesea.

Words that the model or the dictionary knows have a number above 0; all others are 0, and
row 0 of every table is zeros. Weights stand in pairs: of the label B ("a word begins") and
of the label I ("the word goes on").
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.text.segmenter.crfsuite import CrfModel
from danvan_search.text.segmenter.displacement import PairMap, build
from danvan_search.text.segmenter.source import UnsupportedModelError
from danvan_search.text.segmenter.templates import VALUES, WINDOW, Kind, Template

_LABELS: Final = ["B-W", "I-W"]


@dataclass(frozen=True, slots=True)
class Tables:
    """The model. V words, P pairs of words, Q triples of words, T templates.

    :ivar templates: the templates, in the order in which their weights are added.
    :ivar words: word to its number, 1 to V - 1.
    :ivar in_dict: (V,) bool, whether the word stands in the dictionary.
    :ivar values: (T, 4, 2) float64, the weights of the answers in
        :class:`~danvan_search.text.segmenter.templates.Value`.
    :ivar word_weights: (2, V, 5, 2) float64: the weights of a word as written, and as the
        lower case of a token, by the column of the template.
    :ivar pairs: two words as written to the number of their pair.
    :ivar pair_weights: (P, 5, 2) float64, by the column of the template.
    :ivar lower_pairs: two words in lower case to the number of their pair.
    :ivar lower_pair_weights: (P', 5, 2) float64, by the column of the template.
    :ivar lower_pair_in_dict: (P',) bool, whether the pair stands in the dictionary.
    :ivar triples: a pair as written and a third word to the number of the triple.
    :ivar triple_weights: (Q, 5, 2) float64, by the column of the template.
    :ivar lower_triples: a pair in lower case and a third word, to 1 if the dictionary has it.
    :ivar transitions: (2, 2) float64, from label to label.
    """

    templates: tuple[Template, ...]
    words: dict[str, int]
    in_dict: NDArray[np.bool_]
    values: NDArray[np.float64]
    word_weights: NDArray[np.float64]
    pairs: PairMap
    pair_weights: NDArray[np.float64]
    lower_pairs: PairMap
    lower_pair_weights: NDArray[np.float64]
    lower_pair_in_dict: NDArray[np.bool_]
    triples: PairMap
    triple_weights: NDArray[np.float64]
    lower_triples: PairMap
    transitions: NDArray[np.float64]


def compile_tables(
    model: CrfModel, templates: tuple[Template, ...], dictionary: set[str]
) -> Tables:
    """Compile a model into tables.

    :param dictionary: the words, in lower case, the syllables of each joined by a blank.
    :raises UnsupportedModelError: if the tables cannot express the model.
    """
    if model.labels != _LABELS:
        raise UnsupportedModelError(f"unknown labels {model.labels}")
    entries = [parts for entry in dictionary if all(parts := entry.split(" "))]
    if any("th s" in " ".join(parts) for parts in entries if len(parts) > 1):
        # `Th s` is the only token with a blank, and its pairs are taken for unknown.
        raise UnsupportedModelError("the dictionary has words with the syllables th s")
    compiler = _Compiler(model, templates)
    for parts in sorted(entries):
        compiler.add_entry(parts)
    for name, weights in zip(model.attributes, model.weights, strict=True):
        compiler.add_attribute(name, weights)
    return compiler.tables(model)


class _Numbers(dict[tuple[int, int], int]):
    """Numbers, from 1 on, to pairs in the order in which they are first asked for."""

    def __missing__(self, key: tuple[int, int]) -> int:
        self[key] = number = len(self) + 1
        return number


class _Compiler:
    """Collects the entries of the dictionary and the attributes of the model."""

    def __init__(self, model: CrfModel, templates: tuple[Template, ...]) -> None:
        self.templates = templates
        self.by_name = {template.name: template for template in templates}
        self.order = {template.name: index for index, template in enumerate(templates)}
        self.values = np.zeros((len(templates), len(VALUES), len(model.labels)))
        self.words: dict[str, int] = {}
        self.in_dict: set[int] = set()
        self.pairs, self.lower_pairs = _Numbers(), _Numbers()
        self.triples, self.lower_triples = _Numbers(), _Numbers()
        self.pairs_in_dict: set[int] = set()
        # (table, number, column) to the weights of the labels.
        self.weights: dict[tuple[str, int, int], NDArray[np.float64]] = {}

    def number(self, word: str) -> int:
        return self.words.setdefault(word, len(self.words) + 1)

    def add_entry(self, parts: list[str]) -> None:
        if len(parts) > 3:
            return  # no feature joins so many
        numbers = [self.number(part) for part in parts]
        if len(numbers) == 1:
            self.in_dict.add(numbers[0])
            return
        pair = self.lower_pairs[numbers[0], numbers[1]]
        if len(numbers) == 2:
            self.pairs_in_dict.add(pair)
        else:
            self.lower_triples[pair, numbers[2]]

    def add_attribute(self, name: str, weights: NDArray[np.float64]) -> None:
        head, equals, answer = name.partition("=")
        template = self.by_name.get(head)
        if not equals or template is None:
            return  # no feature will ever have it
        if answer in VALUES and (template.kind >= Kind.DIGIT or answer in VALUES[2:]):
            self.values[self.order[head], VALUES.index(answer)] = weights
        if template.kind >= Kind.DIGIT:
            return
        table = template.kind.name.lower()
        if template.width == 1:
            self.weights[f"{table}1", self.number(answer), template.column] = weights
            return
        parts = answer.split(" ")
        if len(parts) != template.width or not all(parts):
            return  # BOS and EOS, or what no tokens join to
        numbers = [self.number(part) for part in parts]
        pairs = self.pairs if template.kind == Kind.FORM else self.lower_pairs
        row = pairs[numbers[0], numbers[1]]
        if template.width == 3:
            row = self.triples[row, numbers[2]]
        self.weights[f"{table}{template.width}", row, template.column] = weights

    def tables(self, model: CrfModel) -> Tables:
        words = len(self.words) + 1
        pairs, lower_pairs = len(self.pairs) + 1, len(self.lower_pairs) + 1
        triples = len(self.triples) + 1
        return Tables(
            templates=self.templates,
            words=self.words,
            in_dict=_mask(self.in_dict, words),
            values=self.values,
            word_weights=np.stack([self._rows("form1", words), self._rows("lower1", words)]),
            pairs=build(self.pairs, words, words),
            pair_weights=self._rows("form2", pairs),
            lower_pairs=build(self.lower_pairs, words, words),
            lower_pair_weights=self._rows("lower2", lower_pairs),
            lower_pair_in_dict=_mask(self.pairs_in_dict, lower_pairs),
            triples=build(self.triples, pairs, words),
            triple_weights=self._rows("form3", triples),
            lower_triples=build(dict.fromkeys(self.lower_triples, 1), lower_pairs, words),
            transitions=model.transitions,
        )

    def _rows(self, table: str, rows: int) -> NDArray[np.float64]:
        weights = np.zeros((rows, WINDOW, len(_LABELS)))
        for (name, row, column), pair in self.weights.items():
            if name == table:
                weights[row, column] = pair
        return weights


def _mask(chosen: set[int], size: int) -> NDArray[np.bool_]:
    mask = np.zeros(size, np.bool_)
    mask[list(chosen)] = True
    return mask
