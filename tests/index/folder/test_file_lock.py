"""Locks: one writer at a time, waiting, leftovers of killed processes, and forks."""

import math
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from danvan_search import (
    Article,
    DanvanError,
    Index,
    IndexLockedError,
    IndexStorageError,
    OptionError,
    StoreError,
)
from danvan_search.index import IndexWriter, write_lock
from danvan_search.index.folder import fsync, publish
from danvan_search.index.folder.file_lock import lock_file, lock_folder
from tests.faults import in_child

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")

LONG = 300.0  # seconds, longer than any wait in a test that passes


def article(number: object, body: str = "dân vận khéo") -> Article:
    """Return an article."""
    return Article(str(number), "", body)


@pytest.fixture
def path(tmp_path) -> Path:
    """Return the folder of an index of one article."""
    with Index.create(tmp_path / "index") as index:
        index.add([article(1)], words=False)
    return tmp_path / "index"


@pytest.mark.parametrize("wait", [LONG, math.inf, 300])
def test_a_second_writer_waits_for_the_first(path, wait):
    """The second writes after the first is done, on top of its commit."""
    lock = write_lock(path)
    done = []

    def add() -> None:
        with Index.open(path, wait=wait) as index:
            done.append(index.add([article(2)], words=False).added)

    waiting = threading.Thread(target=add)
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    assert done == []
    lock.release()
    waiting.join()
    assert done == [1]
    assert list(Index.open(path).ids()) == ["1", "2"]


WRITES = {
    "add": lambda index: index.add([article(2)], words=False),
    "remove": lambda index: index.remove(["1"]),
    "optimize": lambda index: index.optimize(),
    "sync": lambda index: index.sync(["-"]),
    "build": lambda index: Index.build(index.path, [index.path], wait=0.05),
}


@pytest.mark.parametrize("write", WRITES)
def test_waiting_ends(path, write):
    """After the wait the error is the same as without waiting, and the index is unchanged."""
    with Index.open(path, wait=0.05) as index:
        lock = write_lock(path)
        with pytest.raises(IndexLockedError, match=r"another process is writing .* try again"):
            WRITES[write](index)
        lock.release()
        assert list(index.ids()) == ["1"]


@pytest.mark.parametrize("wait", [-1, math.nan, "5", True, None])
def test_invalid_waits(path, wait):
    """``wait`` is a number of seconds, at least 0."""
    for use in (
        lambda: Index.open(path, wait=wait),
        lambda: Index.create(path.parent / "new", wait=wait),
        lambda: Index.build(path.parent / "new", [path], wait=wait),
    ):
        with pytest.raises(OptionError, match="wait"):
            use()
    assert not (path.parent / "new").exists()


def test_the_lock_is_of_the_index_that_is_there(path, tmp_path):
    """A writer that waited for an index that is replaced meanwhile writes to the replacement."""
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"id": "new", "text": "tây nguyên"}\n', "utf-8")
    waiting: list[threading.Thread] = []

    def start(*_at) -> None:
        if not waiting:

            def add() -> None:
                with Index.open(path, wait=LONG) as index:
                    index.add([article(2)], words=False)

            waiting.append(threading.Thread(target=add))
            waiting[0].start()

    Index.build(path, [lines], words=False, progress=start)
    waiting[0].join()
    assert sorted(Index.open(path).ids()) == ["2", "new"]


def test_the_lock_of_a_removed_file_is_void(tmp_path):
    """After acquisition a lock is checked: its name may lead to another file by then."""
    file = tmp_path / "lock"
    first = lock_file(file)
    assert first is not None
    assert first.is_of(file)
    assert lock_file(file) is None
    file.unlink()
    assert not first.is_of(file)
    second = lock_file(file)
    assert second is not None
    assert second.is_of(file)
    second.release()
    assert not second.is_of(file)
    first.release()
    first.release()


