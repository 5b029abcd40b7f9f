"""The alphabetical order of Vietnamese."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.text.collation import collation_key

LETTERS = "a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z"
"""CLDR, vi: the letters in order; f, j, w and z as in the root collation."""

ORDERED = [
    "ma mà mả mã má mạ mă mằ mẳ mẵ mắ mặ mâ",
    "ba bà bá Bá bạ ban bán bàng",
    "1 2 9 a b z я",
    "de dế đe đế e",
    "hoa hoà hoá hoài",
    "an An án ạn ăn",
    "o ò ó ô ố ơ ờ p",
    "ưa ứa va",
]


@pytest.mark.parametrize("ordered", [LETTERS, *ORDERED])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_then_tones_then_case(ordered, form):
    """Sorted from any order, in any normal form."""
    words = unicodedata.normalize(form, ordered).split()
    for shuffled in (words[::-1], sorted(words), words[1::2] + words[::2]):
        assert sorted(shuffled, key=collation_key) == words


def test_titles():
    """Whole titles: blanks before letters, letters of all before tones, punctuation is a blank."""
    titles = [
        "“3 không”",
        "An Giang",
        "An toàn",
        "“Án treo”",
        "Anh hùng",
        "Bà con",
        "Ba mẹ",
        "Dân vận",
        "(Dân vận khéo)",
        "Dẫn – vận khéo",
        "Đường",
    ]
    assert sorted(titles[::2] + titles[1::2], key=collation_key) == titles


def test_other_letters_and_signs():
    """Marks that Vietnamese has not do not make another letter; look-alikes of đ are đ."""
    assert collation_key("Zürich")[0] == collation_key("Zurich")[0]
    assert collation_key("Zürich") > collation_key("Zurich")
    assert collation_key("\u00d0à")[:2] == collation_key("đà")[:2]
    assert collation_key("…!?")[0] == collation_key("")[0] == ""
    assert collation_key("\uff11\uff12")[0] == "12"


@given(st.lists(st.text(), max_size=6))
def test_any_text(texts):
    """The order does not depend on the normal form, nor on quotes around."""
    for one in texts:
        key = collation_key(one)
        assert collation_key(unicodedata.normalize("NFD", one)) == key
        assert collation_key(f"“{one}”")[:2] == key[:2]
