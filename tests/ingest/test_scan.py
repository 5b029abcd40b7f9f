"""Finding and opening files."""

import os
import unicodedata
from pathlib import Path

import pytest

from danvan_search import ingest
from danvan_search.errors import ArticleError, OptionError
from danvan_search.ingest import Skipped, SourceFile, read_file, read_stream, scan

SEEDS = Path(__file__).parents[2] / "seeds"


def test_public_names():
    """These names are promised to users."""
    assert ingest.__all__ == [
        "MAX_BYTES",
        "READERS",
        "STANDARD_INPUT",
        "Cause",
        "Document",
        "Loaded",
        "Problem",
        "ReadError",
        "Reader",
        "Scan",
        "Skipped",
        "Source",
        "SourceFile",
        "describe_formats",
        "kind_of",
        "locate",
        "parse_date",
        "printable",
        "read_file",
        "read_files",
        "read_stream",
        "reader_by_suffix",
        "scan",
    ]


@pytest.fixture
def folder(tmp_path):
    """Return a folder with files of all formats."""
    root = tmp_path / "Bài viết"
    (root / "b" / "sâu").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "a.txt").write_text("một")
    for name in ("Z.TXT", "b/c.md", "b/sâu/d.jsonl", "b/e.jsonl.GZ", "b/f.jsonl.xz"):
        (root / name).touch()
    for name in (".a.txt", ".git/a.txt", "a.bin", "a.gz", "txt", "b/a.txt.bak"):
        (root / name).touch()
    return root


def test_blanks_at_the_end_of_a_name_hide_no_kind(tmp_path):
    for name in ("a.txt ", "b.md\u00a0", "c.jsonl.gz ", "d. txt", "e "):
        (tmp_path / name).write_text("x")
    found = scan(tmp_path)
    assert [file.path.name for file in found.files] == ["a.txt ", "b.md\u00a0", "c.jsonl.gz "]
    assert found.others.total() == 2
    assert next(read_file(found.files[0])).article.title == "x"


def test_a_file_is_looked_at_and_opened_once(folder, monkeypatch):
    """A folder of small files is mostly opening them."""
    opened = []
    real = os.open

    def counted(path, *arguments):
        opened.append(path)
        return real(path, *arguments)

    (file,) = [file for file in scan(folder).files if file.name.endswith("a.txt")]
    with monkeypatch.context() as patched:
        patched.setattr(os, "open", counted)
        patched.setattr(os, "stat", None)  # the scan has looked at it
        (record,) = read_file(file)
    assert record.article.title == "một"
    assert opened == [str(folder / "a.txt")]


NAMES = ["Z.TXT", "a.txt", "b/c.md", "b/e.jsonl.GZ", "b/f.jsonl.xz", "b/sâu/d.jsonl"]


def names(found):
    """Return the names of the files found."""
    return [file.name for file in found.files]


def test_folder(folder):
    """All files of known formats are found, sorted, at any depth; hidden ones are not."""
    found = scan(folder)
    assert [f"Bài viết/{name}" for name in NAMES] == names(found)
    assert found.skipped == []
    assert SourceFile(folder / "a.txt", "Bài viết/a.txt", 5) == found.files[1]


@pytest.mark.parametrize("path", [".", "../Bài viết", "b/..", "../Bài viết/"])
def test_names_do_not_depend_on_the_working_folder(folder, monkeypatch, path):
    """Names begin with the name of the folder, whatever the path to it."""
    monkeypatch.chdir(folder)
    assert names(scan(folder)) == names(scan(Path(path)))


def test_seeds():
    """The files of the folder seeds have the names that the examples show."""
    assert names(scan(SEEDS))[0] == "seeds/000_010290c72eb7b5ac.txt"


def test_root(folder):
    """With a root, a file or subfolder has the same names as in a scan of the root."""
    assert names(scan(folder / "b" / "c.md")) == ["b/c.md"]
    assert names(scan(folder / "b" / "c.md", root=folder)) == ["Bài viết/b/c.md"]
    assert [f"Bài viết/{name}" for name in NAMES[2:]] == names(scan(folder / "b", root=folder))


def test_explicit_hidden_folder(folder):
    """A hidden folder is read if it is the path."""
    assert names(scan(folder / ".git")) == [".git/a.txt"]


def test_nothing_usable(tmp_path):
    """An empty folder gives no files."""
    assert (scan(tmp_path).files, scan(tmp_path).skipped) == ([], [])


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing", "there is no file or folder .*missing: check its name"),
        ("a.txt/b", "there is no file or folder"),
        ("a.bin", "a.bin is not a kind of file that is read: give .txt, .*"),
        ("x" * 5000, "cannot be reached: "),
    ],
)
def test_bad_path(folder, path, message):
    """A path that cannot be read is an error in one sentence."""
    with pytest.raises(ArticleError, match=message):
        scan(folder / path)


