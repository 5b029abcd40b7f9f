"""Expands a typed query by what the index has of the other ways to write its parts."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final, Protocol

from danvan_search.query import Query
from danvan_search.query.expanding import expanded
from danvan_search.query.nodes import Phrase, Term, phrases_of
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.options import Expansion, SearchOptions
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.suggest.spelt_otherwise import (
    codes,
    dates,
    dates_in_words,
    numbers,
    phones,
    spellings,
    split_names,
)
from danvan_search.text import syllable_grid

_LONGEST: Final = 6
"""The most neighbours that are one date in words: ``ngày 2 tháng 9 năm 1945``."""

_MAY: Final = re.compile(
    r"\d|[A-ZĐ]{2}|['’ʼ]"
    r"|(?<!\w)(?i:(?!ng|nh|ch|gh|kh|ph|th|tr)[bcdđghklmnpqrstvx][bcdđfghjklmnpqrstvwxz])"
)
"""What every number, date, code and abbreviation has. Most queries have nothing of it anywhere,
which takes less time to find out."""
MAX_SYLLABLES: Final = 10
"""A longer query is no few words with a number among them, but a text that was pasted: its many
words find what it means, and the general strategy, which runs expansions, would score most of the
index for it."""

Way = Callable[[str], Iterator[str]]
_WAYS: Final[dict[Expansion, tuple[Way, ...]]] = {
    "numbers": (numbers, phones),
    "dates": (dates, dates_in_words),
    "codes": (codes,),
}


class Texts(Protocol):
    """What the texts of a store have of other ways to write something."""

    def may_occur(self, folded: Sequence[str]) -> bool:
        """Return whether every two neighbours of some folded forms stand side by side anywhere."""

    def pair_count(self, folded: Sequence[str]) -> int:
        """Return how often two folded forms stand side by side."""

    def document_frequency(self, folded: str) -> int:
        """Return how many articles have a folded form."""

    def meaning(self, text: str) -> str | None:
        """Return what capitals stand for; None if that is not known."""


def with_expansions(index: SearchableSnapshot, query: Query, options: SearchOptions) -> Query:
    """Return a typed query with the other ways to write its bare parts.

    What the index does not have is left out: it would find nothing.
    """
    if not _may_be_expanded(query, options):
        return query
    return _expanded(_SnapshotTexts(index), query, options)


def expanded_by(texts: Texts, query: Query, options: SearchOptions) -> Query:
    """Return a typed query with the other ways to write its bare parts that a store has."""
    return _expanded(texts, query, options) if _may_be_expanded(query, options) else query


def _may_be_expanded(query: Query, options: SearchOptions) -> bool:
    """Return whether a query may have other ways to write its parts; quick for most queries."""
    synonyms, kinds = options.synonyms, options.expand
    if options.match == "phrase" or not (kinds or synonyms):
        return False
    if synonyms or "variants" in kinds:
        return True
    return any(map(_may_have_others, query.text.split(" ")))


@lru_cache(maxsize=1 << 12)
def _may_have_others(piece: str) -> bool:
    """Return whether a piece of a query without blanks may have other ways to write it."""
    return _MAY.search(piece) is not None


def _expanded(texts: Texts, query: Query, options: SearchOptions) -> Query:
    synonyms = options.synonyms
    if sum([len(phrase.syllables) for phrase in phrases_of(query.root)]) > MAX_SYLLABLES:
        return query
    expander = _Expander(texts, query.text, options)
    has_digit = any(map(str.isdigit, query.text))
    longest = max(_LONGEST if has_digit else 1, synonyms.longest if synonyms else 1)
    root = expanded(query.root, expander.others, longest)
    if root is query.root:
        return query
    return replace(query, root=root, typed=query.root if query.typed is None else query.typed)


class _Expander:
    """Finds the other ways to write parts of one query.

    :param text: the query as typed.
    """

    def __init__(self, texts: Texts, text: str, options: SearchOptions) -> None:
        self._texts = texts
        self._text = text
        self._synonyms = options.synonyms
        self._kinds = options.expansions
        self._ways = [way for name in self._kinds for way in _WAYS.get(name, ())]

    def others(self, parts: tuple[Phrase, ...]) -> Iterator[str]:
        """Yield what some neighbours may be written as instead, if the store has it."""
        for text in self._all_others(parts):
            if self._texts.may_occur(syllable_grid(text).folded):
                yield text

    def _all_others(self, parts: tuple[Phrase, ...]) -> Iterator[str]:
        if self._synonyms is not None:
            yield from self._synonyms.others(parts)
        typed = self._text[parts[0].span[0] : parts[-1].span[1]]
        for way in self._ways:
            yield from way(typed)
        if len(parts) > 1:
            return
        syllables = parts[0].syllables
        if "codes" in self._kinds:
            yield from self._names(typed, syllables)
        if "abbreviations" in self._kinds:
            meaning = self._texts.meaning(typed)
            if meaning is not None:
                yield meaning
        if "variants" in self._kinds and len(syllables) == 1 and isinstance(syllables[0], Term):
            yield from spellings(syllables[0].accented)

    def _names(self, typed: str, syllables: Sequence[object]) -> Iterable[str]:
        """Yield a name in two pieces, if that is at least as frequent as in one."""
        for other in split_names(typed) if len(syllables) == 1 else ():
            frequency = self._texts.document_frequency(syllable_grid(typed).folded[0])
            if self._texts.pair_count(syllable_grid(other).folded) >= max(1, frequency):
                yield other


class _SnapshotTexts:
    """The texts of a snapshot of an index in a folder."""

    def __init__(self, index: SearchableSnapshot) -> None:
        self._index = index

    def may_occur(self, folded: Sequence[str]) -> bool:
        """Return whether a segment has every pair of neighbours of some folded forms."""
        return any(own is not None and all(own) for own in self._counts(folded))

    def pair_count(self, folded: Sequence[str]) -> int:
        """Return how often two folded forms stand side by side."""
        return sum([sum(own) for own in self._counts(folded) if own])

    def document_frequency(self, folded: str) -> int:
        """Return how many articles have a folded form."""
        return self._index.searcher.document_frequency(folded)

    def meaning(self, text: str) -> str | None:
        """Return what capitals stand for; None if that is not known."""
        return self._index.suggester.meaning(text)

    def _counts(self, folded: Sequence[str]) -> list[list[int] | None]:
        return [_pair_counts(view, folded) for view in self._index.searcher.views]


def _pair_counts(view: SegmentView, folded: Sequence[str]) -> list[int] | None:
    """Return how often each two neighbours stand side by side; None if a form is unknown.

    Deleted documents are counted.
    """
    terms, positions = view.segment.term_dictionary, view.segment.positions
    ids = [terms.folded_id(one) for one in folded]
    if not ids or 0 in ids:
        return None
    return [end - start for start, end in (positions.index_range(*it) for it in pairwise(ids))]
