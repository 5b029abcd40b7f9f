"""Reading while others write: each result is that of one commit."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import danvan_search
from danvan_search import Article, Index, IndexStorageError
from danvan_search.index import snapshot as snapshots
from danvan_search.index.folder import commit_file
from danvan_search.search import SearchOptions, search


def article(id_: object, body: str = "dân vận khéo") -> Article:
    """Return an article."""
    return Article(str(id_), "Tựa", body)


@pytest.fixture
def index(tmp_path):
    """Return an open index of three articles in three segments."""
    with Index.create(tmp_path / "index") as made:
        for number in range(3):
            made.add([article(number)])
        yield made


def elsewhere(index: Index, code: str) -> None:
    """Run code on the index in another process."""
    package = Path(danvan_search.__file__).parent.parent
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from danvan_search import Article, Index\n"
            f"with Index.open(sys.argv[1]) as index: {code}",
            str(index.path),
        ],
        check=True,
        env={**os.environ, "PYTHONPATH": str(package)},
    )


@pytest.mark.parametrize("commit", ["handle", "process"])
def test_a_snapshot_does_not_change(index, commit):
    """A reader of one generation reads it to the end, even after its files are removed."""
    before = index._current()
    ids = index.ids()
    assert next(ids) == "0"
    results = index.search("dan van")
    names = {one.name for one in index.path.iterdir()}
    if commit == "handle":
        with Index.open(index.path) as other:
            other.remove(["0"])
            other.add([article(1, "tây nguyên"), article(9)])
            other.optimize()
    else:
        elsewhere(
            index,
            "index.remove(['0']); "
            "index.add([Article('1', 'Tựa', 'tây nguyên'), Article('9', 'Tựa', 'dân vận khéo')]); "
            "index.optimize()",
        )
    assert not any(
        one.suffix in (".grid", ".docs") and one.name in names for one in index.path.iterdir()
    )
    assert list(ids) == ["1", "2"]
    old = search(before, "dan van", SearchOptions())
    assert [hit.id for hit in old] == [hit.id for hit in results] == ["0", "1", "2"]
    assert [hit.snippet for hit in old] == [hit.snippet for hit in results]
    assert before.snapshot.article(before.snapshot.find("1")).body == "dân vận khéo"
    assert [hit.id for hit in index.search("dan van")] == ["2", "9"]
    assert index.get("1").body == "tây nguyên"
    assert list(index.ids()) == ["2", "1", "9"]


def test_a_commit_of_another_process_is_seen(index):
    """The next call sees a commit of another process; without one the snapshot is kept."""
    assert len(index) == 3
    before = index._live.current()
    assert index._live.current() is before
    elsewhere(index, "index.add([Article('9', '', 'tây nguyên')])")
    assert len(index) == 4
    assert index._live.current() is not before
    elsewhere(index, "index.remove(['9'])")
    assert index.search("tay nguyen").total == 0


def test_a_segment_that_stays_is_opened_once(index, monkeypatch):
    """A new generation opens only the segments that are new."""
    opened = []
    real = snapshots.OpenSegment

    def open_segment(folder, name, doc_count):
        opened.append(name)
        return real(folder, name, doc_count)

    monkeypatch.setattr(snapshots, "OpenSegment", open_segment)
    with Index.open(index.path) as other:
        assert len(other) == 3
        assert len(opened) == 3
        other.add([article(9)])
        assert len(other) == 4
        assert len(opened) == len(set(opened)) == 4
        other.remove(["9"])
        assert len(other) == 3
        assert len(opened) == 4


@pytest.mark.parametrize("times", [1, 5])
def test_a_commit_while_segments_are_opened(index, monkeypatch, times):
    """Files that a commit removes after the commit file was read are not reported as damage."""
    real = snapshots.OpenSegment
    commits = []

    def open_segment(folder, name, doc_count):
        if len(commits) < times:
            commits.append(name)
            with Index.open(index.path) as other:
                other.remove([str(len(commits) - 1)])
                other.add([article(9 + len(commits))])
                other.optimize()
        return real(folder, name, doc_count)

    with Index.open(index.path) as reader:
        with monkeypatch.context() as patch:
            patch.setattr(snapshots, "OpenSegment", open_segment)
            found = [hit.id for hit in reader.search("dan van")]
        assert len(commits) == times
        assert found == list(index.ids())


@pytest.mark.parametrize("writing", ["the same handle", "another handle"])
def test_threads(tmp_path, writing):
    """Eight threads share an index while another writes; each result is that of one commit."""
    steps = 30
    states = expected_states(steps)
    with Index.create(tmp_path / "index") as index:
        write(index, 0)
        start, done = threading.Barrier(9), threading.Event()
        errors: list[BaseException] = []

        def read() -> None:
            last = 0
            try:
                start.wait()
                while not done.is_set():
                    results = index.search('"dan van"', limit=99)
                    found = {hit.id: hit.article.body for hit in results}
                    step = int(found["mark"].rsplit(" ", 1)[1])
                    assert states[step] == found
                    assert results.total == len(found) == len(results)
                    assert step >= last
                    last = step
            except BaseException as error:  # noqa: BLE001 - shown by the main thread
                errors.append(error)

        threads = [threading.Thread(target=read) for _ in range(8)]
        for thread in threads:
            thread.start()
        start.wait()
        other = index if writing == "the same handle" else Index.open(index.path)
        try:
            for step in range(1, steps):
                write(other, step)
        finally:
            done.set()
            for thread in threads:
                thread.join()
            other.close()
        assert errors == []
    with Index.open(tmp_path / "index") as index:
        found = {hit.id: hit.article.body for hit in index.search('"dan van"', limit=99)}
        assert states[-1] == found


def step_articles(step: int) -> list[Article]:
    """Return the articles of a step; every third one lacks the phrase."""
    new = [
        article(number % 17, f"dân vận khéo {step}" if number % 3 else f"dân cần vận {step}")
        for number in range(5 * step, 5 * step + 5)
    ]
    return [*new, article("mark", f"dân vận lần {step}")]


def write(index: Index, step: int) -> None:
    """Make the commit of a step; every fourth step also optimises."""
    index.add(step_articles(step))
    if step % 4 == 3:
        index.optimize()


def expected_states(steps: int) -> list[dict[str, str]]:
    """Return the articles that contain the phrase after each step, found by a scan."""
    states, held = [], {}
    for step in range(steps):
        held |= {one.id: one.body for one in step_articles(step)}
        states.append({id_: body for id_, body in held.items() if "dân vận" in body})
    return states


def test_a_listing_that_a_commit_changes(index, monkeypatch):
    """A listing may lack both the new commit file and the old one that it replaces."""
    real = os.listdir
    listed = []

    def listdir(folder):
        names = real(folder)
        listed.append(names)
        return [name for name in names if len(listed) % 3 == 0 or not name.endswith(".toc")]

    monkeypatch.setattr(os, "listdir", listdir)
    with Index.open(index.path) as other:
        assert len(other) == 3
        other.add([article(9)])
        assert len(other) == len(index) == 4
    assert len(listed) > 9


def test_a_withdrawn_generation(index, monkeypatch):
    """A reader that saw it moves to the next one, although that has the same number."""
    real = commit_file.sync_folder
    seen = []

    def sync(folder):
        if list(folder.glob("_MAIN_4.toc")):
            seen.extend(hit.id for hit in index.search("nguyen"))
            raise OSError(5, "Input/output error")
        real(folder)

    with Index.open(index.path) as other:
        with monkeypatch.context() as patch:
            patch.setattr(commit_file, "sync_folder", sync)
            with pytest.raises(IndexStorageError, match="Input/output error"):
                other.add([article("withdrawn", "tây nguyên")])
        assert seen == ["withdrawn"]
        other.add([article("stays", "trung nguyên")])
        assert other.stats().generation == 4
    assert [hit.id for hit in index.search("nguyen")] == ["stays"]
    assert not list(index.path.glob("*.toc.new"))


def test_a_reader_of_a_withdrawn_generation_goes_back(index, monkeypatch):
    """Withdrawn articles are not found any more, even before the next commit."""
    real = commit_file.sync_folder

    def sync(folder):
        if list(folder.glob("_MAIN_4.toc")):
            assert index.search("nguyen").total == 1
            raise OSError(5, "Input/output error")
        real(folder)

    with Index.open(index.path) as other, monkeypatch.context() as patch:
        patch.setattr(commit_file, "sync_folder", sync)
        with pytest.raises(IndexStorageError):
            other.add([article("withdrawn", "tây nguyên")])
    assert index.search("nguyen").total == 0
    assert index.stats().generation == 3
