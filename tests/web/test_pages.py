"""The pages without JavaScript: what they show, where their links lead, and in which language."""

import datetime
import html
import re
import string
from pathlib import Path
from typing import get_args
from urllib.parse import parse_qs, urlsplit

import pytest

import danvan_search
from danvan_search import Article, DanvanError, Index
from danvan_search.query.notes import Code
from danvan_search.web.originals import find_original
from danvan_search.web.texts import LANGUAGES, TEXTS, Language, language_of
from tests.web.test_safety import links_of, read

WEB = Path(danvan_search.__file__).parent / "web"


def page_of(client, address, **headers):
    """Return the page at an address, which is one of a search."""
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.text


def link_to(page, text):
    """Return the address of the link with a text."""
    found = re.findall(rf'<a [^>]*?href="([^"]*)"[^>]*>(?:<span>)?{re.escape(text)}', page)
    assert found, text
    return "/" + found[0].replace("&amp;", "&").removeprefix("./")


def test_the_start_page(client):
    """It has the box, the number of articles, examples that find something, and categories."""
    page = page_of(client, "/")
    assert "Tìm trong 33 bài" in page
    assert " autofocus" in page
    assert "25 bài" not in page
    found = page_of(client, link_to(page, "Giao thông"))
    assert "13 bài" in found
    assert " autofocus" not in found


def test_a_search(client):
    """Hits have title, date, category, source and marks; facets count; pages follow."""
    page = page_of(client, "/?q=an+toan+giao+thong&sort=date-asc")
    assert "25 bài, trang 1/3" in page
    assert page.count("<article>") == 10
    assert '<time datetime="2019-01-05">5/1/2019</time> · Giao thông ·' in page
    assert "<mark>An toàn giao thông</mark>" in page
    second = page_of(client, link_to(page, "Sau →"))
    assert '<ol class="hits" start="11">' in second
    third = page_of(client, link_to(second, "Sau →"))
    assert "trang 3/3" in third
    assert "Sau →" not in third
    assert link_to(third, "← Trước") == link_to(page, "Sau →")
    assert "page=" not in link_to(second, "← Trước")
    assert 'value="date-asc" selected' in third


def test_facets_filter_and_are_chosen_again(client):
    """A value filters; another value can be chosen then; the chosen one leads back."""
    page = page_of(client, "/?q=giao+thong")
    road = page_of(client, link_to(page, "Giao thông"))
    assert "13 bài" in road
    assert re.search(r'aria-current="true"><span>Giao thông</span>', road)
    assert '<input type="hidden" name="category" value="Giao thông">' in road
    other = page_of(client, link_to(road, "Xã hội"))
    assert "12 bài" in other
    assert link_to(road, "Giao thông") == "/?q=giao+thong"
    year = page_of(client, link_to(road, "2020"))
    assert 'name="since" value="2020-01-01"' in year
    assert re.search(r'aria-current="true"><span>2020</span>', year)
    years = re.findall(r"<span>(20\d\d)</span>", year)
    assert sorted(years) == ["2019", "2020", "2021"]
    assert "since" not in link_to(year, "2020")


def test_filters_without_a_query(client):
    """A category alone lists its articles; its facets still offer the others."""
    page = page_of(client, "/?category=Xã hội")
    assert "12 bài" in page
    assert "<span>Giao thông</span>" in page
    dated = page_of(client, "/?since=2021")
    assert sorted(re.findall(r"<span>(20\d\d)</span>", dated)) == ["2019", "2020", "2021"]


def test_months_and_years_are_days_of_the_form(client):
    """What the fields of days cannot show as typed is shown as the day that it stands for."""
    page = page_of(client, "/?q=giao&since=2020-02&until=2020")
    assert 'name="since" value="2020-02-01"' in page
    assert 'name="until" value="2020-12-31"' in page


def test_empty_fields_leave_the_address(client):
    """A form without JavaScript sends empty fields; the page leads to the address without."""
    answer = client.get("/?q=giao&accents=&sort=date&since=&until=&page=2&lang=en")
    assert answer.status_code == 303
    target = urlsplit(answer.headers["location"])
    assert target.path == "./"
    expected = {"q": ["giao"], "sort": ["date"], "page": ["2"], "lang": ["en"]}
    assert parse_qs(target.query, keep_blank_values=True) == expected
    assert client.get("/?q=giao&utm_source=x").status_code == 200


def test_nothing_found_says_what_to_do(client):
    """Each link of the advice leaves out what may be in the way."""
    page = page_of(
        client, "/?q=%22giao+tay%22&accents=exact&since=2020&category=Giao+thông&match=all"
    )
    assert "Không có bài nào khớp" in page
    assert "since" not in link_to(page, "bỏ giới hạn ngày")
    assert "category" not in link_to(page, "tìm trong mọi chuyên mục")
    assert "accents" not in link_to(page, "tìm mọi cách đặt dấu")
    assert "q=giao+tay&" in link_to(page, "tìm không có ngoặc kép")
    assert "match=any" in link_to(page, "tìm bài có một vài tiếng")
    assert "Tải về" not in page


