"""Synchronising an index with folders and files."""

import io
import json
import sys
from pathlib import Path

import pytest

from danvan_search import Article, ArticleError, Index, SyncReport
from danvan_search.ingest import read_file


@pytest.fixture
def index(tmp_path):
    """Return an open, empty index."""
    with Index.create(tmp_path / "index") as made:
        yield made


@pytest.fixture
def docs(tmp_path):
    """Return a folder with two text files, and a third in a subfolder."""
    return fill(tmp_path / "docs", "a.txt", "b.txt", "sub/c.txt")


def fill(folder: Path, *names: str) -> Path:
    """Write text files that contain their own names; return their folder."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Bài {name}\n\nNội dung của {name}.\n", "utf-8")
    return folder


def write_lines(path: Path, *records: dict[str, str]) -> Path:
    """Write JSON lines."""
    path.write_text("".join(f"{json.dumps(one)}\n" for one in records), "utf-8")
    return path


def changes(report: SyncReport) -> dict[str, int]:
    """Return the counts that are not zero."""
    names = ("added", "updated", "removed", "unchanged", "skipped")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def ids(index: Index) -> list[str]:
    """Return the ids of an index, sorted."""
    return sorted(index.ids())


DOCS = ["docs/a.txt", "docs/b.txt", "docs/sub/c.txt"]


def test_second_run_changes_nothing(index, docs):
    """Without changes there is no commit."""
    assert changes(index.sync([docs])) == {"added": 3}
    generation = index.stats().generation
    assert changes(index.sync([docs])) == {"unchanged": 3}
    assert generation == index.stats().generation
    assert ids(index) == DOCS


def test_changed_new_and_vanished(index, docs):
    """Changed articles are replaced, new ones added, vanished ones removed."""
    index.sync([docs])
    (docs / "a.txt").write_text("Bài khác\n\nTây Nguyên.\n", "utf-8")
    (docs / "sub" / "c.txt").unlink()
    fill(docs, "d.txt")
    report = index.sync([docs])
    assert changes(report) == {"added": 1, "updated": 1, "removed": 1, "unchanged": 1}
    assert ids(index) == ["docs/a.txt", "docs/b.txt", "docs/d.txt"]
    assert [hit.id for hit in index.search("tay nguyen")] == ["docs/a.txt"]


def test_no_prune_keeps_what_vanished(index, docs):
    """Without pruning, nothing is removed."""
    index.sync([docs])
    (docs / "a.txt").unlink()
    assert changes(index.sync([docs], prune=False)) == {"unchanged": 2}
    assert ids(index) == DOCS


def test_other_folders_are_left_alone(index, docs, tmp_path):
    """Only articles from the given paths are removed."""
    other = fill(tmp_path / "docs-2", "a.txt")
    index.sync([docs, other])
    index.add([Article("api", "", "từ chương trình")])
    (other / "a.txt").unlink()
    (docs / "a.txt").unlink()
    assert changes(index.sync([docs])) == {"unchanged": 2, "removed": 1}
    assert ids(index) == ["api", "docs-2/a.txt", "docs/b.txt", "docs/sub/c.txt"]


def test_rebuild_drops_everything_else(index, docs, tmp_path):
    """A rebuild keeps only the articles in the paths."""
    index.add([Article("api", "", "từ chương trình")])
    index.sync([docs])
    other = fill(tmp_path / "other", "x.txt")
    assert changes(index.sync([other], rebuild=True)) == {"added": 1}
    assert ids(index) == ["other/x.txt"]


@pytest.mark.parametrize("options", [{}, {"rebuild": True}, {"prune": False}])
def test_dry_run_changes_nothing(index, docs, options):
    """A dry run reports, and does not change the files of the index."""
    index.sync([docs])
    before = {one.name: one.read_bytes() for one in index.path.iterdir() if one.is_file()}
    fill(docs, "new.txt")
    (docs / "a.txt").unlink()
    assert index.sync([docs], dry_run=True, **options).added
    assert before == {one.name: one.read_bytes() for one in index.path.iterdir() if one.is_file()}
    assert ids(index) == DOCS


@pytest.mark.parametrize("given", ["sub", "sub/c.txt", "../docs/./sub"])
def test_part_of_known_folder_keeps_ids(index, docs, given):
    """A subfolder, or a file, of a known folder is indexed as part of it."""
    index.sync([docs])
    assert changes(index.sync([docs / given])) == {"unchanged": 1}
    (docs / "sub" / "c.txt").write_text("Bài mới\n\nHưng Yên.\n", "utf-8")
    assert changes(index.sync([docs / given])) == {"updated": 1}
    assert ids(index) == DOCS


def test_file_given_alone(index, docs):
    """A file that is given alone has the same id as in its folder."""
    assert changes(index.sync([docs / "a.txt"])) == {"added": 1}
    assert changes(index.sync([docs])) == {"added": 2, "unchanged": 1}
    assert ids(index) == DOCS


@pytest.mark.parametrize(
    "given",
    [
        ("docs", "docs"),
        ("docs", "docs/sub"),
        ("docs/sub", "docs"),
        ("docs", "docs/../docs/", "docs/a.txt"),
        ("docs/sub/c.txt", "docs"),
    ],
)
def test_overlapping_paths(index, docs, given):
    """A file in several paths is read once, with the outermost as its root, in every order."""
    paths = [docs.parent / one for one in given]
    assert changes(index.sync(paths)) == {"added": 3}
    assert ids(index) == DOCS
    assert changes(index.sync(paths)) == {"unchanged": 3}


def test_one_path_as_a_string(index, docs):
    """A single path works like a list with one path."""
    assert changes(index.sync(str(docs))) == {"added": 3}


def test_relative_paths(index, docs, monkeypatch):
    """Ids do not depend on the working folder."""
    index.sync([docs])
    monkeypatch.chdir(docs)
    assert changes(index.sync(["."])) == {"unchanged": 3}


def test_moved_folder(index, docs, tmp_path):
    """A moved folder keeps its ids; articles that were not moved are removed."""
    index.sync([docs])
    (tmp_path / "new").mkdir()
    moved = docs.rename(tmp_path / "new" / "docs")
    (moved / "b.txt").unlink()
    assert changes(index.sync([moved])) == {"updated": 2, "removed": 1}
    assert changes(index.sync([moved])) == {"unchanged": 2}
    assert ids(index) == ["docs/a.txt", "docs/sub/c.txt"]


@pytest.mark.parametrize("calls", [1, 2])
def test_folders_of_the_same_name(index, tmp_path, calls):
    """They live beside each other, in one call or in several; later names have more parents."""
    folders = [
        fill(tmp_path / year / "reports", "bc.txt", f"{year}.txt") for year in ("22", "23", "24")
    ]
    if calls == 1:
        assert changes(index.sync(folders)) == {"added": 6}
    else:
        for folder in folders:
            assert changes(index.sync([folder])) == {"added": 2}
    expected = ["23/reports/23.txt", "23/reports/bc.txt", "24/reports/24.txt"]
    expected += ["24/reports/bc.txt", "reports/22.txt", "reports/bc.txt"]
    assert ids(index) == expected
    for given in (*([folder] for folder in folders), folders, folders[::-1]):
        assert changes(index.sync(given)) == {"unchanged": 2 * len(given)}
    fill(folders[1], "new.txt")
    assert changes(index.sync(folders[::-1])) == {"added": 1, "unchanged": 6}
    assert "23/reports/new.txt" in index


def test_file_moved_to_folder_of_the_same_name(index, docs, tmp_path):
    """While the old folder exists, the new one is another."""
    index.sync([docs])
    twin = tmp_path / "new" / "docs"
    twin.mkdir(parents=True)
    (docs / "a.txt").rename(twin / "a.txt")
    assert changes(index.sync([twin])) == {"added": 1}
    assert ids(index) == [*DOCS, "new/docs/a.txt"]
    assert changes(index.sync([docs, twin])) == {"removed": 1, "unchanged": 3}


def test_a_single_file_does_not_name_its_folder(index, docs, tmp_path):
    """The folder of a single file, or of single records, is no folder that was indexed."""
    (tmp_path / "x.txt").write_text("Bài x")
    write_lines(tmp_path / "n.jsonl", {"id": "1", "text": "một"})
    given = [docs, tmp_path / "x.txt", tmp_path / "n.jsonl"]
    assert changes(index.sync(given)) == {"added": 5}
    expected = sorted(["1", f"{tmp_path.name}/x.txt", *DOCS])
    for paths in (given, given[:1], given[::-1], given[:2]):
        assert set(changes(index.sync(paths))) == {"unchanged"}
        assert ids(index) == expected
    fill(docs, "sub/d.txt")
    assert changes(index.sync([docs / "sub"])) == {"added": 1, "unchanged": 1}
    assert "docs/sub/d.txt" in index


@pytest.mark.parametrize("other", ["..", "../other", "sub", "sub/c.txt", "a.txt", "../x.txt"])
def test_an_unchanged_folder_is_unchanged_whatever_else_is_indexed(index, docs, other):
    """No id changes when another folder, around it, in it or beside it, is indexed in between."""
    fill(docs.parent / "other" / "docs", "a.txt")
    (docs.parent / "x.txt").write_text("Bài x")
    index.sync([docs])
    index.sync([docs / other])
    before = ids(index)
    assert {*DOCS} <= {*before}
    assert changes(index.sync([docs])) == {"unchanged": 3}
    assert "added" not in changes(index.sync([docs / other]))
    assert before == ids(index)


def test_single_files_of_the_same_name(index, tmp_path):
    """They live beside each other, too, and beside folders."""
    for year in ("22", "23", "24"):
        fill(tmp_path / year / "reports", "bc.txt")
    index.sync([tmp_path / "22" / "reports" / "bc.txt"])
    index.sync([tmp_path / "23" / "reports" / "bc.txt"])
    index.sync([tmp_path / "24" / "reports"])
    expected = ["23/reports/bc.txt", "24/reports/bc.txt", "reports/bc.txt"]
    assert ids(index) == expected
    for year in ("24", "23", "22"):
        assert changes(index.sync([tmp_path / year / "reports"])) == {"unchanged": 1}
    assert ids(index) == expected


def test_records_that_vanish(index, tmp_path):
    """The article of a record that is no longer in its file is removed."""
    file = write_lines(tmp_path / "n.jsonl", {"id": "1", "text": "một"}, {"id": "2", "text": "hai"})
    assert changes(index.sync([file])) == {"added": 2}
    write_lines(file, {"id": "2", "text": "hai"})
    assert changes(index.sync([file])) == {"removed": 1, "unchanged": 1}
    assert ids(index) == ["2"]


def test_same_id_twice_in_a_run(index, tmp_path):
    """The first is kept, and the second is reported."""
    file = write_lines(
        tmp_path / "n.jsonl", *({"id": "1", "text": text} for text in ("một", "hai"))
    )
    lines: list[str] = []
    assert changes(index.sync([file], on_skip=lines.append)) == {"added": 1, "skipped": 1}
    assert index.get("1").body == "một"
    assert "the id '1' was in" in lines[0]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_links(index, docs, tmp_path, kind):
    """A link to a file keeps its own name and folder; a link to a folder is that folder."""
    outside = write_lines(
        tmp_path / "real.jsonl", {"id": "1", "text": "một"}, {"id": "2", "text": "hai"}
    )
    if kind == "folder":
        (tmp_path / "link").symlink_to(docs)
        assert changes(index.sync([tmp_path / "link"])) == {"added": 3}
        assert changes(index.sync([docs])) == {"unchanged": 3}
        return
    link = tmp_path / "elsewhere" / "link.jsonl"
    link.parent.mkdir()
    link.symlink_to(outside)
    assert changes(index.sync([link])) == {"added": 2}
    write_lines(outside, {"id": "2", "text": "hai"})
    assert changes(index.sync([link])) == {"removed": 1, "unchanged": 1}


def test_link_into_known_folder(index, docs, tmp_path):
    """A link from outside to a file of a known folder is a separate file."""
    index.sync([docs])
    (tmp_path / "out").mkdir()
    link = tmp_path / "out" / "a.txt"
    link.symlink_to(docs / "a.txt")
    assert changes(index.sync([link])) == {"added": 1}
    assert "out/a.txt" in index


def test_link_to_itself(index, tmp_path):
    """A link to itself gives a clear error."""
    link = tmp_path / "loop"
    link.symlink_to(link)
    with pytest.raises(ArticleError, match="loop"):
        index.sync([link])


@pytest.mark.parametrize("bad", ["missing", "empty", "picture.png"])
def test_path_that_cannot_be_used(index, docs, tmp_path, bad):
    """A single such path is an error; among others it is reported, and the others are indexed."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "picture.png").touch()
    with pytest.raises(ArticleError, match=bad):
        index.sync([tmp_path / bad])
    lines: list[str] = []
    report = index.sync([tmp_path / bad, docs], on_skip=lines.append)
    assert changes(report) == {"added": 3, "skipped": 1}
    assert [bad in line for line in lines] == [True]


