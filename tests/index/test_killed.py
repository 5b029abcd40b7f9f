"""A writer that is killed at random times: no commit is lost, and none is incomplete."""

import os
import random
import select
import signal
import struct
import time
from pathlib import Path

import pytest

from danvan_search import Index
from tests.commits import check_whole, commit, state
from tests.index.work import orphans

SEED = 20261122
_ACKNOWLEDGED = struct.Struct("<q")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")


class Writer:
    """A process that makes one commit after another, and acknowledges each."""

    def __init__(self, path: Path, first: int) -> None:
        self._pipe, tell = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            try:
                with Index.open(path) as index:
                    for number in range(first, 1 << 30):
                        commit(index, number)
                        os.write(tell, _ACKNOWLEDGED.pack(number))
            finally:
                os._exit(1)
        os.close(tell)

    def acknowledged(self) -> int:
        """Wait for the next commit; return its number."""
        return _ACKNOWLEDGED.unpack(os.read(self._pipe, _ACKNOWLEDGED.size))[0]

    def kill(self) -> list[int]:
        """Kill the process; return the commits that it acknowledged since the last call."""
        os.kill(self._process, signal.SIGKILL)
        ended = os.waitpid(self._process, 0)[1]
        raw = b""
        while select.select([self._pipe], [], [], 0)[0] and (more := os.read(self._pipe, 1 << 16)):
            raw += more
        os.close(self._pipe)
        assert os.WIFSIGNALED(ended), "the writer failed before it was killed"
        return [number for (number,) in _ACKNOWLEDGED.iter_unpack(raw)]


def campaign(folder: Path, rounds: int) -> None:
    """Kill a writer several times, at random times."""
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    path = folder / "index"
    Index.create(path).close()
    # The time of a few commits on this machine, which may be slow or busy.
    started = time.monotonic()
    writer = Writer(path, 0)
    held = [writer.acknowledged() for _ in range(12)][-1]
    span = (time.monotonic() - started) / 3
    acknowledged = writer.kill()
    for number in range(rounds):
        last = acknowledged[-1] if acknowledged else held
        # The commit in progress may be there; one that changes no article cannot be seen.
        held = check_whole(path, [last, last + 1])
        if number % 10 == 0:
            Index.open(path).remove([])
            assert orphans(folder) == set()
        writer = Writer(path, held + 1)
        # Every second writer makes at least one commit, however slow the machine has become.
        acknowledged = [writer.acknowledged()] if number % 2 else []
        time.sleep(chance.uniform(0, span))
        acknowledged += writer.kill()
        assert acknowledged == list(range(held + 1, held + 1 + len(acknowledged)))
    assert held > 12
    assert state(held) != state(0)


def test_killed_a_few_times(tmp_path):
    """A short version of the next test."""
    campaign(tmp_path, 8)


@pytest.mark.slow
def test_killed_fifty_times(tmp_path):
    """At any time the index has the last acknowledged commit, or the one in progress."""
    campaign(tmp_path, 50)
