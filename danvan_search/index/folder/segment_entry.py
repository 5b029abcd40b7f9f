"""The entry of a segment in the commit file: its name, its counts and its deleted documents."""

import re
import secrets
from collections.abc import Iterator
from typing import Any, Final, Self

import numpy as np

from danvan_search.index.folder.file_names import INDEX_NAME, SEGMENT_ID

_MAX_COUNT: Final = (1 << 32) - 1


class SegmentEntry:
    """What the commit file says of a segment.

    :ivar segid: the random part of its name, 16 hexadecimal digits.
    :ivar syllables: the number of its syllables, those of deleted documents included.

    :param doc_count: the number of its documents, deleted ones included.
    """

    def __init__(self, doc_count: int = 0, syllables: int = 0) -> None:
        self.segid = secrets.token_hex(8)
        self.syllables = syllables
        self._doc_count = doc_count
        self._deleted: set[int] = set()

    def to_json(self) -> dict[str, Any]:
        """Return the segment as plain JSON values."""
        return {
            "name": self.segid,
            "documents": self._doc_count,
            "syllables": self.syllables,
            "deleted": sorted(self._deleted),
        }

    @classmethod
    def from_json(cls, values: Any) -> Self:  # noqa: ANN401
        """Return the segment that JSON values describe; they are not trusted.

        :raises ValueError: :meth:`to_json` never returns such values.
        """
        if not isinstance(values, dict):
            raise ValueError("a segment is not an object")
        name, deleted = values.get("name"), values.get("deleted")
        documents, syllables = values.get("documents"), values.get("syllables")
        if not (
            isinstance(name, str)
            and re.fullmatch(SEGMENT_ID, name)
            and isinstance(deleted, list)
            and isinstance(documents, int)
            and isinstance(syllables, int)
            and all(type(count) is int for count in (documents, syllables, *deleted))
            and 0 <= documents <= _MAX_COUNT
            and 0 <= syllables <= _MAX_COUNT
            and all(0 <= doc < documents for doc in deleted)
        ):
            raise ValueError("a segment has impossible values")
        made = cls(doc_count=documents, syllables=syllables)
        made.segid = name
        made._deleted = set(deleted)
        return made

    def segment_id(self) -> str:
        """Return the name of the segment, with which its files begin."""
        return f"{INDEX_NAME}_{self.segid}"

    def doc_count(self) -> int:
        """Return the number of live documents."""
        return self._doc_count - len(self._deleted)

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones included."""
        return self._doc_count

    def set_doc_count(self, count: int) -> None:
        """Set the number of documents."""
        self._doc_count = count

    def has_deletions(self) -> bool:
        """Say whether documents are deleted."""
        return bool(self._deleted)

    def deleted_count(self) -> int:
        """Return the number of deleted documents."""
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        """Yield the deleted documents."""
        return iter(self._deleted)

    def delete_document(self, docnum: int) -> None:
        """Mark a document as deleted."""
        self._deleted.add(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return docnum in self._deleted


def live_mask(segment: SegmentEntry) -> np.ndarray | None:
    """Return which documents of a segment are live, bool[docs]; None if all are."""
    if not segment.has_deletions():
        return None
    mask = np.ones(segment.doc_count_all(), dtype=np.bool_)
    mask[np.fromiter(segment.deleted_docs(), np.int64, segment.deleted_count())] = False
    return mask


def live_docs(segment: SegmentEntry) -> np.ndarray:
    """Return the live documents of a segment: int64[n], ascending."""
    mask = live_mask(segment)
    return np.arange(segment.doc_count_all()) if mask is None else np.flatnonzero(mask)
