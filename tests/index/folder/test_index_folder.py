"""The folder of an index: creation, format checks, builds, and replacement."""

import gc
import json
import os
from pathlib import Path

import pytest
from whoosh import fields
from whoosh.index import create_in

from danvan_search import (
    Article,
    DanvanError,
    Index,
    IndexDamagedError,
    IndexExistsError,
    IndexFormatError,
    IndexLockedError,
    IndexNotFoundError,
    IndexStorageError,
)
from danvan_search.index.folder import commit_file, fsync

ARTICLE = Article("1", "Dân vận khéo", "Phong trào thi đua.")


def build(path: Path, *bodies: str, **options) -> None:
    """Build an index of JSON lines, which replaces the index at the path."""
    lines = path.parent / "lines.jsonl"
    records = [{"id": str(number), "text": body} for number, body in enumerate(bodies)]
    lines.write_text("".join(json.dumps(one) + "\n" for one in records))
    try:
        Index.build(path, [lines], **options)
    finally:
        lines.unlink()


def tree(folder: Path) -> list[str]:
    """Return the names of everything below a folder."""
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*"))


@pytest.fixture
def made(tmp_path):
    """Return the folder of an index that holds one article."""
    with Index.create(tmp_path / "index") as index:
        index.add([ARTICLE])
    return tmp_path / "index"


def test_create_makes_folders_above(tmp_path):
    """Missing parent folders are created, and nothing stays beside the index."""
    with Index.create(tmp_path / "a" / "b" / "index") as index:
        assert len(index) == 0
        assert index.stats().generation == 0
    assert tree(tmp_path)[:3] == ["a", "a/b", "a/b/index"]
    assert os.listdir(tmp_path / "a" / "b") == ["index"]  # noqa: PTH208


def test_create_refuses_an_index(made):
    """``create`` never replaces an index."""
    before = tree(made)
    with pytest.raises(IndexExistsError, match="open it, or remove it first"):
        Index.create(made)
    assert before == tree(made)
    assert Index.open(made, create=True).get("1") == ARTICLE


@pytest.mark.parametrize("make", [Index.create, lambda path: Index.open(path, create=True), build])
@pytest.mark.parametrize("what", ["folder", "file", "device"])
def test_other_files_are_never_touched(tmp_path, make, what):
    """A path with anything else is refused, and unchanged."""
    path = tmp_path / "mine"
    if what == "folder":
        path.mkdir()
        (path / "thesis.doc").write_text("mine")
    elif what == "file":
        path.write_text("mine")
    else:
        os.mkfifo(path)
    before = tree(tmp_path)
    with pytest.raises(IndexExistsError, match="name an empty or new folder"):
        make(path)
    assert before == tree(tmp_path)


def test_empty_folder_is_filled_in_place(tmp_path, monkeypatch):
    """An empty folder is not replaced: it may be a mounted disk, or the working folder."""
    path = tmp_path / "index"
    path.mkdir(mode=0o700)
    node = path.stat().st_ino
    monkeypatch.chdir(path)
    with Index.create(".") as index:
        index.add([ARTICLE])
        assert index.get("1") == ARTICLE
    assert (node, 0o700) == (path.stat().st_ino, path.stat().st_mode & 0o777)
    assert not [name for name in tree(tmp_path) if "new-" in name]


def test_link_to_the_folder(made, tmp_path):
    """An index is opened, and replaced, through a link; the link stays."""
    link = tmp_path / "link"
    link.symlink_to(made)
    build(link, "một", "hai")
    assert link.is_symlink()
    assert sorted(Index.open(made).ids()) == ["0", "1"]
    assert sorted(os.listdir(tmp_path)) == ["index", "link"]  # noqa: PTH208
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "elsewhere")
    Index.create(dangling).close()
    assert len(Index.open(tmp_path / "elsewhere")) == 0


def damage_marker(path):
    """Write invalid JSON into the marker."""
    (path / "danvan.json").write_text("{")


def other_marker(path):
    """Write JSON of another type into the marker."""
    (path / "danvan.json").write_text("[]")


def other_format(path):
    """Name another format in the marker."""
    (path / "danvan.json").write_text('{"format": "danvan-grid-99"}')


