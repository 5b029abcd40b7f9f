"""Tests of the analysis trace: the syllables, forms, offsets and words of a text."""

import unicodedata

import pytest
from hypothesis import given, settings

from danvan_search.text.grid import syllables
from danvan_search.text.trace import AnalyzedSyllable, analyze
from danvan_search.text.words import word_starts
from tests.naughty import SMALL
from tests.text.strategies import any_text


def test_trace_of_a_sentence():
    """A trace has the surface, offsets, both forms and the word of each syllable."""
    analysis = analyze("Thành phố  Hoà Bình!")
    assert analysis.syllables == (
        AnalyzedSyllable("Thành", 0, 5, "thành", "thanh", "thành phố", True),
        AnalyzedSyllable("phố", 6, 9, "phố", "pho", "thành phố", False),
        AnalyzedSyllable("Hoà", 11, 14, "hòa", "hoa", "hòa bình", True),
        AnalyzedSyllable("Bình", 15, 19, "bình", "binh", "hòa bình", False),
    )
    assert analysis.words == ("thành phố", "hòa bình")
    assert analysis.unaligned == 0


def test_trace_of_nothing():
    """A text without syllables has an empty trace."""
    assert () == analyze("…").syllables == analyze("…").words


def test_places_count_the_characters_of_the_text_as_given():
    """Offsets of a decomposed text count its combining marks."""
    text = unicodedata.normalize("NFD", "Dân vận")
    assert [(one.start, one.end) for one in analyze(text).syllables] == [(0, 4), (5, 10)]


def check_trace(text: str) -> None:
    """Assert that the trace agrees with the grid and the segmenter."""
    analysis = analyze(text)
    plain, starts = syllables(text), word_starts(text)
    assert text == analysis.text
    assert [one.surface for one in plain] == [one.surface for one in analysis.syllables]
    assert [one.accented for one in plain] == [one.accented for one in analysis.syllables]
    assert starts.flags == tuple(one.starts_word for one in analysis.syllables)
    joined = " ".join(one.accented for one in analysis.syllables)
    assert joined == " ".join(analysis.words)


@pytest.mark.parametrize("string", [one for _, one in SMALL], ids=[name for name, _ in SMALL])
def test_naughty_strings(string):
    """Every string is accepted, and its trace agrees with the grid and the segmenter."""
    check_trace(string)


@given(any_text())
@settings(max_examples=50)
def test_parts_of_a_trace_agree(text):
    """The trace of any text agrees with the grid and the segmenter."""
    check_trace(text)