def test_what_the_library_says_is_said(client, web_index):
    """Relaxed searches, notes, how a query was read, suggestions and decoded keys are told."""
    relaxed = page_of(client, "/?q=giao+thong+nguyen")
    assert ("Không bài nào có đủ các tiếng" in relaxed) == web_index.search(
        "giao thong nguyen"
    ).relaxed
    assert "Không bài nào có đủ các tiếng" in relaxed
    noted = page_of(client, "/?q=giao+%22thong")
    assert TEXTS["note_quote_not_closed"][0] in noted
    read_as = page_of(client, "/?q=giao+-t%C3%A2y")
    assert html.escape(web_index.search("giao -tây").read_as) in read_as
    slip = web_index.search("giao thoong").suggestions
    if slip:
        assert slip[0].query in page_of(client, "/?q=giao+thoong")
    keys = web_index.search("Taay Nguyeen")
    assert keys.replaced_by
    decoded = page_of(client, "/?q=Taay+Nguyeen")
    assert f"Đã tìm “{keys.replaced_by}”" in decoded
    assert "q=%22Taay+Nguyeen%22" in link_to(decoded, "Tìm đúng như đã gõ")


def test_errors_are_translated_and_keep_the_query(client):
    """An error is a sentence in the language of the page, with the query in its box."""
    answer = client.get("/?q=giao&limit=1000")
    assert answer.status_code == 422
    assert TEXTS["error_option-invalid"][0] in answer.text
    assert 'value="giao"' in answer.text
    assert "etag" not in answer.headers
    english = client.get("/?q=giao&limit=1000&lang=en").text
    assert TEXTS["error_option-invalid"][1] in english
    assert client.get("/article?id=nothing").status_code == 404
    beyond = page_of(client, "/?q=giao+thong&page=9")
    assert page_of(client, link_to(beyond, "Về trang đầu"))


def test_an_article_opens_at_the_passage(client, web_index):
    """The link of a hit leads to the match that its snippet shows; every match is marked."""
    page = page_of(client, "/?q=phong+trao&page=1")
    link = link_to(page, "Dân vận khéo")
    assert link.endswith("#passage")
    article = page_of(client, link)
    body = article.partition('<div class="body">')[2]
    assert re.search(r'<span id="passage"></span><mark>Phong trào</mark>', body)
    marked = web_index.highlight("laws/a.txt", "dan van")
    count = sum(map(len, (marked.title_spans, marked.body_spans, marked.details_spans)))
    at = marked.article.body.index("Dòng hai")
    whole = page_of(client, f"/article?id=laws/a.txt&q=dan+van&at={at}")
    assert whole.count("<mark>") == count > 3
    assert f"{count} chỗ khớp" in whole
    assert re.search(r'khéo.\nDòng hai: <span id="passage"></span><mark>dân vận</mark>', whole)
    first = page_of(client, "/article?id=laws/a.txt&q=dan+van&at=999999")
    assert re.search(r'Phong trào <span id="passage"></span><mark>dân vận', first)


def test_the_list_goes_on(client, web_index):
    """After the articles that match come those with some of the syllables, behind a line."""
    results = web_index.search("bài giao", limit=10, page=3)
    assert results.total == results.relaxed_from == 25
    line = TEXTS["relaxed_rest"][0]
    page = page_of(client, "/?q=bài+giao&page=3")
    assert "25 bài" in page
    before, _, after = page.partition(line)
    assert before.count("<article>") == 5
    assert after.count("<article>") == len(results) - 5 > 0
    assert line not in page_of(client, "/?q=bài+giao&page=2")
    assert line not in page_of(client, "/?q=bài+giao&page=3&match=all")
    rest = client.get("/api/v1/search?q=bài+giao&limit=25")
    assert 'page=2>; rel="next"' in rest.headers["link"]


def test_a_hit_has_its_place(tmp_path, connect):
    """Page and section of the passage are shown; their offsets are no facts of an article."""
    body = f"{'Mở đầu. ' * 60}Dân vận khéo."
    extra = {"sections": [[0, "Lời nói đầu"], [400, "Chương <2>"]], "pages": [0, 300]}
    with Index.create(tmp_path / "index") as index:
        index.add([Article("a", "Sách", body, extra=extra)], words=False)
        client = connect(index=index)
        found = page_of(client, "/?q=dan+van")
        assert "· trang 2 ·" in found
        assert "Chương &lt;2&gt;</span>" in found
        assert "Lời nói đầu" not in found
        listed = page_of(client, "/?until=2099")
        assert "trang 1" not in listed
        article = page_of(client, "/article?id=a&q=dan+van")
        assert "sections" not in article
        assert "300" not in article


def test_an_article_has_its_facts(client):
    """The page of an article shows its values, and leads back to the page of its hit."""
    page = page_of(client, "/article?id=laws/a.txt&q=dan+van&page=2&sort=date&at=3")
    for fact in ("32-CTr/TU", "A, B", "laws/a.txt", "Ban"):
        assert fact in page
    back = link_to(page, "← Kết quả")
    assert parse_qs(urlsplit(back).query) == {"q": ["dan van"], "page": ["2"], "sort": ["date"]}
    dated = page_of(client, "/article?id=tin/3")
    assert "5/4/2019" in dated
    assert "https://example.org/3" in links_of(dated)
    assert "<mark>" not in dated


