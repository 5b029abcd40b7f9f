"""`dvsearch index`: what it reports, and what it does not change."""

import json
from pathlib import Path

import pytest

from danvan_search import Index


@pytest.fixture
def docs(run, tmp_path) -> Path:
    """Return a folder of two articles."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"Bài {name}\n\nDân vận khéo.\n", "utf-8")
    return folder


def everything(folder: Path) -> dict[str, bytes | None]:
    """Return all files and folders below a folder, with their contents."""
    return {str(one): one.read_bytes() if one.is_file() else None for one in folder.rglob("*")}


def report(result) -> dict[str, int]:
    """Return the counts of a report that are not zero."""
    names = ("added", "updated", "removed", "unchanged", "skipped")
    document = json.loads(result.stdout)
    return {name: document[name] for name in names if document[name]}


def test_summary(run, docs):
    """One line says what changed."""
    result = run("index", "docs")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.startswith(
        "indexes/default: added 2, updated 0, removed 0, unchanged 0, skipped 0 in "
    )


def test_synchronises(run, docs):
    """A second run updates the index from the folder."""
    assert report(run("index", "docs", "--json")) == {"added": 2}
    assert report(run("index", "docs", "--json")) == {"unchanged": 2}
    (docs / "a.txt").unlink()
    assert report(run("index", "docs", "--json", "--no-prune")) == {"unchanged": 1}
    assert report(run("index", "docs", "--json")) == {"unchanged": 1, "removed": 1}


@pytest.mark.parametrize("options", [(), ("--rebuild",), ("--no-prune",)])
@pytest.mark.parametrize("there", [False, True])
def test_dry_run(run, docs, tmp_path, options, there):
    """A dry run creates and changes nothing, with and without an index."""
    if there:
        run("index", "docs")
        (docs / "c.txt").write_text("Bài c\n\nDân vận.\n")
    before = everything(tmp_path)
    result = run("index", "docs", "--dry-run", *options)
    assert result.exit_code == 0
    assert result.stdout.startswith("indexes/default would change: added ")
    assert before == everything(tmp_path)


def test_rebuild(run, docs, tmp_path):
    """A rebuild drops articles from elsewhere."""
    run("index", "docs")
    (tmp_path / "other.jsonl").write_text('{"id": "1", "text": "dân"}\n')
    assert report(run("index", "other.jsonl", "--rebuild", "--json")) == {"added": 1}
    assert "articles        1\n" in run("stats").stdout


SPOILED = {
    "contents": "*.toc",
    "grid": "*.grid",
    "documents": "*.docs",
}


# Whoosh leaves files open that it cannot read.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("harm", ["removed", "cut", "overwritten"])
@pytest.mark.parametrize("spoil", ["format", "marker", *SPOILED])
def test_rebuild_is_the_way_out_of_damage(run, docs, tmp_path, spoil, harm):
    """The advice of the errors works: --rebuild replaces a damaged index."""
    run("index", "docs")
    folder = tmp_path / "indexes" / "default"
    if spoil == "format":
        (folder / "danvan.json").write_text('{"format": "other"}')
    elif spoil == "marker":
        (folder / "danvan.json").write_text("")
    else:
        (file,) = folder.glob(SPOILED[spoil])
        size = file.stat().st_size
        if harm == "removed":
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[: size // 2] if harm == "cut" else b"\xa5" * size)
    for command in (("query", "dân"), ("stats",), ("index", "docs"), ("remove", "x")):
        result = run(*command)
        assert result.exit_code == 2
        assert "`dvsearch index --rebuild FOLDER`" in result.stderr
        assert "indexes/default" in result.stderr
    assert report(run("index", "docs", "--rebuild", "--json")) == {"added": 2}
    assert run("query", "dân").exit_code == 0
    assert [one.name for one in (tmp_path / "indexes").iterdir()] == ["default"]


def test_the_format_before_this_one(run, docs, tmp_path):
    """Every command advises to rebuild an index of an older format, and --rebuild does it."""
    folder = tmp_path / "indexes" / "default"
    folder.mkdir(parents=True)
    (folder / "danvan.json").write_text('{"format": "danvan-whoosh-1"}\n')
    (folder / "_MAIN_1.toc").write_bytes(b"\x04\x08\x08")
    (folder / "MAIN_0123456789abcdef.seg").write_bytes(b"old")
    before = everything(tmp_path)
    commands = ("index", "docs"), ("query", "dân"), ("stats",), ("remove", "x")
    for command in (*commands, ("index", "docs", "--dry-run")):
        result = run(*command)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert "'danvan-whoosh-1'" in result.stderr
        assert "`dvsearch index --rebuild FOLDER`" in result.stderr
    assert before == everything(tmp_path)
    assert report(run("index", "docs", "--rebuild", "--json")) == {"added": 2}
    assert not list(folder.glob("*.seg"))
    assert run("query", "dân").exit_code == 0


@pytest.mark.parametrize("options", [(), ("--rebuild",)])
def test_folder_of_another_program(run, docs, tmp_path, options):
    """A folder that is not an index is neither written to nor replaced."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.doc").write_text("mine")
    before = everything(tmp_path)
    result = run("index", "docs", "--index", "mine", *options)
    assert result.exit_code == 2
    assert "name an" in result.stderr  # "another place", or "an empty or new folder"
    assert before == everything(tmp_path)


