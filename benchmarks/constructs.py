"""Queries of more than syllables and phrases, as trees, drawn from the texts of a collection."""

import random
from collections.abc import Callable
from typing import Final, NamedTuple

from benchmarks.corpora import Collection, Grid
from benchmarks.sampling import SEED, draw, folded_forms
from danvan_search.query.nodes import And, Near, Node, Not, Or, Phrase, Prefix, Run, Term

SLOP: Final = 3
DISTANCE: Final = 10
PREFIX: Final = 3

Words = tuple[str, ...]
"""Folded syllables."""


class Construct(NamedTuple):
    """A query.

    :ivar node: its tree.
    :ivar words: the folded syllables of its parts, in the order of its class.
    """

    node: Node
    words: tuple[Words, ...]


def sample_constructs(collection: Collection, count: int) -> dict[str, list[Construct]]:
    """Draw queries of each class from the bodies.

    :param count: queries per class.
    :return: class name to queries.
    """
    grid = collection.grid
    rng = random.Random(SEED)
    return {name: [make(grid, rng) for _ in range(count)] for name, make in CLASSES.items()}


def _words(grid: Grid, rng: random.Random, length: int) -> Words:
    return folded_forms(grid, draw(grid, rng, length))


def _phrase(words: Words, slop: int = 0) -> Phrase:
    return Phrase(tuple([Term(word, word) for word in words]), slop)


def _run(words: Words) -> Run:
    return Run(tuple([_phrase((word,)) for word in words]))


def _prefix(length: int) -> Callable[[Grid, random.Random], Construct]:
    def make(grid: Grid, rng: random.Random) -> Construct:
        while True:
            (word,) = _words(grid, rng, 1)
            if len(word) > length and word.isalpha():
                letters = word[:length]
                return Construct(Run((Phrase((Prefix(letters, letters),)),)), ((letters,),))

    return make


def _slop(grid: Grid, rng: random.Random) -> Construct:
    drawn = _words(grid, rng, SLOP + 2)
    ends = drawn[0], drawn[-1]
    return Construct(_phrase(ends, SLOP), (ends,))


def _near(grid: Grid, rng: random.Random) -> Construct:
    drawn = _words(grid, rng, DISTANCE // 2)
    left, right = (drawn[0],), (drawn[-1],)
    return Construct(Near(_phrase(left), _phrase(right), DISTANCE), (left, right))


def _not(grid: Grid, rng: random.Random) -> Construct:
    wanted, excluded = _words(grid, rng, 1), _words(grid, rng, 2)
    return Construct(And((_run(wanted), Not(_phrase(excluded)))), (wanted, excluded))


def _or(grid: Grid, rng: random.Random) -> Construct:
    one, other = _words(grid, rng, 2), _words(grid, rng, 2)
    return Construct(Or((_phrase(one), _phrase(other))), (one, other))


def _mixed(phrases: int) -> Callable[[Grid, random.Random], Construct]:
    def make(grid: Grid, rng: random.Random) -> Construct:
        quoted = [_words(grid, rng, 2) for _ in range(phrases)]
        bare = _words(grid, rng, 1)
        return Construct(And((*map(_phrase, quoted), _run(bare))), (*quoted, bare))

    return make


SLOPPY: Final = f'"a b"~{SLOP}'
NEAR: Final = f"a NEAR/{DISTANCE} b"
NOT: Final = 'a -"b c"'
OR: Final = '"a b" OR "c d"'
PREFIX_OF_3: Final = f"a prefix of {PREFIX} letters"
PREFIX_OF_1: Final = "a prefix of 1 letter"

CLASSES: Final[dict[str, Callable[[Grid, random.Random], Construct]]] = {
    PREFIX_OF_3: _prefix(PREFIX),
    PREFIX_OF_1: _prefix(1),
    NOT: _not,
    OR: _or,
    SLOPPY: _slop,
    NEAR: _near,
    '"a b" c': _mixed(1),
    '"a b" "c d" e': _mixed(2),
}
