"""Details: the third text of an article, from the article to the page and back."""

import datetime
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import Article, Index
from danvan_search.cli import cli
from danvan_search.index.codec.array_file import ArrayFile
from danvan_search.index.codec.segment_check import check_segment
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.index.writing.segment_builder import SegmentBuilder
from danvan_search.index.writing.text_analysis import InProcessAnalysis
from danvan_search.store import IndexedArticle
from tests.index.segments import build_arrays, columns_of, in_memory

SYLLABLES = ["dân", "dan", "vận", "Khéo", "q", "x" * 40, "."]
LINES = st.lists(st.lists(st.sampled_from(SYLLABLES), max_size=5).map(" ".join), max_size=4)
TEXTS = LINES.map("\n".join)


def test_an_article_without_details_keeps_its_hash():
    """Its hash is that of a format without details, so that nothing is indexed again."""
    article = Article("a", "Dân vận", "b", datetime.date(2020, 1, 2), "c", "s", {"x": 1})
    assert article.content_hash() == "4318e06620948d1157e8f0050239a939"
    values = article.to_json()
    assert values.pop("details") == ""
    assert Article.from_json(values) == article
    tagged = Article.from_json({**values, "details": "dân vận"})
    assert tagged.details == "dân vận"
    assert tagged.content_hash() != article.content_hash()
    moved = Article.from_json({**values, "body": "", "details": "b"})
    assert moved.content_hash() != article.content_hash()


def array_names(path: Path) -> set[str]:
    """Return the names of all arrays of an index."""
    names: set[str] = set()
    for file in path.glob("MAIN_*.*"):
        with ArrayFile(file) as read:
            names |= set(read.arrays)
    return names


def test_segments_without_details_have_no_arrays_of_them(make_index):
    """Neither when they are written, nor when a merge drops the last article with details."""
    index = make_index("dân vận", Article("x", "", "", details="…\n"))
    assert {name for name in array_names(index.path) if "details" in name} == {
        "details_bytes",
        "details_offsets",
    }
    index.add([Article("x", "", "dân", details="vận\nkhéo")])
    assert {"details_lines", "details_lengths"} < array_names(index.path)
    index.remove(["x"])
    index.optimize()
    assert not [name for name in array_names(index.path) if "details" in name]
    index.add([Article("y", "", "khéo", details="dân vận")])
    index.optimize()
    assert [hit.id for hit in index.search('"dân vận"')] == ["0", "y"]
    assert index.verify().is_whole


@settings(max_examples=50)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=6))
def test_articles_are_analysed_as_one_by_one(texts):
    """Whatever lines they have: as the oracle of analysis says, bit by bit."""
    builder = SegmentBuilder(InProcessAnalysis(words=False))
    for number, (title, body, details) in enumerate(texts):
        article = Article(str(number), title, body, details=details)
        builder.add(article, IndexedArticle(article.id, article.content_hash(), "", ""))
    columns = builder.columns()
    assert builder.syllables == columns.syllables
    arrays, meta = build_arrays(columns)
    expected, expected_meta = build_arrays(columns_of(texts))
    assert meta == expected_meta
    assert arrays.keys() == expected.keys()
    for name, array in arrays.items():
        assert array.tobytes() == expected[name].tobytes(), name
    check_segment(SegmentReader(in_memory(arrays), meta))


ARTICLES = [
    Article("both", "Dân vận", "Phong trào dân vận khéo.", details="dân vận\nkhéo"),
    Article("details", "Mùa xuân", "Hoa nở khắp nơi.", details="thẻ: lễ hội\nNgười viết: An"),
    Article("split", "", "không có gì", details="lễ\nhội"),
    Article("none", "", "Người đi xem lễ hội."),
]


def test_a_hit_shows_what_matched_in_its_details(make_index):
    """The piece around the matches; nothing where nothing matched there."""
    index = make_index(*ARTICLES)
    hits = {hit.id: hit for hit in index.search('"lễ hội"')}
    assert set(hits) == {"details", "none"}
    snippet = hits["details"].details_snippet
    assert [snippet.text[start:end] for start, end in snippet.spans] == ["lễ hội"]
    assert snippet.text == ARTICLES[1].details
    assert hits["none"].details_snippet is None
    assert hits["details"].title_spans == hits["details"].snippet.spans == ()
    assert hits["details"].to_json()["details_snippet"]["text"] == snippet.text
    assert hits["none"].to_json()["details_snippet"] is None
    (hit,) = index.search('"lễ hội" viết', match="all", snippet_chars=0)
    assert hit.details_snippet is None
    long = Article("long", "", "", details="\n".join([*["dân vận"] * 90, "mùa hè", *["x"] * 90]))
    index.add([long])
    (hit,) = index.search('"mùa hè"', snippet_chars=40)
    piece = hit.details_snippet
    assert piece.text == long.details[piece.start : piece.start + len(piece.text)]
    assert (piece.cut_before, piece.cut_after) == (True, True)
    assert [piece.text[start:end] for start, end in piece.spans] == ["mùa hè"]


