"""The fixtures of the web tests: a small index, and clients of a site that serves it."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from danvan_search import Article, Index
from danvan_search.web.app import make_app
from danvan_search.web.settings import Settings

LOCAL = "http://127.0.0.1"

NAUGHTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "a&b&amp;c\u202edâ\x00n\x1b[31m\ud800\ufffe",
)


def articles() -> list[Article]:
    """Return the articles of the index: news, one from a file, and naughty ones."""
    news = [
        Article(
            f"tin/{number}",
            f"An toàn giao thông số {number}",
            f"Bài {number}. Bảo đảm an toàn giao thông dịp Tết ở Hà Nội. {'Câu khác. ' * 60}",
            date=datetime.date(2019 + number % 3, 1 + number % 12, 5),
            category=("Giao thông", "Xã hội")[number % 2],
            source=f"https://example.org/{number}",
        )
        for number in range(25)
    ]
    other = [
        Article(
            "laws/a.txt",
            "Dân vận khéo",
            "Mở đầu. " * 100 + "Phong trào dân vận khéo.\nDòng hai: dân vận.",
            source="laws/a.txt",
            extra={"number": "32-CTr/TU", "signers": ["A", "B"]},
            details="Ban Dân vận",
        ),
        Article("chữ/.. /?#&=.txt", "Dán văn", "Bài khác dấu: dan van kheo."),
        Article("tay-nguyen", "Tây Nguyên", "Đặc sản Tây Nguyên."),
    ]
    naughty = [
        Article(f"naughty-{n}", text, f"độc hại {text}", category=text, source=text, details=text)
        for n, text in enumerate(NAUGHTY)
    ]
    return [*news, *other, *naughty]


@pytest.fixture(scope="session")
def web_index(tmp_path_factory) -> Iterator[Index]:
    """An index that tests do not change."""
    path = tmp_path_factory.mktemp("web") / "index"
    with Index.create(path) as index:
        index.add(articles(), words=False)
        yield index


Connect = Callable[..., TestClient]


@pytest.fixture
def connect(web_index) -> Iterator[Connect]:
    """A function that returns a client of a site with settings."""
    made = []

    def make(*, index: Index = web_index, base_url: str = LOCAL, **settings) -> TestClient:
        app = make_app(index, Settings(**settings))
        client = TestClient(app, base_url=base_url, follow_redirects=False)
        made.append(app)
        return client

    yield make
    for app in made:
        app.site.pool.close()


@pytest.fixture
def client(connect) -> TestClient:
    """A client of a site with the default settings."""
    return connect()


@pytest.fixture
def laws(tmp_path) -> Path:
    """The folder of the original of an article."""
    folder = tmp_path / "laws"
    folder.mkdir()
    (folder / "a.txt").write_text("Dân vận khéo\n\nPhong trào.", "utf-8")
    return folder.resolve()
