"""The contract of stores: what a folder answers, a cluster answers too."""

import random

import pytest

pytest.importorskip("opensearchpy")

from danvan_search import Article, Index, OptionError, QueryError, UnsupportedError
from danvan_search.opensearch import OpenSearchStore
from danvan_search.query import Fuzzy, Near, Phrase, Prefix, Run, Term, Wildcard
from danvan_search.text import fold
from tests.naughty import SMALL
from tests.opensearch.contract import (
    SIZES,
    made_articles,
    pages_differ,
    seed_articles,
    shown_differ,
)
from tests.search.execution.test_execution import RandomTrees
from tests.search.typed_queries import CODES, SYLLABLES, Typist

pytestmark = pytest.mark.opensearch

NAUGHTY = [text for _, text in SMALL]

MATCHES = ("all", "auto", "any", "most", "phrase")
ACCENTS = ("auto", "exact", "ignore")
SORTS = ("score", "score", "date", "title", "date-asc", "title-desc")


@pytest.fixture(scope="module")
def stores(client, tmp_path_factory):
    """An index in a folder and one on the cluster, with the same articles."""
    name = "contract"
    local = Index.create(tmp_path_factory.mktemp("contract") / "index")
    store = OpenSearchStore(client, name, refresh=True, shards=3, replicas=1)
    other = Index.on(store, create=True)
    added = [*seed_articles(), *made_articles(SIZES.articles)]
    for index in (local, other):
        assert index.add(added).added == len(added)
    # Statistics of deleted documents and of unmerged segments would differ.
    client.indices.forcemerge(index=name, max_num_segments=1)
    yield local, other
    local.close()
    client.indices.delete(index=f"{name}-*")


def test_both_have_the_same_articles(stores):
    """Ids, articles, categories and sources are equal; what is missing is in neither."""
    local, other = stores
    assert list(other.ids()) == sorted(local.ids())
    for article_id in random.Random(0).sample(sorted(local.ids()), 20):
        assert other.get(article_id) == local.get(article_id)
    assert other.get("none") is None
    assert "none" not in other
    assert other.categories() == local.categories()
    assert other.sources() == local.sources()
    stats, own = other.stats(), local.stats()
    assert (stats.articles, stats.syllables) == (own.articles, own.syllables)
    assert stats.without_words == own.without_words == 0


@pytest.mark.parametrize("seed", range(SIZES.seeds))
def test_typed_queries_of_every_construct(stores, seed):
    """Totals, hits, facets, flags, marks and snippets are equal, whatever the options."""
    local, other = stores
    typist = Typist(seed, words=True)
    for number in range(SIZES.queries):
        query, _ = typist.query()
        options = {
            "accents": ACCENTS[number % 3],
            "match": MATCHES[number % 5],
            "sort": SORTS[number % 6],
        }
        try:
            expected = local.search(query, limit=0, **options)
        except QueryError:
            continue
        assert pages_differ(local, other, query, is_ordered=False, **options) == [], query
        if expected.total:
            assert shown_differ(local, other, query, count=3, **options) == [], query


@pytest.mark.parametrize("seed", range(SIZES.seeds))
def test_bare_queries_and_phrases_have_equal_scores_and_order(stores, seed):
    """Scores are equal but for 32 bits, and the order but for ties, filled and relaxed too."""
    local, other = stores
    rng = random.Random(seed)
    forms = [*SYLLABLES, "là", "của", "các", "xã", "Hoà", "hoa", "quyết", "covid", "xyz"]
    for number in range(SIZES.queries):
        query = " ".join(rng.choices(forms, k=rng.choice([1, 2, 2, 3, 4, 5, 6, 8, 12])))
        if number % 4 == 1:
            query = f'"{query}"'
        elif number % 4 == 2 and " " in query:
            first, rest = query.split(" ", 1)
            query = f'{first} "{rest}"'
        elif number % 8 == 3:
            query = f"{query} {rng.choice(CODES)[0]}"
        elif " " in query:
            first, rest = query.split(" ", 1)
            query = f'"{query}"~{number % 5}' if number % 3 else f'"{first} * {rest}"'
        options = {
            "accents": rng.choice(ACCENTS),
            "match": "auto" if number % 3 else rng.choice(MATCHES),
            "expand": "none",
        }
        assert pages_differ(local, other, query, **options) == [], (query, options)
        assert shown_differ(local, other, query, count=3, **options) == [], (query, options)


