"""What is scored as one term each: phrases, and the terms and pairs of runs that are not plain.

With their postings among some documents.
"""

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.codec.bm25 import K1, PAIR_K1, idf, term_weight
from danvan_search.index.codec.champions import Postings
from danvan_search.query.accents import is_held
from danvan_search.query.nodes import Field, Near, Phrase, Run, Term, is_plain
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.limits import SCORE_ENTRIES
from danvan_search.search.execution.segment_view import SegmentView


class TermPostings(NamedTuple):
    """The postings of what is scored as one term, among some documents.

    :ivar df: live documents that contain it.
    :ivar weight: the weight of its saturation in a score.
    :ivar kept: int64[m], which of the documents have postings, as indices; None for all.
    :ivar postings: those of the documents that are kept.
    """

    df: int
    weight: float
    kept: NDArray[np.int64] | None
    postings: Postings


def term_postings(
    execution: Execution,
    node: Phrase | Near,
    segment_index: int,
    docs: NDArray[np.int64],
    field: Field | None,
    *,
    exact: bool,
) -> TermPostings | None:
    """Return the occurrences of a phrase in some documents; None if no document has any.

    :param docs: int64[n], ascending.
    """
    execution.limits.take(len(docs) * SCORE_ENTRIES, node)
    df = execution.phrases.document_frequency(node, exact=exact, field=field)
    if not df:
        return None
    weight = term_weight(df, execution.searcher.doc_count)
    tfs = execution.phrases.pattern_tfs(node, segment_index, docs, exact=exact, field=field)
    if tfs is not None:
        # A frequency of 0 scores 0.
        return TermPostings(df, weight, None, Postings(docs, *tfs))
    postings = execution.phrases.postings_among(node, segment_index, docs, exact=exact, field=field)
    return TermPostings(df, weight, *_common(docs, postings))


def scores_exact(execution: Execution, node: Phrase | Near, field: Field | None) -> bool:
    """Return whether documents with exact occurrences of a phrase are scored by these alone.

    It makes no difference where all occurrences are exact.
    """
    return execution.phrases.ids.has_marks(node) and not (
        field is None and execution.phrases.are_all_exact(node)
    )


class RunTerm(NamedTuple):
    """A part of a run that is scored as one term.

    :ivar phrase: the part.
    :ivar weight: its weight, without its idf.
    :ivar exact: whether its exact occurrences count, or all.
    """

    phrase: Phrase
    weight: float
    exact: bool


def run_terms(execution: Execution, run: Run) -> tuple[list[RunTerm], list[tuple[Phrase, float]]]:
    """Return the terms of a run that is not plain, and its pairs of plain neighbours.

    The pairs have their weights, without their idf.
    """
    parts = [part for phrase in run.phrases for part in _scored_parts(phrase)]
    formula = execution.searcher.formula
    terms = []
    for alone in parts:
        weight = _weight(execution, alone)
        share = 0.0
        if execution.phrases.ids.has_marks(alone):
            share = formula.accented_weight
            terms.append(RunTerm(alone, weight * share, exact=True))
        terms.append(RunTerm(alone, weight * (1 - share), exact=False))
    pairs = []
    for first, second in pairwise(parts):
        if is_plain(first) and is_plain(second):
            weight = math.sqrt(_weight(execution, first) * _weight(execution, second))
            pair = Phrase((*first.syllables, *second.syllables))
            pairs.append((pair, weight * formula.pair_weight))
    return terms, pairs


def pair_postings(
    execution: Execution,
    pair: Phrase,
    segment_index: int,
    docs: NDArray[np.int64],
    field: Field | None,
) -> TermPostings | None:
    """Return the occurrences of a pair in some documents; None if no document has any."""
    df = execution.phrases.document_frequency(pair, field=field)
    if not df:
        return None
    postings = execution.phrases.postings(pair, segment_index, field=field)
    weight = (PAIR_K1 + 1) * idf(df, execution.searcher.doc_count)
    return TermPostings(df, weight, *_common(docs, postings))


def pair_norms(view: SegmentView, docs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return float64[n], the K of some documents for a pair."""
    return np.asarray(view.norms.take(docs) * (PAIR_K1 / K1))


def _scored_parts(phrase: Phrase) -> list[Phrase]:
    """Return what of a bare syllable or a code is scored as one term each.

    What may be written otherwise is one term as a whole.
    """
    if phrase.others:
        return [phrase]
    return [Phrase((syllable,)) for syllable in phrase.syllables]


def _weight(execution: Execution, part: Phrase) -> float:
    """Return the weight of a part of a run; all but a plain term weigh as a content syllable."""
    term = part.syllables[0]
    if part.others or not isinstance(term, Term):
        return 1.0
    is_typed = is_held(term, execution.accents)
    return execution.searcher.formula.weight(term.folded, term.accented if is_typed else None)


def _common(docs: NDArray[np.int64], postings: Postings) -> tuple[NDArray[np.int64], Postings]:
    """Return which of some ascending documents have postings, as indices, and those."""
    if np.array_equal(docs, postings.docs):
        return np.arange(len(docs)), postings
    if len(docs) <= len(postings.docs):
        kept, indices = _found_in(docs, postings.docs)
    else:
        indices, kept = _found_in(postings.docs, docs)
    title_tfs = None if postings.title_tfs is None else postings.title_tfs[indices]
    return kept, Postings(postings.docs[indices], postings.tfs[indices], title_tfs)


def _found_in(
    few: NDArray[np.int64], many: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the indices of the numbers that two ascending arrays have in common, in each."""
    if not len(few):
        return np.arange(0), np.arange(0)
    indices = np.minimum(many.searchsorted(few), len(many) - 1)
    found = np.flatnonzero(many[indices] == few)
    return found, indices[found]
