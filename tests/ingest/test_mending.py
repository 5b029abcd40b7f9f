"""Plain text as people read it: page breaks, broken words, character references."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.ingest.mending import decode_references, mend

MENDED = [
    (
        "các tổ chức chính trị\n\n22 \nCÔNG BÁO/Số 977 + 978/Ngày 25-7-2025 \n\nxã hội",
        "các tổ chức chính trị xã hội",
    ),
    ("chính trị\nCÔNG BÁO/Số 9/Ngày 2-7-2025 \n\n\n 23\nxã hội", "chính trị xã hội"),
    ("chính trị\n\n- 12 -\n\nxã hội", "chính trị xã hội"),
    ("chính trị\n\n– 7 –\nxã hội", "chính trị xã hội"),
    ("còn lại\n\n12\n\nngười", "còn lại 12 người"),
    ("đăng Công báo/Số 9 hôm qua", "đăng Công báo/Số 9 hôm qua"),
    ("phong tr\u00ad\nào thi đua", "phong trào thi đua"),
    ("infor-\nmation of information", "information of information"),
    ("Infor-  \n  mation; information", "Information; information"),
    ("nhà-\nnước", "nhà- nước"),
    ("well-\nknown well-known", "well- known well-known"),
    ("T&agrave;i li&#7879;u h&#x1ed9;i ngh&#7883;", "Tài liệu hội nghị"),
    ("&#272;&#7843;ng &amp; d&acirc;n", "Đảng & dân"),
    ("viết &agrave; thành à", "viết &agrave; thành à"),
    ("AT&T;x R&D", "AT&T;x R&D"),
    ("a&lt;b", "a&lt;b"),
]


@pytest.mark.parametrize(("text", "mended"), MENDED)
def test_mended(text, mended):
    """What is certain is mended, and nothing else."""
    assert mended.split() == mend(text).split()


def test_pages():
    """Lines at the edges of most pages are running heads, even if their numbers differ."""
    pages = [
        f"TẠP CHÍ MẪU\n\nĐiều {n * n}.\nphần giữa\ncuối trang\n{'một ' * n}\n\nTrang {n}/5"
        for n in range(3, 8)
    ]
    mended = mend("\f".join(pages))
    assert "TẠP CHÍ" not in mended
    assert "Trang" not in mended
    assert " ".join(mended.split()).count("phần giữa cuối trang một") == 5
    assert [f"Điều {n * n}." in mended for n in range(3, 8)] == [True] * 5


def test_few_pages():
    """Two pages do not prove a running head."""
    text = "Mục lục\nmột\nhai\nba\fMục lục\nbốn\nnăm\nsáu"
    assert text.split() == mend(text).split()


@given(st.text(st.sampled_from("aâ \n\f-12&;#\u00ad"), max_size=60))
def test_letters_stay(text):
    """Mending never loses a letter of a text without page breaks, and ends."""
    if "\f" not in text:
        assert [one for one in text if one.isalpha()] == [
            one for one in mend(text) if one.isalpha()
        ]
    assert mend(decode_references(text)) is not None
