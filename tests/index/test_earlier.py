"""An index of the format before this one is refused in one sentence, and left as it is."""

import shutil
from pathlib import Path

import pytest

from danvan_search import Index, IndexFormatError

EARLIER = Path(__file__).parent / "data" / "earlier"
"""An index of three articles in the format ``danvan-grid-2``."""


def test_it_is_refused_and_replaced_by_a_build(tmp_path):
    """The error says what to do; nothing is changed until a build replaces the index."""
    path = Path(shutil.copytree(EARLIER, tmp_path / "earlier"))
    says = "'danvan-grid-2', this version needs 'danvan-grid-3': .*--rebuild FOLDER"
    for use in (Index.open, lambda path: Index.open(path, create=True)):
        with pytest.raises(IndexFormatError, match=says):
            use(path)
    assert {file.name for file in path.iterdir()} == {file.name for file in EARLIER.iterdir()}
    (tmp_path / "text.txt").write_text("dân vận")
    Index.build(path, [tmp_path / "text.txt"])
    with Index.open(path) as index:
        assert len(index) == 1
