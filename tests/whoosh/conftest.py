"""Indexes of the same articles, ours and ordinary ones, in one segment and in several."""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

import pytest
import whoosh.index
from whoosh.codec import whoosh3

from danvan_search import Article, Index
from tests.whoosh.oracle import oracle_index

BODIES = [
    "Phong trào thi đua “Dân vận khéo”, dân vận, dân biết dân bàn.",
    "",
    "Đường Dương Đình Nghệ; đường đi. Hoà bình, hòa BÌNH!",
    "32-CTr/TU của Ban Thường vụ Tỉnh ủy, ngày 30/8/2013: Covid19",
    "Dân van kheo va dan van khéo ở Nghệ An",
    "\ud800 ngh nghe nghệ e\u0302\u0301 漢字 москва",
    "khéo dân vận khéo",
    "Uỷ ban nhân dân tỉnh Nghệ An làm công tác dân vận",
]
TITLES = ["Dân vận khéo", "Tây Nguyên", "", "Công tác dân vận 2020"]
CATEGORIES = [None, "Chính trị", "Xã hội", "chinh tri", ""]
DAYS = [None, datetime.date(2020, 6, 30), datetime.date(2019, 1, 1), datetime.date.max]

ARTICLES = [
    Article(
        f"a/{number:02}",
        TITLES[number % 4],
        BODIES[number % 8] if number < 16 else f"{BODIES[number % 8]} {BODIES[number % 7]}",
        DAYS[number % 3] if number else datetime.date.max,
        CATEGORIES[number % 5],
        f"s{number % 6}" if number % 2 else None,
        {"số": [number, None]},
    )
    for number in range(24)
]
REMOVED = ["a/03", "a/08", "a/17"]


@pytest.fixture(scope="session", autouse=True)
def exact_lengths() -> Iterator[None]:
    """Have Whoosh's own codec keep lengths below 256 as they are: it would round 11 to 12."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whoosh3, "length_to_byte", lambda length: min(length or 0, 255))
        patch.setattr(whoosh3, "byte_to_length", lambda byte: byte)
        yield


class Pair(NamedTuple):
    """The same articles twice.

    :ivar index: our index.
    :ivar ours: the same, opened by Whoosh.
    :ivar theirs: an ordinary Whoosh index.
    """

    index: Index
    ours: whoosh.index.Index
    theirs: whoosh.index.Index


@pytest.fixture(scope="session", params=["one segment", "several segments"])
def pair(request, tmp_path_factory, exact_lengths) -> Iterator[Pair]:
    """Two indexes of ``ARTICLES``; the one of several segments has removed articles."""
    path = tmp_path_factory.mktemp("pair") / "index"
    one = request.param == "one segment"
    commits = [ARTICLES] if one else [ARTICLES[:5], ARTICLES[5:14], ARTICLES[14:]]
    removed = [] if one else REMOVED
    with Index.create(path) as index:
        for articles in commits:
            index.add(articles)
        index.remove(removed)
        yield Pair(index, whoosh.index.open_dir(path), oracle_index(commits, removed))