def test_nothing_usable_among_several(index, tmp_path):
    """If no path can be used, the call fails."""
    with pytest.raises(ArticleError, match="nothing to index"):
        index.sync([tmp_path / "no", tmp_path / "nor"])
    with pytest.raises(ArticleError, match="name a folder"):
        index.sync([])


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_missing_folder_keeps_its_articles(index, docs, tmp_path, how):
    """The articles from a disk that is not mounted stay in the index."""
    other = fill(tmp_path / "other", "x.txt")
    index.sync([docs, other])
    docs.rename(tmp_path / "away")
    if how == "empty":
        docs.mkdir()
    assert changes(index.sync([docs, other])) == {"unchanged": 1, "skipped": 1}
    assert ids(index) == [*DOCS, "other/x.txt"]


@pytest.mark.parametrize(
    "content", [b"\xcf\xd2\xc9\xd7\xc5\xd4", bytes(range(256))], ids=["KOI8", "no text"]
)
def test_file_that_cannot_be_read_keeps_its_article(index, docs, content):
    """An article stays unchanged if its file cannot be read now."""
    index.sync([docs])
    (docs / "a.txt").write_bytes(content)
    lines: list[str] = []
    assert changes(index.sync([docs], on_skip=lines.append)) == {"unchanged": 2, "skipped": 1}
    assert ids(index) == DOCS
    assert lines[0].startswith("docs/a.txt: is ")
    assert "\n" not in lines[0]


