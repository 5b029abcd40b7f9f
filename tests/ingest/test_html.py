"""HTML: the text of a page, and what the page says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.ingest.html_text import html_to_text, read_html
from tests.ingest.samples import sample

TEXTS = [
    ("<p>Dân <b>vận</b> kh<i>éo</i></p>", "Dân vận khéo"),
    ("<p>một</p><p>hai</p>ba<br>bốn", "một\n\nhai\n\nba\nbốn"),
    ("<tr><td>xóm</td><td>Căn</td></tr><tr><td>30</td></tr>", "xóm\tCăn\n30"),
    ("T&agrave;i li&#7879;u &amp; &nbsp;x", "Tài liệu & \xa0x"),
    ("<script>a<b</script>x<style>p{}</style><noscript>y</noscript>", "x"),
    ("<nav>Trang chủ</nav><p>bài viết dài</p><footer>Giấy phép</footer>", "bài viết dài"),
    (
        "<div role=navigation>a</div><p>bài viết</p><div hidden><div>b</div>c</div>d",
        "bài viết\n\nd",
    ),
    ("<aside>bên</aside><main><p>chính văn</p></main><p>x</p>", "chính văn"),
    ("<nav>chỉ có ở đây tất cả các chữ</nav><p>x</p>", "chỉ có ở đây tất cả các chữ\n\nx"),
    ("<article>ngắn</article><p>phần lớn chữ ở ngoài bài</p>", "ngắn\n\nphần lớn chữ ở ngoài bài"),
    ("ghi<sup><a href='#n1'>[1]</a></sup> chú<a href='#n2'><sup>2</sup></a>", "ghi chú"),
    ("xem <a href='#muc'>mục 2</a> và <a href='http://x'>[3]</a>", "xem mục 2 và [3]"),
    ("Mục<a class=headerlink href='#muc'>¶</a>", "Mục"),
    ("<pre>a\n b</pre>", "a\nb"),
    ("<pre>a \xa0\n\n\n b \n\n\n\tc</pre>", "a\n\nb\n\nc"),
    ("a \f\r b\tc", "a b c"),
    ("<!-- chú --> a <!-- không đóng", "a không đóng"),
    ("a < b và c > d", "a < b và c > d"),
    ("<p>chưa đóng", "chưa đóng"),
    ("<form><p>trang aspx</p></form>", "trang aspx"),
    ("<select><option>chọn</option></select><button>Gửi</button>x", "x"),
    ('<!DOCTYPE x [<!ENTITY a "lộ">]><p>&a;b</p>', "&a;b"),
    ("</p></div>x</nav>y", "x\ny"),
]


@pytest.mark.parametrize(("source", "text"), TEXTS)
def test_texts(source, text):
    """The text is what people read."""
    assert text.split() == html_to_text(source).split()
    assert "\n\n\n" not in html_to_text(source)


@pytest.mark.parametrize("name", ["tin.html", "tin-1258.html"])
def test_saved_news(read, name):
    """A saved page gives its article, without what stands around it, in its declared encoding."""
    (loaded,) = read(name, sample(name))
    article = loaded.article
    assert article.title == "Phiên chợ sách cũ bên bờ sông Đào mở lại sau mùa lũ"
    assert article.date.isoformat() == "2023-10-12"
    assert article.category == "Văn hóa"
    assert article.source == "https://bendo.example/van-hoa/phien-cho-sach-cu-1207.html"
    assert article.extra == {"author": "Hoài An", "url": article.source, "file_name": name}
    assert "sấy khô được 1.250 cuốn bằng quạt gió (fan)" in article.body
    assert "\n\nĐọc giữa tiếng nước\n\n" in article.body
    for other in ("Thể thao", "Đội chèo làng Vẽ", "Giấy phép số", "quảng cáo", article.title):
        assert other not in article.body


# head, body, title, date, others
PAGES = [
    ("<title>Tên | Báo</title>", "<h1>Tên <i>bài</i></h1><p>x", "Tên bài", None, {}),
    ("<title>Tên</title>", "<p>x", "Tên", None, {}),
    ("", "<p>x", "Tên tệp", None, {}),
    ("<meta property=og:title content='Tên'>", "<h1>Báo</h1><p>x", "Tên", None, {}),
    (
        "<meta name=DC.title content='Tên'><meta name=DC.date content=2020-06-30>"
        "<meta name=keywords content='a, b'><meta name=description content='Tóm tắt'>",
        "<p>x",
        "Tên",
        "2020-06-30",
        {"tags": ["a", "b"], "description": "Tóm tắt"},
    ),
    (
        "<meta property='article:author' content='https://fb.example/x'>"
        "<meta name=author content='Lê A'>",
        "<h1>Tên</h1><time datetime='2020-06-30T07:00:00'>hôm nay</time>x",
        "Tên",
        "2020-06-30",
        {"author": "Lê A"},
    ),
    (
        '<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "Báo"},'
        '{"@type": ["NewsArticle"], "headline": "Tên", "datePublished": "2020-06-30T01:00:00Z",'
        '"author": [{"name": "A"}, {"name": "B"}], "keywords": "x, y"}]}</script>'
        "<meta property='og:title' content='Khác'>",
        "x",
        "Tên",
        "2020-06-30",
        {"author": ["A", "B"], "tags": ["x", "y"]},
    ),
    ('<script type="application/ld+json">{broken</script>', "<h1>Tên</h1>x", "Tên", None, {}),
    ("", "<h1>Tên</h1><p>30/06/2020 17:00</p>x", "Tên", "2020-06-30", {}),
    (
        "<title>Cổng thông tin</title>",
        "<table><tr><td>UBND XÃ A</td><td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</td></tr></table>"
        "<p>Số: 1/QĐ-UBND</p><p>A, ngày 2 tháng 3 năm 2020</p><p>QUYẾT ĐỊNH</p><p>Về việc mẫu</p>"
        "<p>Căn cứ</p>",
        "QUYẾT ĐỊNH Về việc mẫu",
        "2020-03-02",
        {"kind": "Quyết định", "number": "1/QĐ-UBND", "issuer": "UBND XÃ A"},
    ),
]


@pytest.mark.parametrize(("head", "body", "title", "date", "others"), PAGES)
def test_what_a_page_says_of_itself(read, head, body, title, date, others):
    """JSON-LD, meta elements, headings and the head of an act, the more certain first."""
    (loaded,) = read("Tên tệp.html", f"<html><head>{head}</head><body>{body}</body></html>")
    article = loaded.article
    assert title == article.title
    assert date == (article.date and article.date.isoformat())
    assert {**others, "file_name": "Tên tệp.html"} == article.extra


def test_page_of_mhtml(read):
    """The page in a saved mail is read, with its address."""
    content = (
        "From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html"; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: text/html; charset=windows-1258\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\nContent-Location: https://a.vn/x\r\n\r\n"
        "<title>T=EAn</title><p>N=F4=F2i dung=\r\n d=E0i</p>\r\n--b\r\n"
        "Content-Type: image/png\r\n\r\nx\r\n--b--\r\n"
    )
    for name in ("a.mhtml", "b.mht", "c.html"):
        (loaded,) = read(name, content)
        article = loaded.article
        assert (article.title, article.source) == ("Tên", "https://a.vn/x")
        assert article.body.split() == ["Nội", "dung", "dài"]
    (skipped,) = read("d.mhtml", "MIME-Version: 1.0\n\nx")
    assert skipped.reason == "holds no page of HTML: save the page again"


@pytest.mark.parametrize("name", ["page", "page.txt", "page.md"])
def test_content_decides(read, name):
    """A page is a page under any suffix, and without one."""
    start = "<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE html>"
    (loaded,) = read(name, f"{start}<html><p>Xin <b>chào</b>")
    assert loaded.article.body == "Xin chào"


HOSTILE = (
    *("<div>", "<", "<!--", "<![CDATA[", "<?", "<a ", "<a x='", "&", "</", "<nav><p>", "<sup>"),
    *("<article>", "<a href='#'>", "<h1>", "<!DOCTYPE ", "<script>", "<pre>", "&#"),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_tags(piece):
    """Nothing but tags is read in linear time, without recursion."""
    for end in ("", ">", "x" + piece.replace("<", "</") * 10):
        assert read_html(piece * 20_000 + end) is not None


def test_deep_nesting():
    """The text of a page is found at any depth."""
    assert html_to_text("<div>" * 50_000 + "chào" + "</div>" * 50_000) == "chào"


PIECES = (
    *("<p>", "</p>", "<nav>", "</nav>", "<article>", "</article>", "<b", ">", "<!--", "-->"),
    *("<script>", "</script>", "<a href='#x'>", "</a>", "<sup>", "</sup>", "<pre>", "&amp;", " "),
)


@given(st.lists(st.sampled_from([*PIECES, "một"]), max_size=30))
def test_any_tags(parts):
    """Any sequence of tags is read; a page without dropped elements keeps all of its words."""
    source = "".join(parts)
    text = html_to_text(source)
    if not {"<b", "<!--", "<script>", "<nav>", "<article>", ">"} & set(parts):
        assert source.count("một") == text.count("một")
