"""`dvsearch serve` as a process: the address, a request, the end; and what it refuses."""

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

import danvan_search
from danvan_search import Article, Index
from danvan_search.cli import cli

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
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "danvan_search", "serve", "--index", index),
            *("--port", "0", "--no-open", "--root-path", "search/"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": PACKAGE, "PYTHONIOENCODING": "utf-8"},
    )
    try:
        line = process.stdout.readline().decode()
        address = line.split(" at ")[1].split(" until")[0]
        assert address.startswith("http://127.0.0.1:")
        assert address.endswith("/search/")
        # The proxy takes the path away.
        root = address.removesuffix("search/")
        with urllib.request.urlopen(f"{root}api/v1/search?q=dan+van") as answer:
            assert json.load(answer)["total"] == 1
            assert "server" not in answer.headers
        with urllib.request.urlopen(f"{root}opensearch.xml") as answer:
            assert f'template="{address}?q={{searchTerms}}"' in answer.read().decode()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, out, err) == (0, b"", b"")


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
