"""Books: chapters, their names, and what is no chapter."""

import pytest

from danvan_search.ingest import Cause, Loaded
from tests.ingest.packing import epub, xhtml, zip_of

PAGES = {
    "bìa.xhtml": xhtml('<img src="a.png"/>'),
    "mục lục.xhtml": xhtml("<p>Chương một</p>"),
    "c%201.xhtml": xhtml("<h1>Chương một</h1><p>Câu một.</p>"),
    "t/c2.xhtml": xhtml("<p>Câu hai.</p>", "Sách"),
    "t/c3.xhtml": xhtml("<p>Câu ba.</p>"),
    "t/c4.xhtml": xhtml("<p>Câu bốn.</p>", "Chương bốn"),
}
METADATA = (
    "<dc:title>Sách</dc:title><dc:creator>An</dc:creator><dc:creator>Bình</dc:creator>"
    "<dc:date>1998-07-06</dc:date><dc:description>Tóm tắt</dc:description>"
)
NCX = (
    "<ncx><navMap><navPoint><navLabel><text>Chương\nhai</text></navLabel>"
    '<content src="t/c2.xhtml#a"/><navPoint><navLabel><text>Mục</text></navLabel>'
    '<content src="t/c2.xhtml#b"/></navPoint></navPoint></navMap></ncx>'
)
NAV = '<html xmlns="http://www.w3.org/1999/xhtml"><a href="t/c3.xhtml">Chương <b>ba</b></a></html>'
GUIDE = '<reference type="toc" href="mục%20lục.xhtml"/>'
ENCRYPTION = (
    '<encryption><EncryptedData><EncryptionMethod Algorithm="{}"/>'
    '<CipherReference URI="{}"/></EncryptedData></encryption>'
)


def test_chapters(read):
    """Their names come from headings, tables of contents and titles; some pages are none."""
    found = read("sách.epub", epub(PAGES, METADATA, GUIDE, ncx=NCX, nav=NAV))
    articles = [record.article for record in found]
    assert [(one.id.partition("#")[2], one.title, one.body) for one in articles] == [
        ("c 1.xhtml", "Chương một", "Câu một."),
        ("t/c2.xhtml", "Chương hai", "Câu hai."),
        ("t/c3.xhtml", "Chương ba", "Câu ba."),
        ("t/c4.xhtml", "Chương bốn", "Câu bốn."),
    ]
    for article in articles:
        assert article.extra == {"book": "Sách", "author": ["An", "Bình"]}
        assert str(article.date) == "1998-07-06"


def test_a_chapter_without_any_name_has_that_of_the_book(read):
    (record,) = read("a.epub", epub({"a.xhtml": xhtml("<p>Câu.</p>")}, METADATA))
    assert record.article.title == "Sách"


def test_books_that_are_locked(read):
    """Fonts that are made useless elsewhere are no lock."""
    pages = {"a.xhtml": xhtml("<p>Câu.</p>")}
    font = ENCRYPTION.format("http://www.idpf.org/2008/embedding", "O/f.otf")
    (record,) = read("a.epub", epub(pages, encryption=font))
    assert isinstance(record, Loaded)
    text = ENCRYPTION.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "O/a.xhtml")
    (record,) = read("a.epub", epub(pages, encryption=text))
    assert record.cause is Cause.LOCKED


def test_books_that_are_not_whole(read):
    """A missing page is a problem of its own."""
    missing, record = read("a.epub", epub({"a.xhtml": "", "b.xhtml": xhtml("<p>Câu.</p>")}))
    assert (missing.source, missing.cause) == ("folder/a.epub#a.xhtml", Cause.DAMAGED)
    assert missing.unreadable
    assert record.article.body == "Câu."
    (record,) = read("a.epub", epub({"a.xhtml": xhtml("")}))
    assert record.cause is Cause.EMPTY
    (record,) = read("a.epub", zip_of({"mimetype": "application/epub+zip"}))
    assert record.cause is Cause.DAMAGED


@pytest.mark.parametrize("part", ["ncx", "nav", "encryption"])
def test_what_describes_the_chapters_may_be_damaged(read, part):
    (record,) = read("a.epub", epub({"a.xhtml": xhtml("<p>Câu.</p>")}, **{part: "<a><b>"}))
    assert record.article.body == "Câu."
