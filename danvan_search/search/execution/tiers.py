"""Tiers: which matches come before others, whatever their scores.

``top_docs`` names the tiers. They depend on the tree alone, so every ranker has the same.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.query.nodes import Node, Phrase, Run, is_plain, is_text, terms_of
from danvan_search.search.execution import bitset
from danvan_search.search.execution.execution import Execution
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


class Tiers(NamedTuple):
    """The conditions of the tiers.

    Where no accents were typed, the tiers of the typed accents stay empty.

    :ivar whole: a phrase: ``EXACT`` contains it with the typed accents, ``FOLDED`` with any; None
        leaves these two tiers empty.
    :ivar titles: whether the tiers of titles apply; without, these stay empty.
    :ivar parts: ``REST_EXACT`` matches it with the typed accents; None leaves this tier empty.
    """

    whole: Phrase | None
    parts: Node | None
    titles: bool = False

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
            held = execution.contains(self.whole, segment_index, docs)
            tiers[held] = FOLDED
            has_title = self._in_titles(execution, segment_index, docs, held, exact=False)
            tiers[has_title] = FOLDED_TITLE
            if execution.has_marks(self.whole):
                tiers[execution.contains(self.whole, segment_index, docs, exact=True)] = EXACT
                exact = self._in_titles(execution, segment_index, docs, has_title, exact=True)
                tiers[exact] = EXACT_TITLE
            if has_title.any():
                lengths = execution.searcher.views[segment_index].segment.grid.title_lengths
                is_name = has_title & (lengths.take(docs) == len(self.whole.syllables))
                tiers[is_name & (tiers == FOLDED_TITLE)] = FOLDED_NAME
                tiers[is_name & (tiers == EXACT_TITLE)] = EXACT_NAME
        return tiers

    def _in_titles(
        self,
        execution: Execution,
        segment_index: int,
        docs: NDArray[np.int64],
        among: NDArray[np.bool_],
        *,
        exact: bool,
    ) -> NDArray[np.bool_]:
        """Return bool[n], which of some documents have the phrase in their title.

        :param among: bool[n], the documents that may have it.
        """
        if not self.titles or self.whole is None or not among.any():
            return np.zeros(len(docs), dtype=bool)
        found = execution.docs(self.whole, segment_index, exact=exact, field="title")
        return bitset.contains(found, docs)


def tiers_of(scored: Node, parts: Node | None) -> Tiers:
    """Return the tiers of a query.

    :param scored: what is scored; titles count where it is a run.
    :param parts: see :class:`Tiers`.
    """
    return Tiers(whole_phrase(scored), parts, isinstance(scored, Run))


def whole_phrase(scored: Node) -> Phrase | None:
    """Return the phrase of all terms of a query that is one phrase, or one run; None for others."""
    match scored:
        case Phrase() if is_plain(scored):
            return scored
        case Run() if is_text(scored):
            # What a part may be written as otherwise does not count.
            return Phrase(terms_of(scored), span=scored.span)
        case _:
            return None
