"""Search while typing: hits of the whole query are there early, and the page changes seldom."""

import random
import re
from pathlib import Path

import pytest

import danvan_search
from benchmarks.keystrokes import _NO_SYLLABLE, is_searched, pages_of, typing_figures
from danvan_search import Article, Index

WORDS = re.split(
    r",\s*",
    """an toàn, giao thông, tuyển sinh, đại học, bóng đá, việt nam, hòa bình, kinh tế, xã hội,
    văn hóa, giáo dục, môi trường, công nghệ, thông tin, nông nghiệp, du lịch, y tế, bảo hiểm,
    ngân hàng, chứng khoán, bất động sản, thị trường, doanh nghiệp, nhà nước, quốc hội,
    chính phủ, pháp luật, tòa án, công an, quân đội, biển đảo, khí hậu, thời tiết, bão lũ,
    trường học, học sinh, giáo viên, bệnh viện, bác sĩ, thuốc, gạo, cà phê, thủy sản, xuất khẩu""",
)


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    """Articles of three of these words each, again and again among others, and of beginnings."""
    rng = random.Random(7)
    parts = [word[: at + 1] for one in WORDS for word in one.split() for at in range(len(word) - 1)]
    made = []
    for number in range(300):
        own = rng.sample(WORDS, 3)
        body = [rng.choice(own if rng.random() < 0.5 else WORDS) for _ in range(40)]
        made.append(Article(str(number), " ".join(own), " ".join(body)))
        begun = [rng.choice(one.split()) for one in rng.choices(WORDS, k=20)]
        made.append(Article(f"{number}b", "", " ".join([*rng.choices(parts, k=60), *begun])))
    return made


@pytest.fixture(scope="module")
def index(articles, tmp_path_factory):
    """An index of them."""
    with Index.create(tmp_path_factory.mktemp("typing") / "index") as made:
        made.add(articles, words=False)
        yield made


@pytest.mark.parametrize("plain", [False, True])
def test_what_is_typed_shows_what_will_be_found(index, articles, plain):
    """At the median most of the page is there, and it changes at most twice per syllable."""
    titles = [tuple(one.title.split()) for one in articles]
    phrases = [title[: 3 + at % 3] for at, title in enumerate(titles) if len(title) > 4][:40]
    figures = typing_figures(index, phrases, plain=plain)
    assert figures["overlap"] >= 5
    assert figures["last"] >= 8
    assert figures["changes"] <= 2
    whole = typing_figures(index, phrases, plain=plain, prefix_last=False)
    assert whole["last"] < figures["last"]
    assert whole["changes"] > figures["changes"]


def test_the_last_syllable_shows_its_hits(index):
    """After a blank, each letter of the next syllable keeps at least half of the page."""
    wanted = {hit.id for hit in index.search("an toàn giao thông", limit=10)}
    pages = list(pages_of(index, "an toàn giao thông", prefix_last=True))
    for syllable, ids in pages:
        assert syllable < 3 or len(wanted.intersection(ids or ())) >= 5


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("an toàn g", "an toàn giao"),
        ("an toan gi", "an toan giao"),
        ("bóng đá việt n", "bóng đá việt nam"),
        ("“an toàn” giao th", "“an toàn” giao thông"),
    ],
)
def test_a_query_in_progress_is_ranked_as_the_one_it_becomes(index, typed, whole):
    """All that begins so matches; the most frequent of it, and its accents, rank."""
    begun = index.search(typed, prefix_last=True, match="all", limit=1000)
    pattern = index.search(f"{typed}*", match="all", limit=1000)
    assert {hit.id for hit in begun} == {hit.id for hit in pattern}
    assert begun.total == pattern.total
    best = index.search(whole, match="all", limit=10)
    assert [hit.id for hit in begun[:10]] == [hit.id for hit in best]
    assert [hit.score for hit in begun[:10]] == pytest.approx([hit.score for hit in best])
    why = index.explain(typed, begun[0].id, prefix_last=True)
    assert why.value == pytest.approx(begun[0].score)
    assert sum(part.value for part in why.leaves()) == pytest.approx(why.value)
    assert f"{typed.split()[-1]}*" in begun.read_as


def test_segments_decide_together_what_a_syllable_becomes(tmp_path):
    """The most frequent syllable of all segments counts, though others lead in some."""
    texts = [*["an toàn giao thông"] * 3, *["an toàn gia đình"] * 2]
    with Index.create(tmp_path / "several") as several:
        several.add([Article(f"a{n}", "", text) for n, text in enumerate(texts)], words=False)
        more = ["an toàn gia đình"] * 2
        several.add([Article(f"b{n}", "", text) for n, text in enumerate(more)], words=False)
        found = several.search("an toàn gi", prefix_last=True)
        assert found.total == 7
        assert {hit.id for hit in found[:4]} == {"a3", "a4", "b0", "b1"}
        several.remove(["b0", "b1"])
        assert {hit.id for hit in several.search("an toàn gi", prefix_last=True)[:3]} == {
            "a0",
            "a1",
            "a2",
        }


def test_a_first_syllable_waits_for_its_vowel():
    """Its first letters are not searched at once; the script has the same rule."""
    for typed in ("t", "th", "ngh", "đ", "hđnd"):
        assert not is_searched(typed)
    for typed in ("th\u00ea", "a", "y", "19", "t ", "tp hcm", "b1", "-t", '"t'):
        assert is_searched(typed)
    script = Path(danvan_search.__file__).parent / "web" / "static" / "search.js"
    rule = re.search(r"const NO_SYLLABLE = /\^(.+?)\$/i;", script.read_text("utf-8"))
    assert rule[1] == _NO_SYLLABLE.pattern
