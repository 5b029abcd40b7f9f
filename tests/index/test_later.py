"""Segments with arrays that this version does not know: they are used like any others."""

import numpy as np
import pytest

from danvan_search import Index, verify_index
from danvan_search.index.codec.array_file import ArrayFile
from tests.index import questions
from tests.index.segments import rewrite

LATER = {
    "region_bytes": np.frombuffer(b"NorthSouth", np.uint8),
    "region_offsets": np.array([0, 5, 10], np.uint32),
    "neighbours": np.arange(12, dtype=np.float32).reshape(2, 3, 2),
    "nothing": np.zeros((0, 4), np.uint64),
}


def names_of(path):
    """Return the names of all arrays of each file of an index."""
    found = []
    for file in sorted(path.glob("MAIN_*.*")):
        with ArrayFile(file) as read:
            found.append(set(read.arrays))
    return found


@pytest.fixture
def path(tmp_path):
    """Return an index whose files all have more arrays and meta values."""
    path = tmp_path / "index"
    questions.make(path)
    for file in path.glob("MAIN_*.*"):
        rewrite(file, lambda arrays: arrays.update(LATER), {"later": {"x": [1, None]}})
    assert len(names_of(path)) == 4
    assert all(LATER.keys() <= names for names in names_of(path))
    return path


@pytest.fixture
def expected(tmp_path):
    """Return the answers of the index without the arrays."""
    questions.make(tmp_path / "plain")
    return questions.answers(tmp_path / "plain")


def test_it_is_searched_and_verified(path, expected):
    """Every answer is that of an index without them, and verifying reads them."""
    assert verify_index(path).is_whole
    assert questions.answers(path) == expected


@pytest.mark.parametrize("suffix", [".grid", ".docs"])
def test_their_damage_is_found(path, suffix):
    """A changed byte in an array that no query reads is damage."""
    file = next(path.glob(f"*{suffix}"))
    file.write_bytes(file.read_bytes().replace(b"NorthSouth", b"NorthEast!"))
    (found,) = verify_index(path).damages
    assert (found.file, "'region_bytes'" in found.problem) == (file.name, True)


def test_it_is_backed_up_and_restored(path, expected, tmp_path):
    """A restored index has the arrays, and gives the same answers."""
    with Index.open(path) as index:
        index.backup(tmp_path / "saved.tar.zst")
    Index.restore(tmp_path / "restored", tmp_path / "saved.tar.zst")
    assert verify_index(tmp_path / "restored").is_whole
    assert names_of(tmp_path / "restored") == names_of(path)
    assert questions.answers(tmp_path / "restored") == expected


def test_it_is_merged(path, expected, tmp_path):
    """A merge drops the arrays, and gives the answers of a merge without them."""
    for one in (path, tmp_path / "plain"):
        with Index.open(one) as index:
            index.optimize()
    merged = questions.answers(tmp_path / "plain")
    assert questions.answers(path) == merged
    assert merged["ids"] == expected["ids"]
    assert names_of(path) == names_of(tmp_path / "plain")
    assert not any(LATER.keys() & names for names in names_of(path))
    assert verify_index(path).is_whole


def test_it_is_repaired(path, expected):
    """Intact segments keep the arrays; the articles of a damaged one are indexed again."""
    file = max(path.glob("*.grid"), key=lambda one: one.stat().st_size)
    file.write_bytes(file.read_bytes().replace(b"NorthSouth", b"NorthEast!"))
    before = names_of(path)
    report = Index.repair(path)
    assert (report.lost, report.salvaged > 0) == (0, True)
    assert sum(LATER.keys() <= names for names in names_of(path)) == 2
    assert len(before) == len(names_of(path)) == 4
    with Index.open(path) as index:
        assert sorted(index.ids()) == sorted(expected["ids"])
