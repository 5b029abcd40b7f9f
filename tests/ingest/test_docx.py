"""Word documents: what is text, and what is not."""

import pytest

from danvan_search.ingest import Cause
from tests.ingest.packing import docx, paragraph, word_part, zip_of

STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial"/></w:rPr></w:rPrDefault>'
    "</w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="Mục lớn"/>'
    '<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="H3"><w:name w:val="Mục"/>'
    '<w:basedOn w:val="H2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="K"><w:rPr><w:caps/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="C1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="V"><w:name w:val="Cũ"/>'
    '<w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="X"><w:name w:val="Ẩn"/>'
    "<w:rPr><w:vanish/></w:rPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="L1"><w:name w:val="a"/>'
    '<w:basedOn w:val="L2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="L2"><w:name w:val="b"/>'
    '<w:basedOn w:val="L1"/></w:style>'
)


def style(name):
    return f'<w:pStyle w:val="{name}"/>'


def body_of(read, body, **notes):
    """Return the text of a document whose title is its first line."""
    (record,) = read("a.docx", docx(paragraph("Đầu đề") + body, STYLES, **notes))
    assert record.article.title == "Đầu đề"
    return record.article.body


RUN = "<w:r><w:t>{}</w:t></w:r>"
TEXTS = [
    # What was deleted or moved is no text; what was inserted is.
    ("<w:p><w:del><w:r><w:t>bỏ</w:t><w:delText>bỏ</w:delText></w:r></w:del>"
     "<w:moveFrom><w:r><w:t>bỏ</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>còn</w:t></w:r></w:ins>"
     "</w:p>", "còn"),
    # The properties before a change are none.
    (paragraph("còn", run="<w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange>"), "còn"),
    # Hidden text, by the run or by its style, and text that only says that it is not.
    (paragraph("ẩn", run="<w:vanish/>") + paragraph("ẩn", run='<w:rStyle w:val="X"/>')
     + paragraph("còn", run='<w:vanish w:val="0"/>'), "còn"),
    # The mark of a paragraph may be hidden, and its text not.
    (paragraph("còn", "<w:rPr><w:vanish/></w:rPr>"), "còn"),
    # A table of contents, by its field, its styles, or as a block.
    ('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-3" '
     '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Mục</w:t></w:r>'
     '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGEREF</w:instrText>'
     '<w:fldChar w:fldCharType="separate"/><w:t>3</w:t><w:fldChar w:fldCharType="end"/></w:r></w:p>'
     + paragraph("Mục") + '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
     + paragraph("còn"), "còn"),
    (paragraph("Mục\t3", style("C1")) + paragraph("còn"), "còn"),
    ('<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
     f"</w:sdtPr><w:sdtContent>{paragraph('Mục')}</w:sdtContent></w:sdt>"
     f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('còn')}</w:sdtContent></w:sdt>", "còn"),
    # A field that has no end hides nothing.
    ('<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>TOC</w:instrText>'
     '<w:fldChar w:fldCharType="separate"/><w:t>một</w:t></w:r></w:p>' + paragraph("hai"),
     "một\nhai"),
    # The result of another field is text, its instruction not.
    ('<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DATE</w:instrText>'
     '<w:fldChar w:fldCharType="separate"/><w:t>còn</w:t><w:fldChar w:fldCharType="end"/></w:r>'
     "</w:p>", "còn"),
    # The text of a control that nobody filled in.
    ("<w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Bấm vào đây</w:t>"
     "</w:r></w:sdtContent></w:sdt><w:r><w:t>còn</w:t></w:r></w:p>", "còn"),
    # A text box once, after its paragraph.
    ("<w:p><w:r><w:t>một</w:t><mc:AlternateContent><mc:Choice><w:txbxContent>" + paragraph("hộp")
     + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>" + paragraph("hộp")
     + "</w:txbxContent></mc:Fallback></mc:AlternateContent><w:t> hai</w:t></w:r></w:p>",
     "một hai\nhộp"),
    # Signs.
    ("<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>một</w:t><w:br/><w:t>hai</w:t><w:tab/>"
     '<w:t>ba</w:t><w:noBreakHyphen/><w:t>bốn</w:t><w:sym w:font="Wingdings" w:char="F0B7"/>'
     "<w:softHyphen/></w:r></w:p>", "một\nhai\tba-bốn"),
    # Old fonts: by the run, by the style, and ư as a soft hyphen.
    (paragraph("Céng hoµ x· héi", run='<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>')
     + "<w:p><w:pPr>" + style("V") + "</w:pPr><w:r><w:t>tr</w:t><w:softHyphen/><w:t>íc ng</w:t>"
     "<w:softHyphen/><w:t>êi</w:t></w:r></w:p>" + paragraph("Đã là Unicode", style("V")),
     "Cộng hoà xã hội\ntrước người\nĐã là Unicode"),
    # Small letters that are shown as capitals.
    (paragraph("quyết định", run="<w:caps/>") + paragraph("mét hai", style("V"), "<w:caps/>")
     + paragraph("ba", run='<w:caps w:val="0"/>') + paragraph("bốn", style("K")),
     "QUYẾT ĐỊNH\nMỘT HAI\nba\nBỐN"),
    # Styles that stand upon each other.
    (paragraph("còn", style("L1")), "còn"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "text"), TEXTS)
