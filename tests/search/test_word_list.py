"""The words of an index and their frequencies, against a count of the words of its texts."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import Article, Index, OptionError, StoreError, Word
from danvan_search.search import word_counts
from danvan_search.text import syllable_grid, word_starts


def words_of(text, *, folded):
    grid = syllable_grid(text)
    forms = grid.folded if folded else grid.accented
    borders = [at for at, starts in enumerate(word_starts(text).flags) if starts] + [len(grid)]
    return [" ".join(forms[a:b]) for a, b in pairwise(borders)]


def counted(articles, *, folded=False, details=False):
    """Return all words of some articles in the documented order."""
    articles_with, occurrences = Counter(), Counter()
    for one in articles:
        texts = (one.title, one.body, *(one.details.split("\n") if details else ()))
        words = [word for text in texts for word in words_of(text, folded=folded)]
        occurrences.update(words)
        articles_with.update(set(words))
    order = sorted(occurrences, key=lambda word: (-occurrences[word], word))
    return [Word(word, articles_with[word], occurrences[word]) for word in order]


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("details", [False, True])
def test_the_words_of_the_seeds(seeds_index, folded, details):
    """The list has every word of the five articles with its counts, and no other word."""
    articles = [seeds_index.get(id_) for id_ in seeds_index.ids()]
    assert all(one.details for one in articles)
    expected = counted(articles, folded=folded, details=details)
    options = {"folded": folded, "details": details}
    assert expected == seeds_index.vocabulary(limit=10_000, **options)
    assert expected[:100] == seeds_index.vocabulary(**options)
    for limit in (0, 1, 7, 250):
        assert expected[:limit] == seeds_index.vocabulary(limit=limit, **options)


SYLLABLES = ["dân", "vận", "khéo", "dan", "van", "thành", "phố", "phô", "Hồ", "Chí", "Minh", "đi"]
texts = st.lists(st.sampled_from([*SYLLABLES, ",", "TP.HCM", "16/2/2024", "москва"]), max_size=14)


@settings(max_examples=40)
@given(
    docs=st.lists(st.tuples(texts, texts), min_size=1, max_size=9),
    cuts=st.sets(st.integers(1, 8), max_size=3),
    removed=st.sets(st.integers(0, 8), max_size=3),
    max_code=st.sampled_from([word_counts._MAX_CODE, 10_000]),
)
def test_words_are_counted_over_segments(tmp_path_factory, docs, cuts, removed, max_code):
    """Removed articles do not count, and the division into segments changes nothing.

    A low limit of codes tests the repacking of long words, which otherwise needs a large index.
    """
    articles = [
        Article(str(at), " ".join(title), " ".join(body)) for at, (title, body) in enumerate(docs)
    ]
    borders = sorted({0, len(docs), *(cut for cut in cuts if cut < len(docs))})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_counts, "_MAX_CODE", max_code)
        with Index.create(tmp_path_factory.mktemp("words") / "index") as index:
            for a, b in pairwise(borders):
                index.add(articles[a:b])
            index.remove(str(at) for at in removed)
            left = [one for one in articles if int(one.id) not in removed]
            expected = [counted(left, folded=folded) for folded in (False, True)]
            assert expected == [index.vocabulary(limit=1000, folded=f) for f in (False, True)]
            index.optimize()
            assert expected == [index.vocabulary(limit=1000, folded=f) for f in (False, True)]


TEXTS = ("công tác dân vận", "Người dân đi đường, Dương đi", "TP.HCM", "thành phố", "danh")

PREFIXES = [
    ("d", False, ["dân vận", "danh", "dương", "đi", "đường"]),
    ("D", False, ["dân vận", "danh", "dương", "đi", "đường"]),
    ("đ", False, ["đi", "đường"]),
    ("Ð", False, ["đi", "đường"]),
    ("dâ", False, ["dân vận"]),
    ("dan", False, ["danh", "dân vận"]),
    ("dan ", False, ["dân vận"]),
    ("dân v", False, ["dân vận"]),
    ("dan v", False, ["dân vận"]),
    ("dẫn v", False, []),
    ("dân vận", False, ["dân vận"]),
    ("dân vận ", False, []),
    ("dân vận k", False, []),
    ("thà", False, ["thành phố"]),
    ("tp.h", False, ["tp hcm"]),
    ("...", False, []),
    ("x", False, []),
    ("đ", True, ["dan van", "danh", "di", "duong"]),
    ("dân v", True, ["dan van"]),
]


@pytest.mark.parametrize(("prefix", "folded", "expected"), PREFIXES)
def test_a_prefix_is_compared_as_typed(make_index, prefix, folded, expected):
    """With a mark it matches its accents only, without one all; a blank ends a syllable."""
    words = make_index(*TEXTS).vocabulary(prefix, folded=folded)
    assert sorted(expected) == sorted(one.word for one in words)


def test_new_articles_add_their_words(make_index):
    """The list has the words of the newest commit."""
    index = make_index("dân")
    assert [one.word for one in index.vocabulary()] == ["dân"]
    index.add([Article("new", "", "đi")])
    assert index.vocabulary("đ") == [Word("đi", 1, 1)]
    assert Word("đi", 1, 1).to_json() == {"word": "đi", "articles": 1, "occurrences": 1}


def test_an_empty_index_has_no_words(tmp_path):
    """An empty index, and one without syllables, return an empty list."""
    with Index.create(tmp_path / "index") as index:
        assert index.vocabulary() == []
        index.add([Article("1", "", "...")], words=False)
        assert index.vocabulary("a", folded=True) == []


def test_an_index_without_words_is_an_error(tmp_path):
    """A list without the words of some articles would be incomplete."""
    with Index.create(tmp_path / "index") as index:
        index.add([Article("1", "", "dân")], words=False)
        with pytest.raises(StoreError, match="this index holds no words"):
            index.vocabulary()
        index.add([Article("2", "", "dân")])
        with pytest.raises(StoreError, match="1 of the 2 articles"):
            index.vocabulary()


@pytest.mark.parametrize("options", [{"limit": -1}, {"limit": True}, {"limit": "1"}, {"prefix": 1}])
def test_invalid_options_are_errors(make_index, options):
    """Invalid values raise ``OptionError``."""
    with pytest.raises(OptionError, match="give a"):
        make_index("dân").vocabulary(**options)


def test_words_of_details_count_on_request(make_index):
    """Tags and parts of file names are no words of the texts."""
    index = make_index(
        Article("1", "dân", "vận", details="lễ hội\ndân"), Article("2", "", "", details="hội")
    )
    words = [(one.word, one.articles, one.occurrences) for one in index.vocabulary()]
    assert words == [("dân", 1, 1), ("vận", 1, 1)]
    words = [(one.word, one.articles, one.occurrences) for one in index.vocabulary(details=True)]
    assert words == [("dân", 1, 2), ("hội", 1, 1), ("lễ hội", 1, 1), ("vận", 1, 1)]
    index.remove("1")
    assert index.vocabulary() == []
    assert [one.word for one in index.vocabulary(details=True, folded=True)] == ["hoi"]
