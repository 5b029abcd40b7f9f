"""The numbers of sheets are indexed with what the sheet shows of them."""

import io
import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search.ingest import shown_numbers
from danvan_search.ingest.number_format import number_format
from danvan_search.ingest.shown_numbers import with_shown
from tests.ingest.packing import ODF, zip_of


def xlsx_of(cells: dict[str, tuple[object, str]]) -> bytes:
    """Return an XLSX file of one sheet, of values and their formats by their places."""
    book = openpyxl.Workbook()
    for place, (value, code) in cells.items():
        book.active[place] = value
        book.active[place].number_format = code
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods_of(rows: str) -> bytes:
    """Return an ODS file of one sheet."""
    content = (
        f"<office:document-content{ODF}><office:body><office:spreadsheet>"
        f'<table:table table:name="A">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    return zip_of(
        {"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": "<manifest/>"}
    )


def cell(value: float, shown: str, kind: str = "float", more: str = "") -> str:
    """Return a cell of an ODS file with a number."""
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}" {more}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0%", 0.125, "13%"),
        ("0.0%", 0.125, "12,5%"),
        ("0.00%", 1, "100,00%"),
        ("0.0##", 2.5, "2,5"),
        ("0.0##", 1 / 3, "0,333"),
        ("0.00", 1.005, "1,01"),
        ("#,##0.00", -1234.5, "-1.234,50"),
        ("#,##0_);[Red](#,##0)", -1043000, "(1.043.000)"),
        ('#,##0\\ "đ"', 1043000, "1.043.000 đ"),
        ("[$VND] #,##0", 5000, "VND 5.000"),
        ("#,##0.0 [$₫-42A]", 5000, "5.000,0 ₫"),
        ('_-* #,##0.00 _€_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', 9.5, "9,50"),
        ('_-* #,##0.00 _€_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', 0, ""),
        ("0000000000", 312345678, "0312345678"),
        ("#.00", 0.5, ",50"),
        ('0" 100%"', 3, "3 100%"),
        ('"a;b"0;0', -3, "3"),
    ],
)
def test_formats(code, value, shown):
    """Numbers are rounded half up; quotes, colours and spaces are as in Excel."""
    found = number_format(code)
    assert found is not None
    assert found.shown(value) == shown


@pytest.mark.parametrize(
    "code",
    [
        *("General", "", "@", "yyyy-mm-dd", "[h]:mm", "0.00E+00", "# ?/?", "0,", "0 0", "0%%"),
        *('"0', "[>9]0", "0" * 256, "0." + "0" * 31, "00,000"),
    ],
)
def test_formats_that_are_not_understood(code):
    assert number_format(code) is None


@settings(max_examples=150, deadline=None)
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(0, 30),
    st.booleans(),
    st.booleans(),
)
def test_what_is_shown_is_the_number(value, decimals, is_grouped, is_percentage):
    """What is shown, read back, is the number within half a unit of its last place."""
    code = ("#,##0" if is_grouped else "0") + ("." + "0" * decimals if decimals else "")
    shown = number_format(code + "%" * is_percentage).shown(value)
    assert shown.endswith("%") is is_percentage
    sign = r"-?\d{1,3}(\.\d{3})*" if is_grouped else r"-?\d+"
    assert re.fullmatch(rf"{sign}(,\d{{{decimals}}})?%?", shown)
    back = Decimal(shown.rstrip("%").replace(".", "").replace(",", "."))
    exact = Decimal(f"{value:.15g}") * (100 if is_percentage else 1)
    assert abs(back - exact) <= Decimal(5).scaleb(-decimals - 1)


@settings(max_examples=100, deadline=None)
@given(st.text('[]"\\_*;#0.,%$đ -@d?', max_size=30), st.floats())
def test_any_code_and_number(code, value):
    """A code that means nothing is none, and raises nothing."""
    found = number_format(code)
    shown = found.shown(value) if found else ""
    assert "\t" not in shown


@pytest.mark.parametrize(
    ("number", "shown", "text"),
    [
        ("0.125", "12,5%", "0.125 12,5%"),
        ("12.5", "12,5", "12.5"),
        ("1043000", "1.043.000", "1043000"),
        ("-1043000", "(1,043,000)", "-1043000"),
        ("1043000", "1.043.000 đ", "1043000 1.043.000 đ"),
        ("1234.5", "1.234,5", "1234.5 1.234,5"),
        ("15", "1,5", "15 1,5"),
        ("1", "100%", "1 100%"),
        ("5", "-", "5"),
        ("", "5%", ""),
        ("1234567890123", "1.234.567.890.123", "1234567890123 1.234.567.890.123"),
    ],
)
def test_what_queries_do_not_find_is_added(number, shown, text):
    assert with_shown(number, shown) == text


