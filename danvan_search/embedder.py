"""The embedder: what turns texts into vectors whose directions are their meaning.

Any object with these members is one; ``danvan_search.semantic`` adapts those of some packages.
"""

from collections.abc import Sequence
from typing import Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from danvan_search.errors import OptionError

MAX_DIMENSION: Final = 1 << 14
MAX_NAME_CHARS: Final = 1_000
MAX_PASSAGES: Final = 8
"""The passages of an article that get a vector, at most: the first 1,312 syllables of its body."""


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into vectors: texts of similar meaning into vectors of similar direction.

    The same name must always stand for the same vectors: an index stores it, and compares vectors
    of that name alone.
    """

    @property
    def name(self) -> str:
        """The name of the model."""

    @property
    def dimension(self) -> int:
        """The numbers of a vector."""

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> NDArray[np.float32]:
        """Return the vectors of some texts, of any length: float32[n, dimension].

        :param is_query: whether they are queries: some models want these to begin otherwise than
            the passages that answer them.
        """


def checked_embedder(value: object) -> Embedder:
    """Return an embedder.

    :raises OptionError: it is none.
    """
    if not isinstance(value, Embedder) or isinstance(value, type):
        raise OptionError(
            f"{type(value).__name__} is no embedder: give one of open_embedder, or an object with "
            "a name, a dimension and a method embed"
        )
    name, dimension = value.name, value.dimension
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME_CHARS:
        raise OptionError(f"the name of the embedder is {name!r}: give a string")
    if type(dimension) is not int or not 0 < dimension <= MAX_DIMENSION:
        raise OptionError(
            f"the dimension of the embedder {name} is {dimension!r}: give a whole number up to "
            f"{MAX_DIMENSION:,}"
        )
    return value


def vectors_of(
    embedder: Embedder, texts: Sequence[str], *, is_query: bool = False
) -> NDArray[np.float32]:
    """Return the vectors of some texts with the length 1: float32[n, dimension].

    A vector of zeros stays one.

    :raises OptionError: the embedder returned something else than it should.
    """
    vectors = np.asarray(embedder.embed(texts, is_query=is_query))
    shape = len(texts), embedder.dimension
    if vectors.shape != shape or vectors.dtype.kind != "f" or not np.isfinite(vectors).all():
        raise OptionError(
            f"the embedder {embedder.name} returned {vectors.dtype}{list(vectors.shape)}: it must "
            f"return finite float32{list(shape)}"
        )
    wide = vectors.astype(np.float64)
    lengths = np.sqrt(np.einsum("ij,ij->i", wide, wide))
    return np.asarray(wide / np.where(lengths > 0, lengths, 1)[:, None], dtype=np.float32)
