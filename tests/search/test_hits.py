"""A page of hits in columns: read together, row by row around damage, and pickled."""

import pickle

import pytest

from danvan_search import Article, Index, IndexDamagedError, StoreError
from danvan_search.search.columns import column


class Guard:
    """Calls what it is given, as the guard of a snapshot."""

    def call(self, read, *args):
        return read(*args)


class Rows:
    """Ten rows, one of which is damaged; keeps what was read."""

    guard = Guard()

    def __init__(self, damaged=-1):
        self.damaged, self.log = damaged, []

    def __len__(self):
        return 10

    def _read(self, rows):
        self.log.append(list(rows))
        if self.damaged in rows:
            raise IndexDamagedError("x")
        return [row * row for row in rows]

    @column()
    def whole(self, rows):
        """All rows."""
        return self._read(rows)

    @column(together=4)
    def some(self, rows):
        """Four rows."""
        return self._read(rows)


def test_rows_are_read_once_and_together():
    """A column is read in the pieces that it declares, each once."""
    rows = Rows()
    assert [rows.whole[row] for row in range(10)] == [row * row for row in range(10)]
    assert rows.log == [list(range(10))]
    rows.log.clear()
    assert [rows.some[row] for row in (9, 5, 6, 9)] == [81, 25, 36, 81]
    assert rows.log == [[8, 9], [4, 5, 6, 7]]


@pytest.mark.parametrize("name", ["whole", "some"])
def test_a_damaged_row_leaves_the_others(name):
    """The damaged row is an error whenever it is read; all others have their values."""
    rows = Rows(damaged=6)
    for row in (5, 6, 7, 6, 4, 0, 9):
        if row == 6:
            with pytest.raises(IndexDamagedError):
                _ = getattr(rows, name)[row]
        else:
            assert getattr(rows, name)[row] == row * row


def test_a_pickled_page_is_small_and_equal(tmp_path):
    """A pickle holds what the hits show, not the articles."""
    with Index.create(tmp_path / "index") as index:
        index.add(
            [
                Article(
                    str(one), f"Hội thi {one}", "công tác dân vận khéo. " * 500, details="dân vận"
                )
                for one in range(12)
            ],
            words=False,
        )
        results = index.search('"dân vận"')
    pickled = pickle.dumps(results)
    assert len(pickled) < 8192
    read = pickle.loads(pickled)
    assert read == results
    assert list(map(hash, read)) == list(map(hash, results))
    assert read.to_json() == results.to_json()
    with pytest.raises(StoreError):
        _ = read[0].article
    assert pickle.loads(pickle.dumps(read)) == results


def test_hits_are_read_only(tmp_path):
    """No part of a hit can be set, and none added."""
    with Index.create(tmp_path / "index") as index:
        index.add([Article("a", "", "dân vận")], words=False)
        (hit,) = index.search("dân vận")
    for name in ("id", "title", "snippet", "article", "other"):
        with pytest.raises(AttributeError):
            setattr(hit, name, "x")
