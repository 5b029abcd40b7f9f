"""Bounds of quantised impacts and of their sums, and the pages that these sums choose."""

import itertools
import math
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search.search.execution import bag_top_docs, maxscore, term_cache
from danvan_search.search.execution.bag_scorer import bag_scores, bag_terms
from danvan_search.search.execution.bag_top_docs import bag_top
from danvan_search.search.execution.maxscore import (
    MAX_BYTE,
    ROUNDING,
    STEPS,
    Impacts,
    MaxScore,
    top_threshold,
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

runs = st.tuples(st.sampled_from(SYLLABLES), st.sampled_from([1, 2, 7, 254, 255, 256, 257, 3000]))


@st.composite
def uneven_indexes(draw):
    """Documents, some of which repeat a syllable more often than a byte can count."""
    docs, cuts, deleted = draw(indexes())
    for title in draw(st.lists(st.booleans(), max_size=3)):
        doc = draw(st.integers(0, len(docs) - 1))
        syllable, count = draw(runs)
        texts = list(docs[doc])
        texts[0 if title else 1] += f" {syllable}" * (min(count, 300) if title else count)
        docs[doc] = tuple(texts)
    return docs, cuts, deleted


def all_bytes(impacts: Impacts, doc_count: int) -> np.ndarray:
    """Return the byte of every document."""
    if impacts.docs is None:
        return impacts.bytes
    every = np.zeros(doc_count, dtype=np.uint8)
    every[impacts.docs] = impacts.bytes
    return every


def joined(queries):
    """Return the concatenation of some queries: up to 40 syllables."""
    return list(itertools.chain.from_iterable(queries))


@pytest.mark.parametrize("row_share", [1, 16, 1000])
@settings(max_examples=60, deadline=None)
@given(uneven_indexes())
def test_a_byte_bounds_the_impact_from_both_sides(row_share, index):
    """(byte - 1) / STEPS < f + 0.3 · g <= byte / STEPS, and 0 without the term."""
    docs, cuts, deleted = index
    oracle = Oracle(docs, deleted)
    with patch.object(maxscore, "ROW_SHARE", row_share):
        searcher, borders = searcher_of(docs, cuts, deleted)
        asked = [
            *((searcher.terms.syllable("dan", form), [("dan", form)]) for form in (None, "dân")),
            (searcher.terms.pair("dan", "van"), [("dan", None), ("van", None)]),
        ]
        for term, pattern in asked:
            k1 = 0.6 if len(pattern) == 2 else 1.2
            tfs = oracle.tfs(pattern, exact=True)
            assert len(tfs) == term.df
            for segment_index, view in enumerate(searcher.views):
                found = all_bytes(term.impacts(segment_index), view.segment.doc_count)
                for doc, byte in enumerate(found.tolist(), borders[segment_index]):
                    if doc in deleted:
                        continue
                    if doc not in tfs:
                        assert byte == 0
                        continue
                    idf = math.log(1 + (len(oracle.live) - 0.5) / 1.5)
                    impact = oracle.bm25(doc, *tfs[doc], 1, k1, with_title=len(pattern) == 1)
                    impact /= (k1 + 1) * idf
                    steps = impact * STEPS
                    assert byte >= 1
                    assert byte - 1 - ROUNDING <= steps <= byte + ROUNDING


@settings(max_examples=120, deadline=None)
@given(uneven_indexes(), st.lists(typed, min_size=1, max_size=8).map(joined))
def test_the_margin_bounds_the_error_of_sums(index, query):
    """Of two documents, the sum of the one with the higher score is lower by the margin at most."""
    docs, cuts, deleted = index
    searcher, _ = searcher_of(docs, cuts, deleted)
    bag = bag_terms(searcher, query)
    for segment_index, view in enumerate(searcher.views):
        all_docs = np.arange(view.segment.doc_count)
        scores = bag_scores(view, segment_index, bag, all_docs)
        scan = bag.maxscore(view, segment_index)
        sums = scan.sums().astype(np.int64)
        if view.live is not None:
            scores, sums = scores[view.live], sums[view.live]
        assert ((scores > 0) | (sums == 0)).all()
        for (score, sum_), (other_score, other_sum) in itertools.permutations(
            zip(scores.tolist(), sums.tolist(), strict=True), 2
        ):
            if score >= other_score:
                assert sum_ >= other_sum - scan.margin


@pytest.mark.parametrize("count", [1, 2, 32, 33, 300])
@pytest.mark.parametrize("spread", [0, 3])
def test_sums_never_overflow(count, spread):
    """The sum of the greatest bytes fits its dtype for any number of terms and any weights."""
    weights = np.random.default_rng(count).uniform(0.001, 10, count) ** spread
    row = Impacts(None, np.array([0, 1, MAX_BYTE], dtype=np.uint8), MAX_BYTE)
    some = Impacts(np.array([1, 2]), np.array([1, MAX_BYTE], dtype=np.uint8), MAX_BYTE)
    terms = [(w, MAX_BYTE, (row, some)[n % 2]) for n, w in enumerate(weights.tolist())]
    with patch.object(maxscore, "_LARGE_SHARE", 0):
        sums_of = MaxScore(3, terms).sums_of(np.array([0, 1, 2])).tolist()
    scan = MaxScore(3, terms)
    none, least, most = scan.sums().tolist()
    assert sums_of == [none, least, most]
    assert none == 0
    assert most == least * MAX_BYTE > 0.9 * np.iinfo(scan.sums().dtype).max
    assert scan.margin < 0.1 * most


def impacts_of(rows: np.ndarray, row_share: int) -> list[Impacts]:
    """Return the impacts of some terms, uint8[terms, docs], as rows and lists."""
    found = []
    for row in rows:
        docs = np.flatnonzero(row)
        is_row = len(docs) * row_share > len(row)
        max_byte = int(row.max(initial=0))
        found.append(Impacts(None, row, max_byte) if is_row else Impacts(docs, row[docs], max_byte))
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
def test_no_best_document_is_missed(
    seed, count, doc_count, need, excluded_count, row_share, rare_weigh_more
):
    """Pruning by lists and summing for all documents return every document that may be best."""
    rng = np.random.default_rng(seed)
    shares = rng.uniform(0, 1, count) ** 2
    has_term = rng.random((count, doc_count)) < shares[:, np.newaxis]
    rows = rng.integers(1, 256, (count, doc_count)) * has_term
    weights = rng.uniform(0.2, 1, count)
    if rare_weigh_more:
        weights /= shares + 0.05
    found = impacts_of(rows.astype(np.uint8), row_share)
    terms = list(zip(weights.tolist(), [MAX_BYTE] * count, found, strict=True))
    excluded = np.sort(rng.choice(doc_count, excluded_count, replace=False))
    sums = MaxScore(doc_count, terms).sums().astype(np.int64)
    if seed % 2:
        # As in a search: the documents that contain the phrase are excluded, and among the best.
        excluded = np.sort(sums.argsort()[doc_count - excluded_count :])
    sums[excluded] = 0
    sample = rng.integers(0, doc_count, 9)
    for min_pruned_bytes, large_share in ((0, 0), (0, 32), (1 << 60, 32)):
        with (
            patch.object(maxscore, "_MIN_PRUNED_BYTES", min_pruned_bytes),
            patch.object(maxscore, "_LARGE_SHARE", large_share),
        ):
            scan = MaxScore(doc_count, terms)
            best = scan.best(need, excluded)
            assert (scan.sums_of(sample) == scan.sums()[sample]).all()
        is_listed = np.zeros(doc_count, dtype=bool)
        for one in found:
            if one.docs is not None:
                is_listed[one.docs] = True
        assert scan.sums()[~is_listed].max(initial=0) <= scan.max_row_sum
        if best is None:
            continue
        assert (np.diff(best) > 0).all()
        assert not np.isin(best, excluded).any()
        enough = sums >= max(1, np.sort(sums)[-need] - scan.margin)
        assert set(np.flatnonzero(enough)) <= set(best.tolist())


@given(st.lists(st.integers(0, 9), min_size=1, max_size=300), st.integers(1, 300))
def test_at_least_as_many_documents_reach_the_threshold(values, count):
    sums = np.array(values, dtype=np.uint16)
    count = min(count, len(values))
    assert (sums >= top_threshold(sums, count)).sum() >= count


@pytest.mark.parametrize(("min_pruned_bytes", "large_share"), [(0, 0), (0, 32), (1 << 60, 32)])
@pytest.mark.parametrize("row_share", [1, 2, 1000])
@settings(max_examples=80, deadline=None)
@given(
    uneven_indexes(),
    typed,
    st.tuples(st.booleans(), st.booleans()),
    st.integers(1, 4),
    st.integers(0, 4),
    st.sets(st.integers(0, 15), max_size=12) | st.none(),
)
def test_pages_chosen_by_sums_are_those_of_the_plain_formula(
    row_share, min_pruned_bytes, large_share, index, query, flags, limit, offset, wanted
):
    """With scans however few the documents: any page, filter, segments and deletions."""
    docs, cuts, deleted = index
    require_all, accents_first = flags
    with (
        patch.object(bag_top_docs, "MAX_EXHAUSTIVE_DOCS", 0),
        patch.object(maxscore, "ROW_SHARE", row_share),
        patch.object(maxscore, "_MIN_PRUNED_BYTES", min_pruned_bytes),
        patch.object(maxscore, "_LARGE_SHARE", large_share),
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
def test_equal_scores_keep_the_order_of_the_index(cuts, require_all):
    """Thousands of equal documents rank in the order of the index, page after page."""
    docs = [("", "dân vận khéo"), ("dân", "vận a")] * 1000
    searcher, borders = searcher_of(docs, cuts, {0, 5})
    query = [("dan", "dân"), ("van", "vận")]
    expected = [row[2] for row in Oracle(docs, {0, 5}).bag_top(query, require_all)]
    for offset in (0, 7, 994, 1500):
        page = bag_top(searcher, query, 10, offset=offset, require_all=require_all)
        rows = rows_of(page, borders)
        assert [row[2] for row in rows] == expected[offset : offset + 10]
        assert page.total == len(expected)
        assert [row[1:] for row in rows] == [
            row[1:] for row in sorted(rows, key=lambda row: (-row[0], -row[1], row[2]))
        ]


@settings(max_examples=50, deadline=None)
@given(documents, st.lists(typed, min_size=2, max_size=6), st.sampled_from([0, 5_000, 20_000]))
def test_a_small_term_cache_changes_no_results(docs, queries, limit):
    """Terms that the cache dropped are looked up again; it holds two, or more that are small."""
    large, borders = searcher_of(docs)
    small, _ = searcher_of(docs)
    for query in queries:
        expected = rows_of(bag_top(large, query, 9), borders)
        with (
            patch.object(term_cache, "_MIN_CACHED_TERMS", 2),
            patch.object(term_cache, "_CACHE_BYTES", limit),
        ):
            assert rows_of(bag_top(small, query, 9), borders) == expected
        cached = small.terms._terms.values()
        assert len(cached) <= 2 or sum(term.size for term in cached) <= limit


def test_the_size_of_a_term_is_that_of_its_arrays():
    """Lists, impacts and bit sets of dense, sparse and absent terms."""
    searcher, _ = searcher_of([("mot", "mot hai"), *[("", "mot")] * 40, ("", "hai ba")])
    for folded in ("mot", "hai", "ba", "bon"):
        term = searcher.terms.syllable(folded)
        arrays = []
        for index in range(len(searcher.views)):
            for one in (term.lists[index], term.titles[index]):
                arrays += [one.docs, one.tfs] if one.dense is None else [one.dense]
            found = term.impacts(index)
            arrays += [found.bytes] if found.docs is None else [found.bytes, found.docs]
        size = sum(array.nbytes for array in arrays)
        bits = sum(view.segment.doc_count // 8 for view in searcher.views)
        assert term.size == size + bits + term_cache._LIST_BYTES * len(searcher.views)