def test_a_sheet_of_excel(read, index_of):
    """Cells keep their places beside empty rows and columns, and are found by what they show."""
    content = xlsx_of(
        {
            "C3": (0.125, "0.0%"),
            "E3": (1043000, "#,##0"),
            "D6": ("12", "0.0%"),
            "E6": (0.125, "General"),
            "AA6": (3.14159, "0.00"),
        }
    )
    (loaded,) = read("a.xlsx", content)
    empty = "\t" * 22
    assert loaded.article.body == f"0.125 12,5%\t\t1043000\n\t12\t0.125{empty}3.14159 3,14"
    index = index_of(loaded.article)
    assert [
        index.search(query).total for query in ("12,5%", "12.5%", "0.125", "1.043.000", "13%")
    ] == [1, 1, 1, 1, 0]


def test_a_sheet_of_open_document(read):
    """Cells that are repeated or covered, and notes, leave the others in their places."""
    twice = 'table:number-columns-repeated="2"'
    rows = (
        '<table:table-header-rows><table:table-row table:number-rows-repeated="2">'
        "<table:table-cell/></table:table-row></table:table-header-rows>"
        '<table:table-row table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-repeated="2"/><table:covered-table-cell/>'
        f"{cell(0.125, '12,50%', 'percentage', twice)}"
        f"{cell(2, '2')}</table:table-row><table:table-row>"
        '<table:table-cell table:number-columns-repeated="5"/>'
        '<table:table-cell office:value-type="currency" office:value="5000"><office:annotation>'
        "<text:p>9%</text:p></office:annotation><text:p>5.000 <text:span>đ</text:span></text:p>"
        "</table:table-cell></table:table-row>"
    )
    (loaded,) = read("a.ods", ods_of(rows))
    row = "0.125 12,50%\t0.125 12,50%\t2"
    assert loaded.article.body == f"{row}\n{row}\n\t\t5000 5.000 đ"


@pytest.mark.parametrize("shown", ["1 " + "x" * 64, "&undefined;", ""])
def test_without_what_is_shown_the_number_stays(read, shown):
    """A text that is too long is no number, and what is not well-formed shows nothing."""
    (loaded,) = read("a.ods", ods_of(f"<table:table-row>{cell(0.5, shown)}</table:table-row>"))
    assert loaded.article.body == "0.5"


def test_styles_that_are_damaged(read):
    """The numbers are read without their formats."""
    original = zipfile.ZipFile(io.BytesIO(xlsx_of({"A1": (0.5, "0%"), "A2": (7, "0")})))
    members = {name: original.read(name) for name in original.namelist()}
    (whole,) = read("a.xlsx", zip_of(members))
    assert whole.article.body == "0.5 50%\n7"
    name = "xl/worksheets/sheet1.xml"
    for style in ("99999999999", "-1", "77", "x"):
        changed = re.sub(rb' s="\d+"', f' s="{style}"'.encode(), members[name])
        (loaded,) = read("b.xlsx", zip_of({**members, name: changed}))
        assert loaded.article.body == "0.5\n7"


def test_cells_without_places(read):
    """A row and a cell without a name of their own follow the one before."""
    original = zipfile.ZipFile(io.BytesIO(xlsx_of({"A1": (0.5, "0%")})))
    members = {name: original.read(name) for name in original.namelist()}
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row><c><v>3</v></c><c s="1"><v>0.25</v></c></row>'
        '<row><c r="A2"><v>3</v></c><c><v>4</v></c><c s="1"><v>0.75</v></c></row>'
        "</sheetData></worksheet>"
    )
    (loaded,) = read("a.xlsx", zip_of({**members, "xl/worksheets/sheet1.xml": sheet}))
    assert loaded.article.body == "3\t0.25 25%\n3\t4\t0.75 75%"


def test_a_repeated_cell_has_a_limit(read, monkeypatch):
    monkeypatch.setattr(shown_numbers, "MAX_CELLS", 10)
    repeated = 'table:number-columns-repeated="4"'
    rows = f'<table:table-row table:number-rows-repeated="3">{cell(0.5, "50%", more=repeated)}'
    rows += f"</table:table-row><table:table-row>{cell(0.1, '10%')}</table:table-row>"
    (loaded,) = read("a.ods", ods_of(rows))
    assert loaded.article.body.split("\n") == ["0.5\t0.5\t0.5\t0.5"] * 3 + ["0.1 10%"]
