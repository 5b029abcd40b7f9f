"""The heuristics that find title, category, date and body of a text."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.ingest.head import Head, read_head

TITLE = "Ban Dân vận Tỉnh ủy tổ chức hội nghị tổng kết năm"
TEXT = "Sáng nay, Ban Dân vận Tỉnh ủy tổ chức hội nghị. Các đồng chí đã tới dự và phát biểu."

# text, title, category, date, body
HEADS = [
    (f"{TITLE}\n\n{TEXT}\n", TITLE, None, None, f"{TEXT}\n"),
    (f"\n\n  {TITLE} \r\n{TEXT}", TITLE, None, None, TEXT),
    (f"{TITLE}\n\n    {TEXT}", TITLE, None, None, f"    {TEXT}"),
    (f"{TITLE}\r{TEXT}", TITLE, None, None, TEXT),
    (TITLE, TITLE, None, None, ""),
    ("x" * 250, "", None, None, "x" * 250),
    ("x" * 250 + "\ny", "x" * 250, None, None, "y"),
    ("x" * 301 + "\ny", "", None, None, "x" * 301 + "\ny"),
    ("", "", None, None, ""),
    # Dates
    (f"{TITLE}\n30/06/2020\n{TEXT}", TITLE, None, "2020-06-30", f"30/06/2020\n{TEXT}"),
    (f"30/06/2020\n{TITLE}\n{TEXT}", TITLE, None, "2020-06-30", f"30/06/2020\n\n{TEXT}"),
    ("30/06/2020", "", None, "2020-06-30", "30/06/2020"),
    (f"{TITLE}\n31/02/2020\n{TEXT}", TITLE, None, None, f"31/02/2020\n{TEXT}"),
    (f"{TITLE}\n" + "a\n" * 7 + "30/06/2020", TITLE, None, "2020-06-30", None),
    (f"{TITLE}\n" + "a\n" * 8 + "30/06/2020", TITLE, None, None, None),
    # Repeated titles
    (f"{TITLE}\n\n{TITLE}\n\n\n{TITLE}\n{TEXT}", TITLE, None, None, TEXT),
    (f"{TITLE}\n30/06/2020\n{TITLE}\n{TEXT}", TITLE, None, "2020-06-30", None),
    (f"{TITLE}\n{TEXT}\n{TITLE}\n", TITLE, None, None, f"{TEXT}\n{TITLE}\n"),
    # Categories
    (f"Chính trị\n\n{TITLE}\n\n30/06/2020\n{TEXT}", TITLE, "Chính trị", "2020-06-30", None),
    (f"Chính trị\n{TITLE}\n30/06/2020\n{TEXT}", TITLE, "Chính trị", "2020-06-30", None),
    (f"Văn hóa - Xã hội\n\n{TITLE}\n\n{TEXT}", TITLE, "Văn hóa - Xã hội", None, TEXT),
    (f"30/06/2020\nChính trị\n\n{TITLE}\n\n{TEXT}", TITLE, "Chính trị", "2020-06-30", None),
    (f"Chính trị\n\n{TITLE}\n\n{TITLE}\n30/06/2020\n{TEXT}", "Chính trị", None, "2020-06-30", None),
    # No category: a title and its text, a name, a poem, a title and its dateline
    (f"Dân vận khéo\n\n{TEXT}", "Dân vận khéo", None, None, TEXT),
    (f"Dân vận khéo\n\n{TEXT}\n\n{TEXT}", "Dân vận khéo", None, None, None),
    (f"Mùa xuân\n\nNguyễn Văn A\n\n{TEXT}", "Mùa xuân", None, None, None),
    ("Bánh trôi nước\n\nThân em vừa trắng lại vừa tròn\nBảy nổi ba chìm với nước non",
     "Bánh trôi nước", None, None, None),
    (f"Dân vận khéo\n30/06/2020\n{TITLE}\n{TEXT}", "Dân vận khéo", None, "2020-06-30", None),
    (f"Năm 2020\n\n{TITLE}\n\n{TEXT}", "Năm 2020", None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "title", "category", "date", "body"), HEADS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_head(text, title, category, date, body, form):
    """Each layout gives its title, category, date and body, composed or decomposed."""
    head = read_head(unicodedata.normalize(form, text))
    assert title == unicodedata.normalize("NFC", head.title)
    assert category == (head.category and unicodedata.normalize("NFC", head.category))
    assert date == (head.date and head.date.isoformat())
    if body is not None:
        assert body == unicodedata.normalize("NFC", head.body)


def test_known_title():
    """A known title is removed from the start of the body."""
    head = Head("Biết rồi", None, None, "Text")
    assert head == read_head("Biết rồi\nText", title="Biết rồi")
    assert head == read_head("Biết\nrồi\nText", title="Biết rồi", known=[(0, 4), (5, 8)])


def test_no_title_is_looked_for():
    """On demand the first line stays in the body, and the dateline is found all the same."""
    head = read_head(f"{TITLE}\n30/06/2020", finds_title=False)
    assert (head.title, head.body, str(head.date)) == ("", f"{TITLE}\n30/06/2020", "2020-06-30")


# text, title
OTHER_FIRST_LINES = [
    (f"- 12 -\n\n{TITLE}\n\n{TEXT}", TITLE),
    (f"Trang 3/12\n{TITLE}\n{TEXT}", TITLE),
    (f"4\n\n{TITLE}\n{TEXT}", TITLE),
    (f"=====\n{TITLE}\n=====\n{TEXT}", TITLE),
    (f"* * *\n{TITLE}\n{TEXT}", TITLE),
    (f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập – Tự do – Hạnh phúc\n{TITLE}\n{TEXT}", TITLE),
    (f"Số: 12/BC-UBND\n{TITLE}\n{TEXT}", TITLE),
    (f"CÔNG BÁO/Số 3 + 4/Ngày 1-2-2020\n{TITLE}\n{TEXT}", TITLE),
    (f"PHONG TRÀO THI ĐUA\nDÂN VẬN KHÉO\n\n{TEXT}", "PHONG TRÀO THI ĐUA DÂN VẬN KHÉO"),
    (f"PHONG TRÀO THI ĐUA\n\nDÂN VẬN KHÉO\n\n{TEXT}", "PHONG TRÀO THI ĐUA"),
    (f"PHONG TRÀO THI ĐUA\nPHONG TRÀO THI ĐUA\n\n{TEXT}", "PHONG TRÀO THI ĐUA"),
    ("A" * 200 + "\n" + "B" * 200 + "\nx", "A" * 200),
    (f"1984\n{TITLE}", TITLE),
    ("12\n34", ""),
]


@pytest.mark.parametrize(("text", "title"), OTHER_FIRST_LINES)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_lines_that_are_no_title(text, title, form):
    """Page numbers, rules, running heads, mottoes and numbers of acts stand above the title."""
    head = read_head(unicodedata.normalize(form, text))
    assert title == unicodedata.normalize("NFC", head.title)


def test_known_category():
    """If the category is known, a different category line stays in the body."""
    text = f"Chính trị\n\n{TITLE}\n\n{TEXT}"
    assert f"Chính trị\n\n\n\n{TEXT}" == read_head(text, category="Xã hội").body
    assert read_head(text, category="Chính trị").body == TEXT


LINES = st.one_of(
    st.sampled_from(
        [TITLE, TEXT, "Chính trị", "30/06/2020 17:00", "", "  ", "- 1 -", "---", "A B", "x " * 160]
    ),
    st.text(),
)


@given(st.lists(LINES, max_size=25), st.sampled_from(["\n", "\r\n", "\n\n", "\r"]))
def test_no_word_is_lost(lines, newline):
    """Every word of a text is in its title, its category or its body."""
    text = newline.join(lines)
    head = read_head(text)
    kept = "\n".join((head.title, head.category or "", head.body))
    assert set(re.findall(r"\w+", text)) == set(re.findall(r"\w+", kept))


@given(st.lists(LINES, max_size=25))
def test_body_is_the_end_of_the_text(lines):
    """The text after the head is unchanged: the body ends as the text does."""
    text = "\n".join(lines) + f"\n{TEXT}\nGần hết\nhết \n"
    assert read_head(text).body.endswith("Gần hết\nhết \n")
