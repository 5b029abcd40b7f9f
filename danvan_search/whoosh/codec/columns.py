"""Doc values as columns of Whoosh, to sort and group by."""

from collections.abc import Callable
from typing import Any

from whoosh.columns import ColumnReader

from danvan_search.index.codec.corruption import CorruptionGuard
from danvan_search.index.codec.doc_values import DocValues


class DocValueColumn(ColumnReader):  # type: ignore[misc]
    """A column of a segment.

    :param doc_values: the doc values of the segment.
    :param guard: guards the reads.
    :param value_of: returns the value of a document, or the default of the column.
    """

    def __init__(
        self,
        doc_values: DocValues,
        guard: CorruptionGuard,
        value_of: Callable[[DocValues, int], Any],
    ) -> None:
        self._doc_values = doc_values
        self._guard = guard
        self._value_of = value_of
        self._is_reversed = False

    def __len__(self) -> int:
        return len(self._doc_values)

    def __getitem__(self, docnum: int) -> Any:  # noqa: ANN401 - bytes, or a number
        return self._guard.call(self._value_of, self._doc_values, docnum)

    def __iter__(self) -> Any:  # noqa: ANN401
        return (self[doc] for doc in range(len(self)))

    def sort_key(self, docnum: int) -> Any:  # noqa: ANN401
        """Return what sorts the document: its value, with the sign changed in reverse."""
        return -self[docnum] if self._is_reversed else self[docnum]

    def set_reverse(self) -> None:
        """Sort numbers from the highest to the lowest."""
        self._is_reversed = True
