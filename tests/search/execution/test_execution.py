"""Query trees of every kind over segments, against an oracle that scans the texts."""

import dataclasses
import datetime
import itertools
import math
import random
import re
from collections import Counter
from typing import NamedTuple
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import Article
from danvan_search.index.codec.doc_values import DocValues, DocValuesBuilder
from danvan_search.index.codec.grid import ESCAPE
from danvan_search.query.nodes import (
    And,
    Boost,
    DateRange,
    Equals,
    Everything,
    Fuzzy,
    InField,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Required,
    Run,
    Term,
    Wildcard,
)
from danvan_search.search.execution import bitset, phrase_matches
from danvan_search.search.execution.collectors import CategoryFacet, Histogram, collect
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.general import general_top_docs
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.ranker import BM25
from danvan_search.search.execution.strategies import FAST_STRATEGIES
from danvan_search.search.execution.tiers import Tiers, tiers_of
from danvan_search.search.execution.top_docs import (
    EXACT,
    EXACT_NAME,
    EXACT_TITLE,
    FOLDED,
    FOLDED_NAME,
    FOLDED_TITLE,
    REST,
    REST_EXACT,
)
from danvan_search.store import IndexedArticle
from danvan_search.text import syllable_grid
from danvan_search.text.fold import fold, is_marked
from tests.index.segments import build, columns_of, in_memory
from tests.search.execution.test_top_docs import assert_same_order, rows_of
from tests.search.execution.tree_oracle import Document, Oracle

# ------------------------------------------------------------------------------ trees by hand


def syllable(typed):
    """Return a node: ``*`` is a wildcard, ``kh*`` a prefix, ``khéo~`` fuzzy, all else a term."""
    if typed == "*":
        return Wildcard()
    (accented,), (folded,) = syllable_grid(typed).accented, syllable_grid(typed).folded
    kind = {"*": Prefix, "~": Fuzzy}.get(typed[-1], Term)
    return kind(folded, accented, is_marked(accented))


def phrase(typed, slop=0, *, word=False):
    return Phrase(tuple(map(syllable, typed.split())), slop, word)


def run(typed):
    """Return a run; a code such as ``TP.HCM`` is a phrase of its parts."""
    return Run(tuple(phrase(re.sub("[-/.&]", " ", piece)) for piece in typed.split()))


def near(left, right, distance=10):
    return Near(phrase(left), phrase(right), distance)


def title(node):
    return InField("title", node)


def body(node):
    return InField("body", node)


def both(*nodes):
    return And(nodes)


def either(*nodes, at_least=1):
    return Or(nodes, at_least)


# ------------------------------------------------------------------------------ indexes


