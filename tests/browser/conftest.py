"""The fixtures of the browser tests: a server as a process, and pages of the system's Chromium."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from danvan_search import Article, Index
from tests.servers import Server

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
HOW = "needs playwright and Chromium: pip install playwright; apt-get install chromium"


def articles() -> list[Article]:
    """Return news that share a phrase, and a long article whose match is far down."""
    return [
        *[
            Article(
                f"tin/{number}",
                f"An toàn giao thông số {number}",
                f"Bài {number}. Bảo đảm an toàn giao thông dịp Tết. {'Câu khác nữa. ' * 60}",
                category=("Giao thông", "Xã hội & đời sống")[number % 2],
                source=f"https://example.org/{'dài' * 30}/{number}",
            )
            for number in range(25)
        ],
        Article("dan-van", "Phong trào", f"{'Mở đầu. ' * 900}Công tác dân vận khéo. Rồi dân vận."),
        Article("toan", "Toàn dân", "Toàn dân đoàn kết."),
    ]


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The browser."""
    if CHROMIUM is None:
        pytest.skip(HOW)
    sync_api = pytest.importorskip("playwright.sync_api", reason=HOW)
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--lang=vi"]
        )
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory) -> Path:
    """The folder of the index."""
    path = tmp_path_factory.mktemp("browser") / "index"
    with Index.create(path) as index:
        index.add(articles(), words=False)
    return path


@pytest.fixture(scope="session")
def server(index_folder) -> Iterator[Server]:
    """A server for all tests."""
    started = Server(index_folder)
    yield started
    started.stop()


@pytest.fixture
def open_page(browser, server):
    """A function that opens an address in a context of its own, and returns the page.

    Nothing on the console may be an error, such as a violation of the policy.
    """
    contexts, problems = [], []

    def make(address: str = "", **options):
        context = browser.new_context(**{"locale": "vi-VN", "base_url": server.address, **options})
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda one: one.type == "error" and problems.append(one.text))
        page.on("pageerror", lambda one: problems.append(str(one)))
        page.goto(address)
        page.problems = problems
        return page

    yield make
    for context in contexts:
        context.close()
    assert problems == []
