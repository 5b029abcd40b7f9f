"""``damages`` lists the damaged, missing and foreign files of an index."""

import shutil

import pytest

from danvan_search import Article, Index, IndexFormatError, IndexNotFoundError, IndexStorageError
from danvan_search.index.folder.verify import Damage, damages


@pytest.fixture
def path(tmp_path):
    """Return the folder of an index of two segments, one of which has a removed article."""
    with Index.create(tmp_path / "index") as made:
        made.add([Article("1", "", "dân vận"), Article("2", "", "khéo")])
        made.add([Article("3", "", "dân vận khéo")])
        made.remove(["2"])
    return tmp_path / "index"


def file_of(path, ending):
    """Return the first file of an index with an ending."""
    return min(path.glob(f"*{ending}"))


def flip(file, at):
    """Change one byte of a file."""
    raw = bytearray(file.read_bytes())
    raw[at] ^= 0x20
    file.write_bytes(raw)


def test_a_whole_index_has_no_damages(path, tmp_path):
    """An intact index has no damages, with words and deletions, or empty."""
    assert damages(path) == []
    Index.create(tmp_path / "empty").close()
    assert damages(tmp_path / "empty") == []


@pytest.mark.parametrize(
    ("ending", "at", "problem"),
    [
        (".grid", 0, "it does not begin like an array file"),
        (".grid", -1, "its end is missing"),
        (".grid", 70, "is not what was written"),
        (".docs", 70, "is not what was written"),
        (".toc", 70, "its commit file is not what was written"),
        ("danvan.json", 3, "it is not what was written"),
        ("danvan.json", -4, "it is not what was written"),
    ],
)
def test_a_flipped_byte_is_reported(path, ending, at, problem):
    """The report names the file and the problem."""
    flip(file_of(path, ending), at)
    (found,) = damages(path)
    assert found.file == file_of(path, ending).name
    assert problem in found.problem
    assert "rebuild" not in found.problem


def test_every_damaged_file_is_reported(path):
    """All are reported, sorted by name, even if the commit file is damaged, too."""
    for ending in (".grid", ".docs", ".toc"):
        flip(file_of(path, ending), 70)
    found = damages(path)
    names = [file_of(path, ending).name for ending in (".docs", ".grid", ".toc")]
    assert [one.file for one in found] == names


@pytest.mark.parametrize("ending", [".grid", ".docs", "danvan.json"])
def test_a_missing_file_is_reported(path, ending):
    """Every file but the lock must exist."""
    file = file_of(path, ending)
    file.unlink()
    assert damages(path) == [Damage(file.name, "it is missing")]


def test_a_missing_commit_file_is_reported(path):
    """The report has no generation, since it is unknown."""
    file_of(path, ".toc").unlink()
    (found,) = damages(path)
    assert (found.file, found.problem) == ("_MAIN_*.toc", "it has no commit file")


def test_a_file_of_another_index_is_reported(path, tmp_path):
    """Intact files with different numbers of documents are damage."""
    with Index.create(tmp_path / "other") as other:
        other.add([Article(str(number), "", "khác") for number in range(5)])
    shutil.copy(file_of(tmp_path / "other", ".docs"), file_of(path, ".docs"))
    (found,) = damages(path)
    assert "number of documents" in found.problem


def test_foreign_files_are_reported(path):
    """Files of other programs are reported; the leftovers of an interrupted commit are not."""
    (path / "notes.txt").write_text("x")
    (path / "MAIN_0123456789abcdef.grid").write_text("x")
    (path / "_MAIN_9.toc.new").write_text("x")
    (path / ".danvan-new-1234").mkdir()
    (path / ".DS_Store").write_bytes(b"of a desktop")
    assert damages(path) == [Damage("notes.txt", "it is not part of an index")]


def test_the_lock_may_be_missing(path):
    """It is empty, and is created when it is needed."""
    file_of(path, "LOCK").unlink()
    assert damages(path) == []


def test_what_is_no_index_of_this_format_is_an_error(path, tmp_path):
    """A missing folder, a folder of other files, and another format are not damaged indexes."""
    with pytest.raises(IndexNotFoundError):
        damages(tmp_path / "nowhere")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "x.txt").write_text("x")
    with pytest.raises(IndexFormatError, match="not an index"):
        damages(tmp_path / "folder")
    for file in path.glob("MAIN_*.*"):
        raw = bytearray(file.read_bytes())
        raw[8] = 1
        file.write_bytes(raw)
    (path / "danvan.json").write_text('{"format": "danvan-grid-1"}\n')
    with pytest.raises(IndexFormatError, match="danvan-grid-1"):
        damages(path)


def test_a_file_that_may_not_be_read_is_an_error(path):
    """Without read permission, ``damages`` raises an error."""
    file = file_of(path, ".grid")
    file.chmod(0)
    try:
        file.read_bytes()
    except PermissionError:
        with pytest.raises(IndexStorageError, match="permission"):
            damages(path)
    else:
        pytest.skip("this user may read everything")


def test_a_file_that_the_disk_cannot_read_is_reported(path, monkeypatch):
    """A disk error in one file is damage, and the other files are checked, too."""
    broken = file_of(path, ".grid")

    class Broken:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def read(self, _size):
            raise OSError(5, "Input/output error")

    opened = type(path).open
    monkeypatch.setattr(
        type(path),
        "open",
        lambda self, *args, **named: Broken() if self == broken else opened(self, *args, **named),
    )
    assert damages(path) == [Damage(broken.name, "the disk cannot read it (Input/output error)")]
