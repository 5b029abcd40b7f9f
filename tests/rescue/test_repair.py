"""Repair: it keeps every intact article, and nothing else."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import (
    Article,
    Index,
    IndexDamagedError,
    IndexFormatError,
    IndexLockedError,
    IndexNotFoundError,
    IndexStorageError,
    verify_index,
)
from danvan_search.index.codec.array_file import ArrayFile
from danvan_search.index.folder import commit_file, fsync
from danvan_search.rescue import repair as repairing
from tests.rescue.conftest import answers, everything, flip, make_articles, tree


def fresh_answers(tmp_path: Path, articles: list[Article]) -> list[list[tuple]]:
    """Return the hits from a new index of some articles."""
    with Index.create(tmp_path / "fresh") as index:
        index.add(articles)
        return answers(index)


def by_score(found: list[list[tuple]]) -> list[list[tuple]]:
    """Sort hits with equal scores: their order depends on the order of the segments."""
    return [sorted(one, key=lambda hit: (-hit[1], hit[0])) for one in found]


def check(path: Path, before: dict[str, Article], *, removed: frozenset[str] = frozenset()) -> None:
    """Check that an index is whole, has only articles from before, and answers like a new one.

    :param removed: the ids of removed articles that may be back.
    """
    assert verify_index(path).is_whole
    with Index.open(path) as index:
        kept = everything(index)
        for id_, article in kept.items():
            assert id_ in removed or article == before[id_]
        found = answers(index)
    fresh = fresh_answers(path.parent, list(kept.values()))
    shutil.rmtree(path.parent / "fresh")
    assert by_score(found) == by_score(fresh)


def test_nothing_to_repair(path):
    """A whole index is not changed."""
    before = tree(path.parent)
    report = Index.repair(path)
    assert not report.damages
    assert report.is_complete
    assert report.old is None
    assert before == tree(path.parent)


RELATIVE_OFFSETS = [0.0, 0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.999]


@pytest.mark.parametrize("at", RELATIVE_OFFSETS)
@pytest.mark.parametrize("suffix", [".grid", ".docs", ".toc", ".json"])
def test_one_damaged_file(path, suffix, at):
    """After a bit flip in any file, the rest is kept, and answers like a new index."""
    with Index.open(path) as index:
        before = everything(index)
    for number in range(len(list(path.glob(f"*{suffix}")))):
        home = path.parent / f"copy-{number}"
        shutil.copytree(path, home / "index")
        copy = home / "index"
        file = sorted(copy.glob(f"*{suffix}"))[number]
        flip(file, int(at * file.stat().st_size))
        damaged = tree(copy)
        dry = Index.repair(copy, dry_run=True)
        assert damaged == tree(copy)
        assert dry.damages
        assert dry.old is None
        report = Index.repair(copy)
        assert report.old is not None
        assert report.old.parent == home.resolve()
        assert damaged == tree(report.old)
        assert (report.kept, report.lost_ids) == (dry.kept, dry.lost_ids)
        removed = frozenset({"tin/5", "tin/13"}) if report.deletions_lost else frozenset()
        assert report.deletions_lost is (suffix == ".toc")
        check(copy, before, removed=removed)
        with Index.open(copy) as index:
            kept = set(index.ids())
        assert len(kept) == report.kept
        assert set(report.lost_ids) <= set(before) - kept
        assert len(set(before) - kept) == report.lost
        assert report.is_complete is (not report.lost and suffix != ".toc")


@settings(max_examples=60)
@given(
    number=st.integers(0, 4),
    at=st.integers(0, 9_999),
    harm=st.sampled_from(["flip", "cut", "overwrite", "remove"]),
    length=st.integers(1, 300),
)
def test_repair_after_any_change_of_one_file(tmp_path_factory, number, at, harm, length):
    """After any change of a file, only articles from before are kept, and the index is whole."""
    path = tmp_path_factory.mktemp("any") / "index"
    articles = make_articles(6)
    with Index.create(path) as index:
        index.add(articles[:2], words=False)
        index.add(articles[2:])
    before = {one.id: one for one in articles}
    # The names of the files are random, their sizes are not.
    file = sorted(path.glob("*MAIN*.*"), key=lambda one: one.stat().st_size)[number]
    content = file.read_bytes()
    start = len(content) * at // 10_000
    if harm == "remove":
        file.unlink()
    elif harm == "flip":
        flip(file, start)
    elif harm == "cut":
        file.write_bytes(content[:start])
    else:
        end = min(len(content), start + length)
        file.write_bytes(content[:start] + b"\xa5" * (end - start) + content[end:])
    report = Index.repair(path)
    assert report.damages
    assert report.kept + report.lost == len(articles)
    check_whole(path, before)


def check_whole(path: Path, before: dict[str, Article]) -> None:
    """Check that an index is whole and has only articles from before."""
    assert verify_index(path).is_whole
    with Index.open(path) as index:
        for id_, article in everything(index).items():
            assert article == before[id_]


def largest(path: Path, suffix: str) -> Path:
    """Return the largest file with a suffix: that of the segment with the most articles."""
    return max(path.glob(f"*{suffix}"), key=lambda one: one.stat().st_size)


def damage_array(file: Path, name: str, offset: int = 0) -> None:
    """Change a byte of one array of a file."""
    with ArrayFile(file) as opened:
        content = opened.arrays[name].whole().tobytes()
    flip(file, file.read_bytes().index(content) + offset)


def test_a_changed_byte_costs_one_article(tmp_path):
    """The other articles of the file are saved, and the report names the lost one."""
    path = tmp_path / "index"
    articles = make_articles(20)
    with Index.create(path) as index:
        index.add(articles)
    (file,) = path.glob("*.grid")
    damage_array(file, "text_frames", 40)
    report = Index.repair(path)
    assert (report.kept, report.salvaged, report.lost) == (19, 19, 1)
    assert report.lost_ids == ("tin/0",)
    assert not report.is_complete
    with Index.open(path) as index:
        assert everything(index) == {one.id: one for one in articles[1:]}


def test_articles_of_folders_keep_their_origins(tmp_path, seeds):
    """Salvaged articles keep their folder, and indexing it again restores the lost ones."""
    path = tmp_path / "index"
    Index.build(path, [seeds])
    (file,) = path.glob("*.grid")
    damage_array(file, "text_frames", 40)
    report = Index.repair(path)
    assert (report.kept, report.lost) == (4, 1)
    assert report.index_again == (str(seeds.resolve()),)
    with Index.open(path) as index:
        again = index.sync(report.index_again)
        assert (again.added, again.unchanged, again.updated, again.removed) == (1, 4, 0, 0)


def test_damaged_origins_are_dropped(tmp_path, seeds):
    """An article with a damaged origin is kept without an origin."""
    path = tmp_path / "index"
    Index.build(path, [seeds])
    (file,) = path.glob("*.docs")
    damage_array(file, "origin_bytes", 3)
    report = Index.repair(path)
    assert (report.kept, report.lost) == (5, 0)
    with Index.open(path) as index:
        again = index.sync([seeds])
        assert (again.added, again.updated, again.removed) == (0, 5, 0)


def test_without_words_stays_without(tmp_path):
    """Articles without words are indexed again without words."""
    path = tmp_path / "index"
    with Index.create(path) as index:
        index.add(make_articles(3), words=False)
    (file,) = path.glob("*.grid")
    damage_array(file, "biword_second")
    report = Index.repair(path)
    assert (report.salvaged, report.segmented) == (3, 0)
    with Index.open(path) as index:
        assert index.stats().without_words == 3


def test_words_are_made_again(tmp_path):
    """Articles with words are segmented again, and the report counts them."""
    path = tmp_path / "index"
    with Index.create(path) as index:
        index.add(make_articles(3))
    (file,) = path.glob("*.grid")
    damage_array(file, "word_bits", 3)
    report = Index.repair(path)
    assert (report.salvaged, report.segmented) == (3, 3)
    with Index.open(path) as index:
        assert index.stats().without_words == 0


def test_intact_segments_keep_their_files(path):
    """The files of an intact segment are linked, not rewritten."""
    nodes = {one.name: one.stat().st_ino for one in path.glob("MAIN_*.*")}
    file = largest(path, ".grid")
    damage_array(file, "text_frames", 9)
    Index.repair(path)
    kept = {one.name: one.stat().st_ino for one in path.glob("MAIN_*.*")}
    assert set(nodes) - set(kept) == {file.name, file.with_suffix(".docs").name}
    same = set(nodes) & set(kept)
    assert len(same) >= 2
    assert all(nodes[name] == kept[name] for name in same)


@pytest.mark.parametrize("harm", ["removed", "emptied", "garbage"])
def test_lost_commit_file(path, harm):
    """Segments are found by their files; of two articles with one id the newer is kept."""
    with Index.open(path) as index:
        before = everything(index)
    (file,) = path.glob("*.toc")
    if harm == "removed":
        file.unlink()
    else:
        file.write_bytes(b"" if harm == "emptied" else b"\x80\x04garbage")
    report = Index.repair(path)
    assert report.deletions_lost
    assert not report.is_complete
    assert report.lost == 0
    with Index.open(path) as index:
        kept = everything(index)
    # Removed articles are back, since the deletions are lost.
    assert set(kept) - set(before) == {"tin/5", "tin/13"}
    assert {id_: kept[id_] for id_ in before} == before
    check(path, before, removed=frozenset({"tin/5", "tin/13"}))


def test_lost_commit_file_and_a_damaged_segment(path):
    """If the newest version of an article is lost, no older version comes back."""
    (file,) = path.glob("*.toc")
    file.unlink()
    newest = max(path.glob("*.grid"), key=lambda one: one.stat().st_mtime_ns)
    damage_array(newest, "text_frames", 9)
    report = Index.repair(path)
    assert report.lost_ids == ("tin/2",)
    with Index.open(path) as index:
        assert "tin/2" not in index
        assert index.get("tin/1") == make_articles(2)[1]


def test_two_files_of_a_segment_lost(path):
    """The commit file gives the number of lost articles; without it, the lost file is named."""
    with Index.open(path) as index:
        articles = len(index)
    grid = min(path.glob("*.grid"), key=lambda one: one.stat().st_size)
    grid.write_bytes(b"")
    grid.with_suffix(".docs").unlink()
    dry = Index.repair(path, dry_run=True)
    assert (dry.kept + dry.lost, dry.lost_ids, dry.uncounted) == (articles, (), ())
    (file,) = path.glob("*.toc")
    file.unlink()
    report = Index.repair(path)
    assert report.uncounted == (grid.name,)
    assert not report.is_complete
    assert verify_index(path).is_whole


@pytest.mark.parametrize("harm", ["removed", "damaged"])
def test_lost_marker(path, harm):
    """Without its marker, an index is recognised by the names of its files."""
    with Index.open(path) as index:
        before = everything(index)
    if harm == "removed":
        (path / "danvan.json").unlink()
    else:
        (path / "danvan.json").write_bytes(b'{"form')
    assert [one.file for one in verify_index(path).damages] == ["danvan.json"]
    report = Index.repair(path)
    assert (report.lost, report.salvaged, report.is_complete) == (0, 0, True)
    with Index.open(path) as index:
        assert everything(index) == before


def test_nothing_is_left(path):
    """Without commit file and segments, nothing can be repaired."""
    for file in path.glob("*MAIN*.*"):
        file.unlink()
    before = tree(path.parent)
    with pytest.raises(IndexDamagedError, match=r"nothing is left.*--rebuild FOLDER"):
        Index.repair(path)
    assert before == tree(path.parent)


def test_no_index_of_this_format(path, tmp_path):
    """Another format, a folder of other files and a missing folder are refused with advice."""
    (path / "danvan.json").write_text('{"format": "danvan-grid-99"}')
    for file in (*path.glob("*.grid"), *path.glob("*.docs")):
        content = bytearray(file.read_bytes())
        content[8] = 99
        file.write_bytes(content)
    for use in (Index.repair, verify_index):
        with pytest.raises(IndexFormatError, match=r"danvan-grid-99.*--rebuild FOLDER"):
            use(path)
        with pytest.raises(IndexNotFoundError, match="build one"):
            use(tmp_path / "none")
        with pytest.raises(IndexFormatError, match="not an index"):
            use(tmp_path)
        with pytest.raises(IndexFormatError, match="not an index"):
            use(path / "danvan.json")


def test_a_writer_is_at_work(path):
    """An index is not repaired while another writer is at work."""

    def adding():
        yield Article("x", "", "y")
        with pytest.raises(IndexLockedError):
            Index.repair(path)

    with Index.open(path) as index:
        index.add(adding())
        assert "x" in index


STEPS = [
    "IndexWriter",
    "damages",
    "replace_keeping_old",
    "commit_file.write",
    "link_or_copy",
    "write_empty",
]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_repair_that_fails_changes_nothing(path, monkeypatch, step, error):
    """After any failure the damaged folder is unchanged, and nothing is beside it."""
    damage_array(largest(path, ".grid"), "text_frames", 9)
    before = tree(path.parent)

    def fail(*_args, **_options):
        raise error

    target = commit_file if step == "commit_file.write" else repairing
    monkeypatch.setattr(target, step.rpartition(".")[2], fail)
    with pytest.raises((KeyboardInterrupt, OSError, IndexStorageError)):
        Index.repair(path)
    monkeypatch.undo()
    assert before == tree(path.parent)
    assert [one.name for one in path.parent.iterdir()] == ["index"]
    assert Index.repair(path).old is not None


@pytest.mark.parametrize("moment", range(4))
def test_an_interrupt_between_the_renames(path, monkeypatch, moment):
    """Where folders cannot be exchanged, too, the old one is in place after an interrupt."""
    damage_array(largest(path, ".grid"), "text_frames", 9)
    before = tree(path)
    real = Path.rename
    calls = []

    def rename(file, target):
        if file.is_dir():
            calls.append(file)
            if len(calls) == moment + 1:
                raise KeyboardInterrupt
        return real(file, target)

    monkeypatch.setattr(Path, "rename", rename)
    monkeypatch.setattr(fsync, "exchange_folders", lambda *_folders: False)
    with pytest.raises(KeyboardInterrupt):
        Index.repair(path)
    assert len(calls) > moment
    monkeypatch.undo()
    assert before == tree(path)
    assert [one.name for one in path.parent.iterdir()] == ["index"]


DISK_FAULT = OSError(5, "Input/output error")


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("exchange_folders", KeyboardInterrupt),
        ("exchange_folders", DISK_FAULT),
        ("sync_folder", DISK_FAULT),
    ],
)
def test_an_exchange_that_fails(path, monkeypatch, step, error):
    """If exchanging the folders fails, or syncing afterwards, nothing is changed."""
    damage_array(largest(path, ".grid"), "text_frames", 9)
    before = tree(path)
    real = getattr(fsync, step)

    def fail(*folders):
        if step == "exchange_folders" or folders == (path.parent.resolve(),):
            raise error
        return real(*folders)

    monkeypatch.setattr(fsync, step, fail)
    with pytest.raises((KeyboardInterrupt, IndexStorageError)):
        Index.repair(path)
    monkeypatch.undo()
    assert before == tree(path)
    assert [one.name for one in path.parent.iterdir()] == ["index"]


def test_an_open_index_sees_the_repaired_one(path):
    """An index that was opened before the repair searches the repaired one."""
    with Index.open(path) as index:
        before = answers(index)
        damage_array(largest(path, ".docs"), "dates")
        report = Index.repair(path)
        assert report.lost == 1
        assert len(index) == report.kept
        assert by_score(answers(index)) != by_score(before)


def test_files_are_copied_where_they_cannot_be_linked(path, monkeypatch):
    """A file system without hard links gets copies."""
    with Index.open(path) as index:
        before = everything(index)
    (path / "danvan.json").write_bytes(b"{")

    def no_links(*_args):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    report = Index.repair(path)
    shutil.rmtree(report.old)
    with Index.open(path) as index:
        assert everything(index) == before


def test_progress_counts_articles(path):
    """The progress ends with the number of salvaged articles."""
    damage_array(largest(path, ".grid"), "text_frames", 9)
    calls = []
    report = Index.repair(path, progress=lambda *at: calls.append(at))
    assert calls[-1] == (report.salvaged, report.salvaged)
    assert calls == sorted(calls)
