"""The benchmarks: all engines find the same documents; a run and its report work."""

import itertools
import json
import lzma
import re
from functools import partial
from pathlib import Path

import pytest

for needed in ("bm25s", "ir_measures", "matplotlib", "tantivy"):
    pytest.importorskip(needed, reason=f"{needed} is not installed: pip install -e '.[bench]'")

from benchmarks.__main__ import main
from benchmarks.constructs import NEAR, SLOPPY, sample_constructs
from benchmarks.corpora import Collection, RelevanceSet, bare
from benchmarks.marks import with_half_of_the_marks, without_marks
from benchmarks.measure import percentiles
from benchmarks.peers import ENGINES, Arrays, Ours, Tantivy, index_folder, open_engine
from benchmarks.sampling import Query, sample
from benchmarks.significance import ROUNDS, sign_flip_p
from benchmarks.targets import targets
from benchmarks.tasks import TASKS
from benchmarks.tasks.relevance import scores
from benchmarks.tasks.semantic import WEIGHTS, exact_search
from benchmarks.tasks.stages import STAGES, values_of
from tests.embedders import Trigrams

# The libraries of the peers raise warnings that are not about this project.
pytestmark = pytest.mark.filterwarnings("default")

TEXTS = [
    "Dân vận khéo thì việc gì cũng thành công.",
    "Công tác dân vận của Đảng ở cơ sở, dân vận khéo.",
    "Đường đi khó không khó vì ngăn sông cách núi.",
    "Người dân vẫn đi chợ Đồng Xuân mỗi sáng.",
    "Nước chảy đá mòn, có công mài sắt có ngày nên kim.",
    "Dân vạn đò trên sông Hương kể chuyện đời.",
]
ROWS = [
    {"id": f"d{number}", "title": f"Bài số {number}", "text": text}
    for number, text in enumerate(TEXTS * 5)
]


def write_lines(path, rows):
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "wt", encoding="utf-8") as file:
        file.write(text)
    return path


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A corpus of thirty short texts."""
    return write_lines(tmp_path_factory.mktemp("corpus") / "news.jsonl.xz", ROWS)


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Two relevance sets: one with its own documents, and one that uses the corpus."""
    folder = tmp_path_factory.mktemp("relevance")
    for name, queries in (
        ("laws", {"q1": 'việc "gì" cũng thành công', "q2": "nước chảy đá mòn"}),
        ("news", {"q1": "sông Hương", "q2": "chợ Đồng Xuân"}),
    ):
        (folder / name).mkdir()
        rows = [{"id": one, "text": text} for one, text in queries.items()]
        for file in ("queries", "queries_halfdia", "queries_nodia"):
            write_lines(folder / name / f"{file}.jsonl", rows)
    write_lines(folder / "laws" / "docs.jsonl", ROWS[:6])
    (folder / "laws" / "qrels.tsv").write_text("q1\td0\t1\nq2\td4\t1\n")
    (folder / "news" / "qrels.tsv").write_text("q1\td5\t1\nq2\td3\t1\n")
    return folder


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
@pytest.mark.parametrize(
    ("kind", "syllables", "expected"),
    [
        ("phrase", "dân vận", {0, 1, 3, 5}),
        ("phrase", "dân vận khéo", {0, 1}),
        ("phrase", "đường đi", {2}),
        ("any", "mòn hương", {4, 5}),
        ("all", "sông khó", {2}),
        ("any", "chợ", {3}),
    ],
)
def test_every_engine_finds_the_same_documents(engine, kind, syllables, expected, tmp_path):
    """Comparing times makes sense only if the results are the same."""
    if not engine.is_installed():
        pytest.skip(f"{engine.name} is not installed")
    collection = Collection.read(write_lines(tmp_path / "six.jsonl", ROWS[:6]))
    accented = tuple(syllables.split())
    folded = tuple(
        collection.grid.folded_forms[collection.grid.accented_forms.index(one)] for one in accented
    )
    query = Query(kind, folded, accented, typed=False)
    opened = open_engine(engine, collection, tmp_path)
    if not opened.can(query):
        pytest.skip(f"{engine.name} does not support this query")
    found = opened.search(query, total=True)
    assert {opened.number(key) for key in found.keys} == expected
    if opened.can(query, total=True):
        assert found.total == len(expected)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_engine_shows_what_was_written(engine, tmp_path):
    """With snippets all engines do the same work: number, title and a part of the body, marked."""
    if not engine.is_installed():
        pytest.skip(f"{engine.name} is not installed")
    before, after = "Trời mưa to trên núi. " * 50, " Gió thổi qua làng nhỏ." * 50
    rows = [
        {"title": "Chuyện bên lề", "text": "Mưa trên núi cao."},
        {"title": "Nghề “dân vận” hay", "text": f"{before}Cán bộ dân vận khéo thì dễ.{after}"},
        {"title": "Công tác dân vận", "text": "Mưa trên núi thấp."},
    ]
    collection = Collection.read(write_lines(tmp_path / "three.jsonl", rows))
    query = Query("phrase", ("dan", "van"), ("dân", "vận"), typed=False)
    opened = open_engine(engine, collection, tmp_path)
    if not opened.can(query, snippets=True):
        pytest.skip(f"{engine.name} has no snippets")
    assert not opened.search(query).shown
    found = opened.search(query, snippets=True)
    assert len(found.keys) == len(found.shown) == 2
    shown = {one.number: one for one in map(opened.shown, found.shown)}
    assert shown.keys() == {opened.number(key) for key in found.keys}
    titles = {number: one.title.replace("</b> <b>", " ") for number, one in shown.items()}
    assert titles == {1: "Nghề “<b>dân vận</b>” hay", 2: "Công tác <b>dân vận</b>"}
    piece = shown[1].snippet.replace("</b> <b>", " ")
    assert piece.count("<b>") == 1
    assert "ộ <b>dân vận</b> khéo thì" in piece
    assert 100 < len(piece) < 300
    assert "Mưa trên núi thấp" in shown[2].snippet
    assert "<b>" not in shown[2].snippet


