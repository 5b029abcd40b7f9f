"""Each operation with a disk that fails, or a process that is killed, at each of its calls."""

import os
import resource
import shutil
import signal
from pathlib import Path

import pytest

from danvan_search import BackupError, Index, IndexStorageError
from tests.faults import (
    Act,
    dead_from,
    failing,
    full_from,
    in_child,
    killed_at,
    watched,
)
from tests.index.work import BODIES, WORK, article, copied, held, orphans, prepared

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")


def _all_with_quick(*names: str, quick: bool = True) -> list:
    """Return all operations; all but the named ones, or only these, are marked as slow.

    :param quick: whether the named ones are quick.
    """
    slow = pytest.mark.slow
    return [name if (name in names) == quick else pytest.param(name, marks=slow) for name in WORK]


def calls_of(name: str, template: Path, folder: Path) -> list[tuple[str, str]]:
    """Return the calls of an operation without faults."""
    copied(template, folder)
    with watched(folder) as disk:
        WORK[name].do(folder)
    assert orphans(folder) == set()
    return [(what, Path(file).relative_to(folder).as_posix()) for what, file in disk.calls]


def check_that_writing_works(folder: Path) -> None:
    """The next writer gets the lock, and removes all leftovers."""
    before = held(folder) or {}
    with Index.open(folder / "index", create=True) as index:
        index.add([article(77, 1)], words=False)
    assert held(folder) == {**before, "77": BODIES[1]}
    assert orphans(folder) == set()


def fails(name: str, tmp_path: Path, make, *, back: bool, every: int = 1) -> None:
    """Run an operation with a fault at each of its calls in turn.

    :param back: whether the disk allows to undo the operation.
    :param every: more than 1 leaves calls between out.
    """
    template = prepared(name, tmp_path / "template")
    calls = calls_of(name, template, tmp_path / "well")
    before, after = held(template), held(tmp_path / "well")
    for call in range(1, len(calls) + 1, every):
        folder = copied(template, tmp_path / str(call))
        raised = raises(WORK[name].do, folder, make(call))
        found = held(folder)
        if back or not raised:
            assert found == (before if raised else after), (call, calls[call - 1])
        else:
            assert found in (before, after), (call, calls[call - 1])
        if back and raised:
            assert orphans(folder) == set(), (call, calls[call - 1])
        check_that_writing_works(folder)
        shutil.rmtree(folder)


def raises(do, folder: Path, act: Act) -> bool:
    """Run an operation on a disk that fails; return whether it raised a clear error."""
    with watched(folder, act):
        try:
            do(folder)
        except (IndexStorageError, BackupError):
            return True
    return False


@pytest.mark.parametrize("name", _all_with_quick("merge", "optimize", quick=False))
def test_each_call_fails_in_turn(tmp_path, name):
    """The operation is complete or undone, and leaves neither a lock nor a half-written file."""
    fails(name, tmp_path, failing, back=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", WORK)
def test_the_disk_is_full_from_every_second_call_on(tmp_path, name):
    """Half-written files are removed, since removing needs no space."""
    fails(name, tmp_path, full_from, back=True, every=2)


@pytest.mark.slow
@pytest.mark.parametrize("name", WORK)
def test_the_disk_is_dead_from_every_second_call_on(tmp_path, name):
    """Even if nothing can be undone, the index is whole when the disk works again."""
    fails(name, tmp_path, dead_from, back=False, every=2)


@pytest.mark.parametrize(
    "name", _all_with_quick("update", "build in an empty folder", "build over an index")
)
def test_killed_at_each_call(tmp_path, name):
    """At any time there is either the old index or the new one, and it is whole."""
    template = prepared(name, tmp_path / "template")
    calls = calls_of(name, template, tmp_path / "well")
    before, after = held(template), held(tmp_path / "well")
    seen = []
    for call in range(1, len(calls) + 1):
        folder = copied(template, tmp_path / str(call))

        def work(folder=folder, call=call):
            with watched(folder, killed_at(call)):
                WORK[name].do(folder)

        assert os.WTERMSIG(in_child(work)) == signal.SIGKILL
        found = held(folder)
        assert found in (before, after), (call, calls[call - 1])
        seen.append(found == after)
        check_that_writing_works(folder)
        shutil.rmtree(folder)
    assert seen == sorted(seen)  # once the new index is visible, it stays


def steps(calls: list[tuple[str, str]]) -> list[str]:
    """Return the writes, syncs and renames in order, with the kinds of the files."""
    named = []
    for what, file in calls:
        name = Path(file).name
        kind = Path(file).suffix if name.startswith(("MAIN_", "_MAIN_")) else name
        if what not in ("open", "read", "mkdir") and f"{what} {kind}" not in named[-1:]:
            named.append(f"{what} {kind}")
    return named


def test_a_commit_is_synced_in_order(tmp_path):
    """Files and folder are synced before the commit file appears, and then the folder again."""
    template = prepared("update", tmp_path / "template")
    calls = steps(calls_of("update", template, tmp_path / "well"))
    assert calls == [
        "write .grid",
        "fsync .grid",
        "write .docs",
        "fsync .docs",
        "write .new",
        "fsync .new",
        "fsync index",
        "replace .new",
        "fsync index",
        "unlink .toc",
    ]


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("create", ["rename .danvan-new-index", "fsync "]),
        ("build at a new place", ["rename .danvan-new-index", "fsync "]),
        (
            "build in an empty folder",
            [
                "rename .toc",
                "fsync index",
                "rename danvan.json",
                "fsync index",
                "rmdir .danvan-new",
            ],
        ),
        (
            "build over an index",
            ["exchange_folders index", "fsync ", "rmdir .danvan-new-index"],
        ),
    ],
)
def test_an_index_is_synced_before_and_after_it_is_in_its_place(tmp_path, name, ends):
    """All files of a new index are synced before it appears, and its name afterwards."""
    template = prepared(name, tmp_path / "template")
    found = steps(calls_of(name, template, tmp_path / "well"))
    found = [step.replace("fsync well", "fsync ") for step in found]
    if name == "build in an empty folder":  # the segments come in any order
        assert {"rename .grid", "rename .docs"} <= set(found)
        found = [step for step in found if step not in ("rename .grid", "rename .docs")]
    if name == "build over an index":
        found = [step for step in found if not step.startswith("unlink")]
    assert found[-len(ends) :] == ends
    made = found[: -len(ends)]
    assert made[-1].startswith(("fsync .danvan-new", "unlink .toc"))
    assert "fsync danvan.json" in made


