"""Hypothesis strategies for texts: Vietnamese, hostile, and mixtures of both."""

import unicodedata

from hypothesis import strategies as st

from danvan_search.text.alphabet import CONSONANTS, TONED
from tests.naughty import SMALL

_MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323\u0316\u0335\u0340\u0344\u0489"
_IGNORED = "\u00ad\u034f\u180e\u200c\u200d\u2060\ufeff\ufe00\ufe0f"
_SPECIAL = "aAđĐơIİß1٣½Ⅳ中〇\uf900한\u1100\u1161\u11a8 .-/&\n\U00016fe4\U00016ff0\ud800\udc00😀🏽ﬁΣ"
_SIGNS = "#+C₫Ⓐ𝐃"


def vietnamese_text() -> st.SearchStrategy[str]:
    """Words of Vietnamese letters, well-formed or not, in any case and normal form."""
    letters = st.sampled_from("".join(TONED.values()) + CONSONANTS * 3 + "ghnt")
    word = st.text(letters, min_size=1, max_size=8)
    cased = st.tuples(word, st.sampled_from([str.lower, str.upper, str.title])).map(
        lambda pair: pair[1](pair[0])
    )
    text = st.lists(cased, max_size=8).map(" ".join)
    return st.tuples(text, st.sampled_from(["NFC", "NFD"])).map(
        lambda pair: unicodedata.normalize(pair[1], pair[0])
    )


def hostile_text() -> st.SearchStrategy[str]:
    """Letters, marks, joiners, digits, ideographs and surrogates, close together."""
    return st.text(st.sampled_from(_SPECIAL + _SIGNS + _MARKS + _IGNORED), max_size=40)


def long_runs() -> st.SearchStrategy[str]:
    """Runs with lengths around the limits of a syllable: 8, 16 and 64 characters, 30 marks."""
    piece = st.sampled_from(["a", "đ", "ậ", "a\u0302", "7", "中", "ж", *_MARKS, *_IGNORED, "한"])
    run = st.tuples(piece, st.integers(0, 140)).map(lambda pair: pair[0] * pair[1])
    return st.lists(run, max_size=5).map("".join)


def any_text() -> st.SearchStrategy[str]:
    """Any string: Vietnamese, hostile, naughty, arbitrary, or parts of each."""
    arbitrary = st.text(st.characters(), max_size=20)  # includes surrogate halves
    naughty = st.sampled_from([string for _, string in SMALL])
    kinds = st.one_of(vietnamese_text(), hostile_text(), long_runs(), arbitrary, naughty)
    return st.lists(kinds, max_size=4).map("".join)
