"""Tests of the syllable grid: the syllables of a text and their offsets."""

import unicodedata
from itertools import pairwise

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.text.grid import MAX_SYLLABLE_CHARS, spans, syllable_grid, syllables
from tests.naughty import NAUGHTY
from tests.seeds import SEEDS, seed_text
from tests.text.strategies import any_text

LETTER_OR_NUMBER = regex.compile(r"[\p{L}\p{N}\u20ab\u24b6-\u24e9]")

SURFACES = [
    # (text, surfaces, what the row proves)
    ("", [], "the empty text has no syllables"),
    (" \t\n", [], "blanks contain no syllables"),
    ("…!?-", [], "punctuation contains no syllables"),
    ("dân vận khéo", ["dân", "vận", "khéo"], "blanks separate syllables"),
    ("Dân, vận; khéo.", ["Dân", "vận", "khéo"], "punctuation separates syllables"),
    ("va\u0323\u0302n", ["va\u0323\u0302n"], "marks belong to their letters"),
    ("ở à ý", ["ở", "à", "ý"], "one-letter words are kept"),
    ("32-CTr/TU", ["32", "CTr", "TU"], "a code is split at punctuation"),
    ("02/CT-TW", ["02", "CT", "TW"], "a code is split at punctuation"),
    ("30/8/2013", ["30", "8", "2013"], "a date is split at punctuation"),
    ("Covid-19", ["Covid", "19"], "a name with a number"),
    ("Covid19", ["Covid", "19"], "letters and digits are separated"),
    ("TP.HCM", ["TP", "HCM"], "an abbreviation is split at punctuation"),
    ("GD-ĐT", ["GD", "ĐT"], "an abbreviation is split at punctuation"),
    ("CQ&DN", ["CQ", "DN"], "an abbreviation is split at punctuation"),
    ("a_b", ["a", "b"], "an underscore is not a letter"),
    ("Đắk'rông", ["Đắk", "rông"], "an apostrophe is not a letter"),
    ("100.000₫ 5 €", ["100", "000", "₫", "5"], "of currency signs only ₫ is a letter, đ"),
    ("C# c++ C", ["C#", "c++", "C"], "a sign behind a single letter belongs to it"),
    ("C#m A+++ xy++ a++b 5# đ#", ["C", "m", "A", "xy", "a", "b", "5", "đ"], "other signs do not"),
    ("#DânVậnKhéo", ["Dân", "Vận", "Khéo"], "each capital of a tag begins a word"),
    ("#TPHCMĐẹp2021", ["TPHCM", "Đẹp", "2021"], "capitals are a word"),
    ("#YouTube #dânvận #DÂN", ["YouTube", "dânvận", "DÂN"], "not in tags of other words"),
    ("DânVận #1", ["DânVận", "1"], "words without # are whole"),
    ("Ⓓâⓝ", ["Ⓓâⓝ"], "letters in circles are letters"),
    ("5½", ["5½"], "a fraction is a number"),
    ("m²", ["m", "²"], "a superscript is a number"),
    ("中国", ["中", "国"], "an ideograph is a syllable"),
    ("a中b", ["a", "中", "b"], "an ideograph separates letters"),
    ("中\u0301a", ["中\u0301", "a"], "marks after an ideograph belong to it"),
    ("dân\u00adtộc", ["dân\u00adtộc"], "a soft hyphen does not end a syllable"),
    ("dân\u200b tộc", ["dân", "tộc"], "a zero-width space ends a syllable"),
    ("dân\u200d\u200d x", ["dân", "x"], "ignorables at the end are not part of a syllable"),
    ("\u0301dân", ["dân"], "a mark without a letter is not part of a syllable"),
    ("1\u0301a", ["1", "a"], "a mark after a digit is not part of a syllable"),
    ("👍🏽", [], "emoji are not letters"),
    ("vui😀vẻ", ["vui", "vẻ"], "emoji separate syllables"),
    ("a\x00b", ["a", "b"], "NUL separates syllables"),
    ("a\ud800b", ["a", "b"], "a surrogate half separates syllables"),
    ("x" * 65, ["x" * 64, "x"], "a run of over 64 characters is cut"),
    ("x" * 64, ["x" * 64], "a run of 64 characters is not cut"),
    ("â" * 64, ["â" * 64], "the limit counts grapheme clusters"),
    ("a\u0302" * 64, ["a\u0302" * 64], "the limit counts grapheme clusters, decomposed too"),
    ("a" + "\u00ad" * 200 + "b", ["a" + "\u00ad" * 63, "\u00ad" * 9 + "b"], "a piece has a letter"),
    ("1" * 130, ["1" * 64, "1" * 64, "11"], "runs of digits are cut too"),
]


@pytest.mark.parametrize(("text", "surfaces", "proves"), SURFACES)
def test_surfaces(text, surfaces, proves):
    """Each text has the syllables of its row."""
    assert surfaces == [one.surface for one in syllables(text)], proves


def check_places(text: str) -> None:
    """Assert that the offsets of the syllables are ordered, in range, and fit the surfaces."""
    grid = syllable_grid(text)
    assert len(grid) == len(grid.ends) == len(grid.accented) == len(grid.folded)
    borders = [place for pair in zip(grid.starts, grid.ends, strict=True) for place in pair]
    assert all(a <= b for a, b in pairwise([0, *borders, len(text)]))
    assert all(a < b for a, b in zip(grid.starts, grid.ends, strict=True))
    assert all(text[one.start : one.end] == one.surface for one in syllables(text))
    covered = [len(LETTER_OR_NUMBER.findall(one.surface)) for one in syllables(text)]
    assert len(LETTER_OR_NUMBER.findall(text)) == sum(covered)
    assert all(covered)
    assert all(grid.accented)
    assert all(grid.folded)


def check_normal_forms(text: str) -> None:
    """Assert that NFC and NFD of a text have the same forms in the same order."""
    composed, decomposed = (
        syllable_grid(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")
    )
    assert composed.accented == decomposed.accented
    assert composed.folded == decomposed.folded


@pytest.mark.parametrize("string", [one for _, one in NAUGHTY], ids=[name for name, _ in NAUGHTY])
def test_naughty_strings(string):
    """Every string is accepted, and each of its letters and digits is in one syllable."""
    check_places(string)
    check_normal_forms(string)


@given(any_text())
def test_every_letter_and_digit_is_in_one_syllable(text):
    """Syllables are in order, do not overlap, and cover all letters and digits of the text."""
    check_places(text)


@given(any_text())
def test_normal_forms_have_the_same_syllables(text):
    """NFC(x) and NFD(x) have the same accented and folded forms in the same order."""
    check_normal_forms(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_has_the_same_syllables_among_other_letters(text):
    """The ASCII pattern finds the same syllables as the general pattern."""
    assert [*spans(text)] == [*spans(f"{text} đ")][:-1]


@given(any_text())
def test_syllables_are_short(text):
    """No syllable has more than 64 grapheme clusters."""
    for one in syllables(text):
        assert len(regex.findall(r"\X", one.surface)) <= MAX_SYLLABLE_CHARS


@given(any_text(), any_text())
def test_a_line_break_parts_texts(left, right):
    """A line break separates texts: two lines have the syllables of each line."""
    both = syllable_grid(f"{left}\n{right}").accented
    assert syllable_grid(left).accented + syllable_grid(right).accented == both


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_seeds(path):
    """The grids of the five articles are correct, composed and decomposed."""
    text = seed_text(path)
    check_places(text)
    check_places(unicodedata.normalize("NFD", text))
    check_normal_forms(text)
