"""An index that an earlier version wrote: its commit file names classes by their old modules."""

import shutil
from pathlib import Path

import pytest
import whoosh.index
from whoosh.query import Every

from danvan_search import Article, Index, verify_index

EARLIER = Path(__file__).parent / "data" / "earlier"
"""Written before the codec had a package: two commits of three articles, the second removed."""


@pytest.fixture
def path(tmp_path):
    return Path(shutil.copytree(EARLIER, tmp_path / "earlier"))


def test_it_names_the_old_module():
    """The commit file is of the old kind: else this file proves nothing."""
    (table,) = EARLIER.glob("*.toc")
    assert b"danvan_search.index.codec\n" in table.read_bytes()


def test_it_is_read_and_written(path):
    """Searches, articles and the next commit are those of any index."""
    with Index.open(path) as index:
        assert list(index.ids()) == ["1", "3"]
        (hit,) = index.search('"dan van kheo"')
        assert (hit.id, hit.exact, hit.category) == ("1", True, "Chính trị")
        assert index.get("3").extra == {"số": 3}
        assert [one.word for one in index.vocabulary("dân v")] == ["dân vận", "dân vận khéo"]
        assert index.add([Article("4", "", "an toàn giao thông")]).added == 1
        index.optimize()
        assert [hit.id for hit in index.search("giao thong")] == ["4"]
    assert verify_index(path).is_whole


def test_plain_whoosh_opens_it(path):
    """Whoosh finds the classes by the names that were pickled."""
    index = whoosh.index.open_dir(path)
    assert index.doc_count() == 2
    with index.searcher() as searcher:
        found = [hit["id"] for hit in searcher.search(Every())]
    assert found == ["1", "3"]
