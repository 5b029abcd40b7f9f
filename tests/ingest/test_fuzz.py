"""Damaged files of binary formats: no crash, no hang, and every failure is one line."""

import io
import random
import sys
import zipfile
import zlib

import pytest

from danvan_search.ingest import Cause, Loaded
from danvan_search.ingest.isolated import process
from danvan_search.ingest.isolated.process import ParserLimits
from tests.ingest.samples import SAMPLES, sample

FILES = ("quyet-dinh.pdf", "quyet-dinh.doc", "cong-van-tcvn3.doc", "quyet-dinh.rtf", "so-lieu.xlsx")
CHANGES = (1, 5, 50)


def damaged(content: bytes, number: int) -> bytes:
    """Return a file with 1, 5 or 50 bytes changed; each seventh is cut off instead."""
    chance = random.Random(number)
    if number % 7 == 0:
        return content[: chance.randrange(len(content))]
    changed = bytearray(content)
    for _ in range(CHANGES[number % len(CHANGES)]):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", FILES)
def test_damaged_files(read, monkeypatch, name, count):
    """Each is read, or told in one line; what the next file yields is what it always yields."""
    monkeypatch.setattr(process, "LIMITS", ParserLimits(seconds=10))
    content = sample(name)
    whole = read(name, content)
    loaded = 0
    for number in range(count):
        found = read(name, damaged(content, number))
        assert found
        for one in found:
            if isinstance(one, Loaded):
                loaded += 1
            else:
                assert "\n" not in str(one)
                assert len(str(one)) < 400
                assert "s: passed over" not in str(one)
    assert read(name, content) == whole
    assert loaded > count // 10


def pdf_bomb() -> bytes:
    """Return a PDF file whose page unpacks to 200 MB of operators."""
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(b"0 0 m 9 9 l " * 100_000) for _ in range(165))
    stream += packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(stream), stream),
    ]
    body = b"%PDF-1.4\n"
    for number, one in enumerate(objects, 1):
        body += b"%d 0 obj%b endobj\n" % (number, one)
    return body + b"trailer<</Root 1 0 R>>\n%%EOF"


def xlsx_of(sheet: bytes) -> bytes:
    """Return an XLSX file with the XML of its sheet changed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(SAMPLES / "so-lieu.xlsx") as original,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in original.namelist():
            is_sheet = name.endswith("sheet1.xml")
            archive.writestr(name, sheet if is_sheet else original.read(name))
    return stream.getvalue()


def sheet_of(rows: bytes) -> bytes:
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b"%b</sheetData></worksheet>" % rows
    )


_CELL = b'<row r="%d"><c r="%b%d" t="inlineStr"><is><t>x</t></is></c></row>'
HOSTILE = {
    "a.pdf": pdf_bomb,
    "page loop.pdf": lambda: sample("quyet-dinh.pdf").replace(b"/Kids[", b"/Kids[1 0 R "),
    "far cell.xlsx": lambda: xlsx_of(
        sheet_of(_CELL % (1, b"A", 1) + _CELL % (1048576, b"XFD", 1048576))
    ),
    "much.xlsx": lambda: xlsx_of(sheet_of(_CELL % (1, b"A", 1) + b"<row/>" * 12_000_000)),
}


@pytest.mark.skipif(sys.platform != "linux", reason="needs limits of the system")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files(read, monkeypatch, name):
    """A bomb costs one line, a loop of pages nothing, and the next file is read."""
    monkeypatch.setattr(process, "LIMITS", ParserLimits(seconds=1, memory=200_000_000))
    (found,) = read(name, HOSTILE[name]())
    if "loop" in name:
        assert "khơi cống rãnh" in found.article.body
    else:
        assert found.cause is Cause.LIMIT
        assert str(found).endswith(": passed over")
    (after,) = read("quyet-dinh.doc", sample("quyet-dinh.doc"))
    assert isinstance(after, Loaded)
