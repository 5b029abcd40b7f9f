"""Looking things up in a snapshot once per search, however often they are needed."""

from collections.abc import Sequence

from danvan_search.index import PhraseMatches, PhraseSyllable, Postings, Snapshot
from danvan_search.index.schema import Kind
from danvan_search.query import QuerySyllable


class Lookup:
    """The postings and phrases of one search; remembers what was asked before."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Look things up in one snapshot."""
        self.snapshot = snapshot
        self._postings: dict[tuple[Kind, str], Postings] = {}
        self._phrases: dict[tuple[PhraseSyllable, ...], PhraseMatches] = {}

    def postings(self, kind: Kind, term: str) -> Postings:
        """Return where a term occurs."""
        key = kind, term
        if key not in self._postings:
            self._postings[key] = self.snapshot.postings(kind, term)
        return self._postings[key]

    def phrase(self, syllables: Sequence[QuerySyllable]) -> PhraseMatches:
        """Return where syllables stand side by side; a marked one is exact in its form."""
        key = tuple(
            PhraseSyllable(one.folded, one.accented if one.marked else None) for one in syllables
        )
        if key not in self._phrases:
            self._phrases[key] = self.snapshot.phrase(key)
        return self._phrases[key]
