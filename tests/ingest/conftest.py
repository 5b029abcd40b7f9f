"""The fixtures of the ingest tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from danvan_search import Article, Index
from danvan_search.ingest import Loaded, Skipped, read_file, scan

Read = Callable[..., list[Loaded | Skipped]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that writes a file into ``folder/`` and reads it."""
    folder = tmp_path / "folder"
    folder.mkdir()

    def write_and_read(name: str, content: str | bytes, **options) -> list[Loaded | Skipped]:
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (file,) = scan(path).files
        return list(read_file(file, **options))

    return write_and_read


@pytest.fixture
def index_of(tmp_path: Path) -> Callable[..., Index]:
    """Return a function that makes an index of articles."""

    def make(*articles: Article) -> Index:
        index = Index.create(tmp_path / "index")
        index.add(articles, words=False)
        return index

    return make