def test_folders_above_are_synced(tmp_path):
    """The parent folders that are created for an index are synced, too."""
    with watched(tmp_path) as disk:
        Index.create(tmp_path / "a" / "b" / "index").close()
    synced = [Path(file) for what, file in disk.calls if what == "fsync"]
    made = [file.relative_to(tmp_path).as_posix() for file in synced]
    assert made[:2] == [".", "a"]
    assert made[-1] == "a/b"


@pytest.mark.parametrize("name", ["update", "merge", "optimize", "build at a new place"])
def test_files_that_may_not_grow(tmp_path, name):
    """The system's limit on file sizes gives a clear error."""
    template = prepared(name, tmp_path / "template")
    before = held(template)
    for limit in (0, 100, 1000, 5000):
        folder = copied(template, tmp_path / str(limit))

        def work(folder=folder, limit=limit):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            with pytest.raises(IndexStorageError, match="File too large"):
                WORK[name].do(folder)

        assert in_child(work) == 0
        assert held(folder) == before
        assert orphans(folder) == set()
        check_that_writing_works(folder)


def as_nobody(work) -> int:
    """Call a function in a process that is not root, so that permissions apply."""

    def drop() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        work()

    return in_child(drop)


@pytest.mark.parametrize("name", ["update", "optimize", "build over an index"])
def test_folder_that_is_read_only(tmp_path, name):
    """Without write permission, writing gives a clear error, and reading works."""
    folder = prepared(name, tmp_path / "folder")
    before = held(folder)
    for one in [*folder.rglob("*"), folder]:
        one.chmod(0o555 if one.is_dir() else 0o444)
    for above in [tmp_path, *tmp_path.parents]:
        if above != Path("/") and above.stat().st_uid == os.geteuid():
            above.chmod(above.stat().st_mode | 0o055)

    def work() -> None:
        with pytest.raises(IndexStorageError, match="no permission for"):
            WORK[name].do(folder)
        assert held(folder) == before

    try:
        assert as_nobody(work) == 0
        assert held(folder) == before
    finally:
        for one in [folder, *folder.rglob("*")]:
            one.chmod(0o755 if one.is_dir() else 0o644)
    check_that_writing_works(folder)


@pytest.mark.parametrize("name", ["update", "merge", "rebuild"])
@pytest.mark.parametrize("becomes", ["gone", "another index"])
def test_folder_that_is_moved_meanwhile(tmp_path, name, becomes):
    """Nothing is written to the old path, and the moved index is unchanged."""
    folder = prepared(name, tmp_path / "folder")
    before = held(folder)
    away = tmp_path / "away"
    away.mkdir()

    def act(_call, what, file):
        if what == "fsync" and file.endswith(".docs") and not (away / "index").exists():
            (folder / "index").rename(away / "index")
            if becomes == "another index":
                Index.create(folder / "index").close()

    with (
        watched(folder, act),
        pytest.raises(IndexStorageError, match=r"was moved or replaced|is missing"),
    ):
        WORK[name].do(folder)
    assert held(away) == before
    assert held(folder) == (None if becomes == "gone" else {})
    check_that_writing_works(away)
    check_that_writing_works(folder)