def test_an_index_of_another_edition_is_not_reused(tmp_path):
    """Each edition of an engine's index has its own folder in the cache."""
    collection = Collection.read(write_lines(tmp_path / "six.jsonl", ROWS[:6]))
    folders = [index_folder(engine, collection, tmp_path) for engine in ENGINES]
    assert len({*folders}) == len(ENGINES)

    class Changed(Ours):
        edition = "9"

    before = index_folder(Ours, collection, tmp_path)
    before.mkdir()
    (before / "finished").touch()
    query = Query("phrase", ("duong", "di"), ("đường", "đi"), typed=False)
    assert open_engine(Changed, collection, tmp_path).search(query).total == 1


def test_the_sample_is_the_same_on_every_run_and_occurs(corpus):
    """Queries depend on the texts and the seed only; every phrase occurs in a text."""
    collection = Collection.read(corpus)
    classes = sample(collection, 4)
    assert sample(Collection.read(corpus), 4) == classes
    texts = [f" {text} " for text in collection.grid.texts(folded=True)]
    for queries in classes.values():
        for query in queries:
            if query.kind == "phrase":
                assert any(f" {' '.join(query.folded)} " in text for text in texts)


def test_constructs_find_the_same_documents(corpus, tmp_path):
    """Where both engines have a construct, they agree on what matches, slop apart."""
    collection = Collection.read(corpus)
    ours, tantivy = (open_engine(kind, collection, tmp_path) for kind in (Arrays, Tantivy))
    for name, constructs in sample_constructs(collection, 3).items():
        for construct in constructs:
            found = ours.run(construct, limit=50)
            numbers = {ours.number(key) for key in found.keys}
            assert len(numbers) == found.total
            if name in (NEAR, SLOPPY):
                assert numbers
            else:
                keys = tantivy.run(name, construct, limit=50).keys
                assert {tantivy.number(key) for key in keys} == numbers


def test_percentiles():
    """p95 is the value that 95 of 100 values do not exceed."""
    assert percentiles(range(1, 101)) == {"p50": 50.5, "p95": 95}


def test_bare_queries_hold_no_quotes():
    """A quote would turn bare syllables into a phrase."""
    assert bare("'Giải cứu' “bí đỏ” \"«»").split() == ["Giải", "cứu", "bí", "đỏ"]


def test_a_set_without_documents_uses_the_bodies_of_its_corpus(judged, corpus):
    """Titles are dropped, because they are the queries."""
    read = RelevanceSet.read(judged / "news", [corpus])
    assert {one.title for one in read.collection.documents} == {""}
    assert read.qrels["q1"] == {"5": 1}


