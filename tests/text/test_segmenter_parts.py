"""Tests of the parts of the word segmentation, each against a simple reference."""

import itertools
import pickle
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from underthesea_core import CRFFeaturizer, CRFTagger

from danvan_search.text.segmenter import (
    crfsuite,
    displacement,
    selftest,
    tables,
    templates,
    viterbi,
)
from danvan_search.text.segmenter.chunks import SHARED, code_table, find_chunks, keys_of
from danvan_search.text.segmenter.core import TokenFacts
from danvan_search.text.segmenter.engine import FastEngine
from danvan_search.text.segmenter.features import BORDER
from danvan_search.text.segmenter.load import load_model
from danvan_search.text.segmenter.pieces import encodable, parts
from danvan_search.text.segmenter.source import UnsupportedModelError, locate
from danvan_search.text.segmenter.templates import Kind, Template
from tests.seeds import SEEDS, seed_text
from tests.text.strategies import any_text


@pytest.fixture(scope="module")
def engine() -> FastEngine:
    """The fast segmentation engine."""
    return FastEngine(load_model())


@pytest.fixture(scope="module")
def crf() -> crfsuite.CrfModel:
    """The model of underthesea."""
    return crfsuite.parse(locate().model.read_bytes())


def padded_columns(engine: FastEngine, texts: list[str]):
    """The columns of the padded tokens of texts, and the ids of the tokens."""
    keys = ["", *itertools.chain.from_iterable([*keys_of(text), ""] for text in texts)]
    chunks = np.array(engine._lexicon.chunk_ids(keys))
    rows = engine._lexicon.chunks.array[chunks]
    tokens = np.concatenate(
        [engine._lexicon.chunk_tokens.array[start : start + n] for n, start, _, _ in rows]
    )
    return engine._lexicon.columns(tokens), tokens


def text_spans(title: np.ndarray) -> list[tuple[int, int]]:
    """The index range of the tokens of each text among padded tokens."""
    borders = np.flatnonzero(title == BORDER)
    return [(a + 1, b) for a, b in itertools.pairwise(borders.tolist()) if b > a + 1]


TEXTS = [*selftest.sentences(), *(seed_text(path) for path in SEEDS)]


def test_differences_are_those_of_the_exact_scores(engine):
    """The fast differences equal those of the exact scores, except for rounding, at every token."""
    columns, tokens = padded_columns(engine, TEXTS)
    fast = engine._scorer.differences(columns, engine._lexicon.rows.array[tokens])
    for start, end in text_spans(columns.title):
        exact = engine._scorer.exact(columns[slice(start - 2, end + 2)])
        np.testing.assert_allclose(fast[start:end], exact[:, 1] - exact[:, 0], atol=1e-12)


def test_exact_scores_are_those_of_the_model(engine, crf):
    """The exact scores equal the sums of the feature weights in order, to the last bit."""
    names = pickle.loads(locate().templates.read_bytes())
    dictionary = pickle.loads(locate().dictionary.read_bytes())
    featurizer = CRFFeaturizer(names, dictionary)
    number = {name: index for index, name in enumerate(crf.attributes)}
    for text in TEXTS[:60]:
        columns, tokens = padded_columns(engine, [text])
        strings = [engine._lexicon.pieces[2 * token][1:] for token in tokens[2:-2].tolist()]
        scores = engine._scorer.exact(columns)
        for actual, features in zip(
            scores, featurizer.process([[[string] for string in strings]])[0], strict=True
        ):
            expected = np.zeros(2)
            for feature in features:
                if feature in number:
                    expected += crf.weights[number[feature]]
            assert expected.tolist() == actual.tolist()


def test_no_score_exceeds_the_bound(engine):
    """The score bound that the rounding error is derived from holds for every token."""
    columns, _ = padded_columns(engine, TEXTS)
    for start, end in text_spans(columns.title):
        exact = engine._scorer.exact(columns[slice(start - 2, end + 2)])
        assert np.abs(exact).max() < engine._scorer.bound


TRANSITIONS = viterbi.transitions(np.array([[-0.4, 0.4], [0.4, -0.6]]))


def best_labels(scores: np.ndarray) -> tuple[bool, ...]:
    """The best labels of a short text, by exhaustive search; True is B."""
    weights = TRANSITIONS.both

    def score(labels: tuple[int, ...]) -> float:
        steps = sum(weights[a, b] for a, b in itertools.pairwise(labels))
        return sum(scores[at, label] for at, label in enumerate(labels)) + steps

    best = max(itertools.product((0, 1), repeat=len(scores)), key=score)
    return tuple(label == 0 for label in best)


