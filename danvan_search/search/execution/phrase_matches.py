"""What phrases match in each segment: their occurrences, their postings, their document frequency.

Patterns, slop and proximity included. Each is made when it is first asked for, and kept as long as
the query runs.
"""

from collections.abc import Iterable
from functools import partial, reduce
from typing import Final

import numpy as np

from danvan_search.index.codec.bm25 import DETAILS_WEIGHT
from danvan_search.index.codec.champions import Postings
from danvan_search.index.codec.ragged import run_starts
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.query.accents import Accents
from danvan_search.query.nodes import (
    Field,
    Near,
    Phrase,
    Syllable,
    Term,
    is_plain,
    trimmed,
    without_others,
)
from danvan_search.search.execution import bitset
from danvan_search.search.execution.close_slots import are_sparse, close_slots
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.limits import (
    NEAR_ENTRIES,
    WORD_ENTRIES,
    Limits,
)
from danvan_search.search.execution.memo import Memo
from danvan_search.search.execution.near import near_occurrences
from danvan_search.search.execution.occurrences import (
    Occurrences,
    adjacent_occurrences,
    held_occurrences,
    joined_occurrences,
    restrict_to_field,
    sloppy_occurrences,
)
from danvan_search.search.execution.pattern_frequencies import PatternFrequencies, lone_pattern
from danvan_search.search.execution.phrase_matcher import (
    exact_mask,
    exact_slots,
    folded_slot_array,
    list_postings,
    phrase_postings,
    slots_among,
    slots_of_docs,
    word_slots,
)
from danvan_search.search.execution.query_ids import QueryIds
from danvan_search.search.execution.texts import are_in_one_text

_NONE: Final = np.zeros(0, dtype=np.int64)
NO_POSTINGS: Final = Postings(_NONE, _NONE, None)
_MIN_SKIPPED: Final = 8
"""Occurrences are counted in some documents alone if there are so many for each of these."""
_MAX_SHARE: Final = 0.6
"""Slots are restricted to some documents if these are at most this share of those of a term."""


