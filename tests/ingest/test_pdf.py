"""PDF files: their pages as one article, scans, locks and fonts of older encodings."""

import datetime

import pytest

from danvan_search.ingest import Cause, Loaded, Skipped
from danvan_search.ingest.isolated import process
from danvan_search.ingest.paragraphs import with_paragraphs
from tests.ingest.pdf_writer import laid_out, legacy_font, pdf_of, vietnamese_font
from tests.ingest.samples import check_decision, sample
from tests.ingest.texts import shares, twenty_texts, written


def test_the_decision(read, index_of):
    """Title, number, date and issuer are those of its head; hits know their pages."""
    (loaded,) = read("quyet-dinh.pdf", sample("quyet-dinh.pdf"))
    article = loaded.article
    check_decision(article, ["Lò Thị Nguyệt làm tổ trưởng", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"])
    index = index_of(article)
    assert [index.search(f'"{one}"').hits[0].page for one in ("ổ gà", "vôi bột")] == [1, 2]
    assert index.search('"đường liên thôn kinh phí"').total == 1  # over the end of the page


def test_a_scan_and_a_lock_are_told(read):
    (scan,) = read("quet.pdf", sample("quet.pdf"))
    assert str(scan) == (
        "folder/quet.pdf: has 2 pages of pictures and no text: it is a scan; "
        "run OCR (`ocrmypdf -l vie`) and index the result"
    )
    assert (scan.cause, scan.unreadable) == (Cause.SCANNED, False)
    (locked,) = read("khoa.pdf", sample("khoa.pdf"))
    assert str(locked) == "folder/khoa.pdf: is locked with a password: save it without one"
    assert (locked.cause, locked.unreadable) == (Cause.LOCKED, True)


def test_pages_that_are_pictures_are_told(read):
    """The text of the others is read, and their numbers are right."""
    pages = [["Page one has words"], [], ["Page three has words"], []]
    (loaded,) = read("a.pdf", pdf_of(pages, legacy_font("Vera")))
    assert loaded.notices == (
        "has 2 of 4 pages (folder/a.pdf: 2, 4) that are pictures without text: "
        "run OCR (`ocrmypdf -l vie`) and index the result",
    )
    assert len(loaded.article.extra["pages"]) == 4
    start = loaded.article.extra["pages"][2]
    assert loaded.article.body[start:].startswith("Page three")


def test_empty_pages(read):
    (skipped,) = read("a.pdf", pdf_of([[" "]], legacy_font("Vera")))
    assert skipped.cause is Cause.EMPTY


def test_running_heads_and_page_numbers_are_passed_over(read):
    """They stand on every page, and the number grows."""
    font = legacy_font("Vera")
    pages = [
        [
            "BAN TIN THON MO",
            *(f"Line {line} of page {'abcdefgh'[page]} goes here." for line in range(8)),
            f"Trang {page + 7}",
        ]
        for page in range(5)
    ]
    (loaded,) = read("a.pdf", pdf_of(pages, font))
    body = loaded.article.body
    assert "BAN TIN" not in body + loaded.article.title
    assert "Trang" not in body
    assert "Line 7 of page e" in body


def test_words_that_a_hyphen_divides(read):
    """A word is joined if the text has it whole; a name keeps its hyphen, and no blank."""
    lines = [
        "We read about information in the valley, and more of the infor-",
        "mation came later on from the people of the In-do-",
        "ne-xi-a islands who were there at the time.",
    ]
    (loaded,) = read("a.pdf", pdf_of([["A title of the page", *lines]], legacy_font("Vera")))
    assert "the information came" in loaded.article.body
    assert "In-do-ne-xi-a islands" in loaded.article.body


@pytest.mark.parametrize("name", ["TCVN3", "VNI"])
def test_fonts_of_older_encodings(read, name):
    """The letters are told by their content, whatever the font is called; Unicode pages stay."""
    text = (
        "Trước mùa lũ, người làng đắp lại bờ vùng ở cánh đồng phía đông và giữ nước cho lúa chiêm"
    )
    legacy, unicode = legacy_font("Vera"), vietnamese_font()
    pages = [
        [[("Công văn số hai", unicode)], [(text, unicode)]],
        [[(written("Kính gửi bà con trong xã", name), legacy)], [(written(text, name), legacy)]],
    ]
    (loaded,) = read("a.pdf", pdf_of(pages, legacy))
    assert loaded.encoding == name
    assert loaded.article.body.count(text) == 2
    assert "Kính gửi bà con trong xã" in loaded.article.body


def test_a_font_of_capitals(read):
    """Small letters of such a font are capitals; the letter ư at the end of a line is no hyphen."""
    time, capitals = legacy_font("VnTime"), legacy_font("VnTimeH")
    lines = [
        [(written("hợp tác xã được hưởng phần lúa dư", "TCVN3"), capitals)],
        [(written("các tổ đội ngoài đồng cần làm cho đúng như", "TCVN3"), time)],
        [(written("người già đã dặn từ trước khi lũ về", "TCVN3"), time)],
    ]
    (loaded,) = read("a.pdf", pdf_of([lines], time))
    assert loaded.article.title == "HỢP TÁC XÃ ĐƯỢC HƯỞNG PHẦN LÚA DƯ"
    assert "đúng như người già đã dặn từ trước" in " ".join(loaded.article.body.split())


def test_properties(read):
    """A title that a program made is none; the day of making counts where the text has none."""
    font = legacy_font("Vera")
    page = [["First line of it", "A text that follows."]]
    for title, expected in (
        ("Microsoft Word - bao cao 3.doc", "First line of it"),
        ("bao_cao_nam", "First line of it"),
        ("Bao cao tong ket nam", "Bao cao tong ket nam"),
    ):
        content = pdf_of(page, font, Title=title, Author="Administrator", Keywords="a, b")
        (loaded,) = read("a.pdf", content)
        assert loaded.article.title == expected
        assert "author" not in loaded.article.extra
        assert loaded.article.extra["tags"] == ["a", "b"]
        assert loaded.article.date == datetime.date(2000, 1, 1)


def test_articles_come_back_from_pages(read):
    """Twenty texts of the seeds, laid out on pages, have their syllables in the article."""
    font = vietnamese_font()
    texts = twenty_texts()
    found = [read("a.pdf", pdf_of(laid_out(text, font), font))[0] for text in texts]
    recall, precision = shares(found, texts)
    assert recall >= 0.995
    assert precision >= 0.995


def test_size_limits(read, monkeypatch):
    """A file with more text than the limit is refused, and so is one with too many pages."""
    content = pdf_of([["word " * 10] * 5], legacy_font("Vera"))
    (skipped,) = read("a.pdf", content, max_bytes=100)
    assert skipped.cause is Cause.TOO_LARGE
    assert "has more than 100 characters" in skipped.reason


def test_an_article_is_the_same_in_any_process(read):
    """What a process parsed before has no part in it."""
    first = read("a.pdf", sample("quyet-dinh.pdf"))
    process.release()
    assert first == read("a.pdf", sample("quyet-dinh.pdf"))


def test_content_decides_and_other_suffixes(read):
    """A PDF file under another suffix is read; what is none is told."""
    (loaded,) = read("a.txt", sample("quyet-dinh.pdf"))
    assert isinstance(loaded, Loaded)
    (skipped,) = read("a.pdf", b"%PDF-1.7\nnothing")
    assert isinstance(skipped, Skipped)
    assert (skipped.cause, skipped.unreadable) == (Cause.DAMAGED, True)
    assert "is damaged, or of another kind" in skipped.reason


PARAGRAPHS = [
    (["một\nhai"], ["một\nhai"]),
    (
        ["Dòng này dài bằng cả trang giấy đang được viết ra\nvà đi tiếp. Rồi\nCâu sau"],
        ["Dòng này dài bằng cả trang giấy đang được viết ra và đi tiếp. Rồi\nCâu sau"],
    ),
    (
        ["Các việc phải làm ngay trong tháng tới đây gồm có\n- quét dọn\na) sửa đường"],
        ["Các việc phải làm ngay trong tháng tới đây gồm có\n- quét dọn\na) sửa đường"],
    ),
    (
        ["Đây là một câu dài hơn ba mươi ký tự\n", "và còn đi tiếp"],
        ["Đây là một câu dài hơn ba mươi ký tự\n ", "và còn đi tiếp"],
    ),
    (["một \nHai\nba\n\nbốn"], ["một Hai\nba\n\nbốn"]),
    (["", "", ""], ["\n", "\n", ""]),
    ([], []),
]


@pytest.mark.parametrize(("pages", "expected"), PARAGRAPHS)
def test_paragraphs(pages, expected):
    """Lines are joined where they go on, over the ends of pages too."""
    assert with_paragraphs(pages) == expected
