"""A suggestion: another query, and why it may have been meant."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["telex", "vni", "glued", "spelling", "accents", "abbreviation", "variant"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a person who typed a query may have meant.

    :ivar query: the query with other syllables.
    :ivar kind: what was typed: ``telex`` and ``vni``: the keys of an input method; ``glued``:
        syllables without blanks; ``spelling``: a slip; ``accents``: no accents, or wrong ones;
        ``abbreviation``: the initials of other words; ``variant``: another way to write the same.
    :ivar confidence: how likely it is to be meant, from 0 to 1; comparable within a kind.
    """

    query: str
    kind: Kind
    confidence: float

    def to_json(self) -> dict[str, str | float]:
        """Return the suggestion as plain JSON values."""
        return {
            "query": self.query,
            "kind": self.kind,
            "confidence": round(self.confidence, 4),
        }
