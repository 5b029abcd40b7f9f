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
        (terms.accented_ids_like(prefix), terms.accented_count, terms.accented_form),
        (terms.folded_ids_with_prefix(prefix), terms.folded_count, terms.folded_form),
    ):
        assert found.dtype == np.int64
        expected = [one for one in range(1, count + 1) if form(one).startswith(prefix)]
        assert found.tolist() == expected


@given(SETS, st.lists(st.text("aàạdđhoò", max_size=3), min_size=1, max_size=3))
def test_forms_like_some_letters_are_those_of_a_scan(forms, letters):
    """Each place of a form has one of the letters for it."""
    terms = dictionary_of(sorted(forms))
    expected = [
        one
        for one in range(1, terms.accented_count + 1)
        if len(form := terms.accented_form(one)) >= len(letters)
        and all(letter in choices for letter, choices in zip(form, letters, strict=False))
    ]
    assert terms.accented_ids_like([*map(set, letters)]).tolist() == expected


@given(SETS, st.data())
def test_variants_of_many_forms_are_those_of_each(forms, data):
    """Masks and look-ups of many ids agree with those of one."""
    terms = dictionary_of(sorted(forms))
    ids = st.integers(1, max(terms.folded_count, 1))
    chosen = sorted(data.draw(st.sets(ids))) if terms.folded_count else []
    variants = [one for folded_id in chosen for one in terms.variants(folded_id)]
    folded_ids = np.array(chosen, dtype=np.int64)
    assert np.flatnonzero(terms.variant_mask(folded_ids)).tolist() == variants
    assert terms.folded_ids_of(np.array(variants, dtype=np.int64)).tolist() == [
        *map(terms.folded_of, variants)
    ]
    assert terms.are_only_variants(folded_ids).tolist() == [
        len(terms.variants(one)) == 1 for one in chosen
    ]


def test_a_prefix_keeps_its_accents():
    """``hò`` begins ``hòa``, and neither ``hoa`` nor ``hoàng``."""
    terms = dictionary_of(FORMS)
    found = map(terms.accented_form, terms.accented_ids_like("hò").tolist())
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
