"""`dvsearch serve` as a process: the address, a request, the end; and what it refuses."""

import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from uvicorn.config import STARTUP_FAILURE

import danvan_search
from danvan_search import Article, Index
from danvan_search.cli import cli
from danvan_search.web.server import Served
from danvan_search.web.settings import Settings
from tests.servers import Server

PACKAGE = str(Path(danvan_search.__file__).parents[1])


@pytest.fixture
def index(tmp_path) -> Path:
    """The folder of an index of one article."""
    with Index.create(tmp_path / "index") as made:
        made.add([Article("1", "Dân vận khéo", "Phong trào.")], words=False)
    return made.path


def run(*args):
    """Run the command, which must fail at once."""
    done = CliRunner().invoke(cli, ["serve", "--no-open", *map(str, args)])
    assert "Traceback" not in done.output
    return done


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped(index, number):
    """It prints its address, answers, and ends with 0 at a signal."""
    server = Server(index, "--root-path", "search/")
    try:
        assert server.address.startswith("http://127.0.0.1:")
        assert server.address.endswith("/search/")
        # The proxy takes the path away.
        root = server.address.removesuffix("search/")
        with urllib.request.urlopen(f"{root}api/v1/search?q=dan+van") as answer:
            assert json.load(answer)["total"] == 1
            assert "server" not in answer.headers
        with urllib.request.urlopen(f"{root}opensearch.xml") as answer:
            assert f'template="{server.address}?q={{searchTerms}}"' in answer.read().decode()
        server.process.send_signal(number)
        out, err = server.process.communicate(timeout=60)
    finally:
        server.process.kill()
        server.process.communicate()
    assert (server.process.returncode, out, err) == (0, b"", b"")


def worker_of(address):
    """Return the number of articles that a worker sees, and its process."""
    with urllib.request.urlopen(f"{address}metrics") as answer:
        text = answer.read().decode()
    worker = re.search(r'worker="(\d+)"', text)
    return int(re.search(r"danvan_articles (\d+)", text)[1]), int(worker[1]) if worker else None


def workers_of(address, count):
    """Return the processes of a server that see a number of articles, when there are two."""
    found = set()
    for _ in range(5_000):
        articles, worker = worker_of(address)
        assert articles == count
        found.add(worker)
        if len(found - {None}) == 2:
            return found - {None}
    pytest.fail(f"only {found} answer")


def test_several_workers_serve_one_index(index):
    """Both see a commit of another process; a signal ends all."""
    server = Server(index, "--workers", "2")
    try:
        workers = workers_of(server.address, 1)
        with Index.open(index) as other:
            other.add([Article("2", "Dân vận", "")], words=False)
        assert workers_of(server.address, 2) == workers
        check_end(server, workers)
    finally:
        server.process.kill()
        server.process.communicate()


@pytest.mark.slow
def test_workers_end_with_their_parent(index):
    """If it is killed they end by themselves, and leave the port."""
    server = Server(index, "--workers", "2")
    workers_of(server.address, 1)
    server.process.kill()
    server.process.communicate(timeout=60)  # they held its output
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{server.address}healthz", timeout=60)


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced(index):
    """The other one answers meanwhile."""
    server = Server(index, "--workers", "2")
    try:
        first = second = workers_of(server.address, 1)
        killed = min(first)
        os.kill(killed, signal.SIGKILL)
        while killed in second:
            try:
                second = workers_of(server.address, 1)
            except OSError:  # a connection of the killed worker
                continue
        assert len(second - first) == 1
        check_end(server, second)
    finally:
        server.process.kill()
        server.process.communicate()


def check_end(server, workers):
    """End a server with a signal; check that it ends well, with its workers."""
    server.process.send_signal(signal.SIGTERM)
    out, err = server.process.communicate(timeout=60)
    assert (server.process.returncode, out, err) == (0, b"", b"")
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_a_worker_without_an_index_ends_all(tmp_path, capsys):
    """It says why, with the code by which the others are stopped."""
    with pytest.raises(SystemExit) as ended:
        Served(partial(Index.open, tmp_path / "nothing"), Settings())()
    assert ended.value.code == STARTUP_FAILURE
    assert "nothing" in capsys.readouterr().err


def test_a_port_in_use(index):
    """A port that another process listens at is an error in a sentence."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("--index", index, "--port", taken.getsockname()[1])
    assert done.exit_code == 2
    assert "cannot be listened at" in done.output


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--host", "0.0.0.0"], "token"),
        (["--port", "65536"], "65,535"),
        (["--port", "-1"], "port"),
        (["--workers", "0"], "from 1 to 64"),
        (["--workers", "65"], "from 1 to 64"),
        (["--originals", "nowhere"], "no folder"),
        (["--token-file", "nowhere"], "cannot be read"),
        (["--host", "999.999.999.999", "--token-file", "token"], "cannot be listened at"),
    ],
)
def test_what_cannot_be_is_refused(index, tmp_path, monkeypatch, args, expected):
    """Options that cannot be are errors in a sentence, before anything is served."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVSEARCH_TOKEN", raising=False)
    Path("token").write_text("0123456789abcdef")
    done = run("--index", index, *args)
    assert done.exit_code == 2
    assert expected in done.output


def test_an_index_that_is_missing(tmp_path):
    """Without an index there is nothing to serve."""
    done = run("--index", tmp_path / "nothing")
    assert done.exit_code == 2
    assert "index" in done.output


def test_without_the_extra(index, monkeypatch):
    """Where its packages are missing, one sentence has the command that installs them."""
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: name != "uvicorn" and found(name, *rest)
    )
    done = run("--index", index)
    assert done.exit_code == 2
    assert done.output.count("\n") <= 2
    assert "pip install 'danvan-search[web]'" in done.output


def test_the_library_does_without_the_extra():
    """Neither the library nor another command imports what the extra brings."""
    code = (
        "import sys, danvan_search.cli; "
        "print(sorted({'starlette', 'jinja2', 'uvicorn'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": PACKAGE},
        check=True,
    )
    assert done.stdout == b"[]\n"
