"""Texts without surrogates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.text.surrogates import without_surrogates


@given(st.text(st.characters() | st.characters(categories=["Cs"])))
def test_only_surrogates_are_replaced(text):
    """Every other character stays, and the result is UTF-8."""
    plain = without_surrogates(text)
    plain.encode()
    assert plain == "".join("?" if "\ud800" <= one <= "\udfff" else one for one in text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("a\ud800b", "a?b"), ("\ud83d\ude00", "??"), ("dân vận", "dân vận"), ("", "")],
)
def test_each_surrogate_becomes_a_question_mark(text, plain):
    """A pair of two halves is two of them."""
    assert without_surrogates(text) == plain
