"""Tests of the letter tables: computed from three short lists, they are the Vietnamese alphabet."""

import unicodedata

from danvan_search.text.alphabet import (
    CONSONANTS,
    FOLDED_LETTER,
    LOOK_ALIKES,
    MARKED_LETTERS,
    TONED,
    TONES,
    UNTONED,
    VOWELS,
)

# Copied by hand, row by row, from a Vietnamese school book.
ROWS = """
a à á ã ả ạ
ă ằ ắ ẵ ẳ ặ
â ầ ấ ẫ ẩ ậ
e è é ẽ ẻ ẹ
ê ề ế ễ ể ệ
i ì í ĩ ỉ ị
o ò ó õ ỏ ọ
ô ồ ố ỗ ổ ộ
ơ ờ ớ ỡ ở ợ
u ù ú ũ ủ ụ
ư ừ ứ ữ ử ự
y ỳ ý ỹ ỷ ỵ
"""


def test_toned_letters_are_those_of_the_school_book():
    """Twelve vowels with six tones each give the 72 letters of the school book."""
    assert ROWS.split() == [TONED[vowel, tone] for vowel in VOWELS for tone in TONES]


def test_every_letter_is_one_character():
    """Every letter of the alphabet is one character in NFC."""
    assert {1} == {len(letter) for letter in (*TONED.values(), *FOLDED_LETTER)}


def test_untoned_is_the_inverse_of_toned():
    """UNTONED splits a toned letter into the vowel and the tone that TONED combines."""
    assert len(UNTONED) == 12 * 5
    assert all(letter == TONED[parts] for letter, parts in UNTONED.items())


def test_folded_letter_is_one_ascii_letter():
    """Folding maps one letter to one ASCII letter, so it preserves offsets."""
    assert 72 + len(CONSONANTS) == len(FOLDED_LETTER)
    assert all(base.isascii() and len(base) == 1 for base in FOLDED_LETTER.values())


def test_folded_letter_is_the_base_of_the_decomposition():
    """The folded letter is the base of the Unicode decomposition, except for đ, which has none."""
    for letter, base in FOLDED_LETTER.items():
        assert base == ("d" if letter == "đ" else unicodedata.normalize("NFD", letter)[0])


def test_marked_letters_are_all_but_the_ascii_ones():
    """A letter is marked if it has a tone, a quality mark or the bar of đ."""
    assert frozenset(one for one in FOLDED_LETTER if not one.isascii()) == MARKED_LETTERS
    assert len(MARKED_LETTERS) == 72 - 6 + 1


def test_look_alikes_keep_their_case():
    """Look-alikes of Đ map to Đ, and their lower case maps to đ."""
    assert LOOK_ALIKES == {"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ", "₫": "đ"}
    assert all(LOOK_ALIKES[one].lower() == LOOK_ALIKES[one.lower()] for one in LOOK_ALIKES)
