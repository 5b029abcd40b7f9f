"""The widgets of InstantSearch in a real browser, through the adapter for Meilisearch."""

import json
import re
from pathlib import Path

import pytest

from tests.browser.conftest import articles
from tests.servers import Server

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).parent / "instantsearch"
BUNDLE = FOLDER / "bundle.js"
PARTS = ("box", "stats", "sort", "category", "year", "clear", "hits", "pages", "error")
PAGE = (
    '<!doctype html><html lang="vi"><meta charset="utf-8"><title>InstantSearch</title>'
    + "".join(f'<div id="{part}"></div>' for part in PARTS)
    + '<script src="/shop/bundle.js"></script>'
)


@pytest.fixture(scope="module")
def peer(index_folder):
    """A server that answers the adapter."""
    if not BUNDLE.exists():
        pytest.skip("needs npm: `make test-browser` bundles the widgets with it")
    server = Server(index_folder, "--instantsearch")
    yield server
    server.stop()


@pytest.fixture
def shop(browser, peer):
    """A page with the widgets at the address of the server, as a proxy would show both."""
    from playwright.sync_api import expect

    expect.set_options(timeout=20_000)
    context = browser.new_context(locale="vi-VN", base_url=peer.address)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.asked, page.problems = [], []
    page.on("pageerror", lambda one: page.problems.append(str(one)))
    page.on("console", lambda one: one.type == "error" and page.problems.append(one.text))
    page.on("request", lambda one: one.method == "POST" and page.asked.append(one))
    script = BUNDLE.read_text("utf-8")
    page.route(
        re.compile(r"/shop/bundle\.js$"),
        lambda route: route.fulfill(body=script, content_type="text/javascript"),
    )
    page.route(
        re.compile(r"/shop/(\?.*)?$"),
        lambda route: route.fulfill(body=PAGE, content_type="text/html"),
    )
    yield page
    context.close()


def check(page, expect, total, first, pages):
    """Check what the widgets show: the number of hits, the first hit, the number of pages."""
    expect(page.locator("#stats")).to_contain_text(f"{total} result")
    expect(page.locator("#hits h2").first).to_contain_text(first)
    expect(page.locator("#hits .ais-Hits-item")).to_have_count(min(5, total))
    expect(page.locator("#pages .ais-Pagination-item--page")).to_have_count(pages)


def test_the_widgets_work(shop):
    """Box, marks, snippets, facets that can be chosen together, pages, orders and the address."""
    from playwright.sync_api import expect

    page = shop
    page.goto("shop/")
    check(page, expect, len(articles()), "", 6)
    page.get_by_role("searchbox").press_sequentially("an toan giao th")
    check(page, expect, 25, "An toàn giao thông số", 5)
    expect(page.locator("#hits h2 mark").first).to_contain_text("An toàn giao thông")
    expect(page.locator("#hits p mark").first).to_have_text("an toàn giao thông")
    expect(page.locator("#hits p").first).to_contain_text("…")
    roads = page.get_by_label(re.compile("Giao thông"))
    other = page.get_by_label(re.compile("Xã hội & đời sống"))
    expect(page.locator("#category")).to_contain_text("12")
    other.check()
    check(page, expect, 12, "An toàn", 3)
    expect(page.locator("#category")).to_contain_text("13")  # the other can still be chosen
    roads.check()
    check(page, expect, 25, "An toàn", 5)
    other.uncheck()
    check(page, expect, 13, "An toàn", 3)
    page.locator("#pages").get_by_role("link", name="Page 3", exact=True).click()
    expect(page.locator("#hits .ais-Hits-item")).to_have_count(3)
    page.wait_for_url(re.compile("page%5D=3"))
    page.reload()
    expect(page.locator("#hits .ais-Hits-item")).to_have_count(3)
    expect(roads).to_be_checked()
    expect(page.get_by_role("searchbox")).to_have_value("an toan giao th")
    page.locator("#clear button").click()
    check(page, expect, 25, "An toàn", 5)
    page.locator("#sort select").select_option("articles:title:desc")
    expect(page.locator("#hits h2").first).to_have_text("An toàn giao thông số 9")
    assert {one.response().status for one in page.asked} == {200}
    assert {one.url.rpartition("/")[2] for one in page.asked} == {"multi-search"}
    asked = [one for request in page.asked for one in json.loads(request.post_data)["queries"]]
    assert any(len(one.get("filter", [[]])[0]) == 2 for one in asked)
    assert page.problems == []


def test_html_in_articles_is_text(shop):
    """The widgets escape what they show."""
    from playwright.sync_api import expect

    page = shop
    page.goto("shop/?articles%5Bquery%5D=%3Cimg+src%3Dx%3E+giao")
    expect(page.get_by_role("searchbox")).to_have_value("<img src=x> giao")
    expect(page.locator("#stats")).to_contain_text("result")
    expect(page.locator("#hits img, #stats img")).to_have_count(0)


def test_what_is_not_supported_is_told(shop):
    """An order that there is not is an error with its sentence, not another order."""
    from playwright.sync_api import expect

    page = shop
    page.goto("shop/?articles%5BsortBy%5D=articles%3Aprice%3Aasc")
    expect(page.locator("#error")).to_contain_text("sort is ['price:asc']")
    expect(page.locator("#hits .ais-Hits-item")).to_have_count(0)
