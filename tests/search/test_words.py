"""``word:`` matches exactly the words of the segmenter, against a scan of the texts."""

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import Article, Index
from danvan_search.text import is_marked, syllable_grid, word_starts


@cache
def words_of(text):
    """Return (accented forms, folded forms, start, end) of each word of a text."""
    grid = syllable_grid(text)
    borders = [at for at, starts in enumerate(word_starts(text).flags) if starts] + [len(grid)]
    return [
        (
            tuple(grid.accented[a:b]),
            tuple(grid.folded[a:b]),
            grid.starts[a],
            grid.ends[b - 1],
        )
        for a, b in pairwise(borders)
        if a < b
    ]


def scan(text, typed, *, exact):
    """Return (start, end) of each word of a text that a typed word matches."""
    grid = syllable_grid(typed)
    wanted = [form if is_marked(form) else None for form in grid.accented]
    return [
        (start, end)
        for accented, folded, start, end in words_of(text)
        if folded == tuple(grid.folded)
        and (not exact or all(want in (None, form) for want, form in zip(wanted, accented)))  # noqa: B905
    ]


def assert_found(index, articles, typed):
    """Assert that a word is found in exactly the articles that contain it, and marked there."""
    for accents in ("auto", "exact", "ignore"):
        results = index.search(
            f'word:"{typed}"', accents=accents, limit=1000, snippet_chars=100_000
        )
        spans = {
            one.id: [scan(part, typed, exact=accents == "exact") for part in (one.title, one.body)]
            for one in articles
        }
        assert {id_ for id_, found in spans.items() if any(found)} == {hit.id for hit in results}
        assert results.total == len(results)
        for hit in results:
            title, body = spans[hit.id]
            assert [tuple(span) for span in hit.title_spans] == title
            shift = hit.snippet.start
            assert [(a + shift, b + shift) for a, b in hit.snippet.spans] == body
            exact = any(scan(part, typed, exact=True) for part in (hit.title, hit.article.body))
            assert hit.exact == exact


FOUND = [
    ('word:"dân vận"', ["1", "3"]),
    ('"dân vận"', ["0", "1", "2", "3"]),
    ('word:"dân vận khéo"', ["0"]),
    ('word:"người dân"', ["2"]),
    ("word:dân", ["2"]),
    ("word:đồng", []),
    ('word:"thành phố"', ["0"]),
    ('word:"thanh pho"', ["0"]),
    ('word:"thành phổ"', ["0"]),
    ("word:TP.HCM", ["3"]),
    ('word:"dân vận" thành', []),
    ('word:"dân vận" công', ["1", "3"]),
    ('word:"dân vận" "khéo"', []),
    ('word:"công tác"word:"dân vận"', ["1", "3"]),
]

TEXTS = (
    "Hội thi “Dân vận khéo” của thành phố Hồ Chí Minh",
    "công tác dân vận của Đảng",
    "vì dân phục vụ, người dân vận động",
    "Công tác dân vận ở TP.HCM",
)


def test_the_texts_have_the_words_that_the_table_assumes():
    """The phrase ``dân vận`` is one word in some of the texts only."""
    assert [
        (("dân", "vận") in [accented for accented, *_ in words_of(text)]) for text in TEXTS
    ] == [
        False,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(("query", "expected"), FOUND)
def test_a_word_is_found_only_as_a_whole_word(make_index, query, expected):
    """A part of a longer word does not match, nor do parts of two words."""
    assert sorted(hit.id for hit in make_index(*TEXTS).search(query, match="all")) == expected


def test_every_word_of_the_seeds_is_found_exactly_where_it_occurs(seeds_index):
    """Every fifth distinct word of the seeds, against the words of the texts."""
    articles = [seeds_index.get(id_) for id_ in seeds_index.ids()]
    words = {
        " ".join(accented)
        for one in articles
        for part in (one.title, one.body)
        for accented, *_ in words_of(part)
    }
    assert len(words) > 500
    for word in sorted(words)[::5]:
        assert_found(seeds_index, articles, word)


SYLLABLES = ["dân", "vận", "khéo", "dan", "van", "thành", "phố", "Hồ", "Chí", "Minh", "công", "tác"]
texts = st.lists(st.sampled_from([*SYLLABLES, ",", "TP.HCM", "\n", "19"]), max_size=14).map(
    " ".join
)
typed = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3).map(" ".join)


@settings(max_examples=40)
@given(
    docs=st.lists(st.tuples(texts, texts), min_size=1, max_size=9),
    cuts=st.sets(st.integers(1, 8), max_size=3),
    removed=st.sets(st.integers(0, 8), max_size=3),
    queries=st.lists(typed, min_size=2, max_size=6),
)
def test_words_are_those_of_the_segmenter(tmp_path_factory, docs, cuts, removed, queries):
    """Titles and bodies, in one segment or several, with removed articles."""
    articles = [Article(str(at), title, body) for at, (title, body) in enumerate(docs)]
    path = tmp_path_factory.mktemp("words") / "index"
    borders = sorted({0, len(docs), *(cut for cut in cuts if cut < len(docs))})
    with Index.create(path) as index:
        for a, b in pairwise(borders):
            index.add(articles[a:b])
        index.remove(str(at) for at in removed)
        left = [one for one in articles if int(one.id) not in removed]
        for one in queries:
            assert_found(index, left, one)
        index.optimize()
        for one in queries:
            assert_found(index, left, one)


def test_the_exact_word_ranks_first(make_index):
    """An article with the word as typed ranks above one with other accents."""
    index = make_index("thành phô", "thành phố", "thành phố và thành phô, thành phô")
    hits = list(index.search('word:"thành phố"'))
    assert [hit.exact for hit in hits] == sorted((hit.exact for hit in hits), reverse=True)
    assert {hit.id for hit in hits if hit.exact} == {"1", "2"}


def test_words_and_filters(make_index):
    """Filters, sorting by date and ``match="any"`` apply to words."""
    index = make_index(
        Article("a", "", "công tác dân vận", category="Chính trị"),
        Article("b", "", "công tác dân vận", category="Xã hội"),
    )
    assert [hit.id for hit in index.search('word:"dân vận"', category="xa hoi")] == ["b"]
    assert index.search('word:"dân vận"', sort="date").total == 2
    assert index.search('word:"dân vận" tây', match="any").total == 2
    assert index.search('word:"dân vận" tây').relaxed


def test_a_word_in_an_empty_index_is_no_error(tmp_path):
    """An index without articles, or without syllables, has no matches."""
    with Index.create(tmp_path / "index") as index:
        assert index.search("word:dân").total == 0
        index.add([Article("1", "...", "!")])
        assert index.search("word:dân").total == 0


@pytest.mark.parametrize("query", ["word:", "dân word:", 'word: "dân"', "word:...", 'word:""'])
def test_word_without_a_syllable_is_text(make_index, query):
    """It is the word that people write, with a note where quotes are empty."""
    results = make_index("dân vận", "MS word: dân").search(query, match="all")
    assert [hit.id for hit in results] == ["1"]
    assert [note.code for note in results.notes] == ["quotes_empty"] * ('""' in query)
