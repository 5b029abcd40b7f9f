"""The units that stand out: in an article, in the articles that match a query, near a word."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter
from typing import Final, Literal, get_args

import numpy as np

from danvan_search.errors import OptionError
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.query import Node, Query
from danvan_search.search.highlight.grid_marks import MarkFinder
from danvan_search.search.options import check_int
from danvan_search.search.planner import find_matches
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.study.concordance import Concordance, read_query
from danvan_search.study.counts import Count
from danvan_search.study.measures import log_likelihood, mutual_information, rise, tf_idf
from danvan_search.study.options import ConcordanceOptions
from danvan_search.study.units import Background, Stretch, count_units, stretch_of

Measure = Literal["log-likelihood", "pmi"]
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)

SET_SAMPLE: Final = 200
"""Of a set of more articles, this many are read, evenly spaced."""
OCCURRENCE_SAMPLE: Final = 20_000
"""Of a word with more occurrences, this many are looked around, evenly spaced."""
LEAST: Final = 5
"""A unit occurs so often near a word, or half as often as the word does."""
LEAST_SHARE: Final = 0.03
"""A unit is in this share of the articles of a set, and in two."""
CANDIDATES: Final = 10
"""So many units for each term that is asked for are counted exactly."""
MAX_WINDOW: Final = 50

_ANY: Final = Count(0, 0)


@dataclass(frozen=True, slots=True)
class Term:
    """A unit that stands out: a word, or a pair of syllables where articles have no words.

    :ivar text: its accented forms, with a blank between two syllables.
    :ivar score: how much it stands out; comparable within one list.
    :ivar occurrences: how often it occurs in what was asked for, as far as that was read.
    :ivar articles: in how many of its articles.
    :ivar all_occurrences: how often it occurs in the index.
    :ivar all_articles: in how many articles of the index.
    """

    text: str
    score: float
    occurrences: int
    articles: int
    all_occurrences: int
    all_articles: int

    def to_json(self) -> dict[str, str | int | float]:
        """Return the term as plain JSON values."""
        return {
            "term": self.text,
            "score": self.score,
            "occurrences": self.occurrences,
            "articles": self.articles,
            "all_occurrences": self.all_occurrences,
            "all_articles": self.all_articles,
        }


def keywords(index: SearchableSnapshot, article_id: str, limit: int) -> list[Term] | None:
    """Return the units that stand out in an article by tf · idf; None if there is no such article.

    :param limit: the maximum number of terms.
    """
    check_int("limit", limit, 0)
    found = index.snapshot.find(article_id)
    if found is None:
        return None
    segment, doc = found
    with index.snapshot.guard:
        stretch = stretch_of(index.snapshot.segments[segment].reader, np.array([doc]))
        return _best(
            index,
            [stretch],
            lambda own, every: tf_idf(own.occurrences, every.articles, index.searcher.doc_count),
            limit,
        )


def significant_terms(
    index: SearchableSnapshot, text: str | Node | Query, options: ConcordanceOptions, limit: int
) -> list[Term]:
    """Return the units that are in more of the articles of a query than of all.

    A unit is proposed by its occurrences outside of what the query finds.

    :param options: which articles match.
    :param limit: the maximum number of terms.
    :raises QueryError: as of a search.
    """
    check_int("limit", limit, 0)
    query = read_query(index, text, options)
    with index.snapshot.guard:
        found = find_matches(query, options.search_options, index)
        total = sum(map(len, found))
        size = min(total, SET_SAMPLE)
        if not size:
            return []
        chosen = np.linspace(0, total - 1, size).astype(np.int64)
        borders = np.cumsum([0, *map(len, found)])
        stretches, masks = [], []
        for at, docs in enumerate(found):
            own = docs.take(
                chosen[(chosen >= borders[at]) & (chosen < borders[at + 1])] - borders[at]
            )
            reader = index.snapshot.segments[at].reader
            stretch = stretch_of(reader, own)
            runs = MarkFinder(reader, query, accents=options.accents).runs(own.tolist())
            stretches.append(stretch._replace(hidden=_are_in(stretch.slots, runs)))
            mask = np.zeros(reader.doc_count, dtype=bool)
            mask[docs] = True
            masks.append(mask)
        return _best(
            index,
            stretches,
            lambda own, every: rise(own.articles, total, every.articles, index.searcher.doc_count),
            limit,
            masks=masks,
            factor=total / size,
            least=Count(0, max(min(2, size), math.ceil(LEAST_SHARE * size))),
        )


def collocations(
    index: SearchableSnapshot,
    text: str | Node | Query,
    options: ConcordanceOptions,
    *,
    window: int,
    measure: Measure,
    limit: int,
) -> list[Term]:
    """Return the units that occur near a word or a phrase more often than elsewhere.

    :param options: which occurrences count.
    :param window: how many syllables on each side are near.
    :param measure: see :mod:`.measures`.
    :param limit: the maximum number of terms.
    :raises QueryError: as of a concordance.
    :raises OptionError: an argument has an invalid value.
    """
    check_int("limit", limit, 0)
    check_int("window", window, 1, MAX_WINDOW)
    if measure not in MEASURES:
        raise OptionError(f"measure is {measure!r}: give one of {', '.join(MEASURES)}")
    concordance = Concordance(index, text, options)
    with index.snapshot.guard:
        parts = [part for part in concordance.parts() if len(part.runs)]
        total = sum(len(part.runs) for part in parts)
        step = max(1, -(-total // OCCURRENCE_SAMPLE))
        stretches = []
        for at, segment in enumerate(index.snapshot.segments):
            own = [part.runs for part in parts if part.segments[0] == at]
            if own:
                stretches.append(_around(segment.reader, np.concatenate(own)[::step], window))
        near = sum(len(one.slots) for one in stretches)
        syllables = index.snapshot.syllable_count
        of = log_likelihood if measure == "log-likelihood" else mutual_information
        return _best(
            index,
            stretches,
            lambda own, every: of(own.occurrences, near, every.occurrences, syllables),
            limit,
            least=Count(max(1, min(LEAST, total // step // 2)), 0),
        )


def _best(
    index: SearchableSnapshot,
    stretches: Sequence[Stretch],
    score: Callable[[Count, Count], float],
    limit: int,
    *,
    masks: Sequence[np.ndarray] | None = None,
    factor: float = 1.0,
    least: Count = _ANY,
) -> list[Term]:
    """Return the units of some stretches that stand out most, equal ones by their texts.

    A rough count in the index chooses candidates, which are counted exactly.

    :param score: takes the counts of a unit in the stretches, and in the index.
    :param masks: for each segment bool[docs]: the occurrences in these count as those of the
        stretches, which are a sample of them.
    :param factor: how many articles each of the sample stands for.
    :param least: a unit has so many occurrences and articles in the stretches.
    """
    words = index.snapshot.doc_count > 0 == index.snapshot.without_words
    units = count_units(stretches, words=words)
    background = Background(index.searcher.views, words=words)
    doc_count = index.searcher.doc_count
    rough: list[tuple[float, int, int, Count]] = []
    for length, counts in units.counts.items():
        is_kept = counts.occurrences >= least.occurrences
        is_kept &= counts.articles >= least.articles
        rows = np.flatnonzero(is_kept)
        columns = counts.occurrences[rows], counts.articles[rows]
        everywhere = background.rough(units.forms, counts.syllables[rows]).tolist()
        for row, own_counts, most in zip(
            rows.tolist(), np.stack(columns, axis=1).tolist(), everywhere, strict=True
        ):
            here = Count(*(round(one * factor) for one in own_counts))
            whole = Count(max(most, here.occurrences), min(doc_count, max(most, here.articles)))
            rough.append((score(here, whole), length, row, Count(*own_counts)))
    terms = []
    for _, length, row, own in nlargest(CANDIDATES * limit, rough, key=itemgetter(0)):
        unit = units.unit(length, row)
        entries = background.entries(unit)
        every = _sum(entries)
        if masks is not None:
            held = [mask.take(docs) for (docs, _), mask in zip(entries, masks, strict=True)]
            own = _sum(
                [(docs[kept], tfs[kept]) for (docs, tfs), kept in zip(entries, held, strict=True)]
            )
        points = score(own, every)
        if points > 0:
            terms.append(Term(" ".join(unit), points, *own, *every))
    return sorted(terms, key=lambda one: (-one.score, one.text))[:limit]


def _sum(entries: Sequence[tuple[np.ndarray, np.ndarray]]) -> Count:
    """Return the occurrences and articles of documents and their frequencies."""
    return Count(sum(int(tfs.sum()) for _, tfs in entries), sum(len(docs) for docs, _ in entries))


def _around(segment: SegmentReader, runs: np.ndarray, window: int) -> Stretch:
    """Return the slots near some occurrences, in the same texts and outside of all of them.

    :param runs: int64[n, 2], ascending.
    """
    near = []
    for first, step in ((runs[:, 0] - 1, -1), (runs[:, 1], 1)):
        at = first
        for _ in range(window):
            at = at[segment.grid.contents(at) > 0]
            near.append(at)
            at = at + step
    slots = np.unique(np.concatenate(near))
    return Stretch(segment, slots[~_are_in(slots, runs)])


def _are_in(slots: np.ndarray, runs: np.ndarray) -> np.ndarray:
    """Return bool[n], which slots are in some occurrences: int64[m, 2], which may overlap.

    :param slots: int64[n], ascending.
    """
    changes = np.zeros(len(slots) + 1, dtype=np.int64)
    np.add.at(changes, slots.searchsorted(runs[:, 0]), 1)
    np.add.at(changes, slots.searchsorted(runs[:, 1]), -1)
    return np.cumsum(changes)[:-1] > 0
