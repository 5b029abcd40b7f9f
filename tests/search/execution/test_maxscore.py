"""Impacts in bytes, sums of them, and the pages chosen by them: bounds that must hold."""

import itertools
import math
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search.search.execution import term_cache
from danvan_search.search.execution.bag_scorer import exact_scores, look_up
from danvan_search.search.execution.bag_top_docs import bag_top
from danvan_search.search.execution.maxscore import (
    MAX_BYTE,
    ROUNDING,
    STEPS,
    Impacts,
    MaxScore,
    least_of_best,
)
from tests.search.execution.oracle import Oracle
from tests.search.execution.test_top_docs import (
    SYLLABLES,
    assert_same_order,
    documents,
    indexes,
    rows_of,
    searcher_of,
    typed,
)

RANKING = "danvan_search.search.execution.bag_top_docs"
IMPACTS = "danvan_search.search.execution.maxscore"
SCAN = "danvan_search.search.execution.maxscore"

runs = st.tuples(st.sampled_from(SYLLABLES), st.sampled_from([1, 2, 7, 254, 255, 256, 257, 3000]))


@st.composite
def uneven_indexes(draw):
    """Documents of which some repeat a syllable until a byte cannot count it."""
    docs, cuts, deleted = draw(indexes())
    for title in draw(st.lists(st.booleans(), max_size=3)):
        doc = draw(st.integers(0, len(docs) - 1))
        syllable, count = draw(runs)
        texts = list(docs[doc])
        texts[0 if title else 1] += f" {syllable}" * (min(count, 300) if title else count)
        docs[doc] = tuple(texts)
    return docs, cuts, deleted


def all_bytes(impacts: Impacts, doc_count: int) -> np.ndarray:
    """The byte of every document."""
    if impacts.docs is None:
        return impacts.bytes
    every = np.zeros(doc_count, dtype=np.uint8)
    every[impacts.docs] = impacts.bytes
    return every


def joined(queries):
    """Queries laid end to end: up to 40 syllables."""
    return list(itertools.chain.from_iterable(queries))


@pytest.mark.parametrize("row_share", [1, 16, 1000])
@settings(max_examples=60, deadline=None)
@given(uneven_indexes())
def test_a_byte_bounds_the_impact_from_both_sides(row_share, index):
    """(byte - 1) / STEPS < f + 0.3 · g <= byte / STEPS, and 0 where the term is not."""
    docs, cuts, deleted = index
    oracle = Oracle(docs, deleted)
    with patch(f"{IMPACTS}.ROW_SHARE", row_share):
        searcher, borders = searcher_of(docs, cuts, deleted)
        asked = [
            *((searcher.terms.syllable("dan", form), [("dan", form)]) for form in (None, "dân")),
            (searcher.terms.pair("dan", "van"), [("dan", None), ("van", None)]),
        ]
        for term, pattern in asked:
            k1 = 0.6 if len(pattern) == 2 else 1.2
            tfs = oracle.tfs(pattern, exact=True)
            assert len(tfs) == term.df
            for place, view in enumerate(searcher.views):
                found = all_bytes(term.impacts(place), view.segment.doc_count)
                for own, byte in enumerate(found.tolist()):
                    doc = borders[place] + own
                    if doc in deleted:
                        continue
                    if doc not in tfs:
                        assert byte == 0
                        continue
                    idf = math.log(1 + (len(oracle.alive) - 0.5) / 1.5)
                    impact = oracle.bm25(doc, *tfs[doc], 1, k1, with_title=len(pattern) == 1)
                    impact /= (k1 + 1) * idf
                    steps = impact * STEPS
                    assert byte >= 1
                    assert byte - 1 - ROUNDING <= steps <= byte + ROUNDING


