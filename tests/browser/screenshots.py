"""Makes the pictures of docs/web.md: ``python -m tests.browser.screenshots``."""

import tempfile
from pathlib import Path

from danvan_search import Index
from tests.browser.conftest import CHROMIUM
from tests.servers import Server

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Write the pictures: results on a desk, and an article on a phone in the dark."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        Index.build(Path(folder, "index"), [ROOT / "seeds"], words=False)
        server = Server(Path(folder, "index"))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            page = browser.new_context(
                base_url=server.address, viewport={"width": 960, "height": 600}, locale="vi-VN"
            ).new_page()
            page.goto("?q=dan+van+kheo")
            page.screenshot(path=ROOT / "docs" / "web-results.png")
            page = browser.new_context(
                base_url=server.address,
                viewport={"width": 390, "height": 600},
                color_scheme="dark",
                locale="vi-VN",
            ).new_page()
            page.goto("?q=%22d%C3%A2n+v%E1%BA%ADn+kh%C3%A9o%22")
            page.locator(".hits h2 a").nth(1).click()
            page.locator("mark.current").wait_for()
            page.screenshot(path=ROOT / "docs" / "web-article.png")
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
