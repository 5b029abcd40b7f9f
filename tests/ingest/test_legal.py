"""The heads of acts."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.ingest.act_kinds import KINDS, may_have_kind
from danvan_search.ingest.legal import read_legal_head

MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"

# text, title, number, date, issuer
ACTS = [
    (
        f"2 \nCÔNG BÁO/Số 1 + 2/Ngày 02-02-2025 \n\nVĂN BẢN QUY PHẠM PHÁP LUẬT \n\nBỘ MẪU \n\n"
        f"BỘ MẪU - VIỆC \nVÀ LÀM \n\nSố: 02/2025/TT-BM \n\n{MOTTO}\n\n"
        "Hà Nội, ngày 10 tháng 01 năm 2025 \nTHÔNG TƯ \nQuy định chế độ báo cáo mẫu\n",
        "THÔNG TƯ Quy định chế độ báo cáo mẫu",
        "02/2025/TT-BM",
        "2025-01-10",
        "BỘ MẪU - VIỆC VÀ LÀM",
    ),
    (
        f"ỦY BAN NHÂN DÂN\nXÃ BÌNH MINH\n{MOTTO}\nSố: 17/QĐ-UBND\n"
        "Bình Minh, ngày 09 tháng 4 năm 2024\nQUYẾT ĐỊNH\nVề việc lập tổ dân vận\n"
        "Căn cứ Nghị quyết số 5/NQ-HĐND ngày 1 tháng 2 năm 2023;\nĐiều 1. Lập tổ.",
        "QUYẾT ĐỊNH Về việc lập tổ dân vận",
        "17/QĐ-UBND",
        "2024-04-09",
        "ỦY BAN NHÂN DÂN XÃ BÌNH MINH",
    ),
    (
        "UBND TỈNH X      CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "SỞ Y TẾ           Độc lập - Tự do - Hạnh phúc\n"
        "Số: 123-QĐ/SYT     X, ngày 3 tháng 2 năm 2020\n\n"
        "QUYẾT ĐỊNH\nVề việc cấp phép\ncho cơ sở A\n\nGIÁM ĐỐC SỞ Y TẾ",
        "QUYẾT ĐỊNH Về việc cấp phép cho cơ sở A",
        "123-QĐ/SYT",
        "2020-02-03",
        "UBND TỈNH X SỞ Y TẾ",
    ),
    (
        f"QUỐC HỘI\n{MOTTO}\nLuật số: 45/2019/QH14\nHà Nội, ngày 20 tháng 11 năm 2019\n\nBỘ LUẬT\n"
        "Lao động mẫu\nCăn cứ Hiến pháp",
        "BỘ LUẬT Lao động mẫu",
        "45/2019/QH14",
        "2019-11-20",
        "QUỐC HỘI",
    ),
    (
        "Thông tư của Bộ Mẫu số 13/2001/TT-BM ngày 08 tháng 3 năm 2001\nHướng dẫn việc làm\n"
        "Căn cứ Luật số 1/1999/QH10 ngày 1 tháng 1 năm 1999",
        "Thông tư của Bộ Mẫu số 13/2001/TT-BM ngày 08 tháng 3 năm 2001 Hướng dẫn việc làm",
        "13/2001/TT-BM",
        "2001-03-08",
        "",
    ),
    ("NGHỊ QUYẾT\nSố: 5/NQ-TW\nVề công tác mẫu\n\nI. Tình hình", "NGHỊ QUYẾT Về công tác mẫu",
     "5/NQ-TW", None, ""),
    ("BAN DÂN VẬN\nSố 32-KH/BDV\nngày 31/2/2020\nKẾ HOẠCH\nnăm 2020\n(Kèm theo)",
     "KẾ HOẠCH năm 2020", "32-KH/BDV", None, "BAN DÂN VẬN"),
    (f"{MOTTO}\n\nBIÊN BẢN\nHọp tổ dân vận\nHôm nay, ngày 5 tháng 6 năm 2021",
     "BIÊN BẢN Họp tổ dân vận", "", None, ""),
    (f"THỦ TƯỚNG CHÍNH PHỦ\n{MOTTO}\nSố: 16/CT-TTg\nHà Nội, ngày 31 tháng 3 năm 2020\nCHỈ THỊ\n"
     "Về việc mẫu\nTình hình diễn biến phức tạp.\nNội dung dài.",
     "CHỈ THỊ Về việc mẫu", "16/CT-TTg", "2020-03-31", "THỦ TƯỚNG CHÍNH PHỦ"),
    ("Số: 10/VBHN-VPQH\nLUẬT\nTHI ĐUA MẪU\nLuật Thi đua số 15/2003/QH11 có hiệu lực",
     "LUẬT THI ĐUA MẪU", "10/VBHN-VPQH", None, ""),
    ("Số 25-NQ/TW\nNGHỊ QUYẾT\nHỘI NGHỊ LẦN THỨ BẢY\n \nvề công tác dân vận\nI- TÌNH HÌNH\nx",
     "NGHỊ QUYẾT HỘI NGHỊ LẦN THỨ BẢY về công tác dân vận", "25-NQ/TW", None, ""),
    ("Số: 8/2015/NĐ-CP\n \nNGHỊ ĐỊNH\n \nVỀ THỦ TỤC, KIỂM TRA,\n \nGIÁM SÁT MẪU\n \nCăn cứ",
     "NGHỊ ĐỊNH VỀ THỦ TỤC, KIỂM TRA, GIÁM SÁT MẪU", "8/2015/NĐ-CP", None, ""),
    (f"{MOTTO}\nTHÔNG TƯ\nQuy định mẫu\nDỰ THẢO\nx", "THÔNG TƯ Quy định mẫu", "", None, ""),
    ("Thông tư 80/2021/TT-BTC hướng dẫn nghị định số 126/2020/NĐ-CP\nThuộc tính văn bản\n"
     "Số hiệu: 80/2021/TT-BTC", "Thông tư 80/2021/TT-BTC hướng dẫn nghị định số 126/2020/NĐ-CP",
     "80/2021/TT-BTC", None, ""),
    (f"UBND TỈNH X\nSỞ Y TẾ\n{MOTTO}\nSố: 567/SYT-NVY\nV/v phòng dịch\ntrong trường học\n"
     "X, ngày 5 tháng 3 năm 2021\nKính gửi: Các đơn vị", "V/v phòng dịch trong trường học",
     "567/SYT-NVY", "2021-03-05", "UBND TỈNH X SỞ Y TẾ"),
    ("SỞ Y TẾ      Độc lập\nSố: 5/SYT      X, ngày 5 tháng 3 năm 2021\n\nV/v phòng dịch\nKính gửi",
     "V/v phòng dịch", "5/SYT", "2021-03-05", "SỞ Y TẾ"),
    (f"{' ' * 500}x\nSố: 12/QĐ-X\nQUYẾT ĐỊNH\n{' ' * 500}y\nVề việc mẫu\n",
     "QUYẾT ĐỊNH Về việc mẫu", "12/QĐ-X", None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "title", "number", "date", "issuer"), ACTS)
def test_acts(text, title, number, date, issuer):
    """The head of an act has its own values, not those of the acts that it cites."""
    head = read_legal_head(text)
    assert head is not None
    assert (title, number, issuer) == (head.title, head.number, head.issuer)
    assert date == (head.date and head.date.isoformat())
    pieces = [text[start:end].strip() for start, end in head.title_lines]
    assert title == " ".join(" ".join(pieces).split())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Quyết định này có hiệu lực từ ngày 5 tháng 6 năm 2021\nSố: 3/QĐ",
        "Thông báo tuyển dụng\nCông ty mẫu cần người",
        "Luật sư nói gì\nSố người hỏi tăng",
        "PHỤ LỤC 1\n(Ban hành kèm theo Quyết định số 5/QĐ-X ngày 1 tháng 2 năm 2020)\nDanh sách",
        f"{MOTTO}\n\nĐƠN XIN VIỆC\nKính gửi: Công ty",
        "Chỉ thị 03 là gì\n" + "Số: 1/CT-TW\n" * 3,
        "V/v nghỉ lễ\nSố: 5/TB",
        "Số: 5/TB\nHọp V/v nghỉ lễ",
    ],
)
def test_other_texts(text):
    """A text that is no act has no number of its own."""
    assert read_legal_head(text) is None


@given(st.data())
def test_no_line_with_a_kind_is_passed_over(data):
    """In any case, any form of normalisation and behind the signs of tables."""
    kind = data.draw(st.sampled_from(KINDS))
    letters = [
        unicodedata.normalize(
            data.draw(st.sampled_from(["NFC", "NFD"])),
            data.draw(st.sampled_from([str.upper, str.lower]))(letter),
        )
        for letter in kind
    ]
    before = data.draw(st.sampled_from(["", " ", "| ", "**", "\u00a0_"]))
    after = data.draw(st.sampled_from(["", " ", "**", ": về việc", "\tsố 1"]))
    assert may_have_kind(f"Căn cứ\n{before}{''.join(letters)}{after}\nx")


@pytest.mark.parametrize("line", ["Luậtx", "Quyết", "Thông tin", "về quyết định", "Bố luật"])
def test_other_lines_have_no_kind(line):
    assert not may_have_kind(f"{line}\n")


def test_the_subject_of_a_letter_beside_its_number():
    """A cell of a table holds both, so the line stays in the text."""
    head = read_legal_head("SỞ Y TẾ\tĐộc lập\nSố: 5/SYT V/v phòng dịch\tX, ngày 5/3/2021\nKính gửi")
    assert head is not None
    assert (head.title, head.number, head.kind) == ("V/v phòng dịch", "5/SYT", "Công văn")
    assert str(head.date) == "2021-03-05"
    assert head.title_lines == ()
