"""A snapshot of an index and the data that its searches share: statistics, terms, word lists."""

import threading

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.folder.file_lock import call_after_fork
from danvan_search.index.snapshot import Snapshot
from danvan_search.search.execution.filters import comparable, values_with_blanks
from danvan_search.search.execution.formula import FORMULA, Formula
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.facets import Counts, count_values
from danvan_search.search.options import FacetName
from danvan_search.search.title_ranks import title_ranks
from danvan_search.search.word_list import WordList
from danvan_search.suggest.suggester import Suggester


class SearchableSnapshot:
    """One generation of an index, which any number of threads may search.

    :ivar snapshot: the generation.
    :ivar searcher: its segments with index-wide statistics.
    :ivar doc_values: the doc values of each segment.

    :param snapshot: the generation.
    :param formula: the constants by which bare queries are ranked.
    """

    def __init__(self, snapshot: Snapshot, formula: Formula = FORMULA) -> None:
        self.snapshot = snapshot
        readers = [one.reader for one in snapshot.segments]
        self.searcher = IndexSearcher(readers, snapshot.live, formula)
        self.doc_values = [one.doc_values for one in snapshot.segments]
        self._word_lists: dict[tuple[bool, bool], WordList] = {}
        self._values: dict[str, frozenset[str]] = {}
        self._value_counts: dict[FacetName, Counts] = {}
        self._title_ranks: list[NDArray[np.int64]] | None = None
        self._suggester: Suggester | None = None
        self.after_fork()
        call_after_fork(self)

    def after_fork(self) -> None:
        """Replace the lock, which a thread of the parent process may have held."""
        self._word_lock = threading.Lock()

    def has_value(self, field: str, value: str) -> bool:
        """Return whether any article has a category or a source that holds white space.

        :param field: ``category`` or ``source``.
        :param value: compared as filters compare it.
        """
        with self.snapshot.guard:
            if field not in self._values:
                self._values[field] = values_with_blanks(self.doc_values, field)
        return comparable(field, value) in self._values[field]

    def value_counts(self, name: FacetName) -> Counts:
        """Return the values that the articles have, with their numbers; cached.

        :param name: ``category`` or ``source``.
        """
        with self.snapshot.guard:
            if name not in self._value_counts:
                counts = count_values(self.doc_values, self.searcher.masks(None), name)
                self._value_counts[name] = counts
        return self._value_counts[name]

    def has_category(self, key: str) -> bool:
        """Return whether any article has a category with a key; see :func:`.category_key`."""
        return any(one.category_mask(key).any() for one in self.doc_values)

    def title_ranks(self) -> list[NDArray[np.int64]]:
        """Return the alphabetical ranks of the titles; cached."""
        with self.snapshot.guard:
            if self._title_ranks is None:
                self._title_ranks = title_ranks(self.doc_values)
            return self._title_ranks

    def word_list(self, *, folded: bool, details: bool = False) -> WordList:
        """Return the words of all articles.

        The first call counts them, at some 13 million syllables/s; the list is cached.

        :param folded: count words that differ only in their accents as one.
        :param details: whether the words of the details count, too.
        :raises StoreError: articles were indexed without words.
        """
        self.snapshot.check_words()
        with self._word_lock, self.snapshot.guard:
            key = folded, details
            if key not in self._word_lists:
                self._word_lists[key] = WordList(
                    self.searcher.views, folded=folded, details=details
                )
            return self._word_lists[key]

    @property
    def suggester(self) -> Suggester:
        """What makes suggestions; its tables are made when they are first needed, and kept."""
        with self._word_lock:
            if self._suggester is None:
                self._suggester = Suggester(self.searcher.views)
            return self._suggester