def test_scores_follow_the_order():
    """The first rank counts most."""
    qrels = {"q": {"1": 1}}
    assert scores(qrels, {"q": [1, 2]}) == {"nDCG@10": 1.0, "MRR@10": 1.0, "R@100": 1.0}
    assert scores(qrels, {"q": [2, 1]})["MRR@10"] == 0.5


def test_values_of_queries_without_results_are_nought():
    """Queries without a judgment are left out; a set without any says so."""
    qrels = {"q": {"1": 1}, "r": {"2": 1}, "other": {"3": 1}}
    found = values_of(qrels, {"q": ["2", "1"], "r": [], "s": ["1"]})
    assert found["MRR@10"] == {"q": 0.5, "r": 0.0}
    assert found["R@100"] == {"q": 1.0, "r": 0.0}
    with pytest.raises(SystemExit, match="no query"):
        values_of(qrels, {"s": ["1"]})


def test_sign_flips():
    """Of few differences all signs are tried, of many some; equal values decide nothing."""
    assert sign_flip_p([]) == sign_flip_p([0.0] * 9) == 1
    assert sign_flip_p([0.5, 0.0, 0.25, 0.125]) == 2 / 8
    assert sign_flip_p([0.5, -0.5]) == 1
    assert sign_flip_p([0.5, 0.5, -0.25]) == 4 / 8
    assert sign_flip_p([0.1] * 40) == 1 / (ROUNDS + 1)
    assert sign_flip_p([0.1, -0.1] * 20) == 1
    # 14 of 20 coins with the same side, or more, on either: 0.1153 by the binomial distribution.
    assert sign_flip_p([0.1] * 14 + [-0.1] * 6) == pytest.approx(0.1153, abs=0.015)


def test_queries_lose_their_marks():
    """All of them, or those of about half of the words; the words stay."""
    text = "Đường đi khó, không khó vì NGĂN sông cách núi ¿ổn?"
    bare_text = "Duong di kho, khong kho vi NGAN song cach nui ¿on?"
    assert without_marks(text) == without_marks(without_marks(text)) == bare_text
    half = with_half_of_the_marks(text)
    assert half == with_half_of_the_marks(text)
    words = list(zip(text.split(), bare_text.split(), half.split(), strict=True))
    assert all(one in (full, plain) for full, plain, one in words)
    assert half not in (text, bare_text)
    many = [with_half_of_the_marks(f"đ{number}") == f"d{number}" for number in range(400)]
    assert 150 < sum(many) < 250


@pytest.fixture
def own_set(tmp_path):
    """The options of a relevance set in files of its own."""
    docs = [
        {"id": "name", "title": "Dân vận khéo", "text": "z " * 9},
        {"id": "near", "title": "", "text": "khéo z dân vận " + "z " * 40},
        {"id": "far", "title": "", "text": f"khéo {'z ' * 30} của vận {'z ' * 9} dân"},
        {"id": "rest", "title": "", "text": "dân của của của của"},
    ]
    queries = [{"id": 1, "text": "dân vận khéo"}, {"id": 2, "text": '"dân" của'}]
    write_lines(tmp_path / "docs.jsonl.xz", docs)
    write_lines(tmp_path / "queries.jsonl", queries)
    (tmp_path / "qrels.tsv").write_text("1\tname\t2\n1\tnear\t1\n2\trest\t1\n")
    files = ("docs.jsonl.xz", "queries.jsonl", "qrels.tsv")
    return [
        text
        for name, file in zip(("--docs", "--queries", "--qrels"), files, strict=True)
        for text in (name, str(tmp_path / file))
    ]


