"""The index writer: one commit or nothing, and one writer at a time, whatever fails."""

import errno
import os
import random
import threading
from pathlib import Path

import pytest
from whoosh.index import TOC

from danvan_search import Article, Index, IndexLockedError, IndexStorageError
from danvan_search.index.codec import array_file, doc_values
from danvan_search.index.folder import commit_file
from danvan_search.index.writing import index_writer, segment_builder, segment_writer


def article(id_: str, body: str = "dân vận khéo") -> Article:
    """Return an article."""
    return Article(id_, "Tựa", body)


@pytest.fixture
def index(tmp_path):
    """Return an open index of one article."""
    with Index.create(tmp_path / "index") as made:
        made.add([article("1")])
        yield made


def files(index: Index) -> dict[str, int]:
    """Return the sizes of the files of an index."""
    return {one.name: one.stat().st_size for one in index.path.iterdir() if one.is_file()}


def failing(articles, error):
    """Yield articles, and then raise an error."""
    yield from articles
    raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("mine"), OSError("mine")])
@pytest.mark.parametrize("count", [0, 1, 30])
def test_iteration_that_fails(index, error, count):
    """An error of the caller's iterator is passed on; the index is unchanged."""
    before = files(index)
    new = [article(str(number), "tây nguyên") for number in range(count)]
    with pytest.raises(type(error)) as caught:
        index.add(failing(new, error))
    assert caught.value is error
    assert before == files(index)
    assert list(index.ids()) == ["1"]
    assert index.search("tay nguyen").total == 0
    assert index.add([article("2")]).added == 1


def test_remove_that_fails(index):
    """Removing is all or nothing, too."""
    with pytest.raises(RuntimeError):
        index.remove(failing(["1"], RuntimeError()))
    assert "1" in index


DISK_FULL = OSError(errno.ENOSPC, "No space left on device")

FAILURES = {
    "document": (segment_builder.SegmentBuilder, "add"),
    "analysis": (segment_builder.SegmentBuilder, "_analyze"),
    "columns": (segment_builder.SegmentBuilder, "columns"),
    "rows": (doc_values.DocValuesBuilder, "arrays"),
    "grid": (segment_writer, "write_segment"),
    "array": (array_file.ArrayFileWriter, "add"),
    "table of arrays": (array_file.ArrayFileWriter, "finish"),
    "file": (segment_writer, "_write"),
    "sync": (os, "fsync"),
    "plan": (index_writer, "plan_merge"),
    "commit file": (commit_file, "write"),
    "Whoosh's part of the commit file": (TOC, "write"),
    "sync of the folder": (commit_file, "sync_folder"),
    "rename": (Path, "replace"),
}


def fail_at(patch, owner, name, error, *, call=1):
    """Make a function raise an error from one of its calls on, counted from 1."""
    real = getattr(owner, name)
    calls = []

    def fail(*args, **options):
        calls.append(args)
        if len(calls) >= call:
            raise error
        return real(*args, **options)

    patch.setattr(owner, name, fail)


def check_that_nothing_happened(index, error, before, generation):
    """Add an article, which fails; the index is unchanged."""
    found = [hit.id for hit in index.search("dan van", limit=99)]
    known = list(index.ids())
    kind = IndexStorageError if isinstance(error, OSError) else type(error)
    with pytest.raises(kind, match="No space left" if isinstance(error, OSError) else None):
        index.add([article("new")])
    assert before == files(index)
    assert generation == index.stats().generation
    assert found == [hit.id for hit in index.search("dan van", limit=99)]
    assert known == list(index.ids())


def check_that_writing_works(index):
    """The next writer gets the lock, and the article that it adds is found."""
    with Index.open(index.path) as other:
        assert other.add([article("new")]).added == 1
    assert "new" in [hit.id for hit in index.search("dan van", limit=99)]
    assert sum(name.endswith(".toc") for name in files(index)) == 1
    assert not [name for name in files(index) if ".toc." in name]


TWICE = ("array", "table of arrays", "file", "sync")


@pytest.mark.parametrize(
    ("place", "call", "error"),
    [
        *((place, 1, KeyboardInterrupt()) for place in FAILURES),
        # Adding an article to the builder writes nothing.
        *((place, 1, DISK_FULL) for place in FAILURES if place != "document"),
        *((place, 2, error) for place in TWICE for error in (KeyboardInterrupt(), DISK_FULL)),
    ],
)
def test_commit_that_fails(index, monkeypatch, place, call, error):
    """A full disk, or Ctrl-C, at any step leaves the index whole, and no lock."""
    before, generation = files(index), index.stats().generation
    with monkeypatch.context() as patch:
        fail_at(patch, *FAILURES[place], error, call=call)
        check_that_nothing_happened(index, error, before, generation)
    check_that_writing_works(index)


