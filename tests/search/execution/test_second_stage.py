"""The second stage against its definition in plain Python, and lists that it ranks again."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import Article
from danvan_search.search.execution.formula import FORMULA
from danvan_search.search.execution.second_stage import addends
from tests.search.execution.test_top_docs import SYLLABLES, searcher_of

forms = ["dan", "van", "kheo", "a", "d", "va", "moskva"]
queries = st.lists(st.sampled_from([*forms, "x"]), min_size=1, max_size=7).map(
    lambda query: [(folded, None) for folded in query]
)
texts = st.lists(st.sampled_from([*SYLLABLES, *["z"] * 12]), max_size=60).map(" ".join)
documents = st.lists(
    st.tuples(texts, texts) | st.tuples(st.just(""), texts), min_size=1, max_size=9
)


def expected_scores(docs, query):
    """Return what the second stage adds to each document, by trying all spans.

    And whether each has the whole query side by side.
    """
    folds = {"dân": "dan", "dẫn": "dan", "vận": "van", "khéo": "kheo", "đ": "d", "và": "va"}
    folds |= {"vả": "va", "москва": "moskva"}
    titles, bodies = ([[folds.get(s, s) for s in doc[at].split()] for doc in docs] for at in (0, 1))
    rows = [[*title, None, *body] for title, body in zip(titles, bodies, strict=True)]
    dfs = {form: sum(form in row for row in rows) for form, _ in query}
    idf = {f: math.log(1 + (len(docs) - n + 0.5) / (n + 0.5)) for f, n in dfs.items() if n}
    names = [form for form, _ in query]
    trigrams = set(zip(names, names[1:], names[2:], strict=False))
    scores, wholes = [], []
    for row in rows:
        wholes.append(any(row[at : at + len(names)] == names for at in range(len(row))))
        windows = [set(row[at : at + 20]) & set(idf) for at in range(len(row))]
        held = set(row) & set(idf)
        span = min(
            (
                next((b - a + 1 for b in range(a, len(row)) if held <= set(row[a : b + 1])), 10**9)
                for a in range(len(row))
            ),
            default=1,
        )
        threes = trigrams & set(zip(row, row[1:], row[2:], strict=False))
        score = 0.5 * max((sum(idf[one] for one in own) for own in windows), default=0.0)
        if held:
            score += 0.5 * sum(idf[one] for one in held) * len(held) / span
        score += 0.5 * sum(sum(idf[one] for one in three) / 3 for three in threes)
        scores.append(score)
    shares = [sum(one in idf for one in title) / len(title) if title else None for title in titles]
    known = [share for share in shares if share is not None]
    if known:
        mean = sum(known) / len(known)
        for at, share in enumerate(shares):
            scores[at] += 0.4 * sum(idf.values()) * (mean if share is None else share)
    return scores, wholes


@settings(max_examples=60, deadline=None)
@given(documents, st.sets(st.integers(1, 8), max_size=2), queries, st.randoms())
def test_added_scores_equal_the_definition(docs, cuts, query, rng):
    """Windows, spans, trigrams and titles, in any segments and any order."""
    cuts = tuple(sorted(cut for cut in cuts if cut < len(docs)))
    searcher, borders = searcher_of(docs, cuts, set())
    expected, wholes = expected_scores(docs, query)
    numbers = list(range(len(docs)))
    rng.shuffle(numbers)
    segments = [max(at for at, start in enumerate(borders[:-1]) if start <= n) for n in numbers]
    own = [n - borders[segment] for n, segment in zip(numbers, segments, strict=True)]
    part = np.zeros(len(own), dtype=np.int64)
    wanted = pytest.approx([expected[n] for n in numbers], rel=1e-9, abs=1e-9)
    for is_whole in (np.zeros(len(own), dtype=bool), np.array([wholes[n] for n in numbers])):
        found = addends(searcher, query, segments, np.array(own), is_whole, part)
        assert found.sums().tolist() == wanted


def test_the_best_of_the_list_are_ranked_again(make_index):
    """Fifty articles and no more, whatever the page; each tier on its own."""
    filler = " z" * 30
    articles = [Article(f"{n:03}", "", f"khéo{filler} dân{filler} tay") for n in range(70)]
    articles += [Article("near", "", f"khéo dân tay{filler}")]
    articles += [Article("phrase", "", f"dân khéo tay{filler}{filler}" + filler * 9)]
    index = make_index(*articles)
    whole = index.search("dân khéo tay", limit=100)
    assert [hit.id for hit in whole][:2] == ["phrase", "near"]
    off = index.search("dân khéo tay", limit=100, rerank=False)
    raised = [
        hit.id for hit, plain in zip(whole, off, strict=True) if hit.score > plain.score + 1e-9
    ]
    assert len(raised) == FORMULA.depth
    for limit in (1, 7, 49, 50, 51):
        pages = [
            [(hit.id, hit.score) for hit in index.search("dân khéo tay", limit=limit, page=page)]
            for page in range(1, 72 // limit + 2)
        ]
        assert list(itertools.chain(*pages)) == [(hit.id, hit.score) for hit in whole]
    assert [hit.score for hit in whole][1:] == sorted([hit.score for hit in whole][1:])[::-1]


def test_the_best_of_a_list_that_goes_on_are_ranked_again_once(make_index):
    """Fifty of both parts together; pages of any size are pieces of one list."""
    fillers = [" z" * (n % 7) for n in range(100)]
    articles = [Article(f"s{n}", "", f"dân{fillers[n]} khéo") for n in range(20)]
    articles += [Article(f"r{n}", "tay" * (n % 2), f"khéo{fillers[n]} x") for n in range(70)]
    index = make_index(*articles)
    whole, off = (index.search("dân khéo", limit=100, rerank=flag) for flag in (True, False))
    assert (whole.total, whole.relaxed_from, whole.total_any, len(whole)) == (20, 20, 90, 90)
    plain = {hit.id: hit.score for hit in off}
    raised = [hit.id for hit in whole if hit.score > plain[hit.id] + 1e-9]
    assert sorted(raised) == sorted([hit.id for hit in off][: FORMULA.depth])
    assert {hit.id[0] for hit in whole.hits[:20]} == {"s"}
    for limit in (1, 19, 20, 21, 50, 64):
        pages = [
            [(hit.id, hit.score) for hit in index.search("dân khéo", limit=limit, page=page)]
            for page in range(1, 90 // limit + 3)
        ]
        assert list(itertools.chain(*pages)) == [(hit.id, hit.score) for hit in whole]


def test_what_is_not_ranked_again(make_index):
    """Phrases, and pages by date, have the scores of the first stage."""
    index = make_index("dân vận khéo", "khéo vận dân", "dân z vận")
    for query, options in (('"dân vận"', {}), ("dân vận", {"sort": "date"})):
        on, off = (index.search(query, rerank=flag, **options) for flag in (True, False))
        assert [hit.score for hit in on] == [hit.score for hit in off]
    on, off = (index.search("dân vận", rerank=flag) for flag in (True, False))
    assert [hit.score for hit in on] > [hit.score for hit in off]