def test_a_set_of_ones_own_is_measured_stage_by_stage(own_set, tmp_path, capsys):
    """In three ways of typing, with a test of each stage against the one before."""
    out = tmp_path / "figures.json"
    cache = tmp_path / "cache"
    main(["relevance", *own_set, "--out", str(out), "--cache", str(cache)])
    printed = capsys.readouterr().out
    figures = json.loads(out.read_text("utf-8"))[tmp_path.name]["stages"]
    assert list(figures) == ["accented", "halfdia", "nodia"]
    names = [stage.name for stage in STAGES]
    for own in figures.values():
        assert list(own) == names
        assert "p" not in own[names[0]]
        for before, name in itertools.pairwise(names):
            gain = own[name]["nDCG@10"] - own[before]["nDCG@10"]
            assert own[name]["difference"] == pytest.approx(gain, abs=2e-4)
            assert 0 < own[name]["p"] <= 1
            assert bool(own[name]["changed"]) >= bool(own[name]["difference"])
        assert own[names[-1]]["nDCG@10"] == 1
    assert f"{tmp_path.name}: 4 documents, 2 queries" in printed
    assert printed.count("| second stage |") == 3
    # The index in the cache is that of these documents.
    main(["relevance", *own_set, "--cache", str(cache), "--limit", "1"])
    assert capsys.readouterr().out.count("\n") == printed.count("\n")
    assert len(list(cache.iterdir())) == 1


def test_judgments_in_the_format_of_trec(own_set, tmp_path):
    """One more column; ids that the set does not have are an error that names the line."""
    docs, queries, qrels = (Path(one) for one in own_set[1::2])
    plain = RelevanceSet.of_files(docs, queries, qrels)
    qrels.write_text("1 0 name 2\n1 0 near 1\n\n2 0 rest 1\n")
    assert RelevanceSet.of_files(docs, queries, qrels) == plain
    assert plain.qrels == {"1": {"0": 2, "1": 1}, "2": {"3": 1}}
    assert plain.queries["nodia"] == {"1": "dan van kheo", "2": " dan  cua"}
    write_lines(tmp_path / "queries_nodia.jsonl", [{"id": 1, "text": "dan"}])
    assert RelevanceSet.of_files(docs, queries, qrels).queries["nodia"] == {"1": "dan"}
    for line in ("1 0 nobody 1", "1 name many", "name"):
        qrels.write_text(f"1 name 1\n{line}\n")
        with pytest.raises(SystemExit, match="line 2 of qrels"):
            RelevanceSet.of_files(docs, queries, qrels)


def test_meaning_is_measured_beside_words(judged, tmp_path, monkeypatch, capsys):
    """Each set has figures by weight, and the second time the vectors are there."""
    monkeypatch.setattr("benchmarks.__main__.open_embedder", lambda name: Trigrams(name=name))
    monkeypatch.setattr("benchmarks.__main__.exact_search", partial(exact_search, sizes=(100,)))
    for is_first in (True, False):
        main(["semantic", str(judged / "laws"), "--embedder", "t", "--cache", str(tmp_path)])
        figures = json.loads(capsys.readouterr().out)
        laws = figures["sets"]["laws"]
        assert laws["ways"]["accented"].keys() == {"words", *(f"{one:g}" for one in WEIGHTS)}
        assert laws["ways"]["nodia"]["words"] == 1
        assert ("embedding" in laws) is is_first
        assert figures["exact"]["100"]["ms"] > 0
    assert laws["query_ms"].keys() == {"words", "both", "embedder"}


def test_a_run_and_its_report(corpus, judged, tmp_path):
    """All tasks run on a tiny corpus; the page has a row for each target and links its plots."""
    out = tmp_path / "results.json"
    arguments = ["--corpus", str(corpus), "--relevance", str(judged), "--queries", "2"]
    main(["run", *arguments, "--out", str(out)])
    results = json.loads(out.read_text("utf-8"))
    assert set(TASKS) == set(results)
    for one in results["segmentation"]["corpora"].values():
        assert {copy["differences"] for copy in one["copies"].values()} == {0}
        assert {copy["texts"] for copy in one["copies"].values()} == {len(ROWS)}
    pipeline = results["build"]["pipeline"]
    assert pipeline["whoosh"]["text_bytes"] == pipeline["ours"]["text_bytes"]
    differing = results["speed"]["totals"]["differing"]
    assert differing == dict.fromkeys(differing, 0)
    laws = results["relevance"]["laws"]
    assert laws["ways"]["accented"]["danvan"]["nDCG@10"] == 1
    assert laws["stages"]["nodia"]["second stage"]["nDCG@10"] == 1

    main(["report", str(out), "--docs", str(tmp_path)])
    page = (tmp_path / "benchmarks.md").read_text("utf-8")
    for target in targets(results):
        assert target.text in page
    pictures = re.findall(r"\]\(([^)]+\.svg)\)", page)
    assert len(pictures) == 3
    assert all((tmp_path / picture).is_file() for picture in pictures)
    assert str(tmp_path) not in page
