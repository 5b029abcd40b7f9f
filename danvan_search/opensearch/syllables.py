"""Queries of OpenSearch for syllables: alone, side by side, and as spans."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from danvan_search.opensearch.mapping import TEXT_FIELDS, token
from danvan_search.query.fit import fitting_letters
from danvan_search.query.nodes import Field, Fuzzy, Prefix, Syllable, Term, Wildcard

Filter = dict[str, Any]
"""A query of OpenSearch, which is not scored unless it says so."""

_PLAIN: Final = re.compile(r"[^\W_]")


def side_by_side(terms: Sequence[Term], field: Field | None) -> Filter:
    """Return the filter of folded forms side by side."""
    names = TEXT_FIELDS[field]
    folded = [token(one.folded) for one in terms]
    if len(folded) == 1:
        return {"term": {names["folded"]: folded[0]}}
    if "pairs" not in names:
        return phrase_query(names["folded"], folded)
    pairs = [f"{one}_{other}" for one, other in pairwise(folded)]
    return phrase_query(names["pairs"], pairs)


def phrase_query(field: str, tokens: Sequence[str], boost: float | None = None) -> Filter:
    """Return the query for tokens side by side."""
    if len(tokens) == 1:
        (only,) = tokens
        return {"term": {field: only if boost is None else {"value": only, "boost": boost}}}
    text: Filter = {"query": " ".join(tokens)}
    return {"match_phrase": {field: text if boost is None else {**text, "boost": boost}}}


def as_typed(
    terms: Sequence[Term], held: Sequence[bool], field: Field | None, boost: float | None = None
) -> Filter:
    """Return the query for terms side by side, of which some are held to their accents.

    Some are: these are looked for in the accented field, the others in the folded one.
    """
    names = TEXT_FIELDS[field]
    if all(held):
        return phrase_query(names["accented"], [token(one.accented) for one in terms], boost)
    clauses = [
        {"span_term": {names["accented"]: token(one.accented)}}
        if is_typed
        else masked(names["folded"], token(one.folded), names["accented"])
        for one, is_typed in zip(terms, held, strict=True)
    ]
    spans = near_spans(clauses, 0)
    if boost is not None:
        spans["span_near"]["boost"] = boost
    return spans


def near_spans(clauses: Sequence[Filter], slop: int) -> Filter:
    """Return the spans of others in their order."""
    return {"span_near": {"clauses": list(clauses), "slop": slop, "in_order": True}}


def masked(field: str, form: str, shown: str = "a") -> Filter:
    """Return the spans of a token as if another field had it at the same positions."""
    return mask({"span_term": {field: form}}, shown)


def mask(spans: Filter, shown: str) -> Filter:
    """Return spans as if another field had them at the same positions."""
    return {"field_masking_span": {"query": spans, "field": shown}}


def pattern_query(
    syllable: Syllable, held: bool, field: Field | None, *, scored: bool = False
) -> Filter:
    """Return the filter of one syllable.

    :param held: whether its accents count.
    :param scored: whether it is part of a span, which has its own way to expand patterns.
    """
    names = TEXT_FIELDS[field]
    rewrite = {} if scored else {"rewrite": "constant_score"}
    match syllable:
        case Term():
            form = syllable.accented if held else syllable.folded
            return {"term": {names["accented" if held else "folded"]: token(form)}}
        case Prefix() if held:
            expression = "".join([_class(fitting_letters(one)) for one in syllable.accented])
            return _regexp(names["accented"], f"{expression}.*", rewrite)
        case Prefix():
            return {"prefix": {names["folded"]: {"value": syllable.folded, **rewrite}}}
        case Fuzzy():
            return _regexp(names["folded"], _one_edit(syllable.folded), rewrite)
        case Wildcard():
            return {"exists": {"field": names["folded"]}}


def _regexp(field: str, expression: str, rewrite: Filter) -> Filter:
    return {"regexp": {field: {"value": expression, "flags": "NONE", **rewrite}}}


def _class(letters: str) -> str:
    return _escaped(letters) if len(letters) == 1 else f"({'|'.join(map(_escaped, letters))})"


def _escaped(text: str) -> str:
    return "".join([one if _PLAIN.match(one) else f"\\{one}" for one in text])


def _one_edit(form: str) -> str:
    """Return a regular expression of the forms that are at most one edit away."""
    found = [_escaped(form)]
    for at in range(len(form) + 1):
        head, tail = _escaped(form[:at]), form[at:]
        found.append(f"{head}.{_escaped(tail)}")
        if tail:
            found.append(f"{head}.?{_escaped(tail[1:])}")
        if len(tail) > 1:
            found.append(f"{head}{_escaped(tail[1] + tail[0] + tail[2:])}")
    return "|".join(found)
