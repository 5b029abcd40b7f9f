"""Top documents of phrases and bare queries over segments, against brute force."""

import itertools
import random
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search.index.codec import bm25, champions
from danvan_search.index.writing.segment_merger import merged_columns
from danvan_search.query import parse
from danvan_search.search.execution import phrase_matcher, phrase_scorer, phrase_top_docs
from danvan_search.search.execution.bag_top_docs import bag_top
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.phrase_top_docs import phrase_top
from danvan_search.search.execution.top_docs import EXACT
from danvan_search.search.highlight.grid_marks import MarkFinder
from danvan_search.text.fold import fold, is_marked
from tests.index.segments import build, columns_of
from tests.search.execution.oracle import Oracle, texts_of

SYLLABLES = ["dân", "dan", "dẫn", "vận", "van", "khéo", "kheo", "a", "đ", "và", "vả", "москва"]

texts = st.lists(st.sampled_from(SYLLABLES), max_size=12).map(" ".join)
details = st.lists(texts, max_size=3).map("\n".join)
documents = st.lists(
    st.tuples(st.one_of(st.just(""), texts), texts, st.one_of(st.just(""), details)),
    min_size=1,
    max_size=12,
)
patterns = st.lists(
    st.tuples(st.sampled_from(SYLLABLES), st.booleans()).map(
        lambda pair: (fold(pair[0]), pair[0] if pair[1] else None)
    ),
    min_size=1,
    max_size=6,
)
typed = st.lists(
    st.sampled_from(SYLLABLES).map(lambda s: (fold(s), s if is_marked(s) else None)),
    min_size=1,
    max_size=5,
)


@pytest.fixture(params=[0, 2], autouse=True, scope="module")
def max_python_occurrences(request):
    """Few occurrences are filtered in Python: lower limits test small texts in NumPy.

    The limit itself is tested with the strategies.
    """
    with pytest.MonkeyPatch.context() as monkeypatch:
        for module in (phrase_matcher, phrase_top_docs):
            monkeypatch.setattr(module, "MAX_PYTHON_OCCURRENCES", request.param)
        yield


@st.composite
def indexes(draw):
    """Documents, the borders of their segments, and the deleted documents."""
    docs = draw(documents)
    cuts = draw(st.sets(st.integers(0, len(docs)), max_size=3))
    deleted = draw(st.sets(st.integers(0, len(docs) - 1), max_size=4))
    return docs, sorted(cuts), deleted


def searcher_of(docs, cuts=(), deleted=()):
    borders = [0, *cuts, len(docs)]
    pieces = [docs[a:b] for a, b in itertools.pairwise(borders)]
    live = [
        np.array([doc not in deleted for doc in range(a, b)], dtype=bool)
        for a, b in itertools.pairwise(borders)
    ]
    segments = [build(columns_of(piece)) for piece in pieces]
    return IndexSearcher(segments, live if deleted else None), borders


def rows_of(page, borders):
    """Return (tier, score, document of the whole index) of a page."""
    docs = [borders[s] + d for s, d in zip(page.segments, page.docs, strict=True)]
    return list(zip(page.tiers, page.scores, docs, strict=True))


def assert_same_order(expected, rows, offset=0, limit=None):
    """Assert equal tiers, equal scores but for rounding, and the same order of documents.

    Documents whose scores differ by no more than rounding may change places, also across the
    borders of the page.

    :param expected: every row; ``rows`` is the page of them from ``offset``.
    """
    page = slice(offset, None if limit is None else offset + limit)
    clear = [
        all(
            abs(row[1] - other[1]) > 1e-9
            for other in expected[max(0, i - 1) : i + 2]
            if other is not row
        )
        for i, row in enumerate(expected)
    ][page]
    expected = expected[page]
    assert [row[0] for row in expected] == [row[0] for row in rows]
    assert [row[1] for row in expected] == pytest.approx([row[1] for row in rows], abs=1e-9)
    assert [r[2] for r, c in zip(expected, clear, strict=True) if c] == [
        r[2] for r, c in zip(rows, clear, strict=True) if c
    ]


