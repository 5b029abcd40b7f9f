"""Random queries of every construct over articles, against an oracle that scans them."""

import datetime
import random
from collections import Counter

import pytest

from danvan_search import Article, Index
from danvan_search.text import word_starts
from tests.search.execution.tree_oracle import Document, Oracle
from tests.search.typed_queries import CATEGORIES, CODES, SOURCES, SYLLABLES, Typist

COUNT = 40
FACETS = ("category", "year", "month", "source")


def articles(count, seed=0):
    """Return articles of few syllables, some of them with codes, dates, categories and sources."""
    rng = random.Random(seed)

    def text(most):
        pieces = [rng.choice(SYLLABLES) for _ in range(rng.randint(0, most))]
        if rng.random() < 0.3:
            pieces.insert(rng.randint(0, len(pieces)), rng.choice(CODES)[0])
        return " ".join(pieces)

    return [
        Article(
            str(number),
            text(5),
            text(25),
            rng.choice([None, datetime.date(rng.choice([2019, 2020]), rng.choice([2, 7]), 28)]),
            rng.choice([*CATEGORIES, None]),
            rng.choice(SOURCES),
            details="\n".join([text(4) for _ in range(rng.choice([0, 1, 3]))]),
        )
        for number in range(count)
    ]


def words_of_lines(details):
    """Return whether a word starts with each syllable; each line is segmented by itself."""
    return tuple(flag for line in details.split("\n") for flag in word_starts(line).flags)


def oracle_of(added, deleted, accents, *, words):
    documents = [
        Document(
            one.title,
            one.body,
            one.date,
            one.category,
            tuple(word_starts(one.title).flags) if words else None,
            tuple(word_starts(one.body).flags) if words else None,
            one.details,
            words_of_lines(one.details) if words else None,
            source=one.source,
            id=one.id,
        )
        for one in added
    ]
    return Oracle(documents, deleted, accents)


def facets_of(found):
    """Count the values of some articles."""
    dates = [one.date for one in found if one.date]
    return {
        "category": Counter([one.category for one in found if one.category]),
        "year": Counter([f"{date:%Y}" for date in dates]),
        "month": Counter([f"{date:%Y-%m}" for date in dates]),
        "source": Counter([one.source for one in found if one.source]),
    }


def assert_found(index, added, deleted, typist, count, *, words):
    """Assert that queries find what a scan finds, with each policy of accents."""
    oracles = {
        accents: oracle_of(added, deleted, accents, words=words)
        for accents in ("auto", "exact", "ignore")
    }
    sizes = set()
    for number in range(count):
        text, tree = typist.query()
        accents = ("auto", "exact", "ignore")[number % 3]
        oracle = oracles[accents]
        expected = {
            doc for doc in oracle.live if oracle.matches(tree, doc, exact=accents == "exact")
        }
        results = index.search(
            text,
            accents=accents,
            match="all",
            limit=len(added),
            snippet_chars=0,
            strict=True,
            facets=FACETS,
        )
        found = {int(hit.id) for hit in results}
        assert found == expected, (text, accents)
        assert results.total == len(expected), (text, accents)
        assert results.facets == facets_of([added[doc] for doc in expected]), (text, accents)
        sizes.add(len(expected))
    assert len(sizes) > count // 20


@pytest.fixture(scope="module")
def added():
    return articles(COUNT)


def test_queries_find_what_a_scan_finds_in_one_segment_with_words(tmp_path, added):
    """Each construct, with words."""
    with Index.create(tmp_path / "index") as index:
        index.add(added)
        assert_found(index, added, (), Typist(1, words=True), 150, words=True)


def test_queries_find_what_a_scan_finds_in_five_segments_with_deletions(tmp_path, added):
    """Each construct but words, in an index without."""
    deleted = {3, 9, 17, 30, 39}
    with Index.create(tmp_path / "index") as index:
        for first in range(0, COUNT, COUNT // 5):
            index.add(added[first : first + COUNT // 5], words=False)
        index.remove(map(str, deleted))
        assert_found(index, added, deleted, Typist(2, words=False), 150, words=False)
