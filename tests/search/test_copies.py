"""Near-copies are left out of a page: against the overlap of the texts' trigrams."""

import json
import pickle
import random

import pytest
from click.testing import CliRunner

from danvan_search import Article, Index, OptionError, QueryTimeoutError
from danvan_search.cli import cli
from danvan_search.search import copies
from danvan_search.text import syllable_grid

SYLLABLES = [
    "dân",
    "vận",
    "khéo",
    "công",
    "tác",
    "ở",
    "cơ",
    "sở",
    "xã",
    "huyện",
    "tỉnh",
    "thi",
    "đua",
    "phong",
    "trào",
    "mới",
]


def written(count):
    """Return articles of which many are near-copies of others, in some way or other."""
    rng = random.Random(7)
    bodies = []
    for _ in range(count):
        body = rng.choices(SYLLABLES, k=rng.choice([0, 1, 2, 3, 9, 20]))
        if bodies and rng.random() < 0.6:
            body = list(rng.choice(bodies))
            for _ in range(rng.randint(0, 4)):
                body.insert(rng.randint(0, len(body)), rng.choice(SYLLABLES))
        bodies.append(body)
    return [
        Article(str(n), "Dân vận" if n % 3 else "", " ".join(body), details=f"dân {n % 2}\nvận")
        for n, body in enumerate(bodies)
    ]


ARTICLES = written(29)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """The articles in three segments, with others that were removed."""
    with Index.create(tmp_path_factory.mktemp("copies") / "index") as made:
        for start in range(0, 29, 10):
            made.add([Article("x", "zzz zzz", ""), *ARTICLES[start : start + 10]], words=False)
            made.remove(["x"])
        yield made


def trigrams(article):
    """Return the folded trigrams of title and body."""
    found = set()
    for text in (article.title, article.body):
        folded = syllable_grid(text).folded
        found |= {tuple(folded[at : at + 3]) for at in range(len(folded) - 2)}
    return found


def collapsed(ids):
    """Return the best of each group of near-copies, and how many more there are."""
    sets = {one.id: trigrams(one) for one in ARTICLES}
    groups: dict[str, int] = {}
    for one in ids:
        for best in groups:
            both = len(sets[one] & sets[best])
            if both and both / len(sets[one] | sets[best]) > 0.5:
                groups[best] += 1
                break
        else:
            groups[one] = 0
    return list(groups.items())


@pytest.mark.parametrize("query", ["dân", "dân vận", '"thi đua"', "cong tac -moi", "title:vận"])
@pytest.mark.parametrize("sort", ["score", "title-desc"])
def test_each_group_is_shown_by_its_best(index, query, sort):
    """Hits are the best of the groups of a scan, page by page, with their scores and marks."""
    found = index.search(query, limit=50, sort=sort)
    of_id = {hit.id: hit for hit in found}
    expected = collapsed([hit.id for hit in found])
    results = index.search(query, limit=50, sort=sort, collapse=True)
    assert [(hit.id, hit.copies) for hit in results] == expected
    assert results.total == found.total
    for hit in results:
        own = of_id[hit.id]
        assert own.copies is None
        assert hit.to_json() == {**own.to_json(), "copies": hit.copies}
    paged = [
        (hit.id, hit.copies)
        for page in range(1, 5)
        for hit in index.search(query, limit=3, page=page, sort=sort, collapse=True)
    ]
    assert paged == expected[:12]
    assert index.search(query, limit=0, collapse=True).total == found.total


def test_some_are_copies(index):
    """The articles above have groups of several sizes."""
    assert len({hit.copies for hit in index.search("dân", limit=50, collapse=True)}) > 2


def test_a_page_is_filled_however_many_copies_come_first(make_index):
    """Where all candidates are copies, more are looked at."""
    made = make_index()
    text = "phong trào thi đua dân vận khéo ở cơ sở"
    made.add([Article(str(n), "", text) for n in range(70)], words=False)
    others = [Article(f"o{n}", "", f"{text} và nhiều việc {n} khác nữa " * 9) for n in range(3)]
    made.add(others, words=False)
    results = made.search("dân vận", collapse=True, limit=2)
    assert [(hit.id, hit.copies) for hit in results] == [("0", 69), ("o0", 2)]
    assert results.total == 73


def test_many_trigrams_are_compared_by_a_share(make_index, monkeypatch):
    """A sample of the trigrams finds copies that are equal, and none among articles apart."""
    made = make_index()
    texts = ["dân " + " ".join(str(n) for n in range(own, own + 300)) for own in (1000, 2000, 3000)]
    made.add([Article(str(n), "", texts[n % 3]) for n in range(12)], words=False)
    compared = []
    share = copies._trigrams

    def counted(*args):
        compared.append(share(*args))
        return compared[-1]

    monkeypatch.setattr(copies, "_trigrams", counted)
    for most in (1 << 19, 400):
        monkeypatch.setattr(copies, "MAX_TRIGRAMS", most)
        assert [hit.copies for hit in made.search("dân", collapse=True)] == [3, 3, 3]
    every, some = (sum(map(len, own)) for own in compared)
    assert every == 12 * 299
    assert 200 < some < 800


def test_the_time_limit_holds_for_the_comparison(index, monkeypatch):
    """The time to find the page, and to read what is compared, is one."""
    now = [0.0]
    read = copies._folded

    def slow(segment, doc):
        now[0] += 1
        return read(segment, doc)

    monkeypatch.setattr(copies, "_folded", slow)
    monkeypatch.setattr("danvan_search.search.execution.limits.monotonic", lambda: now[0])
    assert index.search("dân vận", collapse=True, timeout=1000)
    with pytest.raises(QueryTimeoutError, match="took longer than 2 s"):
        index.search("dân vận", collapse=True, timeout=2)


def test_faces(index):
    """A pickle keeps the number; the command tells it; the option is a flag."""
    results = index.search("dân", collapse=True)
    assert [hit.copies for hit in pickle.loads(pickle.dumps(results))] == [
        hit.copies for hit in results
    ]
    run = ["query", "dân", "--collapse", "--index", str(index.path)]
    assert "more like it" in CliRunner().invoke(cli, run).stdout
    printed = json.loads(CliRunner().invoke(cli, [*run, "--json"]).stdout)
    assert printed["hits"] == results.to_json()["hits"]
    with pytest.raises(OptionError, match="collapse"):
        index.search("dân", collapse=1)