@settings(max_examples=120, deadline=None)
@given(indexes(), patterns)
def test_phrase_postings_are_those_of_a_scan(index, pattern):
    """Documents and frequencies, folded and exact, equal those of a scan of all texts."""
    docs, cuts, deleted = index
    oracle = Oracle(docs, deleted)
    searcher, borders = searcher_of(docs, cuts, deleted)
    for exact in (False, True):
        found = {}
        for index, in_segment in enumerate(searcher.phrase_postings(pattern)):
            postings = in_segment.best if exact else in_segment.folded
            titles = postings.title_tfs if postings.title_tfs is not None else postings.tfs * 0
            for doc, tf, title_tf in zip(postings.docs, postings.tfs, titles, strict=True):
                found[borders[index] + int(doc)] = float(tf), int(title_tf)
        expected = oracle.tfs(pattern, exact)
        assert expected == found


@settings(max_examples=120, deadline=None)
@given(indexes(), patterns, st.integers(0, 6), st.integers(0, 6))
def test_a_page_of_a_phrase_is_the_page_of_the_plain_formula(index, pattern, limit, offset):
    """Tiers, scores and total are those of plain arithmetic, on any page, in any segments."""
    docs, cuts, deleted = index
    expected = Oracle(docs, deleted).phrase_top(pattern)
    searcher, borders = searcher_of(docs, cuts, deleted)
    page = phrase_top(searcher, pattern, limit, offset=offset)
    assert len(expected) == page.total
    assert_same_order(expected, rows_of(page, borders), offset, limit)


@settings(max_examples=120, deadline=None)
@given(
    indexes(),
    typed,
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.integers(1, 6),
    st.integers(0, 6),
)
def test_a_page_of_a_bare_query_is_that_of_the_plain_formula(index, query, flags, limit, offset):
    """The ranking formula in plain floats gives the same page."""
    docs, cuts, deleted = index
    require_all, accents_first, titles = flags
    expected = Oracle(docs, deleted).bag_top(query, *flags)
    searcher, borders = searcher_of(docs, cuts, deleted)
    page = bag_top(
        searcher,
        query,
        limit,
        offset=offset,
        require_all=require_all,
        accents_first=accents_first,
        titles=titles,
    )
    assert len(expected) == page.total
    assert_same_order(expected, rows_of(page, borders), offset, limit)
    enough = bag_top(
        searcher,
        query,
        limit + 9,
        enough=limit,
        require_all=require_all,
        accents_first=accents_first,
        titles=titles,
    )
    # The tiers of the first ones are all there, and perhaps others.
    shown = {row[0] for row in expected[:limit]}
    known = sum(row[0] in shown for row in expected)
    assert enough.total == page.total
    assert len(enough.docs) >= min(limit + 9, known)
    kept = min(len(enough.docs), known)
    assert_same_order(expected[:known], rows_of(enough, borders)[:kept], 0, kept)


@settings(max_examples=80, deadline=None)
@given(indexes(), typed)
def test_segments_do_not_change_results(index, query):
    """One segment, several, and a merged one give identical scores in identical order."""
    docs, cuts, _ = index
    one, one_borders = searcher_of(docs)
    many, many_borders = searcher_of(docs, cuts)
    segments = [view.segment for view in many.views]
    merged = IndexSearcher([build(merged_columns(segments, [None] * len(segments)))])
    for search in (bag_top, phrase_top):
        expected = rows_of(search(one, query, 20), one_borders)
        assert expected == rows_of(search(many, query, 20), many_borders)
        assert expected == rows_of(search(merged, query, 20), one_borders)


@settings(max_examples=100, deadline=None)
@given(indexes(), typed, patterns)
def test_filters_only_remove_documents(index, query, pattern):
    """Accepted documents keep their scores and their order."""
    docs, cuts, deleted = index
    searcher, borders = searcher_of(docs, cuts, deleted)
    everything = rows_of(bag_top(searcher, query, 100), borders)
    accepted = set(Oracle(docs).tfs(pattern, exact=False))
    expected = [row for row in everything if row[2] in accepted]
    masks = [
        np.array([doc in accepted for doc in range(first, end)], dtype=bool)
        for first, end in itertools.pairwise(borders)
    ]
    page = bag_top(searcher, query, 100, filters=masks)
    assert len(expected) == page.total
    assert expected == rows_of(page, borders)


@settings(max_examples=100, deadline=None)
@given(indexes())
def test_a_merge_drops_deleted_documents(index):
    """A merged segment equals one built of the live documents alone."""
    docs, cuts, deleted = index
    searcher, _ = searcher_of(docs, cuts, deleted)
    columns = merged_columns(
        [view.segment for view in searcher.views], [view.live for view in searcher.views]
    )
    kept = [pair for doc, pair in enumerate(docs) if doc not in deleted]
    merged = IndexSearcher([build(columns)])
    fresh = IndexSearcher([build(columns_of(kept))])
    segment = merged.views[0].segment
    assert [one[:2] for one in kept] == [texts_of(segment, doc) for doc in range(segment.doc_count)]
    assert segment.has_details == any(one[2].strip() for one in kept)
    for syllable in SYLLABLES:
        pattern = [(fold(syllable), syllable)]
        left, right = (phrase_top(s, pattern, 100) for s in (merged, fresh))
        assert rows_of(left, [0]) == rows_of(right, [0])


