"""Sheets: XLSX, ODS and XLS. One article each, with days and numbers as people write them."""

import datetime
import io
import zipfile

import openpyxl
import pytest

from danvan_search.ingest import Cause, Loaded, sheet_file
from tests.ingest.samples import sample
from tests.ingest.texts import shares, twenty_texts, written


def book_of(sheets: dict[str, list[list[object]]], **states: str) -> bytes:
    """Return an XLSX file of sheets by name."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = states.get(name, "visible")
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods_of(name: str, rows: list[list[str]]) -> bytes:
    """Return an ODS file of one sheet of texts."""
    start = '<table:table-cell office:value-type="string"><text:p>'
    end = "</text:p></table:table-cell>"
    cells = "".join(
        f"<table:table-row>{''.join(start + cell + end for cell in row)}</table:table-row>"
        for row in rows
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="{name}">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return stream.getvalue()


def test_the_document(read):
    """The id has the name of the sheet; days are days, and cells keep apart."""
    first, second = read("so-lieu.xlsx", sample("so-lieu.xlsx"))
    assert [one.article.id for one in (first, second)] == [
        "folder/so-lieu.xlsx#Sản lượng",
        "folder/so-lieu.xlsx#Ghi chú",
    ]
    assert first.article.title == "Sản lượng"
    assert first.article.body.split("\n") == [
        "Thôn\tLúa (tấn)\tNgày chốt",
        "Bãi Dâu\t125.5\t2024-05-31",
        "Nà Pó\t98\t2024-06-02",
    ]
    assert "45443" not in first.article.body
    assert "so-lieu.xlsx" in first.article.details


def test_values(read):
    """Numbers, days, times and truths as people write them; empty cells keep their places."""
    row = [
        1, 2.5, 1 / 3, 1e15, -0.1 - 0.2, True, datetime.date(2024, 5, 31),
        datetime.datetime(2024, 5, 31, 7, 30), datetime.time(9, 5), None, "  một\nhai ", None,
    ]  # fmt: skip
    (loaded,) = read("a.xlsx", book_of({"A": [[None], row, [None, "x"]]}))
    assert loaded.article.body.split("\n") == [
        "1\t2.5\t0.333333333333333\t1000000000000000\t-0.3\tTRUE\t2024-05-31\t2024-05-31 07:30"
        "\t09:05\t\tmột hai",
        "\tx",
    ]


def test_titles_and_hidden_sheets(read):
    """A sheet without a name of its own is called like its file; hidden and empty ones are out."""
    content = book_of(
        {"Sheet1": [["a"]], "Ẩn": [["b"]], "Trống": [], "Trang tính2": [["c"]]}, Ẩn="hidden"
    )
    found = read("bảng giá.xlsx", content)
    assert [(one.article.id.partition("#")[2], one.article.title) for one in found] == [
        ("Sheet1", "bảng giá"),
        ("Trang tính2", "bảng giá"),
    ]


def test_articles_come_back(read):
    """Twenty texts of the seeds as sheets, every third in TCVN3, and in ODS."""
    texts = [text.replace("\t", " ") for text in twenty_texts()]
    sheets = {
        f"Tờ {number}": [
            [number, written(line, "TCVN3") if number % 3 == 0 else line]
            for line in text.split("\n")
        ]
        for number, text in enumerate(texts)
    }
    found = read("a.xlsx", book_of(sheets))
    expected = [
        "\n".join(f"{number}\t{line}" for line in text.split("\n")) + f" Tờ {number}"
        for number, text in enumerate(texts)
    ]
    recall, precision = shares(found, expected)
    assert recall >= 0.995
    assert precision >= 0.995
    assert {one.encoding for one in found} == {"UTF-8", "TCVN3"}
    escaped = texts[0].replace("&", "&amp;").replace("<", "&lt;")
    rows = [[line] for line in escaped.split("\n")]
    assert shares(read("a.ods", ods_of("Tờ", rows)), [f"Tờ {texts[0]}"])[0] >= 0.995


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("a.xlsx", book_of({"A": []}), Cause.EMPTY),
        ("a.xlsx", book_of({"A": [["x" * 200]]}), Cause.TOO_LARGE),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), Cause.DAMAGED),
    ],
)
def test_what_cannot_be_read_is_told(read, name, content, cause):
    (skipped,) = read(name, content, max_bytes=100)
    assert skipped.cause is cause


def test_content_decides(read):
    """Sheets under another suffix are read as sheets."""
    (loaded,) = read("a.docx", book_of({"A": [["x"]]}))
    assert isinstance(loaded, Loaded)
    assert loaded.article.id == "folder/a.docx#A"


def test_a_package_that_only_the_process_misses(read, monkeypatch):
    """What is missing for sheets of old Office is told with the command that brings it."""
    monkeypatch.setattr(sheet_file, "_PARSER", "tests.ingest.no_such_module")
    (skipped,) = read("a.xlsx", book_of({"A": [["x"]]}))
    assert skipped.cause is Cause.NO_PACKAGE
    assert skipped.install == "pip install 'danvan-search[documents]'"
