"""The process of the parsers: a hostile file costs one line, and the next file is read."""

import io
import json
import os
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from danvan_search.ingest import Cause, ReadError
from danvan_search.ingest.isolated import process
from danvan_search.ingest.isolated.frames import FrameError, read_frame, write_frame
from danvan_search.ingest.isolated.process import ParserLimits, ParserProcess

HOSTILE = "tests.ingest.hostile_parsers"
LIMITS = ParserLimits(seconds=20, memory=400_000_000, output=50_000)
SHORT = ParserLimits(seconds=1, memory=400_000_000)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs limits of the system")


@pytest.fixture
def parsers():
    """Return a process of parsers of our own, which is gone in the end."""
    made = ParserProcess()
    yield made
    made.end()


def test_values_come_back_from_one_process(parsers):
    """Several files are parsed in the same process, which has none of the search engine."""
    found = [
        parsers.parse(HOSTILE, text.encode(), LIMITS)[0] for text in ("một", "ổ gà\0\udcff"[:5])
    ]
    assert [one["text"] for one in found] == ["một", "ổ gà\0"]
    assert found[0]["pid"] == found[1]["pid"] != os.getpid()
    assert parsers.parse(HOSTILE, b"numpy", LIMITS)[1] == {"done": "False"}


DEEDS = [
    ("segfault", LIMITS, Cause.LIMIT, "made its parser crash (signal 11): passed over"),
    ("exit", LIMITS, Cause.LIMIT, "made its parser crash (code 3): passed over"),
    ("kill", LIMITS, Cause.LIMIT, "made its parser crash (signal 9): passed over"),
    ("loop", SHORT, Cause.LIMIT, "took more than 1 s: passed over"),
    ("sleep", SHORT, Cause.LIMIT, "took more than 1 s: passed over"),
    ("allocate", LIMITS, Cause.LIMIT, "needs more than 400 MB of memory: passed over"),
    ("recurse", LIMITS, Cause.DAMAGED, "is damaged, or of another kind (RecursionError: "),
    ("panic", LIMITS, Cause.DAMAGED,
     "is damaged, or of another kind (BaseException: panicked at line 1): save it again"),
    ("write", LIMITS, Cause.DAMAGED, "a parser writes no files"),
    ("connect", LIMITS, Cause.DAMAGED, "a parser asks for nothing outside"),
    ("system", LIMITS, Cause.DAMAGED, "a parser asks for nothing outside"),
    ("long frame", LIMITS, Cause.TOO_LARGE, "has more than 50,000 bytes of text: split it"),
    ("no json", LIMITS, Cause.LIMIT, "made its parser answer nonsense: passed over"),
    ("no object", LIMITS, Cause.LIMIT, "made its parser answer nonsense: passed over"),
    ("nested", ParserLimits(seconds=20), Cause.LIMIT,
     "made its parser answer nonsense: passed over"),
    ("strange failure", LIMITS, Cause.DAMAGED, "is damaged, or of another kind (): save it again"),
]  # fmt: skip


@LINUX
@pytest.mark.parametrize(
    ("deed", "limits", "cause", "reason"), DEEDS, ids=[one[0] for one in DEEDS]
)
def test_a_hostile_file_costs_one_line(parsers, monkeypatch, tmp_path, deed, limits, cause, reason):
    """It is one sentence, nothing is left running, and the next file is read."""
    monkeypatch.setattr(process, "_WAIT_SECONDS", 0.2)
    monkeypatch.chdir(tmp_path)
    (before,) = parsers.parse(HOSTILE, b"x", limits)
    with pytest.raises(ReadError) as caught:
        parsers.parse(HOSTILE, deed.encode(), limits)
    assert caught.value.cause is cause
    assert reason in caught.value.reason
    assert "\n" not in caught.value.reason
    (after,) = parsers.parse(HOSTILE, "tiếp".encode(), limits)
    assert after["text"] == "tiếp"
    assert list(tmp_path.iterdir()) == []
    if before["pid"] != after["pid"]:
        with pytest.raises(ProcessLookupError):
            os.kill(before["pid"], 0)


def test_what_a_parser_prints_is_no_frame(parsers):
    """Its standard output is not the pipe."""
    assert parsers.parse(HOSTILE, b"print", LIMITS)[1] == {"done": "None"}


