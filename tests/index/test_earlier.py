"""An index of the format before this one: refused in one sentence, and replaced by a build."""

import shutil
from pathlib import Path

import pytest

from danvan_search import Article, Index, IndexFormatError
from danvan_search.index.codec.array_file import ArrayFile

EARLIER = Path(__file__).parent / "data" / "earlier"
"""Of the format ``danvan-grid-2``: two commits of three articles, the second removed."""


@pytest.fixture
def path(tmp_path):
    return Path(shutil.copytree(EARLIER, tmp_path / "earlier"))


def contents(path):
    """Return the bytes of all files of a folder."""
    return {file.name: file.read_bytes() for file in path.iterdir()}


@pytest.mark.parametrize("options", [{}, {"create": True}], ids=["open", "open or create"])
def test_it_is_refused(path, options):
    """The error names both formats and says what to do; nothing is written."""
    says = (
        f"^the index at {path} has the format 'danvan-grid-2', this version needs "
        r"'danvan-grid-3': rebuild the index with `dvsearch index --rebuild FOLDER`$"
    )
    with pytest.raises(IndexFormatError, match=says):
        Index.open(path, **options)
    assert contents(path) == contents(EARLIER)


@pytest.mark.parametrize("suffix", [".grid", ".docs"])
def test_its_array_files_are_refused(path, suffix):
    """A file of the other version is refused before anything of it is read."""
    for file in path.glob(f"*{suffix}"):
        with pytest.raises(IndexFormatError, match="has format 3, this version reads 4: "):
            ArrayFile(file)


def test_a_build_replaces_it(path, tmp_path):
    """A build puts an index of this format in its place, and leaves no segment of it."""
    source = tmp_path / "articles"
    source.mkdir()
    (source / "4.txt").write_text("an toàn giao thông", encoding="utf-8")
    Index.build(path, [source], words=False)
    with Index.open(path) as index:
        assert index.search("giao thong").total == 1
        assert index.add([Article("5", "", "giao thông")], words=False).added == 1
        assert index.search("giao thong").total == 2
    names = {file.name for file in path.iterdir()}
    assert not names & {file.name for file in EARLIER.iterdir() if file.name.startswith("MAIN_")}
