"""A cluster of OpenSearch on this machine, for tests and benchmarks.

Maven brings the jars once, into the folder `.opensearch` of the checkout; with them, a cluster
needs a JDK alone. The nodes share one process, or are processes of their own that can be killed.
"""

import json
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from tests.opensearch.java import Jdk, newest_jdk

HERE: Final = Path(__file__).parent
CACHE: Final = HERE.parents[1] / ".opensearch"
HOW: Final = "needs a JDK and Maven: apt-get install default-jdk-headless maven"
START_SECONDS: Final = 120
STOP_SECONDS: Final = 20

SMALL_JVM: Final = ("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Options of Java that start quickly; the last one leaves out the slow, optimising compiler."""


class UnavailableError(Exception):
    """No cluster can be had: something is not installed, or the release is not known."""


@dataclass(frozen=True)
class Release:
    """A release of OpenSearch that the tests were tried with."""

    version: str
    log4j: str  # the version of its log4j-api
    javas: range  # the versions of Java that run it


RELEASES: Final = (
    Release("3.9.0", "2.25.5", range(21, 99)),
    Release("2.19.6", "2.25.4", range(17, 24)),
)


@dataclass(frozen=True)
class Installation:
    """A release with its jars, and the JDK that runs it."""

    release: Release
    jdk: Jdk
    jars: str  # the class path

    @classmethod
    def find(cls, version: str = os.environ.get("DANVAN_OPENSEARCH_VERSION", "")) -> Self:
        """Return the newest release of this version (`2`, `2.19`, …) that a JDK here runs."""
        chosen = [
            one
            for one in RELEASES
            if f"{one.version}.".startswith(f"{version}." if version else "")
        ]
        if not chosen:
            known = ", ".join(one.version for one in RELEASES)
            raise UnavailableError(f"OpenSearch {version} is none of {known}")
        for release in chosen:
            if jdk := newest_jdk(release.javas):
                return cls(release, jdk, _class_path(release, jdk))
        raise UnavailableError(HOW)


def _class_path(release: Release, jdk: Jdk) -> str:
    jars = _jars(release, jdk)
    return f"{_launcher(release, jdk, jars)}{os.pathsep}{jars}/*"


def _jars(release: Release, jdk: Jdk) -> Path:
    """Return the folder of the jars; Maven fills it if the pom is new."""
    pom = HERE / "pom.xml"
    wanted = zlib.crc32(pom.read_bytes() + release.log4j.encode())
    folder = CACHE / release.version / f"jars-{wanted:08x}"
    if folder.exists():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise UnavailableError(HOW)
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=folder.parent))
    _run(
        [
            *(maven, "--batch-mode", "--quiet", "--file", str(pom)),
            *("dependency:copy-dependencies", f"-DoutputDirectory={partial}"),
            f"-Dmaven.repo.local={CACHE / 'maven'}",
            *(f"-Dopensearch={release.version}", f"-Dlog4j={release.log4j}"),
        ],
        tries=3,
        JAVA_HOME=str(jdk.home),
    )
    partial.rename(folder)
    return folder


def _launcher(release: Release, jdk: Jdk, jars: Path) -> Path:
    """Return the folder of the compiled launcher, which is made anew after its source changed."""
    source = HERE / "TestNode.java"
    folder = CACHE / release.version / f"launcher-{jdk.version}"
    compiled = folder / "TestNode.class"
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        _run([jdk.tool("javac"), "-nowarn", "-cp", f"{jars}/*", "-d", str(folder), str(source)])
    return folder


