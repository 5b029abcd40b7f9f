"""`dvsearch` over documents of binary formats: what is told, in lines and in JSON."""

import importlib.util
import json
import shutil
from pathlib import Path

import pytest

from danvan_search.ingest.isolated import process

DOCUMENTS = Path(__file__).parents[1] / "ingest" / "documents"
NAMES = ("quyet-dinh.pdf", "quet.pdf", "khoa.pdf", "quyet-dinh.doc", "so-lieu.xlsx")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "docs"
    made.mkdir()
    for name in NAMES:
        shutil.copy(DOCUMENTS / name, made)
    return made


def test_what_is_told(run, folder):
    """Each file that is no article is one line, and a hit says its page."""
    result = run("index", "docs")
    assert result.exit_code == 3
    assert "added 4," in result.stdout
    assert result.stderr.splitlines() == [
        "skipped docs/khoa.pdf: is locked with a password: save it without one",
        "skipped docs/quet.pdf: has 2 pages of pictures and no text: it is a scan; "
        "run OCR (`ocrmypdf -l vie`) and index the result",
        "1 is locked (.pdf 1); 1 has pictures only, and no text (.pdf 1)",
    ]
    assert process._PROCESS._process is None  # no process is left when the run is over
    found = json.loads(run("query", '"vôi bột"', "--json").stdout)["hits"]
    pages = {hit["id"]: hit["page"] for hit in found}
    assert pages == {"docs/quyet-dinh.pdf": 2, "docs/quyet-dinh.doc": None}


def test_a_package_that_is_missing(run, folder, monkeypatch):
    """Files are counted with the command that brings the package; articles of them stay."""
    run("index", "docs")
    found = importlib.util.find_spec

    def find(name, package=None):
        missing = ("pypdfium2", "olefile", "python_calamine")
        return None if name in missing else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find)
    result = run("index", "docs", "--json")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "5 files need a package (.pdf 3, .doc 1, .xlsx 1): `pip install 'danvan-search[documents]'`"
    ]
    report = json.loads(result.stdout)
    assert (report["removed"], report["skipped"]) == (0, 0)
    assert report["not_read"][0] == {
        "cause": "package missing",
        "kind": ".pdf",
        "count": 3,
        "install": "pip install 'danvan-search[documents]'",
    }
    assert json.loads(run("stats", "--json").stdout)["articles"] == 4


def test_a_scanned_page_is_told_with_its_number(run, folder, tmp_path):
    """The line names the file, as there may be many in a folder."""
    from tests.ingest.pdf_writer import legacy_font, pdf_of

    mixed = tmp_path / "mixed"
    mixed.mkdir()
    (mixed / "a.pdf").write_bytes(pdf_of([["Words here"], [], ["More"]], legacy_font("Vera")))
    result = run("index", "mixed")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "mixed: 1 article has 1 of 3 pages (mixed/a.pdf: 2) that are pictures without text: "
        "run OCR (`ocrmypdf -l vie`) and index the result"
    ]
