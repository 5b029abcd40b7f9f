"""Scores: BM25 on the syllable grid.

For a run of bare syllables, measured on three Vietnamese test sets::

    score(d) = sum over syllables:  0.7 BM25(accented form) + 0.3 BM25(folded form)  if marked
                                    BM25(folded form)                                if not
             + 0.5 sum over neighbouring pairs: BM25(folded biword), with k1 = 0.6

The sums run over the query's syllables with repetition. A quoted phrase counts as one term:
0.7 for its occurrences with the accents as typed and 0.3 for its occurrences by folded form.
Title and body count together, and the title once more, alone, at weight 0.3: its syllables and
phrases but not its pairs, with the idf of whole articles, since a common word that is merely rare
in titles is no sign of anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.index import Postings, Snapshot
from danvan_search.query import Phrase
from danvan_search.search.lookup import Lookup

Scores = NDArray[np.float64]

K1: Final = 1.2
B: Final = 0.75
PAIR_K1: Final = 0.6
PAIR_WEIGHT: Final = 0.5
ACCENTED_WEIGHT: Final = 0.7
TITLE_WEIGHT: Final = 0.3


@dataclass(frozen=True, slots=True)
class Collection:
    """The numbers of the whole index that BM25 needs.

    :ivar count: the number of articles.
    :ivar text_lengths: title and body together, in syllables; int32, shape (doc_count_all,).
    :ivar title_lengths: the titles alone; int32, shape (doc_count_all,).
    :ivar text_average: the mean of the live ones of ``text_lengths``.
    :ivar title_average: the mean of the live ones of ``title_lengths``.
    """

    count: int
    text_lengths: NDArray[np.int32]
    title_lengths: NDArray[np.int32]
    text_average: float
    title_average: float

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Collection":
        """Gather the numbers of a snapshot; removed articles count for nothing."""
        titles = snapshot.lengths["title"]
        texts = titles + snapshot.lengths["body"]
        return cls(
            snapshot.doc_count,
            texts,
            titles,
            _mean(texts[snapshot.live]),
            _mean(titles[snapshot.live]),
        )


def score_runs(runs: tuple[Phrase, ...], lookup: Lookup, *, accents_count: bool) -> Scores:
    """Score every document for the runs of a query.

    :param runs: the quoted phrases and the runs of bare syllables.
    :param accents_count: False scores as if the query had been typed without marks.
    :return: float64, shape (doc_count_all,); 0 where nothing of the query occurs.
    """
    collection = Collection.of(lookup.snapshot)
    scores = np.zeros(len(collection.text_lengths))

    def add(postings: Postings, weight: float, k1: float = K1, title: bool = True) -> None:
        if weight and len(postings.docs):
            _add_bm25(scores, postings, collection, weight, k1, title)

    for run in runs:
        (_add_phrase if run.quoted else _add_bare)(run, lookup, add, accents_count)
    return scores


Add = Callable[..., None]


def _add_phrase(run: Phrase, lookup: Lookup, add: Add, accents_count: bool) -> None:
    found = lookup.phrase(run.syllables)
    marked = accents_count and any(one.marked for one in run.syllables)
    accented_weight = ACCENTED_WEIGHT if marked else 0.0
    add(found.exact, accented_weight)
    add(found.folded, 1.0 - accented_weight)


def _add_bare(run: Phrase, lookup: Lookup, add: Add, accents_count: bool) -> None:
    for one in run.syllables:
        accented_weight = ACCENTED_WEIGHT if accents_count and one.marked else 0.0
        if accented_weight:
            add(lookup.postings("accented", one.accented), accented_weight)
        add(lookup.postings("folded", one.folded), 1.0 - accented_weight)
    for first, second in pairwise(run.syllables):
        pair = lookup.postings("biword", f"{first.folded} {second.folded}")
        add(pair, PAIR_WEIGHT, PAIR_K1, title=False)


def _add_bm25(
    scores: Scores,
    postings: Postings,
    collection: Collection,
    weight: float,
    k1: float,
    title: bool,
) -> None:
    docs = postings.docs
    weight *= (k1 + 1.0) * idf(len(docs), collection.count)
    frequencies = postings.title + postings.body
    lengths = collection.text_lengths[docs] / collection.text_average
    scores[docs] += weight * saturation(frequencies, lengths, k1)
    if title:
        titled = postings.title > 0
        docs = docs[titled]
        lengths = collection.title_lengths[docs] / collection.title_average
        scores[docs] += (TITLE_WEIGHT * weight) * saturation(postings.title[titled], lengths, k1)


def idf(document_frequency: int, count: int) -> float:
    """Return the inverse document frequency: ln(1 + (N - df + 0.5) / (df + 0.5)).

    The form that Lucene uses; unlike the first one it is never negative.
    """
    return float(np.log1p((count - document_frequency + 0.5) / (document_frequency + 0.5)))


def saturation(
    frequencies: NDArray[np.int32], relative_lengths: NDArray[np.float64], k1: float
) -> Scores:
    """Return the part of BM25 that depends on the document: tf / (tf + K).

    Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009):
    BM25 is idf · (k1 + 1) · tf / (tf + K), with K = k1 · (1 - b + b · length / mean length).

    :param frequencies: the occurrences in each document; shape (n,).
    :param relative_lengths: its length over the mean length; shape (n,).
    :return: float64, shape (n,).
    """
    return frequencies / (frequencies + k1 * (1.0 - B + B * relative_lengths))


def _mean(lengths: NDArray[np.int32]) -> float:
    return float(lengths.mean()) if lengths.any() else 1.0
