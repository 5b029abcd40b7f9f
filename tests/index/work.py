"""Operations on an index, each with its preparation, for tests that make them fail."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from danvan_search import Article, Index, IndexNotFoundError
from danvan_search.index import create
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.file_names import LOCK, MARKER, needed_file_names
from danvan_search.index.folder.verify import damages

BODIES = ("dân vận khéo", "tây nguyên", "an toàn giao thông", "đường Dương Đình Nghệ")
"""Each is a phrase that only articles with this body contain."""


def article(number: int, body: int = 0) -> Article:
    """Return the article of a number, with one of the bodies."""
    return Article(str(number), f"Tựa {number}", BODIES[body])


class Work(NamedTuple):
    """An operation.

    :ivar prepare: creates its initial state in a folder; the index is in the subfolder `index`.
    :ivar do: runs the operation there.
    """

    prepare: Callable[[Path], object]
    do: Callable[[Path], object]


def _commits(*commits: list[Article]) -> Callable[[Path], None]:
    def prepare(folder: Path) -> None:
        with Index.create(folder / "index") as index:
            for one in commits:
                index.add(one, words=False)

    return prepare


def _build(folder: Path) -> None:
    Index.build(folder / "index", [folder.parent / "a.jsonl"], words=False)


def _add(*articles: Article) -> Callable[[Path], None]:
    def add(folder: Path) -> None:
        with Index.open(folder / "index") as index:
            index.add(articles, words=False)

    return add


def _optimize(folder: Path) -> None:
    with Index.open(folder / "index") as index:
        index.optimize()


def _remove(folder: Path) -> None:
    with Index.open(folder / "index") as index:
        index.remove(["1"])


def _rebuild(folder: Path) -> None:
    with Index.open(folder / "index") as index:
        index.sync([folder.parent / "a.jsonl"], rebuild=True, words=False)


def _renames(folder: Path) -> None:
    """Build on a file system that cannot exchange folders."""
    from danvan_search.index.folder import fsync

    real = fsync.exchange_folders
    fsync.exchange_folders = lambda *_folders: False
    try:
        _build(folder)
    finally:
        fsync.exchange_folders = real


def _restore(folder: Path) -> None:
    Index.restore(folder / "index", folder.parent / "a.tar.zst", force=True)


_TWO = _commits([article(1), article(2, 1)])
_MANY = _commits(*([article(number, number % 4)] for number in range(8)))
_SOME = _commits(*([article(number), article(9, number)] for number in range(4)))

WORK = {
    "create": Work(lambda folder: None, lambda folder: create(folder / "index")),
    "first commit": Work(_commits(), _add(article(1), article(2, 1))),
    "update": Work(_TWO, _add(article(1, 2), article(3, 3))),
    "remove": Work(_TWO, _remove),
    "merge": Work(_MANY, _add(article(8), article(0, 3))),
    "optimize": Work(_SOME, _optimize),
    "rebuild": Work(_TWO, _rebuild),
    "build at a new place": Work(lambda folder: None, _build),
    "build in an empty folder": Work(lambda folder: (folder / "index").mkdir(), _build),
    "build over an index": Work(_TWO, _build),
    "build over an index by renames": Work(_TWO, _renames),
    "restore at a new place": Work(lambda folder: None, _restore),
    "restore in an empty folder": Work(lambda folder: (folder / "index").mkdir(), _restore),
    "restore over an index": Work(_TWO, _restore),
}


def prepared(name: str, folder: Path) -> Path:
    """Make a folder with the initial state of an operation."""
    folder.mkdir()
    WORK[name].prepare(folder)
    record = {"id": "b", "title": "", "text": BODIES[3]}
    (folder.parent / "a.jsonl").write_text(json.dumps(record) + "\n", "utf-8")
    with tempfile.TemporaryDirectory() as other, Index.create(Path(other, "index")) as index:
        index.add([article(5, 2)], words=False)
        index.backup(folder.parent / "a.tar.zst", force=True)
    return folder


def copied(template: Path, folder: Path) -> Path:
    """Copy a prepared folder."""
    shutil.copytree(template, folder)
    return folder


def held(folder: Path, name: str = "index") -> dict[str, str] | None:
    """Verify the index, and return the bodies of its articles by id; None if there is no index."""
    try:
        index = Index.open(folder / name)
    except IndexNotFoundError:
        return None
    with index:
        bodies = {id_: index.get(id_).body for id_ in index.ids()}
        assert len(index) == len(bodies)
        for body in BODIES:
            expected = sorted(id_ for id_, own in bodies.items() if own == body)
            found = index.search(f'"{body}"', limit=99)
            assert sorted(hit.id for hit in found) == expected
            assert all(hit.snippet.text == body for hit in found)
            assert found.total == len(expected)
    assert damages(folder / name) == []
    return bodies


def _is_kept(folder: Path) -> bool:
    """Say whether a folder is an index that a restored one replaced, or was about to replace."""
    return (
        folder.name.startswith("index.replaced-") and held(folder.parent, folder.name) is not None
    )


def orphans(folder: Path) -> set[str]:
    """Return the names in the folder of the index, and beside it, that the index does not need."""
    index = folder / "index"
    beside = {one.name for one in folder.iterdir() if not _is_kept(one)} - {"index"}
    if not (index / MARKER).exists():
        return beside | ({one.name for one in index.iterdir()} if index.is_dir() else set())
    newest = commit_file.read_latest(index)
    segments = [segment.segment_id() for segment in newest.segments]
    needed = {LOCK, *needed_file_names(newest.generation, segments)}
    return beside | ({one.name for one in index.iterdir()} - needed)
