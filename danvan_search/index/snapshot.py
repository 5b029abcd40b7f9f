"""Reading: one generation of the index as arrays of document numbers.

A snapshot does not change while a writer commits. Documents are numbered from 0 to
``doc_count_all - 1`` with holes where articles were removed; every array of documents is
sorted and holds live documents only.
"""

import datetime
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from whoosh.index import FileIndex
from whoosh.reading import IndexReader, TermNotFound

from danvan_search.article import Article
from danvan_search.index.schema import NO_DATE, PARTS, Kind, Part, field_name
from danvan_search.index.store import retry_while_committed, storage_errors
from danvan_search.index.writer import biwords, category_key

Docs = NDArray[np.int32]
Counts = NDArray[np.int32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Postings:
    """Where something occurs: documents and how often in each, title and body apart.

    :ivar docs: document numbers, ascending; int32, shape (n,).
    :ivar title: occurrences in the title of each; int32, shape (n,).
    :ivar body: occurrences in the body of each; int32, shape (n,).
    """

    docs: Docs
    title: Counts
    body: Counts


@dataclass(frozen=True, slots=True)
class PhraseSyllable:
    """One syllable of a phrase to find.

    :ivar folded: the folded form that it must have.
    :ivar accented: the accented form that an exact match must have; None if any will do.
    """

    folded: str
    accented: str | None


@dataclass(frozen=True, slots=True)
class PhraseMatches:
    """Where a phrase occurs.

    :ivar folded: its occurrences by folded form, whatever the accents.
    :ivar exact: those of them that have every accented form asked for.
    """

    folded: Postings
    exact: Postings


_EMPTY: Final = np.zeros(0, np.int32)
_Places = dict[int, Counts]  # document to ascending syllable positions


class Snapshot:
    """One generation of an index, open for reading; threads take turns.

    :ivar generation: the generation of the index; each commit makes the next.
    :ivar lengths: the number of syllables of each document; int32, shape (doc_count_all,),
        one array for the titles and one for the bodies.
    :ivar live: which document numbers stand for an article; bool, shape (doc_count_all,).
    :ivar committed: when the newest generation was committed, in UTC.
    """

    def __init__(self, path: Path, index: FileIndex) -> None:
        """Open the newest generation.

        :raises IndexStorageError: the index cannot be read.
        """
        self._lock = threading.RLock()
        self._path = path
        self._index = index
        with storage_errors(path):
            self._reader: IndexReader = retry_while_committed(index.reader)
            self.generation: int = self._reader.generation()
            self.committed = datetime.datetime.fromtimestamp(index.last_modified(), datetime.UTC)
            count: int = self._reader.doc_count_all()
            self.live: Mask = np.ones(count, bool)
            self.live[[doc for doc in range(count) if self._reader.is_deleted(doc)]] = False
            self.lengths: dict[Part, Counts] = {
                part: self._column(f"{part}_length") for part in PARTS
            }
            self._dates = self._column("date")

    @property
    def doc_count(self) -> int:
        """The number of articles."""
        return int(self.live.sum())

    @property
    def syllable_count(self) -> int:
        """The number of syllables of all articles, titles and bodies."""
        return sum(int(lengths[self.live].sum()) for lengths in self.lengths.values())

    def is_outdated(self) -> bool:
        """Say whether there is a newer generation."""
        with storage_errors(self._path):
            return bool(self._index.latest_generation() != self.generation)

    def postings(self, kind: Kind, term: str) -> Postings:
        """Return where a term occurs; empty arrays if nowhere."""
        with self._lock, storage_errors(self._path):
            counts = {part: self._frequencies(part, kind, term) for part in PARTS}
        return _join_parts(counts)

    def phrase(self, syllables: Sequence[PhraseSyllable]) -> PhraseMatches:
        """Return where a phrase occurs, in titles or bodies, never from one into the other.

        :param syllables: at least one.
        """
        folded: dict[Part, dict[int, int]] = {}
        exact: dict[Part, dict[int, int]] = {}
        with self._lock, storage_errors(self._path):
            for part in PARTS:
                found = self._phrase_places(part, [one.folded for one in syllables])
                folded[part] = {doc: len(places) for doc, places in found.items()}
                exact[part] = self._exact_counts(part, found, syllables)
        return PhraseMatches(_join_parts(folded), _join_parts(exact))

    def filter(
        self,
        since: datetime.date | None = None,
        until: datetime.date | None = None,
        category: str | None = None,
    ) -> Mask:
        """Return which documents are live and pass the filters; bool, shape (doc_count_all,).

        An article without a date passes no date filter. Categories are compared folded.
        """
        mask = self.live.copy()
        if since is not None:
            mask &= self._dates >= since.toordinal()
        if until is not None:
            mask &= (self._dates <= until.toordinal()) & (self._dates != NO_DATE)
        if category is not None:
            with self._lock, storage_errors(self._path):
                docs = list(self._matching("category", category_key(category)))
            of_category = np.zeros(len(mask), bool)
            of_category[docs] = True
            mask &= of_category
        return mask

    def dates(self, docs: Docs) -> Counts:
        """Return the dates of documents as proleptic ordinals, 0 for none; int32."""
        return self._dates[docs]

    def article(self, doc: int) -> Article:
        """Return the article of a document number."""
        with self._lock, storage_errors(self._path):
            return Article.from_json(self._reader.stored_fields(int(doc))["article"])

    def find(self, article_id: str) -> int | None:
        """Return the document number of an id; None if it is not there."""
        with self._lock, storage_errors(self._path):
            return next(self._matching("id", article_id), None)

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles, in the order in which they were added."""
        for doc in np.flatnonzero(self.live):
            with self._lock, storage_errors(self._path):
                yield self._reader.stored_fields(int(doc))["article"]["id"]

    def distinct(self, kind: Kind) -> int:
        """Return the number of distinct terms of a kind, title and body together.

        Terms that only removed articles held are counted until their segment is merged.
        """
        with self._lock, storage_errors(self._path):
            terms: set[bytes] = set()
            for part in PARTS:
                terms.update(self._reader.lexicon(field_name(part, kind)))
        return len(terms)

    def close(self) -> None:
        """Close the files; the snapshot cannot be used afterwards."""
        with self._lock:
            self._reader.close()

    def _column(self, name: str) -> Counts:
        if not self._reader.doc_count_all():
            return _EMPTY
        reader = self._reader.column_reader(name)
        return np.fromiter((reader[doc] for doc in range(len(self.live))), np.int32)

    def _matching(self, field: str, term: str) -> Iterator[int]:
        for doc, _ in self._postings(field, term):
            yield doc

    def _postings(self, field: str, term: str) -> Iterator[tuple[int, Any]]:
        """Yield (document, matcher at that document) for the live documents of a term."""
        try:
            matcher = self._reader.postings(field, term)
        except TermNotFound:
            return
        while matcher.is_active():
            yield matcher.id(), matcher
            matcher.next()

    def _frequencies(self, part: Part, kind: Kind, term: str) -> dict[int, int]:
        return {
            doc: round(matcher.weight())
            for doc, matcher in self._postings(field_name(part, kind), term)
        }

    def _places(self, part: Part, kind: Kind, term: str) -> _Places:
        return {
            doc: np.asarray(matcher.value_as("positions"), np.int32)
            for doc, matcher in self._postings(field_name(part, kind), term)
        }

    def _phrase_places(self, part: Part, folded: list[str]) -> _Places:
        """Where the phrase starts: its biwords stand at successive positions."""
        if len(folded) == 1:
            return self._places(part, "folded", folded[0])
        pairs = biwords(folded)
        places = {pair: self._places(part, "biword", pair) for pair in dict.fromkeys(pairs)}
        first = places[pairs[0]]
        return {
            doc: starts
            for doc in set(first).intersection(*places.values())
            if len(
                starts := _narrow(
                    first[doc], ((offset, places[pair][doc]) for offset, pair in enumerate(pairs))
                )
            )
        }

    def _exact_counts(
        self, part: Part, found: _Places, syllables: Sequence[PhraseSyllable]
    ) -> dict[int, int]:
        wanted = [(i, one.accented) for i, one in enumerate(syllables) if one.accented]
        places = {form: self._places(part, "accented", form) for _, form in wanted}
        counts = {
            doc: len(_narrow(starts, ((i, places[form].get(doc, _EMPTY)) for i, form in wanted)))
            for doc, starts in found.items()
        }
        return {doc: count for doc, count in counts.items() if count}


def _narrow(starts: Counts, wanted: Iterable[tuple[int, Counts]]) -> Counts:
    """Keep the starts at which each wanted thing stands, at its offset from them."""
    for offset, places in wanted:
        if not len(starts):
            break
        starts = starts[np.isin(starts + offset, places, assume_unique=True)]
    return starts


def _join_parts(counts: dict[Part, dict[int, int]]) -> Postings:
    """Join the counts of titles and bodies on their documents."""
    docs = sorted(set().union(*counts.values()))
    columns = {
        part: np.fromiter((counts[part].get(doc, 0) for doc in docs), np.int32, len(docs))
        for part in PARTS
    }
    return Postings(np.asarray(docs, np.int32), columns["title"], columns["body"])
