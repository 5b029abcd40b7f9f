"""The execution of one query tree on one snapshot: which documents each node matches.

The matches of a node in a segment are a bit set, which is made when it is first asked for, and kept
as long as the query runs. So a node that is matched, scored and ranked by is looked up once.
Phrases have their occurrences and postings besides; see ``phrase_matches``.
"""

from collections.abc import Sequence
from functools import cached_property, partial, reduce
from typing import Final

import numpy as np

from danvan_search.index.codec.doc_values import DocValues
from danvan_search.query.accents import Accents, forms_of, holds_any
from danvan_search.query.nodes import (
    And,
    Boost,
    DateRange,
    Equals,
    Everything,
    Field,
    InField,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Required,
    Run,
    Term,
    is_plain,
    trimmed,
)
from danvan_search.search.execution import bitset
from danvan_search.search.execution.bag_scorer import BagTerms, bag_terms
from danvan_search.search.execution.filters import (
    Mask,
    Masks,
    date_mask,
    equals_mask,
    intersect_masks,
)
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.limits import NO_LIMITS, Limits
from danvan_search.search.execution.memo import Memo
from danvan_search.search.execution.phrase_matches import PhraseMatches

_MAX_FEW_DOCS: Final = 32
"""In up to this many documents a phrase is looked for one by one."""


class Execution:
    """One query on one snapshot; for one thread.

    Deleted documents are matched like others; who collects leaves them out.

    :ivar searcher: the segments with index-wide statistics.
    :ivar doc_values: those of each segment.
    :ivar accents: ``ignore`` takes every syllable as typed without marks.
    :ivar limits: what the query may take.
    """

    def __init__(
        self,
        searcher: IndexSearcher,
        doc_values: Sequence[DocValues],
        *,
        accents: Accents = "auto",
        limits: Limits = NO_LIMITS,
    ) -> None:
        self.searcher = searcher
        self.doc_values = doc_values
        self.accents = accents
        self.limits = limits
        self._memo = Memo()

    @cached_property
    def phrases(self) -> PhraseMatches:
        """The occurrences and postings of phrases."""
        return PhraseMatches(self.searcher, self.accents, self._memo, self.limits)

    def bag(self, run: Run) -> BagTerms:
        """Return the terms of a run of plain terms."""
        key = "bag", self._memo.number(run)
        return self._memo.get(key, lambda: bag_terms(self.searcher, forms_of(run, self.accents)))

    def docs(
        self, node: Node, segment_index: int, *, exact: bool = False, field: Field | None = None
    ) -> np.ndarray:
        """Return the bit set of the documents that match a node; read-only.

        :param exact: whether syllables typed with a mark are held to their accents.
        :param field: the text to look in; None is all.
        """
        if isinstance(node, Phrase):
            exact = exact and self.phrases.ids.has_marks(node)
        key = "docs", self._memo.number(node), segment_index, exact, field
        return self._memo.get(key, lambda: self._find_docs(node, segment_index, exact, field))

    def contains(
        self, node: Node, segment_index: int, docs: np.ndarray, *, exact: bool = False
    ) -> np.ndarray:
        """Return bool[n], which of some documents match a node.

        :param docs: int64[n], ascending.
        :param exact: see :meth:`docs`.
        """
        if len(docs) <= _MAX_FEW_DOCS and not self._memo.has(
            ("docs", self._memo.number(node), segment_index, exact, None)
        ):
            contains = partial(self.contains, segment_index=segment_index, docs=docs, exact=exact)
            match node:
                case Phrase() if len(node.syllables) > 1 and is_plain(node):
                    return self.phrases.are_in(node, segment_index, docs, exact=exact)
                case Run():
                    return _joined(np.logical_and, list(map(contains, node.phrases)))
                case And():
                    return _joined(np.logical_and, list(map(contains, node.nodes)))
        return bitset.contains(self.docs(node, segment_index, exact=exact), docs)

    def masks(self, node: Node, filters: Masks | None, *, exact: bool) -> list[Mask]:
        """Return bool[docs] per segment: the documents that match and pass the filters.

        :param exact: see :meth:`docs`.
        """
        masks = []
        for segment_index, view in enumerate(self.searcher.views):
            bits = self.docs(node, segment_index, exact=exact)
            masks.append(bitset.unpack(bits, view.segment.doc_count))
        return intersect_masks(masks, filters)

    def has_marks(self, node: Node) -> bool:
        """Return whether exact matching holds any syllable of a tree to its accents."""
        return holds_any(node, self.phrases.ids.has_marks)

    def _find_docs(
        self, node: Node, segment_index: int, exact: bool, field: Field | None
    ) -> np.ndarray:
        self.limits.check_time()
        docs = partial(self.docs, segment_index=segment_index, exact=exact, field=field)
        match node:
            case Phrase() | Near():
                return self._phrase_docs(node, segment_index, exact, field)
            case Run():
                return _joined(np.bitwise_and, [docs(phrase) for phrase in node.phrases])
            case And():
                return _joined(np.bitwise_and, [docs(one) for one in node.nodes])
            case Or():
                parts = [docs(one) for one in node.nodes]
                if node.at_least == 1:
                    return _joined(np.bitwise_or, parts)
                count = self._doc_count(segment_index)
                held = np.sum([bitset.unpack(part, count) for part in parts], axis=0)
                return bitset.pack(held >= node.at_least)
            case Not():
                excluded = self.docs(node.node, segment_index, exact=True, field=field)
                return _joined(np.bitwise_and, [self._everything(segment_index), ~excluded])
            case Required() | Boost():
                return docs(node.node)
            case InField():
                return self.docs(node.node, segment_index, exact=exact, field=node.field)
            case DateRange():
                return bitset.pack(date_mask(self.doc_values[segment_index], node.low, node.high))
            case Equals():
                values = self.doc_values[segment_index]
                return bitset.pack(equals_mask(values, node.field, node.value))
            case Everything():
                return self._everything(segment_index)

    def _everything(self, segment_index: int) -> np.ndarray:
        count = self._doc_count(segment_index)
        return self._memo.get(
            ("all", segment_index), lambda: bitset.pack(np.ones(count, dtype=bool))
        )

    def _phrase_docs(
        self, phrase: Phrase | Near, segment_index: int, exact: bool, field: Field | None
    ) -> np.ndarray:
        if isinstance(phrase, Phrase) and not (phrase.word or phrase.others) and field is None:
            term, *others = trimmed(phrase)
            if isinstance(term, Term) and not others:
                accented = term.accented if self.phrases.ids.is_held(term, exact) else None
                return self.searcher.terms.syllable(term.folded, accented).bits(segment_index)
        docs = self.phrases.docs(phrase, segment_index, exact=exact, field=field)
        return bitset.pack_docs(docs, self._doc_count(segment_index))

    def _doc_count(self, segment_index: int) -> int:
        return self.searcher.views[segment_index].segment.doc_count


def _joined(operation: np.ufunc, parts: Sequence[np.ndarray]) -> np.ndarray:
    joined: np.ndarray = reduce(operation, parts)
    return joined
