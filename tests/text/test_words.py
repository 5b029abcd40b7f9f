"""Tests of word segmentation on the syllable grid: word starts and joined words."""

import unicodedata

import pytest
from hypothesis import given, settings

from danvan_search.text.grid import syllable_grid
from danvan_search.text.words import MAX_CHUNK_CHARS, word_starts, words
from tests.naughty import NAUGHTY
from tests.seeds import SEEDS, seed_text
from tests.text.strategies import any_text

SEGMENTED = [
    # (text, words, what the row proves)
    ("", [], "the empty text has no words"),
    ("...", [], "punctuation is not a word"),
    ("dân", ["dân"], "one syllable, one word"),
    ("thành phố Hồ Chí Minh", ["thành phố", "hồ chí minh"], "words of several syllables"),
    ("thanh pho ho chi minh", ["thanh", "pho", "ho", "chi minh"], "few words without accents"),
    ("Covid-19", ["covid 19"], "a code may be one word of several syllables"),
    ("30/8/2013", ["30 8 2013"], "a date is one word"),
    ("TP.HCM", ["tp hcm"], "an abbreviation is one word"),
    ("GD-ĐT", ["gd đt"], "an abbreviation is one word"),
    ("CQ&DN", ["cq dn"], "an abbreviation is one word"),
]


@pytest.mark.parametrize(("text", "segmented", "proves"), SEGMENTED)
def test_segmented(text, segmented, proves):
    """Each text has the words of its row."""
    assert segmented == words(syllable_grid(text).accented, word_starts(text).flags), proves


@pytest.mark.parametrize(
    ("forms", "starts", "joined"),
    [
        ([], [], []),
        (["a"], [True], ["a"]),
        (["dân", "vận", "khéo"], [True, False, True], ["dân vận", "khéo"]),
        (["dân", "vận", "khéo"], [True, False, False], ["dân vận khéo"]),
    ],
)
def test_words_are_runs_of_syllables(forms, starts, joined):
    """A word runs from one start to the next."""
    assert joined == words(forms, starts)


def check_flags(text: str) -> None:
    """Assert that there is one flag per syllable and that the first flag is set."""
    starts = word_starts(text)
    assert len(syllable_grid(text)) == len(starts.flags)
    assert all(starts.flags[:1])


@pytest.mark.parametrize("string", [one for _, one in NAUGHTY], ids=[name for name, _ in NAUGHTY])
def test_naughty_strings(string):
    """Every string is accepted, and each of its syllables has a flag."""
    check_flags(string)


def test_a_long_chunk_stays_outside_the_segmenter():
    """Each syllable of an overlong chunk is a word; the text around the chunk is segmented."""
    chunk = "a." * (MAX_CHUNK_CHARS // 2 + 1)
    starts = word_starts(f"thành phố {chunk} thành phố")
    expected = [True, False, *[True] * chunk.count("a"), True, False]
    assert expected == list(starts.flags)
    assert starts.unaligned == 0


@given(any_text())
@settings(max_examples=50)
def test_one_flag_for_each_syllable(text):
    """Each syllable of any text has a flag."""
    check_flags(text)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_normal_forms_have_the_same_words(path):
    """An article has the same words composed and decomposed."""
    text = seed_text(path)
    composed, decomposed = (
        word_starts(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")
    )
    assert composed == decomposed


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_every_word_finds_its_place(path, form):
    """No syllable of an article is unaligned."""
    assert word_starts(unicodedata.normalize(form, seed_text(path))).unaligned == 0


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_words_are_those_of_underthesea(path):
    """Reduced to letters and digits, the words equal those of underthesea."""
    from underthesea import word_tokenize

    text = seed_text(path)
    theirs = ["".join(syllable_grid(word).accented) for word in word_tokenize(text)]
    ours = words(syllable_grid(text).accented, word_starts(text).flags)
    assert [word for word in theirs if word] == [word.replace(" ", "") for word in ours]
