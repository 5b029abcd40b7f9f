"""A bug, or a lack of memory, is never called damage; impossible values always are."""

import pytest

from danvan_search import Article, Index, IndexDamagedError, Results
from danvan_search.search.execution import strategies

BUGS = [
    AttributeError("'NoneType' object has no attribute 'score'"),
    TypeError("unsupported operand"),
    IndexError("index 7 is out of bounds"),
    KeyError("x"),
    ValueError("operands could not be broadcast"),
    ZeroDivisionError("division by zero"),
    RecursionError("maximum recursion depth exceeded"),
    MemoryError("Unable to allocate 20.9 KiB"),
]


@pytest.fixture
def index(tmp_path):
    with Index.create(tmp_path / "index") as made:
        made.add([Article(str(one), "Hội thi", f"dân vận khéo {one}") for one in range(20)])
        yield made


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: type(bug).__name__)
@pytest.mark.parametrize("strategy", ["bag_top", "phrase_top", "general_top_docs"])
def test_a_bug_in_the_engine_stays_itself(index, monkeypatch, bug, strategy):
    """What a strategy raises over a whole index comes out as it is."""

    def fail(*_args, **_options):
        raise bug

    monkeypatch.setattr(strategies, strategy, fail)
    query = {"bag_top": "dân vận", "phrase_top": '"dân vận"', "general_top_docs": "dân v*"}
    with pytest.raises(type(bug)) as caught:
        index.search(query[strategy])
    assert caught.value is bug
    assert not isinstance(caught.value, IndexDamagedError)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: type(bug).__name__)
def test_a_bug_while_a_hit_is_read_stays_itself(index, monkeypatch, bug):
    """The same holds for the parts of a hit, which are read later."""
    results = index.search("dân vận")
    assert isinstance(results, Results)

    def fail(*_args, **_options):
        raise bug

    monkeypatch.setattr("danvan_search.search.hit_reader.make_snippet", fail)
    with pytest.raises(type(bug)) as caught:
        _ = results[0].snippet
    assert caught.value is bug


def test_the_values_of_whole_segments_are_possible(index):
    """The check accepts every index that was written, merged ones and deletions included."""
    index.remove(["3"])
    index.add([Article("a", "", "giao thông " * 300), Article("b", "đường", "")], words=False)
    index.optimize()
    index.add([Article("c", "a", "á " * 20)])
    snapshot = index._live.current()
    snapshot.check_values()
    assert snapshot.doc_count == 22
