"""Tiers: which matches come before others, whatever their scores.

``top_docs`` names the tiers. They depend on the tree alone, so every ranker has the same.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.query.nodes import Node, Phrase, Run, is_plain, terms_of
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.top_docs import EXACT, FOLDED, REST, REST_EXACT


class Tiers(NamedTuple):
    """The conditions of the tiers.

    Where no accents were typed, the tiers of the typed accents stay empty.

    :ivar whole: a phrase: ``EXACT`` contains it with the typed accents, ``FOLDED`` with any; None
        leaves these two tiers empty.
    :ivar parts: ``REST_EXACT`` matches it with the typed accents; None leaves this tier empty.
    """

    whole: Phrase | None
    parts: Node | None

    def of(
        self, execution: Execution, segment_index: int, docs: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return int64[n], the best tier of each of some documents of a segment."""
        tiers = np.full(len(docs), REST)
        is_whole = self.parts is self.whole
        if self.parts is not None and not is_whole and execution.has_marks(self.parts):
            is_exact = execution.contains(self.parts, segment_index, docs, exact=True)
            tiers[is_exact] = REST_EXACT
        if self.whole is not None:
            tiers[execution.contains(self.whole, segment_index, docs)] = FOLDED
            if execution.has_marks(self.whole):
                tiers[execution.contains(self.whole, segment_index, docs, exact=True)] = EXACT
        return tiers


def whole_phrase(scored: Node) -> Phrase | None:
    """Return the phrase of all terms of a query that is one phrase, or one run; None for others."""
    match scored:
        case Phrase() if is_plain(scored):
            return scored
        case Run() if is_plain(scored):
            return Phrase(terms_of(scored), span=scored.span)
        case _:
            return None
