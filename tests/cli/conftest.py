"""The fixtures of the command-line tests."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import danvan_search
from danvan_search import Article, Index
from danvan_search.cli import cli

Run = Callable[..., Result]


@pytest.fixture
def environment() -> dict[str, str]:
    """Return an environment in which a process finds the package from any working folder."""
    dropped = ("DVSEARCH_INDEX", "NO_COLOR", "FORCE_COLOR", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    package = str(Path(danvan_search.__file__).parents[1])
    return {**kept, "PYTHONPATH": package, "PYTHONIOENCODING": "", "TERM": "xterm"}


@pytest.fixture
def command() -> list[str]:
    """Return the arguments that start `dvsearch` as a process."""
    return [sys.executable, "-m", "danvan_search"]


@pytest.fixture
def run(tmp_path, monkeypatch) -> Run:
    """Return a function that runs `dvsearch` in an empty working folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("DVSEARCH_INDEX", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*args: str, **options) -> Result:
        result = CliRunner().invoke(cli, args, **options)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return result

    return invoke


@pytest.fixture
def articles(run, tmp_path) -> list[Article]:
    """Add three articles to the default index, and return them."""
    made = [
        Article(
            "a 1",
            "Dân vận khéo",
            "Phong trào thi đua dân vận khéo ở Tây Nguyên.",
            source="https://example.org/1",
        ),
        Article("2", "", "Công tác dân van, bản tin.", category="Chính trị"),
        Article("3", "Hưng Yên", "Đặc sản nhãn lồng."),
    ]
    with Index.create(tmp_path / "indexes" / "default") as index:
        index.add(made)
    return made
