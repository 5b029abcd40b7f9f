"""The results of searches do not depend on how an index is divided into segments."""

import datetime
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from danvan_search import Article, DanvanError, Index, IndexDamagedError
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.index.writing import index_writer
from danvan_search.text import syllable_grid

SYLLABLES = ["dân", "dan", "Dẫn", "vận", "van", "khéo", "tây", "Tay", "nguyên", "đường", "x1", "ở"]
CATEGORIES = [None, "Xã hội", "xa hoi", "Thời sự", "🔥"]
DAYS = [None, datetime.date.min, datetime.date(2020, 2, 29), datetime.date.max]


def corpus(count: int = 60) -> list[Article]:
    """Return articles of few distinct syllables, some of them empty."""
    draw = random.Random(7)

    def text(most: int) -> str:
        return " ".join(draw.choices(SYLLABLES, k=draw.randrange(most)))

    return [
        Article(
            f"bài {number}",
            text(5),
            text(40),
            draw.choice(DAYS),
            draw.choice(CATEGORIES),
            extra={"n": number},
            details=draw.choice(["", text(6), f"{text(4)}\n\n{text(4)}"]),
        )
        for number in range(count)
    ]


ARTICLES = corpus()
STALE = [Article(one.id, "dân vận", "tây nguyên " * 9, category="Xã hội") for one in ARTICLES]
EXTRA = [Article(f"extra {number}", "khéo", "dân vận khéo ở đường") for number in range(20)]


def in_one(index: Index) -> None:
    """Add all articles in one commit."""
    index.add(ARTICLES)


def one_by_one(index: Index) -> None:
    """Add each article in its own commit."""
    for article in ARTICLES:
        index.add([article])


def in_sevens(index: Index) -> None:
    """Add seven articles per commit."""
    for start in range(0, len(ARTICLES), 7):
        index.add(ARTICLES[start : start + 7])


def updated(index: Index) -> None:
    """Replace earlier articles in several commits."""
    index.add(STALE)
    in_sevens(index)


