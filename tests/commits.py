"""A series of commits, each determined by its number, and the content of the index after each."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from danvan_search import Article, Index
from danvan_search.index.folder.verify import damages

PHRASES = {
    "dân vận khéo": "dan van kheo",
    "tây nguyên": "tay nguyen",
    "giao thông": "giao thong",
    "hòa bình": "hoa binh",
    "nhãn lồng": "nhan long",
    "đặc sản": "dac san",
    "phong trào": "phong trao",
    "quy chế": "quy che",
    "cấp ủy": "cap uy",
    "doanh nghiệp": "doanh nghiep",
    "trường học": "truong hoc",
    "lúa nước": "lua nuoc",
    "biển đảo": "bien dao",
    "sông hồng": "song hong",
    "mùa xuân": "mua xuan",
}
"""Phrases without common syllables, each with its folded form."""

QUERIES = [(typed, phrase) for phrase, plain in PHRASES.items() for typed in (phrase, plain)]
"""Queries, each with the phrase that it finds."""

State = dict[str, str]
"""The bodies of all articles by id."""

_IDS = 40
_PER_COMMIT = 6
_REMOVED = 5


def _body(number: int, commit: int) -> str:
    chosen = list(PHRASES)[(number * 7 + commit) % len(PHRASES) :][:3]
    return f"{', '.join(chosen)}, lần {commit}"


def _kind(number: int) -> str:
    if number % 24 == 23:
        return "optimize"
    return "remove" if number % 5 == 4 else "add"


def _added(number: int) -> Iterator[Article]:
    for at in range(number * _PER_COMMIT, (number + 1) * _PER_COMMIT):
        id_ = at * 11 % _IDS
        yield Article(str(id_), f"Tựa {id_}", _body(id_, number))


def _removed(number: int) -> list[str]:
    return [str((number * 13 + at) % _IDS) for at in range(_REMOVED)]


def commit(index: Index, number: int) -> None:
    """Make the commit of a number, from 0 on; each commit changes the index."""
    kind = _kind(number)
    if kind == "optimize":
        index.optimize()
    elif kind == "remove":
        index.remove(_removed(number))
    else:
        index.add(_added(number), words=False)


@cache
def state(number: int) -> State:
    """Return the content of the index after a commit; -1 stands for the empty index."""
    if number < 0:
        return {}
    held = dict(state(number - 1))
    kind = _kind(number)
    if kind == "remove":
        for id_ in _removed(number):
            held.pop(id_, None)
    elif kind == "add":
        held |= {one.id: one.body for one in _added(number)}
    return held


@cache
def expected(number: int, phrase: str) -> State:
    """Return the articles that contain a phrase after a commit."""
    return {id_: body for id_, body in state(number).items() if phrase in body}


def answer(index: Index, typed: str) -> State:
    """Search for a phrase; return the ids and snippet texts of the hits.

    Check that all parts of the results are consistent.
    """
    results = index.search(f'"{typed}"', limit=_IDS, snippet_chars=400)
    found = {hit.id: hit.snippet.text for hit in results}
    assert results.total == len(results) == len(found)
    for hit in results:
        assert hit.article.body == hit.snippet.text
        assert hit.title == f"Tựa {hit.id}"
        assert hit.snippet.spans
    return found


def check_whole(path: Path, numbers: list[int]) -> int:
    """Verify an index and compare all its results; return which of some commits it contains."""
    assert damages(path) == []
    with Index.open(path) as index:
        held = {id_: index.get(id_).body for id_ in index.ids()}
        fitting = [number for number in numbers if state(number) == held]
        assert fitting, f"the index holds none of the commits {numbers}"
        for typed, phrase in QUERIES:
            assert answer(index, typed) == expected(fitting[-1], phrase)
    return fitting[-1]