def binary_marker(path):
    """Write bytes that are not UTF-8 into the marker."""
    (path / "danvan.json").write_bytes(b"\xff\xfe\x00")


def no_marker(path):
    """Remove the marker."""
    (path / "danvan.json").unlink()


def marker_folder(path):
    """Replace the marker by a folder."""
    no_marker(path)
    (path / "danvan.json").mkdir()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (damage_marker, "damaged.*dvsearch index --rebuild FOLDER"),
        (other_marker, "damaged.*dvsearch index --rebuild FOLDER"),
        (binary_marker, "damaged.*dvsearch index --rebuild FOLDER"),
        (other_format, "'danvan-grid-99'.*dvsearch index --rebuild FOLDER"),
        (no_marker, "not an index of danvan-search: name another place"),
        (marker_folder, "not an index of danvan-search: name another place"),
    ],
)
def test_format_is_checked_before_anything_is_unpickled(made, monkeypatch, spoil, says):
    """The marker alone decides whether a folder is an index of this format."""
    spoil(made)

    def refuse(*_args, **_options):
        raise AssertionError("something was unpickled")

    monkeypatch.setattr("pickle.load", refuse)
    monkeypatch.setattr("pickle.loads", refuse)
    with pytest.raises(IndexFormatError, match=says):
        Index.open(made)


@pytest.mark.parametrize("what", ["missing", "empty"])
def test_no_index(tmp_path, what):
    """The error for a missing index says how to build one."""
    path = tmp_path / "index"
    if what == "empty":
        path.mkdir()
    with pytest.raises(IndexNotFoundError) as caught:
        Index.open(path)
    expected = f"no index at {path}: build one with `dvsearch index FOLDER`"
    assert expected == str(caught.value)


def test_rebuild_replaces_another_format(made):
    """A build replaces an index of another format."""
    other_format(made)
    build(made, "một")
    assert list(Index.open(made).ids()) == ["0"]
    assert os.listdir(made.parent) == ["index"]  # noqa: PTH208


def make_whoosh_format(path: Path) -> None:
    """Make an index in the earlier format, with Whoosh's segments, of one document."""
    path.mkdir()
    stock = fields.Schema(id=fields.ID(stored=True, unique=True), body=fields.TEXT(stored=True))
    with create_in(path, stock).writer() as writer:
        writer.add_document(id="1", body="dân vận")
    (path / "danvan.json").write_text('{"format": "danvan-whoosh-1"}\n')


def test_the_format_before_this_one(tmp_path):
    """An index in the earlier format is refused with advice, and replaced by a build."""
    path = tmp_path / "index"
    make_whoosh_format(path)
    before = tree(path)
    says = "'danvan-whoosh-1', this version needs 'danvan-grid-3': .*--rebuild FOLDER"
    for use in (Index.open, lambda path: Index.open(path, create=True)):
        with pytest.raises(IndexFormatError, match=says):
            use(path)
    with pytest.raises(IndexExistsError):
        Index.create(path)
    assert before == tree(path)
    build(path, "một")
    assert list(Index.open(path).ids()) == ["0"]
    assert not list(path.glob("*.seg"))


# Whoosh does not close files that it cannot read.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("pattern", ["*.toc", "*.grid", "*.docs"])
@pytest.mark.parametrize("harm", ["cut", "emptied", "removed", "overwritten"])
def test_damaged_files_give_clear_errors(made, pattern, harm):
    """Any damage to a file gives a clear error, and a rebuild repairs it."""
    (file,) = made.glob(pattern)
    content = file.read_bytes()
    if harm == "removed":
        file.unlink()
    else:
        file.write_bytes(
            {"cut": content[:50], "emptied": b"", "overwritten": b"\xa5" * len(content)}[harm]
        )
    # A missing commit file is reported as damage.
    is_missing = harm == "removed" and pattern != "*.toc"
    kind = IndexStorageError if is_missing else IndexDamagedError
    with pytest.raises(kind, match="`dvsearch index --rebuild FOLDER`") as caught:
        len(Index.open(made))
    assert str(made if pattern == "*.toc" else file) in str(caught.value)
    gc.collect()
    build(made, "một")
    assert list(Index.open(made).ids()) == ["0"]


