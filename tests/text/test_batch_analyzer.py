"""Tests of the batch analyzer: it finds the same syllables as the syllable grid of each text."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.text import batch_analyzer
from danvan_search.text.batch_analyzer import BatchAnalyzer, GridBatch
from danvan_search.text.fold import fold
from danvan_search.text.form_table import FormTable
from danvan_search.text.grid import syllable_grid
from tests.naughty import NAUGHTY
from tests.seeds import SEEDS, seed_text
from tests.text.strategies import any_text

# All tests share one analyzer, so that the cached surfaces of one text are used for the next.
ANALYZER = BatchAnalyzer()


def check(texts: list[str], analyzer: BatchAnalyzer = ANALYZER) -> GridBatch:
    """Assert that a batch contains the grid of each of its texts."""
    found = analyzer.analyze(texts)
    assert (np.int32, np.int32) == (found.accented.dtype, found.starts.dtype)
    assert (np.int32, np.int64) == (found.ends.dtype, found.offsets.dtype)
    assert len(texts) + 1 == len(found.offsets)
    assert len(found.accented) == len(found.starts) == len(found.ends) == found.offsets[-1]
    for index, text in enumerate(texts):
        own = slice(found.offsets[index], found.offsets[index + 1])
        grid = syllable_grid(text)
        assert grid.starts == found.starts[own].tolist()
        assert grid.ends == found.ends[own].tolist()
        ids = found.accented[own].tolist()
        assert grid.accented == [analyzer.form_table.accented[one] for one in ids]
        assert grid.folded == [analyzer.form_table.folded[one] for one in ids]
    return found


def unaccented(text: str) -> str:
    return " ".join(syllable_grid(text).folded)


VARIANTS = {
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "lower": str.lower,
    "upper": str.upper,
    "decomposed upper": lambda text: unicodedata.normalize("NFD", text.upper()),
    "unaccented": unaccented,
}


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_seeds(variant):
    """The batch contains the grids of the five articles in every way of writing them."""
    check([variant(seed_text(path)) for path in SEEDS])


@pytest.mark.parametrize("string", [one for _, one in NAUGHTY], ids=[name for name, _ in NAUGHTY])
def test_naughty_strings(string):
    """Every string is accepted and has its grid, alone and between other texts."""
    check([string])
    check(["dân", string, string, "\u0301vận", string])


def test_all_naughty_strings_together():
    """The texts of a batch do not affect each other."""
    check([string for _, string in NAUGHTY])


def test_every_character():
    """The analyzer and the grid give every character the same kind, next to any other kind."""
    blocks = range(0, 0x110000, 0x1000)
    texts = ["".join(map(chr, range(at, at + 0x1000))) for at in blocks]
    assigned = [text for text in texts if syllable_grid(text)]
    check(assigned)
    for joint in ("a{}", "中{}", "1{}", "{}a"):
        check(["-".join(joint.format(character) for character in text) for text in assigned[:4]])


@pytest.mark.parametrize("texts", [[], [""], ["", "", ""], ["", "a", ""], ["\n", "a\n", "\nb"]])
def test_empty_texts(texts):
    """A text without syllables has an empty range in the batch."""
    check(texts)


def test_a_batch_of_nothing():
    """A batch of no texts has no syllables and one offset."""
    found = ANALYZER.analyze([])
    assert found.offsets.tolist() == [0]
    assert found.accented.tolist() == found.starts.tolist() == found.ends.tolist() == []


@given(st.lists(any_text(), max_size=5))
def test_any_texts(texts):
    """A batch of arbitrary texts contains their grids."""
    check(texts)


@given(st.lists(any_text(), max_size=5), st.integers(1, 30))
def test_any_texts_in_small_blocks(texts, size):
    """The result does not depend on where a text is cut into blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch_analyzer, "_BLOCK_CHARS", size)
        check([" ".join(texts), *texts])


@given(st.lists(any_text(), min_size=1, max_size=5))
def test_a_batch_is_its_texts_one_by_one(texts):
    """Texts have the same ids and offsets whether they are analysed together or one by one."""
    together = ANALYZER.analyze(texts)
    alone = [ANALYZER.analyze([text]) for text in texts]
    assert together.accented.tolist() == [one for part in alone for one in part.accented]
    assert together.starts.tolist() == [one for part in alone for one in part.starts]
    assert together.ends.tolist() == [one for part in alone for one in part.ends]


@given(st.lists(any_text(), max_size=6))
def test_form_table_holds_each_form_once(texts):
    """The form table has each form once, with consecutive ids and the right folded form."""
    analyzer = BatchAnalyzer()
    found = analyzer.analyze(texts)
    form_table = analyzer.form_table
    assert len(form_table) == len(form_table.folded) == len(set(form_table.accented))
    assert set(range(len(form_table))) == set(found.accented.tolist())
    assert [fold(one) for one in form_table.accented] == form_table.folded
    ids = [form_table.add(one, fold(one)) for one in form_table.accented]
    assert ids == [*range(len(form_table))]


def test_ids_are_stable_between_batches():
    """A form keeps its id in later batches and in other ways of writing it."""
    first = ANALYZER.analyze(["Hoà bình, hòa BÌNH"]).accented.tolist()
    ANALYZER.analyze([seed_text(path) for path in SEEDS])
    assert [first[0], first[1]] * 2 == first
    again = ANALYZER.analyze([unicodedata.normalize("NFD", "bình hoà")]).accented.tolist()
    assert [first[1], first[0]] == again


def test_analyzers_may_share_a_form_table():
    """Two analyzers with one form table give the same ids."""
    form_table = FormTable()
    one, other = BatchAnalyzer(form_table), BatchAnalyzer(form_table)
    text = seed_text(SEEDS[0])
    assert one.analyze([text]).accented.tolist() == other.analyze([text]).accented.tolist()


def test_lengths_about_a_key():
    """Syllables of about 8 and 16 characters that differ in one letter have different ids."""
    stems = ["abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmno", "abcdefghijklmnop"]
    texts = [
        stem + end for stem in stems for end in ("", "a", "b", "đ", "ж", "ab", "жa", "a\u0301")
    ]
    check([" ".join(texts)] * 2)
    check([" ".join("123456781234567812345"[:length] for length in range(1, 21))] * 2)


def test_tables_that_overflow_start_afresh(monkeypatch):
    """More surfaces than the tables can hold do not change the result."""
    monkeypatch.setattr(batch_analyzer, "_SHORT_BITS", 3)
    monkeypatch.setattr(batch_analyzer, "_LONG_BITS", 3)
    analyzer = BatchAnalyzer()
    texts = [seed_text(path) for path in SEEDS]
    decomposed = [unicodedata.normalize("NFD", text) for text in texts]
    for _ in range(2):
        check(texts, analyzer)
        check(decomposed, analyzer)
