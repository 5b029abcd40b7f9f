"""An index of the format before: it is refused in one sentence."""

import shutil
from pathlib import Path

import pytest

from danvan_search import Index, IndexFormatError

EARLIER = Path(__file__).parent / "data" / "earlier"
"""Two commits of three articles, the second removed."""


@pytest.fixture
def path(tmp_path):
    return Path(shutil.copytree(EARLIER, tmp_path / "earlier"))


def test_it_is_refused(path):
    """The message names both formats, and what to do."""
    says = (
        "'danvan-grid-2', this version needs 'danvan-grid-3': .*`dvsearch repair`.*--rebuild FOLDER"
    )
    with pytest.raises(IndexFormatError, match=says):
        Index.open(path)