@pytest.fixture(scope="module")
def large():
    """4,000 documents of few distinct syllables: frequent biwords, dense lists, scans.

    A third of those from 600 on have details.
    """
    rng = random.Random(7)
    pool = ["dân", "dan", "vận", "van", *(f"x{n}" for n in "abcdefghijklmnop")]
    weights = [20, 4, 15, 3, *([2] * 16)]

    def text(count):
        return " ".join(rng.choices(pool, weights, k=count))

    def details(number):
        if number < 600 or number % 3:
            return ""
        return f"{text(rng.randrange(9))}\n{text(rng.randrange(9))}"

    return [
        (text(rng.randrange(4)), text(rng.randrange(1, 60)), details(number))
        for number in range(4000)
    ]


@pytest.fixture(scope="module")
def large_index(large):
    """Return a function for indexes of the large documents, each of which is built once."""
    known = {}

    def index(cuts=(), deleted=frozenset()):
        key = cuts, frozenset(deleted)
        if key not in known:
            known[key] = searcher_of(large, cuts, deleted)
        return known[key]

    return index


@pytest.fixture(scope="module")
def large_oracle(large):
    return Oracle(large)


QUERIES = [
    [("dan", None), ("van", None)],
    [("dan", "dân"), ("van", "vận")],
    [("dan", "dân"), ("van", None)],
    [("dan", "dân")],
    [("dan", None), ("xa", None)],
    [("dan", "dân"), ("van", "vận"), ("xa", None)],
    [("xa", None), ("xb", None), ("xc", None), ("xd", None)],
    [("dan", "dân"), ("dan", "dân")],
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("cuts", [(), (500, 1700, 3900)])
@pytest.mark.parametrize("deleted", [set(), set(range(0, 4000, 3))])
def test_champions_and_scans_change_nothing(large_index, query, cuts, deleted):
    """Pages from champions and scans equal the pages of all documents, bit by bit."""
    searcher, borders = large_index(cuts, deleted)
    with patch.object(phrase_top_docs, "_champion_page", return_value=None):
        everything = rows_of(phrase_top(searcher, query, 4000), borders)
    bag = rows_of(bag_top(searcher, query, 4000), borders)
    for limit, offset in ((10, 0), (10, 20), (50, 100), (3, 300)):
        page = phrase_top(searcher, query, limit, offset=offset)
        assert len(everything) == page.total
        assert everything[offset : offset + limit] == rows_of(page, borders)
        page = bag_top(searcher, query, limit, offset=offset)
        assert len(bag) == page.total
        assert bag[offset : offset + limit] == rows_of(page, borders)


def test_champions_are_used(large_index, monkeypatch):
    """A page of a frequent phrase of two syllables comes from champions alone."""
    searcher, _ = large_index()
    segment = searcher.views[0].segment
    assert len(segment.biword_rank) > 0
    monkeypatch.setattr(phrase_top_docs, "_full_page", None)
    for query in QUERIES[:2]:
        assert len(phrase_top(searcher, query, 10).docs) == 10


def test_champions_of_another_title_weight_are_not_used(monkeypatch):
    """Built with one title weight and searched with another, a page is that of the formula."""
    strong, titled = [("", "dân " * 20)] * 120, [("dân", "vận dân x")] * 600
    query = [("dan", None)]

    def set_weight(weight):
        for module in (bm25, champions, phrase_scorer):
            monkeypatch.setattr(module, "TITLE_WEIGHT", weight)

    def page():
        return rows_of(phrase_top(searcher, query, 10), borders)

    searcher, borders = searcher_of(strong + titled)
    assert [doc < 120 for _, _, doc in page()] == [True] * 10
    set_weight(3.0)
    with patch.object(phrase_top_docs, "_champion_page", return_value=None):
        expected = page()
    assert page() == expected
    assert [doc < 120 for _, _, doc in expected] == [False] * 10
    # The champions have eight of the titles, and would be believed.
    searcher.views[0].segment.ranking = bm25.parameters()
    assert [doc < 120 for _, _, doc in page()] == [False] * 8 + [True] * 2
    rebuilt, _ = searcher_of(strong + titled)
    assert rows_of(phrase_top(rebuilt, query, 10), borders) == expected


@pytest.mark.parametrize("query", QUERIES)
def test_a_large_index_agrees_with_the_plain_formula(large_index, large_oracle, query):
    """Frequent biwords, dense lists and scans, against plain arithmetic."""
    searcher, borders = large_index((1000,))
    expected = large_oracle.phrase_top(query)
    assert_same_order(expected[:30], rows_of(phrase_top(searcher, query, 30), borders)[:30])
    expected = large_oracle.bag_top(query)
    assert_same_order(expected[:30], rows_of(bag_top(searcher, query, 30), borders)[:30])


def test_an_empty_index_finds_nothing():
    """An index without segments, without documents, or without text has no matches."""
    nothing = build(columns_of([]))
    blank = build(columns_of([("", ""), (" ", "…")]))
    for segments in ([], [nothing], [blank], [nothing, blank]):
        searcher = IndexSearcher(segments)
        assert phrase_top(searcher, [("a", None)], 10).total == 0
        assert phrase_top(searcher, [("a", "à"), ("b", "b")], 10).total == 0
        assert bag_top(searcher, [("a", None), ("b", None)], 10).total == 0
    assert texts_of(blank, 1) == (" ", "…")
    assert merged_columns([], []).doc_count == 0


@pytest.mark.parametrize("search", [phrase_top, bag_top])
def test_an_empty_pattern_is_refused(search):
    """A pattern without syllables raises ``ValueError``."""
    with pytest.raises(ValueError, match="syllable"):
        search(IndexSearcher([]), [], 10)


def test_long_documents_and_frequencies_over_a_byte():
    """A document of 100,000 syllables is counted in full."""
    docs = [("a", "a b " * 50_000), ("b b", "a b"), ("", "b " * 300 + "a"), ("a" * 64, "c" * 900)]
    oracle = Oracle(docs)
    searcher, borders = searcher_of(docs, (1,))
    for query in ([("a", None)], [("a", None), ("b", None)], [("b", None), ("c", None)]):
        assert_same_order(
            oracle.phrase_top(query), rows_of(phrase_top(searcher, query, 9), borders)
        )
        assert_same_order(oracle.bag_top(query), rows_of(bag_top(searcher, query, 9), borders))


def test_a_phrase_never_crosses_from_title_to_body_or_next_document():
    """No phrase crosses the border of a text."""
    searcher, _ = searcher_of([("a b", "c d"), ("e", "f"), ("", "g")])
    for pair in ("bc", "de", "ef", "fg"):
        assert phrase_top(searcher, [(pair[0], None), (pair[1], None)], 10).total == 0
    assert phrase_top(searcher, [("c", None), ("d", None)], 10).total == 1


def test_more_than_65_534_forms():
    """Forms whose ids exceed 16 bits are found and merged like any other."""
    forms = [
        f"{letter}{second}{third}{fourth}"
        for letter in "bcdfghjklm"
        for second in "aeiouy"
        for third in "bcdfghjklmnpqrstvwxz"
        for fourth in "bcdfghjklmnpqrstvwxz"
        for _ in (0,)
    ]
    forms = [form + tail for form in forms for tail in ("a", "á", "à")]
    assert len(forms) > 65_534
    random.Random(3).shuffle(forms)
    docs = [("", " ".join(forms[i : i + 50])) for i in range(0, len(forms), 50)]
    segment = build(columns_of(docs))
    assert len(segment.grid._escaped_ids) > 0
    merged = build(merged_columns([segment], [None]))
    for opened in (segment, merged):
        searcher = IndexSearcher([opened])
        for doc in range(0, len(docs), 97):
            three = docs[doc][1].split()[7:10]
            pattern = [(fold(form), form) for form in three]
            page = phrase_top(searcher, pattern, 5)
            assert page.docs == [doc]
            assert page.tiers == [EXACT]
            finder = MarkFinder(opened, parse(f'"{" ".join(three)}"'), accents="exact")
            (start,), (end,), _ = finder.find([doc])[0].body
            assert docs[doc][1][start:end] == " ".join(three)


def test_the_limits_of_frequent_phrases_are_unchanged():
    """The large corpus relies on them: it has biwords on both sides."""
    assert champions.FREQUENT == 1024
    assert champions.MIN_DOCS == 512
