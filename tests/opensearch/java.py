"""Where a JDK is."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Jdk:
    """A JDK, ordered by version."""

    version: int
    home: Path

    def tool(self, name: str) -> str:
        """The path of one of its commands."""
        return str(self.home / "bin" / name)


def newest_jdk(versions: range) -> Jdk | None:
    """Return the newest JDK of these versions: of JAVA_HOME…, /usr/lib/jvm or PATH."""
    homes = {home.resolve() for home in _candidates() if (home / "bin" / "javac").exists()}
    found = (Jdk(version, home) for home in homes if (version := _version(home)) in versions)
    return max(found, default=None)


def _candidates() -> Iterator[Path]:
    for name, value in os.environ.items():
        if name.startswith("JAVA_HOME") and value:
            yield Path(value)
    yield from Path("/usr/lib/jvm").glob("*")
    if javac := shutil.which("javac"):
        yield Path(javac).resolve().parents[1]


def _version(home: Path) -> int:
    try:
        text = (home / "release").read_text("utf-8")
    except OSError:
        return 0
    number = re.search(r'^JAVA_VERSION="(\d+)', text, re.MULTILINE)
    return int(number[1]) if number else 0