def test_text(read, body, text):
    assert body_of(read, body) == text


def table(*rows):
    cell = "<w:tc><w:tcPr/>{}</w:tc>"
    return "".join(
        ["<w:tbl>"]
        + ["<w:tr>" + "".join(map(cell.format, row)) + "</w:tr>" for row in rows]
        + ["</w:tbl>"]
    )


def test_tables(read):
    """A row is a line; cells are apart. A row of layout is paragraphs, a deleted one nothing."""
    inner = table([paragraph("x"), paragraph("y")])
    rows = table(
        [paragraph("Việc"), paragraph("Người") + paragraph("làm")],
        [paragraph("một"), inner + paragraph("")],
        [paragraph(""), paragraph("Đoạn một") + paragraph("Đoạn hai")],
        [paragraph(""), paragraph("")],
    )
    deleted = table([paragraph("bỏ")]).replace("<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>")
    text = body_of(read, rows + deleted + paragraph("sau"))
    assert text == "Việc\tNgười làm\nmột\tx y\nĐoạn một\nĐoạn hai\nsau"


def test_notes_are_read_once(read):
    note = '<w:{0} w:id="2">{1}</w:{0}>'
    rule = '<w:footnote w:type="separator" w:id="0">' + paragraph("gạch") + "</w:footnote>"
    text = body_of(
        read,
        "<w:p><w:r><w:t>Câu</w:t><w:footnoteReference w:id='2'/></w:r></w:p>",
        footnotes=rule + note.format("footnote", paragraph("Chú thích")),
        endnotes=note.format("endnote", paragraph("Cuối bài")),
    )
    assert text == "Câu\nChú thích\nCuối bài"


def test_notes_that_cannot_be_read_are_told(read):
    content = docx(paragraph("Đầu đề") + paragraph("Câu"), footnotes="<w:footnote")
    (record,) = read("a.docx", content)
    assert record.article.body == "Câu"
    assert record.notices == ("without its footnotes, which cannot be read",)


def test_headings(read):
    """The title by its style; sections by styles, and by the outline of the paragraph."""
    body = (
        paragraph("Lời nói đầu")
        + paragraph("Tên sách", style("T"))
        + paragraph("Chương 1", style("H1"))
        + paragraph("Mục 1", style("H3"))
        + paragraph("Mục 2", '<w:outlineLvl w:val="2"/>')
        + paragraph("Thường", style("H2") + '<w:outlineLvl w:val="9"/>')
    )
    (record,) = read("a.docx", docx(body, STYLES))
    article = record.article
    assert article.title == "Tên sách"
    assert article.body.split("\n")[0] == "Lời nói đầu"
    assert [title for _, title in article.extra["sections"]] == ["Chương 1", "Mục 1", "Mục 2"]
    for offset, title in article.extra["sections"]:
        assert article.body.startswith(title, offset)


