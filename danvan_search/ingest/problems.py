"""The exception by which a reader gives up a source."""

from danvan_search.ingest.records import Cause


class ReadError(Exception):
    """The rest of a source cannot be read.

    :ivar reason: why, and what to do; it continues the name of the source and a colon.
    :ivar cause: the reason in one or two words.
    """

    def __init__(self, reason: str, cause: Cause) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cause = cause
