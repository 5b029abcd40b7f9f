"""The parts of the score of one document: a tree, whose leaves sum to the score."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from danvan_search.query.nodes import Field

TermKind = Literal["accented", "folded", "pair", "phrase", "near", "pattern", "expansion"]
Place = Literal["article", "title"]
PartCode = Literal["parts", "places", "query", "term", "window", "cover", "trigrams", "title"]


@dataclass(frozen=True, slots=True)
class TermDetails:
    """What one term adds to a score: ``weight · tf / (tf + norm)``.

    :ivar form: the term as a query string; of an expansion, all ways to write it.
    :ivar kind: an ``accented`` or a ``folded`` form of a syllable, a ``pair`` of folded neighbours,
        a ``phrase``, two phrases ``near`` each other, a ``pattern`` of syllables, or what may be
        written otherwise, an ``expansion``.
    :ivar exact: whether only occurrences with the typed accents count.
    :ivar field: the field to which the query holds the term; None for all texts.
    :ivar place: whether its occurrences are those in the ``article``, or those in the ``title``,
        which count once more.
    :ivar tf: the occurrences, those in details at their weight.
    :ivar df: how many articles have the term anywhere, or in the field that the query names.
    :ivar idf: by ``df``.
    :ivar norm: K of BM25, by the length of the article, or of its title.
    :ivar weight: all factors of the term: those of the formula and of the query, idf included.
    """

    form: str
    kind: TermKind
    exact: bool
    field: Field | None
    place: Place
    tf: float
    df: int
    idf: float
    norm: float
    weight: float


@dataclass(frozen=True, slots=True)
class ScorePart:
    """A part of a score.

    :ivar what: what adds it.
    :ivar code: what it is, for programs: the sum of the first stage, ``parts``, or of the second,
        ``places``; a part of the ``query``; a ``term``; or an addend of the second stage.
    :ivar value: what it adds; that of a part with children is their sum.
    :ivar stage: the stage of ranking, 1 or 2.
    :ivar term: the details of a term; None for other parts.
    :ivar children: what it is the sum of.
    """

    what: str
    code: PartCode
    value: float
    stage: Literal[1, 2] = 1
    term: TermDetails | None = None
    children: "tuple[ScorePart, ...]" = ()

    @classmethod
    def sum_of(
        cls,
        what: str,
        code: PartCode,
        children: "Iterable[ScorePart]",
        stage: Literal[1, 2] = 1,
    ) -> "ScorePart":
        """Return the part that is the sum of others."""
        parts = tuple(children)
        return cls(what, code, sum([one.value for one in parts]), stage, None, parts)

    def leaves(self) -> "Iterator[ScorePart]":
        """Yield the parts without children."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def to_json(self) -> dict[str, Any]:
        """Return the part as plain JSON values."""
        return {
            "what": self.what,
            "code": self.code,
            "value": self.value,
            "stage": self.stage,
            "term": None if self.term is None else asdict(self.term),
            "children": [child.to_json() for child in self.children],
        }

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Yield the part as indented lines of text."""
        line = f"{'  ' * depth}{self.value:.4f}  {self.what}"
        term = self.term
        if term is not None:
            line += (
                f": tf {term.tf:g}, df {term.df:,}, idf {term.idf:.3f}, "
                f"K {term.norm:.3f}, weight {term.weight:.3f}"
            )
        yield line
        for child in self.children:
            yield from child.lines(depth + 1)
