"""Tests of folding: the folded form is the accented form without its marks."""

import pytest
from hypothesis import given

from danvan_search.text.alphabet import FOLDED_LETTER
from danvan_search.text.fold import fold, is_marked
from danvan_search.text.grid import forms, syllables
from danvan_search.text.normalize import normalize
from tests.text.strategies import any_text, vietnamese_text

FOLDS = [
    # (accented form, folded form, what the row proves)
    ("dân", "dan", "a quality mark"),
    ("vận", "van", "a quality mark and a tone"),
    ("đường", "duong", "đ, which has no decomposition"),
    ("nghiêng", "nghieng", "the longest shape of a syllable"),
    ("ở", "o", "a word of one letter is kept"),
    ("ý", "y", "a word of one letter is kept"),
    ("à", "a", "a word of one letter is kept"),
    ("an", "an", "an English stop word is kept"),
    ("không", "khong", "the word for not is kept"),
    ("2024", "2024", "a number is unchanged"),
    ("quy", "quy", "i and y are two letters when folded too"),
    ("qui", "qui", "i and y are two letters when folded too"),
    ("kỹ", "ky", "i and y are two letters when folded too"),
    ("kĩ", "ki", "i and y are two letters when folded too"),
    # Unidecode, on one token only.
    ("москва", "moskva", "another alphabet is spelled out"),
    ("straße", "strasse", "a letter may become two"),
    ("josé", "jose", "é is a Vietnamese letter as well"),
    ("zoë", "zoe", "a letter that is not Vietnamese"),
    ("ﬁnal", "final", "a ligature is split"),
    ("i\u0307stanbul", "istanbul", "the lower case of İ"),
    ("ｄａｎ", "dan", "full-width letters"),
    ("中", "zhong", "one ideograph, without the blank that Unidecode adds"),
    ("ngôж", "ngozh", "Vietnamese and other letters in one token"),
    ("2đ", "2d", "a letter after a digit is folded as a letter"),
    # Numbers.
    ("２０", "20", "full-width digits"),
    ("٢٣", "23", "Arabic digits"),
    ("²", "2", "a superscript"),
    ("①", "1", "a digit in a circle"),
    ("½", "½", "a fraction has no digit value and keeps its length"),
    ("ⅳ", "ⅳ", "a Roman numeral character has no digit value and is unchanged"),
    ("", "", "the empty string"),
]


@pytest.mark.parametrize(("accented", "folded", "proves"), FOLDS)
def test_folded_form(accented, folded, proves):
    """Each accented form folds to the folded form of its row."""
    assert folded == fold(accented), proves


MARKED = [
    ("dan", False),
    ("dân", True),
    ("dàn", True),
    ("đan", True),
    ("", False),
    ("2024", False),
    ("москва", False),
    ("zoë", False),
    ("josé", True),
]


@pytest.mark.parametrize(("accented", "marked"), MARKED)
def test_is_marked(accented, marked):
    """A tone, a quality mark and đ are marks; a foreign letter is not a mark."""
    assert marked is is_marked(accented)


def test_all_variants_fold_together():
    """All accented forms of ma have the same folded form."""
    variants = ["ma", "mà", "má", "mã", "mả", "mạ", "mă", "mắ", "mằ", "mâ", "mấ", "mậ"]
    assert {fold(one) for one in variants} == {"ma"}


@given(vietnamese_text())
def test_folding_vietnamese_keeps_every_place(text):
    """A Vietnamese form folds letter by letter, so every letter keeps its index."""
    for word in text.split():
        accented = normalize(word)
        assert "".join(FOLDED_LETTER[letter] for letter in accented) == fold(accented)


@given(any_text())
def test_folded_form_is_not_marked(text):
    """No folded form has a Vietnamese mark."""
    for one in syllables(text):
        assert one.folded == fold(normalize(one.surface))
        assert not is_marked(one.folded)


@given(any_text())
def test_folding_twice_is_folding_once(text):
    """The folded form of a folded form is itself."""
    for one in syllables(text):
        assert one.folded == fold(one.folded)


@given(any_text())
def test_forms_of_forms_are_themselves(text):
    """A syllable written as its accented form has the same forms."""
    for one in syllables(text):
        assert (one.accented, one.folded) == forms(one.accented)
