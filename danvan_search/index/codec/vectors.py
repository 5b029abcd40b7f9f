"""The vectors of a segment: what its articles mean, in numbers that an embedder made.

An article is cut into passages, each with a vector of length 1, whose direction is its meaning. It
is stored in one byte per number: an integer from -127 to 127, to be multiplied with the scale of
the vector, which is its largest number divided by 127. So no number is off by more than half of
the scale. The arrays of a segment with d documents and p passages, in the order of the documents,
are part of its ``.docs`` file, and absent without vectors::

    vector_starts   uint32[d + 1], the first passage of each document
    vector_values   uint8[p, dimension], the integers in two's complement
    vector_scales   float32[p]
    vector_places   uint32[p], where the passage starts in the body, in characters

The meta value ``vectors`` of the file names the embedder, and has the dimension.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from danvan_search.embedder import MAX_DIMENSION, MAX_NAME_CHARS
from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec.array_checks import check, check_lengths, check_offsets
from danvan_search.index.codec.checked_array import StoredArrays
from danvan_search.index.codec.corruption import SUSPECT
from danvan_search.index.codec.ragged import offsets_of

META: Final = "vectors"
ARRAYS: Final = ("vector_starts", "vector_values", "vector_scales", "vector_places")
BLOCK: Final = 1 << 10
"""The passages that are read at a time: 1.5 MB of float32 with 384 numbers each."""
_MOST: Final = 127
_NEARLY: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Passages:
    """The vectors of the p passages of an article, or of several.

    :ivar values: int8[p, dimension].
    :ivar scales: float32[p].
    :ivar places: uint32[p], where each starts in the body, in characters.
    """

    values: NDArray[np.int8]
    scales: NDArray[np.float32]
    places: NDArray[np.uint32]

    @classmethod
    def of(cls, vectors: NDArray[np.float32], places: Sequence[int]) -> Self:
        """Return the stored form of vectors.

        :param vectors: float32[p, dimension], finite.
        :param places: see ``places``.
        """
        scales = np.abs(vectors).max(axis=1, initial=0.0) / np.float32(_MOST)
        divisors = np.where(scales > 0, scales, np.float32(1))
        values = np.rint(vectors / divisors[:, None]).astype(np.int8)
        return cls(values, scales.astype(np.float32), np.array(places, dtype=np.uint32))

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class VectorColumns:
    """The vectors of a segment that is written; see the module.

    :ivar model: the name of the embedder.
    :ivar dimension: the numbers of a vector.
    :ivar counts: int64[docs], the passages of each document.
    :ivar pieces: each reads a piece of the passages; together they are those of all documents.
    """

    model: str
    dimension: int
    counts: NDArray[np.int64]
    pieces: Sequence[Callable[[], Passages]]

    @property
    def meta(self) -> dict[str, Any]:
        """The meta value of the file."""
        return {META: {"model": self.model, "dimension": self.dimension}}

    def starts(self) -> NDArray[np.uint32]:
        """Return ``vector_starts``."""
        return offsets_of(self.counts).astype(np.uint32)

    def parts(self) -> Iterator[Passages]:
        """Yield the passages of all documents, piece by piece."""
        for read in self.pieces:
            yield read()


class Vectors:
    """The vectors of an open segment; immutable and thread-safe.

    :ivar model: the name of the embedder.
    :ivar dimension: the numbers of a vector.
    :ivar count: the number of passages.

    :param arrays: the arrays of its ``.docs`` file.
    :param meta: the meta value ``vectors`` of that file.
    :param doc_count: the number of documents.
    :param where: the file, for errors.
    :raises IndexDamagedError: an array is missing, or has another shape or dtype.
    """

    def __init__(self, arrays: StoredArrays, meta: Any, doc_count: int, where: str) -> None:  # noqa: ANN401
        try:
            self.model, self.dimension = meta["model"], meta["dimension"]
            check(
                type(self.model) is str and 0 < len(self.model) <= MAX_NAME_CHARS,
                "an impossible name of an embedder",
            )
            check(
                type(self.dimension) is int and 0 < self.dimension <= MAX_DIMENSION,
                "an impossible dimension of vectors",
            )
            starts, values, scales, places = (arrays[name] for name in ARRAYS)
            self._starts = starts.of(np.uint32)
            self._values = values.of(np.uint8, axes=2)
            self._scales = scales.of(np.float32)
            self._places = places.of(np.uint32)
            self.count = len(values)
            check_lengths(doc_count + 1, starts)
            check_lengths(self.count, scales, places)
            check(values.shape[1] == self.dimension, "vectors of another dimension")
        except SUSPECT as error:
            raise IndexDamagedError.of(where, f"its vectors are invalid: {error}") from error

    @cached_property
    def starts(self) -> NDArray[np.uint32]:
        """The first passage of each document: uint32[docs + 1].

        :raises ValueError: they are out of order or out of range.
        """
        starts = self._starts.whole()
        check_offsets(starts, self.count)
        return starts

    @classmethod
    def open(
        cls, arrays: StoredArrays, meta: Mapping[str, Any], doc_count: int, where: str
    ) -> Self | None:
        """Return the vectors of a segment; None if it has none."""
        return cls(arrays, meta[META], doc_count, where) if META in meta else None

    def values(self, start: int, stop: int) -> NDArray[np.int8]:
        """Return the integers of the passages ``start`` to ``stop - 1``: int8[n, dimension]."""
        return self._values.slice(start, stop).view(np.int8)

    def scales(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return the scales of the passages ``start`` to ``stop - 1``: float32[n]."""
        return self._scales.slice(start, stop)

    def slice(self, start: int, stop: int) -> Passages:
        """Return the passages ``start`` to ``stop - 1``."""
        places = self._places.slice(start, stop)
        return Passages(self.values(start, stop), self.scales(start, stop), places)

    def of(self, doc: int) -> Passages:
        """Return the passages of a document."""
        return self.slice(int(self.starts[doc]), int(self.starts[doc + 1]))

    def counts(self) -> NDArray[np.int64]:
        """Return the number of passages of each document: int64[docs]."""
        starts = self.starts.astype(np.int64)
        return starts[1:] - starts[:-1]

    def check_values(self, body_chars: NDArray[np.int64]) -> None:
        """Check that every vector has the length 1, or 0, and every passage lies in its body.

        :param body_chars: integers[docs], the characters of each body.
        :raises ValueError: a value is impossible.
        """
        ends = np.repeat(body_chars, self.counts())
        check((self._places.whole() <= ends).all(), "a passage beyond its text")
        for start in range(0, self.count, BLOCK):
            stop = min(start + BLOCK, self.count)
            values = self.values(start, stop).astype(np.float32)
            scales = self.scales(start, stop)
            check(values.min(initial=0) >= -_MOST, "a number of a vector out of range")
            check((np.isfinite(scales) & (scales >= 0) & (scales <= 1)).all(), "a wrong scale")
            lengths = np.sqrt(np.einsum("ij,ij->i", values, values)) * scales
            off = scales * np.sqrt(np.float32(self.dimension)) / 2 + _NEARLY
            check(((np.abs(lengths - 1) <= off) | (lengths == 0)).all(), "a vector of no length 1")
