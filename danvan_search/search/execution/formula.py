"""The ranking formula of bare queries as numbers: weights, the function syllables, the depth.

``bag_scorer`` has the first stage, ``second_stage`` the second. Both were chosen on three relevance
sets and checked on ten further ones.
"""

import math
from dataclasses import dataclass
from typing import Final

from danvan_search.index.codec.segment_reader import Pattern
from danvan_search.query.function_syllables import FUNCTION_FOLDED, FUNCTION_SYLLABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """The constants of both stages.

    :ivar accented_weight: of a syllable typed with a mark, the share of its accented form; the rest
        is that of its folded form.
    :ivar pair_weight: the weight of a pair of neighbouring folded forms.
    :ivar function_weight: the weight of a function syllable; that of any other is 1.
    :ivar function_syllables: the accented forms of the function syllables.
    :ivar function_folded: their folded forms, which stand for those typed without a mark.
    :ivar depth: how many of the best documents the second stage ranks again.
    :ivar window: the syllables of a window.
    :ivar window_weight: the weight of the best window.
    :ivar cover_weight: the weight of the shortest span with all that a document has of the query.
    :ivar trigram_weight: the weight of the trigrams.
    :ivar title_weight: the weight of the share of the title that the query has.
    """

    accented_weight: float = 0.7
    pair_weight: float = 0.5
    function_weight: float = 0.6
    function_syllables: frozenset[str] = FUNCTION_SYLLABLES
    function_folded: frozenset[str] = FUNCTION_FOLDED
    depth: int = 50
    window: int = 20
    window_weight: float = 0.5
    cover_weight: float = 0.5
    trigram_weight: float = 0.5
    title_weight: float = 0.4

    def weight(self, folded: str, accented: str | None) -> float:
        """Return the weight of a syllable.

        :param accented: its accented form; None if it was typed without a mark.
        """
        is_function = (
            folded in self.function_folded
            if accented is None
            else accented in self.function_syllables
        )
        return self.function_weight if is_function else 1.0

    def pair_weights(self, forms: Pattern) -> dict[tuple[str, str], float]:
        """Return the weight of each pair of neighbouring folded forms, repetitions added up."""
        weights: dict[tuple[str, str], float] = {}
        own = [self.weight(*one) for one in forms]
        for at in range(len(forms) - 1):
            pair = forms[at][0], forms[at + 1][0]
            weight = self.pair_weight * math.sqrt(own[at] * own[at + 1])
            weights[pair] = weights.get(pair, 0.0) + weight
        return weights


FORMULA: Final = Formula()
