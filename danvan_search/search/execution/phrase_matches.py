"""What phrases match in each segment: their occurrences, their postings, their document frequency.

Patterns, slop and proximity included. Each is made when it is first asked for, and kept as long as
the query runs.
"""

from typing import Final

import numpy as np

from danvan_search.index.codec.champions import Postings
from danvan_search.index.codec.grid import BLOCK_BITS
from danvan_search.index.codec.postings import summed_frequencies
from danvan_search.index.codec.ragged import run_starts
from danvan_search.index.codec.segment_reader import PatternIds, SegmentReader
from danvan_search.query.accents import Accents, forms_of, is_held
from danvan_search.query.nodes import Field, Near, Phrase, Syllable, Term, Wildcard
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.memo import Memo
from danvan_search.search.execution.occurrences import (
    Occurrences,
    adjacent_occurrences,
    held_occurrences,
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

_NONE: Final = np.zeros(0, dtype=np.int64)
NO_POSTINGS: Final = Postings(_NONE, _NONE, None)


class PhraseMatches:
    """The phrases of one query on one snapshot; for one thread.

    Deleted documents are matched like others.

    :param searcher: the segments with index-wide statistics.
    :param accents: ``ignore`` takes every syllable as typed without marks.
    :param memo: keeps what is made.
    """

    def __init__(self, searcher: IndexSearcher, accents: Accents, memo: Memo) -> None:
        self._searcher = searcher
        self._accents = accents
        self._memo = memo

    def docs(
        self,
        node: Phrase | Near,
        segment_index: int,
        *,
        exact: bool = False,
        field: Field | None = None,
    ) -> np.ndarray:
        """Return int64[n], ascending, the documents that contain a phrase."""
        if isinstance(node, Near):
            found = self.occurrences(node, segment_index, exact=exact, field=field)
            return self._segment(segment_index).docs_of(found.starts)
        syllables = trimmed(node)
        if len(syllables) == 1 and not isinstance(syllables[0], Term) and field is None:
            return np.flatnonzero(self._frequencies(syllables[0], segment_index, exact, "all"))
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
        key = "occurrences", node, segment_index, exact, field
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
            left, right = (
                self.occurrences(side, segment_index, exact=exact)
                for side in (node.left, node.right)
            )
            return near_occurrences(segment, left, right, node.distance)
        syllables = trimmed(node)
        is_plain = all(isinstance(one, Term) for one in syllables)
        if is_plain and (node.word or (len(syllables) > 1 and not node.slop)):
            return self._term_occurrences(node, segment_index, exact)
        ids = [self._ids(one, segment_index, exact=exact) for one in syllables]
        has_slop = node.slop and len(ids) > 1
        if not exact:
            if has_slop:
                return sloppy_occurrences(segment, ids, node.slop)
            return adjacent_occurrences(segment, ids)
        # An exact occurrence starts where a folded one does.
        folded = self.occurrences(node, segment_index)
        held = [at for at, one in enumerate(syllables) if self.is_held(one, exact)]
        if not held:
            return folded
        if has_slop:
            return sloppy_occurrences(segment, ids, node.slop, folded.starts)
        return held_occurrences(folded, [(at, ids[at]) for at in held])

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
        exact = self.is_held(syllable, exact)
        key = "ids", syllable, segment_index, exact
        segment = self._segment(segment_index)
        return self._memo.get(key, lambda: syllable_ids(segment, syllable, exact=exact))

    def is_held(self, syllable: Syllable, exact: bool) -> bool:
        """Return whether a syllable is held to its accents."""
        return exact and is_held(syllable, self._accents)

    def _pattern_ids(self, phrase: Phrase, segment_index: int) -> PatternIds:
        forms = forms_of(Phrase(trimmed(phrase)), self._accents)
        return self._segment(segment_index).ids(forms, word=phrase.word)

    def has_marks(self, node: Phrase | Near) -> bool:
        """Return whether a phrase has a syllable that exact matching holds to its accents."""
        if isinstance(node, Near):
            return self.has_marks(node.left) or self.has_marks(node.right)
        return any(self.is_held(one, exact=True) for one in trimmed(node))

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
        return self._memo.get(key, lambda: self._find_postings(node, segment_index, exact, field))

    def _find_postings(
        self, node: Phrase | Near, segment_index: int, exact: bool, field: Field | None
    ) -> Postings:
        segment = self._segment(segment_index)
        if isinstance(node, Phrase):
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
        ids = self._pattern_ids(phrase, segment_index)
        plain = ids._replace(accented=(None,) * len(ids.folded))
        slots = self.occurrences(phrase, segment_index).starts
        folded = self._memo.get(
            ("folded", phrase, segment_index), lambda: phrase_postings(segment, plain, slots).folded
        )
        if not exact or not any(form is not None for form in ids.accented):
            return folded
        starts = self.occurrences(phrase, segment_index, exact=True).starts
        if len(starts) == len(slots):
            return folded
        return segment.count(starts) if len(starts) else NO_POSTINGS

    def _syllable_postings(
        self, syllable: Syllable, segment_index: int, exact: bool, field: Field | None
    ) -> Postings:
        """Return the postings of one syllable: those of all forms that it matches, added up."""
        if isinstance(syllable, Term):
            held = syllable.accented if self.is_held(syllable, exact) else None
            term = self._searcher.terms.syllable(syllable.folded, held)
            titles = term.titles[segment_index] if term.titles else None
            if field == "title" and titles is not None:
                docs, title_tfs = titles.entries()
                return Postings(docs, title_tfs, title_tfs)
            return _in_field(list_postings(term.lists[segment_index], titles), field)
        totals = self._frequencies(syllable, segment_index, exact, "all")
        docs = np.flatnonzero(totals)
        title_tfs = self._frequencies(syllable, segment_index, exact, "title")[docs]
        whole = Postings(docs, totals[docs], title_tfs if title_tfs.any() else None)
        return _in_field(whole, field)

    def _frequencies(
        self, syllable: Syllable, segment_index: int, exact: bool, part: str
    ) -> np.ndarray:
        """Return int64[docs], how often a text has any of the forms that a syllable matches.

        :param part: one of ``PARTS``.
        """
        segment = self._segment(segment_index)
        ids = self._ids(syllable, segment_index, exact=exact)

        def add_up() -> np.ndarray:
            if not self.is_held(syllable, exact):
                lists = [segment.folded_list(folded_id, part) for folded_id in ids.folded.tolist()]
            else:
                folded_of = segment.term_dictionary.folded_of
                lists = [
                    segment.accented_list(folded_of(accented_id), accented_id, part)
                    for accented_id in ids.accented_ids()
                ]
            return summed_frequencies(lists, segment.doc_count)

        key = "frequencies", syllable, segment_index, self.is_held(syllable, exact), part
        return self._memo.get(key, add_up)

    def document_frequency(
        self, node: Phrase | Near, *, exact: bool = False, field: Field | None = None
    ) -> int:
        """Return how many live documents of the index have a phrase."""

        def count() -> int:
            total = 0
            for segment_index, view in enumerate(self._searcher.views):
                docs = self.postings(node, segment_index, exact=exact, field=field).docs
                live = view.live
                total += len(docs) if live is None else int(np.count_nonzero(live.take(docs)))
            return total

        return self._memo.get(("df", node, exact, field), count)

    def _segment(self, segment_index: int) -> SegmentReader:
        return self._searcher.views[segment_index].segment


def trimmed(phrase: Phrase) -> tuple[Syllable, ...]:
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
