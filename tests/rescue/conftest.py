"""Helpers and fixtures of the tests of verification, repair and backups."""

import datetime
from pathlib import Path

import pytest

from danvan_search import Article, Index


def make_articles(count: int, first: int = 0) -> list[Article]:
    """Return articles that differ in all their values."""
    return [
        Article(
            f"tin/{number}",
            f"Dân vận khéo số {number}",
            f"Phong trào thi đua dân vận khéo ở xã {number}, đường Dương Đình Nghệ. " * 3,
            date=datetime.date(2020, 1, 1) + datetime.timedelta(days=number),
            category=("Chính trị", "Xã hội", None)[number % 3],
            source=f"https://báo.vn/{number}",
            extra={"số": number},
        )
        for number in range(first, first + count)
    ]


def everything(index: Index) -> dict[str, Article]:
    """Return all articles of an index by id."""
    return {id_: index.get(id_) for id_ in index.ids()}


def answers(index: Index) -> list[list[tuple]]:
    """Return the hits of queries of every kind."""
    queries = ('"dân vận khéo"', "duong", "xã 3", 'word:"phong trào"', "đường dinh", '"số 4"')
    return [
        [(hit.id, round(hit.score, 4), hit.exact, hit.snippet) for hit in found]
        for found in (index.search(query, limit=50) for query in queries)
    ]


def flip(file: Path, offset: int) -> None:
    """Flip a bit of a file."""
    content = bytearray(file.read_bytes())
    content[offset] ^= 0x10
    file.write_bytes(content)


def tree(folder: Path) -> dict[str, bytes]:
    """Return the content of each file below a folder, without locks."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.endswith("LOCK")
    }


@pytest.fixture
def path(tmp_path) -> Path:
    """Return the folder of an index with three segments, and with removed articles."""
    with Index.create(tmp_path / "home" / "index") as index:
        index.add(make_articles(12))
        index.add(make_articles(4, first=12))
        index.remove(["tin/5", "tin/13"])
        index.add([Article("tin/2", "Bản mới", "Đã viết lại, dân vận khéo số 4.")])
    return tmp_path / "home" / "index"
