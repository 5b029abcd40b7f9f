"""Backups: their content, and that only whole ones are restored."""

import io
import os
import shutil
import sys
import tarfile
import threading
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import (
    Article,
    BackupError,
    Index,
    IndexDamagedError,
    IndexExistsError,
    IndexLockedError,
    IndexStorageError,
    verify_index,
)
from danvan_search.rescue import archive
from danvan_search.rescue import backup as backing
from tests.rescue.conftest import answers, everything, flip, make_articles, tree


def names(folder: Path) -> list[str]:
    """Return the names in a folder, sorted."""
    return sorted(os.listdir(folder))  # noqa: PTH208


@pytest.fixture
def saved(path) -> Path:
    """Return a backup of the index of the fixture."""
    file = path.parent / "saved.tar.zst"
    with Index.open(path) as index:
        index.backup(file)
    return file


def numbers(index: Index) -> dict:
    """Return the statistics of an index without its size, which includes the lock."""
    return {name: value for name, value in index.stats().to_json().items() if name != "size_bytes"}


def test_there_and_back(path, saved):
    """A restored index has the same articles, statistics and search results."""
    place = path.parent / "deep" / "copy"
    report = Index.restore(place, saved)
    assert verify_index(place).is_whole
    with Index.open(path) as index, Index.open(place) as copy:
        assert list(index.ids()) == list(copy.ids())
        assert everything(index) == everything(copy)
        assert numbers(index) == numbers(copy)
        assert answers(index) == answers(copy)
        assert index.vocabulary() == copy.vocabulary()
        assert (report.articles, report.generation) == (len(index), index.stats().generation)
        # It can be written to.
        assert copy.add(make_articles(2, first=50)).added == 2
    assert report.files == len(tree(path))
    assert report.size_bytes == sum(map(len, tree(path).values()))


@settings(max_examples=15)
@given(st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=5))
def test_any_index_is_restored(tmp_path_factory, commits):
    """After any commits: the same ids, articles, statistics and search results."""
    home = tmp_path_factory.mktemp("any")
    with Index.create(home / "index") as index:
        for at, commit in enumerate(commits):
            index.add(Article(str(one), f"Tựa {at}", "dân vận khéo " * one) for one in commit)
            index.remove([str(at)])
        stream = io.BytesIO()
        index.backup(stream)
        stream.seek(0)
        Index.restore(home / "copy", stream)
        with Index.open(home / "copy") as copy:
            assert list(index.ids()) == list(copy.ids())
            assert everything(index) == everything(copy)
            assert numbers(index) == numbers(copy)
            assert answers(index) == answers(copy)


def test_a_backup_is_a_tar_of_plain_files(path, saved):
    """The backup is an ordinary tar archive, compressed with Zstandard."""
    with saved.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        content = io.BytesIO(stream.read())
    with tarfile.open(fileobj=content) as tar:
        assert {one.name: tar.extractfile(one).read() for one in tar} == tree(path)


def test_an_existing_file_is_kept(path, saved):
    """A file is overwritten only with ``force``, and never left half-written."""
    before = saved.read_bytes()
    with Index.open(path) as index:
        with pytest.raises(BackupError, match=r"exists already.*by force"):
            index.backup(saved)
        assert before == saved.read_bytes()
        index.add(make_articles(1, first=90))
        index.backup(saved, force=True)
        assert index.backup(str(path.parent / "other.tar.zst")).articles == len(index)
    assert before != saved.read_bytes()
    Index.restore(path.parent / "copy", saved)
    assert names(path.parent) == ["copy", "index", "other.tar.zst", "saved.tar.zst"]


def test_a_file_that_appears_meanwhile_is_kept(path, monkeypatch):
    """A file that was created during the backup is not overwritten, either."""
    file = path.parent / "saved.tar.zst"

    def meanwhile(*_at):
        file.write_text("mine")

    with Index.open(path) as index, pytest.raises(BackupError, match="exists already"):
        index.backup(file, progress=meanwhile)
    assert file.read_text() == "mine"
    assert names(path.parent) == ["index", "saved.tar.zst"]


