"""A concordance: every occurrence of a query in the articles that match it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain, islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.errors import OptionError, QueryError
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.query import Node, Query
from danvan_search.query.nodes import And, Boost, InField, Not, Or, Required, Run
from danvan_search.query.notes import Note
from danvan_search.query.syllables import phrase_of
from danvan_search.search.highlight.grid_marks import MarkFinder
from danvan_search.search.options import FACETS, FacetName
from danvan_search.search.planner import find_matches
from danvan_search.search.search import query_of
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.search.suggesting import with_sure_accents
from danvan_search.study.counts import Count, count_by
from danvan_search.study.lines import Line, read_lines
from danvan_search.study.occurrences import Part, batches, joined, neighbours, no_ids, sorted_order
from danvan_search.study.options import ConcordanceOptions

_LINES_AT_A_TIME: Final = 512

_DOCS_AT_A_TIME: Final = 256
_NO_DOCS: Final = np.zeros(0, dtype=np.int64)


class Concordance:
    """Every occurrence of a query, each in its line of context.

    Iterating reads the lines, each time anew, a few at a time: in bounded memory, or, where they
    are sorted by their neighbours, with some 40 bytes for each occurrence. It is the state of the
    index at the call that is read, even after the index was closed.

    What two parts of a query have in common is one occurrence; of a phrase, occurrences do not
    overlap. Of a text with very many occurrences of anything but phrases, the first 65,536 count.

    :ivar query: how the query was understood.
    :ivar articles: the number of articles that match it.

    :raises QueryError: as of a search; or the query has nothing to look for but filters.
    """

    def __init__(
        self, index: SearchableSnapshot, text: str | Node | Query, options: ConcordanceOptions
    ) -> None:
        query = read_query(index, text, options)
        if not query.clauses:
            raise QueryError("a concordance needs a syllable or a phrase to look for", query.text)
        self._index = index
        self._options = options
        self.query = query
        self._guard = index.snapshot.guard
        self._docs: list[NDArray[np.int64]] = self._guard.call(
            find_matches, query, options.search_options, index
        )
        self.articles = sum(map(len, self._docs))

    @property
    def notes(self) -> tuple[Note, ...]:
        """How the query was understood where it is no complete query."""
        return self.query.notes

    @cached_property
    def occurrences(self) -> int:
        """The number of occurrences, whatever the limit; counted once."""
        with self._guard:
            return sum(len(part.runs) for part in self.parts())

    def counts(self, by: FacetName) -> dict[str, Count]:
        """Return the occurrences, and the articles that have any, by a value of the articles.

        Years and months ascend; categories and sources are by falling occurrences. Articles
        without a value are left out; one with several categories counts in each. The limit does
        not count.

        :param by: ``year``, ``month``, ``category`` or ``source``.
        :raises OptionError: it is none of these.
        """
        if by not in FACETS:
            raise OptionError(f"by is {by!r}: give one of {', '.join(FACETS)}")
        values = self._index.doc_values
        parts = []
        with self._guard:
            for number, docs in enumerate(self._docs):
                reader = self._reader(number)
                for some in batches(reader, docs):
                    held = reader.grid.docs_at(self._runs(number, some)[:, 0])
                    distinct, counts = np.unique(held, return_counts=True)
                    parts.append((values[number], distinct.astype(np.int64), counts))
            return count_by(by, parts)

    def __iter__(self) -> Iterator[Line]:
        match self._options.sort:
            case "index":
                parts = self.parts()
            case "date" | "date-asc":
                parts = self._by_date()
            case _:
                parts = self._by_neighbours()
        lines = islice(chain.from_iterable(map(self._lines, parts)), self._options.limit)
        return iter(partial(self._guard.call, next, lines, None), None)

    def _lines(self, part: Part) -> Iterator[Line]:
        """Yield the lines of some occurrences, in their order."""
        for first in range(0, len(part.runs), _LINES_AT_A_TIME):
            some = slice(first, first + _LINES_AT_A_TIME)
            numbers, runs = part.segments[some], part.runs[some]
            lines: dict[int, Line] = {}
            for number in np.unique(numbers).tolist():
                own = np.flatnonzero(numbers == number)
                segment = self._index.snapshot.segments[number]
                read = read_lines(segment, runs[own], self._options.width)
                lines.update(zip(own.tolist(), read, strict=True))
            yield from (lines[at] for at in range(len(runs)))

    def parts(self) -> Iterator[Part]:
        """Yield the slots of all occurrences in the order of the index, part by part.

        All occurrences of a part are in one segment. To be called under the guard of the index.
        """
        for number, docs in enumerate(self._docs):
            for some in batches(self._reader(number), docs):
                runs = self._runs(number, some)
                yield Part(np.full(len(runs), number), runs)

    def _by_date(self) -> Iterator[Part]:
        """Yield the occurrences by the dates of their articles."""
        segments = np.repeat(np.arange(len(self._docs)), list(map(len, self._docs)))
        docs = np.concatenate([_NO_DOCS, *self._docs])
        days = [
            values.dates.take(own).astype(np.int64)
            for values, own in zip(self._index.doc_values, self._docs, strict=True)
        ]
        day = np.concatenate([_NO_DOCS, *days])
        key = day if self._options.sort == "date-asc" else -day
        order = np.lexsort((key, day == 0))
        for first in range(0, len(order), _DOCS_AT_A_TIME):
            some = order[first : first + _DOCS_AT_A_TIME]
            parts, ranks = [], []
            for number in np.unique(segments[some]).tolist():
                own = np.flatnonzero(segments[some] == number)
                own = own[docs[some[own]].argsort()]
                ascending = docs[some[own]]
                for batch in batches(self._reader(number), ascending):
                    runs = self._runs(number, batch)
                    held = self._reader(number).grid.docs_at(runs[:, 0])
                    ranks.append(own[ascending.searchsorted(held)])
                    parts.append(Part(np.full(len(runs), number), runs))
            in_order = np.argsort(np.concatenate(ranks), kind="stable")
            yield joined(parts).take(in_order)

    def _by_neighbours(self) -> Iterator[Part]:
        """Yield the occurrences in the alphabetical order of their neighbours."""
        readers = [self._reader(number) for number in range(len(self._docs))]
        parts = [joined([])]
        ids = [[no_ids()] for _ in readers]
        for part in self.parts():
            for number in np.unique(part.segments).tolist():  # it is one, or there are none
                ids[number].append(neighbours(readers[number], part.runs, self._options.sort))
            parts.append(Part(part.segments.astype(np.uint16), part.runs.astype(np.uint32)))
        order = sorted_order(readers, list(map(np.concatenate, ids)))
        yield joined(parts).take(order[: self._options.limit])

    def _runs(self, number: int, docs: list[int]) -> np.ndarray:
        """Return the occurrences in some documents, ascending: int64[n, 2]."""
        return self._finders[number].runs(docs)

    @cached_property
    def _finders(self) -> list[MarkFinder]:
        accents = self._options.accents
        return [
            MarkFinder(one.reader, self.query, accents=accents)
            for one in self._index.snapshot.segments
        ]

    def _reader(self, number: int) -> SegmentReader:
        return self._index.snapshot.segments[number].reader


def read_query(
    index: SearchableSnapshot, text: str | Node | Query, options: ConcordanceOptions
) -> Query:
    """Return a query as it is searched for with ``search_options``.

    :param text: the query as typed, or its tree.
    :raises ArgumentTypeError: it is neither.
    :raises QueryError: it cannot be parsed.
    """
    if options.accents == "restore" and isinstance(text, str):
        text = with_sure_accents(index, text)
    query = query_of(index, text, options.search_options)
    if options.match == "phrase":
        return replace(query, root=_with_phrases(query.root), typed=None)
    return query


def _with_phrases(node: Node) -> Node:
    """Return a tree with the bare syllables of each run side by side."""
    match node:
        case Run():
            return phrase_of(node)
        case And() | Or():
            return replace(node, nodes=tuple(map(_with_phrases, node.nodes)))
        case Not() | Required() | Boost() | InField():
            return replace(node, node=_with_phrases(node.node))
    return node