def test_permission_denied(index, docs, monkeypatch):
    """A file without read permission is reported, and its article stays."""
    index.sync([docs])
    real = open

    def refuse(path, *args, **options):
        if Path(path).name == "a.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *args, **options)

    monkeypatch.setattr("builtins.open", refuse)
    lines: list[str] = []
    assert changes(index.sync([docs], on_skip=lines.append)) == {"unchanged": 2, "skipped": 1}
    monkeypatch.undo()
    reason = "cannot be read: permission denied; check its type, its permissions and its disk"
    assert lines == [f"docs/a.txt: {reason}"]
    assert ids(index) == DOCS


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Path.unlink, {"unchanged": 2, "skipped": 1}),
        (
            lambda path: path.write_text("Khác hẳn\n\n" + "dài ra " * 99),
            {"unchanged": 2, "updated": 1},
        ),
        (lambda path: path.write_text(""), {"unchanged": 2, "skipped": 1, "removed": 1}),
    ],
    ids=["vanishes", "grows", "is emptied"],
)
def test_file_changes_between_scan_and_read(index, docs, monkeypatch, change, expected):
    """The content that is read counts, not what the scan found."""
    index.sync([docs])

    def read(file, **options):
        if file.path.name == "a.txt":
            change(file.path)
        return read_file(file, **options)

    monkeypatch.setattr("danvan_search.ingest.read_ahead.read_file", read)
    progress: list[tuple[int, int]] = []
    assert expected == changes(index.sync([docs], progress=lambda *at: progress.append(at)))
    assert all(done <= total for done, total in progress)
    assert progress[-1][0] == progress[-1][1]


