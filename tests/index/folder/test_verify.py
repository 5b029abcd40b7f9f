"""Reading all of an index, to tell what is damaged."""

import shutil

import pytest

from danvan_search import Article, Index, IndexFormatError, IndexNotFoundError, IndexStorageError
from danvan_search.index.folder.verify import Damage, damages


@pytest.fixture
def path(tmp_path):
    """The folder of an index of two segments, one of which has a removed article."""
    with Index.create(tmp_path / "index") as made:
        made.add([Article("1", "", "dân vận"), Article("2", "", "khéo")])
        made.add([Article("3", "", "dân vận khéo")])
        made.remove(["2"])
    return tmp_path / "index"


def file_of(path, ending):
    """Return the first file of an index with some ending."""
    return min(path.glob(f"*{ending}"))


def flip(file, at):
    """Alter one byte of a file."""
    raw = bytearray(file.read_bytes())
    raw[at] ^= 0x20
    file.write_bytes(raw)


def test_a_whole_index_has_no_damages(path, tmp_path):
    """Nothing is said of an index as it was written, with words, deletions or nothing in it."""
    assert damages(path) == []
    Index.create(tmp_path / "empty").close()
    assert damages(tmp_path / "empty") == []


@pytest.mark.parametrize(
    ("ending", "at", "problem"),
    [
        (".grid", 0, "its beginning is not that of such a file"),
        (".grid", -1, "its end is missing"),
        (".grid", 70, "is not what was written"),
        (".docs", 70, "is not what was written"),
        (".toc", 70, "its table of contents is not what was written"),
        ("danvan.json", 3, "it is not what was written"),
        ("danvan.json", -4, "it is not what was written"),
    ],
)
def test_a_flipped_byte_is_told(path, ending, at, problem):
    """The file is named, and what is wrong with it."""
    flip(file_of(path, ending), at)
    (found,) = damages(path)
    assert found.file == file_of(path, ending).name
    assert problem in found.problem
    assert "rebuild" not in found.problem


def test_every_damaged_file_is_told(path):
    """All of them in one go, sorted by name; a table of contents that is lost hides no other."""
    for ending in (".grid", ".docs", ".toc"):
        flip(file_of(path, ending), 70)
    found = damages(path)
    names = [file_of(path, ending).name for ending in (".docs", ".grid", ".toc")]
    assert [one.file for one in found] == names


@pytest.mark.parametrize("ending", [".grid", ".docs", "danvan.json"])
def test_a_missing_file_is_told(path, ending):
    """Every file but the lock is missed."""
    file = file_of(path, ending)
    file.unlink()
    assert damages(path) == [Damage(file.name, "it is missing")]


def test_a_missing_table_of_contents_is_told(path):
    """Its generation is not known then."""
    file_of(path, ".toc").unlink()
    (found,) = damages(path)
    assert (found.file, found.problem) == ("_MAIN_*.toc", "it has no table of contents")


def test_a_file_of_another_index_is_told(path, tmp_path):
    """Files that are whole, but not of one piece, are damage too."""
    with Index.create(tmp_path / "other") as other:
        other.add([Article(str(number), "", "khác") for number in range(5)])
    shutil.copy(file_of(tmp_path / "other", ".docs"), file_of(path, ".docs"))
    (found,) = damages(path)
    assert "not of one piece" in found.problem


def test_files_that_are_not_part_of_an_index_are_told(path):
    """Files of others are told; what an interrupted commit leaves is not."""
    (path / "notes.txt").write_text("x")
    (path / "MAIN_0123456789abcdef.grid").write_text("x")
    (path / "_MAIN_9.toc.new").write_text("x")
    (path / ".danvan-new-1234").mkdir()
    (path / ".DS_Store").write_bytes(b"of a desktop")
    assert damages(path) == [Damage("notes.txt", "it is not part of an index")]


def test_the_lock_is_not_missed(path):
    """It holds nothing, and is made when it is needed."""
    file_of(path, "LOCK").unlink()
    assert damages(path) == []


def test_what_is_no_index_of_this_format_is_an_error(path, tmp_path):
    """Places without an index, folders of others, and other formats are not damaged indexes."""
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
    """Without permission nothing can be said."""
    file = file_of(path, ".grid")
    file.chmod(0)
    try:
        file.read_bytes()
    except PermissionError:
        with pytest.raises(IndexStorageError, match="permission"):
            damages(path)
    else:
        pytest.skip("this user may read everything")


def test_what_the_disk_cannot_read_is_told(path, monkeypatch):
    """An error of the disk is damage, and the other files are looked at all the same."""
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
