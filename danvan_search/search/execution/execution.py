"""The execution of one query tree on one snapshot: what each node matches, made once and kept.

Every node has, in each segment, the *bits* of the documents that it matches; phrases have their
occurrences and postings besides. Each is made when it is first asked for, and kept as long as the
query runs, so a node that is matched, scored and ranked by is looked up once.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import partial, reduce
from typing import Final, TypeVar

import numpy as np

from danvan_search.index.codec.champions import Postings
from danvan_search.index.codec.doc_values import DocValues, category_key
from danvan_search.index.codec.grid import BLOCK_BITS
from danvan_search.index.codec.ragged import run_starts
from danvan_search.index.codec.segment_reader import PatternIds, SegmentReader
from danvan_search.query.accents import Accents, forms_of
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
    Run,
    Syllable,
    Term,
    Wildcard,
)
from danvan_search.search.execution import bitset
from danvan_search.search.execution.filters import Mask, Masks, date_mask, intersect_masks
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.occurrences import (
    Occurrences,
    adjacent_occurrences,
    near_occurrences,
    restrict_to_field,
    sloppy_occurrences,
)
from danvan_search.search.execution.phrase_matcher import (
    exact_mask,
    folded_slot_array,
    list_postings,
    phrase_postings,
    word_slots,
)
from danvan_search.search.execution.syllable_ids import SyllableIds, syllable_ids

Value = TypeVar("Value")

_NONE: Final = np.zeros(0, dtype=np.int64)
NO_POSTINGS: Final = Postings(_NONE, _NONE, None)


class Execution:
    """One query on one snapshot; for one thread.

    Deleted documents are matched like others; who collects leaves them out.

    :ivar searcher: the segments with index-wide statistics.
    :ivar accents: ``ignore`` takes every syllable as typed without marks.

    :param doc_values: those of each segment.
    """

    def __init__(
        self,
        searcher: IndexSearcher,
        doc_values: Sequence[DocValues],
        *,
        accents: Accents = "auto",
    ) -> None:
        self.searcher = searcher
        self.accents = accents
        self._doc_values = doc_values
        self._memo: dict[Hashable, object] = {}

    def docs(
        self, node: Node, segment_index: int, *, exact: bool = False, field: Field | None = None
    ) -> np.ndarray:
        """Return the bit set of the documents that match a node; read-only.

        :param exact: whether syllables typed with a mark are held to their accents.
        :param field: the text to look in; None is title and body.
        """
        key = "docs", node, segment_index, exact, field
        return self._kept(key, lambda: self._find_docs(node, segment_index, exact, field))

    def masks(self, node: Node, filters: Masks | None, *, exact: bool) -> list[Mask]:
        """Return bool[docs] per segment: the documents that match and pass the filters.

        :param exact: see :meth:`docs`.
        """
        masks = []
        for segment_index, view in enumerate(self.searcher.views):
            bits = self.docs(node, segment_index, exact=exact)
            masks.append(bitset.unpack(bits, view.segment.doc_count))
        return intersect_masks(masks, filters)

    def _kept(self, key: Hashable, make: Callable[[], Value]) -> Value:
        known = self._memo.get(key)
        if known is None:
            known = self._memo[key] = make()
        return known  # type: ignore[return-value]

    def _find_docs(
        self, node: Node, segment_index: int, exact: bool, field: Field | None
    ) -> np.ndarray:
        docs = partial(self.docs, segment_index=segment_index, exact=exact, field=field)
        match node:
            case Phrase():
                return self._phrase_docs(node, segment_index, exact, field)
            case Near():
                segment = self._segment(segment_index)
                found = self.occurrences(node, segment_index, exact=exact, field=field)
                return bitset.pack_docs(segment.docs_of(found.starts), segment.doc_count)
            case Run():
                return _joined(np.bitwise_and, [docs(phrase) for phrase in node.phrases])
            case And():
                return _joined(np.bitwise_and, [docs(one) for one in node.nodes])
            case Or():
                parts = [docs(one) for one in node.nodes]
                if node.at_least == 1:
                    return _joined(np.bitwise_or, parts)
                count = self._segment(segment_index).doc_count
                held = np.sum([bitset.unpack(part, count) for part in parts], axis=0)
                return bitset.pack(held >= node.at_least)
            case Not():
                excluded = self.docs(node.node, segment_index, exact=True, field=field)
                return _joined(np.bitwise_and, [self._everything(segment_index), ~excluded])
            case Boost():
                return docs(node.node)
            case InField():
                return self.docs(node.node, segment_index, exact=exact, field=node.field)
            case DateRange():
                return bitset.pack(date_mask(self._doc_values[segment_index], node.low, node.high))
            case Equals():
                values = self._doc_values[segment_index]
                return bitset.pack(values.category_mask(category_key(node.value)))
            case Everything():
                return self._everything(segment_index)

    def _everything(self, segment_index: int) -> np.ndarray:
        count = self._segment(segment_index).doc_count
        return self._kept(("all", segment_index), lambda: bitset.pack(np.ones(count, dtype=bool)))

    def _phrase_docs(
        self, phrase: Phrase, segment_index: int, exact: bool, field: Field | None
    ) -> np.ndarray:
        syllables = _trimmed(phrase)
        if len(syllables) == 1 and not phrase.word and field is None:
            term = syllables[0]
            if isinstance(term, Term):
                accented = term.accented if self._is_held(term, exact) else None
                return self.searcher.terms.syllable(term.folded, accented).bits(segment_index)
        segment = self._segment(segment_index)
        docs = self.postings(phrase, segment_index, exact=exact, field=field).docs
        return bitset.pack_docs(docs, segment.doc_count)

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
        key = "occurrences", node, segment_index, exact, field
        return self._kept(key, lambda: self._find_occurrences(node, segment_index, exact, field))

    def _find_occurrences(
        self, node: Phrase | Near, segment_index: int, exact: bool, field: Field | None
    ) -> Occurrences:
        segment = self._segment(segment_index)
        if field is not None:
            whole = self.occurrences(node, segment_index, exact=exact)
            return restrict_to_field(segment, whole, field)
        if isinstance(node, Near):
            left, right = (
                self.occurrences(side, segment_index, exact=exact)
                for side in (node.left, node.right)
            )
            return near_occurrences(segment, left, right, node.distance)
        syllables = _trimmed(node)
        is_plain = all(isinstance(one, Term) for one in syllables)
        if is_plain and (node.word or (len(syllables) > 1 and not node.slop)):
            return self._term_occurrences(node, segment_index, exact)
        ids = [self._ids(one, segment_index, exact=exact) for one in syllables]
        if node.slop and len(ids) > 1:
            return sloppy_occurrences(segment, ids, node.slop)
        return adjacent_occurrences(segment, ids)

    def _term_occurrences(self, phrase: Phrase, segment_index: int, exact: bool) -> Occurrences:
        """Return where plain terms stand side by side."""
        segment = self._segment(segment_index)
        ids = self._pattern_ids(phrase, segment_index)
        if exact:
            whole = self.occurrences(phrase, segment_index)
            return whole.select(exact_mask(segment, ids, whole.starts))
        find = word_slots if phrase.word else folded_slot_array
        starts = find(segment, ids).astype(np.int64)
        return Occurrences(starts, starts + (len(ids.folded) - 1))

    def _ids(self, syllable: Syllable, segment_index: int, *, exact: bool) -> SyllableIds:
        exact = self._is_held(syllable, exact)
        key = "ids", syllable, segment_index, exact
        segment = self._segment(segment_index)
        return self._kept(key, lambda: syllable_ids(segment, syllable, exact=exact))

    def _is_held(self, syllable: Syllable, exact: bool) -> bool:
        """Return whether a syllable is held to its accents."""
        if not exact or self.accents == "ignore" or isinstance(syllable, Wildcard):
            return False
        return syllable.marked

    def _pattern_ids(self, phrase: Phrase, segment_index: int) -> PatternIds:
        forms = forms_of(Phrase(_trimmed(phrase)), self.accents)
        return self._segment(segment_index).ids(forms, word=phrase.word)

    def has_marks(self, node: Phrase | Near) -> bool:
        """Return whether a phrase has a syllable that exact matching holds to its accents."""
        if isinstance(node, Near):
            return self.has_marks(node.left) or self.has_marks(node.right)
        return any(self._is_held(one, exact=True) for one in _trimmed(node))

    def postings(
        self,
        node: Phrase | Near,
        segment_index: int,
        *,
        exact: bool = False,
        field: Field | None = None,
    ) -> Postings:
        """Return the documents of a phrase with the frequency of its occurrences.

        An occurrence with n other syllables in between counts 1/(1 + n).
        """
        key = "postings", node, segment_index, exact, field
        return self._kept(key, lambda: self._find_postings(node, segment_index, exact, field))

    def _find_postings(
        self, node: Phrase | Near, segment_index: int, exact: bool, field: Field | None
    ) -> Postings:
        segment = self._segment(segment_index)
        if isinstance(node, Phrase):
            syllables = _trimmed(node)
            if len(syllables) == 1 and not node.word:
                whole = self._syllable_postings(syllables[0], segment_index, exact)
                return _in_field(whole, field)
            if field is None and not node.slop and all(isinstance(s, Term) for s in syllables):
                return self._term_postings(node, segment_index, exact)
        found = self.occurrences(node, segment_index, exact=exact, field=field)
        if found.between is None:
            return segment.count(found.starts) if len(found.starts) else NO_POSTINGS
        return _weighted_count(segment, found)

    def _term_postings(self, phrase: Phrase, segment_index: int, exact: bool) -> Postings:
        """Return the postings of plain terms side by side."""
        segment = self._segment(segment_index)
        ids = self._pattern_ids(phrase, segment_index)
        plain = ids._replace(accented=(None,) * len(ids.folded))
        slots = self.occurrences(phrase, segment_index).starts
        folded = self._kept(
            ("folded", phrase, segment_index), lambda: phrase_postings(segment, plain, slots).folded
        )
        if not exact or not any(form is not None for form in ids.accented):
            return folded
        starts = self.occurrences(phrase, segment_index, exact=True).starts
        if len(starts) == len(slots):
            return folded
        return segment.count(starts) if len(starts) else NO_POSTINGS

    def _syllable_postings(self, syllable: Syllable, segment_index: int, exact: bool) -> Postings:
        """Return the postings of one syllable: those of all forms that it matches, added up."""
        segment = self._segment(segment_index)
        if isinstance(syllable, Term):
            held = syllable.accented if self._is_held(syllable, exact) else None
            term = self.searcher.terms.syllable(syllable.folded, held)
            titles = term.titles[segment_index] if term.titles else None
            return list_postings(term.lists[segment_index], titles)
        ids = self._ids(syllable, segment_index, exact=exact)
        folded_of = segment.term_dictionary.folded_of
        total, in_titles = (np.zeros(segment.doc_count, dtype=np.int64) for _ in range(2))
        for part, sums in (("all", total), ("title", in_titles)):
            if self._is_held(syllable, exact):
                lists = [
                    segment.accented_list(folded_of(accented_id), accented_id, part)
                    for accented_id in ids.accented_ids()
                ]
            else:
                lists = [segment.folded_list(folded_id, part) for folded_id in ids.folded.tolist()]
            for one in lists:
                docs, tfs = one.entries()
                sums[docs] += tfs
        docs = np.flatnonzero(total)
        title_tfs = in_titles[docs]
        return Postings(docs, total[docs], title_tfs if title_tfs.any() else None)

    def document_frequency(
        self, node: Phrase | Near, *, exact: bool = False, field: Field | None = None
    ) -> int:
        """Return how many live documents of the index have a phrase."""

        def count() -> int:
            total = 0
            for segment_index, view in enumerate(self.searcher.views):
                docs = self.postings(node, segment_index, exact=exact, field=field).docs
                live = view.live
                total += len(docs) if live is None else int(np.count_nonzero(live.take(docs)))
            return total

        return self._kept(("df", node, exact, field), count)

    def _segment(self, segment_index: int) -> SegmentReader:
        return self.searcher.views[segment_index].segment


def _joined(operation: np.ufunc, parts: Sequence[np.ndarray]) -> np.ndarray:
    joined: np.ndarray = reduce(operation, parts)
    return joined


def _trimmed(phrase: Phrase) -> tuple[Syllable, ...]:
    """Return the syllables of a phrase without the wildcards at its ends, which say nothing."""
    syllables = phrase.syllables
    first, last = 0, len(syllables)
    while first < last and isinstance(syllables[first], Wildcard):
        first += 1
    while last > first and isinstance(syllables[last - 1], Wildcard):
        last -= 1
    return syllables[first:last]


def _in_field(postings: Postings, field: Field | None) -> Postings:
    """Return the postings of one field."""
    docs, tfs, title_tfs = postings
    if field is None:
        return postings
    if field == "title":
        if title_tfs is None:
            return NO_POSTINGS
        kept = np.flatnonzero(title_tfs)
        return Postings(docs[kept], title_tfs[kept], title_tfs[kept])
    if title_tfs is None:
        return postings
    in_body = tfs - title_tfs
    kept = np.flatnonzero(in_body)
    return Postings(docs[kept], in_body[kept], None)


def _weighted_count(segment: SegmentReader, found: Occurrences) -> Postings:
    """Count occurrences by document, each by 1/(1 + the syllables in between)."""
    starts = found.starts
    if not len(starts) or found.between is None:
        return NO_POSTINGS
    weights = 1.0 / (1.0 + found.between)
    docs = segment.grid.block_doc.take(starts >> BLOCK_BITS).astype(np.int64)
    firsts = run_starts(docs)
    tfs = np.add.reduceat(weights, firsts)
    in_title = starts < segment.grid.body_slot.take(docs)
    title_tfs = np.add.reduceat(weights * in_title, firsts) if in_title.any() else None
    return Postings(docs[firsts], tfs, title_tfs)
