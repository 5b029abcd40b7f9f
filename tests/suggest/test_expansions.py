"""Abbreviations, and other ways to write numbers, dates, codes and syllables."""

import pytest

from danvan_search import Article, Index
from danvan_search.suggest import spelt_otherwise
from danvan_search.suggest.abbreviations import WELL_KNOWN, meaning_of

TEXTS = [
    "Hội đồng nhân dân (HĐND) tỉnh họp. Câu lạc bộ Bạn Đọc (CLBBĐ) mở cửa.",
    "Đại biểu Hội đồng nhân dân - HĐND - huyện. Tổng số 1.043.000 đồng.",
    "Bộ Giáo dục và Đào tạo (GD&ĐT) nói: Sở Giáo dục và Đào tạo (GD&ĐT) làm.",
    "Ngày 02/9/1945, ngày 30 tháng 4 năm 1975. TP.HCM và công nghệ thông tin.",
    "Bảo vệ và phát triển rừng (BVPTR) được nêu; bảo vệ và phát triển rừng (BVPTR).",
    "Bảo vệ và phát triển rừng (BVPTR). Bài viết phía trên rồi (BVPTR).",
]


@pytest.fixture(scope="module", params=["one segment", "several, with removed articles"])
def index(request, tmp_path_factory):
    """An index of the texts, and of many with usual spellings."""
    bodies = [*TEXTS, *["kỹ thuật số, dành cho, luật sư"] * 20]
    articles = [Article(f"{n}", "", one) for n, one in enumerate(bodies)]
    with Index.create(tmp_path_factory.mktemp("expansions") / "index") as made:
        if request.param == "one segment":
            made.add(articles, words=False)
        else:
            wrong = [Article(f"x{n}", "", "Hòn đảo nhỏ dài (HĐND), kĩ thuật") for n in range(9)]
            made.add([*articles[:3], *wrong], words=False)
            made.add(articles[3:], words=False)
            made.remove(one.id for one in wrong)
        yield made


CASES = [
    ("HĐND xã", "abbreviation", "hội đồng nhân dân xã"),
    ("bộ GD&ĐT", "abbreviation", "bộ giáo dục và đào tạo"),
    ("BVPTR", "abbreviation", "bảo vệ và phát triển rừng"),
    ("CNTT", "abbreviation", "công nghệ thông tin"),
    ("1043000", "variant", "1.043.000"),
    ("2/9/1945", "variant", "02/9/1945"),
    ("30/4/1975", "variant", "30 tháng 4 năm 1975"),
    ("TPHCM", "variant", "TP.HCM"),
    ("Kĩ thuật", "variant", "Kỹ thuật"),
    ("giành cho", "variant", "dành cho"),
]


@pytest.mark.parametrize(("typed", "kind", "meant"), CASES)
def test_what_the_index_has_is_offered(index, typed, kind, meant):
    """An abbreviation is spelt out, a part is written as the index has it."""
    assert (kind, meant) in [(one.kind, one.query) for one in index.suggest(typed)]


@pytest.mark.parametrize(
    "typed",
    [
        "CLBBĐ",
        "BHXH",
        "hđnd",
        "AN",
        "XYZ",
        "1043001",
        "3/9/1945",
        "kỹ thuật",
        "dành cho",
        "99/99/2020",
    ],
)
def test_what_the_index_lacks_is_not_offered(index, typed):
    """One explanation is too few, and so is a meaning or a way to write that no article has."""
    assert [one for one in index.suggest(typed) if one.kind in ("abbreviation", "variant")] == []


def test_much_found_needs_no_expansion(tmp_path):
    """Where articles have the abbreviation, it is left alone."""
    bodies = ["Hội đồng nhân dân (HĐND) họp"] * 9
    with Index.create(tmp_path / "index") as index:
        index.add(Article(f"{n}", "", one) for n, one in enumerate(bodies))
        assert index.suggest("HĐND") == []
        assert index.search("HĐND").suggestions == ()


def test_removed_articles_explain_nothing(tmp_path):
    """An explanation counts as long as its articles live."""
    with Index.create(tmp_path / "index") as index:
        texts = ["Hiệp hội du lịch xanh (HHDLX)"] * 2 + ["hiệp hội du lịch xanh"]
        index.add((Article(f"{n}", "", one) for n, one in enumerate(texts)), words=False)
        assert [one.query for one in index.suggest("HHDLX")] == ["hiệp hội du lịch xanh"]
        index.remove(["0"])
        assert index.suggest("HHDLX") == []


def test_the_well_known_ones_fit_their_letters():
    """Each meaning begins with the first letter, and has no fewer syllables than letters."""
    assert len(WELL_KNOWN) >= 50
    for letters, forms in WELL_KNOWN.items():
        assert letters == letters.lower()
        assert len(forms) >= len(letters) - 1
    assert meaning_of([], ["hđnd"]).forms == ("hội", "đồng", "nhân", "dân")
    for parts in (["a"], ["12"], [], ["x" * 11]):
        assert meaning_of([], parts).forms == ()


WAYS = [
    ("numbers", "1000", ["1.000"]),
    ("numbers", "1,043,000", ["1043000"]),
    ("numbers", "0912345678", []),
    ("numbers", "100", []),
    ("numbers", "1945", []),
    ("numbers", "2145", ["2.145"]),
    (
        "dates",
        "02/9/1945",
        [
            "2/9/1945",
            "02/09/1945",
            "2 tháng 9 năm 1945",
            "02 tháng 9 năm 1945",
            "02 tháng 09 năm 1945",
        ],
    ),
    (
        "dates_in_words",
        "Ngày 12 tháng 10 năm 1945",
        ["12/10/1945", "12 tháng 10 năm 1945", "12 tháng 10 năm 1945", "12 tháng 10 năm 1945"],
    ),
    ("dates_in_words", "ngày 12 tháng 13 năm 1945", []),
    ("dates", "32/9/1945", []),
    ("dates", "2/9-1945", []),
    ("codes", "TP.HCM", ["TPHCM"]),
    ("codes", "TPHCM", ["TP.HCM", "TPH.CM"]),
    ("codes", "tphcm", ["tp.hcm", "tph.cm"]),
    ("codes", "thanh", []),
    ("codes", "H'leo", ["Hleo"]),
    ("codes", "it's", []),
    ("split_names", "Hleo", ["H leo"]),
    ("split_names", "Mgar", ["M gar"]),
    ("split_names", "khéo", []),
    ("split_names", "trần", []),
    ("split_names", "iphone", []),
    ("phones", "0912 34", []),
    ("phones", "1912345678", []),
    ("spellings", "kĩ", ["kỹ"]),
    ("spellings", "mỹ", ["mĩ"]),
    ("spellings", "quý", []),
    ("spellings", "giành", ["dành"]),
    ("spellings", "dành", ["giành"]),
    ("spellings", "đành", []),
]


@pytest.mark.parametrize(("way", "word", "expected"), WAYS)
def test_the_ways_to_write(way, word, expected):
    """Each way, and nothing for what is written otherwise already."""
    assert list(getattr(spelt_otherwise, way)(word)) == expected
