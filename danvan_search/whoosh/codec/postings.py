"""The postings of one term, and Whoosh's matcher over them."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.formats import Format
from whoosh.matching import ListMatcher, ReadTooFar
from whoosh.reading import TermInfo
from whoosh.system import pack_uint

from danvan_search.index.codec.corruption import CorruptionGuard
from danvan_search.index.codec.ragged import run_lengths, run_starts

Occurrence = tuple[int, int, int]
"""The position of an occurrence in its text, and the offsets of its first and last characters."""


class Postings:
    """The documents of a term, and how often each has it.

    :ivar docs: int64[n], ascending.
    :ivar tfs: int64[n], the frequency in each document, from 1.
    """

    def __init__(self, docs: np.ndarray, tfs: np.ndarray) -> None:
        self.docs = docs
        self.tfs = tfs

    def positions(self, index: int) -> list[int]:
        """Return the positions of the term in the document at an index of ``docs``, ascending."""
        raise NotImplementedError

    def occurrences(self, index: int) -> list[Occurrence]:
        """Return the occurrences in the document at an index of ``docs``, by position."""
        raise NotImplementedError

    @cached_property
    def ids(self) -> list[int]:
        """The documents as a list."""
        ids: list[int] = self.docs.tolist()
        return ids

    @cached_property
    def weights(self) -> list[float]:
        """The frequencies as Whoosh's weights."""
        weights: list[float] = self.tfs.astype(np.float64).tolist()
        return weights

    def info(self, lengths: np.ndarray) -> TermInfo:
        """Return the statistics of the term, a new object each time: Whoosh changes them.

        :param lengths: integers[docs of the segment], the length of the field in each document.
        """
        own = lengths.take(self.docs)
        return TermInfo(
            float(self.tfs.sum()),
            len(self.docs),
            int(own.min()),
            int(own.max()),
            float(self.tfs.max()),
            int(self.docs[0]),
            int(self.docs[-1]),
        )


class SlotPostings(Postings):
    """The postings of a term that is found by its slots.

    :param slots: int64[n], ascending, where the term occurs.
    :param docs: int64[n], the document of each.
    """

    def __init__(self, slots: np.ndarray, docs: np.ndarray) -> None:
        starts = run_starts(docs)
        super().__init__(docs[starts], run_lengths(starts, len(docs)))
        self._slots = slots
        self._starts = starts

    def slots(self, index: int) -> np.ndarray:
        """Return the slots in the document at an index of ``docs``: int64[tf], ascending."""
        start = self._starts[index]
        return self._slots[start : start + self.tfs[index]]


class ValuePostings(Postings):
    """The postings of a value of a field that has one value per document."""

    def __init__(self, docs: np.ndarray) -> None:
        super().__init__(docs, np.ones(len(docs), dtype=np.int64))


class PostingMatcher(ListMatcher):  # type: ignore[misc]
    """Iterates over the postings of a term; positions and offsets are read when asked for.

    :param postings: the postings of the term.
    :param ids: what the matcher calls the postings: their documents, or the terms of a vector.
    :param format_: the format of the field.
    :param guard: guards the reads of positions and offsets.
    :param scorer: Whoosh's scorer of the term; None for none.
    :param term: the field and the bytes of the term.
    :param info: the statistics of the term.
    :param position: the index of the current posting.
    """

    def __init__(
        self,
        postings: Postings,
        ids: Sequence[Any],
        format_: Format,
        guard: CorruptionGuard,
        scorer: Any = None,  # noqa: ANN401 - Whoosh has no types
        term: tuple[str, bytes] | None = None,
        info: TermInfo | None = None,
        position: int = 0,
    ) -> None:
        super().__init__(
            ids,
            weights=postings.weights,
            format=format_,
            scorer=scorer,
            position=position,
            term=term,
            terminfo=info,
        )
        self._postings = postings
        self._guard = guard
        self._has_characters = format_.supports("characters")
        self._has_positions = format_.supports("positions")

    def copy(self) -> "PostingMatcher":
        """Return a matcher at the same posting."""
        return PostingMatcher(
            self._postings,
            self._ids,
            self._format,
            self._guard,
            self._scorer,
            self._term,
            self._terminfo,
            self._i,
        )

    def id(self) -> Any:  # noqa: ANN401
        """Return the id of the current posting; past the last one, that of the last one.

        Whoosh's ``AndNot`` asks for it there, after a skip.
        """
        return self._ids[min(self._i, len(self._ids) - 1)]

    def skip_to(self, id: Any) -> None:  # noqa: A002, ANN401
        """Go to the first posting, from the current one on, that is not before ``id``.

        :raises ReadTooFar: there is no current posting.
        """
        if not self.is_active():
            raise ReadTooFar
        self._i: int = bisect_left(self._ids, id, self._i)

    def skip_to_quality(self, minquality: float) -> int:
        """Leave all postings if none can score more; they are one block.

        :return: the number of blocks that were skipped.
        """
        if self.is_active() and self.block_quality() <= minquality:
            self._i = len(self._ids)
            return 1
        return 0

    def block_max_weight(self) -> float:
        """Return the highest frequency in any document."""
        return float(self._terminfo.max_weight() if self._terminfo else max(self._weights))

    def all_items(self) -> Any:  # noqa: ANN401
        """Yield the id and the encoded value of each posting."""
        return ((one, self._encoded(index)) for index, one in enumerate(self._ids))

    def value(self) -> bytes:
        """Return the value of the current posting, encoded in the format of the field."""
        return self._encoded(self._i)

    def value_as(self, astype: str) -> Any:  # noqa: ANN401
        """Return the value of the current posting in one of the ways of the format."""
        if astype == "characters" and self._has_characters:
            return self._guard.call(self._postings.occurrences, self._i)
        if astype == "positions" and self._has_positions:
            return self._guard.call(self._postings.positions, self._i)
        return super().value_as(astype)

    def _encoded(self, index: int) -> bytes:
        if self._has_characters:
            return bytes(self._format.encode(self._guard.call(self._postings.occurrences, index)))
        if self._has_positions:
            return bytes(self._format.encode(self._guard.call(self._postings.positions, index)))
        if self._format.fixed_value_size() == 0:
            return b""
        return bytes(pack_uint(int(self._postings.tfs[index])))
