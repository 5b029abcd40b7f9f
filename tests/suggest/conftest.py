"""A small index in which some neighbours are frequent."""

import pytest

from danvan_search import Article, Index

SENTENCES = [
    "Công tác dân vận ở cơ sở được cả nước quan tâm.",
    "Phong trào thi đua dân vận khéo lan tỏa khắp nơi.",
    "Bảo đảm an toàn giao thông trên đường quốc lộ.",
    "Nghỉ hè, học sinh đi chơi với gia đình ở bãi biển.",
    "Suy nghĩ của người dân về giá đất và giá nhà.",
    "Hà Nội mưa lớn, nhiều tuyến phố ngập sâu.",
    "Thành phố Hồ Chí Minh có nhiều khu công nghiệp.",
    "Ủy ban nhân dân tỉnh ban hành quyết định mới.",
    "Đường sắt Bắc Nam chạy qua nhiều tỉnh thành.",
    "Mẹ ơi, con muốn ăn cơm với cá kho.",
]
COPIES = 20
REMOVED = "dán vạn khèo, cống tạc dan vần, an tòan giảo thổng, bánh bao nóng hổi"


def articles(prefix: str = "") -> list[Article]:
    """Return the articles: each sentence several times, once as a title."""
    return [
        Article(f"{prefix}{copy}-{number}", one if copy == 0 else "", one)
        for copy in range(COPIES)
        for number, one in enumerate(SENTENCES)
    ]


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """An index of the sentences in one segment; tests do not change it."""
    with Index.create(tmp_path_factory.mktemp("suggest") / "index") as index:
        index.add(articles(), words=False)
        yield index


@pytest.fixture(scope="session")
def divided(tmp_path_factory):
    """The same articles and others that were removed, in several segments."""
    with Index.create(tmp_path_factory.mktemp("suggest") / "divided") as index:
        own = articles()
        for start in range(0, len(own), 60):
            removed = [Article(f"x{start}-{n}", "", REMOVED) for n in range(5)]
            index.add([*own[start : start + 60], *removed], words=False)
            index.remove(one.id for one in removed)
        yield index