def test_a_backup_that_cannot_be_written(path, tmp_path):
    """A missing folder, the folder of the index and a full disk give clear errors."""
    with Index.open(path) as index:
        with pytest.raises(BackupError, match=r"cannot be written to .*: No such file"):
            index.backup(tmp_path / "none" / "saved.tar.zst")
        with pytest.raises(BackupError, match="lies in the folder of the index"):
            index.backup(path / "saved.tar.zst")
        with pytest.raises(BackupError, match=r"cannot be written to .*: No space left"):
            index.backup(Full())
    assert set(names(path)) - {"MAIN_WRITELOCK"} == set(tree(path))


class Full(io.RawIOBase):
    """A disk that is full."""

    def writable(self):
        return True

    def write(self, _data):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_a_backup_that_fails_leaves_nothing(path, monkeypatch, error):
    """After an interrupt, or on a full disk, there is no file."""

    def fail(*_args):
        raise error

    monkeypatch.setattr("os.fsync", fail)
    with Index.open(path) as index, pytest.raises((KeyboardInterrupt, BackupError)):
        index.backup(path.parent / "saved.tar.zst")
    assert names(path.parent) == ["index"]


@pytest.mark.parametrize("suffix", [".grid", ".docs", ".toc"])
def test_a_damaged_index_is_not_saved(path, suffix):
    """The error names the file, and there is no backup."""
    file = sorted(path.glob(f"*{suffix}"))[0]
    with Index.open(path) as index:
        flip(file, file.stat().st_size // 2)
        with pytest.raises(IndexDamagedError) as caught:
            index.backup(path.parent / "saved.tar.zst")
        assert str(path if suffix == ".toc" else file) in str(caught.value)
        file.unlink()
        with pytest.raises((IndexStorageError, IndexDamagedError)):
            index.backup(path.parent / "saved.tar.zst")
    assert names(path.parent) == ["index"]


def test_restoring_over_an_index(path, saved):
    """An index is replaced only with ``force``, and kept beside the new one."""
    before = tree(path)
    with pytest.raises(IndexExistsError, match="by force"):
        Index.restore(path, saved)
    with Index.open(path) as index:
        index.add(make_articles(3, first=70))
        newer = tree(path)
        report = Index.restore(path, saved, force=True)
        # The open index reads the replacement.
        assert len(index) == report.articles
    assert before == tree(path)
    assert newer == tree(report.old)
    assert report.old.parent == path.parent.resolve()


def test_other_files_are_never_touched(saved, tmp_path):
    """A folder of other files is refused, with ``force``, too."""
    place = tmp_path / "mine"
    place.mkdir()
    (place / "thesis.doc").write_text("mine")
    with pytest.raises(IndexExistsError, match="holds other files"):
        Index.restore(place, saved, force=True)
    assert names(place) == ["thesis.doc"]


def test_an_index_that_is_written_is_not_replaced(path, saved):
    """An index is not replaced while another writer is at work."""

    def adding():
        yield Article("x", "", "y")
        with pytest.raises(IndexLockedError):
            Index.restore(path, saved, force=True)

    with Index.open(path) as index:
        index.add(adding())
        assert "x" in index


def unpacked(raw: bytes) -> bytes | None:
    """Return the decompressed bytes of an intact archive; None if it is damaged."""
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    try:
        content = unpacker.decompress(raw)
    except zstandard.ZstdError:
        return None
    return content if unpacker.eof and not unpacker.unused_data else None


@pytest.mark.parametrize("force", [False, True])
def test_a_damaged_backup_changes_nothing(path, saved, force):
    """A backup that is cut or changed at any offset gives a clear error, and changes nothing."""
    content = saved.read_bytes()
    place = path if force else path.parent / "copy"
    before = tree(path)
    step = max(1, len(content) // 60)
    spots = [*range(0, len(content), step), *range(len(content) - 12, len(content))]
    for at in spots:
        for harmed in (content[:at], content[:at] + b"\x5a" + content[at + 1 :]):
            if harmed == content:
                continue
            saved.write_bytes(harmed)
            if unpacked(harmed) == unpacked(content):
                # Zstandard has several encodings of the same bytes: this one is intact.
                Index.restore(place, saved, force=force)
                assert tree(place) == before
                (made,) = path.parent.glob("index.replaced-*") if force else [place]
                shutil.rmtree(made)
                continue
            with pytest.raises(BackupError) as caught:
                Index.restore(place, saved, force=force)
            message = str(caught.value)
            assert "\n" not in message
            assert str(saved) in message
            assert ".danvan-new" not in message
    assert before == tree(path)
    assert names(path.parent) == ["index", "saved.tar.zst"]
    saved.write_bytes(content)
    assert Index.restore(place, saved, force=force).articles


def packed(members: list[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return an archive of some members."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return zstandard.ZstdCompressor(write_checksum=True).compress(stream.getvalue())


def member(name: str, content: bytes = b"", **values) -> tuple[tarfile.TarInfo, bytes]:
    """Return a member of an archive."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in values.items():
        setattr(info, key, value)
    return info, content


MARKER = b'{"format": "danvan-grid-3"}\n'

FOREIGN = {
    "empty": (b"", "no backup"),
    "text": (b"thesis", "no backup"),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(100), "no backup"),
    "zstd of something else": (zstandard.ZstdCompressor().compress(b"thesis"), "damaged"),
    "zstd of nothing": (zstandard.ZstdCompressor().compress(b""), "damaged"),
    "an empty tar": (packed([]), "no backup"),
    "another tar": (packed([member("thesis.doc", b"mine")]), "no backup"),
    "a path above": (packed([member("../danvan.json", MARKER)]), "no backup"),
    "an absolute path": (packed([member("/tmp/danvan.json", MARKER)]), "no backup"),
    "a folder": (packed([member("danvan.json", type=tarfile.DIRTYPE)]), "no backup"),
    "a path below": (packed([member("a/danvan.json", MARKER)]), "no backup"),
    "a symbolic link": (
        packed([member("danvan.json", type=tarfile.SYMTYPE, linkname="/etc/passwd")]),
        "no backup",
    ),
    "a hard link": (
        packed([member("danvan.json", type=tarfile.LNKTYPE, linkname="/etc/passwd")]),
        "no backup",
    ),
    "a pipe": (packed([member("danvan.json", type=tarfile.FIFOTYPE)]), "no backup"),
    "a device": (packed([member("danvan.json", type=tarfile.CHRTYPE)]), "no backup"),
    "a name with a line break": (packed([member("danvan.json\n", MARKER)]), "no backup"),
    "a marker alone": (packed([member("danvan.json", MARKER)]), "damaged"),
    "a file twice": (packed([member("danvan.json", MARKER)] * 2), "damaged"),
    "another format": (
        packed([member("danvan.json", b'{"format": "danvan-grid-99"}')]),
        "'danvan-grid-99'",
    ),
    "a segment of garbage": (
        packed([member("danvan.json", MARKER), member("MAIN_0123456789abcdef.grid", bytes(5000))]),
        "damaged",
    ),
    "an impossible time": (
        packed([member("danvan.json", MARKER, pax_headers={"mtime": "nan"})]),
        "damaged",
    ),
    "a sparse file": (
        packed(
            [
                member(
                    "danvan.json",
                    b"1\n0\n0\n" + bytes(506),
                    pax_headers={
                        "GNU.sparse.major": "1",
                        "GNU.sparse.minor": "0",
                        "GNU.sparse.realsize": "1000000000000",
                        "GNU.sparse.name": "danvan.json",
                    },
                )
            ]
        ),
        "no backup",
    ),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_foreign_files(tmp_path, kind):
    """Foreign and hostile archives are refused with a clear error, and leave no files."""
    content, says = FOREIGN[kind]
    file = tmp_path / "foreign.tar.zst"
    file.write_bytes(content)
    with pytest.raises(BackupError, match=says) as caught:
        Index.restore(tmp_path / "above" / "index", file)
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == ["foreign.tar.zst"]


def test_a_file_larger_than_the_disk(tmp_path):
    """A size that no disk has room for is refused before anything is written."""
    info, _ = member("danvan.json")
    info.size = 1 << 60
    file = tmp_path / "bomb.tar.zst"
    header = info.tobuf(tarfile.GNU_FORMAT)
    file.write_bytes(zstandard.ZstdCompressor().compress(header + bytes(1 << 20)))
    with pytest.raises(BackupError, match="make room"):
        Index.restore(tmp_path / "index", file)
    assert names(tmp_path) == ["bomb.tar.zst"]


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XGLTYPE])
def test_headers_that_would_fill_the_memory(tmp_path, kind):
    """Headers between the files need no more than a few megabytes."""
    info, _ = member("danvan.json", type=kind)
    info.size = 1 << 40
    file = tmp_path / "bomb.tar.zst"
    compressor = zstandard.ZstdCompressor()
    with file.open("wb") as raw, compressor.stream_writer(raw) as stream:
        stream.write(info.tobuf(tarfile.GNU_FORMAT))
        for _ in range(64):
            stream.write(bytes(1 << 20))
    assert file.stat().st_size < 100_000
    with pytest.raises(BackupError, match="more than its headers announce"):
        Index.restore(tmp_path / "index", file)
    assert names(tmp_path) == ["bomb.tar.zst"]


def test_additional_bytes_and_files(path, saved):
    """Bytes after the end, and files that the index does not need, are refused."""
    content = saved.read_bytes()
    place = path.parent / "copy"
    for more in (b"x", content):
        saved.write_bytes(content + more)
        with pytest.raises(BackupError, match="more bytes follow its end"):
            Index.restore(place, saved)
    with saved.open("wb") as file:
        members = [archive.Member(one.name, one.open("rb")) for one in path.glob("*.*")]
        stray = path.parent / "MAIN_0123456789abcdef.grid"
        stray.write_bytes(b"x")
        members.append(archive.Member(stray.name, stray.open("rb")))
        archive.pack(members, file, lambda _count: None)
        for one in members:
            one.file.close()
    with pytest.raises(BackupError, match="does not need"):
        Index.restore(place, saved)


def test_a_backup_that_cannot_be_read(tmp_path):
    """A missing file and a folder give clear errors."""
    with pytest.raises(BackupError, match=r"cannot be read \(No such file.*: name a file"):
        Index.restore(tmp_path / "index", tmp_path / "none.tar.zst")
    with pytest.raises(BackupError, match=r"cannot be read \(it is not a regular file\)"):
        Index.restore(tmp_path / "index", tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "link"):
        with pytest.raises(BackupError, match="not a regular file"):
            Index.restore(tmp_path / "index", tmp_path / name)
    assert names(tmp_path) == ["link", "pipe"]


@pytest.mark.parametrize("kind", ["pipe", "folder", "broken link", "link to a pipe", "loop"])
@pytest.mark.parametrize("force", [False, True])
def test_what_is_no_file_is_not_overwritten(path, tmp_path, kind, force):
    """A pipe, a folder and a broken link stay as they are."""
    place = tmp_path / "elsewhere"
    place.mkdir()
    target = place / "target"
    os.mkfifo(place / "pipe")
    if kind == "pipe":
        os.mkfifo(target)
    elif kind == "folder":
        target.mkdir()
    else:
        target.symlink_to({"broken link": "none", "link to a pipe": "pipe", "loop": "target"}[kind])
    before = target.lstat()
    with Index.open(path) as index, pytest.raises(BackupError, match="is no regular file: name"):
        index.backup(target, force=force)
    after = target.lstat()
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert names(place) == ["pipe", "target"]


def test_streams_that_hold_no_backup(tmp_path, monkeypatch):
    """The error names the stream."""
    with pytest.raises(BackupError, match=r"^the file in the stream is no backup"):
        Index.restore(tmp_path / "index", io.BytesIO(b"hi"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"hi")))
    with pytest.raises(BackupError, match=r"^the file on standard input is no backup"):
        Index.restore(tmp_path / "index", sys.stdin.buffer)
    assert names(tmp_path) == []


def test_a_link_to_a_file_is_written_through(path, tmp_path, saved):
    """The link stays, and its file is overwritten, with ``force`` only."""
    place = tmp_path / "elsewhere"
    (place / "deep").mkdir(parents=True)
    file = place / "deep" / "saved.tar.zst"
    file.write_text("mine")
    link = place / "latest"
    link.symlink_to("deep/saved.tar.zst")
    with Index.open(path) as index:
        with pytest.raises(BackupError, match="exists already"):
            index.backup(link)
        assert file.read_text() == "mine"
        index.backup(link, force=True)
    assert link.is_symlink()
    assert names(place) == ["deep", "latest"]
    assert names(place / "deep") == ["saved.tar.zst"]
    assert Index.restore(tmp_path / "copy", link).articles == len(Index.open(path))


def test_backups_during_commits(tmp_path):
    """Each backup has the content of one commit, while a writer makes more."""
    states: dict[int, set[str]] = {}
    done = threading.Event()
    problems = []

    def write():
        try:
            with Index.open(tmp_path / "index") as mine:
                for number in range(16):
                    some = [Article(f"{number}-{one}", "", "dân vận") for one in range(3)]
                    mine.add(some, words=False)
                    mine.remove([f"{number - 2}-1", f"{number - 1}-0"])
                    if number % 8 == 7:
                        mine.optimize()
        except Exception as error:  # noqa: BLE001 - shown by the main thread
            problems.append(error)
        finally:
            done.set()

    with Index.create(tmp_path / "index") as index:
        real = backing.commit_file.write

        def remember(folder, generation, segments):
            live = set()
            for one in segments:
                opened = backing.OpenSegment(folder, one.segment_id(), one.doc_count_all())
                docs = range(one.doc_count_all())
                live |= {opened.doc_values.id(doc) for doc in docs if not one.is_deleted(doc)}
            states[generation] = live
            real(folder, generation, segments)

        states[0] = set()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("danvan_search.index.folder.commit_file.write", remember)
            writer = threading.Thread(target=write)
            writer.start()
            taken = []
            while not done.is_set() or not taken:
                stream = io.BytesIO()
                taken.append((index.backup(stream).generation, stream))
            writer.join()
    assert not problems
    assert len(states) > 16
    for number, (generation, stream) in enumerate(taken[:: max(1, len(taken) // 15)]):
        stream.seek(0)
        Index.restore(tmp_path / f"copy-{number}", stream)
        with Index.open(tmp_path / f"copy-{number}") as copy:
            assert set(copy.ids()) == states[generation]
            assert copy.stats().generation == generation


def test_a_commit_before_the_files_are_opened(path, monkeypatch):
    """When a commit removes a file before it is opened, the newer commit is saved."""
    real = backing.commit_file.read_latest
    commits = []

    def read_latest(folder):
        newest = real(folder)
        if len(commits) < 3:
            commits.append(newest.generation)
            with Index.open(path) as other:
                other.add(make_articles(1, first=100 + len(commits)))
                other.optimize()
        return newest

    class CommitFile:
        pass

    CommitFile.read_latest = staticmethod(read_latest)
    monkeypatch.setattr(backing, "commit_file", CommitFile)
    with Index.open(path) as index:
        report = index.backup(path.parent / "saved.tar.zst")
        assert len(commits) == 3
        assert report.generation == index.stats().generation
        assert report.articles == len(index)


def test_progress_counts_bytes(path):
    """The progress ends with the total number of bytes."""
    calls: list[tuple[int, int]] = []
    with Index.open(path) as index:
        report = index.backup(path.parent / "a.tar.zst", progress=lambda *at: calls.append(at))
    assert calls[-1] == (report.size_bytes, report.size_bytes)
    calls.clear()
    Index.restore(
        path.parent / "b", path.parent / "a.tar.zst", progress=lambda *at: calls.append(at)
    )
    size = (path.parent / "a.tar.zst").stat().st_size
    assert calls[-1] == (size, size)
