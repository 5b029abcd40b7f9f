"""The term dictionary: forms are found by their beginnings, as by a scan of all forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.index.codec.term_dictionary import (
    TermDictionary,
    number,
    term_dictionary_arrays,
)
from danvan_search.text import fold
from tests.index.segments import in_memory

FORMS = ["hoa", "hòa", "họa", "hoà", "ho", "h", "hoàng", "đ", "đà", "da", "москва", "漢"]
SETS = st.sets(st.sampled_from(FORMS) | st.text("aàạdđ\u0323", min_size=1, max_size=4), max_size=20)


def arrays_of(forms):
    folded = [fold(form) for form in forms]
    counts = np.arange(1, len(forms) + 1)
    return term_dictionary_arrays(number(folded, counts), list(forms), folded)


def dictionary_of(forms):
    return TermDictionary(in_memory(arrays_of(forms)))


@given(SETS, st.sampled_from([*FORMS, "", "a", "x", "hò", "ạ\u0323"]))
def test_forms_with_a_prefix_are_those_of_a_scan(forms, prefix):
    """Both look-ups return the ids of all forms that begin so, ascending."""
    terms = dictionary_of(sorted(forms))
    terms.check_values()
    for found, count, form in (
        (terms.accented_ids_with_prefix(prefix), terms.accented_count, terms.accented_form),
        (terms.folded_ids_with_prefix(prefix), terms.folded_count, terms.folded_form),
    ):
        assert found.dtype == np.int64
        expected = [one for one in range(1, count + 1) if form(one).startswith(prefix)]
        assert found.tolist() == expected


def test_a_prefix_keeps_its_accents():
    """``hò`` begins ``hòa``, and neither ``hoa`` nor ``hoàng``."""
    terms = dictionary_of(FORMS)
    found = map(terms.accented_form, terms.accented_ids_with_prefix("hò").tolist())
    assert list(found) == ["hòa"]
    assert len(terms.folded_ids_with_prefix("ho")) == 3


@pytest.mark.parametrize("name", ["folded_order", "accented_order"])
@pytest.mark.parametrize("change", [lambda order: order[::-1], lambda order: order * 0])
def test_a_forged_order_is_found(name, change):
    """Forms out of order, or named twice, are impossible."""
    arrays = arrays_of(FORMS)
    TermDictionary(in_memory(arrays)).check_values()
    arrays[name] = change(arrays[name])
    with pytest.raises(ValueError, match="order"):
        TermDictionary(in_memory(arrays)).check_values()


def test_an_order_of_another_length_is_refused():
    """Each form has one place."""
    arrays = arrays_of(FORMS)
    arrays["accented_order"] = arrays["accented_order"][1:]
    with pytest.raises(ValueError, match="lengths"):
        TermDictionary(in_memory(arrays))