@pytest.mark.parametrize("pattern", ["*.grid", "*.docs"])
def test_clearing_does_not_read_the_old_segments(made, tmp_path, pattern):
    """An index with damaged articles can be rebuilt in place."""
    (file,) = made.glob(pattern)
    file.write_bytes(b"")
    (tmp_path / "a.txt").write_text("Bài một\n\nNội dung.\n")
    with Index.open(made) as index:
        assert index.sync([tmp_path / "a.txt"], rebuild=True).added == 1
        assert len(index) == 1


DISK_FULL = OSError(28, "No space left on device")

BUILD_STEPS = {
    "document": "danvan_search.index.writing.segment_builder.SegmentBuilder.add",
    "columns": "danvan_search.index.writing.segment_builder.SegmentBuilder.columns",
    "file": "danvan_search.index.writing.segment_writer._write",
    "sync": "os.fsync",
    "commit file": "danvan_search.index.folder.commit_file.write",
}


@pytest.mark.parametrize("place", ["new", "empty", "index"])
@pytest.mark.parametrize(
    ("step", "error"),
    [
        *((step, KeyboardInterrupt) for step in BUILD_STEPS),
        # Adding an article to the builder writes nothing.
        *((step, DISK_FULL) for step in BUILD_STEPS if step != "document"),
    ],
)
def test_a_build_that_fails_changes_nothing(tmp_path, monkeypatch, place, error, step):
    """If a build fails at any step, everything is as before."""
    path = tmp_path / "above" / "index"
    if place == "empty":
        path.mkdir(parents=True)
    elif place == "index":
        with Index.create(path) as index:
            index.add([ARTICLE])
            index.remove(["none"])
    before = tree(tmp_path)

    def fail(*_args, **_options):
        raise error

    text = seed(tmp_path)
    with monkeypatch.context() as patch:
        if step == "commit file":
            fail_in_the_second_call(patch, BUILD_STEPS[step], error)
        else:
            patch.setattr(BUILD_STEPS[step], fail)
        with pytest.raises(IndexStorageError if isinstance(error, OSError) else error):
            Index.build(path, [text])
    (tmp_path / "a.txt").unlink()
    assert before == tree(tmp_path)
    if place == "index":
        assert Index.open(path).get("1") == ARTICLE
    Index.build(path, [seed(tmp_path)])
    assert len(Index.open(path)) == 1


def fail_in_the_second_call(patch, name, error):
    """Make the second call of a function fail; the first writes the empty index."""
    real = commit_file.write
    calls = []

    def write(*args):
        calls.append(args)
        if len(calls) > 1:
            raise error
        real(*args)

    patch.setattr(name, write)


def seed(folder: Path) -> Path:
    """Write a text file."""
    path = folder / "a.txt"
    path.write_text("Bài một\n\nNội dung.\n")
    return path


@pytest.mark.parametrize("moment", [0, 1])
def test_interrupt_while_the_index_is_put_in_place(made, monkeypatch, moment):
    """Where folders cannot be exchanged, an interrupt still leaves one of the two in place."""
    monkeypatch.setattr(fsync, "exchange_folders", lambda *_folders: False)
    real = Path.rename
    calls = []

    def rename(path, target):
        calls.append(path)
        if len(calls) == moment + 1:
            raise KeyboardInterrupt
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(KeyboardInterrupt):
        build(made, "một")
    monkeypatch.undo()
    assert Index.open(made).get("1") == ARTICLE
    assert os.listdir(made.parent) == ["index"]  # noqa: PTH208


@pytest.mark.parametrize("place", ["new", "empty", "index", "other format"])
def test_dry_run_of_a_build_makes_nothing(tmp_path, place):
    """A dry run creates neither the index nor its parent folders."""
    path = tmp_path / "above" / "index"
    text = seed(tmp_path)
    if place == "empty":
        path.mkdir(parents=True)
    elif place != "new":
        Index.create(path).close()
        if place == "other format":
            other_format(path)
    before = tree(tmp_path)
    assert Index.build(path, [text], dry_run=True).added == 1
    assert before == tree(tmp_path)


def test_build_with_nothing_to_index_makes_nothing(tmp_path):
    """A build of a wrong path leaves no folders behind."""
    with pytest.raises(DanvanError, match="check its name"):
        Index.build(tmp_path / "a" / "b", [tmp_path / "none"])
    assert tree(tmp_path) == []


