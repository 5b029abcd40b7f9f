"""The process of the parsers: starts it, bounds what a file may take of it, and ends it.

There is one for all files, and it is started with the first. It is ended, and started anew with the
next file, if a file takes too long or too much, and after :data:`FILES_EACH` files, because parsers
leak. It ends by itself if this process does.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from danvan_search.ingest.isolated.frames import MAX_ELEMENTS, FrameError, read_frame, write_frame
from danvan_search.ingest.isolated.reply import DETAIL, FAILURE, VALUE, Failure
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.records import Cause

FILES_EACH: Final = 500
"""How many files a process parses before another takes its place."""

_DETAIL_CHARS: Final = 200
_WAIT_SECONDS: Final = 5
"""How long a process may take to end after it closed its pipe."""

# The package itself imports all of the search engine, and the parsers need none of it. So the child
# has empty packages of the same names and places.
_START: Final = """
import sys, types
paths = sys.argv[2:]
sys.path[:] = paths
for name, path in (("danvan_search", ""), ("danvan_search.ingest", "/ingest")):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [sys.argv[1] + path]
from danvan_search.ingest.isolated.child import main
main()
"""
_ENVIRONMENT: Final = {"MALLOC_ARENA_MAX": "1"}
"""For glibc: memory is bounded by addresses, and each thread would reserve 128 MB of them."""

_PACKAGE: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class ParserLimits:
    """What a file may take.

    :ivar seconds: CPU time, where the system can bound it; and half of the time on a clock.
    :ivar memory: in bytes, of the whole process, where the system can bound it.
    :ivar output: the bytes of all values.
    """

    seconds: int = 30
    memory: int = 1 << 30
    output: int = 64_000_000


LIMITS = ParserLimits()
"""What a file may take, unless something else is said."""

_DAMAGED: Final = ("is damaged, or of another kind ({}): save it again", Cause.DAMAGED)
_REASONS: Final = {
    Failure.LOCKED: ("is locked with a password: save it without one", Cause.LOCKED),
    Failure.OLD: ("is {}: save it as .docx (`soffice --convert-to docx`)", Cause.OLD_FORMAT),
    Failure.OTHER: ("is {}, which is not read", Cause.OTHER_KIND),
    Failure.DAMAGED: _DAMAGED,
    Failure.UNEXPECTED: _DAMAGED,
    Failure.PARTS: ("has more than {}: split it", Cause.TOO_LARGE),
    Failure.PACKAGE: ("needs the package {}", Cause.NO_PACKAGE),
}

_EXPECTED: Final = frozenset(_REASONS) - {Failure.UNEXPECTED}
"""After these the process is as it was. After others it may be in the hands of the file."""


def parse(parser: str, content: bytes) -> list[dict[str, Any]]:
    """Return the values that a parser finds in a file.

    The values are as a hostile file may have made them: any JSON objects.

    :param parser: the module of the parser, whose function ``parse`` takes the bytes of a file and
        yields JSON objects.
    :param content: the bytes of the file.
    :raises ReadError: there is no end to the values, or none that the limits allow.
    """
    return _PROCESS.parse(parser, content, LIMITS)


def release() -> None:
    """End the process of the parsers, if there is one; the next file starts another."""
    _PROCESS.end()


class ParserProcess:
    """A process that parses one file after the other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def parse(self, parser: str, content: bytes, limits: ParserLimits) -> list[dict[str, Any]]:
        """Return the values of a file: see :func:`parse`."""
        with self._lock:
            process = self._started()
            timer = _Timer(process, 2 * limits.seconds)
            is_whole = False
            try:
                values = _values_of(process, parser, content, limits)
                is_whole = True
                return values
            except _GaveUpError as error:
                is_whole = error.failure in _EXPECTED
                raise error.reason(limits) from None
            except FrameError as error:
                if str(error) == "is too long":
                    reason = f"has more than {limits.output:,} bytes of text: split it"
                    raise ReadError(reason, Cause.TOO_LARGE) from error
                raise _died(process, limits, timed_out=timer.is_over) from error
            except OSError as error:  # the pipe is closed
                raise _died(process, limits, timed_out=timer.is_over) from error
            finally:
                timer.cancel()
                if not is_whole or self._files >= FILES_EACH:
                    self._end()

    def end(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def forget(self) -> None:
        """Leave the process to the one that this process was forked from."""
        self._lock = threading.Lock()
        if self._process is not None:
            self._process.returncode = 0  # it is no child of this one, so there is no wait for it
            self._process = None

    def _started(self) -> subprocess.Popen[bytes]:
        """Return the process, which is started if there is none that runs."""
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            self._process = _start()
            self._files = 0
        self._files += 1
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                _close(cast("BinaryIO", stream))
            process.wait()


class _Timer:
    """Kills a process if it is not cancelled in time."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.is_over = False
        self._process = process
        self._timer = threading.Timer(seconds, self._kill)
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        self._timer.cancel()

    def _kill(self) -> None:
        self.is_over = True
        self._process.kill()


class _GaveUpError(Exception):
    """The child answered that a file cannot be parsed."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(failure, detail)
        self.failure = failure
        self.detail = detail

    def reason(self, limits: ParserLimits) -> ReadError:
        """Return the error for people."""
        if self.failure is Failure.MEMORY:
            return _too_much_memory(limits)
        sentence, cause = _REASONS[self.failure]
        return ReadError(sentence.format(self.detail), cause)


def _values_of(
    process: subprocess.Popen[bytes], parser: str, content: bytes, limits: ParserLimits
) -> list[dict[str, Any]]:
    """Send a file to the child and return what it answers.

    :raises FrameError: the child died, or its answer is too long or no answer.
    :raises OSError: the child died.
    :raises _GaveUpError: the file cannot be parsed.
    """
    request = {"parser": parser, "seconds": limits.seconds, "memory": limits.memory}
    write_frame(cast("BinaryIO", process.stdin), request, content)
    values: list[dict[str, Any]] = []
    left, elements_left = limits.output, MAX_ELEMENTS
    while frame := read_frame(cast("BinaryIO", process.stdout), left, elements_left):
        answer = frame.values
        left -= frame.length
        elements_left -= frame.elements
        if isinstance(value := answer.get(VALUE), dict):
            values.append(value)
        elif FAILURE in answer:
            detail = " ".join(str(answer.get(DETAIL, "")).split())[:_DETAIL_CHARS]
            known = [one for one in Failure if one == answer[FAILURE]]
            raise _GaveUpError(known[0] if known else Failure.UNEXPECTED, detail)
        else:
            return values
    raise FrameError("ends before the end of the file")


def _died(process: subprocess.Popen[bytes], limits: ParserLimits, *, timed_out: bool) -> ReadError:
    """Return why a child died, or answers what is no answer.

    :param timed_out: whether the time on the clock was over.
    """
    try:
        code = process.wait(_WAIT_SECONDS)
    except subprocess.TimeoutExpired:
        return ReadError("made its parser answer nonsense: passed over", Cause.LIMIT)
    if timed_out or code == -getattr(signal, "SIGXCPU", 0):
        return ReadError(f"took more than {limits.seconds} s: passed over", Cause.LIMIT)
    name = f"signal {-code}" if code < 0 else f"code {code}"
    return ReadError(f"made its parser crash ({name}): passed over", Cause.LIMIT)


def _too_much_memory(limits: ParserLimits) -> ReadError:
    memory = limits.memory // 1_000_000
    return ReadError(f"needs more than {memory:,} MB of memory: passed over", Cause.LIMIT)


def _start() -> subprocess.Popen[bytes]:
    paths = [path for path in sys.path if Path(path).is_absolute()]
    return subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-I", "-B", "-c", _START, str(_PACKAGE), *paths],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | _ENVIRONMENT,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _close(stream: BinaryIO) -> None:
    """Close a pipe; what it still holds is lost, as the process that reads it is gone."""
    try:
        stream.close()
    except OSError:
        pass


_PROCESS: Final = ParserProcess()
atexit.register(release)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_PROCESS.forget)
