"""Presentations: slides in their order, notes, what is no text; a slide is a page."""

from danvan_search.ingest import Cause
from danvan_search.places import page_at, section_at
from tests.ingest.packing import pptx, slide, zip_of

TABLE = (
    "<a:tbl><a:tr><a:tc><a:p><a:r><a:t>Việc</a:t></a:r></a:p></a:tc>"
    "<a:tc><a:p><a:r><a:t>Người</a:t></a:r><a:br/><a:r><a:t>làm</a:t></a:r></a:p></a:tc></a:tr></a:tbl>"
)
OLD = (
    '<a:p><a:r><a:rPr><a:latin typeface=".VnTime"/></a:rPr><a:t>Céng hoµ x· héi</a:t></a:r></a:p>'
    '<a:p><a:r><a:rPr><a:latin typeface="+mn-lt"/></a:rPr><a:t>Đã là Unicode</a:t></a:r></a:p>'
)


def test_slides(read):
    slides = [
        slide(("ctrTitle", "Báo cáo quý"), ("subTitle", "Lê An")),
        slide(("title", "Ẩn"), ("body", "ẩn"), show="0"),
        slide(("title", "Kết quả"), ("body", OLD), ("sldNum", "3"), ("ftr", "Chân trang")),
        slide(("title", "Bảng"), ("", TABLE)),
    ]
    notes = {2: slide(("sldImg", "x"), ("body", "Lời ghi"), name="notes"), 1: slide(("body", "ẩn"))}
    (record,) = read("a.pptx", pptx(slides, notes))
    article = record.article
    assert article.title == "Báo cáo quý"
    assert record.encoding == "TCVN3"
    assert article.body == (
        "Lê An\nKết quả\nCộng hoà xã hội\nĐã là Unicode\nLời ghi\nBảng\nViệc\tNgười làm"
    )
    for words, page, section in (
        ("Lê An", 1, None),
        ("Kết quả", 3, "Kết quả"),
        ("Lời ghi", 3, "Kết quả"),
        ("Việc", 4, "Bảng"),
    ):
        offset = article.body.index(words)
        assert page_at(article.extra, offset) == page
        assert section_at(article.extra, offset) == section


def test_presentations_that_are_not_whole(read):
    (record,) = read("a.pptx", pptx([slide(("title", "Một")), "<p", slide(("body", "Hai"))]))
    assert (record.article.title, record.article.body) == ("Một", "Hai")
    assert record.notices == ("without slide 2, which cannot be read",)
    (record,) = read("a.pptx", pptx(["<p"]))
    assert record.cause is Cause.DAMAGED
    (record,) = read("a.pptx", pptx([slide()]))
    assert record.cause is Cause.EMPTY
    loose = {"[Content_Types].xml": "", "ppt/slides/slide1.xml": slide(("body", "Một"))}
    (record,) = read("a.pptx", zip_of({**loose, "ppt/presentation.xml": "<a/>"}))
    assert record.article.title == "Một"
