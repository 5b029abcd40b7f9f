"""Tests of the character codes: their ranges per kind, unshared codes, and encoding."""

import numpy as np
import pytest
import regex

from danvan_search.text import codes, kinds
from danvan_search.text.alphabet import FOLDED_LETTER, LOOK_ALIKES, TONES
from danvan_search.text.normalize import IGNORABLE

TABLE = codes.code_table()
POINTS = np.arange(0x110000)
EVERYTHING = "".join(map(chr, POINTS.tolist()))

RANGES = [
    # (pattern, lowest code, highest code)
    (kinds.NUMBER, codes.FIRST_NUMBER, codes.FIRST_NON_NUMBER - 1),
    (kinds.IDEOGRAPH, codes.IDEOGRAPH, codes.IDEOGRAPH),
    (kinds.IDEOGRAPH_MARK, codes.IDEOGRAPH_MARK, codes.IDEOGRAPH_MARK),
    (kinds.LETTER, codes.OTHER_LETTER, codes.FIRST_NON_LETTER - 1),
    (kinds.MARK, codes.FIRST_NON_LETTER, codes.IGNORABLE_MARK),
]


@pytest.mark.parametrize(("pattern", "lowest", "highest"), RANGES)
def test_the_code_tells_the_kind(pattern, lowest, highest):
    """A character has a code in the range of a kind if and only if it is of that kind."""
    found = regex.findall(pattern, EVERYTHING, regex.VERSION1)
    coded = POINTS[(lowest <= TABLE) & (highest >= TABLE)]
    assert list(map(ord, found)) == coded.tolist()


def test_a_code_that_is_not_shared_has_one_character():
    """An unshared code belongs to at most one character, so it identifies the character."""
    counts = np.bincount(TABLE, minlength=256)
    own = ~codes.SHARED
    own[codes.OTHER] = False
    assert set(counts[own].tolist()) <= {0, 1}
    assert codes.IGNORABLE_MARK <= 255


def test_vietnamese_is_written_in_codes_of_its_own():
    """Each letter, digit and tone of Vietnamese has an unshared code."""
    letters = "".join(FOLDED_LETTER) + "".join(LOOK_ALIKES)
    marks = "".join(TONES) + "\u0302\u0306\u031b"
    own = letters + letters.upper() + "0123456789" + marks
    assert not codes.SHARED[TABLE[[*map(ord, own)]]].any()


def test_ignorables_have_one_code():
    """The ignorable characters, and no others, share one code."""
    assert [*map(ord, sorted(IGNORABLE))] == POINTS[TABLE == codes.IGNORABLE_MARK].tolist()


def test_encode_pads_with_other():
    """Encoding gives one code per character, padded with the requested number of zeros."""
    text = "đ\ud800😀1"
    inner = TABLE[[*map(ord, text)]].tolist()
    assert [0, 0, *inner, 0, 0, 0] == codes.encode(
        text, codes.code_table(), before=2, after=3
    ).tolist()
    assert codes.encode("", codes.code_table(), before=0, after=0).tolist() == []


def test_encode_in_blocks():
    """A text that spans several blocks is encoded correctly."""
    text = "dân vận khéo 😀 " * 10_000
    expected = TABLE[np.array([*map(ord, text)])]
    assert np.array_equal(expected, codes.encode(text, codes.code_table(), before=0, after=0))
