"""Measures of time and memory, and a description of the machine."""

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
SLOW_US: Final = 5000
"""Runs with a median time over this have one pass only."""
Item = TypeVar("Item")


def times_us(
    runs: Sequence[Callable[[Item], object]], items: Sequence[Item], passes: int = 9
) -> list[list[float]]:
    """Return the thread CPU time of each run for each item, in microseconds.

    Every run processes all items once to warm up, then ``passes`` times. A pass goes through all
    items, so that the processor's caches hold no data of an item's own last pass; and the runs take
    turns with each pass, because the speed of a machine varies from minute to minute. The result is
    the median of the passes.
    """
    for run in runs:
        for item in items:
            run(item)
    passed: list[list[list[float]]] = [[] for _ in runs]
    for _ in range(passes):
        for run, of_run in zip(runs, passed, strict=True):
            if of_run and statistics.median(of_run[0]) > SLOW_US:
                continue
            times = []
            for item in items:
                start = time.thread_time_ns()
                run(item)
                times.append((time.thread_time_ns() - start) / 1000)
            of_run.append(times)
    return [[statistics.median(times) for times in zip(*of_run, strict=True)] for of_run in passed]


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """Return p50 and p95."""
    ordered = sorted(times)
    at = math.ceil(0.95 * len(ordered)) - 1
    return {"p50": round(statistics.median(ordered), 1), "p95": round(ordered[at], 1)}


def folder_bytes(folder: Path) -> int:
    """Return the size of all files in a folder and its subfolders."""
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


def in_process(module: str, *arguments: str) -> str:
    """Run a module in a new process, and return what it prints.

    Peak memory and start-up time belong to a process, so each needs a fresh one.
    """
    command = [sys.executable, "-m", module, *arguments]
    paths = [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    finished = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=environment
    )
    return finished.stdout


def peak_bytes() -> int:
    """Return the peak resident memory of this process.

    Linux keeps it per program (VmHWM). getrusage would include the memory of the parent at the time
    when it started this process.
    """
    for line in _lines(Path("/proc/self/status")):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def machine() -> dict[str, Any]:
    """Return what the figures depend on: machine, versions and date."""
    model = next(
        (line for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")), ""
    )
    return {
        "cpu": model.partition(":")[2].strip() or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "loop_ms": loop_ms(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {
            **{name: version for name in _LIBRARIES if (version := _version(name))},
            "SQLite": sqlite3.sqlite_version,
        },
    }


def loop_ms() -> float:
    """Return the thread CPU time of 10,000 rounds of an empty loop, in milliseconds."""
    times = []
    for _ in range(51):
        start = time.thread_time_ns()
        for _ in range(10_000):
            pass
        times.append(time.thread_time_ns() - start)
    return round(statistics.median(times) / 1e6, 3)


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
