"""What the syllables of one query match, in the ids of each segment."""

from dataclasses import replace

from danvan_search.index.codec.segment_reader import PatternIds
from danvan_search.query.accents import Accents, forms_of, is_held, phrase_holds_any
from danvan_search.query.nodes import Near, Phrase, Syllable, Wildcard, trimmed
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.limits import Limits
from danvan_search.search.execution.memo import Memo
from danvan_search.search.execution.syllable_ids import SyllableIds, syllable_ids


class QueryIds:
    """The ids of the syllables of one query; for one thread.

    :param searcher: the segments with index-wide statistics.
    :param accents: ``ignore`` takes every syllable as typed without marks.
    :param memo: keeps what is made.
    :param limits: what the query may take.
    """

    def __init__(
        self, searcher: IndexSearcher, accents: Accents, memo: Memo, limits: Limits
    ) -> None:
        self._searcher = searcher
        self._accents = accents
        self._memo = memo
        self._limits = limits

    def is_held(self, syllable: Syllable, exact: bool) -> bool:
        """Return whether a syllable is held to its accents."""
        return exact and is_held(syllable, self._accents)

    def has_marks(self, node: Phrase | Near) -> bool:
        """Return whether a phrase has a syllable that exact matching holds to its accents."""
        return phrase_holds_any(node, self._accents)

    def of(self, syllable: Syllable, segment_index: int, *, exact: bool) -> SyllableIds:
        """Return what a syllable matches in a segment.

        :param exact: whether a syllable typed with a mark is held to its accents.
        """
        exact = self.is_held(syllable, exact)
        key = "ids", self._memo.number(kept_of(syllable, exact)), segment_index, exact
        segment = self._searcher.views[segment_index].segment

        def find() -> SyllableIds:
            found = syllable_ids(segment, syllable, exact=exact)
            return replace(found, take=lambda entries: self._limits.take(entries, syllable))

        return self._memo.get(key, find)

    def of_terms(self, phrase: Phrase, segment_index: int) -> PatternIds:
        """Return the ids of a phrase of plain terms in a segment."""

        def find() -> PatternIds:
            forms = forms_of(Phrase(trimmed(phrase)), self._accents)
            return self._searcher.views[segment_index].segment.ids(forms, word=phrase.word)

        return self._memo.get(("terms", self._memo.number(phrase), segment_index), find)


def kept_of(syllable: Syllable, held: bool) -> Syllable:
    """Return what is left of a syllable if its accents do not count."""
    if held or isinstance(syllable, Wildcard) or not syllable.marked:
        return syllable
    return replace(syllable, accented=syllable.folded, marked=False)
