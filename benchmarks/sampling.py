"""Queries drawn from the texts of a collection, the same on every run."""

import random
from collections import Counter
from dataclasses import dataclass
from typing import Final, Literal

from benchmarks.corpora import Collection, Grid

SEED: Final = 20240216
_POOL: Final = 50  # phrases drawn for each common or rare one that is kept

Kind = Literal["phrase", "any", "all", "auto"]


@dataclass(frozen=True, slots=True)
class Query:
    """A query for an engine.

    :ivar kind: ``phrase``: the syllables side by side; ``any``: at least one syllable; ``all``:
        every syllable; ``auto``: the default of danvan-search for bare syllables.
    :ivar folded: the folded forms of the syllables.
    :ivar accented: the accented forms of the syllables in the text.
    :ivar typed: whether the query is typed with accents.
    """

    kind: Kind
    folded: tuple[str, ...]
    accented: tuple[str, ...]
    typed: bool

    @property
    def syllables(self) -> tuple[str, ...]:
        """The syllables as typed."""
        return self.accented if self.typed else self.folded

    @property
    def text(self) -> str:
        """The query as a person types it."""
        joined = " ".join(self.syllables)
        return f'"{joined}"' if self.kind == "phrase" else joined


def sample(collection: Collection, count: int) -> dict[str, list[Query]]:
    """Draw queries of each class from the bodies, so that every phrase occurs in a body.

    :param count: queries per class.
    :return: class name to queries.
    """
    grid = collection.grid
    rng = random.Random(SEED)
    pool = [draw(grid, rng, 2) for _ in range(count * _POOL)]
    frequencies = Counter(folded_forms(grid, ids) for ids in pool)
    distinct = list({folded_forms(grid, ids): ids for ids in pool}.values())
    by_count = sorted(distinct, key=lambda ids: -frequencies[folded_forms(grid, ids)])
    three = [draw(grid, rng, 3) for _ in range(count)]
    long = [draw(grid, rng, rng.randrange(4, 7)) for _ in range(count)]
    phrases = {
        "2 syllables, random": pool[:count],
        "2 syllables, common": by_count[:count],
        "2 syllables, rare": by_count[-count:],
        "3 syllables": three,
        "4-6 syllables": long,
    }
    classes: dict[str, list[Query]] = {}
    for typed in (False, True):
        ending = ", typed with accents" if typed else ""
        for name, drawn in phrases.items():
            classes[f"phrase of {name}{ending}"] = _queries(grid, "phrase", drawn, typed=typed)
    for length in (2, 3, 4):
        runs = [draw(grid, rng, length) for _ in range(count)]
        for kind, word in KINDS.items():
            classes[f"bare query of {length}, {word}"] = _queries(grid, kind, runs, typed=False)
        classes[f"bare query of {length}, default, typed with accents"] = _queries(
            grid, "auto", runs, typed=True
        )
    apart = [[draw(grid, rng, 1)[0] for _ in range(3)] for _ in range(count)]
    for kind, word in KINDS.items():
        classes[f"bare query of 3 from 3 texts, {word}"] = _queries(grid, kind, apart, typed=False)
    ones = [draw(grid, rng, 1) for _ in range(count)]
    classes["single syllable"] = _queries(grid, "auto", ones, typed=False)
    classes["single syllable, typed with accents"] = _queries(grid, "auto", ones, typed=True)
    return classes


KINDS: Final[dict[Kind, str]] = {"auto": "default", "any": "any", "all": "all"}


def _queries(grid: Grid, kind: Kind, drawn: list[list[int]], *, typed: bool) -> list[Query]:
    return [
        Query(kind, folded_forms(grid, ids), tuple(grid.accented_forms[i] for i in ids), typed)
        for ids in drawn
    ]


def folded_forms(grid: Grid, ids: list[int]) -> tuple[str, ...]:
    """Return the folded forms of some accented ids."""
    return tuple(grid.folded_forms[i] for i in ids)


def draw(grid: Grid, rng: random.Random, length: int) -> list[int]:
    """Return the accented ids of neighbouring syllables at a random position of a random body."""
    while True:
        start, end = grid.body(rng.randrange(len(grid)))
        if end - start >= length:
            at = rng.randrange(start, end - length + 1)
            drawn: list[int] = grid.accented[at : at + length].tolist()
            return drawn