class FullDisk:
    """A file on a disk with room for a number of bytes."""

    def __init__(self, file, room):
        self._file = file
        self._room = room

    def write(self, data):
        """Write the data, or as much as there is room for."""
        view = memoryview(data)
        self._room -= view.nbytes
        if self._room < 0:
            self._file.write(view.cast("B")[: self._room] if view.nbytes else view)
            raise DISK_FULL
        return self._file.write(data)


@pytest.mark.parametrize("room", [0, 1, 16, 100, 1_000])
@pytest.mark.parametrize("suffix", [".grid", ".docs"])
def test_disk_that_fills_up(index, monkeypatch, room, suffix):
    """A half-written file is removed with its commit."""
    before, generation = files(index), index.stats().generation
    real = segment_writer._write

    def write(path, content):
        real(
            path,
            (lambda file: content(FullDisk(file, room))) if path.suffix == suffix else content,
        )

    with monkeypatch.context() as patch:
        patch.setattr(segment_writer, "_write", write)
        check_that_nothing_happened(index, DISK_FULL, before, generation)
    check_that_writing_works(index)


MERGE_FAILURES = {
    "plan": (index_writer, "plan_merge", 1),
    "second plan": (index_writer, "plan_merge", 2),
    "columns": (index_writer, "merged_columns", 1),
    "rows": (doc_values.DocValuesBuilder, "arrays", 2),
    "grid": (segment_writer, "_write", 3),
    "documents": (segment_writer, "_write", 4),
    "sync of the grid": (os, "fsync", 3),
    "commit file": (commit_file, "write", 1),
}


@pytest.mark.parametrize("place", MERGE_FAILURES)
@pytest.mark.parametrize("error", [DISK_FULL, KeyboardInterrupt()])
def test_merge_that_fails(index, monkeypatch, place, error):
    """A commit that fails during a merge leaves neither the new segment nor the merged one."""
    for number in range(2, 9):
        index.add([article(str(number))])
    before, generation = files(index), index.stats().generation
    assert sum(name.endswith(".grid") for name in before) == 8
    owner, name, call = MERGE_FAILURES[place]
    with monkeypatch.context() as patch:
        fail_at(patch, owner, name, error, call=call)
        check_that_nothing_happened(index, error, before, generation)
    check_that_writing_works(index)
    assert [*map(str, range(1, 9)), "new"] == list(index.ids())
    assert sum(name.endswith(".grid") for name in files(index)) < 8


def test_interrupt_after_the_commit(index, monkeypatch):
    """An interrupt after the commit file is written does not undo the commit."""
    real = commit_file.write

    def write(*place):
        real(*place)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(commit_file, "write", write)
        with pytest.raises(KeyboardInterrupt):
            index.add([article("2")])
    assert [hit.id for hit in index.search("dan van")] == ["1", "2"]
    assert sum(name.endswith(".toc") for name in files(index)) == 1
    assert index.add([article("3")]).added == 1


def test_interrupt_while_old_files_are_removed(index, monkeypatch):
    """The commit stays, the lock is released, and the next commit removes the leftovers."""
    with monkeypatch.context() as patch:
        # The first call is at the start of the writer.
        fail_at(patch, commit_file, "remove_leftovers", KeyboardInterrupt(), call=2)
        with pytest.raises(KeyboardInterrupt):
            index.add([article("1", "dân vận mới")])
    assert index.get("1").body == "dân vận mới"
    check_that_writing_works(index)
    assert sum(name.endswith(".grid") for name in files(index)) == 2


def test_disk_full_while_closing(index, monkeypatch):
    """Even if the files of a failed writer cannot be removed, its lock is released."""
    with monkeypatch.context() as patch:
        fail_at(patch, commit_file, "write", DISK_FULL)
        fail_at(patch, Path, "unlink", OSError(errno.EIO, "Input/output error"))
        with pytest.raises(IndexStorageError, match="No space left"):
            index.add([article("2")])
    assert list(index.ids()) == ["1"]
    check_that_writing_works(index)
    assert sum(name.endswith(".grid") for name in files(index)) == 2


