"""The explanation of a place in a list of results: tier, score and its parts, what is missing."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from danvan_search.search.execution.score_parts import ScorePart
from danvan_search.search.execution.top_docs import (
    EXACT,
    EXACT_NAME,
    EXACT_TITLE,
    FOLDED,
    FOLDED_NAME,
    FOLDED_TITLE,
    REST,
    REST_EXACT,
)
from danvan_search.search.options import Sort

TierName = Literal[
    "exact-name",
    "exact-title",
    "exact",
    "folded-name",
    "folded-title",
    "folded",
    "rest-exact",
    "rest",
]
Reason = Literal["absent", "unknown", "accents", "excluded", "filter"]

TIERS: Final[dict[int, TierName]] = {
    EXACT_NAME: "exact-name",
    EXACT_TITLE: "exact-title",
    EXACT: "exact",
    FOLDED_NAME: "folded-name",
    FOLDED_TITLE: "folded-title",
    FOLDED: "folded",
    REST_EXACT: "rest-exact",
    REST: "rest",
}
_TIER_TEXTS: Final[dict[TierName, str]] = {
    "exact-name": "the query is its title, or its number in the details, accents as typed",
    "exact-title": "the title has the query side by side, accents as typed",
    "exact": "it has the query side by side, accents as typed",
    "folded-name": "the query is its title, or its number in the details",
    "folded-title": "the title has the query side by side",
    "folded": "it has the query side by side",
    "rest-exact": "it has the parts of the query, accents as typed",
    "rest": "any other",
}
_REASON_TEXTS: Final[dict[Reason, str]] = {
    "absent": "it does not have {}",
    "unknown": "no article has {}",
    "accents": "it has {} with other accents only",
    "excluded": "the query excludes it: {}",
    "filter": "the filter leaves it out: {}",
}


@dataclass(frozen=True, slots=True)
class MissingPart:
    """A part of a query that an article does not satisfy.

    :ivar part: the part, as a query string.
    :ivar reason: ``absent``: the article does not have it; ``unknown``: no article has it;
        ``accents``: it has it with other accents; ``excluded``: the query excludes the article;
        ``filter``: a filter leaves it out.
    """

    part: str
    reason: Reason

    def __str__(self) -> str:
        return _REASON_TEXTS[self.reason].format(self.part)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an article has its place in the results of a query, or has none.

    Articles that match come before those with any part of the query. Both are sorted by ``sort``
    if that is not ``score``, then by tier, then by score.

    :ivar id: the id of the article.
    :ivar query: the query that was executed.
    :ivar total: how many articles match.
    :ivar is_indexed: whether the index has an article with the id.
    :ivar matches: whether the article matches.
    :ivar is_rest: whether it follows the articles that match, as it has any part of the query.
    :ivar relaxed: whether no article has all parts, so that those with any part match.
    :ivar missing: what it does not have of all that a query demands.
    :ivar sort: what results are sorted by before tier and score; ``score`` for nothing.
    :ivar tier: the class of matches that it is in, which no score crosses; None if it is in no
        place of the results. See docs/ranking.md.
    :ivar value: its score, the sum of the parts; 0 without a place.
    :ivar children: the parts of the score, of the first stage of ranking and of the second.
    :ivar cosine: how near its best passage is to the query in meaning, from -1 to 1; None where
        meaning does not count, or it has no vector. The score is that by words: what both give
        together depends on the other candidates.
    """

    id: str
    query: str
    total: int
    is_indexed: bool = True
    matches: bool = False
    is_rest: bool = False
    relaxed: bool = False
    missing: tuple[MissingPart, ...] = ()
    sort: Sort = "score"
    tier: TierName | None = None
    value: float = 0.0
    children: tuple[ScorePart, ...] = ()
    cosine: float | None = None

    @property
    def is_found(self) -> bool:
        """Whether the article has a place in the results."""
        return self.matches or self.is_rest

    @property
    def what(self) -> str:
        """What it says in one sentence."""
        if not self.is_indexed:
            return f"no article has the id {self.id}"
        if not self.is_found:
            also = "" if self.total else ", and no article does"
            return f"{self.id} does not match{also}"
        if self.is_rest:
            return f"{self.id} has a part of the query, and follows the articles that match"
        if self.relaxed:
            return f"{self.id} has a part of the query; no article has all"
        return f"{self.id} matches"

    def leaves(self) -> Iterator[ScorePart]:
        """Yield the parts without children; their values sum to the score."""
        for child in self.children:
            yield from child.leaves()

    def lines(self) -> Iterator[str]:
        """Yield the explanation as indented lines of text."""
        yield self.what
        for part in self.missing:
            yield f"  {part}"
        if self.sort != "score" and self.is_found:
            yield f"  sorted by {self.sort} first"
        if self.tier is not None:
            yield f"  tier {self.tier}: {_TIER_TEXTS[self.tier]}"
            yield f"  {self.value:.4f}  score"
            for child in self.children:
                yield from child.lines(2)
        if self.cosine is not None:
            yield f"  {self.cosine:.4f}  cosine of its best passage, which counts beside the score"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as plain JSON values."""
        return {
            "id": self.id,
            "query": self.query,
            "what": self.what,
            "total": self.total,
            "is_indexed": self.is_indexed,
            "matches": self.matches,
            "is_rest": self.is_rest,
            "relaxed": self.relaxed,
            "missing": [asdict(part) for part in self.missing],
            "sort": self.sort,
            "tier": self.tier,
            "value": self.value,
            "children": [child.to_json() for child in self.children],
            "cosine": self.cosine,
        }
