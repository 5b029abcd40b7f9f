"""The page in a real browser: input methods, keys, history, phones, and without JavaScript."""

import re

import pytest

from tests.servers import Server

pytestmark = pytest.mark.browser

PHRASE = "giao+thong"


@pytest.fixture(autouse=True)
def expect(browser):
    """The function that waits until something holds of a page."""
    from playwright.sync_api import expect

    expect.set_options(timeout=20_000)
    return expect


def field_of(page):
    """Return the search box."""
    return page.locator("#q")


def requests_of(page):
    """Return a list that collects the addresses of searches."""
    seen = []
    page.on("request", lambda one: "/results" in one.url and seen.append(one.url))
    return seen


def compose(page, *texts):
    """Show texts one after the other as an input method does that composes."""
    session = page.context.new_cdp_session(page)
    for text in texts:
        session.send(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
        )
    return session


def test_a_composition_keeps_its_letters(open_page, expect):
    """Value, focus and caret stay; there are fewer requests than keys; the address is right."""
    page = open_page()
    seen = requests_of(page)
    field_of(page).focus()
    session = compose(page, "d", "da", "dâ", "dân")
    session.send("Input.insertText", {"text": "dân "})
    compose(page, "v", "va", "vâ", "vân", "vận")
    session.send("Input.insertText", {"text": "vận"})
    page.wait_for_url(re.compile(r"q=d%C3%A2n\+v%E1%BA%ADn"))
    expect(field_of(page)).to_have_value("dân vận")
    expect(field_of(page)).to_be_focused()
    assert page.evaluate("document.getElementById('q').selectionStart") == 7
    expect(page.locator(".hits li").first).to_contain_text("dân vận")
    assert 1 <= len(seen) <= 6


def test_what_is_composed_is_searched(open_page, expect):
    """Keyboards of phones compose all that is typed: nothing waits for the end."""
    page = open_page()
    field_of(page).focus()
    compose(page, "giao", "giao t", "giao th")
    expect(page.locator(".hits li")).to_have_count(10)
    expect(field_of(page)).to_have_value("giao th")


def test_letters_are_replaced_as_unikey_does(open_page, expect):
    """Backspaces and inserted letters, without a composition, are the query at last."""
    page = open_page()
    field_of(page).focus()
    page.keyboard.type("toa")
    for _ in "oa":
        page.keyboard.press("Backspace")
    page.keyboard.insert_text("oà")
    page.keyboard.type("n")
    expect(page.locator(".hits li").first).to_contain_text("Toàn dân")
    expect(field_of(page)).to_have_value("toàn")


def test_enter_while_composing_does_not_search(open_page, expect):
    """The key that ends a composition is not taken; the one after it searches, once."""
    page = open_page()
    field_of(page).focus()
    session = compose(page, "dân")
    length = page.evaluate("history.length")
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    session.send("Input.insertText", {"text": "dân"})
    page.wait_for_url(re.compile("q=d%C3%A2n&prefix_last=true"))
    assert page.evaluate("history.length") == length
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=d%C3%A2n$"))
    assert page.evaluate("history.length") == length + 1


def test_a_first_syllable_waits_for_its_vowel(open_page, expect):
    """Its first letters are not searched, unless nothing follows for a while."""
    page = open_page()
    page.clock.install()
    seen = requests_of(page)
    field_of(page).focus()
    page.keyboard.type("t")
    page.clock.run_for(500)
    page.keyboard.type("h")
    page.clock.run_for(500)
    assert seen == []
    page.keyboard.type("ô")
    page.clock.run_for(200)
    page.wait_for_url(re.compile("q=th%C3%B4&"))
    field_of(page).fill("tp")
    page.clock.run_for(700)
    page.wait_for_url(re.compile("q=tp&"))
    assert len(seen) == 2


def test_typing_shows_few_pages_that_jump(open_page, expect):
    """At each letter of the last syllable the hits of the whole query are there."""
    page = open_page()
    field_of(page).focus()
    page.keyboard.type("an toàn giao ")
    for letter in "thông":
        page.keyboard.insert_text(letter)
        expect(page.locator(".hits li")).to_have_count(10)
        expect(page.locator(".hits mark").first).to_contain_text("An toàn giao thông")


