"""What the child may answer: values of a file, the end of it, or why there are no more."""

import enum
from typing import Final


class Failure(enum.StrEnum):
    """Why a parser gave up a file. The parent has a sentence for each."""

    LOCKED = "locked"
    OLD = "old"
    OTHER = "other"
    DAMAGED = "damaged"
    UNEXPECTED = "unexpected"
    PARTS = "parts"
    MEMORY = "memory"
    PACKAGE = "package"


class ParseError(Exception):
    """A file cannot be parsed.

    :ivar failure: why.
    :ivar detail: what is added to the sentence.
    """

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(failure, detail)
        self.failure = failure
        self.detail = detail


MAX_PARTS: Final = 20_000
"""How many pages or sheets a file may have."""

VALUE: Final = "value"
FAILURE: Final = "failure"
DETAIL: Final = "detail"
END: Final = "end"
"""The keys of the frames that the child writes."""
