"""What every store promises, as comparisons of one with the index in a folder."""

import os
import random
from collections import Counter
from typing import NamedTuple, Self

from danvan_search import Article
from tests.search.test_typed_queries import articles as short_articles
from tests.search.typed_queries import CODES, SYLLABLES
from tests.seeds import SEEDS


class Sizes(NamedTuple):
    """How much the contract tries: ``ARTICLES:SEEDS:QUERIES``, the queries of each seed."""

    articles: int
    seeds: int
    queries: int

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the sizes of a text."""
        return cls(*map(int, text.split(":")))


SIZES = Sizes.of(os.environ.get("DANVAN_CONTRACT", "1000:3:50"))

FACETS = ("category", "year", "month", "source")
MOST = min(10_000, 2 * SIZES.articles)
"""More hits than there are; a cluster shows 10,000."""
CLOSE = 2e-3
"""Scores of a cluster are 32-bit floats, and hold the tier too."""


def made_articles(count, seed=0):
    """Return articles of which all have a title and a body, some of them long."""
    rng = random.Random(seed)
    sentences = [
        sentence
        for one in SEEDS
        for sentence in one.read_text("utf-8").replace("\n", " ").split(". ")
        if sentence.strip()
    ]
    others = [*SYLLABLES, "là", "của", "các", "xã", "phường", "Hòa", "Hoà", "quyết", "Covid19"]
    made = []
    for number, short in enumerate(short_articles(count, seed)):
        parts = [
            " ".join(rng.choices(others, k=rng.randint(3, 12)))
            if rng.random() < 0.7
            else rng.choice(sentences)
            for _ in range(rng.choice([1, 1, 2, 4, 8]))
        ]
        title = " ".join(rng.choices(others, k=rng.randint(1, 7)))
        if number % 7 == 0:
            title = f"{title} {rng.choice(CODES)[0]}"
        body = ". ".join([short.body, *parts]).strip()
        made.append(Article(f"{number:04}", title, body, short.date, short.category, short.source))
    return made


def seed_articles():
    """Return the seeds; scores are equal without details, which seeds have of their file names."""
    found = []
    for seed in SEEDS:
        title, _, body = seed.read_text("utf-8").partition("\n\n")
        found.append(Article(seed.name, title, body))
    return found


def pages_differ(local, other, query, *, is_ordered=True, limit=MOST, **options):
    """Return how the pages of a query differ in two stores; an empty list for equal ones.

    :param is_ordered: whether scores are equal, and the order but for ties.
    """
    options = {"rerank": False, "facets": FACETS, "limit": limit, **options}
    one, two = local.search(query, **options), other.search(query, **options)
    found = [
        (name, getattr(one, name), getattr(two, name))
        for name in ("total", "relaxed", "total_any", "relaxed_from", "facets", "notes")
        if getattr(one, name) != getattr(two, name)
    ]
    if one.understood.root != two.understood.root:
        found.append(("understood", one.read_as, two.read_as))
    if list(one.facets.items()) != list(two.facets.items()):
        found.append(("order of facets", one.facets, two.facets))
    ids, others = ([hit.id for hit in page] for page in (one, two))
    if len(ids) < limit and Counter(ids) != Counter(others):
        found.append(("hits", sorted(set(ids) - set(others)), sorted(set(others) - set(ids))))
        return found
    exact = {hit.id: hit.exact for hit in one}
    if wrong := [hit.id for hit in two if exact.get(hit.id, hit.exact) != hit.exact]:
        found.append(("exact", wrong))
    if is_ordered:
        scores = {hit.id: hit.score for hit in one}
        for mine, its in zip(one, two, strict=True):
            if abs(mine.score - its.score) > CLOSE or its.id not in scores:
                found.append(("score", mine, its))
                break
            if abs(scores[its.id] - its.score) > CLOSE:
                found.append(("order", mine, its, scores[its.id]))
                break
    return found


def shown_differ(local, other, query, *, count=15, **options):
    """Return the hits of a page that are not shown alike in two stores."""
    options = {"rerank": False, "limit": MOST, **options}
    of_local = {hit.id: hit for hit in local.search(query, **options)}
    shown = list(other.search(query, **{**options, "limit": count}))
    return [
        (mine, its)
        for its in shown
        for mine in [of_local[its.id]]
        if without_scores(mine) != without_scores(its)
    ]


def without_scores(hit):
    """Return what a hit shows."""
    return {**hit.to_json(fields="id,date,category,source"), "score": None}, hit.snippets


def filled(local, other, articles):
    """Add the same articles to two stores."""
    assert local.add(articles) == other.add(articles)
    assert len(local) == len(other)