class PhraseMatches:
    """The phrases of one query on one snapshot; for one thread.

    Deleted documents are matched like others.

    :ivar ids: what syllables match.

    :param searcher: the segments with index-wide statistics.
    :param accents: ``ignore`` takes every syllable as typed without marks.
    :param memo: keeps what is made.
    :param limits: what the query may take.
    """

    def __init__(
        self, searcher: IndexSearcher, accents: Accents, memo: Memo, limits: Limits
    ) -> None:
        self._limits = limits
        self._searcher = searcher
        self._memo = memo
        self.ids = QueryIds(searcher, accents, memo, limits)
        self._patterns = PatternFrequencies(searcher, self.ids, memo, limits)

    def docs(
        self,
        node: Phrase | Near,
        segment_index: int,
        *,
        exact: bool = False,
        field: Field | None = None,
    ) -> np.ndarray:
        """Return int64[n], ascending, the documents that contain a phrase."""
        if isinstance(node, Near) or node.others:
            found = self.occurrences(node, segment_index, exact=exact, field=field)
            return self._segment(segment_index).docs_of(found.starts)
        pattern = lone_pattern(node)
        if pattern is not None and field is None:
            return self._patterns.docs(pattern, segment_index, exact=exact)
        if field is None and _stand_side_by_side(node):
            found = self.occurrences(node, segment_index, exact=exact)
            if exact and found is self.occurrences(node, segment_index):
                return self.docs(node, segment_index)
            key = "phrase docs", self._memo.number(node), segment_index, exact
            segment = self._segment(segment_index)
            return self._memo.get(key, lambda: segment.docs_of(found.starts))
        return self.postings(node, segment_index, exact=exact, field=field).docs

    def occurrences(
        self,
        node: Phrase | Near,
        segment_index: int,
        *,
        exact: bool = False,
        field: Field | None = None,
    ) -> Occurrences:
        """Return where a phrase, or one phrase near another, occurs in a segment.

        Of :class:`Near` they are those of its left phrase.
        """
        exact = exact and self.ids.has_marks(node)
        key = "occurrences", self._memo.number(node), segment_index, exact, field
        return self._memo.get(
            key, lambda: self._find_occurrences(node, segment_index, exact, field)
        )

    def _find_occurrences(
        self, node: Phrase | Near, segment_index: int, exact: bool, field: Field | None
    ) -> Occurrences:
        segment = self._segment(segment_index)
        if field is not None:
            whole = self.occurrences(node, segment_index, exact=exact)
            return restrict_to_field(segment, whole, field)
        if isinstance(node, Near):
            left, right = self._sides(node, segment_index, exact)
            self._limits.take(len(left.starts) * NEAR_ENTRIES + len(right.starts), node)
            return near_occurrences(left, right, node.distance, partial(are_in_one_text, segment))
        if node.others:
            every = (without_others(node), *node.others)
            return joined_occurrences(
                [self.occurrences(one, segment_index, exact=exact) for one in every]
            )
        syllables = trimmed(node)
        are_terms = all(isinstance(one, Term) for one in syllables)
        if are_terms and (node.word or (len(syllables) > 1 and not node.slop)):
            return self._term_occurrences(node, segment_index, exact)
        ids = [self.ids.of(one, segment_index, exact=exact) for one in syllables]
        has_slop = node.slop and len(ids) > 1
        if not exact:
            if has_slop:
                docs = self._docs_with_all(syllables, segment_index)
                return sloppy_occurrences(segment, ids, node.slop, docs=docs)
            return adjacent_occurrences(segment, ids)
        # An exact occurrence starts where a folded one does.
        folded = self.occurrences(node, segment_index)
        held = [at for at, one in enumerate(syllables) if self.ids.is_held(one, exact)]
        if not held:
            return folded
        if has_slop:
            return sloppy_occurrences(segment, ids, node.slop, among=folded.starts)
        return held_occurrences(folded, [(at, ids[at]) for at in held])

    def _sides(
        self, node: Near, segment_index: int, exact: bool
    ) -> tuple[Occurrences, Occurrences]:
        """Return the occurrences of both phrases, at least those that are near each other."""
        phrases = node.left, node.right
        if all(len(trimmed(side)) == 1 and not side.word for side in phrases):
            slots = self._memo.get(
                ("close", self._memo.number(node), segment_index),
                lambda: self._close_slots(node, segment_index),
            )
            sides = []
            for side, starts in zip(phrases, slots, strict=True):
                syllable = trimmed(side)[0]
                if self.ids.is_held(syllable, exact):
                    is_exact = self.ids.of(syllable, segment_index, exact=True).matches(starts)
                    starts = starts[is_exact]
                sides.append(Occurrences(starts, starts))
            return sides[0], sides[1]
        left, right = (self.occurrences(side, segment_index, exact=exact) for side in phrases)
        return left, right

    def _close_slots(self, node: Near, segment_index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the slots of two folded syllables, at least those that are near each other."""
        segment = self._segment(segment_index)
        syllables = [trimmed(side)[0] for side in (node.left, node.right)]
        left, right = (self.ids.of(one, segment_index, exact=False) for one in syllables)
        docs = self._docs_with_all(syllables, segment_index)
        if are_sparse(segment, left, right, node.distance + 1):
            return close_slots(
                segment, left.folded_slots(docs), right.folded_slots(docs), node.distance + 1
            )
        return left.slots(docs), right.slots(docs)

    def _docs_with_all(
        self, syllables: Iterable[Syllable], segment_index: int
    ) -> np.ndarray | None:
        """Return the mask of documents that have all terms among some syllables: bool[docs].

        It is None if leaving out the others would hardly save anything.
        """
        terms = [
            self._searcher.terms.syllable(one.folded) for one in syllables if isinstance(one, Term)
        ]
        if not terms:
            return None
        bits = reduce(np.bitwise_and, [term.bits(segment_index) for term in terms])
        most = max([term.lists[segment_index].df for term in terms])
        if bitset.count(bits) > most * _MAX_SHARE:
            return None
        return bitset.unpack(bits, self._segment(segment_index).doc_count)

    def _term_occurrences(self, phrase: Phrase, segment_index: int, exact: bool) -> Occurrences:
        """Return where plain terms stand side by side."""
        segment = self._segment(segment_index)
        ids = self.ids.of_terms(phrase, segment_index)
        if exact:
            whole = self.occurrences(phrase, segment_index)
            # Usually every occurrence has the typed accents.
            is_exact = exact_mask(segment, ids, whole.starts)
            return whole if is_exact.all() else whole.select(is_exact)
        find = word_slots if phrase.word else folded_slot_array
        if phrase.word:
            count = min(map(segment.positions.count_of_folded, ids.folded))
            self._limits.take(count * WORD_ENTRIES, phrase)
        starts = find(segment, ids).astype(np.int64)
        self._limits.take(len(starts), phrase)
        return Occurrences(starts, starts + (len(ids.folded) - 1))

    def are_all_exact(self, node: Phrase | Near) -> bool:
        """Return whether all occurrences of plain terms side by side have the typed accents."""
        if not _stand_side_by_side(node):
            return False
        return all(
            self.occurrences(node, at) is self.occurrences(node, at, exact=True)
            for at in range(len(self._searcher.views))
        )

    def postings(
        self,
        node: Phrase | Near,
        segment_index: int,
        *,
        exact: bool = False,
        field: Field | None = None,
    ) -> Postings:
        """Return the documents of a phrase with the frequency of its occurrences.

        An occurrence with n other syllables in between counts 1/(1 + n); one in the details, its
        weight times that.
        """
        exact = exact and self.ids.has_marks(node)
        key = "postings", self._memo.number(node), segment_index, exact, field
        return self._memo.get(key, lambda: self._find_postings(node, segment_index, exact, field))

    def _find_postings(
        self, node: Phrase | Near, segment_index: int, exact: bool, field: Field | None
    ) -> Postings:
        segment = self._segment(segment_index)
        if isinstance(node, Phrase) and not node.others:
            syllables = trimmed(node)
            if len(syllables) == 1 and not node.word:
                return self._syllable_postings(syllables[0], segment_index, exact, field)
            if field is None and not node.slop and all(isinstance(s, Term) for s in syllables):
                return self._term_postings(node, segment_index, exact)
        found = self.occurrences(node, segment_index, exact=exact, field=field)
        if found.between is None:
            return segment.count(found.starts) if len(found.starts) else NO_POSTINGS
        return _weighted_count(segment, found)

    def _term_postings(self, phrase: Phrase, segment_index: int, exact: bool) -> Postings:
        """Return the postings of plain terms side by side."""
        segment = self._segment(segment_index)
        slots = self.occurrences(phrase, segment_index).starts
        if exact:
            starts = self.occurrences(phrase, segment_index, exact=True).starts
            if starts is slots:
                return self.postings(phrase, segment_index)
            return segment.count(starts) if len(starts) else NO_POSTINGS
        ids = self.ids.of_terms(phrase, segment_index)
        plain = ids._replace(accented=(None,) * len(ids.folded))
        return phrase_postings(segment, plain, slots).folded

    def postings_among(
        self,
        node: Phrase | Near,
        segment_index: int,
        docs: np.ndarray,
        *,
        exact: bool,
        field: Field | None,
    ) -> Postings:
        """Return the postings of a phrase in some documents, and perhaps in others.

        :param docs: int64[n], ascending.
        """
        if field is None and _stand_side_by_side(node):
            starts = self.occurrences(node, segment_index, exact=exact).starts
            if len(docs) * _MIN_SKIPPED < len(starts):
                segment = self._segment(segment_index)
                found = slots_of_docs(segment, starts, docs)
                return segment.count(found) if len(found) else NO_POSTINGS
        return self.postings(node, segment_index, exact=exact, field=field)

    def are_in(
        self, phrase: Phrase, segment_index: int, docs: np.ndarray, *, exact: bool
    ) -> np.ndarray:
        """Return bool[n], which of a few documents have plain terms side by side.

        :param docs: int64[n], ascending.
        """
        segment = self._segment(segment_index)
        ids = self.ids.of_terms(phrase, segment_index)
        slots = slots_among(segment, ids, list(map(segment.grid.slot_range, docs.tolist())))
        if exact and self.ids.has_marks(phrase):
            slots = exact_slots(segment, ids, slots)
        held = set(map(segment.grid.doc, slots))
        return np.array([doc in held for doc in docs.tolist()], dtype=bool)

    def _syllable_postings(
        self, syllable: Syllable, segment_index: int, exact: bool, field: Field | None
    ) -> Postings:
        """Return the postings of one syllable: those of all forms that it matches, added up."""
        if isinstance(syllable, Term):
            accented = syllable.accented if self.ids.is_held(syllable, exact) else None
            term = self._searcher.terms.syllable(syllable.folded, accented)
            titles = term.titles[segment_index] if term.titles else None
            details = term.details[segment_index]
            if field == "title" and titles is not None:
                docs, title_tfs = titles.entries()
                return Postings(docs, title_tfs, title_tfs)
            if field == "details":
                docs, tfs = details.entries()
                return Postings(docs, DETAILS_WEIGHT * tfs, None)
            if field is None:
                return list_postings(term.lists[segment_index], titles, details)
            return _in_body(list_postings(term.lists[segment_index], titles), *details.entries())
        return self._patterns.postings(syllable, segment_index, exact=exact, field=field)

    def pattern_tfs(
        self,
        phrase: Phrase | Near,
        segment_index: int,
        docs: np.ndarray,
        *,
        exact: bool,
        field: Field | None,
    ) -> tuple[np.ndarray, np.ndarray | None] | None:
        """Return the frequencies of a pattern alone in some documents; None for other nodes.

        See :meth:`PatternFrequencies.tfs`.
        """
        syllable = lone_pattern(phrase)
        if syllable is None:
            return None
        return self._patterns.tfs(syllable, segment_index, docs, exact=exact, field=field)

    def document_frequency(
        self, node: Phrase | Near, *, exact: bool = False, field: Field | None = None
    ) -> int:
        """Return how many live documents of the index have a phrase."""
        pattern = lone_pattern(node)

        def count() -> int:
            total = 0
            for segment_index, view in enumerate(self._searcher.views):
                live = view.live
                if pattern is not None:
                    found = self._patterns.in_field(
                        pattern, segment_index, exact=exact, field=field
                    )
                    has_it = found > 0
                    total += int(np.count_nonzero(has_it if live is None else has_it & live))
                    continue
                docs = self.docs(node, segment_index, exact=exact, field=field)
                total += len(docs) if live is None else int(np.count_nonzero(live.take(docs)))
            return total

        return self._memo.get(("df", self._memo.number(node), exact, field), count)

    def _segment(self, segment_index: int) -> SegmentReader:
        return self._searcher.views[segment_index].segment


def _stand_side_by_side(node: Phrase | Near) -> bool:
    """Return whether a node is two or more plain terms without slop."""
    return isinstance(node, Phrase) and len(node.syllables) > 1 and is_plain(node)


def _in_body(postings: Postings, details_docs: np.ndarray, details_tfs: np.ndarray) -> Postings:
    """Return the postings of bodies.

    :param postings: those of all texts, where each occurrence counts 1.
    :param details_docs: int64[k], ascending, the documents with occurrences in details.
    :param details_tfs: int64[k], how many.
    """
    docs, tfs, title_tfs = postings
    in_body = tfs.copy() if title_tfs is None else tfs - title_tfs
    in_body[docs.searchsorted(details_docs)] -= details_tfs
    kept = np.flatnonzero(in_body)
    return Postings(docs[kept], in_body[kept], None)


def _weighted_count(segment: SegmentReader, found: Occurrences) -> Postings:
    """Count occurrences by document, each by 1/(1 + the syllables in between)."""
    starts = found.starts
    if not len(starts) or found.between is None:
        return NO_POSTINGS
    weights = 1.0 / (1.0 + found.between)
    if segment.has_details:
        weights[segment.grid.are_in_details(starts)] *= DETAILS_WEIGHT
    docs = segment.grid.docs_at(starts).astype(np.int64)
    firsts = run_starts(docs)
    tfs = np.add.reduceat(weights, firsts)
    in_title = starts < segment.grid.body_slot.take(docs)
    title_tfs = np.add.reduceat(weights * in_title, firsts) if in_title.any() else None
    return Postings(docs[firsts], tfs, title_tfs)
