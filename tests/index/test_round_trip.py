"""An index returns articles exactly as they were added, whatever they contain."""

import datetime
import unicodedata

import pytest

from danvan_search import Article, Index
from danvan_search.article import MAX_ID_CHARS, is_utf8
from tests.naughty import SMALL

TEXTS = [text for _, text in SMALL]
IDS = list(dict.fromkeys(text for text in TEXTS if text and is_utf8(text)))


@pytest.fixture
def index(tmp_path):
    """Return an open, empty index."""
    with Index.create(tmp_path / "index") as made:
        yield made


@pytest.mark.parametrize("commits", ["one", "many"])
def test_any_text_is_kept(index, commits):
    """Titles and bodies are returned exactly: lone surrogates, decomposed letters, blanks."""
    articles = [
        Article(str(number), text, unicodedata.normalize("NFD", text) + text, source=text)
        for number, text in enumerate(TEXTS)
    ]
    for start in range(0, len(articles), 99 if commits == "one" else 9):
        index.add(articles[start : start + (99 if commits == "one" else 9)])
    assert articles == [index.get(one) for one in index.ids()]
    index.remove(["0"])
    index.optimize()
    assert articles[1:] == [index.get(one) for one in index.ids()]
    assert index.add(articles[1:]).unchanged == len(articles) - 1


def test_halves_of_a_pair_are_not_the_character(index):
    """Two lone surrogates are not combined to one character, in any value."""
    halves, whole = "\ud83d\ude00", "\U0001f600"
    for text in (halves, whole):
        values = {"category": text, "source": text, "extra": {text: [text]}, "details": text}
        one = Article("1", text, text, **values)
        changes = index.add([one])
        assert changes.unchanged == 0
        assert index.get("1") == one
        assert index.get("1").source == text
        assert index.add([one]).unchanged == 1
    for name in ("category", "source"):
        index.add([Article("2", "", "", **{name: halves})])
        assert index.add([Article("2", "", "", **{name: whole})]).updated == 1


def test_any_id_is_a_key(index):
    """An id may be any UTF-8 text; ids that only look the same are different."""
    alike = ["dân", unicodedata.normalize("NFD", "dân"), "Dân", "dan", " dân", "dân\n", "dân\x00"]
    ids = [*dict.fromkeys([*IDS, *alike, "x" * MAX_ID_CHARS, "MAIN_1.grid", "../..", "*", "?"])]
    articles = [Article(one, "", f"thứ {number}") for number, one in enumerate(ids)]
    for start in range(0, len(articles), 20):
        index.add(articles[start : start + 20])
    assert ids == list(index.ids())
    assert articles == [index.get(one) for one in ids]
    assert all(one in index for one in ids)
    new = [Article(one, "", "khác") for one in ids]
    assert index.add(new).updated == len(ids)
    assert new == [index.get(one) for one in ids]
    assert index.remove(ids[::2]) == len(ids[::2])
    assert ids[1::2] == list(index.ids())
    assert [one in index for one in ids] == [False, True] * (len(ids) // 2) + [False] * (
        len(ids) % 2
    )


@pytest.mark.parametrize("day", [datetime.date.min, datetime.date.max, datetime.date(1, 1, 2)])
def test_the_first_and_the_last_day(index, day):
    """Every date of Python can be stored, searched for and sorted by."""
    index.add([Article("none", "", "dân"), Article("day", "", "dân", day)])
    assert index.get("day").date == day
    assert [hit.id for hit in index.search("dân", sort="date")] == ["day", "none"]
    for options in ({"since": day}, {"until": day}, {"since": day, "until": day}):
        assert [hit.id for hit in index.search("dân", **options)] == ["day"]


@pytest.mark.parametrize("optimize", [False, True])
def test_everything_removed_and_added_again(index, optimize):
    """An emptied index behaves like a new one."""
    articles = [Article(str(number), "Dân vận", "khéo " * number) for number in range(12)]
    for _ in range(3):
        for one in articles:
            index.add([one])
        assert [one.id for one in articles] == list(index.ids())
        assert index.search('"dan van"', limit=0).total == 12
        assert index.remove(index.ids()) == 12
        if optimize:
            index.optimize()
        assert list(index.ids()) == []
        assert index.search('"dan van"').total == len(index) == 0
        assert not list(index.path.glob("*.grid"))
        assert not list(index.path.glob("*.docs"))
