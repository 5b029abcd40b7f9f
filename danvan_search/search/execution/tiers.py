"""Tiers: which matches come before others, whatever their scores.

``top_docs`` names the tiers. They depend on the tree alone, so every ranker has the same.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.query.nodes import Field, Node, Phrase, Run, Term, is_plain, is_text, terms_of
from danvan_search.search.execution import bitset
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.top_docs import (
    EXACT,
    EXACT_TIERS,
    FOLDED,
    FOLDED_TIERS,
    REST,
    REST_EXACT,
)


class Tiers(NamedTuple):
    """The conditions of the tiers.

    Where no accents were typed, the tiers of the typed accents stay empty.

    :ivar whole: a phrase: ``EXACT`` contains it with the typed accents, ``FOLDED`` with any; None
        leaves these two tiers empty.
    :ivar titles: whether the tiers of titles apply; without, these stay empty.
    :ivar is_number: whether the phrase has the number of an act, or the like: then a document that
        has it in its details, which name it, is as one whose title it is.
    :ivar parts: ``REST_EXACT`` matches it with the typed accents; None leaves this tier empty.
    """

    whole: Phrase | None
    parts: Node | None
    titles: bool = False
    is_number: bool = False

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
            self._raise(tiers, execution, segment_index, docs, exact=False)
            if execution.has_marks(self.whole):
                tiers[execution.contains(self.whole, segment_index, docs, exact=True)] = EXACT
                self._raise(tiers, execution, segment_index, docs, exact=True)
        return tiers

    def _raise(
        self,
        tiers: NDArray[np.int64],
        execution: Execution,
        segment_index: int,
        docs: NDArray[np.int64],
        *,
        exact: bool,
    ) -> None:
        """Raise the tiers of the documents that have the phrase in their title or details.

        :param exact: whether the typed accents count.
        """
        own, in_title, name = EXACT_TIERS if exact else FOLDED_TIERS
        if not self.titles or self.whole is None or not (tiers == own).any():
            return
        titled = self._in_field(execution, segment_index, docs, "title", exact=exact)
        tiers[titled] = in_title
        lengths = execution.searcher.views[segment_index].segment.grid.title_lengths
        tiers[titled & (lengths.take(docs) == len(self.whole.syllables))] = name
        if self.is_number:
            tiers[self._in_field(execution, segment_index, docs, "details", exact=exact)] = name

    def _in_field(
        self,
        execution: Execution,
        segment_index: int,
        docs: NDArray[np.int64],
        field: Field,
        *,
        exact: bool,
    ) -> NDArray[np.bool_]:
        """Return bool[n], which of some documents have the phrase in one of their texts."""
        assert self.whole is not None  # noqa: S101
        found = execution.docs(self.whole, segment_index, exact=exact, field=field)
        return bitset.contains(found, docs)


def tiers_of(scored: Node, parts: Node | None) -> Tiers:
    """Return the tiers of a query.

    :param scored: what is scored; titles count where it is a run.
    :param parts: see :class:`Tiers`.
    """
    if not isinstance(scored, Run):
        return Tiers(whole_phrase(scored), parts)
    return Tiers(whole_phrase(scored), parts, titles=True, is_number=_has_number(scored))


def _has_number(run: Run) -> bool:
    """Return whether a run has a code with digits, such as the number of an act."""
    return any(
        len(code.syllables) > 1
        and any(isinstance(one, Term) and one.folded.isdecimal() for one in code.syllables)
        for code in run.phrases
    )


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
