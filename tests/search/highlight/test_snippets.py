"""Snippets are slices of the text, cut well, with spans of just what matched."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from danvan_search.index.codec.stored_text import Piece
from danvan_search.query import parse
from danvan_search.search.highlight.clusters import best_clusters
from danvan_search.search.highlight.grid_marks import MarkFinder
from danvan_search.search.highlight.snippets import make_snippet
from tests.index.segments import build, columns_of


def find_marks(text, query, *, accents="auto"):
    segment = build(columns_of([("", "trước"), ("dân vận", text), ("", "sau")]))
    return MarkFinder(segment, parse(query), accents=accents).find([0, 1, 2])[1].body


def snippet(text, query, max_chars=200, *, accents="auto"):
    marks = find_marks(text, query, accents=accents)
    (cluster,) = best_clusters([marks], lambda _: 1.0, max_chars)
    return make_snippet(lambda *_: Piece(text, 0, is_end=True), marks, cluster, max_chars)


def shown(made):
    return [made.text[start:end] for start, end in made.spans]


MARKED = [
    ("Phong trào “Dân vận khéo” ở xã", '"dan van kheo"', ["Dân vận khéo"]),
    ("Phong trào “Dân vận khéo” ở xã", "dân vận khéo", ["Dân vận khéo"]),
    ("vận động dân khéo", "dân vận khéo", ["vận", "dân", "khéo"]),
    ("dân vận, khéo", "dân vận khéo", ["dân vận, khéo"]),
    ("dân\nvận", '"dân vận"', ["dân\nvận"]),
    ("Chương trình 32-CTr/TU", '"32-CTr/TU"', ["32-CTr/TU"]),
    ("cải cách thủ tục hành chính", "cải cách hành chính", ["cải cách", "hành chính"]),
    ("a a a a", '"a a"', ["a a", "a a"]),
    ("dan van, dân vận", '"dân vận"', ["dan van", "dân vận"]),
    ("dân vận khéo", '"dân vận" "vận khéo"', ["dân vận khéo"]),
    ("NFD: " + unicodedata.normalize("NFD", "dân vận") + ".", '"dân vận"', ["dân vận"]),
    ("hoà bình", '"hòa bình"', ["hoà bình"]),
]


@pytest.mark.parametrize(("text", "query", "expected"), MARKED)
def test_the_marks_are_just_the_phrase_or_the_syllables(text, query, expected):
    """A phrase is marked whole; without one, the syllables are, neighbours together."""
    assert [unicodedata.normalize("NFC", one) for one in shown(snippet(text, query))] == expected


def test_exact_accents_mark_only_what_has_them():
    """With exact accents other accents are no match, so they are not marked."""
    made = snippet("dan van và dân vận", '"dân vận"', accents="exact")
    assert shown(made) == ["dân vận"]


def test_the_best_cluster_holds_most_of_the_query():
    """The piece with more of the query wins over an earlier one with less."""
    text = "vận. " + "x " * 300 + "dân và vận và khéo. " + "y " * 300 + "dân"
    assert "dân và vận và khéo" in snippet(text, "dân vận khéo", 60).text


def test_the_typed_accents_are_shown_rather_than_others():
    """Of two equal places, the one with the accents as typed is shown."""
    text = "dan van. " + "x " * 300 + "dân vận. " + "y " * 300
    assert "dân vận" in snippet(text, '"dân vận"', 60).text


def test_a_snippet_starts_with_its_sentence_where_that_is_near():
    """A sentence that begins shortly before the match begins the snippet."""
    text = "Câu đầu dài. " * 30 + "Phong trào dân vận khéo lan rộng. " + "Câu cuối. " * 30
    assert snippet(text, '"dân vận khéo"', 120).text.startswith("Phong trào dân vận khéo")


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 32_768, 200_000])
def test_the_last_characters_of_any_length_of_text_are_found(count):
    """A match at the very end is shown and marked, however long the text is."""
    made = snippet("x " * count + "dân vận", '"dân vận"')
    assert shown(made) == ["dân vận"]
    assert made.text.endswith("dân vận")
    assert not made.cut_after


def test_the_first_characters_are_found():
    """A match at the very beginning is shown and marked."""
    made = snippet("dân vận" + " x" * 1000, '"dân vận"')
    assert made.spans[0] == (0, 7)
    assert not made.cut_before
    assert made.cut_after


def test_without_a_match_the_beginning_is_shown():
    """An article that matched in its title shows how its body begins."""
    made = snippet("Mở đầu. " + "thân bài " * 100, "khéo", 50)
    assert made.text.startswith("Mở đầu.")
    assert made.spans == ()


def test_a_phrase_longer_than_the_snippet_is_cut():
    """What is longer than the snippet is cut at a word, and marked as far as it goes."""
    made = snippet("dân vận " * 100, f'"{"dân vận " * 40}"', 50)
    assert len(made.text) <= 50
    assert made.text.endswith(("dân", "vận"))
    assert made.spans == ((0, len(made.text)),)


def test_a_text_without_blanks_is_cut_between_characters():
    """A match inside 100,000 characters without a blank is shown all the same."""
    text = "中" * 50_000 + "国" + "中" * 50_000
    made = snippet(text, "国", 100)
    assert shown(made) == ["国"]
    assert len(made.text) <= 100


PIECES = [
    *("dân", "vận", "khéo", "dan", "Vận", "xã", ".", ",", "\n", "…”", "😀", "e\u0301", "“"),
    *("32-CTr/TU", "\u00a0", "一", "👨\u200d👩\u200d👧", "\x00", "x" * 70),
    unicodedata.normalize("NFD", "dân vận"),
]

texts = st.lists(st.sampled_from(PIECES), max_size=120).map(" ".join)


@given(
    texts,
    st.sampled_from(["dân vận khéo", '"dân vận"', '"dan van kheo" xã', "32 vận", '"一"', "tu"]),
    st.integers(1, 120),
)
@example("dân " + unicodedata.normalize("NFD", "dân vận"), "dân vận khéo", 3)
def test_every_snippet_is_a_slice_with_true_spans(text, query, max_chars):
    """Whatever the text: a slice, no longer than asked, its spans ascending marks."""
    marks = find_marks(text, query)
    made = snippet(text, query, max_chars)

    def narrow(first, last):
        first = min(max(first, 0), len(text))
        return Piece(text[first : max(last, first)], first, is_end=last >= len(text))

    (cluster,) = best_clusters([marks], lambda _: 1.0, max_chars)
    assert make_snippet(narrow, marks, cluster, max_chars) == made
    assert len(made.text) <= max_chars
    assert text[made.start : made.start + len(made.text)] == made.text
    assert made.cut_before == bool(text[: made.start].strip())
    assert made.cut_after == bool(text[made.start + len(made.text) :].strip())
    before = 0
    for start, end in made.spans:
        assert before <= start < end <= len(made.text)
        before = end
    lengths = [end - start for start, end in zip(marks.starts, marks.ends, strict=True)]
    if lengths and min(lengths) <= max_chars:
        assert made.spans
    if made.cut_before and made.text:
        # Never between a letter and its marks, nor inside what is shown as one character.
        assert not unicodedata.combining(made.text[0])