@settings(max_examples=120, deadline=None)
@given(uneven_indexes(), st.lists(typed, min_size=1, max_size=8).map(joined))
def test_no_better_document_is_worse_by_the_margin(index, query):
    """Of two documents, the one with the higher score has at least the sum less the margin."""
    docs, cuts, deleted = index
    searcher, _ = searcher_of(docs, cuts, deleted)
    bag = look_up(searcher, query)
    for place, view in enumerate(searcher.views):
        alive = np.arange(view.segment.doc_count)
        scores = exact_scores(view, place, bag, alive)
        scan = bag.scan(view, place)
        sums = scan.sums().astype(np.int64)
        if view.live is not None:
            scores, sums = scores[view.live], sums[view.live]
        assert ((scores > 0) | (sums == 0)).all()
        for (score, own), (other_score, other) in itertools.permutations(
            zip(scores.tolist(), sums.tolist(), strict=True), 2
        ):
            if score >= other_score:
                assert own >= other - scan.margin


@pytest.mark.parametrize("count", [1, 2, 32, 33, 300])
@pytest.mark.parametrize("spread", [0, 3])
def test_sums_never_wrap_round(count, spread):
    """The greatest bytes of all terms fit their sum, however many and of whatever weights."""
    weights = np.random.default_rng(count).uniform(0.001, 10, count) ** spread
    row = Impacts(None, np.array([0, 1, MAX_BYTE], dtype=np.uint8), MAX_BYTE)
    some = Impacts(np.array([1, 2]), np.array([1, MAX_BYTE], dtype=np.uint8), MAX_BYTE)
    terms = [(w, MAX_BYTE, (row, some)[n % 2]) for n, w in enumerate(weights.tolist())]
    with patch(f"{SCAN}._MANY_SHARE", 0):
        at = MaxScore(3, terms).at(np.array([0, 1, 2])).tolist()
    scan = MaxScore(3, terms)
    none, least, most = scan.sums().tolist()
    assert at == [none, least, most]
    assert none == 0
    assert most == least * MAX_BYTE > 0.9 * np.iinfo(scan.sums().dtype).max
    assert scan.margin < 0.1 * most


def impacts_of(rows: np.ndarray, row_share: int) -> list[Impacts]:
    """The impacts of some terms, uint8[terms, docs], as rows and as lists."""
    found = []
    for row in rows:
        docs = np.flatnonzero(row)
        is_row = len(docs) * row_share > len(row)
        most = int(row.max(initial=0))
        found.append(Impacts(None, row, most) if is_row else Impacts(docs, row[docs], most))
    return found


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(2, 6),
    st.integers(50, 400),
    st.integers(1, 8),
    st.integers(0, 8),
    st.sampled_from([2, 4, 16]),
    st.booleans(),
)
def test_the_best_are_those_of_all_sums(
    seed, count, doc_count, need, left_out, row_share, rare_weigh_more
):
    """Chosen by lists or by all sums: every document that may be among the best is there."""
    rng = np.random.default_rng(seed)
    shares = rng.uniform(0, 1, count) ** 2
    has_term = rng.random((count, doc_count)) < shares[:, np.newaxis]
    rows = rng.integers(1, 256, (count, doc_count)) * has_term
    weights = rng.uniform(0.2, 1, count)
    if rare_weigh_more:
        weights /= shares + 0.05
    found = impacts_of(rows.astype(np.uint8), row_share)
    terms = list(zip(weights.tolist(), [MAX_BYTE] * count, found, strict=True))
    without = np.sort(rng.choice(doc_count, left_out, replace=False))
    sums = MaxScore(doc_count, terms).sums().astype(np.int64)
    if seed % 2:
        # Who holds the phrase is left out, and among the best.
        without = np.sort(sums.argsort()[doc_count - left_out :])
    sums[without] = 0
    places = rng.integers(0, doc_count, 9)
    for many_bytes, many_share in ((0, 0), (0, 32), (1 << 60, 32)):
        with (
            patch(f"{SCAN}._MANY_BYTES", many_bytes),
            patch(f"{SCAN}._MANY_SHARE", many_share),
        ):
            scan = MaxScore(doc_count, terms)
            best = scan.best(need, without)
            assert (scan.at(places) == scan.sums()[places]).all()
        is_listed = np.zeros(doc_count, dtype=bool)
        for one in found:
            if one.docs is not None:
                is_listed[one.docs] = True
        assert scan.sums()[~is_listed].max(initial=0) <= scan.most_of_rows
        if best is None:
            continue
        assert (np.diff(best) > 0).all()
        assert not np.isin(best, without).any()
        enough = sums >= max(1, np.sort(sums)[-need] - scan.margin)
        assert set(np.flatnonzero(enough)) <= set(best.tolist())


