"""Marks are what the query asks for: held to brute force, and with an index to without one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.index.codec import offsets
from danvan_search.index.codec.grid import ESCAPE
from danvan_search.query import parse
from danvan_search.query.accents import ACCENTS
from danvan_search.search.execution import phrase_matcher
from danvan_search.search.execution.phrase_matcher import slots_among
from danvan_search.search.highlight.grid_marks import MarkFinder
from danvan_search.search.highlight.text_marks import marks_of, marks_of_all
from danvan_search.text import fold, syllables
from danvan_search.text.fold import is_marked
from tests.index.segments import build, columns_of


@pytest.fixture(params=[0, 99], autouse=True, scope="module")
def few(request):
    """What is done for a few places, and what for many, whatever their number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offsets, "FEW", request.param)
        patch.setattr(phrase_matcher, "MAX_PYTHON_OCCURRENCES", request.param)
        yield


SYLLABLES = st.lists(st.sampled_from(["a", "á", "b", "x" * 40, "c."]), max_size=8).map(" ".join)


@given(
    st.lists(st.tuples(SYLLABLES, SYLLABLES), min_size=1, max_size=5),
    st.sampled_from(["a", '"a b"', "á b", '"a a a"', "b c a", '"á b c" a', '"a"', '"c b á"']),
    st.sampled_from(ACCENTS),
    st.randoms(use_true_random=False),
)
def test_documents_looked_at_together_have_the_marks_they_have_alone(texts, query, accents, rng):
    segment = build(columns_of(texts))
    finder = MarkFinder(segment, parse(query), accents=accents)
    docs = [*range(len(texts))]
    rng.shuffle(docs)
    together = finder.find(docs)
    assert together == [finder.find([doc])[0] for doc in docs]
    for doc, marks in zip(docs, together, strict=True):
        for text, own in zip(texts[doc], marks[:2], strict=True):
            # What is marked begins and ends with a syllable, and asks the query for one.
            assert all(
                text[start:end] == text[start:end].strip()
                for start, end in zip(own.starts, own.ends, strict=True)
            )
            assert all(fold(text[start]) in {*"abc"} for start in own.starts)
            assert own.starts == sorted(own.starts)


WORDS = ["dân", "dan", "dẫn", "vận", "Van", "a", "đ", "x" * 40, "москва"]
GAPS = st.sampled_from([" ", " , ", "." * 20, "\n" * 14])
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), GAPS), max_size=40).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)


def expected_marks(text, typed, *, accents):
    """(start, end, exact) of each place that holds some syllables; none overlapping."""
    found = syllables(text)
    marks = []
    free = 0
    for first in range(len(found) - len(typed) + 1):
        own = found[first : first + len(typed)]
        exact = all(not is_marked(t) or o.accented == t for o, t in zip(own, typed, strict=True))
        held = [one.folded for one in own] == [fold(one) for one in typed]
        if first >= free and held and (exact or accents != "exact"):
            marks.append((own[0].start, own[-1].end, exact or accents == "ignore"))
            free = first + len(typed)
    return marks


@given(
    st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4),
    st.lists(st.sampled_from([word.lower() for word in WORDS]), min_size=1, max_size=4),
    st.sampled_from(ACCENTS),
)
def test_a_phrase_is_marked_wherever_it_stands(texts, typed, accents):
    segment = build(columns_of(texts))
    finder = MarkFinder(segment, parse(f'"{" ".join(typed)}"'), accents=accents)
    found = finder.find(range(len(texts)))
    for pair, marks in zip(texts, found, strict=True):
        for text, (starts, ends, kinds) in zip(pair, marks[:2], strict=True):
            made = [*zip(starts, ends, [exact for _, exact in kinds], strict=True)]
            assert made == expected_marks(text, typed, accents=accents)
    # The same if it is known where the phrase stands, whatever the order of the documents.
    docs = [*range(len(texts))][::-1]
    ids = segment.ids([(fold(one), None) for one in typed])
    slots = [slots_among(segment, ids, [segment.grid.slot_range(doc)]) for doc in docs]
    assert finder.find(docs, slots) == found[::-1]


def test_the_last_of_many_places_in_a_long_text_is_marked():
    segment = build(columns_of([("a", "a b " * 50_000)]))
    starts, ends, kinds = MarkFinder(segment, parse('"a b"'), accents="auto").find([0])[0].body
    assert len(kinds) == 50_000
    assert (starts[-1], ends[-1]) == (199_996, 199_999)


QUERY_PARTS = st.lists(
    st.sampled_from(
        ["dân", "dan", "vận", '"dân vận"', '"dan van"', "a", '"a a"', '"москва đ"', "đ"]
    ),
    min_size=1,
    max_size=5,
).map(" ".join)


LINES = st.just("") | TEXTS.map(lambda text: text.replace(" , ", "\n"))


@given(
    st.lists(st.tuples(TEXTS, TEXTS, LINES), min_size=1, max_size=4),
    QUERY_PARTS,
    st.sampled_from(ACCENTS),
)
def test_marks_of_a_text_are_those_of_the_index(texts, query, accents):
    """Plain text has the marks that it has as a title, a body or details of a segment."""
    finder = MarkFinder(build(columns_of(texts)), parse(query), accents=accents)
    found = finder.find(range(len(texts)))
    fields = ("title", "body", "details")
    together = [pair for one in texts for pair in zip(fields, one, strict=True)]
    of_all = marks_of_all(parse(query), together, accents=accents)
    assert of_all == [own for marks in found for own in marks]
    for (*pair, details), marks in zip(texts, found, strict=True):
        for text, own in zip(pair, marks[:2], strict=True):
            assert own == marks_of(parse(query), text, accents=accents)
        expected = marks_of(parse(query), details, accents=accents, field="details")
        assert marks.details == expected
        pieces = [details[start:end] for start, end in zip(*expected[:2], strict=True)]
        assert not any("\n" in piece for piece in pieces)


def letters(count):
    """Return distinct syllables of six letters."""
    return [
        "".join(chr(97 + (n >> bits & 15)) for bits in (0, 4, 8, 12)) + "zz" for n in range(count)
    ]


@pytest.mark.parametrize("accents", ACCENTS)
def test_syllables_of_escaped_ids_are_marked(accents):
    """The rarest of over 65,535 forms, beside frequent ones, with other accents or not."""
    text = "dân z, dan zá. dân záz"
    segment = build(columns_of([("", " ".join(letters(ESCAPE) * 2)), ("dân", text)]))
    forms = segment.term_dictionary
    assert forms.accented_id(forms.folded_id("zaz"), "záz") > ESCAPE
    for query in ("zá dân q", "za z", "záz za dan", "zaz x", "zà dàn"):
        finder = MarkFinder(segment, parse(query), accents=accents)
        (found,) = finder.find([1])
        assert found.body == marks_of(parse(query), text, accents=accents)
        assert found.title == marks_of(parse(query), "dân", accents=accents)


@pytest.mark.parametrize("count", [126, 127, 128, 300])
def test_a_query_of_many_forms_marks_each(count):
    """Codes of one byte and of two name the same forms."""
    forms = letters(count)
    text = " ".join([*forms[::2], "z", *forms[::-1]])
    query = parse(" ".join(forms), max_chars=10_000)
    (found,) = MarkFinder(build(columns_of([("", text)])), query, accents="auto").find([0])
    assert found.body == marks_of(query, text)
    assert len(found.body.starts) == len(forms[::2]) + count
