"""`--wait`: commands that write while another process is writing."""

import threading
from pathlib import Path

import pytest

from danvan_search import Index
from danvan_search.index import write_lock

WRITING = {
    "remove": ("remove", "2"),
    "index": ("index", "new.jsonl"),
    "rebuild": ("index", "new.jsonl", "--rebuild"),
}


@pytest.fixture
def place(articles, tmp_path) -> Path:
    """Return the default index; a file with one article is beside it."""
    (tmp_path / "new.jsonl").write_text('{"id": "new", "text": "tây nguyên"}\n', "utf-8")
    return tmp_path / "indexes" / "default"


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize("options", [(), ("--wait", "0"), ("--wait", "0.05")])
def test_another_writer_is_an_error(run, place, command, options):
    """The error comes at once, or after the time to wait, and nothing is changed."""
    lock = write_lock(place)
    result = run(*WRITING[command], *options)
    lock.release()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: another process is writing to the index")
    assert "try again when it is done" in result.stderr.replace("\n", " ")
    assert len(Index.open(place)) == 3


@pytest.mark.parametrize("command", WRITING)
def test_it_waits(run, place, command):
    """The command continues when the other writer is done."""
    lock = write_lock(place)
    threading.Timer(0.2, lock.release).start()
    assert run(*WRITING[command], "--wait", "300").exit_code == 0
    with Index.open(place) as index:
        assert (
            sorted(index.ids())
            == {
                "remove": ["3", "a 1"],
                "index": ["2", "3", "a 1", "new"],
                "rebuild": ["new"],
            }[command]
        )


def test_a_first_index_that_another_process_builds_is_waited_for(run, place, tmp_path):
    """When it exists, the waiting process updates it instead of replacing it."""
    (tmp_path / "other.jsonl").write_text('{"id": "other", "text": "dân vận"}\n', "utf-8")
    codes = []

    def meanwhile(*_progress) -> None:
        if not codes:
            refused = run("index", "new.jsonl", "--index", "fresh")
            codes.append(refused.exit_code)
            assert "another process is writing" in refused.stderr
            waiting.start()
            waiting.join(0.2)

    def wait() -> None:
        Index.open(tmp_path / "fresh", wait=300).sync([tmp_path / "new.jsonl"])

    waiting = threading.Thread(target=wait)
    Index.build(tmp_path / "fresh", [tmp_path / "other.jsonl"], progress=meanwhile)
    waiting.join()
    assert codes == [2]
    assert sorted(Index.open(tmp_path / "fresh").ids()) == ["new", "other"]


@pytest.mark.parametrize("seconds", ["-1", "soon", ""])
def test_invalid_time(run, place, seconds):
    """A value that is not a number of seconds is an error."""
    assert run("remove", "2", "--wait", seconds).exit_code == 2
    assert len(Index.open(place)) == 3
