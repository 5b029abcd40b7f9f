"""Rich Text Format: fonts, code pages and Unicode letters, groups that are no text."""

import pytest

from danvan_search.ingest import Cause
from tests.ingest.samples import check_decision, sample
from tests.ingest.texts import shares, twenty_texts, written


def test_the_decision(read):
    """Head, properties and tables: cells keep apart."""
    (loaded,) = read("quyet-dinh.rtf", sample("quyet-dinh.rtf"))
    article = loaded.article
    check_decision(article, ["\nPhát quang bụi rậm\tVàng A Phủ\t30/4/2024\n"])
    assert article.extra["aliases"] == ["Quyết định lập tổ giữ gìn đường làng"]


def rtf_of(lines: list[tuple[str, int]], *, as_letters: bool) -> bytes:
    """Return a file of lines in fonts.

    :param as_letters: whether letters are Unicode letters, or bytes of windows-1252.
    """
    fonts = (
        r"{\f0\fcharset0 Times New Roman;}{\f1\fnil\fcharset0 .VnTime;}{\f2 VNI-Times{\*\falt x};}"
    )
    pieces = [rf"{{\rtf1\ansi\ansicpg1252\deff0{{\fonttbl{fonts}}}{{\stylesheet{{\s1 no text;}}}}"]
    for text, font in lines:
        pieces.append(rf"\pard\plain\f{font} ")
        for letter in text:
            if ord(letter) < 0x80:
                pieces.append({"\\": "\\\\", "{": r"\{", "}": r"\}"}.get(letter, letter))
            elif letter == "\xad" and font:
                pieces.append(r"\-")
            elif as_letters or (font == 0 and ord(letter) > 0xFF):
                code = ord(letter)
                pieces.append(rf"\u{code - 65536 if code > 32767 else code}?")
            else:
                pieces.append(rf"\'{letter.encode('cp1252').hex()}")
        pieces.append("\\par\r\n")
    return "".join((*pieces, "}")).encode("ascii")


@pytest.mark.parametrize("as_letters", [False, True])
def test_articles_come_back(read, as_letters):
    """Twenty texts, every other line in a font of TCVN3 or VNI."""
    texts = twenty_texts()
    found = []
    for number, text in enumerate(texts):
        name, font = (("TCVN3", 1), ("VNI", 2))[number % 2]
        lines = [
            (written(line, name), font) if at % 2 else (line, 0)
            for at, line in enumerate(text.split("\n"))
        ]
        found += read("a.rtf", rtf_of(lines, as_letters=as_letters))
    recall, precision = shares(found, texts)
    assert recall >= 0.995
    assert precision >= 0.995


FILES = [
    (r"m\u7897\'3ft hai", "một hai"),
    (r"{\uc0 m\u7897 t}{\uc2 m\u7897 \'3f\'3ft}", "mộtmột"),
    (r"\u-10179 ?\u-8704 ?!", "\U0001f600!"),
    (r"\u-10179 ?x\u-8704 ?y", "xy"),
    (r"a\~b\_c\emdash d\ldblquote e\rdblquote\tab\{f\}\\", "a b-c—d“e”\t{f}\\"),
    (r"a{\v b}{\deleted c}\v d\v0 e", "ae"),
    (r"a{\*\unknown b}{\pict 0102ff}{\header c}{\info{\doccomm d}}e", "ae"),
    (r"a{\field{\*\fldinst HYPERLINK x}{\fldrslt b}}c", "abc"),
    (r"{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt khung}}{\shprslt khung}}", "khung"),
    (r"a{\footnote\pard ch\'fa m\u7897 ?t}b\par c", "ab\nc\nchú một"),
    (r"a\line b\page c\sect d" + "\\\n" + "e", "a\nb\nc\nd\ne"),
    (r"\trowd a\cell b\cell\row c", "a\tb\nc"),
    (r"\trowd\intbl a\par b\cell c\par d\cell\row\intbl e\cell\cell\row\pard f", "a b\tc d\ne\nf"),
    (r"{\fonttbl{\f3\fcharset163 Arial;}{\f4\fcharset204 B;}}\f3 \'e2\'f5\f4 \'e6", "âơж"),
    (r"a\bin3 }}}b", "ab"),
    (r"a}}b", "ab"),
    (r"{{{a", "a"),
    (r"a\unknown-7 b\'zz", "ab'zz"),
]


@pytest.mark.parametrize(("text", "expected"), FILES)
def test_files(read, text, expected):
    """What each control word and group becomes; the first line only keeps the title out."""
    content = rf"{{\rtf1\ansi\ansicpg1252 Dòng\par \par {text}".replace("ò", r"\'f2").encode()
    (loaded,) = read("a.rtf", content)
    assert loaded.article.title == "Dòng"
    assert loaded.article.body == expected


def test_headings_are_sections(read):
    content = (
        rb"{\rtf1\pard\outlinelevel0 The title\par\pard y\par\pard\outlinelevel1 Chapter one\par"
        rb"\pard z\par}"
    )
    (loaded,) = read("a.rtf", content)
    assert loaded.article.title == "The title"
    assert [name for _, name in loaded.article.extra["sections"]] == ["Chapter one"]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (rb"{\rtf1 }", Cause.EMPTY),
        (rb"{\rtf1 " + b"{" * 300_000, Cause.MALFORMED),
        (rb"{\rtf1 " + b"a" * 2_000, Cause.TOO_LARGE),
    ],
    ids=["empty", "nested", "large"],
)
def test_what_cannot_be_read_is_told(read, content, cause):
    (skipped,) = read("a.rtf", content, max_bytes=1_000)
    assert skipped.cause is cause