def test_no_phrase_runs_across_lines_or_texts(make_index):
    """Bare syllables match in any of them."""
    index = make_index(*ARTICLES)
    assert {hit.id for hit in index.search("lễ hội")} == {"details", "split", "none"}
    for query in ('"hội người"', '"nơi thẻ"', '"lễ hội người"', '"gì lễ"'):
        assert not index.search(query).total, query
    assert [hit.id for hit in index.search('word:"lễ hội"')] == ["none", "details"]


@pytest.mark.parametrize("slop", [2, 16, 17, 90])
@pytest.mark.parametrize("query", ['"lễ người"~{}', "lễ NEAR/{} người"])
def test_no_slop_crosses_lines(make_index, query, slop):
    """However many syllables may stand between, those of another line or text do not count."""
    index = make_index(
        Article("lines", "", "x", details="lễ hội\nở người"),
        Article("texts", "lễ hội", "ở người", details="lễ"),
        Article("line", "", "x", details="lễ hội ở người"),
        Article("body", "", "lễ hội\nở người"),
    )
    assert {hit.id for hit in index.search(query.format(slop))} == {"line", "body"}


def test_the_body_counts_more_than_details(make_index):
    """Of texts of the same length, and less than the title."""
    words = "khéo một hai ba bốn"
    index = make_index(
        Article("details", "năm sáu", "bảy tám chín mười không", details=words),
        Article("body", "năm sáu", words, details="bảy tám chín mười không"),
        Article("title", "khéo sáu", "bảy tám chín mười không", details="một hai ba bốn năm"),
    )
    for query in ("khéo", '"khéo"'):
        assert [hit.id for hit in index.search(query)] == ["title", "body", "details"]


def test_the_command_prints_details_where_nothing_else_matched(make_index):
    """One line below the snippet."""
    index = make_index(*ARTICLES)
    done = CliRunner().invoke(cli, ["query", "lễ hội", "--index", str(index.path)])
    lines = done.stdout.splitlines()
    assert "   thẻ: lễ hội Người viết: An" in lines
    done = CliRunner().invoke(cli, ["query", '"dân vận"', "--index", str(index.path)])
    assert done.stdout.splitlines() == ["1. Dân vận", "   both", "   Phong trào dân vận khéo.", ""]


def test_details_are_carried_everywhere(tmp_path):
    """Through updates, removals, merges, backups and repairs; in several processes, too."""
    draw = random.Random(3)

    def text(most):
        return " ".join(draw.choices(["dân", "vận", "khéo", "an", "\n"], k=draw.randrange(most)))

    articles = [Article(str(n), text(4), text(9), details=text(7)) for n in range(40)]
    with Index.create(tmp_path / "index") as index:
        index.add([Article(one.id, "", "dân", details=one.title) for one in articles[:30]])
        index.add(articles)
        index.remove(["7", "39"])
        kept = {one.id: one for one in articles if one.id not in ("7", "39")}
        assert {one: index.get(one) for one in index.ids()} == kept
        index.backup(tmp_path / "backup")
        Index.restore(tmp_path / "restored", tmp_path / "backup")
        index.optimize()
        assert index.verify().is_whole
        found = {hit.id for hit in index.search('"dân vận"', limit=100)}
    assert found == {
        one.id
        for one in kept.values()
        if any(
            "dân vận" in " ".join(line.split())
            for line in (
                one.title.replace("\n", " "),
                one.body.replace("\n", " "),
                *one.details.split("\n"),
            )
        )
    }
    (file,) = (tmp_path / "index").glob("MAIN_*.grid")
    raw = bytearray(file.read_bytes())
    with ArrayFile(file) as read:
        assert "details_lengths" in read.arrays
    raw[100] ^= 255
    file.write_bytes(raw)
    assert Index.repair(tmp_path / "index", dry_run=True).damages
    Index.repair(tmp_path / "index")
    for name in ("index", "restored"):
        with Index.open(tmp_path / name) as index:
            assert {one: index.get(one) for one in index.ids()}.items() <= kept.items()
            assert len(index) >= len(kept) - 1
            assert index.verify().is_whole


@pytest.mark.parametrize("jobs", [1, 2])
def test_words_of_details(tmp_path, jobs):
    """Words are those of each line; articles with nothing but details have words or have none."""
    with Index.create(tmp_path / "index") as index:
        index.add([Article("a", "", "", details="lễ hội\ndân vận")], jobs=jobs)
        assert {one.word for one in index.vocabulary(details=True)} == {"lễ hội", "dân vận"}
        assert index.stats().without_words == 0
        index.add([Article("b", "", "", details="lễ hội")], words=False)
        assert index.stats().without_words == 1
        assert index.stats().syllables == 6
