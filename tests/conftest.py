"""Shared fixtures: the seeds and indexes of them; and the settings of Hypothesis."""

import shutil
import unicodedata
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from danvan_search import Article, Index

# No test depends on the clock, so Hypothesis has no deadlines. Every run tries the same examples,
# so a new failure is due to a change; `pytest --hypothesis-profile explore` tries other examples.
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "danvan", settings.get_profile("explore"), derandomize=True, max_examples=40
)
settings.load_profile("danvan")


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Escape lone surrogates, which tests print, for the transfer between processes."""
    return _printable((yield))


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _printable(own) for key, own in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_printable, value))
    return value


ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five seed articles."""
    return SEEDS


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the seeds; tests do not change it."""
    path = tmp_path_factory.mktemp("seeds") / "index"
    Index.build(path, [SEEDS])
    with Index.open(path) as index:
        yield index


@pytest.fixture(scope="session")
def nfd_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of copies of the seeds in NFD."""
    folder = tmp_path_factory.mktemp("nfd")
    copies = folder / "seeds"
    shutil.copytree(SEEDS, copies)
    for file in copies.iterdir():
        text = file.read_text("utf-8")
        file.write_text(unicodedata.normalize("NFD", text), "utf-8")
    Index.build(folder / "index", [copies])
    with Index.open(folder / "index") as index:
        yield index


@pytest.fixture
def make_index(tmp_path: Path) -> Iterator[Callable[..., Index]]:
    """A function that makes an index from articles, or from bodies numbered from 0."""
    made: list[Index] = []

    def make(*articles: Article | str) -> Index:
        index = Index.create(tmp_path / f"index-{len(made)}")
        made.append(index)
        index.add(
            Article(str(number), "", one) if isinstance(one, str) else one
            for number, one in enumerate(articles)
        )
        return index

    yield make
    for index in made:
        index.close()
