"""How often the documents of each segment have a pattern, all forms that it matches added up."""

from functools import partial

import numpy as np

from danvan_search.index.codec.bm25 import DETAILS_WEIGHT, weighted
from danvan_search.index.codec.champions import Postings
from danvan_search.query.nodes import Field, Near, Phrase, Syllable, Term, trimmed
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.limits import POSTINGS_PER_ENTRY, Limits
from danvan_search.search.execution.memo import Memo
from danvan_search.search.execution.query_ids import QueryIds, kept_of


class PatternFrequencies:
    """The frequencies of the patterns of one query, one number per document; for one thread.

    :param searcher: the segments with index-wide statistics.
    :param ids: what syllables match.
    :param memo: keeps what is made.
    :param limits: what the query may take.
    """

    def __init__(self, searcher: IndexSearcher, ids: QueryIds, memo: Memo, limits: Limits) -> None:
        self._searcher = searcher
        self._ids = ids
        self._memo = memo
        self._limits = limits

    def docs(self, syllable: Syllable, segment_index: int, *, exact: bool) -> np.ndarray:
        """Return int64[n], ascending, the documents that have a pattern."""
        return np.flatnonzero(self._in_part(syllable, segment_index, exact, "all") > 0)

    def postings(
        self, syllable: Syllable, segment_index: int, *, exact: bool, field: Field | None
    ) -> Postings:
        """Return the documents that have a pattern in a field, or in any text, and how often."""
        totals = self.in_field(syllable, segment_index, exact=exact, field=field)
        docs = np.flatnonzero(totals > 0)
        tfs, title_tfs = self.tfs(syllable, segment_index, docs, exact=exact, field=field)
        return Postings(docs, tfs, title_tfs if title_tfs is not None and title_tfs.any() else None)

    def tfs(
        self,
        syllable: Syllable,
        segment_index: int,
        docs: np.ndarray,
        *,
        exact: bool,
        field: Field | None,
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the frequencies of a pattern in some documents.

        :param docs: int64[n].
        :return: int64[n], in the field, or in all texts, and in the title, None if no title counts.
        """
        tfs = self.in_field(syllable, segment_index, exact=exact, field=field).take(docs)
        if field in ("body", "details"):
            return tfs, None
        return tfs, self._in_part(syllable, segment_index, exact, "title").take(docs)

    def in_field(
        self, syllable: Syllable, segment_index: int, *, exact: bool, field: Field | None
    ) -> np.ndarray:
        """Return how often one field, or all texts, has a pattern: numbers[docs].

        An occurrence in details counts its weight.
        """
        frequencies = partial(self._in_part, syllable, segment_index, exact)
        if field == "title":
            return frequencies("title")
        if field == "details":
            in_details: np.ndarray = DETAILS_WEIGHT * frequencies("details")
            return in_details
        has_details = self._searcher.views[segment_index].segment.has_details
        if field == "body":
            in_body: np.ndarray = frequencies("all") - frequencies("title")
            return in_body - frequencies("details") if has_details else in_body
        whole = frequencies("all")
        return weighted(whole, frequencies("details")) if has_details else whole

    def _in_part(
        self, syllable: Syllable, segment_index: int, exact: bool, part: str
    ) -> np.ndarray:
        """Return int64[docs], how often a text has any of the forms that a syllable matches.

        :param part: one of ``PARTS``.
        """
        segment = self._searcher.views[segment_index].segment
        ids = self._ids.of(syllable, segment_index, exact=exact)

        def add_up() -> np.ndarray:
            if part == "all":
                # Few postings are of titles.
                self._limits.take(ids.count // POSTINGS_PER_ENTRY + segment.doc_count, syllable)
            if not self._ids.is_held(syllable, exact):
                return segment.sum_folded(ids.folded, part)
            return segment.sum_accented(ids.accented_ids(), part)

        held = self._ids.is_held(syllable, exact)
        key = "frequencies", self._memo.number(kept_of(syllable, held)), segment_index, held, part
        return self._memo.get(key, add_up)


def lone_pattern(node: Phrase | Near) -> Syllable | None:
    """Return the syllable of a phrase of one that is no plain term; None for other nodes."""
    if isinstance(node, Near):
        return None
    syllables = trimmed(node)
    return syllables[0] if len(syllables) == 1 and not isinstance(syllables[0], Term) else None