def test_output_in_many_frames_is_bounded(parsers):
    """The limit is one of all values together."""
    limits = ParserLimits(output=60)
    with pytest.raises(ReadError, match="more than 60 bytes of text"):
        parsers.parse(HOSTILE, b"numpy", limits)


def test_a_package_that_is_missing(parsers):
    """A parser whose package is missing says so."""
    with pytest.raises(ReadError) as caught:
        parsers.parse("tests.ingest.no_such_module", b"", LIMITS)
    assert caught.value.cause is Cause.NO_PACKAGE


def test_another_process_after_many_files(parsers, monkeypatch):
    """Parsers leak, so a process has an end."""
    monkeypatch.setattr(process, "FILES_EACH", 3)
    pids = [parsers.parse(HOSTILE, b"x", LIMITS)[0]["pid"] for _ in range(7)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]


def test_a_process_that_died_between_two_files(parsers):
    """It is noticed before the next file is sent."""
    parsers.parse(HOSTILE, b"x", LIMITS)
    parsers._process.kill()
    parsers._process.wait()
    assert parsers.parse(HOSTILE, b"y", LIMITS)[0]["text"] == "y"


def test_an_interrupt_ends_the_process(parsers, monkeypatch):
    """Ctrl-C in the middle of a file leaves no process, and no half of an answer for the next."""

    def interrupt(*_):
        raise KeyboardInterrupt

    parsers.parse(HOSTILE, b"x", LIMITS)
    running = parsers._process
    with monkeypatch.context() as patched:
        patched.setattr(process, "read_frame", interrupt)
        with pytest.raises(KeyboardInterrupt):
            parsers.parse(HOSTILE, b"y", LIMITS)
    assert running.returncode is not None
    assert parsers.parse(HOSTILE, b"z", LIMITS)[0]["text"] == "z"


def test_several_threads(parsers):
    """Each thread gets the values of its own files."""
    found: dict[str, str] = {}

    def work(name):
        for number in range(5):
            found[f"{name}{number}"] = parsers.parse(HOSTILE, f"{name}{number}".encode(), LIMITS)[
                0
            ]["text"]

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 15
    assert all(key == value for key, value in found.items())


def test_the_end_of_this_process_ends_the_child(parsers):
    """The child reads its standard input to the end, and is gone."""
    parsers.parse(HOSTILE, b"x", LIMITS)
    running = parsers._process
    running.stdin.close()
    assert running.wait(30) == 0


_PARENT = f"""
from danvan_search.ingest.isolated.process import ParserLimits, ParserProcess
parsers = ParserProcess()
print(parsers.parse({HOSTILE!r}, b"x", ParserLimits())[0]["pid"], flush=True)
parsers.parse({HOSTILE!r}, b"sleep", ParserLimits())
"""


@LINUX
def test_a_parent_that_is_killed_leaves_no_child():
    """In the middle of a file the child does not read its standard input, and ends all the same."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, env=environment
    ) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
    for _ in range(300):
        if not Path(f"/proc/{child}").exists():
            return
        time.sleep(0.1)
    pytest.fail("the child is still there")


def test_frames():
    """A frame comes back; bytes that are none are an error, whatever they are."""
    stream = io.BytesIO()
    write_frame(stream, {"a": "ổ\ud800"}, b"xyz")
    data = stream.getvalue()
    frame = read_frame(io.BytesIO(data), 100)
    assert (frame.values, frame.content, frame.length) == ({"a": "ổ?"}, b"xyz", len(data))
    assert read_frame(io.BytesIO(b""), 100) is None
    for end in range(1, len(data)):
        with pytest.raises(FrameError):
            read_frame(io.BytesIO(data[:end]), 100)
    for text in (json.dumps([1]).encode(), b"\xff", b"[" * 100_000):
        with pytest.raises(FrameError):
            read_frame(io.BytesIO(struct.pack(">II", len(text), 0) + text), 1_000_000)
    lists = json.dumps({"runs": [[]] * 50}).encode()
    many = struct.pack(">II", len(lists), 0) + lists
    assert read_frame(io.BytesIO(many), 1_000, 101).elements == 101
    with pytest.raises(FrameError, match="is too long"):
        read_frame(io.BytesIO(many), 1_000, 100)
