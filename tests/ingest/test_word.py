"""Documents of Word 97 to 2003, and what else is called .doc."""

import random
import struct

import pytest

from danvan_search.ingest import Cause
from danvan_search.ingest.isolated.ole_properties import summary_of
from tests.ingest.samples import check_decision, sample
from tests.ingest.texts import shares, twenty_texts, written
from tests.ingest.word_writer import ole_of, properties_of, word_of


def test_the_decision(read, index_of):
    """Head, tables and headings: cells keep apart."""
    (loaded,) = read("quyet-dinh.doc", sample("quyet-dinh.doc"))
    article = loaded.article
    check_decision(article, ["\nPhát quang bụi rậm\tVàng A Phủ\t30/4/2024\n"])
    (hit,) = index_of(article).search('"vôi bột"').hits
    assert hit.section == "Kinh phí và hiệu lực"


def test_the_letter_in_fonts_of_tcvn3(read):
    """Runs of two fonts, one of capitals, and a line of Unicode; ư is the optional hyphen."""
    (loaded,) = read("cong-van.doc", sample("cong-van-tcvn3.doc"))
    article = loaded.article
    assert article.title == "Công văn về việc đắp lại bờ vùng trước vụ chiêm"
    assert loaded.encoding == "TCVN3"
    for line in (
        "HỢP TÁC XÃ ĐƯỢC HƯỞNG PHẦN LÚA DƯ",
        "Kính gửi: Hợp tác xã Thượng Lũng",
        "Ghi chú thêm bằng Unicode: đã nhận ngày 21/11/1999.",
    ):
        assert line in article.body.split("\n")
    assert "người đắp lại bờ vùng" in article.body
    assert "author" not in article.extra


def test_articles_come_back(read):
    """Twenty texts, every other line in a font of TCVN3 or VNI, in pieces in any order."""
    chance = random.Random(5)
    texts = [text[0].upper() + text[1:] for text in twenty_texts()]
    found = []
    for number, text in enumerate(texts):
        name, font = (("TCVN3", ".VnTime"), ("VNI", "VNI-Times"))[number % 2]
        runs = [
            (f"{written(line, name) if at % 2 else line}\r", font if at % 2 else "Times New Roman")
            for at, line in enumerate(text.split("\n"))
        ]
        found += read("a.doc", word_of(runs, chance))
    recall, precision = shares(found, texts)
    assert recall >= 0.995
    assert precision >= 0.995


def test_what_is_no_text_is_left_out(read):
    """What makes a field is passed over, its result is read; marks of pictures are gone."""
    text = 'Xem \x13 LINK "x" \x14trang \x13 PAGE \x14hai\x15 này\x15 và\x01\x02\x05\x08 hết\r'
    runs = [(text, "Arial"), ("một\x1ehai\x0bba\xa0bốn\x1f\r", "Arial"), ("cuối", "Arial")]
    (loaded,) = read("a.doc", word_of(runs, random.Random(1)))
    assert loaded.article.title == "Xem trang hai này và hết"
    assert loaded.article.body.split("\n") == ["một-hai", "ba\xa0bốn", "cuối"]


def test_a_field_without_its_end_hides_no_text(read):
    (loaded,) = read("a.doc", word_of([("một\rhai \x13 LINK\rba\r", "Arial")], random.Random(1)))
    assert loaded.article.body.split("\n") == ["hai", "ba"]


def test_properties(read):
    """A title of several words; in the encoding of the text, as properties have no font."""
    line = "Trước mùa lũ, người làng đắp lại bờ vùng ở cánh đồng phía đông và giữ nước"
    title = written("Báo cáo về bờ vùng năm nay", "TCVN3")
    content = word_of(
        [(written(line, "TCVN3") + "\r", ".VnTime")],
        random.Random(1),
        properties_of(title.encode("cp1252"), 1252),
    )
    (loaded,) = read("a.doc", content)
    assert loaded.article.title == "Báo cáo về bờ vùng năm nay"
    assert loaded.article.body == line
    unicode = properties_of("Báo cáo về bờ vùng".encode(), 65001)
    assert summary_of(unicode) == {"title": "Báo cáo về bờ vùng"}


def test_a_damaged_summary_is_left_out():
    """No byte of it makes it loop or raise."""
    whole = properties_of(b"a title", 1252)
    chance = random.Random(2)
    for end in range(len(whole)):
        summary_of(whole[:end])
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(5):
            damaged[chance.randrange(len(damaged))] = chance.choice((0, 1, 30, 31, 64, 255))
        summary_of(bytes(damaged))


def changed(place: int, value: int) -> bytes:
    """Return the decision with a number in its head changed."""
    content = bytearray(sample("quyet-dinh.doc"))
    at = content.index(struct.pack("<H", 0xA5EC), 512)
    struct.pack_into("<H", content, at + place, value)
    return bytes(content)


OTHERS = [
    ("locked", changed(0x0A, 0x0100), Cause.LOCKED, "is locked with a password"),
    ("Word 6", changed(0, 0xA5DC), Cause.OLD_FORMAT,
     "is Word 6 or 95: save it as .docx (`soffice --convert-to docx`)"),
    ("Word 95", changed(2, 104), Cause.OLD_FORMAT, "is Word 6 or 95"),
    ("no head", changed(0, 7), Cause.DAMAGED, "is damaged, or of another kind"),
    ("cut", sample("quyet-dinh.doc")[:3000], Cause.DAMAGED, "is damaged, or of another kind"),
    ("locked docx", ole_of({"EncryptedPackage": b""}), Cause.LOCKED, "is locked with a password"),
    ("slides", ole_of({"PowerPoint Document": b""}), Cause.OTHER_KIND,
     "is a presentation of PowerPoint 97 to 2003, which is not read"),
    ("other", ole_of({"Other": b""}), Cause.OTHER_KIND, "is an OLE file of another kind"),
    ("locked sheets", ole_of({"Workbook": struct.pack("<HHHH", 0x809, 0, 0x2F, 0)}),
     Cause.LOCKED, "is locked with a password"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "cause", "reason"), [one[1:] for one in OTHERS],
                         ids=[one[0] for one in OTHERS])  # fmt: skip
def test_what_cannot_be_read_is_told(read, content, cause, reason):
    (skipped,) = read("a.doc", content)
    assert skipped.cause is cause
    assert skipped.unreadable
    assert reason in skipped.reason


CALLED_DOC = [
    (rb"{\rtf1\ansi\ansicpg1258 D\u226 ?n v\u7853 ?n}", "Dân vận"),
    ("<html><body><p>Dân vận</p></body></html>".encode(), "Dân vận"),
    ("Dân vận".encode(), "Dân vận"),
    (sample("quyet-dinh.pdf"), "QUYẾT ĐỊNH Về việc thành lập tổ giữ gìn đường làng, ngõ xóm"),
]


@pytest.mark.parametrize(("content", "title"), CALLED_DOC)
def test_other_formats_called_doc(read, content, title):
    """The content decides."""
    (loaded,) = read("a.doc", content)
    assert title in (loaded.article.title, loaded.article.body)
    assert loaded.notices == ()
