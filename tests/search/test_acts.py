"""Acts that are asked for by their number come before those that cite them."""

import pytest

from danvan_search import Article, Index

DECREE = (
    "Số: 74/2025/NĐ-CP\n\nNGHỊ ĐỊNH\nQuy định mẫu về dân vận\n\n"
    + "Điều 1. Nội dung quy định mẫu của Nghị định. " * 20
)
CIRCULAR = (
    "Số: 5/2025/TT-BM\n\nTHÔNG TƯ\nHướng dẫn Nghị định số 74/2025/NĐ-CP\n\n"
    "Căn cứ Nghị định 74/2025/NĐ-CP; theo Nghị định 74/2025/NĐ-CP."
)
NEWS = "Nghị định 74/2025 có gì mới\n\nNghị định 74/2025 và nghị định số 74/2025/NĐ-CP vừa ra."
FIRST = [
    "74/2025/NĐ-CP",
    "74/2025/nđ-cp",
    "74/2025/ND-CP",
    "74/2025",
    "nghị định 74/2025",
    "nghi dinh 74/2025",
    "Nghị định 74/2025/NĐ-CP",
    "nghị định số 74/2025",
    "nghị định số 74/2025/NĐ-CP",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("acts")
    texts = {"news": NEWS, "circular": CIRCULAR, "decree": DECREE}
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    with Index.create(folder / "index") as index:
        index.sync([folder], words=False)
        yield index


@pytest.mark.parametrize("query", FIRST)
@pytest.mark.parametrize("options", [{}, {"match": "all", "rerank": False}, {"limit": 1}])
def test_the_act_itself_is_first(index, query, options):
    """Before the act that cites it, and before news about it, whose title names it."""
    results = index.search(query, **options)
    assert results.hits[0].article.extra["number"] == "74/2025/NĐ-CP"
    assert results.total > 1


def test_other_details_name_nothing(tmp_path):
    """Without a number, a title comes before a tag."""
    with Index.create(tmp_path / "index") as index:
        tagged = Article("tagged", "Bài một", "văn bản", details="dân vận")
        titled = Article("titled", "Dân vận", "văn bản")
        index.add([tagged, titled], words=False)
        assert [hit.id for hit in index.search("dân vận")] == ["titled", "tagged"]