def test_standard_input(index, docs, monkeypatch):
    """``-`` reads JSON lines, also together with files; articles from there are never pruned."""
    lines = b'{"id": "1", "text": "m\xe1\xbb\x99t"}\n{"id": 2, "text": "hai"}\nkh\xf4ng\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    skipped: list[str] = []
    assert changes(index.sync(["-", docs], on_skip=skipped.append)) == {"added": 5, "skipped": 1}
    assert skipped[0].startswith("-:3: ")
    assert changes(index.sync([docs])) == {"unchanged": 3}
    assert ids(index) == ["1", "2", *DOCS]


@pytest.mark.parametrize(
    "id_",
    [
        "có dấu cách",
        "\"'\\",
        "a\nb",
        "/etc/passwd",
        "../..",
        "a\0b",
        "\u202e",
        "😀",
        "d" * 1000,
        " ",
    ],
)
def test_naughty_ids(index, tmp_path, id_):
    """Any UTF-8 text is a valid id, unless it consists of blanks."""
    file = write_lines(tmp_path / "n.jsonl", {"id": id_, "text": "dân vận"})
    report = index.sync([file])
    if not id_.strip():
        assert changes(report) == {"skipped": 1}
        return
    assert changes(report) == {"added": 1}
    assert changes(index.sync([file])) == {"unchanged": 1}
    assert index.get(id_).body == "dân vận"
    assert [hit.id for hit in index.search("dan van")] == [id_]
    assert index.remove([id_]) == 1