@pytest.mark.parametrize(
    ("chosen", "accepted", "code"),
    [
        ("", "", "vi"),
        ("", "vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("", "en-US,en;q=0.9,vi;q=0.8", "en"),
        ("", "en;q=0.3, vi;q=0.7", "vi"),
        ("", "fr, de", "en"),
        ("", "vi;q=0, en;q=0.1", "en"),
        ("", "en;q=x," * 5_000, "en"),
        ("vi", "en", "vi"),
        ("en", "vi", "en"),
        ("xx", "vi", "vi"),
    ],
)
def test_the_language(client, chosen, accepted, code):
    """It is that of the address, or else the best of the browser's."""
    assert language_of(chosen, accepted).code == code
    page = client.get(
        f"/?q=giao&lang={chosen}" if chosen else "/?q=giao", headers={"Accept-Language": accepted}
    )
    assert page.status_code == 200
    assert f'<html lang="{code}">' in page.text
    assert page.headers["vary"] == "Accept-Language"
    assert ("lang=" in link_to(page.text, "2020")) == (chosen in LANGUAGES)


def test_numbers_and_days_are_those_of_the_language():
    """Thousands and days are written as readers expect."""
    day = datetime.date(2020, 2, 9)
    assert [Language(code).number(1_234_567) for code in LANGUAGES] == ["1.234.567", "1,234,567"]
    assert [Language(code).decimal(1234.56789) for code in LANGUAGES] == [
        "1.234,5679",
        "1,234.5679",
    ]
    assert [Language(code).day(day) for code in LANGUAGES] == ["9/2/2020", "9 Feb 2020"]


def fields(text):
    """Return what stands in the braces of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_texts_are_there_in_both_languages():
    """Both have the same places for values; each text that is named exists, and each is used."""
    for key, (vietnamese, english) in TEXTS.items():
        assert fields(vietnamese) == fields(english), key
        assert vietnamese, key
        assert english, key
    sources = [*WEB.rglob("*.html"), *WEB.rglob("*.xml"), *WEB.glob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources if path.name != "texts.py")
    named = set(re.findall(r"""\bt\(['"]([\w-]+)['"]""", text))
    assert named
    assert named <= TEXTS.keys()
    made = ("note_", "error_", "accents", "match", "sort", "try_", "category", "year")
    made += ("why_", "missing_", "tier_", "part_", "term_", "field_")
    unused = {key for key in TEXTS if key not in named and not key.startswith(made)}
    assert unused == set()


def subclasses(kind):
    """Yield a class of errors and all below it."""
    yield kind
    for one in kind.__subclasses__():
        yield from subclasses(one)


def test_each_code_has_its_texts():
    """Notes and errors that a search can have are translated by their codes."""
    assert {f"note_{code}" for code in get_args(Code)} <= TEXTS.keys()
    for code in ("query-syntax", "query-timeout", "option-invalid", "argument-type"):
        assert code in {one.code for one in subclasses(DanvanError)}
        assert f"error_{code}" in TEXTS
    for one in subclasses(DanvanError):
        assert Language("vi").error(one.code)


def test_the_feed_has_the_newest(client):
    """It is sorted by date, its links are whole, and it is an alternate of the page."""
    answer = client.get("/feed.atom?q=giao+thong")
    days = re.findall(r"<updated>(.{10})T00:00:00Z</updated>", answer.text)
    assert days[0] == days[1] == max(days) == "2021-12-05"
    assert days[1:] == sorted(days[1:], reverse=True)
    assert 'href="http://127.0.0.1/article?id=tin%2F' in answer.text
    assert (
        client.get(
            "/feed.atom?q=giao", headers={"If-None-Match": answer.headers["etag"]}
        ).status_code
        == 200
    )
    page = page_of(client, "/?q=giao+thong")
    assert 'type="application/atom+xml" href="feed.atom?q=giao+thong"' in page


def test_links_of_pages_are_relative(client):
    """A proxy may show the site under any path: no link begins with a slash."""
    for address in (
        "/",
        "/?q=giao+thong&page=2",
        "/article?id=laws/a.txt&q=dan",
        "/article?id=x",
        "/why?id=tin/3&q=giao",
    ):
        reader = read(client.get(address).text)
        links = [value for name, value in reader.attributes if name in ("href", "src", "action")]
        assert links
        assert [one for one in links if one.startswith("/")] == []


def test_an_index_without_articles(tmp_path, connect):
    """The pages of an empty index are pages."""
    with Index.create(tmp_path / "index") as index:
        client = connect(index=index)
        assert "Tìm trong 0 bài" in page_of(client, "/")
        assert "Không có bài nào khớp" in page_of(client, "/?q=a")
        assert client.get("/feed.atom?q=a").status_code == 200


def test_no_source_has_no_original(laws):
    """An article without a source has no file."""
    assert find_original(Article("a", "", ""), (laws,)) is None
