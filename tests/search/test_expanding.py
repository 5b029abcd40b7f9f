"""Other ways to write a part of a query: numbers, dates, codes, abbreviations, synonyms."""

import pytest

from danvan_search import Article, Index, OptionError, Synonyms
from danvan_search.query import Phrase, Run
from danvan_search.suggest.spelt_otherwise import phones
from danvan_search.text import syllable_grid

BODIES = {
    "number": "Tổng 1043000 đồng",
    "groups": "Tổng 1.043.000 đồng",
    "zeros": "Ngày 02/09/1945 ở Ba Đình",
    "words": "Sáng 2 tháng 9 năm 1945",
    "point": "TP.HCM mưa lớn",
    "joined": "TPHCM nắng",
    "apostrophe": "Huyện Ea H'leo",
    "phone": "Gọi 0912 345 678 hoặc gửi thư",
    "abroad": "Gọi +84 912.345.678",
    "explained": "Hội đồng nhân dân (HĐND) xã",
    "explained too": "Hội đồng nhân dân (HĐND) tỉnh",
    "meaning": "Hội đồng nhân dân họp",
    "car": "Mua ô tô cũ",
    "craft": "Kĩ thuật cắt may",
    "year": "Năm 2021 và 2.021 người",
}
SYNONYMS = Synonyms("# xe cộ\nxe hơi, ô tô\n\nTW => trung ương\nmay vá => cắt may")
QUERIES = [
    ("1043000", {}, {"number", "groups"}),
    ("1.043.000", {}, {"number", "groups"}),
    ("tổng 1,043,000 đồng", {}, {"number", "groups"}),
    ("1043000", {"accents": "exact"}, {"number", "groups"}),
    ("1043000 mưa", {"match": "any"}, {"number", "groups", "point", "car"}),
    ("1043000", {"expand": ()}, {"number"}),
    ('"1043000"', {}, {"number"}),
    ("+1043000", {}, {"number", "groups"}),
    ("tổng NOT 1043000", {}, {"groups"}),
    ("2021", {}, {"year"}),
    ("2.021", {}, {"year"}),
    ("2/9/1945", {}, {"zeros", "words"}),
    ("02-9-1945", {}, {"zeros", "words"}),
    ("ngày 2 tháng 9 năm 1945", {}, {"zeros", "words"}),
    ("ngay 2 thang 9 nam 1945", {"match": "all"}, {"zeros", "words"}),
    ("TPHCM", {}, {"point", "joined"}),
    ("tp.hcm", {}, {"point"}),
    ("TP.HCM", {}, {"point", "joined"}),
    ("tphcm", {}, {"point", "joined"}),
    ("ea hleo", {}, {"apostrophe"}),
    ("Ea H'leo", {}, {"apostrophe"}),
    ("0912345678", {}, {"phone", "abroad"}),
    ("0912 345 678", {}, {"phone", "abroad"}),
    ("+84 912 345 678", {}, {"phone", "abroad"}),
    ("0912.345.678", {"match": "phrase"}, {"phone"}),
    ("HĐND họp", {}, set()),
    ("HĐND họp", {"expand": ("abbreviations",)}, {"meaning"}),
    ("xe hơi", {}, set()),
    ("xe hơi", {"synonyms": SYNONYMS}, {"car"}),
    ("xe hoi", {"synonyms": SYNONYMS}, {"car"}),
    ("xé hơi", {"synonyms": SYNONYMS}, set()),
    ("ô tô", {"synonyms": SYNONYMS}, {"car"}),
    ("may vá", {"synonyms": SYNONYMS}, {"craft"}),
    ("kỹ thuật", {"match": "all"}, set()),
    ("kỹ thuật", {"expand": ("variants",), "accents": "exact"}, {"craft"}),
]


@pytest.fixture(scope="module", params=[1, 4], ids=["one segment", "four segments"])
def index(request, tmp_path_factory):
    articles = [Article(name, "", body) for name, body in BODIES.items()]
    with Index.create(tmp_path_factory.mktemp("expanding") / "index") as index:
        for first in range(request.param):
            index.add(articles[first :: request.param], words=False)
        yield index


@pytest.mark.parametrize(("query", "options", "expected"), QUERIES)
def test_what_means_the_same_is_found(index, query, options, expected):
    """Bare parts also find what means the same; quoted ones find what was typed."""
    results = index.search(query, **{"match": "all", **options})
    assert {hit.id for hit in results} == expected


def test_the_other_way_is_marked_and_told(index):
    """A snippet marks the form that the article has, and the reading names it."""
    results = index.search("1043000")
    marked = {
        hit.id: [hit.snippet.text[slice(*span)] for span in hit.snippet.spans] for hit in results
    }
    assert marked == {"number": ["1043000"], "groups": ["1.043.000"]}
    assert results.read_as == '1043000 (hoặc "1 043 000")'
    assert results.understood.is_words
    assert results.understood.is_expanded


def test_what_no_article_has_is_left_out(index):
    """A query is expanded by what the index has, and otherwise stays as it is."""
    results = index.search("9999999 3/9/1945 ABCDEF Kbang 0987654321")
    assert results.read_as == "9999999 3/9/1945 abcdef kbang 0987654321"
    assert not results.understood.is_expanded


def test_a_pasted_text_is_searched_as_it_is(index):
    """A query of more than ten syllables is not expanded."""
    assert index.search("1043000" + " một" * 9).understood.is_expanded
    assert not index.search("1043000" + " một" * 10).understood.is_expanded


def test_a_form_and_its_other_count_as_one_term(tmp_path):
    """Articles that differ in how they write a number score the same."""
    with Index.create(tmp_path / "index") as index:
        bodies = ["tổng 1000 đồng là", "tổng 1 000 đồng", "tổng là đồng vậy"]
        index.add([Article(f"{at}", "", one) for at, one in enumerate(bodies)], words=False)
        one, other = index.search("1000")
        assert one.score == pytest.approx(other.score)


def test_a_tree_is_searched_as_it_is(index):
    """A tree that was built in Python is not expanded, and may have others of its own."""
    (number,) = index.search("1043000", expand=()).understood.root.phrases
    words = index.search('"ba đình"').understood.root
    assert index.search(Run((number,))).total == 1
    tree = Run((Phrase(number.syllables, others=(Phrase(words.syllables),)),))
    assert {hit.id for hit in index.search(tree)} == {"number", "zeros"}


@pytest.mark.parametrize("value", [("nothing",), "nothing", "numbers,nothing", None, 3])
def test_expand_takes_known_names(index, value):
    """Names, or a string of them; anything else is an error that names what there is."""
    assert index.search("1043000", expand="dates, numbers").total == 2
    assert index.search("1043000", expand="none").total == 1
    with pytest.raises(OptionError, match="abbreviations"):
        index.search("a", expand=value)


def test_phones_are_grouped_otherwise():
    """Every way has the same digits, with 84 in place of the first 0 or not."""
    ways = list(phones("0912 345 678"))
    assert "0912345678" in ways
    assert "84 912 345 678" in ways
    assert "0912 345 678" not in ways
    digits = {"".join(syllable_grid(way).folded) for way in ways}
    assert digits == {"0912345678", "84912345678"}
    assert "024 3825 1234" in list(phones("02438251234"))
