"""The tables of the segmentation model, and their compiler from underthesea's model files.

A word of the model or of the dictionary has an id above 0; all other words have id 0, and row 0
of every table is zeros. Weights come in pairs: first of label B ("a word begins"), then of label
I ("the word goes on").
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
    """The arrays and maps of a model.

    The model has V words, P pairs and Q triples of words as written, P' pairs of words in lower
    case, and T templates; V, P, P' and Q include row 0.

    :ivar templates: the templates, in the order in which underthesea adds their weights.
    :ivar words: maps a word to its id, 1 to V - 1.
    :ivar in_dict: (V,) bool, whether the word is in the dictionary.
    :ivar values: (T, 4, 2) float64, the weights of the answers in
        :class:`~danvan_search.text.segmenter.templates.Value`.
    :ivar word_weights: (2, V, 5, 2) float64, by kind (as written, lower case), word id and column
        of the template.
    :ivar pairs: maps two words as written to the id of their pair.
    :ivar pair_weights: (P, 5, 2) float64, by pair id and column of the template.
    :ivar lower_pairs: maps two words in lower case to the id of their pair.
    :ivar lower_pair_weights: (P', 5, 2) float64, by pair id and column of the template.
    :ivar lower_pair_in_dict: (P',) bool, whether the pair is in the dictionary.
    :ivar triples: maps a pair as written and a third word to the id of their triple.
    :ivar triple_weights: (Q, 5, 2) float64, by triple id and column of the template.
    :ivar lower_triples: maps a pair in lower case and a third word to 1 if the dictionary has
        the triple.
    :ivar transitions: (2, 2) float64, the transition weights from label to label.
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

    :param dictionary: the words in lower case; the syllables of a word are joined by one blank.
    :raises UnsupportedModelError: if the tables cannot represent the model.
    """
    if model.labels != _LABELS:
        raise UnsupportedModelError(f"the model has the labels {model.labels}, not {_LABELS}")
    entries = [parts for entry in dictionary if all(parts := entry.split(" "))]
    if any("th s" in " ".join(parts) for parts in entries if len(parts) > 1):
        # `Th s` is the only token with a blank, and the tables treat its pairs as unknown.
        raise UnsupportedModelError("the dictionary has a word with the syllables th s")
    compiler = _Compiler(model, templates)
    for parts in sorted(entries):
        compiler.add_entry(parts)
    for name, weights in zip(model.attributes, model.weights, strict=True):
        compiler.add_attribute(name, weights)
    return compiler.tables(model)


class _PairIds(dict[tuple[int, int], int]):
    """Maps pairs to ids from 1 on, assigned in the order of first access."""

    def __missing__(self, key: tuple[int, int]) -> int:
        self[key] = pair_id = len(self) + 1
        return pair_id


class _Compiler:
    """Collects dictionary entries and model attributes, and builds the tables from them."""

    def __init__(self, model: CrfModel, templates: tuple[Template, ...]) -> None:
        self.templates = templates
        self.by_name = {template.name: template for template in templates}
        self.order = {template.name: index for index, template in enumerate(templates)}
        self.values = np.zeros((len(templates), len(VALUES), len(model.labels)))
        self.words: dict[str, int] = {}
        self.in_dict: set[int] = set()
        self.pairs, self.lower_pairs = _PairIds(), _PairIds()
        self.triples, self.lower_triples = _PairIds(), _PairIds()
        self.pairs_in_dict: set[int] = set()
        # Maps (table, row, column) to the weights of the labels.
        self.weights: dict[tuple[str, int, int], NDArray[np.float64]] = {}

    def word_id(self, word: str) -> int:
        return self.words.setdefault(word, len(self.words) + 1)

    def add_entry(self, parts: list[str]) -> None:
        if len(parts) > 3:
            return  # no template joins more than three tokens
        ids = [self.word_id(part) for part in parts]
        if len(ids) == 1:
            self.in_dict.add(ids[0])
            return
        pair = self.lower_pairs[ids[0], ids[1]]
        if len(ids) == 2:
            self.pairs_in_dict.add(pair)
        else:
            self.lower_triples[pair, ids[2]]

    def add_attribute(self, name: str, weights: NDArray[np.float64]) -> None:
        head, equals, answer = name.partition("=")
        template = self.by_name.get(head)
        if not equals or template is None:
            return  # no template produces this attribute
        if answer in VALUES and (template.kind >= Kind.DIGIT or answer in VALUES[2:]):
            self.values[self.order[head], VALUES.index(answer)] = weights
        if template.kind >= Kind.DIGIT:
            return
        table = template.kind.name.lower()
        if template.width == 1:
            self.weights[f"{table}1", self.word_id(answer), template.column] = weights
            return
        parts = answer.split(" ")
        if len(parts) != template.width or not all(parts):
            return  # BOS, EOS, or a string that joined tokens cannot form
        ids = [self.word_id(part) for part in parts]
        pairs = self.pairs if template.kind == Kind.FORM else self.lower_pairs
        row = pairs[ids[0], ids[1]]
        if template.width == 3:
            row = self.triples[row, ids[2]]
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
