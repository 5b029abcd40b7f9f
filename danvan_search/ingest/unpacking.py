"""The limits of unpacking: what one file may become, counted over all that is nested in it.

The parts of a container, such as an archive or a mailbox, are read like files, and may be
containers again. They share one :class:`Unpacking`. Only what is read is counted: a picture in a
document may be as large and as well compressed as it likes.
"""

from typing import Final

from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.records import Cause

MAX_UNPACKED: Final = 200_000_000
"""How many bytes are unpacked of one file, unless it is a large one."""

MAX_RATIO: Final = 20
"""How many times its size on disk may be unpacked of a large file."""

MAX_PARTS: Final = 10_000
"""How many parts of one file are read, unless it is a large one."""

BYTES_OF_PART: Final = 200
"""How many bytes of a large file, on disk, allow one part more: a mailbox may hold many mails."""

MAX_DEPTH: Final = 4
"""How many containers may stand in each other."""

MAX_PART_RATIO: Final = 250
"""How many times its compressed size a part may have, beyond :data:`UNCHECKED_BYTES`: a text
compresses to a tenth, and one that repeats itself to a hundredth."""

UNCHECKED_BYTES: Final = 16_000_000
"""The size of a part up to which its ratio does not matter."""


class LimitError(ReadError):
    """A whole file reached a limit: nothing more of it is read."""


class Unpacking:
    """Counts what is unpacked of a file.

    :param size: the size of the file on disk, in bytes; 0 if it is not known.
    """

    def __init__(self, size: int = 0) -> None:
        self._max_bytes = max(MAX_UNPACKED, MAX_RATIO * size)
        self._max_parts = max(MAX_PARTS, size // BYTES_OF_PART)
        self._bytes = 0
        self._parts = 0

    def count_bytes(self, count: int) -> None:
        """Count unpacked bytes.

        :raises LimitError: they are too many in all.
        """
        self._bytes += count
        if self._bytes > self._max_bytes:
            raise LimitError(
                f"unpacks to more than {self._max_bytes:,} bytes: unpack it yourself, and index "
                "what you need of it",
                Cause.TOO_LARGE,
            )

    def count_parts(self, count: int = 1) -> None:
        """Count parts that are read.

        :raises LimitError: they are too many in all.
        """
        self._parts += count
        if self._parts > self._max_parts:
            raise LimitError(
                f"has more than {self._max_parts:,} parts: unpack it yourself, and index what you "
                "need of it",
                Cause.TOO_LARGE,
            )


def check_ratio(unpacked: int, packed: int) -> None:
    """Refuse a part that is compressed as no text is.

    :param unpacked: its bytes so far.
    :param packed: its compressed size, in bytes.
    :raises ReadError: it grows without end.
    """
    if unpacked > UNCHECKED_BYTES and unpacked > MAX_PART_RATIO * packed:
        raise ReadError(
            f"unpacks to more than {MAX_PART_RATIO} times its size, as no text does: unpack it "
            "yourself",
            Cause.REFUSED,
        )


def check_depth(depth: int) -> None:
    """Refuse a container that stands in too many others.

    :param depth: in how many.
    :raises ReadError: with it they are more than :data:`MAX_DEPTH`.
    """
    if depth >= MAX_DEPTH:
        raise ReadError(
            f"stands in {MAX_DEPTH} archives or mails, one in another: unpack it yourself",
            Cause.REFUSED,
        )
