"""Articles that other programs wrote come back: nearly every syllable, and no other."""

import io
import random
import re
import zipfile
from collections import Counter
from email import policy
from email.message import EmailMessage

import pytest

from benchmarks.encoders import ENCODERS, plain
from danvan_search.ingest import Loaded
from danvan_search.text.encodings.single_byte import WINDOWS_1252, decode_table
from tests.seeds import SEEDS, seed_text

WORD = re.compile(r"[^\W_]+")
LINES = [
    " ".join(plain(line).split())
    for path in SEEDS
    for line in seed_text(path).splitlines()
    if len(line.split()) > 2 and not any(map(str.isdigit, line))
]
MIN_SHARE = 0.995


def articles(count):
    """Return titles and paragraphs of articles, the same each time."""
    chance = random.Random(count)
    for number in range(count):
        lines = chance.sample(LINES, 12)
        yield f"Bài thứ {number}: {lines[0]}"[:120].strip(), lines


def as_docx(title, lines, font=""):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading(title, 1)
    for line in lines[:6]:
        run = document.add_paragraph().add_run(line)
        if font:
            run.font.name = font
    document.add_heading("Bảng kê", 2)
    table = document.add_table(rows=3, cols=2)
    for number, line in enumerate(lines[6:]):
        table.cell(number // 2, number % 2).text = line
    return saved(document.save), [title, "Bảng kê", *lines]


def as_odt(title, lines):
    opendocument = pytest.importorskip("odf.opendocument")
    from odf.table import Table, TableCell, TableRow
    from odf.text import H, P

    document = opendocument.OpenDocumentText()
    document.text.addElement(H(outlinelevel=1, text=title))
    for line in lines[:6]:
        document.text.addElement(P(text=line))
    table = Table()
    for number in range(6, 12, 2):
        row = TableRow()
        for line in lines[number : number + 2]:
            cell = TableCell()
            cell.addElement(P(text=line))
            row.addElement(cell)
        table.addElement(row)
    document.text.addElement(table)
    return saved(document.write), [title, *lines]


def as_pptx(title, lines):
    pptx = pytest.importorskip("pptx")
    deck = pptx.Presentation()
    for number in range(0, 12, 4):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title if not number else f"Phần {number}"
        slide.placeholders[1].text = "\n".join(lines[number : number + 3])
        slide.notes_slide.notes_text_frame.text = lines[number + 3]
    return saved(deck.save), [title, "Phần 4", "Phần 8", *lines]


def as_epub(title, lines):
    stream = io.BytesIO()
    page = "".join(f"<p>{line}</p>" for line in map(escaped, lines))
    with zipfile.ZipFile(stream, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="a.opf"/></rootfiles></container>',
        )
        book.writestr(
            "a.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml"'
            ' media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine>'
            "</package>",
        )
        book.writestr("a.xhtml", f"<html><body><h1>{escaped(title)}</h1>{page}</body></html>")
    return stream.getvalue(), [title, *lines]


def as_mail(title, lines):
    # The writer of Python loses blanks where it folds encoded words.
    message = EmailMessage(policy=policy.default.clone(max_line_length=900))
    message["Subject"] = title
    message["From"] = "An <an@x.vn>"
    message.set_content("\n\n".join(lines))
    message.add_alternative("".join(f"<p>{escaped(line)}</p>" for line in lines), subtype="html")
    return message.as_bytes(), [title, *lines]


def as_mbox(title, lines):
    content, words = as_mail(title, lines)
    return b"From - Mon Nov 30 05:25:35 2026\n" + content, words


def as_zip(title, lines):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bài.txt", "\n\n".join((title, *lines)))
    return stream.getvalue(), [title, *lines]


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def saved(save):
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


def counted(texts, fold=str):
    return Counter(fold(word) for text in texts for word in WORD.findall(text))


def check(read, name, documents, fold=str):
    """Compare the syllables of what is read with those that were written."""
    written, found = Counter(), Counter()
    for content, texts in documents:
        written += counted(texts, fold)
        (record,) = read(name, content)
        assert isinstance(record, Loaded)
        assert record.article.title == texts[0]
        found += counted([record.article.title, record.article.body], fold)
    both = (written & found).total()
    assert both >= MIN_SHARE * written.total()
    assert both >= MIN_SHARE * found.total()


WRITERS = {
    "a.docx": as_docx,
    "a.odt": as_odt,
    "a.pptx": as_pptx,
    "a.epub": as_epub,
    "a.eml": as_mail,
    "a.mbox": as_mbox,
    "a.zip": as_zip,
}


@pytest.mark.parametrize("name", WRITERS)
def test_articles_come_back(read, name):
    check(read, name, (WRITERS[name](*one) for one in articles(20)))


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITERS)
def test_many_articles_come_back(read, name):
    check(read, name, (WRITERS[name](*one) for one in articles(100)))


@pytest.mark.parametrize(("encoding", "font"), [("TCVN3", ".VnTime"), ("VNI", "VNI-Times")])
@pytest.mark.parametrize("known", [True, False])
def test_articles_in_old_fonts_come_back(read, encoding, font, known):
    """With the name of the font, or by the content alone; TCVN3 has few capitals."""

    def documents():
        for title, lines in articles(20):
            old = [decode_table(ENCODERS[encoding](line), WINDOWS_1252) for line in lines]
            content, _ = as_docx(title, old[:6], font if known else "Arial")
            yield content, [title, "Bảng kê", *lines[:6]]

    check(read, "a.docx", documents(), str.lower if encoding == "TCVN3" else str)