@pytest.mark.parametrize("id_", ["\ud800", "a\udfffb", "d" * 1001])
def test_impossible_ids(index, tmp_path, id_):
    """A record with an invalid id is skipped with a message, and the rest is indexed."""
    file = write_lines(tmp_path / "n.jsonl", {"id": id_, "text": "x"}, {"id": "1", "text": "y"})
    lines: list[str] = []
    assert changes(index.sync([file], on_skip=lines.append)) == {"added": 1, "skipped": 1}
    assert lines[0].startswith(f"{tmp_path.name}/n.jsonl:1: the id ")
    lines[0].encode()


def test_file_name_that_is_no_utf8(index, docs):
    """The id of a file whose name is not UTF-8 shows the invalid bytes."""
    try:
        (docs / "t\udcea.txt").write_text("Tên lạ\n\nNội dung.\n", "utf-8")
    except OSError:
        pytest.skip("the file system takes only names in UTF-8")
    assert changes(index.sync([docs])) == {"added": 4}
    assert changes(index.sync([docs])) == {"unchanged": 4}
    assert "docs/t\\udcea.txt" in index


class Stop(BaseException):
    """Stands for Ctrl-C at a chosen moment."""


@pytest.mark.parametrize("error", [KeyboardInterrupt, Stop, RuntimeError])
def test_interrupt_leaves_the_index(index, docs, monkeypatch, error):
    """After an interrupt the files of the index are unchanged, and there is no lock."""
    index.sync([docs])
    before = {one.name for one in index.path.iterdir()}
    fill(docs, "new.txt", "sub/zz.txt")

    def read(file, **options):
        if file.path.name == "zz.txt":
            raise error
        return read_file(file, **options)

    monkeypatch.setattr("danvan_search.ingest.read_ahead.read_file", read)
    generation = index.stats().generation
    with pytest.raises(error):
        index.sync([docs])
    assert generation == index.stats().generation
    assert before == {one.name for one in index.path.iterdir()}
    assert ids(index) == DOCS
    monkeypatch.undo()
    assert changes(index.sync([docs])) == {"added": 2, "unchanged": 3}