def _run(command: list[str], *, tries: int = 1, **environment: str) -> None:
    """Run a command.

    :param tries: how often it is started before it counts as failed.
    """
    for _ in range(tries):
        done = subprocess.run(
            command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
        if not done.returncode:
            break
    else:
        said = (done.stdout + done.stderr).splitlines()[-20:]
        raise RuntimeError("\n".join([f"{command[0]} failed:", *said]))


class Cluster:
    """Some nodes, which start with `with` and end with it; also if this process is killed."""

    def __init__(
        self,
        nodes: int,
        *,
        processes: bool = False,
        installation: Installation | None = None,
        jvm: Sequence[str] = SMALL_JVM,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Choose the nodes.

        :param nodes: how many.
        :param processes: whether each node is a process, named by its number; else all nodes are
            in the process ``all``.
        :param installation: the release; None to find one.
        :param jvm: options of Java.
        :param settings: settings of all nodes.
        :raises UnavailableError: there is no cluster to be had here.
        """
        self.installation = installation or Installation.find()
        self.release = self.installation.release
        self._jvm = jvm
        self._settings = settings or {}
        ports = _free_ports(2 * nodes)
        self._ports = list(zip(ports[:nodes], ports[nodes:], strict=True))
        self.hosts = [f"http://127.0.0.1:{http}" for http, _ in self._ports]
        self._folder = tempfile.TemporaryDirectory(prefix="opensearch-")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._parts = [str(one) for one in range(nodes)] if processes else ["all"]

    def __enter__(self) -> Self:
        try:
            for which in self._parts:
                self.start(which)
            self.wait_until_green()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self, which: str) -> None:
        """Start a process: of the node of this number, or of `all` nodes."""
        folder = Path(self._folder.name)
        with self._log(which).open("ab") as log:
            self.processes[which] = subprocess.Popen(
                [
                    *(self.installation.jdk.tool("java"), *self._jvm),
                    *("--enable-native-access=ALL-UNNAMED", f"-Djava.io.tmpdir={folder}"),
                    *("-Dlog4j2.level=WARN", "-cp", self.installation.jars, "TestNode"),
                    *(
                        str(folder),
                        which,
                        *(f"{http}:{transport}" for http, transport in self._ports),
                    ),
                    *(f"{key}={value}" for key, value in self._settings.items()),
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def kill(self, which: str) -> None:
        """Kill a process as `kill -9` does."""
        process = self.processes.pop(which)
        process.kill()
        process.communicate()

    def stop(self) -> None:
        """End all processes and remove their data."""
        for process in self.processes.values():
            if process.stdin is not None:
                process.stdin.close()
        for process in self.processes.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()
        self._folder.cleanup()

    def wait_until_green(self) -> None:
        """Wait until each node says that all nodes and all copies of shards are there."""
        deadline = time.monotonic() + START_SECONDS
        waiting = list(self.hosts)
        while waiting:
            if _is_green(waiting[0], len(self.hosts)):
                waiting.pop(0)
                continue
            for which, process in self.processes.items():
                if process.poll() is not None:
                    raise RuntimeError(f"a node ended while it started:\n{self._said(which)}")
            if time.monotonic() > deadline:
                said = "\n".join(map(self._said, self.processes))
                raise RuntimeError(f"not green after {START_SECONDS} seconds:\n{said}")
            time.sleep(0.1)

    def _log(self, which: str) -> Path:
        return Path(self._folder.name) / f"{which}.log"

    def _said(self, which: str) -> str:
        return "\n".join(self._log(which).read_text("utf-8", "replace").splitlines()[-40:])


def _is_green(host: str, nodes: int) -> bool:
    try:
        with urllib.request.urlopen(f"{host}/_cluster/health", timeout=10) as answer:
            health: dict[str, Any] = json.load(answer)
    except (OSError, ValueError):  # it does not listen yet, or has no manager yet
        return False
    return (health["status"], health["number_of_nodes"]) == ("green", nodes)


def _free_ports(count: int) -> list[int]:
    """Return free ports, below those that Linux gives to clients and so may take meanwhile."""
    ports: list[int] = []
    for port in random.sample(range(10_000, 32_768), 1_000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
        if len(ports) == count:
            break
    return ports
