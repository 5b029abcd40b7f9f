"""The constants of the ranking formula."""

import math

import pytest

from danvan_search.search.execution.formula import FORMULA, Formula
from danvan_search.text import syllable_grid


def test_function_syllables_are_forms_as_texts_have_them():
    """Each is one syllable, in the accented form that an index stores."""
    for form in FORMULA.function_syllables:
        assert syllable_grid(form).accented == [form]
        assert syllable_grid(form).folded[0] in FORMULA.function_folded
    assert len(FORMULA.function_folded) < len(FORMULA.function_syllables)


@pytest.mark.parametrize(
    ("folded", "accented", "weight"),
    [("va", "và", 0.6), ("va", None, 0.6), ("va", "vả", 1), ("cho", None, 0.6), ("dan", "dân", 1)],
)
def test_weights_of_syllables(folded, accented, weight):
    """A typed mark decides whether a syllable is a function syllable."""
    assert FORMULA.weight(folded, accented) == weight


def test_weights_of_pairs():
    """A pair weighs the geometric mean of its syllables, each time that it occurs."""
    forms = [("dan", "dân"), ("va", "và"), ("va", None), ("dan", None), ("va", "vả")]
    assert FORMULA.pair_weights(forms) == pytest.approx(
        {
            ("dan", "va"): 0.5 * math.sqrt(0.6) + 0.5,
            ("va", "va"): 0.5 * 0.6,
            ("va", "dan"): 0.5 * math.sqrt(0.6),
        }
    )
    assert Formula(pair_weight=0.0).pair_weights(forms[:2]) == {("dan", "va"): 0}