def test_a_folder_that_is_renamed_while_another_waits_for_it(tmp_path):
    """Of two processes that make a folder, the second makes a new one when the first is renamed."""
    folder = tmp_path / "folder"
    first = lock_folder(folder, make=True)
    assert first is not None
    assert lock_folder(folder, make=True) is None
    got = []
    waiting = threading.Thread(target=lambda: got.append(lock_folder(folder, wait=LONG, make=True)))
    waiting.start()
    folder.rename(tmp_path / "index")
    waiting.join()
    assert got[0].is_of(folder)
    assert first.is_of(tmp_path / "index")


def test_opening_waits_for_an_index_that_is_being_built(tmp_path):
    """With ``wait``, opening waits until the index exists; without, there is no index."""
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"id": "new", "text": "tây nguyên"}\n', "utf-8")
    path = tmp_path / "index"
    opened = []
    waiting: list[threading.Thread] = []

    def meanwhile(*_at) -> None:
        if waiting:
            return
        with pytest.raises(IndexLockedError, match="another process is writing"):
            Index.open(path, wait=0.01)
        for create in (False, True):

            def wait(create=create) -> None:
                with Index.open(path, wait=LONG, create=create) as index:
                    index.add([article(create)], words=False)
                    opened.append(create)

            waiting.append(threading.Thread(target=wait))
            waiting[-1].start()
        waiting[0].join(0.1)

    Index.build(path, [lines], words=False, progress=meanwhile)
    for one in waiting:
        one.join()
    assert sorted(opened) == [False, True]
    assert sorted(Index.open(path).ids()) == ["False", "True", "new"]


def test_many_that_create_at_once(tmp_path):
    """Processes that all open with ``create`` get the same index."""
    code = (
        "import sys; from danvan_search import Article, Index\n"
        "with Index.open(sys.argv[1], create=True, wait=300) as index:\n"
        "    index.add([Article(sys.argv[2], '', 'dân vận')], words=False)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "index"), str(number)], env=environment
        )
        for number in range(4)
    ]
    assert [one.wait() for one in started] == [0] * 4
    assert sorted(Index.open(tmp_path / "index").ids()) == list("0123")
    assert os.listdir(tmp_path) == ["index"]  # noqa: PTH208


def test_interrupt_while_waiting(path):
    """Ctrl-C ends the wait at once, and leaves no lock."""
    code = (
        "import sys, threading, time; from danvan_search.cli import cli\n"
        "from danvan_search.index.folder import file_lock\n"
        "sleep = time.sleep\n"
        "def tell(seconds):\n"
        "    print('waiting', flush=True); sleep(seconds)\n"
        "file_lock.time.sleep = tell\n"
        "cli.main(['remove', '1', '--wait', '300', '--index', sys.argv[1]])\n"
    )
    lock = write_lock(path)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"waiting\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert (process.returncode, err.split()) == (130, [b"interrupted"])
    lock.release()
    with Index.open(path) as index:
        assert index.remove(["1"]) == 1


def test_leftovers_of_killed_builders(path, tmp_path):
    """The next writer removes them, whether it adds, removes or builds, but not locked folders."""
    left = [
        tmp_path / ".danvan-new-index",
        tmp_path / ".danvan-old-index",
        path / ".danvan-new",
    ]
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"id": "new", "text": "tây nguyên"}\n', "utf-8")
    for write in (
        lambda: Index.open(path).add([article(2)], words=False),
        lambda: Index.open(path).remove(["none"]),
        lambda: Index.open(path).optimize(),
        lambda: Index.build(path, [lines], words=False),
    ):
        for folder in left:
            folder.mkdir(exist_ok=True)
            (folder / "MAIN_0123456789abcdef.grid").write_bytes(b"half")
        (path / "_MAIN_99.toc.new").write_bytes(b"half")
        (path / "MAIN_0123456789abcdef.grid").write_bytes(b"half")
        write()
        assert not [folder for folder in left if folder.exists()]
        assert not list(path.glob("*.toc.new"))
        assert not list(path.glob("*0123456789abcdef*"))
    other = tmp_path / ".danvan-new-other"
    other.mkdir()
    left[0].mkdir()
    working = lock_folder(left[0])
    Index.open(path).add([article(3)], words=False)
    assert working is not None
    assert working.is_of(left[0])
    assert other.is_dir()


