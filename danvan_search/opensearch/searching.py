"""One search on a cluster, from the query string to results."""

import time
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import pairwise
from typing import Literal

from danvan_search.errors import QueryError, UnsupportedError
from danvan_search.opensearch.cluster import TooManyFormsError
from danvan_search.opensearch.counts import Counts, Send, value_counts
from danvan_search.opensearch.mapping import keyword_of, token
from danvan_search.opensearch.pages import SourcePage
from danvan_search.opensearch.plan import ClusterPlan
from danvan_search.opensearch.syllables import Filter
from danvan_search.query import Node, Query
from danvan_search.query.nodes import Fuzzy, Prefix, phrases_of
from danvan_search.query.written import written
from danvan_search.search.choosing import find_by_match
from danvan_search.search.execution.filters import comparable
from danvan_search.search.expanding import expanded_by
from danvan_search.search.options import SearchOptions
from danvan_search.search.results import Hit, Lazy, Results
from danvan_search.search.search import read_query
from danvan_search.search.unknown_values import notes_on_categories


def search_cluster(
    text: str | Node | Query, options: SearchOptions, send: Send, version: int
) -> Results:
    """Search a cluster.

    :param text: the query as typed, or its tree.
    :param send: sends a search.
    :param version: the first number of the version of OpenSearch.
    :raises QueryError: the query cannot be parsed, or a pattern matches too much.
    :raises UnsupportedError: the options ask for what a cluster does not have.
    """
    started = time.perf_counter()
    if options.accents == "restore":
        raise UnsupportedError(
            'accents="restore": a cluster does not tell the likeliest accents; restore them with '
            "danvan_search.restore_accents and a local index"
        )
    texts = ClusterTexts(send)
    query = read_query(text, options, texts.has_value)
    if isinstance(text, str):
        query = expanded_by(texts, query, options)
    try:
        return _found(query, options, send, version, started, texts)
    except TooManyFormsError as error:
        raise _too_many(query) from error


def _found(
    query: Query,
    options: SearchOptions,
    send: Send,
    version: int,
    started: float,
    texts: "ClusterTexts",
) -> Results:
    plan = ClusterPlan(query, options, send, version)
    if any(phrase.word for phrase in phrases_of(query.root)):
        _check_words(query, plan)
    relaxed, found, notes = find_by_match(plan, options.match, len(query.text))
    facets = plan.facets() if options.facet_names else {}
    page = SourcePage(found.hits, query, options, plan)
    hits = tuple([Hit(page, rank) for rank in range(len(found.hits))])
    took_ms = (time.perf_counter() - started) * 1000
    return Results(
        query.text,
        found.total,
        relaxed,
        took_ms,
        hits,
        query.notes + notes + notes_on_categories(query, options, texts),
        query,
        None,
        facets,
        options.page,
        options.limit,
        lazy_total_any=Lazy(partial(plan.total_any, found.total, relaxed=relaxed)),
    )


def _check_words(query: Query, plan: ClusterPlan) -> None:
    """Check that every article was indexed with words.

    :raises QueryError: some were not; it points at the first ``word:``.
    """
    (without,) = plan.counts.all_of([{"term": {"has_words": False}}])
    if without:
        word = next(phrase for phrase in phrases_of(query.root) if phrase.word)
        raise QueryError(
            f"{without:,} articles were indexed without words: rebuild the index with words to "
            "search for them",
            query.text,
            word.span[0],
        )


def _too_many(query: Query) -> QueryError:
    patterns = [
        one
        for phrase in phrases_of(query.root)
        for one in phrase.syllables
        if isinstance(one, Prefix | Fuzzy)
    ]
    shown = ", ".join(dict.fromkeys(repr(written(one)) for one in patterns)) or "the query"
    return QueryError(
        f"{shown}: more syllables begin so, or more parts are asked for, than a cluster takes at "
        "once (indices.query.bool.max_clause_count): type more letters, or fewer such parts",
        query.text,
        patterns[0].span[0] if patterns else None,
    )


class ClusterTexts:
    """What the articles of a cluster have of other ways to write something.

    :param send: sends a search.
    """

    def __init__(self, send: Send) -> None:
        self._counts = Counts(send)
        self._send = send

    def has_value(self, field: str, value: str) -> bool:
        """Return whether any article has a category or a source that holds white space.

        :param field: ``category`` or ``source``.
        :param value: compared as filters compare it.
        """
        key = keyword_of(comparable(field, value))
        return self._has({"term": {f"spaced_{field}": key}})

    def has_category(self, key: str) -> bool:
        """Return whether any article has a category with a key."""
        return key != "" and self._has({"term": {"category_key": keyword_of(key)}})

    def value_counts(self, name: Literal["category"]) -> Iterable[str]:
        """Return the categories, most frequent first."""
        del name
        return value_counts(self._send, "categories")

    def may_occur(self, folded: Sequence[str]) -> bool:
        """Return whether every two neighbours of some folded forms stand side by side anywhere."""
        if not folded:
            return False
        return all(self._counts.all_of([*map(_pair, pairwise(folded)), *map(_form, folded)]))

    def pair_count(self, folded: Sequence[str]) -> int:
        """Return how many articles have two folded forms side by side."""
        return sum(self._counts.all_of(map(_pair, pairwise(folded))))

    def document_frequency(self, folded: str) -> int:
        """Return how many articles have a folded form."""
        (count,) = self._counts.all_of([_form(folded)])
        return count

    def meaning(self, text: str) -> str | None:
        """Raise an error: abbreviations are told from the positions of a local index.

        :raises UnsupportedError: always.
        """
        raise UnsupportedError(
            f"{text!r}: a cluster does not tell what capitals stand for; leave abbreviations out "
            "of expand, or give synonyms"
        )

    def _has(self, one: Filter) -> bool:
        return self._counts.all_of([one]) != [0]


def _pair(forms: tuple[str, str]) -> Filter:
    return {"term": {"p": f"{token(forms[0])}_{token(forms[1])}"}}


def _form(form: str) -> Filter:
    return {"term": {"f": token(form)}}
