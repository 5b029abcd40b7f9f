"""Times, memory, and the machine they were taken on."""

import datetime
import importlib.metadata
import math
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

_LIBRARIES: Final = ("danvan-search", "numpy", "underthesea", "Whoosh", "tantivy", "bm25s")
Item = TypeVar("Item")


def times_us(run: Callable[[Item], object], items: Sequence[Item], passes: int = 3) -> list[float]:
    """Return how long each item takes, in microseconds of thread CPU time.

    All items are run once for warming, then ``passes`` times in turn, so that no item finds what
    its own last run left in the processor's caches. What is returned is the median of the passes.
    """
    for item in items:
        run(item)
    passed: list[list[float]] = []
    for _ in range(passes):
        times = []
        for item in items:
            start = time.thread_time_ns()
            run(item)
            times.append((time.thread_time_ns() - start) / 1000)
        passed.append(times)
    return [statistics.median(times) for times in zip(*passed, strict=True)]


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """Return p50 and p95."""
    ordered = sorted(times)
    at = math.ceil(0.95 * len(ordered)) - 1
    return {"p50": round(statistics.median(ordered), 1), "p95": round(ordered[at], 1)}


def folder_bytes(folder: Path) -> int:
    """Return the size of all files of a folder."""
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


def in_process(module: str, *arguments: str) -> str:
    """Run a module in a process of its own, so that its memory and start are its own."""
    command = [sys.executable, "-m", module, *arguments]
    paths = [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    finished = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=environment
    )
    return finished.stdout


def peak_bytes() -> int:
    """Return the peak of this process's resident memory.

    Linux keeps it by program (VmHWM). getrusage would count what the parent had, too, when it
    started this process.
    """
    for line in _lines(Path("/proc/self/status")):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def machine() -> dict[str, Any]:
    """Return what the figures depend on: the machine, the versions and the day."""
    model = next(
        (line for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")), ""
    )
    return {
        "cpu": model.partition(":")[2].strip() or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {
            **{name: version for name in _LIBRARIES if (version := _version(name))},
            "SQLite": sqlite3.sqlite_version,
        },
    }


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except OSError:
        return []