def with_removals(index: Index) -> None:
    """Add extra articles, and remove them."""
    for start in range(0, len(ARTICLES), 15):
        index.add(EXTRA[start // 3 : start // 3 + 5])
        index.add(ARTICLES[start : start + 15])
    index.remove([one.id for one in EXTRA])


def optimized(index: Index) -> None:
    """Merge many segments into one."""
    updated(index)
    index.optimize()


def removed_and_optimized(index: Index) -> None:
    """Merge without removed articles."""
    with_removals(index)
    index.optimize()


def again(index: Index) -> None:
    """Remove all articles, then add them again."""
    index.add(ARTICLES[::-1])
    index.remove([one.id for one in ARTICLES])
    index.add(ARTICLES)


ARRANGED: list[Callable[[Index], None]] = [
    one_by_one,
    in_sevens,
    updated,
    with_removals,
    optimized,
    removed_and_optimized,
    again,
]

QUERIES = [
    "dan",
    "dân",
    "dan van",
    "dân vận",
    "dân van khéo",
    '"dan van"',
    '"dân vận"',
    '"dân van"',
    '"dan van kheo"',
    '"tay nguyen" khéo',
    '"x1 o"',
    "đường ở",
    "dan van kheo tay nguyen duong",
    "dân vận khéo tây nguyên đường ở",
    "none",
    '"van" -dan',
]
OPTIONS = [
    {},
    {"match": "any"},
    {"match": "all"},
    {"match": "phrase"},
    {"accents": "exact"},
    {"accents": "ignore"},
    {"sort": "date"},
    {"category": "XA HOI"},
    {"category": "🔥", "sort": "date"},
    {"since": datetime.date(2020, 1, 1)},
    {"until": datetime.date(2020, 2, 29), "match": "any"},
    {"since": datetime.date.min, "until": datetime.date.max, "category": "thời sự"},
]


def answers(index: Index) -> tuple[list[object], list[float]]:
    """Run all queries; return all visible values of the results, and the scores."""
    seen: list[object] = [list(index.ids()), len(index)]
    scores: list[float] = []
    for query in QUERIES:
        for options in OPTIONS:
            results = index.search(query, limit=100, snippet_chars=40, **options)
            seen.append((query, options, results.total, results.relaxed))
            seen += [(hit.article, hit.exact, hit.title_spans, hit.snippet) for hit in results]
            scores += [hit.score for hit in results]
    return seen, scores


def segment_count(index: Index) -> int:
    """Return the number of segments on disk."""
    return len(list(index.path.glob("*.grid")))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the answers and the statistics of an index with all articles in one segment."""
    with Index.create(tmp_path_factory.mktemp("whole") / "index") as index:
        in_one(index)
        assert segment_count(index) == 1
        yield answers(index), index.stats()


@pytest.fixture
def index(tmp_path):
    """Return an open, empty index."""
    with Index.create(tmp_path / "index") as made:
        yield made


def check_same_answers(whole, index: Index) -> None:
    """Compare all answers and statistics with those of one segment."""
    (expected, expected_scores), before = whole
    seen, scores = answers(index)
    assert expected == seen
    assert expected_scores == pytest.approx(scores)
    after = index.stats()
    assert (before.articles, before.syllables) == (after.articles, after.syllables)


@pytest.mark.parametrize("arrange", ARRANGED)
def test_the_same_answers(index, whole, arrange):
    """Ids, order, totals, tiers, marks and snippets do not depend on the segments."""
    arrange(index)
    check_same_answers(whole, index)


@pytest.mark.parametrize("arrange", [in_one, in_sevens, with_removals])
def test_paging(index, arrange):
    """The concatenated pages are the full list, and each page has the same total."""
    arrange(index)
    for query in ("dan", '"dan van"', "dan van", "dân vận khéo tây nguyên ở x1"):
        for sort in ("score", "date"):
            long = index.search(query, limit=100, sort=sort, snippet_chars=0)
            ids = [hit.id for hit in long]
            paged = []
            for page in range(1, 12):
                results = index.search(query, limit=7, page=page, sort=sort, snippet_chars=0)
                assert results.total == long.total
                paged += [hit.id for hit in results]
            assert len(ids) > 14
            assert ids == paged


@pytest.mark.parametrize("arrange", ["one", "many", "merged"])
@pytest.mark.parametrize("query", ["dan", '"dan van"', "van dan", "dân", '"dân vận khéo"'])
@pytest.mark.parametrize("options", [{}, {"sort": "date"}, {"accents": "exact"}, {"match": "any"}])
def test_ties_are_in_order_of_addition(index, arrange, query, options):
    """Articles with equal scores are in order of addition, in any number of segments."""
    alike = [Article(str(number), "", "Dân vận khéo") for number in range(30, 0, -1)]
    for start in range(0, 30, 30 if arrange == "one" else 4):
        index.add(alike[start : start + (30 if arrange == "one" else 4)])
    if arrange == "merged":
        index.optimize()
    found = index.search(query, limit=30, **options)
    assert [one.id for one in alike] == [hit.id for hit in found]
    assert len({hit.score for hit in found}) == 1


def test_optimising_leaves_one_segment(index):
    """Removed articles are gone from the disk, and their forms from the statistics."""
    updated(index)
    index.add([Article("once", "", "hapax legomenon")])
    index.remove(["once"])
    assert segment_count(index) > 1
    index.optimize()
    assert segment_count(index) == 1
    grids = [syllable_grid(text) for one in ARTICLES for text in (one.title, one.body)]
    forms = {form for grid in grids for form in grid.accented}
    assert len(forms) == index.stats().accented_forms
    index.remove(list(index.ids()))
    index.optimize()
    assert segment_count(index) == 0
    assert index.stats().accented_forms == index.stats().syllables == 0


@pytest.fixture
def flushes(monkeypatch):
    """Make segments of a few syllables; return a list that collects their names."""
    written = []
    real = index_writer.write_files

    def write_files(folder, name, *content):
        written.append(name)
        real(folder, name, *content)

    monkeypatch.setattr(index_writer, "FLUSH_LOAD", 100)
    monkeypatch.setattr("danvan_search.index.writing.segment_builder._BATCH_CHARS", 200)
    monkeypatch.setattr(index_writer, "write_files", write_files)
    return written


def test_a_large_addition_makes_several_segments(index, whole, flushes):
    """One call writes several segments, and no article is lost."""
    index.add(ARTICLES)
    assert len(flushes) > 5
    check_same_answers(whole, index)


def test_an_id_twice_across_segments(index, flushes):
    """Of several articles with one id in a call the last is kept, in whatever segments they are."""
    changes = index.add([*STALE, *EXTRA, *ARTICLES])
    assert len(flushes) > 8
    assert changes.added == len(ARTICLES) + len(EXTRA) == len(index)
    assert [one.id for one in (*EXTRA, *ARTICLES)] == list(index.ids())
    assert list(ARTICLES) == [index.get(one.id) for one in ARTICLES]
    found = index.search("dan", match="any", limit=100)
    assert len({hit.id for hit in found}) == found.total == len(found)
    assert index.remove([one.id for one in STALE]) == len(STALE)
    assert [one.id for one in EXTRA] == list(index.ids())


@pytest.mark.parametrize("error", [RuntimeError("mine"), KeyboardInterrupt()])
def test_a_cancelled_addition_leaves_no_segment(index, flushes, error):
    """Segments and deletions from before the error are dropped."""
    index.add(STALE[:3])
    before = sorted(one.name for one in index.path.iterdir())
    count = len(flushes)

    def articles():
        yield from ARTICLES
        raise error

    with pytest.raises(type(error)):
        index.add(articles())
    assert len(flushes) > count + 3
    assert before == sorted(one.name for one in index.path.iterdir())
    assert STALE[:3] == [index.get(one) for one in index.ids()]
    assert index.add(ARTICLES).updated == 3


def test_no_articles(index):
    """An empty index answers all queries."""
    for options in OPTIONS:
        results = index.search("dân vận", **options)
        assert (results.total, len(results), results.relaxed) == (0, 0, False)
    stats = index.stats()
    assert (stats.articles, stats.syllables, stats.accented_forms, stats.folded_forms) == (0,) * 4
    assert list(index.ids()) == []
    assert index.get("1") is None
    assert index.remove(["1"]) == 0
    index.optimize()
    assert index.search('"dân vận"').total == 0


@pytest.mark.parametrize(
    "articles",
    [
        [Article("1", "", "")],
        [Article("1", "", ""), Article("2", "", "")],
        [Article("1", "…!?", "\n\n"), Article("2", "", "🔥")],
        [Article("1", "", ""), Article("2", "dân vận", ""), Article("3", "", "dân vận")],
    ],
)
def test_articles_without_syllables(index, articles):
    """An article may be empty, alone or among others, before and after a merge."""
    matching = [one.id for one in articles if "dân" in one.title + one.body]
    for one in articles:
        index.add([one])
    for _ in range(2):
        assert articles == [index.get(one) for one in index.ids()]
        for query in ("dân", '"dân vận"', "van dan"):
            assert set(matching) == {hit.id for hit in index.search(query)}
        index.optimize()
    with_date = [Article(one.id, one.title, one.body, datetime.date.max) for one in articles]
    assert index.add(with_date).updated == len(articles)
    assert with_date == [index.get(one) for one in index.ids()]


@pytest.mark.parametrize("commits", ["one", "many"])
def test_filters_look_at_every_segment(index, commits):
    """Filters by date and category apply in each segment, up to the first and last possible day."""
    days = [None, datetime.date.min, datetime.date(1, 1, 2), datetime.date.max]
    articles = [
        Article(f"{day} {category}", "", "dân vận", day, category)
        for day in days
        for category in CATEGORIES
    ]
    for batch in [articles] if commits == "one" else [[one] for one in articles]:
        index.add(batch)
    for since in days:
        for until in days:
            for category in CATEGORIES:
                if since and until and since > until:
                    continue
                expected = {
                    one.id
                    for one in articles
                    if (since is None or (one.date and one.date >= since))
                    and (until is None or (one.date and one.date <= until))
                    and (category is None or key(one.category) == key(category))
                }
                results = index.search(
                    '"dan van"', since=since, until=until, category=category, limit=50
                )
                assert expected == {hit.id for hit in results}, (since, until, category)
                assert len(expected) == results.total


def key(category: str | None) -> str | None:
    """Return the comparison key of a category of this module."""
    return {"Xã hội": "xa hoi"}.get(category, category)


def test_the_two_files_belong_together(tmp_path):
    """Files of two segments under one name give a clear error."""
    for name, articles in (("a", ARTICLES[:3]), ("b", ARTICLES[:5])):
        with Index.create(tmp_path / name) as index:
            index.add(articles)
    (grid,) = (tmp_path / "a").glob("*.grid")
    (other,) = (tmp_path / "b").glob("*.docs")
    rows = grid.with_suffix(".docs")
    rows.write_bytes(other.read_bytes())
    with pytest.raises(IndexDamagedError, match=r"number of documents.*--rebuild") as caught:
        len(Index.open(tmp_path / "a"))
    assert str(grid.with_suffix("")) in str(caught.value)


def test_checksums_find_every_changed_byte(index):
    """A changed byte is found by the checksums, in either file."""
    index.add(ARTICLES[:4])
    (grid,) = index.path.glob("*.grid")
    OpenSegment(index.path, grid.stem, 4).verify()
    for file in (grid, grid.with_suffix(".docs")):
        good = file.read_bytes()
        for at in range(0, len(good), 97):
            changed = bytes([*good[:at], good[at] ^ 0x20, *good[at + 1 :]])
            file.write_bytes(changed)
            message = error_of(index.path, grid.stem)
            # Only changes of the padding between the arrays, which is zero, may go unnoticed.
            assert good[at] == 0 if message is None else "--rebuild" in message
            assert message is None or str(grid.with_suffix("")) in message
        file.write_bytes(good)


def error_of(folder: Path, name: str) -> str | None:
    """Return the message of the error that verifying a segment raises, if any."""
    try:
        OpenSegment(folder, name, 4).verify()
    except DanvanError as error:
        return str(error)
    return None
