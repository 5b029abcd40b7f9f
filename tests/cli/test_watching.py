"""`dvsearch index --watch`: the index follows its folders until Ctrl-C."""

import json
import signal
import subprocess
import sys
import types

import pytest

from danvan_search import Index, IndexLockedError
from danvan_search.cli import indexing, watching


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "articles"
    made.mkdir()
    (made / "a.txt").write_text("Một\n\nđầu tiên")
    return made


@pytest.fixture
def turns(monkeypatch):
    """Return a list of functions: each makes the changes of a turn, and returns what is told."""
    planned = []

    def watch(*paths, **options):
        assert options["yield_on_timeout"]
        yield set()
        for turn in planned:
            yield turn()
        raise KeyboardInterrupt

    module = types.SimpleNamespace(watch=watch)
    monkeypatch.setitem(sys.modules, "watchfiles", module)
    monkeypatch.setattr(watching.importlib.util, "find_spec", lambda name: module)
    return planned


def written(path, text):
    """Return a turn in which a file is written."""

    def turn():
        path.write_text(text)
        return {(1, str(path))}

    return turn


def test_changes_are_indexed(run, folder, turns):
    """Each change that matters is one commit and one line."""

    def nothing():
        return set()

    def remove():
        (folder / "a.txt").unlink()
        return {(3, str(folder / "a.txt"))}

    turns += [
        nothing,
        written(folder / "b.txt", "Hai\n\nthứ nhì"),
        written(folder / "b.txt", "Hai\n\nthứ nhì"),
        written(folder / "b.txt", "Hai\n\nthứ hai"),
        remove,
    ]
    result = run("index", str(folder), "--watch")
    assert result.exit_code == 0
    lines = [line.partition(": ")[2].rpartition(" in ")[0] for line in result.stdout.splitlines()]
    assert lines == [
        "added 1, updated 0, removed 0, unchanged 0, skipped 0",
        "added 1, updated 0, removed 0, unchanged 1, skipped 0",
        "added 0, updated 1, removed 0, unchanged 1, skipped 0",
        "added 0, updated 0, removed 1, unchanged 1, skipped 0",
    ]
    assert result.stderr.splitlines()[-1] == "stopped watching"


def test_own_and_hidden_files_do_not_count(run, folder, turns, monkeypatch):
    """What the index writes, and hidden files, start no synchronisation."""
    counted = []
    original = indexing._run

    def count(*args, **options):
        counted.append(args)
        return original(*args, **options)

    monkeypatch.setattr(indexing, "_run", count)
    index = folder / "index"
    turns += [
        lambda: {(1, str(index / "_MAIN_2.toc"))},
        lambda: {(1, str(folder / ".swp")), (2, str(folder / ".git" / "HEAD"))},
    ]
    assert run("index", str(folder), "--watch", "--index", str(index)).exit_code == 0
    assert len(counted) == 1


def test_an_error_is_told_once_and_tried_again(run, folder, turns, monkeypatch):
    """Another writer may be at work; when it is done, nothing is missing."""
    original = indexing._index
    calls = []

    def refuse_twice(*args):
        calls.append(args)
        if len(calls) in (2, 3):
            raise IndexLockedError("another process writes")
        return original(*args)

    monkeypatch.setattr(indexing, "_index", refuse_twice)
    turns += [written(folder / "b.txt", "Hai"), set, set]
    result = run("index", str(folder), "--watch", "--json")
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["added"] for one in documents] == [1, 1]
    assert result.stderr.count("another process writes") == 1
    assert len(calls) == 4


def test_a_rebuild_is_made_once(run, folder, turns):
    run("index", str(folder))
    (folder / "c.txt").write_text("Ba")
    turns.append(written(folder / "b.txt", "Hai"))
    result = run("index", str(folder / "a.txt"), str(folder), "--watch", "--rebuild")
    assert "added 2" in result.stdout.splitlines()[0]
    assert "added 1, updated 0, removed 0, unchanged 2" in result.stdout.splitlines()[1]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("-", "--watch"), "standard input cannot be watched"),
        (("articles", "--watch", "--dry-run"), "--watch and --dry-run exclude each other"),
        (("missing", "--watch"), "there is no file or folder missing"),
    ],
)
def test_what_cannot_be_watched(run, folder, turns, args, message):
    result = run("index", *args, input="")
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_package_that_is_missing(run, folder, monkeypatch):
    monkeypatch.setattr(watching.importlib.util, "find_spec", lambda name: None)
    result = run("index", str(folder), "--watch")
    assert result.exit_code == 2
    assert "--watch needs the package watchfiles: `pip install 'danvan-search[watch]'`" in (
        result.stderr
    )


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_a_real_folder(command, environment, folder, tmp_path):
    """A file that appears is found; the index lies in the folder, and Ctrl-C is the end."""
    pytest.importorskip("watchfiles")
    index = folder / "index"
    process = subprocess.Popen(
        [*command, "index", str(folder), "--watch", "--index", str(index), "--no-words"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert "added 1," in process.stdout.readline()
        (folder / "b.txt").write_text("Hai\n\ndân vận khéo")
        assert "added 1," in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, out) == (0, "")
    assert err.splitlines()[-1] == "stopped watching"
    with Index.open(index) as opened:
        assert opened.search('"dân vận khéo"').total == 1