def test_pages_are_pieces_of_one_list(stores):
    """Also where articles with all syllables are followed by those with any."""
    local, other = stores
    rng, forms = random.Random(0), sorted({*seed_articles()[0].body.split()})
    queries = [" ".join(["khéo", *rng.sample(forms, 3)]) for _ in range(500)]
    query = next(one for one in queries if 0 < local.search(one, limit=0).total < 30)
    whole = other.search(query, limit=60, snippet_chars=0)
    assert whole.total < 60 < whole.total_any
    assert whole.relaxed_from == whole.total
    for page in range(1, 7):
        piece = other.search(query, limit=10, page=page, snippet_chars=0)
        assert [hit.id for hit in piece] == [hit.id for hit in whole][10 * (page - 1) : 10 * page]
    past = other.search(query, limit=10, page=500)
    assert (len(past), past.total) == (0, whole.total)
    with pytest.raises(OptionError, match="10,000"):
        other.search(query, limit=10, page=1001)


TREES = {
    "a prefix with accents": Phrase((Prefix("du", "đư", True),)),
    "one edit of a short syllable": Phrase((Fuzzy("a", "a"),)),
    "one edit of a long syllable": Phrase((Fuzzy("duong", "duong"),)),
    "wildcards and slop": Phrase(
        (Term("dan", "dân", True), Wildcard(), Wildcard(), Term("van", "van")), slop=2
    ),
    "a phrase that overlaps itself": Phrase((Term("dan", "dan"),) * 3, slop=1),
    "one near itself": Near(Phrase((Term("ha", "ha"),)), Phrase((Term("ha", "hà", True),)), 1),
    "phrases near each other": Near(
        Phrase((Term("dan", "dan"), Term("van", "vận", True)), slop=2),
        Phrase((Prefix("kh", "kh"), Term("ha", "ha"))),
        20,
    ),
    "a word with some accents": Phrase((Term("dan", "dan"), Term("van", "vận", True)), word=True),
    "a word near a phrase": Near(
        Phrase((Term("dan", "dân", True), Term("van", "vận", True)), word=True),
        Phrase((Term("van", "van"),)),
        3,
    ),
    "other spellings": Run(
        (
            Phrase(
                (Term("dan", "dân", True),),
                others=(Phrase((Term("cong", "công", True), Term("an", "an"))),),
            ),
            Phrase((Term("van", "van"),)),
        )
    ),
}


@pytest.mark.parametrize("accents", ACCENTS)
@pytest.mark.parametrize("name", TREES)
def test_trees_that_nobody_types(stores, name, accents):
    """Each finds the same."""
    local, other = stores
    differ = pages_differ(local, other, TREES[name], is_ordered=False, accents=accents)
    assert differ == []
    assert local.search(TREES[name], limit=0).total or name == "a word with some accents"
    assert shown_differ(local, other, TREES[name], count=5, accents=accents) == []


def assert_same_trees(local, other, seed, count):
    """Assert that random trees match the same; what a cluster refuses is named."""
    rng = random.Random(seed)
    trees = RandomTrees(rng, [*SYLLABLES, "xa", "là"])
    tried = 0
    for number in range(count):
        tree, accents = trees.tree(3), ACCENTS[number % 3]
        options = {"accents": accents, "match": "all"}
        try:
            differ = pages_differ(local, other, tree, is_ordered=False, **options)
        except QueryError as refused:
            if "cannot look in one text" not in str(refused):
                raise
            continue
        assert differ == [], (tree, accents)
        if local.search(tree, limit=0, **options).total:
            assert shown_differ(local, other, tree, count=2, **options) == [], (tree, accents)
        tried += 1
    assert tried > count // 2


@pytest.mark.parametrize("seed", range(2))
def test_random_trees(stores, seed):
    """Any node below any other matches the same, in every text."""
    assert_same_trees(*stores, seed, 60)


def test_random_trees_with_details_and_without_titles(client, alias, tmp_path):
    """Each line of details is a text of its own, and titles and bodies may be empty."""
    rng = random.Random(5)

    def text(most):
        return " ".join(rng.choices(SYLLABLES, k=rng.randint(0, most)))

    articles = [
        Article(str(at), text(3), text(9), details="\n".join(text(4) for _ in range(at % 4)))
        for at in range(120)
    ]
    with Index.create(tmp_path / "index") as local:
        other = Index.on(OpenSearchStore(client, alias, refresh=True, shards=2), create=True)
        for index in (local, other):
            index.add(articles)
            index.remove(str(at) for at in range(0, 120, 11))
        assert_same_trees(local, other, 6, 60)
        for query in ("details:dân", '"dân vận"', "dân NEAR/1 vận", 'details:"hà * nội"', "24/7"):
            assert pages_differ(local, other, query, is_ordered=False) == [], query