def test_file_outside_of_root(folder):
    """The root must contain the path."""
    with pytest.raises(ArticleError, match="is not in"):
        scan(folder / "a.txt", root=folder / "b")


def test_links(folder, tmp_path):
    """Links to files are read under their own names; links to folders are not followed."""
    (tmp_path / "outside.txt").write_text("ngoài")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "loop.txt").symlink_to(folder)
    (folder / "broken.txt").symlink_to(folder / "nowhere")
    (folder / "self.txt").symlink_to(folder / "self.txt")
    found = scan(folder)
    assert sorted([f"Bài viết/{name}" for name in [*NAMES, "link.txt"]]) == names(found)
    broken = ["Bài viết/broken.txt", "Bài viết/self.txt"]
    assert broken == [skipped.source for skipped in found.skipped]
    assert all(skipped.unreadable for skipped in found.skipped)
    assert names(scan(folder / "link.txt", root=folder)) == ["Bài viết/link.txt"]


def test_pipe(folder):
    """A pipe is not opened: opening would block."""
    pipe = folder / "pipe.txt"
    os.mkfifo(pipe)
    skipped = Skipped(
        "Bài viết/pipe.txt",
        "cannot be read: it is not a regular file; check its type, its permissions and its disk",
        str(pipe),
        unreadable=True,
    )
    assert [skipped] == scan(folder).skipped
    assert [skipped] == list(read_file(SourceFile(pipe, "Bài viết/pipe.txt", 0)))
    with pytest.raises(ArticleError, match="is not a regular file"):
        scan(pipe)


def test_unreadable_folder(folder, monkeypatch):
    """A folder that cannot be read is skipped, and the others are read."""
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "sâu":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = scan(folder)
    assert [f"Bài viết/{name}" for name in NAMES[:-1]] == names(found)
    reason = "cannot be read: permission denied; check its type, its permissions and its disk"
    origin = str(folder / "b" / "sâu")
    assert [Skipped("Bài viết/b/sâu", reason, origin, unreadable=True)] == found.skipped


def test_unreadable_file(folder, monkeypatch):
    """A file without read permission is skipped."""
    (file,) = scan(folder / "a.txt").files

    def refuse(path, flags):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "open", refuse)
    (skipped,) = read_file(file)
    assert (skipped.reason, skipped.unreadable) == (
        "cannot be read: permission denied; check its type, its permissions and its disk",
        True,
    )


def test_vanished_file(folder):
    """A file that was deleted after the scan is skipped, and counts as progress."""
    (file,) = scan(folder / "a.txt").files
    file.path.unlink()
    seen: list[int] = []
    (skipped,) = read_file(file, progress=seen.append)
    assert (
        skipped.reason,
        skipped.unreadable,
    ) == (
        "cannot be read: no such file or directory; check its type, its permissions and its disk",
        True,
    )
    assert seen == [5]


def test_decomposed_names(tmp_path):
    """Names are composed, and of two files whose names differ only in composition one is read."""
    for form in ("NFC", "NFD"):
        (tmp_path / unicodedata.normalize(form, "đồng.txt")).write_text("một")
    found = scan(tmp_path)
    assert [f"{tmp_path.name}/đồng.txt"] == names(found)
    assert [f"{tmp_path.name}/đồng.txt"] == [skipped.source for skipped in found.skipped]


def test_names_that_are_not_utf8(tmp_path):
    """A name in another encoding is shown with its bytes escaped, and the file is read."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/d\xe2n.txt")).write_text("một")
    (file,) = scan(tmp_path).files
    (loaded,) = read_file(file)
    assert f"{tmp_path.name}/d\\udce2n.txt" == loaded.article.id


def test_deep_folders(tmp_path):
    """Folders may be nested deeper than the recursion limit."""
    folders = [tmp_path]
    for _ in range(1200):
        folders.append(folders[-1] / "a")
        folders[-1].mkdir()
    (folders[-1] / "a.txt").touch()
    found = scan(tmp_path)
    assert len(found.files) == 1
    found.files[0].path.unlink()
    for folder in reversed(folders[1:]):  # shutil.rmtree is recursive
        folder.rmdir()


def test_misuse(tmp_path):
    """A limit below 1 is an error."""
    with pytest.raises(OptionError):
        read_file(SourceFile(tmp_path / "a.txt", "a.txt", 0), max_bytes=0)
    with pytest.raises(OptionError):
        read_stream(None, max_bytes=-1)  # type: ignore[arg-type]