@given(st.lists(st.lists(st.floats(-3, 3), min_size=1, max_size=8), min_size=1, max_size=4))
@settings(max_examples=200)
def test_decoding_finds_the_best_labels(texts):
    """Both decoders find the labelling with the greatest score."""
    scores = [np.array([[0.0, weight] for weight in text]) for text in texts]
    weights = [0.0, 0.0]
    for text in texts:
        weights += [*text, 0.0, 0.0]
    is_border = np.array(
        [True, True, *itertools.chain(*([False] * len(t) + [True] * 2 for t in texts))]
    )
    decoded = viterbi.decode(np.array(weights), is_border, TRANSITIONS)
    assert decoded.begins[is_border].all()
    at = 2
    for text, exact in zip(texts, scores, strict=True):
        here = slice(at, at + len(text))
        expected = best_labels(exact)
        if decoded.doubt[here].min() > 1e-9:
            assert expected == tuple(decoded.begins[here].tolist())
            assert expected == tuple(viterbi.decode_exactly(exact, TRANSITIONS).tolist())
        at += len(text) + 2


@given(st.lists(st.floats(-2, 1.5), min_size=1, max_size=300))
def test_long_runs_are_decoded_alike(weights):
    """Both decoders agree on runs of undecided tokens of any length."""
    padded = np.array([0.0, 0.0, *weights, 0.0, 0.0])
    is_border = np.array([True, True, *[False] * len(weights), True, True])
    decoded = viterbi.decode(padded, is_border, TRANSITIONS)
    exact = viterbi.decode_exactly(np.array([[0.0, weight] for weight in weights]), TRANSITIONS)
    if decoded.doubt.min() > 1e-9:
        assert exact.tolist() == decoded.begins[2:-2].tolist()
    assert 1 <= decoded.steps <= len(weights) + 1


def test_exact_decoding_is_that_of_the_compiled_part(engine):
    """Labels from exact scores equal those of the underthesea tagger, even in near ties."""
    source = locate()
    featurizer = CRFFeaturizer(
        pickle.loads(source.templates.read_bytes()), pickle.loads(source.dictionary.read_bytes())
    )
    tagger = CRFTagger()
    tagger.load(str(source.model))
    for text in [*TEXTS, "a a a " * 50, ". , " * 50]:
        columns, tokens = padded_columns(engine, [text])
        if len(tokens) == 4:
            continue
        strings = [engine._lexicon.pieces[2 * token][1:] for token in tokens[2:-2].tolist()]
        theirs = tagger.tag(featurizer.process([[[string] for string in strings]])[0])
        ours = viterbi.decode_exactly(engine._scorer.exact(columns), engine._transitions)
        assert [label == "B-W" for label in theirs] == ours.tolist()


def test_unusual_transitions_are_refused():
    """Transition weights that favour keeping a label are refused."""
    with pytest.raises(UnsupportedModelError):
        viterbi.transitions(np.array([[1.0, -1.0], [-1.0, 1.0]]))


PAIRS = st.dictionaries(
    st.tuples(st.integers(1, 30), st.integers(0, 40)), st.integers(1, 1 << 20), max_size=200
)


@given(PAIRS)
def test_pair_maps(pairs):
    """Both lookups of a map return the value of each of its pairs and 0 for all others."""
    built = displacement.build(pairs, 31, 41)
    first, second = (grid.ravel() for grid in np.mgrid[0:31, 0:41])
    expected = [pairs.get(pair, 0) for pair in zip(first.tolist(), second.tolist(), strict=True)]
    assert expected == built(first, second).tolist()
    get = built.getter()
    assert expected == [get(a, b) for a, b in zip(first.tolist(), second.tolist(), strict=True)]


TEMPLATES = [
    ("T[0]", Template("T[0]", 0, 1, Kind.FORM)),
    ("T[-2,0]", Template("T[-2,0]", -2, 3, Kind.FORM)),
    ("T[-1,0].lower", Template("T[-1,0].lower", -1, 2, Kind.LOWER)),
    ("T[1].isdigit", Template("T[1].isdigit", 1, 1, Kind.DIGIT)),
    ("T[0,2].is_in_dict", Template("T[0,2].is_in_dict", 0, 3, Kind.DICT)),
]


@pytest.mark.parametrize(("name", "template"), TEMPLATES)
def test_templates(name, template):
    """The name of a template gives its tokens and its kind."""
    assert (template,) == templates.parse([name])


