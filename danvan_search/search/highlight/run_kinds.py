"""The kinds of marks: which forms of a query a mark contains, of phrases and of parts of runs."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from danvan_search.query.nodes import Phrase, Syllable, Term, Wildcard, trimmed
from danvan_search.search.highlight.marks import Form, Kind, Single
from danvan_search.search.highlight.rows import Classes


def kinds_of(phrase: Phrase) -> tuple[Kind, Kind]:
    """Return the kinds of the marks of a phrase: with other accents than typed, and as typed."""
    forms = list(map(_form_of, trimmed(phrase)))
    pairs = [(one, other) for one, other in pairwise(forms) if one and other]
    contents: tuple[Form, ...] = (*[one for one in forms if one], *pairs)
    return (contents, False), (contents, True)


def _form_of(syllable: Syllable) -> Single | None:
    """Return what a syllable asks for; None for a wildcard."""
    if isinstance(syllable, Wildcard):
        return None
    return syllable.folded if isinstance(syllable, Term) else syllable


class RunKinds:
    """The positions of a run, and the kinds of marks of some of them.

    :ivar length: the positions: one for each syllable, codes taken apart.
    :ivar is_apart: whether they are terms, without codes, no two of one folded form.
    :ivar codes: the labels of the parts of each code, where it occurs whole.

    :param parts: the bare syllables and codes.
    :param syllables: the numbers of the distinct syllables, of which label 2 · i is a match.
    """

    def __init__(self, parts: Sequence[Phrase], syllables: Mapping[Syllable, int]) -> None:
        self.codes: dict[Phrase, list[int]] = {}
        self._labels: list[int] = []
        self._forms: list[Single | None] = []
        free = 2 * len(syllables)
        for part in parts:
            own = part.syllables if len(part.syllables) == 1 else trimmed(part)
            if len(own) == 1:
                self._labels.append(2 * syllables[own[0]])
            else:
                if part not in self.codes:
                    self.codes[part] = list(range(free, free + 2 * len(own), 2))
                    free += 2 * len(own)
                self._labels += self.codes[part]
            self._forms += map(_form_of, own)
        self.length = len(self._labels)
        are_terms = not self.codes and {str}.issuperset(map(type, self._forms))
        self.is_apart = are_terms and len(set(self._forms)) == self.length
        self._exact = {label + 1 for label in self._labels}
        self._places_of: dict[int, list[int]] = {}
        for at, label in enumerate(self._labels):
            self._places_of.setdefault(label, []).append(at)
        self._positions: list[list[int]] = []
        self._alone: list[Kind] = []
        self._keys = np.zeros(0, dtype=np.int64)
        self._kinds: dict[int, dict[bytes, Kind]] = {}

    def mask(self, classes: Classes) -> np.ndarray:
        """Return bool[classes], which classes match some position."""
        self._know(classes)
        return np.array([bool(positions) for positions in self._positions])

    def follow(self, classes: Classes, codes: np.ndarray) -> np.ndarray:
        """Return bool[n - 1], whether a class matches the position after one of the class before.

        :param codes: unsigned[n].
        """
        self._know(classes)
        if not len(self._keys):
            return np.zeros(len(codes) - 1, dtype=bool)
        keys = codes[:-1].astype(np.int64) << 32 | codes[1:]
        return np.asarray(self._keys.take(self._keys.searchsorted(keys), mode="clip") == keys)

    def kinds(self, codes: np.ndarray, firsts: np.ndarray, stops: np.ndarray) -> list[Kind]:
        """Return the kind of each piece of some classes that :meth:`follow` was asked for.

        :param codes: unsigned[n].
        :param firsts: int64[pieces], ascending.
        :param stops: int64[pieces], the index after the last class of each piece.
        """
        raw, size = codes.tobytes(), codes.itemsize
        borders = zip((firsts * size).tolist(), (stops * size).tolist(), strict=True)
        pieces = [raw[first:stop] for first, stop in borders]
        known = self._kinds.setdefault(size, {})
        for piece in set(pieces).difference(known):
            known[piece] = self._kind(np.frombuffer(piece, codes.dtype).tolist())
        return list(map(known.__getitem__, pieces))

    def _kind(self, piece: list[int]) -> Kind:
        """Return the kind of neighbouring classes."""
        if len(piece) == 1:
            return self._alone[piece[0]]
        alone = [self._alone[number] for number in piece]
        if self.is_apart:
            (first,) = self._positions[piece[0]]
            own = [one for one in self._forms[first : first + len(piece)] if one is not None]
            return (*own, *pairwise(own)), all(is_exact for _, is_exact in alone)
        forms = [form for own, _ in alone for form in own]
        for number, following in pairwise(piece):
            next_ones = self._positions[following]
            pairs = [
                self._forms[at : at + 2] for at in self._positions[number] if at + 1 in next_ones
            ]
            forms += dict.fromkeys((one, two) for one, two in pairs if one and two)
        return tuple(forms), all(is_exact for _, is_exact in alone)

    def _know(self, classes: Classes) -> None:
        """Learn the positions of the classes, if there are new ones."""
        sets = classes.sets
        if len(self._positions) == len(sets):
            return
        for labels in sets[len(self._positions) :]:
            held = [at for label in labels for at in self._places_of.get(label, ())]
            held.sort()
            own = dict.fromkeys([form for at in held if (form := self._forms[at]) is not None])
            self._positions.append(held)
            self._alone.append((tuple(own), not self._exact.isdisjoint(labels)))
        holders: list[list[int]] = [[] for _ in self._labels]
        for number, held in enumerate(self._positions):
            for at in held:
                holders[at].append(number)
        keys = {
            one << 32 | other
            for ones, others in pairwise(holders)
            for one in ones
            for other in others
        }
        self._keys = np.array(sorted(keys), dtype=np.int64)
