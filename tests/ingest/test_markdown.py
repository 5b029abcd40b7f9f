"""Markdown and its front matter."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search.ingest import markdown as markdown_module
from danvan_search.ingest.frontmatter import read_front_matter
from danvan_search.ingest.markdown import blocks_of

# text, title
TITLES = [
    ("<!--\n# Lý thuyết gốc\n-->\n\n# Lý thuyết mẫu\n\nx", "Lý thuyết mẫu"),
    ("<!-- Bản dịch: nhóm A -->\n\n# Sau chú thích\n\nx", "Sau chú thích"),
    ('<script setup>\nimport X from "./x.vue"\n</script>\n\n# Bắt đầu {#bat-dau}\n\nx', "Bắt đầu"),
    ("import X from './x'\n\n# Sau import\n\nx", "Sau import"),
    ("import X from './x';\nexport const y = 1\n\n# Sau export\n\nx", "Sau export"),
    ("# Neo {#neo .lop}", "Neo"),
    ("# Neo {: #neo }", "Neo"),
    ("[TOC]\n\n# Thật\n\nx", "Thật"),
    ("[[_TOC_]]\n\n# Thật\n\nx", "Thật"),
    ("# \n\n# Thật\n\nx", "Thật"),
    ("```\ncode\n```\n# Thật", "Thật"),
    ("#tag1 #tag2\n\n# Thật\n\nx", "Thật"),
    ("[[Trang chủ]]\n\n# Thật\n\nx", "Thật"),
    ("[Trang chủ](/)\n\n# Thật\n\nx", "Thật"),
    ("![ảnh](a.png)\n\n# Thật\n\nx", "Thật"),
    ("> Trích dẫn\n\n# Thật", "Thật"),
    ("## Phần\n\nx\n\n# Thật\n\ny", "Thật"),
    ("## Dân vận khéo ##\nText", "Dân vận khéo"),
    ("Dân vận khéo\n===\nText", "Dân vận khéo"),
    ("# **Dân** _vận_ [khéo](http://a.vn) `mã`", "Dân vận khéo mã"),
    ("# C# ở Việt Nam\n\n# Hai", "C# ở Việt Nam"),
    ("Dân vận khéo\n\nĐoạn đầu.", "Dân vận khéo"),
    ("Chọn giống tốt.\n\nBón phân.", "Tên của tệp"),
    ("Chỉ một đoạn", "Tên của tệp"),
    ("- một\n- hai", "Tên của tệp"),
]


@pytest.mark.parametrize(("text", "title"), TITLES)
def test_titles(read, text, title):
    """The title is the first real heading, whatever stands above it."""
    (loaded,) = read("Tên của tệp.md", text)
    article = loaded.article
    assert title == article.title
    assert article.category is None
    assert title not in article.body.split("\n")


def test_category(read):
    """A short line above the heading is the category, and no longer in the body."""
    (loaded,) = read("a.md", "Chính trị\n\n# Dân vận khéo\n\n30/06/2020 17:00\n\nText\n")
    article = loaded.article
    assert (article.title, article.category) == ("Dân vận khéo", "Chính trị")
    assert article.body == "30/06/2020 17:00\n\nText"
    assert article.date.isoformat() == "2020-06-30"


TEXTS = [
    ("Phong trào [Dân vận](https://vi.example.org/wiki/Abc) khéo", "Phong trào Dân vận khéo"),
    ("dân[^1] vận<br>khéo\n\n[^1]: chú", "dân vận\nkhéo\n\nchú"),
    ("dân **vận** *khéo* ~~bỏ~~ `mã`", "dân vận khéo bỏ mã"),
    ('<span class="x">dân</span> vận', "dân vận"),
    ("<div>\n\nmột <b>hai</b>\n\n</div>", "một hai"),
    ("<details><summary>Xem</summary><p>thêm</p></details>", "Xem\n\nthêm"),
    ("T&agrave;i li&#7879;u", "Tài liệu"),
    ("| a | b |\n|---|---|\n| một | [hai](x) |", "a\tb\nmột\thai"),
    ("- một\n- hai\n  1. ba", "- một\n- hai\n1. ba"),
    ("3. ba\n4. bốn", "3. ba\n4. bốn"),
    ("```py\nx = 1\n```", "x = 1"),
    ("![một ảnh](a.png)", "một ảnh"),
    ("[[Trang|tên khác]] và [[Trang]]", "tên khác và Trang"),
    ("> [!NOTE] Chú ý\n> đoạn", "Chú ý\nđoạn"),
    (":::tip Mẹo\nđoạn\n:::", "Mẹo\n\nđoạn"),
    ("đoạn :label:`sec_x` và :numref:`hình`", "đoạn  và hình"),
    ("[này][r]\n\n[r]: http://x", "này"),
    ("một\nhai  \nba", "một\nhai\nba"),
    ("a\n\n---\n\nb", "a\n\nb"),
    ("\\*sao\\* 2 * 3", "*sao* 2 * 3"),
]


@pytest.mark.parametrize(("text", "shown"), TEXTS)
def test_texts(text, shown):
    """The text has no marks, no addresses and no tags."""
    assert shown == markdown_module._joined(list(blocks_of(text)))[0]


def test_phrases_run_through_marks(index_of, read):
    """A phrase is found through a link and a footnote, and its snippet shows no address."""
    (loaded,) = read("a.md", "Phong trào [Dân vận](https://a.vn/b)[^1] khéo\n\n[^1]: chú\n")
    (hit,) = index_of(loaded.article).search('"dân vận khéo"')
    assert hit.snippet.text.startswith("Phong trào Dân vận khéo")


FRONT = [
    (
        '---\ntitle: "Dân vận: cách làm"\ndate: 2020-06-30 17:00:00 +0700\ncategory: Chính trị\n'
        "tags: [dân vận, cơ sở]\norder: 007\npublished: 2019-01-02\n---\n\n"
        "# Dân vận: cách làm\n\nT",
        ("Dân vận: cách làm", "2020-06-30", "Chính trị", "T"),
        {"tags": ["dân vận", "cơ sở"], "order": "007", "published": "2019-01-02"},
    ),
    (
        '+++\ntitle = "Kiểu Hugo"\ndate = 2020-06-30T17:00:00+07:00\ncategories = ["Chính trị"]\n'
        "weight = 1\n[params]\nx = 1.5\n+++\nT",
        ("Kiểu Hugo", "2020-06-30", "Chính trị", "T"),
        {"weight": 1, "params": {"x": "1.5"}},
    ),
    (
        '{"title": "Kiểu JSON", "date": "2020-06-30"}\n\nT',
        ("Kiểu JSON", "2020-06-30", None, "T"),
        {},
    ),
    (
        "% Kiểu pandoc\n% Lê A\n% 2020-06-30\n\nT",
        ("Kiểu pandoc", "2020-06-30", None, "T"),
        {"author": "Lê A"},
    ),
    (
        "Title: Kiểu MMD\nAuthor: Lê A\nDate: 30/06/2020\n\nT",
        ("Kiểu MMD", "2020-06-30", None, "T"),
        {"author": "Lê A"},
    ),
    (
        "---\nTitle: Chữ hoa\nDATE: 2020-06-30\nTác giả: Lê A\n---\nT",
        ("Chữ hoa", "2020-06-30", None, "T"),
        {"author": "Lê A"},
    ),
    (
        "---\ncategories: [Chính trị, Xã hội]\ntitle: A\naliases: [mass mobilization]\n---\nT",
        ("A", None, "Chính trị; Xã hội", "T"),
        {"aliases": ["mass mobilization"]},
    ),
    (
        "---\ntitle: [a]\ndate: hôm qua\n---\n# Tên\nb",
        ("Tên", None, None, "b"),
        {"title": ["a"], "date": "hôm qua"},
    ),
    ("---\ntitle: Một\n---\n", ("Một", None, None, ""), {}),
]


@pytest.mark.parametrize(("text", "expected", "extra"), FRONT)
def test_front_matter(read, text, expected, extra):
    """Known fields of every form are used, in any case and several languages; others are kept."""
    (loaded,) = read("a.md", text)
    article = loaded.article
    date = article.date and article.date.isoformat()
    assert expected == (article.title, date, article.category, article.body)
    assert {**extra, "file_name": "a.md"} == article.extra
    assert loaded.notices == ()


@pytest.mark.parametrize(
    ("text", "title", "date"),
    [
        ("---\ntitle: Dân vận: một chặng\ndate: 30/06/2020\n---\nx", "Dân vận: một chặng",
         "2020-06-30"),
        ("---\ntitle: 'Một\ntags:\n  - a\n  - b\n---\nx", "Một", None),
        ("+++\ntitle = Một\n+++\nx", "Một", None),
    ],
)  # fmt: skip
def test_broken_front_matter(read, text, title, date):
    """Front matter that does not parse is read line by line, and told."""
    (loaded,) = read("a.md", text)
    assert title == loaded.article.title
    assert date == (loaded.article.date and loaded.article.date.isoformat())
    assert loaded.article.body == "x"
    (notice,) = loaded.notices
    assert re.match(r"has front matter that is no (YAML|TOML)", notice)


BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "front",
    [
        "chỉ là văn bản\n",
        "- a\n- b\n",
        "a: [\n",
        "a: " + "[" * 600 + "]" * 600 + "\n",
        'a: "\\UFFFFFFFF"\n',
        "a: \x00\n",
        "%YAML 9999999999.1\n",
        "x: " + "a" * 10_000 + "\n",
        BOMB,
    ],
    ids=range(9),
)
def test_no_front_matter(read, front):
    """What is no front matter is text, and no word of it is lost."""
    (loaded,) = read("a.md", f"---\n{front}---\nT\nb\n")
    article = loaded.article
    words = set(re.findall(r"\w+", f"{front} T b"))
    assert words <= set(re.findall(r"\w+", f"{article.title} {article.body}")) | {"UFFFFFFFF"}
    assert article.title != "---"
    assert set(article.extra) == {"file_name"}


def test_front_matter_alone(read):
    """Front matter without a title and a text is no article."""
    (skipped,) = read("b.md", "---\ndate: 2020-06-30\n---\n\n")
    assert skipped.reason.startswith("is empty")


@given(st.text(st.sampled_from("-+{}:=\"'[]%&*!ab \n"), max_size=60))
def test_any_front_matter(text):
    """Any text gives fields and an end within it."""
    for opening in ("---\n", "+++\n", "{", "% "):
        front = read_front_matter(opening + text)
        assert 0 <= front.end <= len(opening + text)
        assert bool(front.fields) == bool(front.end)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["một", "*", "[", "](x)", "<b>", "\n", "# ", "|", "`", "> ", " "])))
def test_no_word_is_lost(parts):
    """Whatever the marks, every word is in a block."""
    text = "".join(parts)
    shown = "\n".join(block.text for block in blocks_of(text))
    assert text.count("một") == shown.count("một")


@pytest.mark.parametrize(
    "piece", ["[", "![", "[[a", "*a ", "`a``", "> ", " - a\n", "<a ", "<!--\n"]
)
def test_hostile_marks(piece):
    """Nothing but marks is read in reasonable time, as whatever it is."""
    assert list(blocks_of(piece * 8_000)) is not None


def test_very_long_files(read, monkeypatch):
    """A very long file is read as plain text, and told."""
    monkeypatch.setattr(markdown_module, "MAX_CHARS", 20)
    (loaded,) = read("a.md", "---\ntitle: A\n---\n" + "*x* " * 20)
    assert loaded.article.title == "A"
    assert loaded.article.body.startswith("*x*")
    assert loaded.notices == ("has more than 20 characters: was read as plain text",)
