"""OpenDocument texts: what is text, and what is not."""

import pytest

from danvan_search.ingest import Cause
from tests.ingest.packing import odt, zip_of

STYLES = (
    '<style:style style:name="V" style:family="paragraph">'
    '<style:text-properties style:font-name="F"/></style:style>'
    '<style:style style:name="W" style:family="paragraph" style:parent-style-name="V"/>'
    '<style:style style:name="T" style:family="paragraph" style:parent-style-name="Title"/>'
    '<style:style style:name="X" style:family="text">'
    '<style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="H" style:family="text">'
    '<style:text-properties fo:font-family=".VnTimeH"/></style:style>'
    '<style:style style:name="L" style:family="text" style:parent-style-name="L"/>'
)


def p(text, style="S"):
    return f'<text:p text:style-name="{style}">{text}</text:p>'


TEXTS = [
    (p("một<text:tab/>hai<text:line-break/>ba<text:s text:c='3'/>bốn\n\t năm"),
     "một\thai\nba   bốn năm"),
    ("<text:tracked-changes><text:changed-region><text:deletion>" + p("bỏ")
     + "</text:deletion></text:changed-region></text:tracked-changes>" + p("còn"), "còn"),
    (p("còn<office:annotation>" + p("lời bình") + "</office:annotation>"), "còn"),
    ("<text:table-of-content><text:index-body>" + p("Mục") + "</text:index-body>"
     "</text:table-of-content>" + p("còn"), "còn"),
    ('<text:section text:display="none">' + p("ẩn") + "</text:section><text:section>" + p("còn")
     + "</text:section>", "còn"),
    (p('còn<text:span text:style-name="X">ẩn<text:span>ẩn</text:span></text:span>.'), "còn."),
    (p('<text:span text:style-name="L">còn</text:span>'), "còn"),
    (p("Câu<text:note><text:note-citation>1</text:note-citation><text:note-body>"
       + p("Chú thích") + "</text:note-body></text:note>.") + p("Sau"), "Câu.\nSau\nChú thích"),
    (p("một<draw:frame><draw:text-box>" + p("hộp") + "</draw:text-box></draw:frame> hai"),
     "một hai\nhộp"),
    ("<draw:frame><draw:text-box>" + p("hộp") + "</draw:text-box></draw:frame>" + p("hai"),
     "hộp\nhai"),
    (p("Céng hoµ", "W") + p("tr\xadíc ng\xadêi", "V")
     + p('<text:span text:style-name="H">hîp t¸c x·</text:span> lµ', "V") + p("Đã là", "V"),
     "Cộng hoà\ntrước người\nHỢP TÁC XÃ là\nĐã là"),
    ("<table:table><table:table-row><table:table-cell>" + p("một") + p("hai")
     + "</table:table-cell><table:covered-table-cell>" + p("ẩn") + "</table:covered-table-cell>"
     "<table:table-cell>" + p("ba") + "</table:table-cell></table:table-row></table:table>"
     + p("sau"), "một hai\tba\nsau"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "text"), TEXTS)
def test_text(read, body, text):
    (record,) = read("a.odt", odt(p("Đầu đề") + body, STYLES))
    assert record.article.title == "Đầu đề"
    assert record.article.body == text


def test_headings(read):
    heading = '<text:h text:outline-level="{}">{}</text:h>'
    body = p("Mở đầu") + p("Tên sách", "T") + heading.format(1, "Chương") + heading.format("x", "M")
    (record,) = read("a.odt", odt(body, STYLES))
    article = record.article
    assert article.title == "Tên sách"
    assert [title for _, title in article.extra["sections"]] == ["Chương", "M"]
    for offset, title in article.extra["sections"]:
        assert article.body.startswith(title, offset)


def test_properties(read):
    """The author is the one who wrote it, not the one who saved it last."""
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    meta = (
        f"<dc:creator {dc}>Người lưu</dc:creator><dc:date {dc}>2022-01-01</dc:date>"
        f"<meta:initial-creator>Người viết</meta:initial-creator><dc:title {dc}>Tên</dc:title>"
        "<meta:keyword>một, hai</meta:keyword>"
        "<meta:creation-date>2020-05-06T00:00:00</meta:creation-date>"
    )
    (record,) = read("a.odt", odt(p("Câu"), meta=meta))
    article = record.article
    assert (article.title, article.extra["author"]) == ("Tên", "Người viết")
    assert (str(article.date), article.extra["tags"]) == ("2020-05-06", ["một", "hai"])


def test_documents_that_are_not_read(read):
    (record,) = read("a.odt", odt("<x/>", **{"META-INF/manifest": "encryption-data"}))
    assert record.cause is Cause.LOCKED
    (record,) = read("a.odt", odt(""))
    assert record.cause is Cause.EMPTY
    drawing = {"mimetype": "application/vnd.oasis.opendocument.graphics", "content.xml": "<a/>"}
    (record,) = read("a.odt", zip_of(drawing))
    assert record.cause is Cause.OTHER_KIND
