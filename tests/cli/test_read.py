"""`dvsearch read`: what would be indexed."""

import json

import pytest

from tests.docs_writer import ROOT


@pytest.fixture
def docs(run, tmp_path):
    """Return a folder with a page, a table, broken front matter and a damaged file."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.html").write_bytes(
        "<meta charset=windows-1258><title>Tên bài</title><p>Lê A\x1b[31m</p>".encode("cp1258")
    )
    (folder / "b.csv").write_text("Tiêu đề,Nội dung\n" + "Một,hai\n" * 20)
    (folder / "c.md").write_text("---\ntitle: A: b\ntags: [x, y]\n---\nđoạn\n")
    (folder / "d.xml").write_text("<a>")
    return folder


def test_shown(run, docs):
    """Title, date, encoding, notices and the first lines are shown, without control characters."""
    result = run("read", "docs/a.html", "docs/c.md")
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    first, second = result.stdout.split("\n\n")[:2]
    assert first.split("\n") == [
        "docs/a.html",
        "  title       Tên bài",
        "  date        none",
        "  file_name   a.html",
        "  text        9 characters, windows-1258",
        "    Lê A␛[31m",
    ]
    assert "  title       A: b" in second
    assert "  notice      has front matter that is no YAML in line 2" in second


def test_json(run, docs):
    """The same as JSON, and a file that cannot be read is told; no index is made."""
    result = run("read", "docs", "--json", "--limit", "3")
    assert result.exit_code == 3
    rows = json.loads(result.stdout)
    assert [row["id"] for row in rows] == [
        "docs/a.html",
        *(f"docs/b.csv#{n}" for n in (1, 2, 3)),
        "docs/c.md",
        "docs/d.xml",
    ]
    assert rows[4]["extra"] == {"tags": "[x, y]", "file_name": "c.md"}
    assert rows[4]["notices"]
    assert rows[5]["problem"].startswith("is not well-formed XML")
    assert [one.name for one in docs.parent.iterdir()] == ["docs"]


def test_seeds(run):
    """A seed shows its title and its date."""
    result = run("read", str(ROOT / "seeds" / "001_1e4016045942cb8a.txt"))
    assert "  date        2020-06-30\n  category    Chính trị\n" in result.stdout


@pytest.mark.parametrize("args", [("missing",), ("docs/x.png",), ("docs", "--max-size", "x")])
def test_errors(run, docs, args):
    """What cannot be read at all is an error."""
    (docs / "x.png").touch()
    assert run("read", *args).exit_code == 2
    assert run("read", "docs/b.csv", "--max-size", "5").exit_code == 3


def test_paths_that_cannot_be_read(run, docs):
    """The others are shown, and the error is told; alone it is an error like others."""
    (docs / "x.bin").write_bytes(b"\0")
    result = run("read", "docs/c.md", "docs/none.txt")
    assert result.exit_code == 3
    assert result.stdout.startswith("docs/c.md\n")
    assert result.stderr.startswith("error: ")
    assert "none.txt" in result.stderr
    other = run("read", "docs/x.bin", "docs/c.md")
    assert (other.exit_code, other.stdout.count("  title       A: b")) == (3, 1)
    assert "x.bin" in other.stderr
    alone = run("read", "docs/none.txt")
    assert (alone.exit_code, alone.stdout) == (2, "")


def test_the_encoding_may_be_given(run, tmp_path):
    """As for ``dvsearch index``: what the bytes do not tell, the option does."""
    file = tmp_path / "b.txt"
    file.write_bytes(b"\xb5")  # à in TCVN3
    (row,) = json.loads(run("read", str(file), "--encoding", "tcvn3", "--json").stdout)
    assert (row["encoding"], row["title"]) == ("TCVN3", "à")
    assert run("read", str(file), "--encoding", "none").exit_code == 2