def test_the_number_is_told_once(open_page, expect):
    """A live region says how many articles there are when typing has ended."""
    page = open_page()
    page.evaluate(
        """() => {
          window.told = [];
          new MutationObserver(() => window.told.push(document.getElementById("live").textContent))
            .observe(document.getElementById("live"), {childList: true});
        }"""
    )
    field_of(page).press_sequentially("giao thong", delay=30)
    expect(page.locator("#live")).to_have_text("25 bài")
    assert page.evaluate("window.told") == ["25 bài"]


def test_back_and_reload_show_the_same(open_page, expect):
    """Query, category and page are in the address; reload, back and forward restore them."""
    page = open_page(f"?q={PHRASE}")
    page.get_by_role("link", name="Xã hội & đời sống 12").click()
    expect(page.locator(".total")).to_contain_text("12 bài, trang 1/2")
    page.get_by_role("link", name="Sau →").click()
    expect(page.locator(".hits li")).to_have_count(2)
    page.reload()
    expect(page.locator(".hits li")).to_have_count(2)
    page.locator(".hits a").first.click()
    expect(page.locator("h1")).to_contain_text("An toàn giao thông")
    page.get_by_role("link", name="← Kết quả").click()
    expect(page.locator(".total")).to_contain_text("trang 2/2")
    page.go_back()
    page.go_back()
    page.go_back()
    expect(page.locator(".total")).to_contain_text("12 bài, trang 1/2")
    page.go_back()
    expect(page.locator(".total")).to_contain_text("25 bài, trang 1/3")
    page.go_forward()
    expect(page.locator(".total")).to_contain_text("12 bài")
    expect(field_of(page)).to_have_value("giao thong")


def test_back_after_typing(open_page, expect):
    """Each submitted query is a place in the history; the box shows the query of the page."""
    page = open_page()
    field_of(page).fill("giao thong")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=giao\+thong$"))
    field_of(page).fill("dan van")
    page.keyboard.press("Enter")
    expect(page.locator(".total")).to_contain_text("1 bài")
    page.go_back()
    expect(page.locator(".total")).to_contain_text("25 bài")
    expect(field_of(page)).to_have_value("giao thong")


def test_options_change_the_results(open_page, expect):
    """A changed option searches at once."""
    page = open_page(f"?q={PHRASE}")
    page.get_by_text("Tuỳ chọn", exact=True).click()
    page.get_by_label("Dấu").select_option("exact")
    page.wait_for_url(re.compile("accents=exact"))
    expect(page.locator(".total")).to_contain_text("25 bài")


