"""What an index reports of itself and of a change: plain values."""

import datetime
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Progress = Callable[[int, int], None]
"""Called with (bytes read, bytes in all)."""

OnSkip = Callable[[str], None]
"""Called with one line for each file or record that is skipped."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A file of an index that is not what was written.

    :ivar file: its name in the folder of the index.
    :ivar problem: what is wrong with it, in words.
    """

    file: str
    problem: str


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


@dataclass(frozen=True, slots=True)
class Verification:
    """What reading a whole index found.

    :ivar files: how many files the index needs and has.
    :ivar size_bytes: how large they are together.
    :ivar damages: what is damaged, missing or does not belong; none if all is well.
    :ivar leftovers: files that the newest commit does not need: a writer is at work, or was ended
        at work. They do no harm, and the next commit removes them.
    """

    files: int
    size_bytes: int
    damages: tuple[Damage, ...]
    leftovers: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every byte that the index needs is what was written."""
        return not self.damages

    def to_json(self) -> dict[str, Any]:
        """Return the findings as plain JSON values."""
        return {"whole": self.is_whole, **asdict(self)}


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What a repair did, or would do in a dry run.

    :ivar damages: what was damaged or missing; none if there was nothing to repair.
    :ivar kept: how many articles the repaired index holds, those of the next value too.
    :ivar salvaged: how many of these were read out of damaged files, proven to be what was
        written, and indexed anew.
    :ivar segmented: how many of these were segmented into words again, by the segmenter of today.
    :ivar lost: how many articles are known to be lost.
    :ivar lost_ids: the ids of these, as far as they can be read.
    :ivar uncounted: files of which nothing tells how many articles they held.
    :ivar deletions_lost: whether articles that were removed, or replaced, may be back, since the
        table of contents that knew of them is lost.
    :ivar index_again: the folders and files that lost articles came from, as far as is known;
        indexing them brings the articles back.
    :ivar old: where the folder is kept as it was; None if nothing was changed.
    """

    damages: tuple[Damage, ...] = ()
    kept: int = 0
    salvaged: int = 0
    segmented: int = 0
    lost: int = 0
    lost_ids: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()
    deletions_lost: bool = False
    index_again: tuple[str, ...] = ()
    old: Path | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing was lost."""
        return not (self.lost or self.uncounted or self.deletions_lost)

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {**asdict(self), "old": None if self.old is None else str(self.old)}


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds.

    :ivar articles: how many articles.
    :ivar generation: the generation of the index that it is a copy of.
    :ivar files: how many files.
    :ivar size_bytes: how large they are together, unpacked.
    :ivar old: where the index is kept that stood in the place of a restored one; None if there
        was none.
    """

    articles: int
    generation: int
    files: int
    size_bytes: int
    old: Path | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {**asdict(self), "old": None if self.old is None else str(self.old)}


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a synchronisation did, or would do in a dry run.

    :ivar added: articles that were not in the index.
    :ivar updated: articles that changed.
    :ivar removed: articles that vanished from the paths.
    :ivar unchanged: articles that were in the index already.
    :ivar skipped: files and records that could not be used.
    """

    added: int
    updated: int
    removed: int
    unchanged: int
    skipped: int

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return asdict(self)