@given(st.lists(st.integers(0, 9), min_size=1, max_size=300), st.integers(1, 300))
def test_the_least_of_the_best_is_reached_by_as_many(values, count):
    sums = np.array(values, dtype=np.uint16)
    count = min(count, len(values))
    assert (sums >= least_of_best(sums, count)).sum() >= count


@pytest.mark.parametrize(("many_bytes", "many_share"), [(0, 0), (0, 32), (1 << 60, 32)])
@pytest.mark.parametrize("row_share", [1, 2, 1000])
@settings(max_examples=80, deadline=None)
@given(
    uneven_indexes(),
    typed,
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.integers(1, 4),
    st.integers(0, 4),
    st.sets(st.integers(0, 15), max_size=12) | st.none(),
)
def test_pages_chosen_by_sums_are_those_of_the_plain_formula(
    row_share, many_bytes, many_share, index, query, flags, limit, offset, wanted
):
    """With no document scored that need not be: any page, filter, segments and deletions."""
    docs, cuts, deleted = index
    require_all, phrase_first, accents_first = flags
    with (
        patch(f"{RANKING}.FEW", 0),
        patch(f"{IMPACTS}.ROW_SHARE", row_share),
        patch(f"{SCAN}._MANY_BYTES", many_bytes),
        patch(f"{SCAN}._MANY_SHARE", many_share),
    ):
        searcher, borders = searcher_of(docs, cuts, deleted)
        filters = None
        if wanted is not None:
            filters = [
                np.array([doc in wanted for doc in range(a, b)], dtype=bool)
                for a, b in itertools.pairwise(borders)
            ]
        page = bag_top(
            searcher,
            query,
            limit,
            offset=offset,
            require_all=require_all,
            accents_first=accents_first,
            phrase_first=phrase_first,
            filters=filters,
        )
    expected = [
        row
        for row in Oracle(docs, deleted).bag_top(query, *flags)
        if wanted is None or row[2] in wanted
    ]
    assert len(expected) == page.total
    assert_same_order(expected[offset : offset + limit], rows_of(page, borders))


@pytest.mark.parametrize("cuts", [(), (700,)])
@pytest.mark.parametrize("require_all", [False, True])
@pytest.mark.parametrize("phrase_first", [False, True])
def test_equal_scores_keep_the_order_of_the_index(cuts, require_all, phrase_first):
    """Thousands of equal documents come as they were added, page after page."""
    docs = [("", "dân vận khéo"), ("dân", "vận a")] * 1000
    searcher, borders = searcher_of(docs, cuts, {0, 5})
    query = [("dan", "dân"), ("van", "vận")]
    flags = {"require_all": require_all, "phrase_first": phrase_first}
    expected = [row[2] for row in Oracle(docs, {0, 5}).bag_top(query, require_all, phrase_first)]
    for offset in (0, 7, 994, 1500):
        page = bag_top(searcher, query, 10, offset=offset, **flags)
        rows = rows_of(page, borders)
        if phrase_first:
            assert [row[2] for row in rows] == expected[offset : offset + 10]
        assert page.total == len(expected)
        assert [row[1:] for row in rows] == [
            row[1:] for row in sorted(rows, key=lambda row: (-row[0], -row[1], row[2]))
        ]


@settings(max_examples=50, deadline=None)
@given(documents, st.lists(typed, min_size=2, max_size=6))
def test_terms_that_were_dropped_are_looked_up_again(docs, queries):
    """A memory for few terms gives what a large one gives."""
    large, borders = searcher_of(docs)
    with patch.object(term_cache, "_MEMO_TERMS", 2), patch.object(term_cache, "_MEMO_BYTES", 0):
        small, _ = searcher_of(docs)
    for query in queries:
        assert rows_of(bag_top(large, query, 9), borders) == rows_of(
            bag_top(small, query, 9), borders
        )
        assert len(small.terms._known) <= 2
