"""A snapshot with what searches of it share: statistics, cached terms, and the word list."""

import threading

from danvan_search.index.folder.file_lock import call_after_fork
from danvan_search.index.snapshot import Snapshot
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.word_list import WordList


class SearchableSnapshot:
    """One generation of an index, ready to be searched by any number of threads.

    :ivar snapshot: its segments.
    :ivar searcher: the segments with index-wide statistics.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.searcher = IndexSearcher([one.reader for one in snapshot.segments], snapshot.live)
        self._word_lists: dict[bool, WordList] = {}
        self.after_fork()
        call_after_fork(self)

    def after_fork(self) -> None:
        """Replace the lock, which a thread of the parent process may hold."""
        self._word_lock = threading.Lock()

    def word_list(self, *, folded: bool) -> WordList:
        """Return the words of all articles, counted at the first call: some 13 million syllables/s.

        :param folded: count words that differ in their accents alone as one.
        :raises StoreError: articles were indexed without words.
        """
        self.snapshot.check_words()
        with self._word_lock, self.snapshot.guard:
            if folded not in self._word_lists:
                self._word_lists[folded] = WordList(self.searcher.views, folded=folded)
            return self._word_lists[folded]
