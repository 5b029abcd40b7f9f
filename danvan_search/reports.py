"""What an index reports of itself and of a change: plain values."""

import datetime
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Changes:
    """What a call changed.

    :ivar added: articles that were not there before.
    :ivar updated: articles that replaced one of the same id.
    :ivar unchanged: articles that were there already, equal in every value.
    """

    added: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Numbers of an index.

    :ivar articles: how many articles it holds.
    :ivar syllables: how many syllables they have, titles and bodies.
    :ivar accented_forms: how many distinct accented forms.
    :ivar folded_forms: how many distinct folded forms.
    :ivar size_bytes: the size of its files on disk.
    :ivar last_commit: when it was last changed, in UTC.
    :ivar generation: how many commits it has had.
    :ivar without_words: how many articles were not segmented into words.
    :ivar segmenters: the fingerprints of the segmenters that made the words.
    :ivar format: the name of its format.
    :ivar versions: the versions of the software that reads it now, by package name.
    """

    articles: int
    syllables: int
    accented_forms: int
    folded_forms: int
    size_bytes: int
    last_commit: datetime.datetime
    generation: int
    without_words: int
    segmenters: tuple[str, ...]
    format: str
    versions: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as plain JSON values."""
        return {**asdict(self), "last_commit": self.last_commit.isoformat(timespec="seconds")}
