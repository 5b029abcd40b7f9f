"""Says what the score of one document is made of.

The shape of the parts is that of the query, and their values come from what scores documents:
``bag_scorer``, ``phrase_scorer``, ``scored_terms``, and the addends of ``second_stage``.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from danvan_search.index.codec.bm25 import idf, saturation
from danvan_search.query.nodes import (
    And,
    Boost,
    Field,
    InField,
    Near,
    Node,
    Or,
    Phrase,
    Required,
    Run,
    Term,
    is_plain,
    trimmed,
    without_others,
)
from danvan_search.query.written import written
from danvan_search.search.execution.bag_scorer import bag_frequencies
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.phrase_scorer import phrase_score, title_weight
from danvan_search.search.execution.score_parts import (
    PartCode,
    Place,
    ScorePart,
    TermDetails,
    TermKind,
)
from danvan_search.search.execution.scored_terms import (
    pair_norms,
    pair_postings,
    run_terms,
    scores_exact,
    term_postings,
)
from danvan_search.search.execution.second_stage import added_to
from danvan_search.search.execution.strategies import find_list, reranked_forms

_ADDENDS: Final[dict[PartCode, str]] = {
    "window": "the most of the query in neighbouring syllables",
    "cover": "the shortest span with all that the article has of the query",
    "trigrams": "three neighbours of the query side by side",
    "title": "the share of the title that the query has",
}


def first_stage_parts(
    execution: Execution, scored: Node, segment_index: int, doc: int
) -> tuple[ScorePart, ...]:
    """Return what the default ranker gives a document: no, one or several parts.

    :param scored: the tree that is scored.
    :param doc: its number in the segment.
    """
    return tuple(_Parts(execution, segment_index, doc).of(scored, 1.0, None))


class SecondStage:
    """What the second stage adds to the documents that it ranks again.

    :param search: a search that finds them, with its rest.
    """

    def __init__(self, search: PageSearch) -> None:
        self._places: dict[tuple[int, int], int] = {}
        searcher = search.execution.searcher
        search = search._replace(limit=searcher.formula.depth, offset=0)
        forms = reranked_forms(search)
        if forms is None:
            return
        found, sizes = find_list(search)
        ranked = sum(sizes)
        if not ranked:
            return
        places = zip(found.segments[:ranked], found.docs[:ranked], strict=True)
        self._places = {place: at for at, place in enumerate(places)}
        self._added = added_to(searcher, forms, found, sizes, (0, ranked)).addends

    def parts(self, segment_index: int, doc: int) -> tuple[ScorePart, ...]:
        """Return what it adds to a document; none if it is not ranked again.

        :param doc: its number in the segment.
        """
        place = self._places.get((segment_index, doc))
        if place is None:
            return ()
        return tuple(
            ScorePart(what, code, float(getattr(self._added, code)[place]), 2)
            for code, what in _ADDENDS.items()
        )


class _Parts:
    """The parts of the score of one document.

    :param doc: its number in the segment.
    """

    def __init__(self, execution: Execution, segment_index: int, doc: int) -> None:
        self._execution = execution
        self._segment_index = segment_index
        self._view = execution.searcher.views[segment_index]
        self._docs = np.array([doc])

    def of(self, node: Node, factor: float, field: Field | None) -> Iterator[ScorePart]:
        """Yield the parts of a node with a score.

        :param factor: by which its score is multiplied.
        :param field: the text of which occurrences count; None is all.
        """
        match node:
            case Phrase() | Near():
                yield from _sum(written(node), self._phrase(node, factor, field))
            case Run():
                is_bag = field is None and is_plain(node)
                own = self._bag(node, factor) if is_bag else self._run(node, factor, field)
                yield from _sum(written(node), own)
            case And() | Or():
                for one in node.nodes:
                    yield from self.of(one, factor, field)
            case Boost():
                yield from _sum(written(node), self.of(node.node, factor * node.factor, field))
            case Required():
                yield from self.of(node.node, factor, field)
            case InField():
                yield from self.of(node.node, factor, node.field)

    def _bag(self, run: Run, factor: float) -> Iterator[ScorePart]:
        """Yield the terms of a plain run."""
        bag = self._execution.bag(run)
        found = bag_frequencies(self._view, self._segment_index, bag, self._docs)
        tfs, norms = found.tfs[:, 0].tolist(), found.norms[:, 0].tolist()
        values = found.values()[:, 0].tolist()
        for addend, tf, norm, value in zip(found.addends, tfs, norms, values, strict=True):
            if not tf:
                continue
            term = addend.term
            kind: TermKind = "accented" if len(term.forms) > 1 else "folded"
            form = term.forms[-1]
            if term.titles is None:
                kind, form = "pair", " ".join(term.forms)
            details = TermDetails(
                form,
                kind,
                kind == "accented",
                None,
                "title" if addend.in_title else "article",
                tf,
                term.df,
                self._idf(term.df),
                norm,
                factor * addend.weight,
            )
            yield _leaf(details, factor * value)

    def _run(self, run: Run, factor: float, field: Field | None) -> Iterator[ScorePart]:
        """Yield the terms of another run."""
        terms, pairs = run_terms(self._execution, run)
        for phrase, weight, exact in terms:
            yield from self._term(phrase, factor * weight, field, exact=exact)
        for pair, weight in pairs:
            found = pair_postings(self._execution, pair, self._segment_index, self._docs, field)
            if found is None or not len(found.postings.docs):
                continue
            tf = float(found.postings.tfs[0])
            norm = float(pair_norms(self._view, self._docs)[0])
            whole = factor * weight * found.weight
            details = TermDetails(
                " ".join([one.folded for one in pair.syllables if isinstance(one, Term)]),
                "pair",
                False,
                field,
                "article",
                tf,
                found.df,
                self._idf(found.df),
                norm,
                whole,
            )
            yield _leaf(details, whole * saturation(tf, norm))

    def _phrase(
        self, node: Phrase | Near, factor: float, field: Field | None
    ) -> Iterator[ScorePart]:
        """Yield the parts of a phrase, by its exact occurrences where there are any."""
        own: list[ScorePart] = []
        if scores_exact(self._execution, node, field):
            own = list(self._term(node, factor, field, exact=True))
        yield from own or self._term(node, factor, field, exact=False)

    def _term(
        self, node: Phrase | Near, factor: float, field: Field | None, *, exact: bool
    ) -> Iterator[ScorePart]:
        """Yield what the occurrences of one term add, in all texts and in the title."""
        found = term_postings(
            self._execution, node, self._segment_index, self._docs, field, exact=exact
        )
        if found is None or not len(found.postings.docs):
            return
        docs, tfs, title_tfs = found.postings
        weight = factor * found.weight
        rows: list[tuple[Place, float, float, float]] = [
            ("article", float(tfs[0]), float(self._view.norms[docs[0]]), weight)
        ]
        if title_tfs is not None:
            norm = float(self._view.title_norms[docs[0]])
            rows.append(("title", float(title_tfs[0]), norm, title_weight(weight)))
        kind, form = _named(node, exact=exact)
        for place, tf, norm, own in rows:
            if tf:
                value = phrase_score(tf, norm, own)
                details = TermDetails(
                    form, kind, exact, field, place, tf, found.df, self._idf(found.df), norm, own
                )
                yield _leaf(details, value)

    def _idf(self, df: int) -> float:
        return idf(df, self._execution.searcher.doc_count)


def _leaf(term: TermDetails, value: float) -> ScorePart:
    where = "" if term.field is None else f" within {term.field}:"
    where += " in the title" if term.place == "title" else ""
    accents = ", accents as typed" if term.exact and term.kind != "accented" else ""
    return ScorePart(f"{term.kind} {term.form}{where}{accents}", "term", value, term=term)


def _sum(what: str, parts: Iterator[ScorePart]) -> Iterator[ScorePart]:
    """Yield the sum of some parts, if there are any."""
    children = tuple(parts)
    if children:
        yield ScorePart.sum_of(what, "query", children)


def _named(node: Phrase | Near, *, exact: bool) -> tuple[TermKind, str]:
    """Return the kind and the form of what is scored as one term."""
    if isinstance(node, Near):
        return "near", written(node)
    if node.others:
        return "expansion", " = ".join(map(written, (without_others(node), *node.others)))
    syllables = trimmed(node)
    if len(syllables) > 1 or node.word:
        return "phrase", written(node)
    term = syllables[0]
    if not isinstance(term, Term):
        return "pattern", written(replace(term))
    return ("accented", term.accented) if exact else ("folded", term.folded)
