"""The nodes of a query tree as filters of OpenSearch: which articles match.

Every filter is complete: a pattern matches all forms that it stands for, or the cluster refuses it.
Spans are the occurrences of phrases where slop, patterns or a proximity count.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from danvan_search.article import is_utf8
from danvan_search.errors import QueryError
from danvan_search.index.codec.doc_values import category_key
from danvan_search.opensearch.documents import site_key
from danvan_search.opensearch.mapping import (
    ACCENTED_WORD,
    FOLDED_WORD,
    TEXT_FIELDS,
    TEXT_GAP,
    WORD_FIELDS,
    key_of,
    keyword_of,
    token,
)
from danvan_search.opensearch.syllables import (
    Filter,
    as_typed,
    mask,
    masked,
    near_spans,
    pattern_query,
    side_by_side,
)
from danvan_search.query.accents import Accents, holds_any, is_held, phrase_holds_any
from danvan_search.query.nodes import (
    And,
    Boost,
    DateRange,
    Equals,
    Everything,
    Field,
    InField,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Required,
    Run,
    Syllable,
    Term,
    Wildcard,
    trimmed,
    without_others,
)
from danvan_search.query.written import written
from danvan_search.search.execution.filters import host_of, source_key

NOTHING: Final[Filter] = {"match_none": {}}
EVERYTHING: Final[Filter] = {"match_all": {}}


class Filters:
    """The filters of the nodes of one query.

    :param accents: ``ignore`` takes every syllable as typed without marks.
    """

    def __init__(self, accents: Accents) -> None:
        self._accents = accents

    def of(self, node: Node, *, exact: bool = False, field: Field | None = None) -> Filter:
        """Return the filter of a node.

        :param exact: whether syllables typed with a mark are held to their accents.
        :param field: the text to look in; None is all.
        """
        match node:
            case Phrase():
                return self.phrase(node, exact=exact, field=field)
            case Near():
                return self._near(node, exact=exact, field=field)
            case Run():
                return all_of([self.of(one, exact=exact, field=field) for one in node.phrases])
            case And():
                return all_of([self.of(one, exact=exact, field=field) for one in node.nodes])
            case Or():
                parts = [self.of(one, exact=exact, field=field) for one in node.nodes]
                return any_of(parts, node.at_least)
            case Not():
                return none_of([self.of(node.node, exact=True, field=field)])
            case Required() | Boost():
                return self.of(node.node, exact=exact, field=field)
            case InField():
                return self.of(node.node, exact=exact, field=node.field)
            case DateRange():
                return date_filter(node)
            case Equals():
                return _equals(node)
            case Everything():
                return EVERYTHING

    def has_marks(self, node: Node) -> bool:
        """Return whether exact matching holds any syllable of a tree to its accents."""
        return holds_any(node, partial(phrase_holds_any, accents=self._accents))

    def phrase(self, node: Phrase, *, exact: bool = False, field: Field | None = None) -> Filter:
        """Return the filter of a phrase; see :meth:`of`."""
        if node.others:
            every = (without_others(node), *node.others)
            return any_of([self.phrase(one, exact=exact, field=field) for one in every])
        syllables = trimmed(node)
        if node.word:
            return self._word(node, exact=exact, field=field)
        if len(syllables) == 1:
            return self._syllable(syllables[0], exact=exact, field=field)
        if node.slop or not all(isinstance(one, Term) for one in syllables):
            return self._spans(node, exact=exact, field=field)
        terms = [one for one in syllables if isinstance(one, Term)]
        folded = side_by_side(terms, field)
        held = [self._is_held(one, exact) for one in terms]
        if not any(held):
            return folded
        typed = as_typed(terms, held, field)
        return all_of([folded, typed]) if field is None else typed

    def _is_held(self, syllable: Syllable, exact: bool) -> bool:
        return exact and is_held(syllable, self._accents)

    def _syllable(self, syllable: Syllable, *, exact: bool, field: Field | None) -> Filter:
        return pattern_query(syllable, self._is_held(syllable, exact), field)

    def _word(self, word: Phrase, *, exact: bool, field: Field | None) -> Filter:
        terms = [one for one in word.syllables if isinstance(one, Term)]
        held = [self._is_held(one, exact) for one in terms]
        folded = token("_".join(one.folded for one in terms))
        accented = token("_".join(one.accented for one in terms))
        if field is not None:
            name = WORD_FIELDS[field]
            if not any(held):
                return {"term": {name: FOLDED_WORD + folded}}
            if all(held):
                return {"term": {name: ACCENTED_WORD + accented}}
            raise QueryError(
                f"{written(word)!r}: a cluster cannot look in one text for a word that is typed "
                "with some of its accents: type all of them, or none"
            )
        if not any(held):
            return {"term": {"wf": folded}}
        if all(held):
            return {"term": {"wa": accented}}
        return self._word_span(word, exact=exact)

    def _word_span(self, word: Phrase, *, exact: bool) -> Filter:
        """Return the spans of a word, from its first syllable to its last."""
        terms = [one for one in word.syllables if isinstance(one, Term)]
        first = masked("wf", token("_".join(one.folded for one in terms)))
        if self._is_held(terms[0], exact):
            typed = {"span_term": {"a": token(terms[0].accented)}}
            first = {"span_within": {"big": first, "little": typed}}
        rest = [self._span(one, exact, None) for one in terms[1:]]
        return near_spans([first, *rest], 0) if rest else first

    # -------------------------------------------------------------------------------- spans

    def _spans(self, node: Phrase, *, exact: bool, field: Field | None) -> Filter:
        """Return the spans of a phrase, all of them in terms of the accented field."""
        if node.others:
            every = (without_others(node), *node.others)
            parts = [self._spans(one, exact=exact, field=field) for one in every]
            return {"span_or": {"clauses": parts}}
        if node.word:
            if field is None:
                return self._word_span(node, exact=exact)
            raise QueryError(
                f"{written(node)!r}: a cluster cannot look in one text for a word near others: "
                "search for its syllables in quotes"
            )
        _check_distance(node, node.slop)
        clauses: list[Filter] = []
        gap = 0
        for one in trimmed(node):
            if isinstance(one, Wildcard):
                gap += 1
                continue
            if gap:
                clauses.append({"span_gap": {TEXT_FIELDS[field]["accented"]: gap}})
                gap = 0
            clauses.append(self._span(one, exact, field))
        return near_spans(clauses, node.slop) if len(clauses) > 1 else clauses[0]

    def _span(self, syllable: Syllable, exact: bool, field: Field | None) -> Filter:
        """Return the spans of a syllable that is no wildcard."""
        held = self._is_held(syllable, exact)
        names = TEXT_FIELDS[field]
        if isinstance(syllable, Term):
            if held:
                return {"span_term": {names["accented"]: token(syllable.accented)}}
            return masked(names["folded"], token(syllable.folded), names["accented"])
        own = {"span_multi": {"match": pattern_query(syllable, held, field, scored=True)}}
        return own if held else mask(own, names["accented"])

    def _near(self, node: Near, *, exact: bool, field: Field | None) -> Filter:
        """Return the filter of a proximity: the right side after the left one, or before it."""
        _check_distance(node, node.distance)
        left, right = (
            self._spans(one, exact=exact, field=field) for one in (node.left, node.right)
        )
        orders = ([left, right], [right, left])
        return {"span_or": {"clauses": [near_spans(order, node.distance) for order in orders]}}


def date_filter(node: DateRange) -> Filter:
    """Return the filter of a range of dates."""
    days = {"gte": node.low, "lte": node.high}
    limits = {name: day.isoformat() for name, day in days.items() if day is not None}
    return {"range": {"date": limits}} if limits else {"exists": {"field": "date"}}


def category_filter(category: str) -> Filter:
    """Return the filter of a category."""
    key = category_key(category)
    return {"term": {"category_key": keyword_of(key)}} if key else NOTHING


def _equals(node: Equals) -> Filter:
    match node.field:
        case "category":
            return category_filter(node.value)
        case "source":
            return {"term": {"source_key": keyword_of(source_key(node.value))}}
        case "site":
            host = host_of(node.value)
            return {"prefix": {"site": site_key(host)}} if host else NOTHING
        case "id":
            return id_filter(node.value)


def id_filter(article_id: str) -> Filter:
    """Return the filter of one article."""
    return {"ids": {"values": [key_of(article_id)]}} if is_utf8(article_id) else NOTHING


def all_of(filters: Sequence[Filter]) -> Filter:
    """Return the filter of what passes all of some."""
    return filters[0] if len(filters) == 1 else {"bool": {"filter": list(filters)}}


def any_of(filters: Sequence[Filter], at_least: int = 1) -> Filter:
    """Return the filter of what passes some of others.

    :param at_least: how many of them; more than there are let nothing through.
    """
    if at_least > len(filters):
        return NOTHING
    if len(filters) == 1:
        return filters[0]
    return {"bool": {"should": list(filters), "minimum_should_match": at_least}}


def none_of(filters: Iterable[Filter]) -> Filter:
    """Return the filter of what passes none of some."""
    return {"bool": {"must_not": list(filters)}}


def _check_distance(node: Node, distance: int) -> None:
    if distance >= TEXT_GAP:
        raise QueryError(
            f"{written(node)!r} asks for a distance of {distance:,}: a cluster takes less than "
            f"{TEXT_GAP:,}"
        )
