"""The syllables of a query string are those of a text."""

from hypothesis import given
from hypothesis import strategies as st

from danvan_search.query.nodes import Term
from danvan_search.query.syllables import terms_in
from danvan_search.text import is_marked
from danvan_search.text.grid import forms, spans

SIGNS = ' "#+-.\u0301\u00ad\u3042\u4e00\u00a0\n()C9đẠ'
texts = st.text(st.sampled_from(SIGNS) | st.characters(), max_size=60)


@given(texts, st.integers(0, 20), st.integers(0, 20))
def test_terms_are_the_syllables_between_two_signs(
    text: str, dropped_before: int, dropped_after: int
) -> None:
    """A piece between blanks that is known reads as it does within its text."""
    start, end = min(dropped_before, len(text)), max(len(text) - dropped_after, 0)
    if start > end:
        return
    expected = []
    for span in spans(text, start, end):
        accented, folded = forms(text[slice(*span)])
        marked = accented != folded and is_marked(accented)
        expected.append((Term(folded, accented, marked), span))
    assert [(one, one.span) for one in terms_in(text, start, end)] == expected
