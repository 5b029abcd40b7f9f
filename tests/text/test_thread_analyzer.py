"""The analyzer of a thread: grids as of any analyzer, forms by folded form, bounded memory."""

from concurrent.futures import ThreadPoolExecutor

from danvan_search.text import syllable_grid, thread_analyzer
from danvan_search.text.thread_analyzer import analyzed

TEXTS = ["Dân vận khéo, dan van", "", "Hoà Bình: hòa dận 32-CTr/TU"]


def assert_right(texts):
    """Assert that forms and offsets are those of the texts, and variants those of the forms."""
    batch, forms = analyzed(texts)
    borders = batch.offsets.tolist()
    for text, first, stop in zip(texts, borders, borders[1:], strict=False):
        grid = syllable_grid(text)
        ids = batch.accented[first:stop].tolist()
        assert [forms.accented[one] for one in ids] == grid.accented
        assert batch.starts[first:stop].tolist() == grid.starts
        assert batch.ends[first:stop].tolist() == grid.ends
        for one in ids:
            assert one in forms.variants(forms.folded[one])
    for folded in ("dan", "hoa", "xyz"):
        held = [one for one in range(len(forms)) if forms.folded[one] == folded]
        assert list(forms.variants(folded)) == held
    return forms


def test_forms_are_found_by_their_folded_forms():
    forms = assert_right(TEXTS)
    assert len(forms.variants("dan")) >= 3
    assert analyzed(["dân"])[1] is forms


def test_each_thread_has_its_own_forms():
    """Four threads analyse at the same time."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(assert_right, [[f"thôn {at}", *TEXTS] for at in range(4)]))
    assert analyzed(TEXTS)[1] not in found


def test_too_many_forms_are_dropped(monkeypatch):
    """Who has analysed something keeps the forms of it."""
    monkeypatch.setattr(thread_analyzer, "_MAX_FORMS", 0)
    batch, forms = analyzed(TEXTS)
    _, others = analyzed(["dân"])
    assert others is not forms
    assert len(others) == 1
    assert forms.accented[batch.accented[0]] == "dân"
    assert_right(TEXTS)
