"""The plan of one query on a cluster: its pages, as the planner of a local index has them.

A page takes two requests: one counts what weights are made of, the other finds the page. The tiers
are steps that are added to scores, each higher than any score, a power of two.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from danvan_search.errors import OptionError, UnsupportedError
from danvan_search.opensearch.counts import Counts, Send, value_counts
from danvan_search.opensearch.filters import (
    Filters,
    all_of,
    category_filter,
    date_filter,
    none_of,
)
from danvan_search.opensearch.mapping import MAX_RESULT_WINDOW, token
from danvan_search.opensearch.scoring import Scores
from danvan_search.opensearch.syllables import Filter
from danvan_search.query import Everything, Node, Note, Phrase, Query
from danvan_search.query.nodes import DateRange, Syllable, Term, Wildcard, is_plain, phrases_of
from danvan_search.search.choosing import follows_any, note_on_excluded, sort_of
from danvan_search.search.demands import Demands
from danvan_search.search.execution.tiers import Tiers, tiers_of
from danvan_search.search.execution.top_docs import EXACT_TIERS, FOLDED_TIERS, REST_EXACT
from danvan_search.search.options import FacetName, SearchOptions, Sort

_EXACT: Final = "exact"
"""The name of the filter of hits that have the query as typed."""

_FACETS: Final[dict[FacetName, str]] = {
    "category": "categories",
    "source": "sources",
    "year": "year",
    "month": "month",
}


class FoundHit(NamedTuple):
    """A hit.

    :ivar source: the stored source of the article.
    :ivar score: its score.
    :ivar is_exact: whether it has the query with the accents as typed.
    """

    source: Mapping[str, Any]
    score: float
    is_exact: bool


class FoundHits(NamedTuple):
    """The hits of a page.

    :ivar total: how many articles match, on all pages.
    :ivar hits: those of the page, best first.
    """

    total: int
    hits: list[FoundHit]


class _Search(NamedTuple):
    """What is searched for; see :class:`~danvan_search.search.execution.page_search.PageSearch`."""

    matched: Node
    scored: Node
    tiers: Tiers


class ClusterPlan:
    """One query on one cluster.

    :ivar demands: what its matches contain.
    :ivar used: the search of the last page; there is none before the first.

    :param send: sends a search.
    :param version: the first number of the version of OpenSearch.
    """

    used: _Search

    def __init__(self, query: Query, options: SearchOptions, send: Send, version: int) -> None:
        if options.collapse:
            raise UnsupportedError(
                "collapse: a cluster does not compare articles; use a local index for it"
            )
        if options.semantic is not None:
            raise UnsupportedError(
                "semantic: a cluster has no vectors of articles; use a local index for it"
            )
        if options.limit and options.offset + options.limit > MAX_RESULT_WINDOW:
            raise OptionError(
                f"the page ends with hit {options.offset + options.limit:,}: a cluster shows the "
                f"first {MAX_RESULT_WINDOW:,}; narrow the query, for example by dates"
            )
        self._query = query
        self._options = options
        self._send = send
        self._version = version
        self.counts = Counts(send)
        self._filters = Filters(options.accents)
        self.demands = Demands(query, as_phrase=options.match == "phrase")

    # -------------------------------------------------------------------------------- pages

    def top_docs(self, matched: Node, accented: Node | None) -> FoundHits:
        """Return the page of what contains ``matched``, with the accents of ``accented`` first."""
        return self._run(self._scored(matched, accented))

    def newest(self) -> FoundHits:
        """Return the page of all that the filters let through."""
        return self._run(_Search(Everything(), Everything(), Tiers(None, None)))

    def filled(self) -> FoundHits:
        """Return the page of the articles with all parts, and then of those with any."""
        options = self._options
        need = options.offset + options.limit
        found = self.top_docs(*self.demands.matched("all"))
        rest = self._rest()
        if rest is None or not 0 < found.total < need:
            return found
        first = max(options.offset, found.total)
        more = self._hits(rest, first - found.total, need - first, without=self.used.matched)
        return FoundHits(found.total, [*found.hits, *more.hits])

    def total_any(self, total: int, *, relaxed: bool) -> int:
        """Return how many articles the whole list has.

        :param total: how many match.
        :param relaxed: whether these have any part.
        """
        rest = None if relaxed or not total else self._rest()
        return total if rest is None else self._total(rest.matched)

    def notes_on_excluded(self, found: FoundHits) -> tuple[Note, ...]:
        """Return a note if what is excluded leaves no article, though there are some with it."""
        return note_on_excluded(self.demands, found.total, self._total)

    def facets(self) -> dict[str, dict[str, int]]:
        """Return the facets of all that the last page with hits is taken from."""
        wanted = self._wanted(self.used.matched)
        names = self._options.facet_names
        return {name: value_counts(self._send, _FACETS[name], wanted) for name in names}

    def document_frequency(self, form: str | Syllable) -> int:
        """Return how many articles have a folded form, or what a pattern matches."""
        (count,) = self.counts.all_of([self._form_filter(form)])
        return count

    def _form_filter(self, form: str | Syllable) -> Filter:
        if isinstance(form, str):
            return {"term": {"f": token(form)}}
        return self._filters.of(Phrase((form,)))

    # ------------------------------------------------------------------------------- parts

    def _run(self, search: _Search) -> FoundHits:
        self.used = search
        return self._hits(search, self._options.offset, self._options.limit)

    def _scored(self, matched: Node, accented: Node | None) -> _Search:
        scored = self.demands.scored
        assert scored is not None  # noqa: S101
        return _Search(matched, scored, tiers_of(scored, accented))

    def _rest(self) -> _Search | None:
        """Return the search for what follows the articles with all parts; None for nothing."""
        if not follows_any(self.demands, self._options):
            return None
        return self._scored(*self.demands.matched("any"))

    def _total(self, matched: Node) -> int:
        body = {"query": self._wanted(matched), "size": 0, "track_total_hits": True}
        return int(self._send(body)["hits"]["total"]["value"])

    def _wanted(self, matched: Node, without: Node | None = None) -> Filter:
        """Return the filter of all matches.

        :param without: what they do not match.
        """
        options = self._options
        exact = options.accents == "exact"
        filters = [self._filters.of(matched, exact=exact)]
        filters += [self._filters.of(node) for node in self.demands.filters]
        low, high = options.days
        if low or high:
            filters.append(date_filter(DateRange(low, high)))
        if options.category is not None:
            filters.append(category_filter(options.category))
        if without is not None:
            filters.append(none_of([self._filters.of(without, exact=exact)]))
        return all_of(filters)

    def _hits(
        self, search: _Search, offset: int, limit: int, without: Node | None = None
    ) -> FoundHits:
        """Return the hits from ``offset`` to ``offset + limit``.

        :param without: what they do not match.
        """
        wanted = self._wanted(search.matched, without)
        if not limit:
            body = {"query": wanted, "size": 0, "track_total_hits": True}
            return FoundHits(self._send(body)["hits"]["total"]["value"], [])
        clauses, bound = self.counts.made(lambda: self._clauses(search.scored))
        step = 2.0 ** math.ceil(math.log2(bound + 1))
        should = [*clauses, *self._tier_clauses(search.tiers, step)]
        exact = self._exact_filter(search.matched)
        if exact is not None:
            named = {"filter": exact, "boost": 0, "_name": _EXACT}
            should.append({"constant_score": named})
        order = sort_of(search.scored, self._options)
        body = {
            "query": {"bool": {"filter": [wanted], "should": should}},
            "size": limit,
            "from": offset,
            "track_total_hits": True,
            "track_scores": True,
            "sort": _sort_keys(order),
        }
        values = {"search_type": "dfs_query_then_fetch"} if clauses else {}
        found = self._send(body, **values)["hits"]
        hits = []
        for hit in found["hits"]:
            is_exact = exact is None or _EXACT in hit.get("matched_queries", ())
            hits.append(FoundHit(hit["_source"], hit["_score"] % step, is_exact))
        return FoundHits(found["total"]["value"], hits)

    def _clauses(self, scored: Node) -> tuple[Sequence[Filter], float]:
        """Return the clauses that score, and what their sum does not exceed."""
        # Snippets weigh the syllables of the query; they are counted with the rest.
        for clause in self._query.clauses:
            for phrase in phrases_of(clause):
                for one in phrase.syllables:
                    if not isinstance(one, Wildcard):
                        form = one.folded if isinstance(one, Term) else one
                        self.counts.of(self._form_filter(form))
        scores = Scores(self._filters, self.counts, self._options.accents, self._version)
        clauses = scores.of(scored)
        return clauses, scores.bound

    def _tier_clauses(self, tiers: Tiers, step: float) -> list[Filter]:
        """Return the clause that adds the best tier of an article, times a step, to its score."""
        filters: list[tuple[int, Filter]] = []
        parts = tiers.parts
        if parts is not None and parts is not tiers.whole and self._filters.has_marks(parts):
            filters.append((REST_EXACT, self._filters.of(parts, exact=True)))
        if tiers.whole is not None:
            filters += self._whole_tiers(tiers, tiers.whole, FOLDED_TIERS, exact=False)
            if self._filters.has_marks(tiers.whole):
                filters += self._whole_tiers(tiers, tiers.whole, EXACT_TIERS, exact=True)
        if not filters:
            return []
        constants = [
            {"constant_score": {"filter": one, "boost": tier * step}} for tier, one in filters
        ]
        return [{"dis_max": {"queries": constants}}]

    def _whole_tiers(
        self, tiers: Tiers, whole: Phrase, own: tuple[int, int, int], *, exact: bool
    ) -> list[tuple[int, Filter]]:
        contains, in_title, name = own
        filters = [(contains, self._filters.of(whole, exact=exact))]
        if not tiers.titles:
            return filters
        titled = self._filters.of(whole, exact=exact, field="title")
        is_all = {"term": {"title_length": len(whole.syllables)}}
        filters += [(in_title, titled), (name, all_of([titled, is_all]))]
        if tiers.is_number:
            filters.append((name, self._filters.of(whole, exact=exact, field="details")))
        return filters

    def _exact_filter(self, matched: Node) -> Filter | None:
        """Return the filter of the articles with the query as typed; None if all matches have."""
        body = self.demands.body
        if body is None:
            return None
        if is_plain(body) and isinstance(body, Phrase) and not Filters("auto").has_marks(body):
            return None
        exact = Filters("auto").of(body, exact=True)
        is_all = exact == self._filters.of(matched, exact=self._options.accents == "exact")
        return None if is_all else exact


def _sort_keys(order: Sort) -> list[Any]:
    """Return the keys of an order; ties are by score, and then by id."""
    ties: list[Any] = [{"_score": "desc"}, {"id": "asc"}]
    match order:
        case "score":
            return ties
        case "date" | "date-asc":
            name, is_rising = "date", order == "date-asc"
        case "title" | "title-desc":
            name, is_rising = "title_key", order == "title"
    return [{name: {"order": "asc" if is_rising else "desc", "missing": "_last"}}, *ties]
