"""Writing: one commit or nothing, one writer at a time, whatever fails."""

import errno
import gc
import random
import threading

import pytest
from whoosh.filedb.filestore import FileStorage
from whoosh.writing import SegmentWriter

from danvan_search import Article, Index, IndexLockedError, IndexStorageError


def article(id_: str, body: str = "dân vận khéo") -> Article:
    """Return an article."""
    return Article(id_, "Tựa", body)


@pytest.fixture
def index(tmp_path):
    """Return an index of one article, open."""
    with Index.create(tmp_path / "index") as made:
        made.add([article("1")])
        yield made


def files(index: Index) -> dict[str, int]:
    """Return the files of an index, and their sizes."""
    return {one.name: one.stat().st_size for one in index.path.iterdir() if one.is_file()}


def failing(articles, error):
    """Yield articles, and then fail."""
    yield from articles
    raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("mine"), OSError("mine")])
@pytest.mark.parametrize("count", [0, 1, 30])
def test_iteration_that_fails(index, error, count):
    """An error in the articles that are given is the caller's own; the index is as it was."""
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
    """Removing is all or nothing too."""
    with pytest.raises(RuntimeError):
        index.remove(failing(["1"], RuntimeError()))
    assert "1" in index


DISK_FULL = OSError(errno.ENOSPC, "No space left on device")

FAILURES = {
    "commit": (SegmentWriter, "commit"),
    "merge": (SegmentWriter, "_merge_segments"),
    "flush": (SegmentWriter, "_flush_segment"),
    "assemble": (SegmentWriter, "_assemble_segment"),
    "contents": (SegmentWriter, "_commit_toc"),
    "rename": (FileStorage, "rename_file"),
    "document": (SegmentWriter, "add_document"),
}


@pytest.mark.parametrize("place", FAILURES)
@pytest.mark.parametrize("error", [DISK_FULL, KeyboardInterrupt()])
def test_commit_that_fails(index, monkeypatch, place, error):
    """A full disk, or Ctrl-C, at any step leaves the old index whole, and no lock."""
    before = files(index)

    def fail(*_args, **_options):
        raise error

    owner, name = FAILURES[place]
    monkeypatch.setattr(owner, name, fail)
    if isinstance(error, OSError):
        with pytest.raises(IndexStorageError, match="No space left"):
            index.add([article("2")])
    else:
        with pytest.raises(KeyboardInterrupt):
            index.add([article("2")])
    monkeypatch.undo()
    assert before == files(index)
    assert [hit.id for hit in index.search("dan van")] == ["1"]
    with Index.open(index.path) as other:
        assert other.add([article("2")]).added == 1
    assert [hit.id for hit in index.search("dan van")] == ["1", "2"]


def test_interrupt_after_the_commit(index, monkeypatch):
    """An interrupt that comes when all is written costs nothing of it."""
    real = SegmentWriter._commit_toc

    def commit(writer, segments):
        real(writer, segments)
        raise KeyboardInterrupt

    monkeypatch.setattr(SegmentWriter, "_commit_toc", commit)
    with pytest.raises(KeyboardInterrupt):
        index.add([article("2")])
    monkeypatch.undo()
    assert [hit.id for hit in index.search("dan van")] == ["1", "2"]
    assert index.add([article("3")]).added == 1


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_disk_full_while_closing(index, monkeypatch):
    """Where the failed writer cannot even close its files, its lock goes all the same."""

    def fail(*_args, **_options):
        raise DISK_FULL

    monkeypatch.setattr(SegmentWriter, "commit", fail)
    monkeypatch.setattr(SegmentWriter, "cancel", fail)
    with pytest.raises(IndexStorageError, match="No space left"):
        index.add([article("2")])
    monkeypatch.undo()
    gc.collect()
    assert index.add([article("2")]).added == 1


def test_second_writer(index):
    """A second writer is refused at once, and readers go on with what was committed last."""

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
    """What was being read when a commit came stays readable to its end."""
    index.add([article(str(number)) for number in range(2, 6)])
    ids = index.ids()
    assert next(ids) == "1"
    index.remove(["1", "2", "3"])
    index.add([article("9")])
    assert list(ids) == ["2", "3", "4", "5"]
    assert sorted(index.ids()) == ["4", "5", "9"]


def test_seeded_random_numbers(index):
    """A program that seeds its random numbers alike before each write loses nothing."""
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
    """A call that changes nothing leaves the generation."""
    generation = index.stats().generation
    assert index.add([]).added == 0
    assert index.add([article("1")]).unchanged == 1
    assert index.remove([]) == 0
    assert index.remove(["none", "\ud800", ""]) == 0
    assert generation == index.stats().generation


def test_many_small_commits(index):
    """However the articles come in, the index holds each once, and few files."""
    for number in range(12):
        index.add([article(str(number), f"dân vận lần {number}"), article("last", f"{number}")])
    assert sorted(map(str, [*range(12), "last"])) == sorted(index.ids())
    assert index.get("last").body == "11"
    assert [hit.id for hit in index.search('"lan 7"')] == ["7"]
    assert not [name for name in files(index) if name.endswith(".tmp")]


def test_searches_while_another_adds(index):
    """Threads share one index: each search sees a whole generation."""
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
