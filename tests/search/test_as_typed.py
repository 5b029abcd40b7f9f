"""Words as people type them: tags, names of languages, currency, styled letters."""

import pytest

from danvan_search import Article, Index

BODIES = {
    "tag": "Bài #DânVậnKhéo hay",
    "spoken": "Phong trào dân vận khéo ở xã",
    "sharp": "Học C# cơ bản",
    "plus": "Học C++ cơ bản",
    "vitamin": "Vitamin C và C và C",
    "price": "Giá 5.000 ₫ một cân",
    "price, joined": "Giá 5.000₫/kg",
    "price, spelt": "Giá 5.000đ",
    "other price": "Giá 5.000 $",
    "styled": "𝐃𝐚̂𝐧 𝐯𝐚̣̂𝐧 ở Ⓗà Ｎộｉ",
}
QUERIES = [
    ("dân vận khéo", {"tag", "spoken"}),
    ('"dân vận khéo"', {"tag", "spoken"}),
    ("#DânVậnKhéo", {"tag", "spoken"}),
    ("#DanVanKheo", {"tag", "spoken"}),
    ("C#", {"sharp"}),
    ("học c#", {"sharp"}),
    ("C++", {"plus"}),
    ("vitamin C", {"vitamin"}),
    ("5.000đ", {"price", "price, joined", "price, spelt"}),
    ("5.000 ₫", {"price", "price, joined", "price, spelt"}),
    ("5.000₫", {"price", "price, joined", "price, spelt"}),
    ("5.000", {"price", "price, joined", "price, spelt", "other price"}),
    ("hà nội", {"styled"}),
    ("𝐇𝐚̀ 𝐍𝐨̣̂𝐢", {"styled"}),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    with Index.create(tmp_path_factory.mktemp("typed") / "index") as index:
        index.add([Article(name, "", body) for name, body in BODIES.items()])
        yield index


@pytest.mark.parametrize(("query", "expected"), QUERIES)
def test_words_are_found_as_typed(index, query, expected):
    """Each query finds the articles that mean the same, whichever way they write it."""
    results = index.search(query, match="all")
    assert {hit.id for hit in results} == expected


@pytest.mark.parametrize(
    ("query", "name", "marked"), [("C#", "sharp", "C#"), ("c++", "plus", "C++")]
)
def test_a_sign_is_marked_with_its_letter(index, query, name, marked):
    """The snippet marks the letter together with its sign."""
    (hit,) = index.search(query, match="all")
    assert hit.id == name
    (span,) = hit.snippet.spans
    assert hit.snippet.text[slice(*span)] == marked


def test_styled_letters_have_their_accents(index):
    """An article in styled letters contains the accents as typed, and is marked as written."""
    (hit,) = index.search("vận hà", accents="exact")
    assert hit.exact
    assert [hit.snippet.text[slice(*span)] for span in hit.snippet.spans] == ["𝐯𝐚̣̂𝐧", "Ⓗà"]
