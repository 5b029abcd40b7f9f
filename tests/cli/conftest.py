"""What the tests of the command line share."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from danvan_search import Article, Index
from danvan_search.cli import cli

Run = Callable[..., Result]


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
    """Put three articles into the default index, and return them."""
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