def test_the_motto_is_no_title(read):
    """Many documents have it as a heading."""
    motto = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    body = paragraph(motto, style("H1")) + paragraph("Đơn xin", style("H2")) + paragraph("Câu")
    (record,) = read("a.docx", docx(body, STYLES))
    assert record.article.title == "Đơn xin"
    assert record.article.body == f"{motto}\n\nCâu"
    assert "sections" not in record.article.extra


def test_properties(read):
    """Title and author that someone wrote; not those of programs."""
    core = (
        '<p xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/">'
        "<dc:title>{}</dc:title><dc:creator>{}</dc:creator><t:created>{}</t:created></p>"
    )
    body = word_part("document", "<w:body>" + paragraph("Dòng đầu") + "</w:body>")
    for title, author, made, expected in (
        ("Báo cáo quý", "An", "2020-05-06T01:00:00Z", ("Báo cáo quý", "An", "2020-05-06")),
        ("Microsoft Word - a.doc", "Admin", "2013-12-23T23:15:00Z", ("Dòng đầu", None, "None")),
        ("bao_cao", "", "mai", ("Dòng đầu", None, "None")),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "", "mai", ("Dòng đầu", None, "None")),
    ):
        (record,) = read(
            "bao_cao.docx",
            zip_of(
                {
                    "[Content_Types].xml": "<Types/>",
                    "word/document.xml": body,
                    "docProps/core.xml": core.format(title, author, made),
                }
            ),
        )
        article = record.article
        assert (article.title, article.extra.get("author"), str(article.date)) == expected


def test_properties_in_an_old_encoding(read):
    """They have no font; those in Unicode stay."""
    line = paragraph("Céng hoµ x· héi chñ nghÜa", run='<w:rFonts w:ascii=".VnTime"/>')
    core = (
        '<p xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>B¸o c¸o quý</dc:title>'
        "<dc:creator>Lê Quý</dc:creator></p>"
    )
    files = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": word_part("document", "<w:body>" + line + "</w:body>"),
        "docProps/core.xml": core,
    }
    (record,) = read("a.docx", zip_of(files))
    assert (record.article.title, record.article.extra["author"]) == ("Báo cáo quý", "Lê Quý")


def test_documents_without_text(read):
    pictures = {"[Content_Types].xml": "<Types/>", "word/media/1.png": b"x"}
    (record,) = read(
        "a.docx", zip_of({**pictures, "word/document.xml": word_part("document", "<w:body/>")})
    )
    assert record.cause is Cause.SCANNED
    assert "OCR" in record.reason
    (record,) = read("a.docx", docx(""))
    assert record.cause is Cause.EMPTY
    (record,) = read("a.docx", zip_of(pictures))
    assert record.cause is Cause.DAMAGED
    assert record.unreadable


def test_the_content_decides_before_the_suffix(read):
    """A Word document under another suffix, and other files under that of one."""
    content = docx(paragraph("Đầu đề") + paragraph("Câu"))
    for name in ("a.txt", "a", "a.zip", "a.doc.md"):
        (record,) = read(name, content)
        assert (record.article.title, record.article.body) == ("Đầu đề", "Câu")
    (record,) = read("a.docx", "<html><title>Trang</title><body><p>Câu</p></body></html>")
    assert record.article.title == "Trang"
    (record,) = read("a.docx", "Chỉ là văn bản thường\n")
    assert record.cause is Cause.DAMAGED


def test_an_office_file_that_no_one_reads(read):
    (record,) = read("a.zip", zip_of({"[Content_Types].xml": "<a/>", "visio/document.xml": "<a/>"}))
    assert record.cause is Cause.OTHER_KIND
