"""Explanations: their leaves sum to the scores of hits; an article without a place is told why."""

import json
import random
from dataclasses import replace

import pytest

from danvan_search import Article, Index, OptionError, QueryError, Synonyms
from danvan_search.query.nodes import And, Or, Phrase
from tests.search.test_typed_queries import articles
from tests.search.typed_queries import SYLLABLES, Typist, term

COUNT = 90
DELETED = ("3", "9", "17", "30", "39")
SYNONYMS = Synonyms("công, an")


def added():
    """Return articles of few syllables, every third with details, and some to be named."""
    rng = random.Random(4)
    found = [
        replace(one, details=" ".join(rng.choices(SYLLABLES, k=4)) if int(one.id) % 3 else "")
        for one in articles(COUNT, seed=8)
    ]
    named = ["dân vận khéo", "Dân vận", "dẫn van", "đường dân vận khéo"]
    return found + [Article(f"n{at}", one, f"{one} an ăn") for at, one in enumerate(named)]


@pytest.fixture(scope="module", params=[1, 4], ids=["one segment", "four segments"])
def index(request, tmp_path_factory):
    """An index with words, of which some articles were removed if it has several segments."""
    rows = added()
    size = -(-len(rows) // request.param)
    with Index.create(tmp_path_factory.mktemp("explained") / "index") as made:
        for first in range(0, len(rows), size):
            made.add(rows[first : first + size])
        if request.param > 1:
            made.remove(DELETED)
        yield made


def bare_query(rng):
    """Return one to seven bare syllables, typed with accents and without."""
    return " ".join(rng.choices(SYLLABLES, k=rng.randint(1, 7)))


def check(index, query, rng, **options):
    """Check the explanations of some hits of a query; return those."""
    limit = len(index)
    results = index.search(query, limit=limit, snippet_chars=0, **options)
    scores = {hit.id: hit.score for hit in results}
    strict = list(scores)[: results.relaxed_from]
    found = []
    some = rng.sample(list(scores), min(3, len(scores)))
    together = index.explain_many(query, some, **options)
    assert together[:1] == [index.explain(query, one, **options) for one in some[:1]]
    for one, explained in zip(some, together, strict=True):
        assert explained.id == one
        leaves = sum(part.value for part in explained.leaves())
        assert leaves == pytest.approx(scores[one], rel=1e-9, abs=1e-9), (query, one, options)
        assert explained.value == pytest.approx(scores[one], rel=1e-9, abs=1e-9)
        assert explained.total == results.total
        assert explained.matches == (one in strict)
        assert explained.is_rest == (one not in strict)
        assert explained.relaxed == results.relaxed
        assert explained.tier is not None
        assert bool(explained.missing) == (explained.is_rest or explained.relaxed)
        for part in explained.leaves():
            term = part.term
            if term is not None:
                value = term.weight * term.tf / (term.tf + term.norm)
                assert part.value == pytest.approx(value, rel=1e-9)
        found.append(explained)
    others = sorted({article.id for article in index.articles()} - scores.keys())
    if others:
        explained = index.explain(query, rng.choice(others), **options)
        assert not explained.is_found
        assert (explained.tier, explained.value, explained.children) == (None, 0.0, ())
        assert explained.missing
    return found


def names_of(found):
    """Return the kinds of terms, the parts of the second stage and the tiers of explanations."""
    kinds, added_parts, tiers = set(), set(), set()
    for one in found:
        tiers.add(one.tier)
        for part in one.leaves():
            if part.term is not None:
                kinds.add((part.term.kind, part.term.exact))
            else:
                assert part.stage == 2
                assert part.code in ("window", "cover", "trigrams", "title")
                added_parts.add(part.what)
    return kinds, added_parts, tiers


def test_the_leaves_of_bare_queries_sum_to_the_scores(index):
    """Both stages, titles, details, and the articles that follow those that match."""
    rng = random.Random(1)
    found = []
    for number in range(40):
        options = {
            "rerank": number % 3 > 0,
            "accents": ("auto", "exact", "ignore", "restore")[number % 4],
            "match": ("auto", "any", "most", "all", "auto")[number % 5],
        }
        found += check(index, bare_query(rng), rng, **options)
    found += check(index, "dân vận khéo", rng)
    for one in ("n0", "n3"):
        found.append(index.explain("dân vận khéo", one))
    found += [index.explain("dân vận", one) for one in ("n2", "n1")]
    kinds, added_parts, tiers = names_of(found)
    assert kinds == {("accented", True), ("folded", False), ("pair", False)}
    assert len(added_parts) == 4
    assert tiers >= {"exact-name", "exact-title", "folded-name", "rest"}
    assert any(one.is_rest for one in found)


def test_the_leaves_of_all_constructs_sum_to_the_scores(index):
    """Random trees of everything the query language has, as typed."""
    rng = random.Random(2)
    typist = Typist(3, words=True)
    found = []
    for number in range(60):
        text, _ = typist.query()
        accents = ("auto", "exact", "ignore")[number % 3]
        sort = ("score", "date")[number % 7 == 0]
        found += check(index, text, rng, accents=accents, sort=sort)
    kinds, _, _ = names_of(found)
    assert kinds >= {
        ("accented", True),
        ("folded", False),
        ("pair", False),
        ("phrase", True),
        ("phrase", False),
        ("near", True),
        ("pattern", False),
        ("pattern", True),
    }


@pytest.mark.parametrize(
    "query",
    [
        '"dân vận" khéo',
        "dân vậ* khéo",
        "title:(dân vận) khéo^2",
        "details:dan nội",
        '"dân khéo"~3 OR công',
        "(dân NEAR/3 khéo)^0.5 an",
        "dân công an",
        "1000 dân",
        "khéo~ văn",
        "công -dân",
        "+dân công",
    ],
)
def test_the_leaves_of_each_construct_sum_to_the_scores(index, query):
    """One query of each, with synonyms."""
    found = check(index, query, random.Random(5), synonyms=SYNONYMS)
    assert found
    if "title:" in query or "details:" in query:
        fields = {part.term.field for one in found for part in one.leaves()}
        assert ("title" if "title:" in query else "details") in fields
    if "công" in query and "an" in query.split():
        kinds, _, _ = names_of(found)
        assert any(kind == "expansion" for kind, _ in kinds)


def test_only_the_best_are_ranked_again(make_index):
    """An article behind the fiftieth has the first stage alone, and lends its title to no other."""
    filler = " z" * 30
    rows = [Article(f"{n:03}", "khéo" * (n % 2), f"khéo{filler} dân{' z' * n}") for n in range(70)]
    index = make_index(*rows)
    hits = index.search("dân khéo", limit=100).hits
    stages = []
    for hit in hits[:3] + hits[47:53]:
        explained = index.explain("dân khéo", hit.id, limit=3, page=4)
        assert explained.value == pytest.approx(hit.score, abs=1e-9)
        stages.append(max(part.stage for part in explained.leaves()))
    assert stages == [2] * 6 + [1] * 3


def test_what_is_missing_is_named(make_index):
    """Each reason, and articles that are not in the index."""
    index = make_index(
        Article("a", "", "dân vận khéo", category="Xã hội"), "đường phố dẫn", "dân phố"
    )

    def missing(query, article_id, **options):
        return [
            (one.part, one.reason) for one in index.explain(query, article_id, **options).missing
        ]

    assert missing("dân vận khéo", "2") == [("vận", "absent"), ("khéo", "absent")]
    assert missing("dân vận khéo", "1") == [("vận", "absent"), ("khéo", "absent")]
    assert missing("xyz dân", "a", match="all") == [("xyz", "unknown")]
    assert missing("dân", "1", accents="exact") == [("dân", "accents")]
    assert missing("dân -phố", "2") == [('"phố"', "excluded")]
    assert missing("dân category:khác", "a") == [('category:"khác"', "filter")]
    assert missing("dân", "2", category="xã hội") == [('category:"xã hội"', "filter")]
    assert missing("dân", "a", since="2020") == [("date:>=2020-01-01", "filter")]
    assert missing("title:dân", "a") == [("title:(dân)", "unknown")]
    assert missing('"dân khéo" OR phố', "a") == [('"dân khéo" OR phố', "absent")]
    unknown = index.explain("dân", "nobody")
    assert (unknown.is_indexed, unknown.is_found, unknown.total) == (False, False, 3)
    assert "no article has the id nobody" in str(unknown)
    nothing = index.explain("xyz", "a")
    assert (nothing.total, nothing.matches) == (0, False)
    assert "no article does" in str(nothing)
    assert "no article has xyz" in str(nothing)


def test_what_follows_and_what_is_relaxed_say_what_is_missing(make_index):
    """An article with a part of the query, after those that match, and where none matches."""
    index = make_index("dân vận", "dân phố", "công an")
    follows = index.explain("dân vận", "1")
    assert (follows.matches, follows.is_rest, follows.relaxed) == (False, True, False)
    assert [one.part for one in follows.missing] == ["vận"]
    relaxed = index.explain("dân công", "1")
    assert (relaxed.matches, relaxed.is_rest, relaxed.relaxed) == (True, False, True)
    assert [one.part for one in relaxed.missing] == ["công"]


def test_an_explanation_is_text_and_json(make_index):
    """Both have the tier before the score, and every leaf."""
    index = make_index(Article("a", "Dân vận", "dân vận khéo"), "dan van")
    explained = index.explain("dân vận", "a")
    lines = str(explained).splitlines()
    tier = next(at for at, line in enumerate(lines) if "tier exact-name" in line)
    assert "score" in lines[tier + 1]
    document = json.loads(json.dumps(explained.to_json(), ensure_ascii=False))
    assert document["tier"] == "exact-name"
    assert list(document).index("tier") < list(document).index("value")

    def leaves(part):
        return sum(map(leaves, part["children"])) if part["children"] else part["value"]

    assert leaves(document) == pytest.approx(index.search("dân vận").hits[0].score, abs=1e-9)
    for part in explained.leaves():
        assert any(part.what in line for line in lines)


def test_several_are_explained_as_each_is(make_index):
    """The query runs once; articles without a place, and ids without an article, are among them."""
    index = make_index(*["dân vận khéo", "dân vận", "phố"] * 25, "khéo dân")
    ids = [*index.ids(), "nobody"]
    for query in ("dân vận khéo", "khéo vận", '"dân vận"', "phố -dân"):
        found = index.explain_many(query, iter(ids), sort="title")
        assert found == [index.explain(query, one, sort="title") for one in ids]
        assert {one.is_found for one in found} == {True, False}
    assert index.explain_many("dân", []) == []
    with pytest.raises(TypeError):
        index.explain_many("dân", ["1", 1])


def test_trees_and_bad_calls(make_index):
    """A tree is explained like a string; errors are those of a search."""
    index = make_index("dân vận", "khéo")
    dan, kheo = (Phrase((term(form),)) for form in ("dân", "khéo"))
    assert index.explain(Or((dan, kheo)), "1").matches
    assert not index.explain(And((dan, kheo)), "1").matches
    with pytest.raises(QueryError):
        index.explain(" ", "1")
    with pytest.raises(OptionError):
        index.explain("dân", "1", match="some")
    with pytest.raises(TypeError):
        index.explain("dân", 1)


def test_keys_that_were_decoded_are_explained_as_what_was_searched_for(make_index):
    """The same query as of the results."""
    index = make_index(*["dân vận khéo"] * 3)
    results = index.search("daan vaajn kheso")
    assert results.replaced_by is not None
    explained = index.explain("daan vaajn kheso", "1")
    assert explained.query == results.replaced_by
    assert explained.value == pytest.approx(
        next(hit.score for hit in results if hit.id == "1"), abs=1e-9
    )