@pytest.mark.parametrize("error", [RuntimeError("mine"), KeyboardInterrupt()])
def test_a_commit_file_that_is_damaged_meanwhile(index, error):
    """After an error, a writer cleans up without reading the commit file."""

    def articles():
        yield article("2")
        (file,) = index.path.glob("*.toc")
        file.write_bytes(b"")
        raise error

    with pytest.raises(type(error)) as caught:
        index.add(articles())
    assert caught.value is error
    index_writer.write_lock(index.path).release()


def test_the_next_commit_removes_the_leftovers_of_killed_processes(index):
    """The files of an unfinished commit stay until the next commit at most."""
    for name in ("MAIN_0123456789abcdef.grid", "MAIN_0123456789abcdef.docs", "_MAIN_9.toc.1.5"):
        (index.path / name).write_bytes(b"half")
    assert list(index.ids()) == ["1"]
    check_that_writing_works(index)
    assert not [name for name in files(index) if "0123456789abcdef" in name]


def test_second_writer(index):
    """A second writer is refused at once, and readers continue with the last commit."""

    def articles():
        yield article("2")
        with Index.open(index.path) as other:
            for write in (
                lambda: other.add([article("3")]),
                lambda: other.remove(["1"]),
                lambda: other.sync(["-"]),
            ):
                with pytest.raises(IndexLockedError) as caught:
                    write()
                expected = (
                    f"another process is writing to the index at {index.path}: "
                    "try again when it is done"
                )
                assert expected == str(caught.value)
            assert [hit.id for hit in other.search("dan van")] == ["1"]
            assert len(index) == 1
        yield article("4")

    with Index.open(index.path) as reader:
        generation = reader.stats().generation
        assert index.add(articles()).added == 2
        assert [hit.id for hit in reader.search("dan van")] == ["1", "2", "4"]
        assert generation + 1 == reader.stats().generation


def test_reader_that_is_at_work(index):
    """An iteration that began before a commit continues to its end."""
    index.add([article(str(number)) for number in range(2, 6)])
    ids = index.ids()
    assert next(ids) == "1"
    index.remove(["1", "2", "3"])
    index.add([article("9")])
    assert list(ids) == ["2", "3", "4", "5"]
    assert sorted(index.ids()) == ["4", "5", "9"]


def test_seeded_random_numbers(index):
    """A program that sets the same random seed before each commit loses no article."""
    for number in range(2, 9):
        random.seed(42)
        index.add([article(str(number), f"dân vận {number}")])
    for _ in range(2):
        random.seed(42)
        index.remove([str(random.randint(2, 4))])
    random.seed()
    left = sorted(index.ids())
    assert left == sorted(hit.id for hit in index.search("dan van", limit=99))
    assert len(left) == len(index) == 7


def test_nothing_to_write_makes_no_commit(index):
    """A call that changes nothing makes no new generation."""
    generation = index.stats().generation
    assert index.add([]).added == 0
    assert index.add([article("1")]).unchanged == 1
    assert index.remove([]) == 0
    assert index.remove(["none", "\ud800", ""]) == 0
    assert generation == index.stats().generation


def test_many_small_commits(index):
    """After many commits, the index has each article once, and few files."""
    for number in range(12):
        index.add([article(str(number), f"dân vận lần {number}"), article("last", f"{number}")])
    assert sorted(map(str, [*range(12), "last"])) == sorted(index.ids())
    assert index.get("last").body == "11"
    assert [hit.id for hit in index.search('"lan 7"')] == ["7"]
    assert sum(name.endswith(".grid") for name in files(index)) <= 8
    assert sum(name.endswith(".docs") for name in files(index)) <= 8
    assert not [name for name in files(index) if ".toc." in name]


def test_searches_while_another_adds(index):
    """Threads share one index, and each search sees one whole generation."""
    start = threading.Barrier(4)
    done = threading.Event()
    errors: list[BaseException] = []

    def search():
        try:
            start.wait()
            while not done.is_set():
                found = [hit.id for hit in index.search("dan van", limit=99)]
                # Articles come in pairs.
                assert len(found) % 2 == 1
                assert index.get("1").id == "1"
                assert len(index) % 2 == 1
        except BaseException as error:  # noqa: BLE001 - shown by the main thread
            errors.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    start.wait()
    try:
        for number in range(8):
            index.add([article(f"{number}a"), article(f"{number}b")])
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert errors == []
    assert len(index) == 17
