"""The words of an index with their frequencies, against a count of the words of its texts."""

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


def counted(articles, *, folded=False):
    """All words of some articles, in the order that is promised."""
    articles_with, occurrences = Counter(), Counter()
    for one in articles:
        words = words_of(one.title, folded=folded) + words_of(one.body, folded=folded)
        occurrences.update(words)
        articles_with.update(set(words))
    order = sorted(occurrences, key=lambda word: (-occurrences[word], word))
    return [Word(word, articles_with[word], occurrences[word]) for word in order]


@pytest.mark.parametrize("folded", [False, True])
def test_the_words_of_the_seeds(seeds_index, folded):
    """Every word of the five articles is there with its counts, and no other."""
    articles = [seeds_index.get(id_) for id_ in seeds_index.ids()]
    expected = counted(articles, folded=folded)
    assert expected == seeds_index.vocabulary(limit=10_000, folded=folded)
    assert expected[:100] == seeds_index.vocabulary(folded=folded)
    for limit in (0, 1, 7, 250):
        assert expected[:limit] == seeds_index.vocabulary(limit=limit, folded=folded)


SYLLABLES = ["dân", "vận", "khéo", "dan", "van", "thành", "phố", "phô", "Hồ", "Chí", "Minh", "đi"]
texts = st.lists(st.sampled_from([*SYLLABLES, ",", "TP.HCM", "16/2/2024", "москва"]), max_size=14)


@settings(max_examples=60)
@given(
    docs=st.lists(st.tuples(texts, texts), min_size=1, max_size=9),
    cuts=st.sets(st.integers(1, 8), max_size=3),
    removed=st.sets(st.integers(0, 8), max_size=3),
    folded=st.booleans(),
    most=st.sampled_from([word_counts._MOST, 10_000]),
)
def test_words_are_counted_over_segments(tmp_path_factory, docs, cuts, removed, folded, most):
    """Removed articles do not count, and how articles lie in segments does not matter.

    Short codes of long words, which only a large index has need of, count the same.
    """
    articles = [
        Article(str(at), " ".join(title), " ".join(body)) for at, (title, body) in enumerate(docs)
    ]
    borders = sorted({0, len(docs), *(cut for cut in cuts if cut < len(docs))})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_counts, "_MOST", most)
        with Index.create(tmp_path_factory.mktemp("words") / "index") as index:
            for a, b in pairwise(borders):
                index.add(articles[a:b])
            index.remove(str(at) for at in removed)
            left = [one for one in articles if int(one.id) not in removed]
            expected = counted(left, folded=folded)
            assert expected == index.vocabulary(limit=1000, folded=folded)
            index.optimize()
            assert expected == index.vocabulary(limit=1000, folded=folded)


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
def test_a_prefix_is_compared_as_it_was_typed(make_index, prefix, folded, expected):
    """With a mark it holds to its accents, without one it stands for all; blanks count."""
    words = make_index(*TEXTS).vocabulary(prefix, folded=folded)
    assert sorted(expected) == sorted(one.word for one in words)


def test_words_of_newer_articles_are_seen(make_index):
    """The words are those of the newest commit."""
    index = make_index("dân")
    assert [one.word for one in index.vocabulary()] == ["dân"]
    index.add([Article("new", "", "đi")])
    assert index.vocabulary("đ") == [Word("đi", 1, 1)]
    assert Word("đi", 1, 1).to_json() == {"word": "đi", "articles": 1, "occurrences": 1}


def test_an_empty_index_has_no_words(tmp_path):
    """There is nothing to list, and nothing is wrong."""
    with Index.create(tmp_path / "index") as index:
        assert index.vocabulary() == []
        index.add([Article("1", "", "...")], words=False)
        assert index.vocabulary("a", folded=True) == []


def test_an_index_without_words_says_so(tmp_path):
    """No list is better than half a list."""
    with Index.create(tmp_path / "index") as index:
        index.add([Article("1", "", "dân")], words=False)
        with pytest.raises(StoreError, match="this index holds no words"):
            index.vocabulary()
        index.add([Article("2", "", "dân")])
        with pytest.raises(StoreError, match="1 of the 2 articles"):
            index.vocabulary()


@pytest.mark.parametrize("options", [{"limit": -1}, {"limit": True}, {"limit": "1"}, {"prefix": 1}])
def test_options_that_make_no_sense(make_index, options):
    """They are refused in a sentence."""
    with pytest.raises(OptionError, match="give a"):
        make_index("dân").vocabulary(**options)
