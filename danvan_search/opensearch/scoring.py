"""The scores of a query tree as clauses of OpenSearch, with its stock BM25.

Lucene's score of a term is boost · idf · tf / (tf + K), in versions before 3 times (k1 + 1). Ours
differs in the idf alone: that of a title counts whole articles, and that of a phrase the articles
that have it, where Lucene adds up those of its forms. So the boost is our weight, times our idf,
over that of Lucene, from counts that are asked for first.

What has a pattern, such as a prefix, has no such score: it adds to every article that has it what
one occurrence adds to an article of average length.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from danvan_search.index.codec.bm25 import K1, PAIR_K1, TITLE_WEIGHT, idf
from danvan_search.opensearch.counts import Counts
from danvan_search.opensearch.filters import Filters, none_of
from danvan_search.opensearch.mapping import TEXT_FIELDS, Kind, token
from danvan_search.opensearch.syllables import Filter, as_typed, phrase_query
from danvan_search.query.accents import Accents, forms_of, is_held
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
    Wildcard,
    is_plain,
    trimmed,
)
from danvan_search.search.execution.formula import FORMULA

_ONCE: Final = 1 / (1 + K1)
"""The saturation of one occurrence in an article of average length."""

_FIRST_WITHOUT_FACTOR: Final = 3
"""The version from which on the BM25 of OpenSearch has no factor (k1 + 1)."""


class Scores:
    """The clauses that score the articles of one query.

    :ivar bound: what no score of the clauses that were made exceeds.

    :param filters: the filters of the query.
    :param counts: how many articles pass filters.
    :param version: the version of OpenSearch; its first number.
    """

    def __init__(self, filters: Filters, counts: Counts, accents: Accents, version: int) -> None:
        self._filters = filters
        self._counts = counts
        self._accents = accents
        self._has_factor = version < _FIRST_WITHOUT_FACTOR
        self.bound = 0.0

    def of(self, node: Node, factor: float = 1.0, field: Field | None = None) -> list[Filter]:
        """Return the clauses of a tree, whose scores are added up.

        :param factor: what they count.
        :param field: the text of which occurrences count; None is all.
        """
        match node:
            case Phrase() | Near():
                return self._phrase(node, factor, field)
            case Run():
                return self._run(node, factor, field)
            case And() | Or():
                return [clause for one in node.nodes for clause in self.of(one, factor, field)]
            case Boost():
                return self.of(node.node, factor * node.factor, field)
            case Required():
                return self.of(node.node, factor, field)
            case InField():
                return self.of(node.node, factor, node.field)
            case _:
                return []

    # ------------------------------------------------------------------------------ phrases

    def _phrase(self, node: Phrase | Near, factor: float, field: Field | None) -> list[Filter]:
        """Return the clauses of a phrase, scored by its exact occurrences where it has any."""
        exact = self._filters.of(node, exact=True, field=field)
        folded = self._filters.of(node, field=field)
        if exact == folded:
            return self._held(node, factor, field, exact=False)
        of_exact = self._held(node, factor, field, exact=True)
        of_others = self._held(node, factor, field, exact=False)
        clauses: list[Filter] = []
        if of_exact:
            clauses.append({"bool": {"filter": [exact], "should": of_exact}})
        if of_others:
            others = {"filter": [folded, none_of([exact])], "should": of_others}
            clauses.append({"bool": others})
        return clauses

    def _held(
        self, node: Phrase | Near, factor: float, field: Field | None, *, exact: bool
    ) -> list[Filter]:
        """Return the clauses of the occurrences of a phrase."""
        own = self._filters.of(node, exact=exact, field=field)
        if isinstance(node, Phrase):
            # Wildcards at the ends do not count, nor does the slop of one syllable.
            inner = trimmed(node)
            node = replace(node, syllables=inner, slop=node.slop if len(inner) > 1 else 0)
        if isinstance(node, Near) or not is_plain(node):
            if (forms := self._forms(node, exact)) is None:
                return self._constant(own, factor)
            return self._spans(node, forms, own, factor, field, exact=exact)
        terms = [one for one in node.syllables if isinstance(one, Term)]
        held = [exact and is_held(one, self._accents) for one in terms]
        if node.word:
            if field is not None or (any(held) and not all(held)):
                return self._constant(own, factor)
            name = "wa" if all(held) else "wf"
            form = token("_".join(one.accented if all(held) else one.folded for one in terms))
            return self._weighed(own, factor, [(name, form)], {"term": {name: {"value": form}}})
        clauses = self._text(terms, held, own, factor, field)
        if field is None:
            clauses += self._text(terms, held, own, TITLE_WEIGHT * factor, "title")
        elif field == "title":
            clauses += self._text(terms, held, own, TITLE_WEIGHT * factor, field)
        return clauses

    def _forms(self, node: Phrase | Near, exact: bool) -> list[tuple[Kind, str]] | None:
        """Return the distinct forms of spans; None for what is no span of terms alone."""
        phrases = (node.left, node.right) if isinstance(node, Near) else (node,)
        forms: list[tuple[Kind, str]] = []
        for phrase in phrases:
            if phrase.word or phrase.others:
                return None
            for one in phrase.syllables:
                if isinstance(one, Term):
                    held = exact and is_held(one, self._accents)
                    own: Kind = "accented" if held else "folded"
                    forms.append((own, token(one.accented if held else one.folded)))
                elif not isinstance(one, Wildcard):
                    return None
        return list(dict.fromkeys(forms))

    def _spans(
        self,
        node: Phrase | Near,
        forms: Sequence[tuple[Kind, str]],
        counted: Filter,
        factor: float,
        field: Field | None,
        *,
        exact: bool,
    ) -> list[Filter]:
        """Return the clauses of the spans of a phrase or a proximity: in the text, in the title."""
        texts: list[tuple[Field | None, float]] = [(field, factor)]
        if field in (None, "title"):
            texts.append(("title", TITLE_WEIGHT * factor))
        clauses: list[Filter] = []
        for text, weight in texts:
            own = [(TEXT_FIELDS[text][kind], form) for kind, form in forms]
            query = self._filters.of(node, exact=exact, field=text)
            clauses += self._weighed(counted, weight, own, query)
        return clauses

    def _text(
        self,
        terms: Sequence[Term],
        held: Sequence[bool],
        counted: Filter,
        factor: float,
        field: Field | None,
    ) -> list[Filter]:
        """Return the clause of terms side by side in one text, or in all.

        :param counted: the filter of the articles that have them.
        """
        names = TEXT_FIELDS[field]
        forms = [
            (names["accented"], token(one.accented))
            if own
            else (names["folded"], token(one.folded))
            for one, own in zip(terms, held, strict=True)
        ]
        if any(held):
            query = as_typed(terms, held, field, 1.0)
            if not all(held):
                # Spans know each form once.
                forms = list(dict.fromkeys(forms))
        else:
            query = phrase_query(names["folded"], [form for _, form in forms], 1.0)
        return self._weighed(counted, factor, forms, query)

    def _weighed(
        self, counted: Filter, factor: float, forms: Sequence[tuple[str, str]], query: Filter
    ) -> list[Filter]:
        """Return a query of forms with the boost that gives it the weight of one term.

        :param counted: the filter of the articles that count.
        :param forms: the fields and the forms of which Lucene adds up the idfs.
        """
        df, articles = self._counts.of(counted), self._counts.articles
        own = sum(self._idf_of_lucene(field, form) for field, form in forms)
        if not df or not own or not factor:
            return []
        weight = factor * idf(df, articles)
        self.bound += weight * (K1 + 1)
        ((kind, values),) = query.items()
        boost = weight * self._factor(K1) / own
        if kind.startswith("span_"):
            return [{kind: {**values, "boost": boost}}]
        ((name, value),) = values.items()
        return [{kind: {name: {**value, "boost": boost}}}]

    def _constant(self, own: Filter, factor: float) -> list[Filter]:
        """Return the clause of what has no score of Lucene's."""
        df, articles = self._counts.of(own), self._counts.articles
        weight = factor * (K1 + 1) * idf(df, articles) * _ONCE if df else 0.0
        if not weight:
            return []
        self.bound += weight
        return [{"constant_score": {"filter": own, "boost": weight}}]

    # --------------------------------------------------------------------------------- runs

    def _run(self, run: Run, factor: float, field: Field | None) -> list[Filter]:
        """Return the clauses of a run: those of its syllables, and of its pairs of neighbours."""
        parts = [
            part
            for one in run.phrases
            for part in ([one] if one.others else [Phrase((it,)) for it in one.syllables])
        ]
        weights: defaultdict[tuple[Kind, str], float] = defaultdict(float)
        pairs: defaultdict[str, float] = defaultdict(float)
        clauses: list[Filter] = []
        for part in parts:
            weight = self._weight(part)
            if is_plain(part):
                ((folded, accented),) = forms_of(part, self._accents)
                share = 0.0 if accented is None else FORMULA.accented_weight
                weights["folded", token(folded)] += weight * (1 - share)
                if accented is not None:
                    weights["accented", token(accented)] += weight * share
            else:
                clauses += self._pattern(part, weight * factor, field)
        for one, other in pairwise(parts):
            if is_plain(one) and is_plain(other):
                (first, second) = (token(forms_of(part, "ignore")[0][0]) for part in (one, other))
                mean = math.sqrt(self._weight(one) * self._weight(other))
                pairs[f"{first}_{second}"] += mean * FORMULA.pair_weight
        for (kind, form), weight in weights.items():
            clauses += self._term(kind, form, weight * factor, field)
        if field is None:
            name = TEXT_FIELDS[None]["pairs"]
            for pair, weight in pairs.items():
                clauses += self._scored(name, pair, weight * factor, name, PAIR_K1)
        return clauses

    def _pattern(self, part: Phrase, weight: float, field: Field | None) -> list[Filter]:
        """Return the clauses of a part of a run that is no plain term."""
        exact = self._filters.of(part, exact=True, field=field)
        folded = self._filters.of(part, field=field)
        if exact == folded:
            return self._constant(folded, weight)
        share = FORMULA.accented_weight
        return self._constant(exact, weight * share) + self._constant(folded, weight * (1 - share))

    def _weight(self, part: Phrase) -> float:
        """Return the weight of a part of a run; all but a plain term weigh 1."""
        term = trimmed(part)[0]
        if part.others or not isinstance(term, Term):
            return 1.0
        return FORMULA.weight(term.folded, term.accented if is_held(term, self._accents) else None)

    def _term(self, kind: Kind, form: str, weight: float, field: Field | None) -> list[Filter]:
        """Return the clauses of a form: in the text, and in the title."""
        name = TEXT_FIELDS[field][kind]
        in_title = TEXT_FIELDS["title"][kind]
        clauses = self._scored(name, form, weight, name)
        if field in (None, "title"):
            clauses += self._scored(in_title, form, TITLE_WEIGHT * weight, name)
        return clauses

    def _scored(
        self, name: str, form: str, weight: float, counted: str, k1: float = K1
    ) -> list[Filter]:
        """Return the clause of a token in one field, by the articles that have it in another."""
        df, articles = self._counts.of({"term": {counted: form}}), self._counts.articles
        own = self._idf_of_lucene(name, form)
        if not df or not own or not weight:
            return []
        weight *= idf(df, articles)
        self.bound += weight * (k1 + 1)
        return [{"term": {name: {"value": form, "boost": weight * self._factor(k1) / own}}}]

    def _factor(self, k1: float) -> float:
        return 1.0 if self._has_factor else k1 + 1

    def _idf_of_lucene(self, name: str, form: str) -> float:
        """Return the idf that Lucene has for a form, 0 if no article has it there."""
        df = self._counts.of({"term": {name: form}})
        return idf(df, self._counts.of({"exists": {"field": name}})) if df else 0.0
