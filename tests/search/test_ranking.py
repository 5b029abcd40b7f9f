"""Scores against the ranking formula in plain Python."""

import math
import random
from itertools import pairwise

import pytest

from danvan_search import Article
from danvan_search.text import is_marked, syllable_grid
from tests.search.execution.oracle import function_weight, rounded

VOCABULARY = ["dân", "dan", "dẫn", "vận", "van", "văn", "khéo", "đi", "di", "xã", "hội", "x"]


@pytest.fixture
def articles():
    """Sixty random articles of few distinct syllables, some without a title."""
    rng = random.Random(5)

    def text(most):
        return " ".join(rng.choices(VOCABULARY, k=rng.randint(0, most)))

    return [Article(str(number), text(6), text(40)) for number in range(60)]


def terms(grid, kind):
    if kind == "biword":
        return [" ".join(pair) for pair in zip(grid.folded, grid.folded[1:], strict=False)]
    return grid.accented if kind == "accented" else grid.folded


def expected_scores(articles, query):
    """Return the score of every article: syllables in two forms, pairs, and titles at 0.3."""
    titles = [syllable_grid(article.title) for article in articles]
    bodies = [syllable_grid(article.body) for article in articles]
    typed = syllable_grid(query)
    own_weights = [
        function_weight(folded, accented if is_marked(accented) else None)
        for accented, folded in zip(typed.accented, typed.folded, strict=True)
    ]
    wanted = [
        piece
        for accented, folded, own in zip(typed.accented, typed.folded, own_weights, strict=True)
        for piece in (
            [("accented", accented, 0.7 * own, 1.2), ("folded", folded, 0.3 * own, 1.2)]
            if is_marked(accented)
            else [("folded", folded, own, 1.2)]
        )
    ]
    wanted += [
        ("biword", pair, 0.5 * math.sqrt(math.prod(weights)), 0.6)
        for pair, weights in zip(terms(typed, "biword"), pairwise(own_weights), strict=True)
    ]
    scores = [0.0] * len(articles)
    for kind, term, weight, k1 in wanted:
        in_titles = [terms(grid, kind).count(term) for grid in titles]
        in_texts = [
            count + terms(grid, kind).count(term)
            for count, grid in zip(in_titles, bodies, strict=True)
        ]
        text_lengths = [len(a) + len(b) for a, b in zip(titles, bodies, strict=True)]
        title_lengths = [len(grid) for grid in titles]
        df = sum(count > 0 for count in in_texts)
        idf = math.log(1 + (len(articles) - df + 0.5) / (df + 0.5))
        shares = [(in_texts, text_lengths, 1.0), (in_titles, title_lengths, 0.3)]
        for counts, lengths, share in shares if kind != "biword" else shares[:1]:
            mean = sum(lengths) / len(lengths)
            for number, (count, length) in enumerate(zip(counts, lengths, strict=True)):
                if count:
                    norm = k1 * (0.25 + 0.75 * rounded(length) / mean)
                    scores[number] += share * weight * idf * (k1 + 1) * count / (count + norm)
    return scores


@pytest.mark.parametrize(
    "query", ["dân vận khéo", "dan van", "đi xã hội", "vận", "di di dân", "khéo van dẫn x"]
)
def test_scores_equal_the_formula(make_index, articles, query):
    """Every score equals the formula with the statistics of the whole index."""
    expected = expected_scores(articles, query)
    results = make_index(*articles).search(
        query, limit=100, match="any", rerank=False, snippet_chars=0
    )
    assert results.total == sum(score > 0 for score in expected)
    for hit in results:
        assert hit.score == pytest.approx(expected[int(hit.id)], rel=1e-9)


def test_removed_and_replaced_articles_do_not_affect_scores(make_index, articles):
    """Scores after updates and removals equal those of a new index of the same articles."""
    changed = make_index(*articles)
    changed.add([Article("3", "khéo", "khéo"), Article("new", "", "dân vận khéo " * 9)])
    changed.remove([str(number) for number in range(30, 50)])
    changed.add([articles[3]])
    changed.remove(["new"])
    fresh = make_index(*articles[:30], *articles[50:])
    for query in ("dân vận khéo", '"dân vận"', "di"):
        scores = [
            {hit.id: hit.score for hit in index.search(query, limit=100, match="any")}
            for index in (changed, fresh)
        ]
        assert scores[0] == pytest.approx(scores[1])