def test_index_that_a_killed_process_moved_aside(path):
    """Where folders cannot be exchanged, the next process that opens the index puts it back."""
    path.rename(path.parent / ".danvan-old-index")
    lock = write_lock(path.parent / ".danvan-old-index")
    publish.put_back(path)
    assert not path.exists()  # the process that moved it is still at work
    lock.release()
    with Index.open(path, create=True) as index:
        assert list(index.ids()) == ["1"]
    assert os.listdir(path.parent) == ["index"]  # noqa: PTH208


def test_nobody_writes_before_a_replacement_is_certain(path, tmp_path, monkeypatch):
    """A writer is locked out of the new index until the disk holds it: it may be withdrawn."""
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"id": "new", "text": "tây nguyên"}\n', "utf-8")
    real = fsync.sync_folder
    refused = []

    def sync(folder: Path) -> None:
        if folder == tmp_path and list(Index.open(path).ids()) == ["new"]:
            with pytest.raises(IndexLockedError) as caught:
                Index.open(path).add([article(2)], words=False)
            refused.append(caught.value)
            raise OSError(5, "Input/output error")
        real(folder)

    monkeypatch.setattr(fsync, "sync_folder", sync)
    with pytest.raises(IndexStorageError, match="Input/output error"):
        Index.build(path, [lines], words=False)
    assert len(refused) == 1
    assert list(Index.open(path).ids()) == ["1"]
    assert sorted(os.listdir(tmp_path)) == ["a.jsonl", "index"]  # noqa: PTH208


def test_a_forked_process_does_not_share_the_lock(path):
    """It neither releases the parent's lock, nor keeps it, nor undoes the parent's work."""
    parent = os.getpid()
    report, tell = os.pipe()
    go_on, let_go = os.pipe()

    def articles():
        yield article(2)
        child = os.fork()
        if child == 0:
            raise SystemExit  # leaves the context of the parent's writer
        os.waitpid(child, 0)
        with pytest.raises(IndexLockedError):
            Index.open(path).remove(["1"])

    try:
        with Index.open(path) as index:
            index.add(articles(), words=False)
    except SystemExit:
        if os.getpid() != parent:
            os._exit(0)
        raise
    assert list(Index.open(path).ids()) == ["1", "2"]
    lock = write_lock(path)
    child = os.fork()
    if child == 0:  # lives longer than the lock is held
        os.close(let_go)
        os.write(tell, b"x")
        os.read(go_on, 1)
        os._exit(0)
    os.read(report, 1)
    lock.release()
    write_lock(path).release()
    os.close(let_go)
    os.waitpid(child, 0)
    for handle in (report, tell, go_on):
        os.close(handle)


def test_a_forked_writer_commits_nothing(path):
    """The copy of a writer in a forked process cannot commit, since it has no lock."""

    def work() -> None:
        with pytest.raises(IndexStorageError, match="moved or replaced"):
            writer.commit()

    writer = IndexWriter(path, words=False)
    writer.put(article(2))
    assert in_child(work) == 0
    writer.commit()
    assert list(Index.open(path).ids()) == ["1", "2"]


def test_an_index_is_read_on_after_a_fork(path):
    """Even if threads hold all locks at the fork, the new process searches and sees commits."""
    index = Index.open(path)
    assert index.search("dân").total == 1
    searchable = index._current()
    with index._live._lock, index._live._segments._lock, searchable._word_lock:

        def work() -> None:
            signal.alarm(60)  # an inherited lock would never be released
            assert index.search("dân vận").total == 1
            with Index.open(path) as other:
                other.add([article(2)], words=False)
            assert index.search("dân vận").total == 2
            assert index.add([article(3)]).added == 1
            with pytest.raises(StoreError, match="hold no words"):
                index.vocabulary("khéo")

        assert in_child(work) == 0
    assert index.search("dân vận").total == 3
    index.close()


def test_closing_while_others_search(path):
    """A search in progress succeeds; the next one raises an error."""
    index = Index.open(path)
    snapshot = index._live.current()
    index.close()
    assert snapshot.find("1") is not None
    with pytest.raises(DanvanError, match="closed: open it again"):
        index.search("dân")