class Indexed(NamedTuple):
    """Documents in segments.

    :ivar borders: the number of the first document of each segment, and the number of documents.
    """

    searcher: IndexSearcher
    doc_values: list[DocValues]
    borders: list[int]

    def execution(self, accents="auto"):
        return Execution(self.searcher, self.doc_values, accents=accents)

    def docs(self, execution, node, exact):
        """Return the documents of the whole index that match, deleted ones included."""
        found = []
        for segment, (first, end) in enumerate(itertools.pairwise(self.borders)):
            bits = execution.docs(node, segment, exact=exact)
            assert bits.dtype == np.uint64
            assert bits.shape == (-(-(end - first) // 64),)
            docs = bitset.unpack(bits, end - first).nonzero()[0]
            assert bitset.count(bits) == len(docs)  # no bit is set after the last document
            found += (docs + first).tolist()
        return found

    def masks(self, accepted):
        return [
            np.array([doc in accepted for doc in range(first, end)], dtype=bool)
            for first, end in itertools.pairwise(self.borders)
        ]


def index_of(documents, cuts=(), deleted=()):
    borders = [0, *cuts, len(documents)]
    pieces = [documents[first:end] for first, end in itertools.pairwise(borders)]
    live = [
        np.array([doc not in deleted for doc in range(first, end)], dtype=bool)
        for first, end in itertools.pairwise(borders)
    ]
    segments = [build(with_words(columns_of(texts_of(piece)), piece)) for piece in pieces]
    searcher = IndexSearcher(segments, live if deleted else None)
    return Indexed(searcher, [doc_values_of(piece) for piece in pieces], borders)


def page_of(execution, node, limit, **options):
    """Return a page of the general strategy; every faster strategy returns the same, or declines.

    The order of scores that differ by rounding alone may differ.
    """
    search = PageSearch(execution, node, node, tiers_of(node, node), limit, **options)
    page = general_top_docs(search)
    for strategy in FAST_STRATEGIES:
        assert_same_page(page, strategy(search))
    return page


def assert_same_page(page, other):
    """Assert that another strategy, unless it declined, found the same page."""
    if other is None:
        return
    assert other.total == page.total
    assert other.tiers == page.tiers
    assert other.scores == pytest.approx(page.scores, rel=1e-9)
    rows = zip(page.segments, page.docs, strict=True)
    other_rows = zip(other.segments, other.docs, strict=True)
    for at, (row, other_row) in enumerate(zip(rows, other_rows, strict=True)):
        # Equal scores keep the order of the index, unless rounding made them differ.
        assert row == other_row or is_tie(page, at)


def is_tie(page, at):
    """Return whether a document has nearly the score of a neighbour, or is at the page's end."""
    near = [page.scores[at + by] for by in (-1, 1) if 0 <= at + by < len(page.scores)]
    is_last = at == len(page.scores) - 1
    return is_last or any(score == pytest.approx(page.scores[at], rel=1e-9) for score in near)


def texts_of(documents):
    return [(one.title, one.body, one.details) for one in documents]


def with_words(columns, documents):
    """Return columns with the words of those documents that have any."""
    if all(one.title_words is None for one in documents):
        return columns

    def part(columns, words):
        flags = iter([flag for own in words for flag in own])
        # The gaps of details start no word.
        joined = [form >= 0 and next(flags) for form in columns.accented.tolist()]
        return dataclasses.replace(columns, word_starts=np.array(joined, dtype=bool))

    def words_of(document, name):
        flags = getattr(document, f"{name}_words")
        return flags or (False,) * len(syllable_grid(getattr(document, name)))

    (parts,) = columns.batches
    parts = tuple(
        part(own, [words_of(one, name) for one in documents])
        for own, name in zip(parts, ("title", "body", "details"), strict=False)
    )
    return dataclasses.replace(columns, batches=iter([parts]), has_words=True)


def doc_values_of(documents):
    builder = DocValuesBuilder()
    for number, one in enumerate(documents):
        article = Article(str(number), one.title, one.body, one.date, one.category)
        builder.add(article, IndexedArticle(article.id, "00" * 16, "", ""))
    return DocValues(in_memory(builder.arrays()), "memory")


# ------------------------------------------------------------------------------ strategies

SYLLABLES = syllable_grid("a á à ă an án ân ba bá đa da ga gà gàn gan và ма").accented
TYPED = [*SYLLABLES, "xa", "gán", "âng", "va", "vả"]
PREFIXES = syllable_grid("a á ă â b bá d đ đá g gà gă an ân ân m м x").accented
DATES = [datetime.date(2024, 2, 28), datetime.date(2024, 2, 29), datetime.date(2024, 3, 1)]
CATEGORIES = ["Thời sự", "thoi  su", "Xã hội", "🙂", "", " "]
FACTORS = [0.0, 0.5, 1.0, 2.5]
FIELDS = ("title", "body", "details")


def _word_starts(text):
    """Return a strategy for a flag per syllable of a text; a word starts with the first one."""
    flags = st.lists(st.booleans(), min_size=len(text), max_size=len(text))
    return flags.map(lambda own: tuple(at == 0 or flag for at, flag in enumerate(own)))


@st.composite
def documents(draw):
    """A document, segmented into words or not."""
    texts = [draw(st.lists(st.sampled_from(SYLLABLES), max_size=most)) for most in (5, 14)]
    lines = draw(st.lists(st.lists(st.sampled_from(SYLLABLES), max_size=4), max_size=3))
    words = [None, None, None]
    if draw(st.booleans()):
        of_lines = [
            [draw(_word_starts(one)) for one in own] for own in ([texts[0]], [texts[1]], lines)
        ]
        words = [tuple(itertools.chain(*own)) for own in of_lines]
    return Document(
        *map(" ".join, texts),
        draw(st.sampled_from([None, *DATES])),
        draw(st.sampled_from([None, *CATEGORIES])),
        *words[:2],
        "\n".join(map(" ".join, lines)),
        words[2],
    )


@st.composite
def indexes(draw):
    """Documents, the borders of their segments, and the deleted documents."""
    docs = draw(st.lists(documents(), min_size=1, max_size=10))
    cuts = draw(st.sets(st.integers(0, len(docs)), max_size=3))
    deleted = draw(st.sets(st.integers(0, len(docs) - 1), max_size=4))
    return docs, sorted(cuts), deleted


def _tuples(strategy, at_most):
    return st.lists(strategy, min_size=1, max_size=at_most).map(tuple)


terms = st.sampled_from(TYPED).map(syllable)
unmarked = terms.map(lambda one: dataclasses.replace(one, marked=False))
terms |= unmarked
prefixes = st.sampled_from(PREFIXES).map(lambda letters: syllable(f"{letters}*"))
fuzzy = st.sampled_from(TYPED).map(lambda letters: syllable(f"{letters}~"))
patterns = st.one_of(terms, terms, terms, prefixes, fuzzy)
plain_phrases = st.builds(
    Phrase,
    _tuples(patterns | st.just(Wildcard()), 5).filter(lambda one: set(one) != {Wildcard()}),
    st.sampled_from([0, 0, 1, 2, 5, 20]),
)
words = st.builds(Phrase, _tuples(terms, 3), word=st.just(True))
phrases = plain_phrases | plain_phrases | words
single = patterns.map(lambda one: Phrase((one,)))
codes = _tuples(terms | prefixes, 3).map(Phrase)
others = _tuples(_tuples(terms, 3).map(Phrase), 2)
codes |= st.builds(Phrase, _tuples(terms, 2), others=others)
runs = st.builds(Run, _tuples(single | single | codes, 4))
phrases_of_terms = _tuples(terms, 3).map(Phrase)
runs_of_terms = st.builds(Run, _tuples(_tuples(terms, 2).map(Phrase), 3))
nears = st.builds(Near, phrases, phrases, st.sampled_from([0, 1, 2, 10, 100]))
filters = st.one_of(
    st.builds(DateRange, st.sampled_from([None, *DATES]), st.sampled_from([None, *DATES])),
    st.builds(Equals, st.just("category"), st.sampled_from([*CATEGORIES, "THOI SU", "x"])),
    st.just(Everything()),
)


def _joined(nodes):
    several = _tuples(nodes, 3)
    return st.one_of(
        st.builds(And, several),
        several.flatmap(lambda one: st.builds(Or, st.just(one), st.integers(1, len(one)))),
        st.builds(Not, nodes),
        st.builds(Boost, nodes, st.sampled_from(FACTORS)),
        st.builds(Required, nodes),
        st.builds(InField, st.sampled_from(FIELDS), nodes),
    )


trees = st.recursive(st.one_of(phrases, runs, runs_of_terms, nears, filters), _joined, max_leaves=6)
accents = st.sampled_from(["auto", "auto", "ignore", "exact"])

# ------------------------------------------------------------------------------ properties


def assert_same_docs(oracle, indexed, node):
    """Assert the same matches, folded and exact, also when they are asked for again."""
    execution = indexed.execution(oracle.accents)
    for exact in (False, True, False):
        expected = [doc for doc in range(len(oracle.documents)) if oracle.matches(node, doc, exact)]
        assert expected == indexed.docs(execution, node, exact)


def assert_same_scores(oracle, indexed, node):
    """Assert the same score of every live document, whether it matches or not."""
    execution = indexed.execution(oracle.accents)
    for segment, (first, end) in enumerate(itertools.pairwise(indexed.borders)):
        docs = [doc for doc in oracle.live if first <= doc < end]
        numbers = np.array(docs, dtype=np.int64) - first
        scores = BM25.scores(execution, node, segment, numbers)
        assert scores.dtype == np.float64
        expected = [oracle.score(node, doc) for doc in docs]
        assert expected == pytest.approx(scores.tolist(), rel=1e-9, abs=1e-12)


def assert_same_pages(oracle, indexed, node, limit, accepted=None):
    """Assert the same rows and total: all on one page, and page by page."""
    execution = indexed.execution(oracle.accents)
    masks = None if accepted is None else indexed.masks(accepted)
    expected = oracle.top(node, accepted)
    whole = page_of(execution, node, len(oracle.documents), filters=masks)
    rows = rows_of(whole, indexed.borders)
    assert len(expected) == whole.total
    assert sorted(row[2] for row in expected) == sorted(row[2] for row in rows)
    assert_same_order(expected, rows)
    paged = []
    for offset in range(0, len(expected) + limit, limit):
        page = page_of(execution, node, limit, offset=offset, filters=masks)
        assert len(expected) == page.total
        page_rows = rows_of(page, indexed.borders)
        assert_same_order(expected, page_rows, offset, limit)
        paged += page_rows
    assert [row[2] for row in rows] == [row[2] for row in paged]


def assert_same_counts(oracle, indexed, node):
    """Assert the same counts of matches by category and by month."""
    execution = indexed.execution(oracle.accents)
    categories, months = CategoryFacet(), Histogram("month")
    search = PageSearch(execution, node, node, Tiers(None, None), 0)
    collect(search, [categories, months])
    found = [oracle.documents[doc] for _, _, doc in oracle.top(node)]
    assert categories.counts == Counter(one.category for one in found if one.category is not None)
    assert months.counts == Counter(f"{one.date:%Y-%m}" for one in found if one.date)


@settings(max_examples=120)
@given(indexes(), trees, accents)
def test_matches_are_those_of_a_scan(index, tree, accents):
    """The same documents match, deleted ones included, with the typed accents and without."""
    docs, cuts, deleted = index
    oracle = Oracle(docs, deleted, accents)
    assert_same_docs(oracle, index_of(docs, cuts, deleted), tree)
    assert_same_docs(oracle, index_of(docs, (), deleted), tree)


@settings(max_examples=120)
@given(indexes(), trees, accents)
def test_scores_are_those_of_the_plain_formula(index, tree, accents):
    """Scores cover all live documents of all segments."""
    docs, cuts, deleted = index
    assert_same_scores(Oracle(docs, deleted, accents), index_of(docs, cuts, deleted), tree)


@settings(max_examples=120)
@given(indexes(), trees | runs_of_terms, accents, st.integers(1, 4))
def test_pages_are_those_of_the_plain_formula(index, tree, accents, limit):
    """Tiers, scores, order and total, on every page, in any segments."""
    docs, cuts, deleted = index
    oracle = Oracle(docs, deleted, accents)
    assert_same_pages(oracle, index_of(docs, cuts, deleted), tree, limit)


@settings(max_examples=60)
@given(indexes(), trees | runs_of_terms, st.sets(st.integers(0, 9)))
def test_filters_only_remove_documents(index, tree, accepted):
    """Accepted documents keep their tiers, their scores and their order."""
    docs, cuts, deleted = index
    indexed = index_of(docs, cuts, deleted)
    assert_same_pages(Oracle(docs, deleted), indexed, tree, 3, accepted)
    mixed = [None, *indexed.masks(accepted)[1:]]
    everywhere = accepted | {*range(indexed.borders[1])}
    page = page_of(indexed.execution(), tree, 10, filters=mixed)
    assert_same_order(Oracle(docs, deleted).top(tree, everywhere), rows_of(page, indexed.borders))


@settings(max_examples=80)
@given(indexes(), phrases | nears, st.booleans(), st.sampled_from([None, *FIELDS]), accents)
def test_occurrences_are_those_of_a_scan(index, pattern, exact, field, accents):
    """First and last slots, by rising start; of a proximity, those of its left side."""
    docs, cuts, deleted = index
    oracle = Oracle(docs, deleted, accents)
    indexed = index_of(docs, cuts, deleted)
    execution = indexed.execution(accents)
    for segment, (first, end) in enumerate(itertools.pairwise(indexed.borders)):
        grid = indexed.searcher.views[segment].segment.grid
        expected = []
        for doc in (doc for doc in oracle.live if first <= doc < end):
            first_slots = grid.doc_slot, grid.body_slot, grid.details_slot
            for name, slots in zip(FIELDS, first_slots, strict=True):
                if slots is not None and field in (None, name):
                    slot = int(slots[doc - first])
                    spans = oracle.spans(pattern, oracle.texts[doc][name], exact)
                    expected += [(slot + one.start, slot + one.end) for one in spans]
        found = execution.phrases.occurrences(pattern, segment, exact=exact, field=field)
        pairs = zip(found.starts.tolist(), found.ends.tolist(), strict=True)
        live = [pair for pair in pairs if first + grid.doc(pair[0]) in oracle.live]
        assert expected == live


def test_few_documents_have_a_phrase_as_among_all():
    """Each document on its own, and the frequencies of the phrase in it."""
    rng = random.Random(7)
    docs = tuple(Document("", " ".join(rng.choices(TYPED, k=30))) for _ in range(40))
    indexed = index_of(docs, (), ())
    few = np.arange(0, 40, 2)
    for pair in itertools.product(map(syllable, TYPED), repeat=2):
        node = Phrase(pair)
        for exact in (False, True):
            whole = indexed.execution().docs(node, 0, exact=exact)
            found = indexed.execution().contains(node, 0, few, exact=exact)
            assert found.tolist() == bitset.contains(whole, few).tolist()
            phrases_of_all = indexed.execution().phrases
            all_of_it = phrases_of_all.postings(node, 0, exact=exact)
            with mock.patch.object(phrase_matches, "_MIN_SKIPPED", 0):
                some = phrases_of_all.postings_among(node, 0, few, exact=exact, field=None)
            assert tfs_in(some, few) == tfs_in(all_of_it, few)


def test_exact_pages_of_phrases_with_many_occurrences():
    """The strategy for phrases leaves out other accents, as the general one does."""
    rng = random.Random(7)
    docs = tuple(Document("", " ".join(rng.choices(TYPED, k=30))) for _ in range(200))
    indexed = index_of(docs, (90,), (3, 150))
    for pair in itertools.product(map(syllable, TYPED), repeat=2):
        node = Phrase(pair)
        search = PageSearch(indexed.execution("exact"), node, node, Tiers(node, node), 10)
        page, expected = FAST_STRATEGIES[0](search), general_top_docs(search)
        assert page[:3] == expected[:3]
        assert page.tiers == expected.tiers
        assert page.scores == pytest.approx(expected.scores)


def tfs_in(postings, docs):
    """Return the frequencies of some documents, in all texts and in the title."""
    title_tfs = postings.tfs * 0 if postings.title_tfs is None else postings.title_tfs
    rows = zip(postings.docs.tolist(), postings.tfs.tolist(), title_tfs.tolist(), strict=True)
    return [row for row in rows if row[0] in docs]


# ------------------------------------------------------------------------------ fixed cases

ARTICLES = {
    "A": Document(
        "Hội thi “Dân vận khéo”",
        "Huyện tổ chức công tác dân vận. Mô hình dân vận khéo ở Hưng Yên.",
    ),
    "B": Document("Giao thông", "Bảo đảm an toàn giao thông ở Hà Nội, ngày 30/8/2013."),
    "C": Document("Đường sắt", "Ông Dương nói về đường sắt. Công an làm dân vận."),
    "D": Document("Dân", "vận động nhân dân khéo léo; không ai bị bỏ lại."),
    "E": Document(
        "Ha noi mua thu",
        "Duong pho Ha Noi. Công việc của người dân vẫn tốt, dan van kheo.",
    ),
    "F": Document(
        "32-CTr/TU",
        "Chương trình số 32-CTr/TU của TP.HCM: hoà bình, 1.000 người, GD&ĐT. Dân ta rất khéo.",
    ),
}

TABLE = [
    ("dân vận khéo", run("dân vận khéo"), "ADE"),
    ('"dân vận khéo"', phrase("dân vận khéo"), "AE"),
    ('exact "dân vận khéo"', phrase("dân vận khéo"), "A"),
    ('exact "dan van kheo"', phrase("dan van kheo"), "AE"),
    ('"dân vận"', phrase("dân vận"), "ACE"),
    ("dân vận -hà nội", both(run("dân vận"), Not(phrase("hà nội"))), "ACDE"),
    ('dân vận -"ha noi"', both(run("dân vận"), Not(phrase("ha noi"))), "ACD"),
    ("duong -dương", both(run("duong"), Not(phrase("dương"))), "E"),
    ("hưng yên OR hà nội", either(run("hưng yên"), run("hà nội")), "ABE"),
    ("dân NOT vận", both(run("dân"), Not(phrase("vận"))), "EF"),
    ("dân (khéo OR công)", both(run("dân"), either(run("khéo"), run("công"))), "ACDEF"),
    ("title:dân", title(run("dân")), "AD"),
    ("tiêu đề:dân vận", title(run("dân vận")), "A"),
    ('"dân v*"', phrase("dân v*"), "ACE"),
    ('exact "dân vậ*"', phrase("dân vậ*"), "AC"),
    ("kh*", run("kh*"), "ADEF"),
    ('"công * dân"', phrase("công * dân"), "A"),
    ('"dân * vận"', phrase("dân * vận"), ""),
    ('"dân vận *"', phrase("dân vận *"), "ACE"),
    ('"dân khéo"~1', phrase("dân khéo", 1), "ADE"),
    ('"dân khéo"~2', phrase("dân khéo", 2), "ADEF"),
    ("sắt NEAR/9 dương", near("sắt", "dương", 9), "C"),
    ("32-CTr/TU", run("32-CTr/TU"), "F"),
    ('"ctr tu"', phrase("ctr tu"), "F"),
    ("TP.HCM", run("TP.HCM"), "F"),
    ("30-8-2013", run("30-8-2013"), "B"),
    ("HOÀ BÌNH", run("HOÀ BÌNH"), "F"),
    ("KHÔNG ai", run("KHÔNG ai"), "D"),
    ("dân vận OR", run("dân vận"), "ACDE"),
    ("hà nội?", run("hà nội"), "BE"),
    ("GD&ĐT", run("GD&ĐT"), "F"),
    ("khéo~ title:dan", both(run("khéo~"), title(run("dan"))), "AD"),
]


def assert_found(docs, tree, expected, exact=False):
    """Assert which documents the oracle and the execution find, in one segment and in several."""
    oracle = Oracle(docs)
    assert expected == [doc for doc in range(len(docs)) if oracle.matches(tree, doc, exact)]
    for cuts in ((), range(1, len(docs))):
        indexed = index_of(docs, cuts)
        assert expected == indexed.docs(indexed.execution(), tree, exact)


@pytest.mark.parametrize(("query", "tree", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_queries_of_six_articles(query, tree, expected):
    """Queries as a parser reads them; ``exact`` demands the typed accents."""
    numbers = ["ABCDEF".index(letter) for letter in expected]
    assert_found([*ARTICLES.values()], tree, numbers, exact=query.startswith("exact"))


A_TO_D = [Document("a b", "c d")]

TRAPS = {
    "a wildcard is no gap between texts": (A_TO_D, phrase("b * c"), []),
    "a wildcard is no gap between articles": (
        [Document("", "a b"), Document("c")],
        phrase("b * c"),
        [],
    ),
    "no wildcard stands for nothing": (A_TO_D, phrase("b * d"), []),
    "slop does not cross texts": (A_TO_D, phrase("b c", 9), []),
    "nor does nearness": (A_TO_D, near("b", "c"), []),
    "a run does": (A_TO_D, run("d a"), [0]),
    "a code does not": (A_TO_D, run("b-c"), []),
    "slop does not turn round": ([Document("", "b a")], phrase("a b", 5), []),
    "slop is used up once": ([Document("", "a x b x c")], phrase("a b c", 1), []),
    "slop is shared": ([Document("", "a x b x c")], phrase("a b c", 2), [0]),
    "slop counts around a wildcard": ([Document("", "a x y b")], phrase("a * b", 1), [0]),
    "a wildcard takes a syllable": ([Document("", "a b")], phrase("a * b", 1), []),
    "nearness turns round": ([Document("", "b x a")], near("a", "b", 1), [0]),
    "nearness is limited": ([Document("", "b x x a")], near("a", "b", 1), []),
    "nothing stands before the first text": ([Document("a", "b")], near("a", "b", 99), []),
    "nothing stands after the last text": ([Document("b", "a")], near("a", "b", 99), []),
    "near sides do not overlap": ([Document("", "a b c")], near("a b", "b c"), []),
    "a syllable is not near itself": ([Document("", "x a x")], near("a", "a"), []),
    "but near the next one like it": ([Document("", "a a")], near("a", "a", 0), [0]),
    "stars at the ends": ([Document("a"), Document("", "x a")], phrase("* a * *"), [0, 1]),
    "stars at the ends with slop": ([Document("a b"), Document("b a")], phrase("* a b *", 3), [0]),
    "Not is narrow": ([Document("dương"), Document("đường")], Not(phrase("dương")), [1]),
    "Not of an unmarked syllable is wide": (
        [Document("dương"), Document("đường"), Document("")],
        Not(phrase("duong")),
        [2],
    ),
    "Not of Not": ([Document("dương"), Document("đường")], Not(Not(phrase("dương"))), [0]),
    "Not in a field": (
        [Document("a"), Document("", "a"), Document("b")],
        title(Not(phrase("a"))),
        [1, 2],
    ),
    "the innermost field": ([Document("a", "b"), Document("b", "a")], title(body(run("a"))), [1]),
    "a field beside another": (
        [Document("a", "b"), Document("a b"), Document("b", "a")],
        title(both(run("a"), body(run("b")))),
        [0],
    ),
    "accents of each syllable": (
        [Document("dân van"), Document("dan vận")],
        phrase("dân van"),
        [0, 1],
    ),
    "a letter holds to its mark": (
        [Document("đường"), Document("dương"), Document("đư"), Document("đu")],
        phrase("đư*"),
        [0, 1, 2, 3],
    ),
    "at least two": (
        [Document("a"), Document("a b"), Document("a b c"), Document("c b")],
        either(run("a"), run("b"), run("c"), at_least=2),
        [1, 2, 3],
    ),
    "at least two of equal nodes": ([Document("a")], either(run("a"), run("a"), at_least=2), [0]),
    "a boost of 0 matches": ([Document("a"), Document("b")], Boost(run("a"), 0.0), [0]),
    "fuzzy: more, less, other, swapped": (
        [*map(Document, ["khéo", "khe", "kheos", "khoe", "kheu", "hkeo", "ekho", "kh", "khoeo"])],
        run("khéo~"),
        [0, 1, 2, 3, 4, 5, 8],
    ),
    "fuzzy: letters outside of ASCII": (
        [*map(Document, ["½", "1½", "ж", "½½"])],
        run("1~"),
        [0, 1],
    ),
    "undated": (
        [Document(date=DATES[0]), Document(), Document(date=DATES[2])],
        DateRange(),
        [0, 2],
    ),
    "a range holds its ends": (
        [*[Document(date=date) for date in DATES], Document()],
        DateRange(DATES[0], DATES[1]),
        [0, 1],
    ),
    "until leaves out the undated": (
        [Document(), *[Document(date=date) for date in DATES]],
        DateRange(high=DATES[1]),
        [1, 2],
    ),
    "categories are compared folded": (
        [Document(category=category) for category in [*CATEGORIES, None]],
        Equals("category", "THOI SU"),
        [0, 1],
    ),
    "no category is empty": (
        [Document(category=category) for category in [*CATEGORIES, None]],
        Equals("category", " "),
        [],
    ),
    "everything": ([Document(), Document("a")], Everything(), [0, 1]),
    "filters in a field": ([Document(date=DATES[0])], title(DateRange(DATES[0])), [0]),
}

EXACT_TRAPS = {
    "a letter holds to its mark": (
        [*map(Document, ["đường", "dương", "đư", "đu", "đừ", "đ"])],
        phrase("đư*"),
        [0, 2, 4],
    ),
    "a letter without a mark is free": (
        [*map(Document, ["đâu", "đã", "da", "đ"])],
        phrase("đa*"),
        [0, 1],
    ),
    "a tone alone": ([*map(Document, ["ắ", "á", "ấn", "à", "ă"])], phrase("á*"), [0, 1, 2]),
    "accents do not count in fuzzy syllables": (
        [Document("kheo"), Document("khẻo")],
        run("khéo~"),
        [0, 1],
    ),
    "an unmarked syllable is free": (
        [Document("dân van"), Document("dân vận"), Document("dan vận")],
        phrase("dân van"),
        [0, 1],
    ),
    "each syllable of a run by itself": (
        [Document("dân", "vận"), Document("dân van", "vận"), Document("dan", "vận")],
        run("dân vận"),
        [0, 1],
    ),
    "the next exact one": ([Document("a bà b bá"), Document("a b x")], phrase("a bá", 2), [0]),
    "near: both sides": (
        [Document("dân vận"), Document("dan vận dân"), Document("dân van")],
        near("dân", "vận"),
        [0, 1],
    ),
}


@pytest.mark.parametrize("name", TRAPS)
def test_traps(name):
    """Each of these is easy to get wrong."""
    assert_found(*TRAPS[name])


@pytest.mark.parametrize("name", EXACT_TRAPS)
def test_traps_of_accents(name):
    """Each of these is easy to get wrong, with the typed accents."""
    assert_found(*EXACT_TRAPS[name], exact=True)


def test_a_word_is_all_of_a_word():
    """Neither a part of a word nor two words count, nor a document that has no words."""
    starts = {"ab": (True, False), "a b": (True, True), "none": None}
    docs = [
        Document("a b", title_words=flags, body_words=flags and ()) for flags in starts.values()
    ]
    longer = Document("", "a b c a b", None, None, (), (True, False, False, True, False))
    docs += [longer, dataclasses.replace(longer, body_words=(True, False, True, False, True))]
    docs += [dataclasses.replace(longer, body_words=(True, False, False, False, False))]
    assert_found(docs, phrase("a b", word=True), [0, 3, 4])
    assert_found(docs, phrase("a", word=True), [1])
    assert_found(docs, phrase("b c", word=True), [])
    assert_found(docs, Near(phrase("a b", word=True), phrase("b"), 9), [3, 4])


def test_a_document_over_several_blocks():
    """No phrase crosses from a title to a body, wherever the gap is in a block of the grid."""
    docs = [Document("x " * size + "b", "c " + "y " * 40 + "a b") for size in (13, 14, 15, 16, 31)]
    assert_found(docs, phrase("b c"), [])
    assert_found(docs, phrase("b * c"), [])
    assert_found(docs, phrase("b c", 99), [])
    assert_found(docs, phrase("c a", 40), [0, 1, 2, 3, 4])
    assert_found(docs, phrase("c a", 39), [])
    assert_found(docs, title(phrase("b *")), [0, 1, 2, 3, 4])
    assert_found(docs, body(phrase("x b")), [])


def test_slop_around_a_rare_syllable():
    """A rare syllable stands at the ends of texts and of the grid, among frequent ones."""
    docs = [
        Document("b a", "a b b"),
        Document("", "b " * 120),
        Document("b b", "b x a b"),
        Document("a", "b x b a"),
        Document("b x", "á b b b x x ạ"),
    ]
    oracle = Oracle(docs)
    several = [index_of(docs, cuts) for cuts in ((), (1, 2), (1, 2, 3, 4))]
    for typed in ("b a", "a b", "b á", "b * a", "x b a", "b* á", "b a* b", "a x~ b"):
        for slop in (0, 1, 2, 40):
            for indexed in several:
                assert_same_docs(oracle, indexed, phrase(typed, slop))
                assert_same_scores(oracle, indexed, phrase(typed, slop))


def test_more_than_65_534_forms():
    """Forms whose ids exceed 16 bits are matched like any other."""
    consonants = "bcdfghjklmnpqrstvwxz"
    letters = itertools.product(consonants[:10], "aeiouy", consonants, consonants, "aáà")
    forms = ["".join(one) for one in letters]
    random.Random(3).shuffle(forms)
    docs = [Document("", " ".join(forms[at : at + 50])) for at in range(0, len(forms), 50)]
    oracle, indexed = Oracle(docs), index_of(docs)
    assert len(forms) > 65_534
    terms = indexed.searcher.views[0].segment.term_dictionary
    thirds = [one.body.split()[9] for one in docs]
    ids = [terms.accented_id(terms.folded_id(fold(form)), form) for form in thirds]
    for doc in [doc for doc, accented_id in enumerate(ids) if accented_id >= ESCAPE][:2]:
        first, second, third, fourth = docs[doc].body.split()[7:11]
        for tree in (
            phrase(f"{first} * {third}"),
            phrase(f"{second[:3]}* {third} {fourth[:4]}*"),
            phrase(f"{first} {third} {fourth}", 1),
            near(fourth, second, 1),
            run(f"{third}~"),
        ):
            assert oracle.matches(tree, doc, exact=True)
            assert_same_docs(oracle, indexed, tree)
    # A wildcard, whose range of ids is wider than 16 bits, is no gap either.
    last = docs[0].body.split()[-1]
    assert_same_docs(oracle, indexed, phrase(f"{last} * {docs[1].body.split()[0]}", 1))
    assert (
        indexed.docs(indexed.execution(), phrase(f"{last} * {docs[1].body.split()[0]}"), False)
        == []
    )


# ------------------------------------------------------------------------------ scores by hand

SCORED = [
    Document("dân vận", "dân vận khéo dan van"),
    Document("", "dận x vận y y khéo"),
    Document("khéo", "x y"),
    Document("dân vận khéo", "dân vận"),  # deleted
]
LENGTHS, TITLE_LENGTHS = (7, 6, 3), (2, 0, 1)


def bm25(doc, tf, title_tf, df):
    idf = math.log(1 + (3 - df + 0.5) / (df + 0.5))
    norm = 1.2 * (0.25 + 0.75 * LENGTHS[doc] / (16 / 3))
    title_norm = 1.2 * (0.25 + 0.75 * TITLE_LENGTHS[doc] / 1)
    return 2.2 * idf * (tf / (tf + norm) + 0.3 * title_tf / (title_tf + title_norm))


def pair(doc, tf, df):
    idf = math.log(1 + (3 - df + 0.5) / (df + 0.5))
    return 0.5 * 1.6 * idf * tf / (tf + 0.6 * (0.25 + 0.75 * LENGTHS[doc] / (16 / 3)))


DAN_VAN_0 = 0.7 * (bm25(0, 2, 1, 1) + bm25(0, 2, 1, 2)) + 0.3 * 2 * bm25(0, 3, 1, 2) + pair(0, 3, 1)
DAN_VAN_1 = 0.7 * bm25(1, 1, 0, 2) + 0.3 * 2 * bm25(1, 1, 0, 2)

SCORES = {
    "exact occurrences only": (phrase("dân vận"), 0, bm25(0, 2, 1, 1)),
    "an unmarked phrase": (phrase("dan van"), 0, bm25(0, 3, 1, 1)),
    "one syllable": (phrase("dân"), 0, bm25(0, 2, 1, 1)),
    "no exact occurrence": (phrase("dân"), 1, bm25(1, 1, 0, 2)),
    "no occurrence": (phrase("dân vận"), 2, 0.0),
    "slop, side by side": (phrase("dân vận", 1), 0, bm25(0, 2, 1, 1)),
    "slop, one between": (phrase("dân vận", 1), 1, bm25(1, 0.5, 0, 2)),
    "slop, four between": (phrase("dan kheo", 4), 1, bm25(1, 1 / 5, 0, 2)),
    "slop, one start of two": (phrase("dan kheo", 1), 0, bm25(0, 0.5, 0, 1)),
    "stars at the ends with slop": (phrase("* dân vận *", 1), 1, bm25(1, 0.5, 0, 2)),
    "a wildcard is not between": (phrase("dan * van"), 1, bm25(1, 1, 0, 1)),
    "near, exact": (near("khéo", "dân"), 0, bm25(0, 0.5, 0, 1)),
    "near, folded": (near("khéo", "dân"), 1, bm25(1, 1 / 5, 0, 2)),
    "near, the nearest of three": (near("kheo", "dan"), 0, bm25(0, 1, 0, 2)),
    "near, three left spans": (near("dan", "kheo"), 0, bm25(0, 0.5 + 1, 0, 2)),
    "near, in the title": (near("van", "dan", 0), 0, bm25(0, 3, 1, 1)),
    "a run": (run("dân vận"), 0, DAN_VAN_0),
    "a run without its pair": (run("dân vận"), 1, DAN_VAN_1),
    "a run that repeats": (
        run("dân dân"),
        0,
        2 * (0.7 * bm25(0, 2, 1, 1) + 0.3 * bm25(0, 3, 1, 2)),
    ),
    "a pair across a code and a syllable": (
        run("van-kheo dan"),
        0,
        # Without its mark, van may be the function syllable vẫn.
        0.6 * bm25(0, 3, 1, 2)
        + bm25(0, 1, 0, 3)
        + bm25(0, 3, 1, 2)
        + 0.6**0.5 * pair(0, 1, 1)
        + pair(0, 1, 1),
    ),
    "a prefix breaks pairs": (run("dan v*"), 0, bm25(0, 3, 1, 2) + bm25(0, 3, 1, 2)),
    "a prefix of several forms": (run("d*"), 0, bm25(0, 3, 1, 2)),
    "a marked prefix": (run("dâ*"), 0, 0.7 * bm25(0, 2, 1, 2) + 0.3 * bm25(0, 3, 1, 2)),
    "a marked prefix without its letters": (run("dấ*"), 0, 0.3 * bm25(0, 3, 1, 2)),
    "a marked prefix as a phrase": (phrase("dâ*"), 0, bm25(0, 2, 1, 2)),
    "fuzzy over several forms": (run("dận~"), 0, bm25(0, 6, 2, 2)),
    "a title": (title(phrase("dan van")), 0, bm25(0, 1, 1, 1)),
    "a body": (body(phrase("dan van")), 0, bm25(0, 2, 0, 1)),
    "a body, df by the body": (body(phrase("kheo")), 0, bm25(0, 1, 0, 2)),
    "a pair in a body": (
        body(run("dan van")),
        0,
        bm25(0, 2, 0, 2) + 0.6 * bm25(0, 2, 0, 2) + 0.6**0.5 * pair(0, 2, 1),
    ),
    "And adds": (both(run("dân vận"), phrase("dân")), 0, DAN_VAN_0 + bm25(0, 2, 1, 1)),
    "Or adds what does not match": (either(run("dân vận x"), Everything()), 0, DAN_VAN_0),
    "Not adds nothing": (both(run("dân vận"), Not(phrase("van"))), 0, DAN_VAN_0),
    "filters add nothing": (both(run("dân vận"), DateRange()), 0, DAN_VAN_0),
    "a boost": (Boost(Boost(run("dân vận"), 2.5), 2.0), 0, 5 * DAN_VAN_0),
}


@pytest.mark.parametrize("name", SCORES)
def test_scores_by_hand(name):
    """tf, title tf and df of each term, counted by hand."""
    tree, doc, expected = SCORES[name]
    assert expected == pytest.approx(Oracle(SCORED, {3}).score(tree, doc), rel=1e-12)
    for cuts in ((), (1, 2)):
        indexed = index_of(SCORED, cuts, {3})
        segment, number = (doc, 0) if cuts else (0, doc)
        found = BM25.scores(indexed.execution(), tree, segment, np.array([number]))
        assert [expected] == pytest.approx(found.tolist(), rel=1e-9)


TIERS = {
    "a run": (run("dân vận"), [EXACT, FOLDED, REST_EXACT, REST, None]),
    "a run without marks": (run("dan van"), [FOLDED, FOLDED, REST, REST, None]),
    "a code in a run": (run("dân-vận"), [EXACT, FOLDED, None, None, None]),
    "one syllable": (run("dân"), [EXACT, FOLDED, EXACT, FOLDED, FOLDED]),
    "a phrase": (phrase("dân vận"), [EXACT, FOLDED, None, None, None]),
    "a phrase with slop": (phrase("dân vận", 1), [REST_EXACT, REST, None, None, None]),
    "a phrase below And": (both(phrase("dân vận")), [REST_EXACT, REST, None, None, None]),
    "a run with a prefix": (run("dân v*"), [REST_EXACT, REST, REST_EXACT, REST, None]),
    "a run below And": (both(run("dân vận")), [REST_EXACT, REST, REST_EXACT, REST, None]),
    "Not": (Not(phrase("vận")), [None, REST, None, None, REST]),
}


def test_tiers_of_titles_by_hand():
    """What a bare query names comes first, then titles that contain it; typed accents decide."""
    texts = [
        ("dân vận", ""),
        ("x dân vận", ""),
        ("x", "dân vận"),
        ("dan van", "dân vận"),
        ("dan van", "vận dân"),
        ("dan van x", "dân vẩn"),
        ("dàn", "vận dan van"),
        ("vận dân", ""),
    ]
    docs = [Document(*text) for text in texts]
    named = [EXACT_NAME, EXACT_TITLE, EXACT, EXACT, FOLDED_NAME, FOLDED_TITLE, FOLDED, REST_EXACT]
    plain = [FOLDED_NAME, FOLDED_TITLE, FOLDED, FOLDED_NAME, FOLDED_NAME, FOLDED_TITLE, FOLDED]
    for tree, tiers in ((run("dân vận"), named), (run("dan van"), [*plain, REST])):
        indexed = index_of(docs, (3,))
        rows = rows_of(page_of(indexed.execution(), tree, 9), indexed.borders)
        assert {doc: tier for tier, _, doc in rows} == dict(enumerate(tiers))
    rows = rows_of(page_of(indexed.execution(), phrase("dân vận"), 9), indexed.borders)
    assert {tier for tier, _, _ in rows} == {EXACT, FOLDED}


@pytest.mark.parametrize("name", TIERS)
def test_tiers_by_hand(name):
    """A phrase or a run of plain terms has the tiers of its phrase, if it is all of the tree."""
    tree, tiers = TIERS[name]
    texts = ["dân vận", "dan van", "vận dân", "vận dan", "dàn"]
    docs = [Document("", text) for text in texts]
    expected = {doc: tier for doc, tier in enumerate(tiers) if tier is not None}
    for cuts in ((), (2, 3)):
        indexed = index_of(docs, cuts)
        rows = rows_of(page_of(indexed.execution(), tree, 9), indexed.borders)
        assert expected == {doc: tier for tier, _, doc in rows}
    assert expected == {doc: tier for tier, _, doc in Oracle(docs).top(tree)}


def test_ignored_accents_make_one_tier_of_two():
    """Every syllable counts as typed without a mark, also below Not."""
    docs = [Document("", "dân vận"), Document("", "dan van"), Document("", "van dan")]
    indexed = index_of(docs)
    execution = indexed.execution("ignore")
    page = page_of(execution, run("dân vận"), 9)
    assert page.tiers == [FOLDED, FOLDED, REST]
    assert page.docs == [0, 1, 2]
    assert indexed.docs(execution, Not(phrase("dân vận")), False) == [2]
    assert_same_pages(Oracle(docs, accents="ignore"), indexed, run("dân vận"), 2)


def test_ties_are_sorted_by_segment_and_document():
    """Equal articles have equal scores in every segment."""
    docs = [Document("", "a b")] * 70
    indexed = index_of(docs, (3, 3, 40), {0, 5, 69})
    page = page_of(indexed.execution(), either(run("a"), phrase("b")), 99)
    assert [row[2] for row in rows_of(page, indexed.borders)] == sorted({*range(69)} - {0, 5})


@pytest.mark.parametrize("documents", [[], [Document()], [Document(" ", "…"), Document()]])
def test_an_index_without_syllables(documents):
    """Nothing has an occurrence; filters and Not still match."""
    indexed = index_of(documents, (0,))
    for tree in (run("a"), phrase("a * b", 2), near("a", "b"), run("a*"), run("a~")):
        assert page_of(indexed.execution(), tree, 9).total == 0
        assert page_of(indexed.execution(), Not(tree), 9).total == len(documents)
    assert page_of(indexed.execution(), Everything(), 9).docs == [*range(len(documents))]


def test_an_index_without_segments():
    """It has no articles, not even for Not."""
    execution = Execution(IndexSearcher([]), [])
    assert page_of(execution, Not(run("a")), 9).total == 0


# ------------------------------------------------------------------------------ many trees


class RandomTrees:
    """Trees of every kind from a seed."""

    def __init__(self, rng, syllables):
        self._rng = rng
        self._syllables = syllables

    def tree(self, depth):
        kind = self._rng.randrange(12 if depth else 6)
        if kind < 2:
            return self.run()
        if kind < 4:
            return self.phrase()
        if kind == 4:
            return Near(self.phrase(), self.phrase(), self._rng.choice([0, 1, 3, 10]))
        if kind == 5:
            return self.filter()
        if kind == 6:
            return Not(self.tree(depth - 1))
        if kind == 7:
            return Boost(self.tree(depth - 1), self._rng.choice(FACTORS))
        if kind == 8:
            return InField(self._rng.choice(FIELDS), self.tree(depth - 1))
        nodes = tuple(self.tree(depth - 1) for _ in range(self._rng.randint(1, 3)))
        if kind == 9:
            return And(nodes)
        return Or(nodes, self._rng.randint(1, len(nodes)))

    def run(self):
        rng = self._rng
        if rng.random() < 0.5:
            return Run(tuple(Phrase((self.term(),)) for _ in range(rng.randint(1, 4))))
        codes = [[self.term() for _ in range(rng.randint(2, 3))], [self.pattern()]]
        phrases = [Phrase(tuple(rng.choice(codes))) for _ in range(rng.randint(1, 3))]
        if rng.random() < 0.3:
            others = [Phrase(tuple(self.term() for _ in range(rng.randint(1, 3))))]
            phrases.append(Phrase((self.term(),), others=tuple(others)))
        return Run(tuple(phrases))

    def phrase(self):
        rng = self._rng
        if rng.random() < 0.2:
            return Phrase(tuple(self.term() for _ in range(rng.randint(1, 3))), word=True)
        syllables = [self.pattern() for _ in range(rng.randint(1, 4))]
        if rng.random() < 0.3:
            syllables.insert(rng.randint(0, len(syllables)), Wildcard())
        return Phrase(tuple(syllables), rng.choice([0, 0, 0, 1, 3, 8, 20]))

    def pattern(self):
        kind = self._rng.random()
        typed = self._rng.choice(self._syllables)
        if kind < 0.2:
            return syllable(typed[: self._rng.randint(1, 3)] + "*")
        return syllable(f"{typed}~") if kind < 0.3 else self.term()

    def term(self):
        return syllable(self._rng.choice(self._syllables))

    def filter(self):
        kind = self._rng.randrange(3)
        if kind == 0:
            return DateRange(*self._rng.choices([None, *DATES], k=2))
        return Equals("category", self._rng.choice(CATEGORIES)) if kind == 1 else Everything()


def random_documents(rng, syllables, count):
    """Documents of a few frequent syllables and many rare ones."""
    weights = [1000 / (rank + 1) ** 1.5 for rank in range(len(syllables))]

    def text(most):
        return rng.choices(syllables, weights, k=rng.randrange(most))

    def word_starts(text):
        return tuple(at == 0 or rng.random() < 0.6 for at in range(len(text)))

    docs = []
    for _ in range(count):
        title, body = text(12), text(rng.choice([20, 60, 120]))
        words = [word_starts(title), word_starts(body)] if rng.random() < 0.7 else [None, None]
        date, category = rng.choice([None, *DATES]), rng.choice([None, *CATEGORIES])
        docs.append(Document(" ".join(title), " ".join(body), date, category, *words))
    return docs


POOL = syllable_grid(
    "dân vận khéo dan van kheo dẫn đường dương duong văn vân vẫn ở o hà nội ha noi "
    "nơi đa đã đâu da an án ân gà gàn ba bá xóm"
).accented


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_many_trees_on_many_documents(seed):
    """100 trees for each seed, on 300 documents in one segment and in five, with deletions."""
    rng = random.Random(seed)
    docs = random_documents(rng, POOL, 300)
    deleted = set(rng.sample(range(300), 40))
    trees = RandomTrees(rng, [*POOL[:24], *POOL[:8], "xá", "dam"])
    accents = "ignore" if seed == 3 else "auto"
    oracle = Oracle(docs, deleted, accents)
    indexes = [index_of(docs, cuts, deleted) for cuts in ((), (20, 100, 101, 230))]
    for _ in range(100):
        tree = trees.tree(3)
        for indexed in indexes:
            assert_same_docs(oracle, indexed, tree)
            assert_same_scores(oracle, indexed, tree)
            assert_same_pages(oracle, indexed, tree, 100)
            assert_same_counts(oracle, indexed, tree)