@pytest.mark.parametrize(
    "name",
    ["T[3]", "T[-3,-1]", "T[0,-1]", "T[0].prefix", "T[0,2].lower", "T[0,1].isdigit", "X", ""],
)
def test_unknown_templates_are_refused(name):
    """A template that the tables cannot represent is refused."""
    with pytest.raises(UnsupportedModelError):
        templates.parse([name])


def test_damaged_model_files_are_refused(crf):
    """A truncated, damaged or foreign model file is refused."""
    content = locate().model.read_bytes()
    assert crf.weights.shape == (50671, 2)
    for damaged in (b"", b"PK", content[:40], content[:100_000], b"x" + content[1:]):
        with pytest.raises(UnsupportedModelError):
            crfsuite.parse(damaged)
    with pytest.raises(UnsupportedModelError):
        crfsuite.parse(content[:12] + struct.pack("<I", 99) + content[16:])


def test_models_that_cannot_be_expressed_are_refused(crf):
    """Other labels, or a dictionary word that contains the token `Th s`, are refused."""
    names = templates.parse(["T[0]"])
    other = crfsuite.CrfModel(["O", "I-W"], [], np.zeros((0, 2)), np.zeros((2, 2)))
    with pytest.raises(UnsupportedModelError):
        tables.compile_tables(other, names, set())
    with pytest.raises(UnsupportedModelError):
        tables.compile_tables(crf, names, {"bà th sáu"})


def test_facts_of_tokens():
    """Token facts cover words, lower case, titles and 32-bit integers, and accept surrogates."""
    words = {"học": 1, "Học": 2}
    facts = TokenFacts().columns(["Học", "học", "+5", "2147483648", "\ud800", "٣"], words)
    assert facts.word.tolist() == [2, 1, 0, 0, 0, 0]
    assert facts.lower.tolist() == [1, 1, 0, 0, 0, 0]
    assert facts.title.tolist() == [1, 0, 1, 1, 1, 1]
    assert facts.digit.tolist() == [0, 0, 1, 0, 0, 0]


@given(
    st.lists(st.sampled_from(["a", " ", "\n", "\x1c", "b" * 1000, "c" * 1001, "."])).map("".join)
)
def test_parts_are_the_text(text):
    """The concatenated parts are the text, and exactly the overlong chunks are marked as long."""
    found = list(parts(text))
    assert text == "".join(part for part, _ in found)
    assert all(
        (len(part) > 1000) <= is_long
        for part, is_long in found
        if " " not in part and part.split() == [part]
    )
    for part, is_long in found:
        assert is_long or all(len(chunk) <= 1000 for chunk in part.split())


def test_encodable_texts_keep_their_length():
    """Each surrogate half is replaced by one character, and nothing else is replaced."""
    assert encodable("a\ud83d\ude00đ😀") == "a\ufffd\ufffdđ😀"


def test_codes_of_chunks():
    """White space has code 0, and exactly one other code is shared."""
    table = code_table()
    points = np.flatnonzero(table == 0).tolist()
    assert points == [c for c in range(0x110000) if chr(c).isspace()]
    counts = np.bincount(table, minlength=256)[1:]
    assert (counts[~SHARED[1:]] <= 1).all()
    assert SHARED.sum() == 1


@given(st.lists(any_text(), max_size=4))
def test_chunks_are_those_of_split(texts):
    """The chunks of joined texts are those of str.split() on each text, in order."""
    found = find_chunks(texts)
    places = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
    assert [found.text[a:b] for a, b in places] == [key for text in texts for key in text.split()]
    assert np.diff(found.offsets).tolist() == [len(text.split()) for text in texts]


@given(st.lists(any_text().flatmap(lambda text: st.sampled_from(text.split() or ["a"]))))
def test_chunks_are_cut_together_as_alone(engine, chunks):
    """The tokens and syllables of a chunk do not depend on the chunks cut with it."""
    tokenizer = engine._tokenizer
    together = tokenizer.chunks(chunks) if chunks else tokenizer.chunks(["a"])
    alone = [tokenizer.chunks([chunk]) for chunk in chunks or ["a"]]
    assert together.tokens == [token for one in alone for token in one.tokens]
    for name in ("token_counts", "syllables", "syllable_counts", "aligned"):
        parts_of = [getattr(one, name) for one in alone]
        assert getattr(together, name).tolist() == np.concatenate(parts_of).tolist()
