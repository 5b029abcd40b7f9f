"""Archives and documents on the command line: what is told of parts, and of the places of hits."""

import json

from tests.ingest.packing import docx, paragraph, zip_of


def test_parts_and_places_are_told(run, tmp_path):
    """A hit names the part of its file and its section; parts that are not read are counted."""
    body = (
        paragraph("Đầu đề")
        + paragraph("Mở đầu " * 200)
        + paragraph("Kinh phí", '<w:outlineLvl w:val="0"/>')
        + paragraph("Mua vôi bột quét đường.")
    )
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.zip").write_bytes(
        zip_of({"văn bản/b.docx": docx(body), "c.png": b"x", "d.docx": b"PK\x03\x04"})
    )
    index = ("--index", str(tmp_path / "index"))
    result = run("index", str(folder), *index)
    assert result.exit_code == 3
    assert "folder/a.zip#d.docx: is damaged or cut short" in result.stderr
    assert "(.png 1)" in result.stderr
    result = run("query", '"vôi bột"', *index)
    assert "folder/a.zip#văn bản/b.docx · Kinh phí" in result.stdout
    (hit,) = json.loads(run("query", '"vôi bột"', "--json", *index).stdout)["hits"]
    assert (hit["section"], hit["page"]) == ("Kinh phí", None)
    shown = run("read", str(folder / "a.zip")).stdout
    assert "sections    Kinh phí" in shown
    assert "folder/a.zip#c.png: is no kind of file that is read" in shown