def test_completions(open_page, expect):
    """The list is a listbox of a combobox: keys choose, Enter takes, Escape closes."""
    page = open_page()
    field = field_of(page)
    field.press_sequentially("an t")
    options = page.locator("#completions").get_by_role("option")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "completion-0")
    expect(field).to_have_value("an t")
    text = options.first.text_content()
    page.keyboard.press("Enter")
    expect(field).to_have_value(text)
    expect(options.first).to_be_hidden()
    expect(page.locator(".hits li").first).to_be_visible()
    page.keyboard.press("Backspace")
    expect(options.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value(text[:-1])


def test_links_outside_the_results_follow(open_page, expect):
    """The page in the other language is that of what was typed."""
    page = open_page()
    field_of(page).fill("giao thong")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=giao\+thong$"))
    page.get_by_role("link", name="English").click()
    expect(page.locator(".total")).to_contain_text("25 found")
    expect(field_of(page)).to_have_value("giao thong")


def test_keys(open_page, expect):
    """Slash leads to the box, arrows through the hits, Enter opens; and no modifier is taken."""
    page = open_page(f"?q={PHRASE}")
    page.locator(".facets a").first.focus()
    page.keyboard.press("Control+/")
    expect(field_of(page)).not_to_be_focused()
    page.keyboard.press("/")
    expect(field_of(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    links = page.locator(".hits h2 a")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field_of(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("article"))


def test_an_article_opens_at_its_match(open_page, expect):
    """The match is in view; n and p go on and back, and round."""
    page = open_page("?q=dan+van")
    page.locator(".hits a").first.click()
    marks = page.locator(".article mark")
    expect(marks.first).to_be_in_viewport()
    expect(page.locator("#mark-count")).to_have_text("1/2")
    page.keyboard.press("n")
    expect(page.locator("#mark-count")).to_have_text("2/2")
    expect(marks.nth(1)).to_have_class("current")
    page.keyboard.press("n")
    expect(page.locator("#mark-count")).to_have_text("1/2")
    page.keyboard.press("p")
    expect(page.locator("#mark-count")).to_have_text("2/2")
    page.get_by_role("button", name="Chỗ trước").click()
    expect(page.locator("#mark-count")).to_have_text("1/2")


def test_why_a_hit_is_here(open_page, expect):
    """The explanation is loaded once, below its hit, and folded again; a new search drops it."""
    page = open_page("?q=an+toan+giao+thong")
    loaded = []
    page.on("request", lambda one: "/why" in one.url and loaded.append(one.url))
    first = page.locator(".hits li").first
    link = first.get_by_role("link", name="Vì sao ở đây?")
    shown = first.locator(".explained")
    link.click()
    expect(shown).to_contain_text("Bài này khớp với câu tìm.")
    expect(link).to_have_attribute("aria-expanded", "true")
    assert page.url.endswith("?q=an+toan+giao+thong")
    link.focus()
    page.keyboard.press("Enter")
    expect(shown).to_be_hidden()
    expect(link).to_have_attribute("aria-expanded", "false")
    link.click()
    expect(shown).to_be_visible()
    assert len(loaded) == 1
    page.get_by_role("link", name="Giao thông 13").click()
    expect(page.locator(".explained")).to_have_count(0)


def test_without_javascript(open_page, expect):
    """Search, pages, a category, and an article at its match are links and a form."""
    page = open_page(java_script_enabled=False)
    page.get_by_role("searchbox").fill("giao thong")
    page.get_by_role("button", name="Tìm").click()
    expect(page.locator(".hits li")).to_have_count(10)
    assert "since=" not in page.url
    page.get_by_role("link", name="Sau →").click()
    expect(page.locator(".total")).to_contain_text("trang 2/3")
    page.get_by_role("link", name="Giao thông 13").click()
    expect(page.locator(".total")).to_contain_text("13 bài")
    page.goto("?q=dan+van")
    page.get_by_role("link", name="Vì sao ở đây?").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vì sao bài này ở đây?")
    page.get_by_role("link", name="← Kết quả").click()
    page.locator(".hits a").first.click()
    expect(page.locator(".article mark").first).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_no_sideways_scroll(open_page, scheme):
    """At 320 pixels every page fits."""
    page = open_page(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    for address in (
        "",
        f"?q={PHRASE}&accents=exact",
        "?q=zzzz",
        "?q=a&limit=x",
        "article?id=tin/3",
        f"why?id=tin/3&q={PHRASE}",
    ):
        page.goto(address)
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) <= 0, address
    page.problems.clear()  # a page of an error has its status


def test_nothing_in_a_query_runs(open_page, expect):
    """HTML in a query is text, typed or in the address."""
    page = open_page("?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E")
    expect(page.locator("#results img")).to_have_count(0)
    field_of(page).fill('"><script>alert(1)</script>')
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("script"))
    expect(page.locator("#results script")).to_have_count(0)
    expect(field_of(page)).to_have_value('"><script>alert(1)</script>')


def test_a_server_that_is_gone(browser, index_folder, expect):
    """A sentence says so, and what was typed stays."""
    server = Server(index_folder)
    context = browser.new_context(locale="vi-VN")
    try:
        page = context.new_page()
        page.goto(server.address)
        server.stop()
        field_of(page).press_sequentially("giao")
        expect(page.get_by_role("alert")).to_contain_text("Không nối được")
        expect(field_of(page)).to_have_value("giao")
    finally:
        context.close()
        server.stop()


def test_landmarks_and_names(open_page, expect):
    """Each page has one main part and one heading of the first level; what one uses has a name."""
    page = open_page()
    for address in (
        "",
        f"?q={PHRASE}",
        "?q=zzzz",
        "article?id=tin/3&q=giao",
        "why?id=tin/3&q=giao",
    ):
        page.goto(address)
        expect(page.get_by_role("main")).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select")]
              .filter((one) => !(one.textContent.trim() || one.ariaLabel || one.labels?.length))
              .map((one) => one.outerHTML)"""
        )
        assert nameless == []
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1200])
def test_axe_finds_nothing(open_page, scheme, width):
    """The checks of axe-core, contrast among them, pass on each kind of page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    for address in (
        "",
        f"?q={PHRASE}&category=Giao+thông",
        "?q=zzzz",
        "?q=giao&limit=x",
        "article?id=tin/3&q=giao",
        "article?id=nothing",
        "why?id=tin/3&q=giao",
    ):
        page.goto(address)
        checked = axe.run(page).response
        assert checked["passes"]
        assert [(one["id"], one["nodes"]) for one in checked["violations"]] == [], address
    page.problems.clear()  # a page of an error has its status