def test_prefix_last_expansions_filters_and_several_snippets(stores):
    """Each option means the same."""
    local, other = stores
    for query, options in {
        "dân vậ": {"prefix_last": True},
        "1000 dân": {},
        "32-CTr/TU": {},
        "TPHCM dân": {},
        "dân vận": {"snippets": 3, "snippet_chars": 60, "since": "2019", "until": "2019-12"},
        "khéo": {"category": "the  THAO"},
        "hà": {"snippet_chars": 0, "sort": "date"},
        "": {"category": "Chính trị"},
        "category:không có": {},
        'dân -"vận" category:Xã hội': {},
    }.items():
        assert pages_differ(local, other, query, is_ordered=False, **options) == [], query
        if local.search(query, limit=0, **options).total:
            assert shown_differ(local, other, query, count=5, **options) == [], query


def test_what_a_cluster_does_not_have_is_named(stores):
    """Each is one sentence that names what was asked for."""
    _, other = stores
    for name in ("verify", "repair", "backup", "vocabulary", "suggest", "explain", "concordance"):
        with pytest.raises(UnsupportedError, match=f"^{name}: "):
            getattr(other, name)("x")
    with pytest.raises(UnsupportedError, match="semantic"):
        other.search("dân", semantic=True)
    with pytest.raises(UnsupportedError, match="collapse"):
        other.search("dân", collapse=True)
    with pytest.raises(UnsupportedError, match="restore"):
        other.search("dan", accents="restore")
    with pytest.raises(QueryError, match="10,000"):
        other.search(Phrase((Term("dan", "dan"), Term("van", "van")), slop=10_000))


def test_highlighting_a_whole_article(stores):
    """It has the marks that a local index finds."""
    local, other = stores
    for article_id in (next(iter(local.ids())), "0007"):
        mine, its = (one.highlight(article_id, '"dân vận" khéo') for one in stores)
        assert mine.to_json() == its.to_json()
    assert other.highlight("none", "dân") is None
    assert len(other.search_many(["dân", "vận"])) == 2


def test_strange_texts_are_found_and_come_back(client, alias, tmp_path):
    """NFD, details, long runs, half surrogates and the like: stored, found and shown alike."""
    odd = "Dân vận khéo ở Hòa Bình"
    decomposed = "Da\u0302n va\u0323\u0302n khe\u0301o o\u031b\u0309 Ho\u0300a Bi\u0300nh"
    articles = [
        Article("nfc", odd, odd),
        Article("nfd", decomposed, decomposed),
        Article("details", "Đề", "thân bài dân", details="dân vận\nkhéo léo\n\nhà nội 32-CTr/TU"),
        Article("long", "x" * 300, "đ" * 70 + " dân " + "y" * 9000),
        Article("marks", "", "e" + "\u0301" * 5000 + " dân"),
        Article(
            "half", "dân \ud800", "vận \udc00\ud83d\ude00", category="\ud800 a", source="\udfff"
        ),
        Article(
            "extra", "t", "b", extra={"a": [1, {"b": None}], "n": 10**18, "s": "\ud83d", "": ""}
        ),
        Article("empty", "", ""),
        Article("i" * 1000, "dân", "dân"),
        Article("several", "t", "dân", category="A; B c; ", source="https://x.gov.vn/a"),
        *[Article(f"naughty{at}", text, f"{text} dân") for at, text in enumerate(NAUGHTY)],
    ]
    with Index.create(tmp_path / "index") as local:
        other = Index.on(OpenSearchStore(client, alias, refresh=True), create=True)
        assert other.add(articles).added == local.add(articles).added == len(articles)
        assert other.add(articles).unchanged == len(articles)
        for article in articles:
            assert other.get(article.id) == article
        queries = [
            "dân",
            '"dân vận khéo"',
            "đ*",
            'details:"hà nội"',
            "details:khéo",
            "x~",
            '"vận khéo"',
            "32-CTr/TU",
            'category:"b C"',
            "site:gov.vn",
            "word:dân",
            "dân NEAR/2 vận",
            'body:"dân vận"',
            "NOT dân",
            "id:half",
            "😀",
        ]
        queries += [f'"{text[:80]}"' for text in NAUGHTY]
        tried = 0
        for query in queries:
            try:
                local.search(query, limit=0)
            except QueryError:
                continue
            tried += 1
            assert pages_differ(local, other, query, is_ordered=False) == [], query
            assert shown_differ(local, other, query, count=200) == [], query
        assert tried > len(queries) // 2
        assert other.sources() == local.sources()
        folded = fold("Hòa")
        assert other.search(folded).total == local.search(folded).total