def test_build_waits_for_no_writer(made, tmp_path):
    """A build does not replace an index that another writer has locked."""

    def articles():
        yield Article("2", "", "hai")
        with pytest.raises(IndexLockedError, match="another process is writing"):
            Index.build(made, [seed(tmp_path)])

    with Index.open(made) as index:
        index.add(articles())
        assert sorted(index.ids()) == ["1", "2"]


@pytest.mark.parametrize("place", ["new", "empty"])
def test_two_builds_at_once(tmp_path, place):
    """Of two builds at the same path, the later one is refused, and changes nothing."""
    path = tmp_path / "index"
    if place == "empty":
        path.mkdir()
    text = seed(tmp_path)
    refused = []

    def meanwhile(*_at):
        for make in (Index.create, lambda path: Index.build(path, [text])):
            with pytest.raises(IndexLockedError, match="another process is writing") as caught:
                make(path)
            refused.append(caught.value)

    Index.build(path, [text], progress=meanwhile)
    assert refused
    assert len(Index.open(path)) == 1
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "index"]  # noqa: PTH208


@pytest.mark.parametrize("place", ["new", "empty"])
def test_index_that_was_made_meanwhile(tmp_path, place):
    """A build does not replace an index that appeared at the path meanwhile."""
    path = tmp_path / "index"
    if place == "empty":
        path.mkdir()
    Index.create(tmp_path / "other").close()

    def meanwhile(*_at):
        if place == "new":
            (tmp_path / "other").replace(path)
        else:
            (tmp_path / "other" / "danvan.json").rename(path / "danvan.json")

    with pytest.raises(IndexLockedError, match="meanwhile"):
        Index.build(path, [seed(tmp_path)], progress=once(meanwhile))
    assert (path / "danvan.json").exists()
    assert not [name for name in tree(tmp_path) if "new" in name]


def once(call):
    """Return a function that calls another only once."""
    calls = []

    def first(*args):
        if not calls:
            calls.append(args)
            call(*args)

    return first


def test_unfinished_folder_of_a_killed_process(tmp_path):
    """A folder that holds only the leftovers of a killed builder counts as empty."""
    path = tmp_path / "index"
    (path / ".danvan-new-0123abcd").mkdir(parents=True)
    with pytest.raises(IndexNotFoundError):
        Index.open(path)
    with Index.create(path) as index:
        index.add([ARTICLE])
    assert Index.open(path).get("1") == ARTICLE


@pytest.mark.parametrize("stays", ["marker", "nothing"])
def test_files_that_a_killed_process_had_moved_in(made, stays):
    """They count as leftovers, but an index that lost its marker does not."""
    (made / ".danvan-new").mkdir()
    (made / "MAIN_WRITELOCK").unlink()
    if stays == "marker":
        (made / "danvan.json").rename(made / ".danvan-new" / "danvan.json")
        with Index.create(made) as index:
            assert len(index) == 0
        assert not (made / ".danvan-new").exists()
    else:
        (made / "danvan.json").unlink()
        before = tree(made)
        with pytest.raises(IndexExistsError, match="holds other files"):
            Index.create(made)
        assert before == tree(made)


def test_reader_sees_the_index_that_took_the_place(made):
    """An open index searches a replacement of its folder, whatever the generation."""
    with Index.open(made) as index:
        assert [hit.id for hit in index.search("dan van")] == ["1"]
        build(made, "Tây Nguyên")
        assert [hit.id for hit in index.search("tay nguyen")] == ["0"]
        assert index.search("dan van").total == 0
        assert index.add([ARTICLE]).added == 1
        other_format(made)
        os.utime(made / "danvan.json", ns=(0, 0))
        with pytest.raises(IndexFormatError, match="danvan-grid-99"):
            index.search("tay nguyen")


def test_index_that_was_removed(made):
    """An open index whose folder is gone raises a clear error."""
    with Index.open(made) as index:
        index.search("dân")
        made.rename(made.parent / "away")
        with pytest.raises(DanvanError, match="missing"):
            index.search("dân")
        with pytest.raises(DanvanError, match=r"missing|no index"):
            index.add([ARTICLE])
