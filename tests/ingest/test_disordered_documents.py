"""Documents of known elements in no sensible order: no reader stumbles over them."""

import random

import pytest

from danvan_search.ingest import Cause, Loaded
from tests.ingest.packing import docx, odt, pptx, slide

WORD = """
w:p w:pPr w:pStyle w:outlineLvl w:r w:rPr w:rStyle w:rFonts w:vanish w:t m:t w:instrText w:tc w:tbl
w:fldChar w:tab w:br w:softHyphen w:sym w:tr w:trPr w:del w:sdt w:docPartGallery w:sdtContent w:caps
w:showingPlcHdr w:txbxContent mc:Fallback
"""
TEXT = """
text:p text:h text:span text:section text:s text:tab text:line-break table:table-row draw:frame
table:table-cell table:covered-table-cell draw:text-box text:note text:note-body text:a
"""
SLIDE = "p:sp p:ph a:p a:r a:rPr a:latin a:t a:br a:tab a:tbl a:tr a:tc"
ATTRIBUTES = {
    "w:": ("w:val", "w:fldCharType", "w:char", "w:font", "w:ascii", "w:hAnsi"),
    "m:": (),
    "mc": (),
    "te": ("text:style-name", "text:c", "text:outline-level", "text:display"),
    "ta": ("table:number-columns-repeated",),
    "dr": (),
    "p:": ("type", "show"),
    "a:": ("typeface",),
}
VALUES = (
    *(
        "",
        "0",
        "1",
        "9",
        "-1",
        "TOC",
        "begin",
        "separate",
        "end",
        "F0B7",
        ".VnTime",
        "title",
        "none",
    ),
    *("Title", "Table of Contents", "99999999999", "x"),
)
FRAGMENTS = (
    *("Content-Type: ", "multipart/mixed", "multipart/alternative", "text/plain", "text/html"),
    *(
        "message/rfc822",
        "message/external-body",
        "multipart/digest",
        "\n",
        "\n\n",
        ";",
        "=",
        "(",
        ",",
    ),
    *(
        "; boundary=",
        "; boundary*0=",
        "b",
        '"b"',
        '"',
        "; charset=",
        "utf-8",
        "; charset*=utf-8''x",
    ),
    *("--b\n", "--b--\n", "base64", "quoted-printable", "x-uuencode", "begin 644 a\n", "AAAA"),
    *("Content-Transfer-Encoding: ", "Content-Disposition: ", "attachment", "; filename=", "a.txt"),
    *("; filename*0*=utf-8''%E1", "=?utf-8?q?=E1?=", "=?x?b?!?=", "ế", "Subject: ", "From: "),
    *("Date: ", "Mon, 5 Apr 2021", "23:99", "<a@b>", "<p>x</p>"),
)


def tree(names: list[str], chance: random.Random, depth: int = 0) -> str:
    """Return well-formed XML of known elements in no sensible order."""
    if depth > 12 or chance.random() < 0.25:
        return chance.choice(("x", " ", "Céng hoµ", "TOC", "\xad", "đường"))
    name = chance.choice(names)
    attributes = "".join(
        f' {key}="{chance.choice(VALUES)}"' for key in ATTRIBUTES[name[:2]] if chance.random() < 0.5
    )
    inner = "".join(tree(names, chance, depth + 1) for _ in range(chance.randint(0, 3)))
    return f"<{name}{attributes}>{inner}</{name}>"


MAKERS = {
    "a.docx": lambda chance: docx("".join(tree(WORD.split(), chance) for _ in range(9)), ""),
    "a.odt": lambda chance: odt("".join(tree(TEXT.split(), chance) for _ in range(9))),
    "a.pptx": lambda chance: pptx(
        [slide(("body", f"<p:x>{tree(SLIDE.split(), chance)}</p:x>"))] * 2
    ),
}


@pytest.mark.parametrize("name", MAKERS)
def test_elements_in_no_sensible_order(read, name):
    chance = random.Random(name)
    for _ in range(150):
        (record,) = read(name, MAKERS[name](chance))
        assert isinstance(record, Loaded) or record.cause in (Cause.EMPTY, Cause.MALFORMED)


def test_mails_in_no_sensible_order(read):
    chance = random.Random(3)
    for _ in range(400):
        content = "Subject: x\n" + "".join(chance.choices(FRAGMENTS, k=chance.randint(1, 50)))
        assert read("a.eml", content.encode(chance.choice(("utf-8", "cp1258")), "replace"))
