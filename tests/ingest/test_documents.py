"""The documents that people have: what each must yield."""

import datetime

import pytest

from danvan_search.ingest import Cause, Loaded, Skipped
from tests.ingest.samples import check_decision, sample


def records(read, name):
    return read(name, sample(name))


def check_structure(record, heading="Kinh phí và hiệu lực"):
    """The decision: by its head, not by its properties."""
    article = record.article
    check_decision(article, ["Phát quang bụi rậm\tVàng A Phủ\t30/4/2024\n"])
    assert "xómCăn" not in article.body
    assert "A Phủ30" not in article.body
    ((offset, title),) = article.extra["sections"]
    assert title == heading
    assert article.body.startswith(heading, offset)


@pytest.mark.parametrize("name", ["quyet-dinh.docx", "quyet-dinh.odt"])
def test_the_decision(read, name):
    (record,) = records(read, name)
    check_structure(record)
    assert record.encoding == "UTF-8"


@pytest.mark.parametrize(
    ("name", "encoding"), [("cong-van-tcvn3.docx", "TCVN3"), ("cong-van-vni.docx", "VNI")]
)
def test_the_letter_in_old_fonts(read, name, encoding):
    (record,) = records(read, name)
    article = record.article
    assert article.title == "Công văn về việc đắp lại bờ vùng trước vụ chiêm"
    assert record.encoding == encoding
    lines = article.body.split("\n")
    assert lines[0] == "HỢP TÁC XÃ ĐƯỢC HƯỞNG PHẦN LÚA DƯ"
    assert lines[1] == "Kính gửi: Hợp tác xã Thượng Lũng"
    assert "mười lăm người đắp lại bờ vùng từ cống Ngã Ba" in lines[2]
    assert lines[-1] == "Ghi chú thêm bằng Unicode: đã nhận ngày 21/11/1999."
    assert "author" not in article.extra


def test_the_book(read):
    """Its chapters; the table of contents is none."""
    first, second = (record.article for record in records(read, "sach.epub"))
    assert first.id == "folder/sach.epub#c0.xhtml"
    assert first.title == "Chương một: Con đò không số"
    assert "trăng hạ tuần" in first.body
    assert second.title == "Chương hai: Tiếng gõ mạn thuyền"
    for chapter in (first, second):
        assert chapter.extra["book"] == "Chuyện kể ở bến Cát"
        assert chapter.extra["author"] == "Trần Lệ Thu"
        assert chapter.date == datetime.date(2019, 5, 2)
        assert "Chuyện kể ở bến Cát" in chapter.details


def test_the_mail(read):
    """The text once, and the attachment."""
    mail, attachment = records(read, "thu.eml")
    article = mail.article
    assert (article.id, article.title) == ("folder/thu.eml", "Mời họp bàn việc nạo vét mương Đông")
    assert article.date == datetime.date(2024, 3, 5)
    assert article.extra["author"] == "Hà Trọng Nghĩa"
    assert article.body.count("Kính mời các anh chị") == 1
    assert attachment.article.id == "folder/thu.eml#Quyết định số 17.docx"
    check_structure(attachment)


def test_the_mailbox(read):
    first, second = (record.article for record in records(read, "hop-thu.mbox"))
    assert first.id == "folder/hop-thu.mbox#<13341285@vidu.example>"
    assert first.title == "Re: Mời họp bàn việc nạo vét mương Đông"
    assert (first.date, first.extra["author"]) == (datetime.date(2024, 3, 6), "Lý Mỹ Duyên")
    assert first.body.count("mười phút") == 1
    assert second.title == "Báo giá ống nhựa phi 90"
    assert second.date == datetime.date(2024, 3, 7)
    assert second.extra["author"] == "Cửa hàng Hữu Phước"


def test_the_archive(read, tmp_path):
    """Members are read like files of their own; nothing is written."""
    before = set(tmp_path.parent.rglob("*"))
    decision, news, picture, outside = records(read, "goi.zip")
    check_structure(decision)
    assert decision.article.id == "folder/goi.zip#văn bản/quyet-dinh.docx"
    assert decision.article.extra["file_name"] == "quyet-dinh.docx"
    assert news.article.id == "folder/goi.zip#tin-tcvn3.txt"
    assert news.encoding == "TCVN3"
    assert news.article.title == "Phiên chợ sách cũ bên bờ sông Đào mở lại sau mùa lũ"
    assert news.article.date == datetime.date(2023, 10, 12)
    assert isinstance(picture, Skipped)
    assert (picture.cause, picture.part) == (Cause.OTHER_KIND, "ảnh/khong-doc.png")
    assert isinstance(outside, Loaded)
    assert outside.article.id == "folder/goi.zip#../ra-ngoai.txt"
    assert {path.name for path in {*tmp_path.parent.rglob("*")} - before} <= {"goi.zip"}