def test_what_cannot_be_used_is_reported(run, docs, tmp_path):
    """Each skipped file or line is a line on stderr, the rest is indexed; the exit code is 3."""
    (tmp_path / "empty").mkdir()
    (docs / "koi8.txt").write_bytes(b"\xcf\xd2\xc9\xd7\xc5\xd4")
    (docs / "n.jsonl").write_text('{"id": "\\ud800", "text": "x"}\n{"id": "1", "text": "y"}\n{\n')
    result = run("index", "missing", "empty", "docs", "--json")
    assert result.exit_code == 3
    assert report(result) == {"added": 3, "skipped": 5}
    *lines, last = result.stderr.splitlines()
    assert len(lines) == 5
    assert all(line.startswith("skipped ") for line in lines)
    assert last == (
        "2 are no articles (.jsonl 2); 1 is in an unknown encoding (.txt 1); "
        "2 could not be read (folder 1, without suffix 1)"
    )
    assert json.loads(result.stdout)["failed"] == 5
    assert run("query", "dân").exit_code == 0


@pytest.mark.parametrize("path", ["missing", "empty", "x.bin"])
def test_nothing_to_index(run, docs, tmp_path, path):
    """If the only path is wrong, nothing is created or changed."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.bin").touch()
    before = everything(tmp_path)
    result = run("index", path)
    assert result.exit_code == 2
    assert path in result.stderr
    assert before == everything(tmp_path)


def test_standard_input(run, docs):
    """`-` reads JSON lines."""
    lines = '{"id": "1", "text": "dân vận"}\n{"id": "1", "text": "khác"}\n'
    result = run("index", "-", "--json", input=lines)
    assert result.exit_code == 3
    assert report(result) == {"added": 1, "skipped": 1}
    assert "the id '1' was in standard input already, which is kept" in result.stderr
    assert run("index", "-", input="").exit_code == 0


OTHERS = ("b.png", "c.xyz", "d.XYZ", ".hidden.xyz", "Makefile")


@pytest.mark.parametrize("empty", [False, True])
def test_other_kinds_are_told(run, docs, empty):
    """One line says what was passed over, each time; it is no failure, and neither is emptiness."""
    for name in (*OTHERS, *(["empty.txt"] if empty else [])):
        (docs / name).touch()
    line = "4 files of other kinds were passed over (.xyz 2, .png 1, without suffix 1)"
    if empty:
        line = f"skipped docs/empty.txt: is empty: write an article into it\n{line}; "
        line += "1 is empty (.txt 1)"
    for options in ((), ("--dry-run",), ("--rebuild",)):
        result = run("index", "docs", *options)
        assert (result.exit_code, result.stderr) == (0, f"{line}\n")
    result = run("index", "docs", "--json")
    assert json.loads(result.stdout)["failed"] == 0
    assert json.loads(result.stdout)["not_read"][:3] == [
        {"cause": "other kind", "kind": kind, "count": count, "install": ""}
        for kind, count in ((".xyz", 2), (".png", 1), ("without suffix", 1))
    ]


def test_other_kinds_are_told_when_nothing_else_is_left(run, docs):
    """A folder that has files is no unmounted disk: what is gone from it is removed."""
    (docs / "b.xyz").touch()
    run("index", "docs")
    for name in ("a.txt", "b.txt"):
        (docs / name).unlink()
    result = run("index", "docs")
    assert (result.exit_code, result.stderr) == (
        0,
        "1 file of another kind was passed over (.xyz 1)\n",
    )
    assert "removed 2" in result.stdout
    result = run("index", "docs")
    assert result.exit_code == 2
    assert "file, but .xyz 1" in result.stderr


def test_many_failures(run, docs):
    """Of very many skipped records the first are shown, and the number of the others."""
    (docs / "n.jsonl").write_text('{"id": "1", "text": "y"}\n' + "{}\n" * 99)
    result = run("index", "docs")
    lines = result.stderr.splitlines()
    assert len(lines) == 52
    assert lines[-2:] == ["skipped 49 more", "99 are no articles (.jsonl 99)"]
    assert result.exit_code == 3


def test_patterns(run, docs):
    """Patterns choose files and folders; what they leave out is gone from the index."""
    (docs / "drafts").mkdir()
    (docs / "drafts" / "c.txt").write_text("Bài c")
    (docs / "d.log").write_text("Bài d")
    (docs / "e.log").write_bytes(b"\x89PNG\r\n")

    def ids(*options):
        result = run("index", "docs", "--rebuild", "--json", *options)
        assert json.loads(result.stdout)["failed"] == 0
        with Index.open("indexes/default") as index:
            return sorted(one.removeprefix("docs/") for one in index.ids())

    assert ids("--exclude", "DRAFTS") == ["a.txt", "b.txt"]
    assert ids("--exclude", "drafts/*", "--exclude", "b.txt") == ["a.txt"]
    assert ids("--include", "a.*", "--include", "*.log") == ["a.txt", "d.log"]
    assert ids("--include", "*.txt", "--exclude", "b*") == ["a.txt", "drafts/c.txt"]
    assert ids("--include", "drafts/*.txt") == ["drafts/c.txt"]


def test_locked(run, docs, tmp_path):
    """While another process writes, commands that write fail at once, and searches work."""
    run("index", "docs")

    def articles():
        for args in (("index", "docs"), ("index", "docs", "--rebuild"), ("remove", "docs/a.txt")):
            result = run(*args)
            assert result.exit_code == 2
            assert "another process is writing to the index at indexes/default" in result.stderr
        assert run("query", "dân").exit_code == 0
        yield from ()

    with Index.open(tmp_path / "indexes" / "default") as index:
        index.add(articles())


def test_interrupt(run, docs, tmp_path, monkeypatch):
    """Ctrl-C exits with 130, prints one word, and changes nothing."""
    run("index", "docs")
    (docs / "c.txt").write_text("Bài c\n\nDân vận.\n")
    before = everything(tmp_path)

    def interrupt(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("danvan_search.index.writing.index_writer.IndexWriter.put", interrupt)
    for args in (("index", "docs"), ("index", "docs", "--index", "new/index")):
        result = run(*args)
        assert result.exit_code == 130
        assert result.stdout == ""
        assert result.stderr.split() == ["interrupted"]
        assert before == everything(tmp_path)


def test_conversions_are_told(run, docs):
    """One line for each folder says what was converted from which encoding, also if unchanged."""
    tcvn3 = b"C\xabng t\xb8c d\xa9n v\xcbn kh\xd0o \xeb c\xac s\xeb"
    (docs / "a.txt").write_bytes(tcvn3)
    (docs / "c.txt").write_bytes(tcvn3 + b" 2")
    (docs / "d.txt").write_text("Phố phường", "utf-16")
    (docs / "e.txt").write_bytes("Phố phường ".encode() + b"\xe1\xbb")
    for counts in ({"added": 5}, {"unchanged": 5}):
        result = run("index", "docs", "--json")
        assert result.exit_code == 0
        assert report(result) == counts
        assert result.stderr.splitlines() == [
            "docs: 3 articles were converted: 2 from TCVN3, 1 from UTF-16LE",
            "docs: 1 article with bytes that are not UTF-8: \ufffd stands in their places",
        ]
        texts = [one["text"] for one in json.loads(result.stdout)["notices"]]
        assert texts[0] == "were converted: 2 from TCVN3, 1 from UTF-16LE"
    assert run("query", '"công tác dân vận"').exit_code == 0


def test_the_encoding_is_given(run, docs):
    """--encoding holds for all text files, under any name of it; a wrong one is refused."""
    for name in ("a", "b"):
        (docs / f"{name}.txt").write_bytes(b"V\xecra \x8alechtov\xe1")
    result = run("index", "docs", "--encoding", "cp1250")
    assert result.stderr == "docs: 2 articles were converted: 2 from windows-1250\n"
    assert "Šlechtová" in run("query", "slechtova").stdout
    wrong = run("index", "docs", "--encoding", "koi8")
    assert wrong.exit_code == 2
    assert "'koi8' is no encoding that is known: give UTF-8, " in wrong.stderr
