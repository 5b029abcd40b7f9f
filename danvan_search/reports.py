"""Reports as plain values: statistics, changes, verification, repair and backup."""

import datetime
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Progress = Callable[[int, int], None]
"""Called with (amount done, total amount), in bytes, or articles for a repair."""

OnSkip = Callable[[str], None]
"""Called with a message of one line for each skipped file or record."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A file of an index that is damaged or missing, or does not belong to the index.

    :ivar file: its name in the folder of the index.
    :ivar problem: a description of the damage.
    """

    file: str
    problem: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The numbers of articles that a call changed.

    :ivar added: articles with new ids.
    :ivar updated: articles that replaced one with the same id.
    :ivar unchanged: articles that the index already contained, equal in every value.
    """

    added: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Stats:
    """The statistics of an index.

    :ivar articles: the number of articles.
    :ivar syllables: the number of syllables of all texts.
    :ivar accented_forms: the number of distinct accented forms.
    :ivar folded_forms: the number of distinct folded forms.
    :ivar size_bytes: the size of all files on disk.
    :ivar last_commit: the time of the last commit, in UTC.
    :ivar generation: the number of commits so far.
    :ivar without_words: the number of articles that were not segmented into words.
    :ivar segmenters: the fingerprints of the segmenters that made the words.
    :ivar embedded: the number of articles with vectors.
    :ivar embedder: the name of the embedder that made them; "" without vectors.
    :ivar format: the name of the index format.
    :ivar versions: the versions of the installed software, by package name.
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
    embedded: int
    embedder: str
    format: str
    versions: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the statistics as plain JSON values."""
        return {
            **asdict(self),
            "segmenters": list(self.segmenters),
            "last_commit": self.last_commit.isoformat(timespec="seconds"),
        }


@dataclass(frozen=True, slots=True)
class ClusterStats:
    """The statistics of an index on a cluster.

    :ivar articles: the number of articles.
    :ivar syllables: the number of syllables of all texts.
    :ivar size_bytes: the size of all shards on disk, replicas included.
    :ivar without_words: the number of articles that were not segmented into words.
    :ivar segmenter: the fingerprint of the segmenter that made the words.
    :ivar format: the version of the fields.
    :ivar index: the name of the index behind the alias.
    :ivar shards: the number of primary shards.
    :ivar replicas: the copies of each.
    :ivar health: ``green``, ``yellow`` without some replicas, or ``red`` without some shards.
    :ivar versions: the versions of the software, by name.
    """

    articles: int
    syllables: int
    size_bytes: int
    without_words: int
    segmenter: str
    format: str
    index: str
    shards: int
    replicas: int
    health: str
    versions: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the statistics as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of reading every byte of an index.

    :ivar files: the number of files that the index needs and has.
    :ivar size_bytes: their total size.
    :ivar damages: files that are damaged, missing or foreign; empty if the index is whole.
    :ivar leftovers: names in the folder that the newest commit does not need: a writer is at work,
        or was killed, or a Whoosh writer was refused. They are harmless, and the next commit
        removes them.
    """

    files: int
    size_bytes: int
    damages: tuple[Damage, ...]
    leftovers: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the index has no damages."""
        return not self.damages

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return {"whole": self.is_whole, **asdict(self)}


@dataclass(frozen=True, slots=True)
class RepairReport:
    """The result of a repair, or of its dry run.

    :ivar damages: the files that were damaged, missing or foreign; empty if the index was whole.
    :ivar kept: the number of articles in the repaired index, the salvaged ones included.
    :ivar salvaged: the number of articles that were read from damaged files, found intact by their
        content hashes, and indexed again.
    :ivar segmented: how many of the salvaged articles were segmented into words again, by the
        current segmenter.
    :ivar lost: the number of articles that are known to be lost.
    :ivar lost_ids: their ids, as far as these can be read.
    :ivar uncounted: lost files with an unknown number of articles.
    :ivar deletions_lost: whether the commit file was lost, so that articles that had been removed
        or replaced may be back.
    :ivar index_again: the folders and files that lost articles came from, as far as these are
        known; indexing them again restores the articles.
    :ivar outdated: the version of the index, in a few words, if it was of an earlier version: of
        another format or text analysis. Then all of its articles were indexed again. Empty if not.
    :ivar old: the path of the old folder, which is kept; None if nothing was changed.
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
    outdated: str = ""
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
    """The content of a backup.

    :ivar articles: the number of articles.
    :ivar generation: the generation of the index that was saved.
    :ivar files: the number of files.
    :ivar size_bytes: their total size when unpacked.
    :ivar old: the path of the index that a restored one replaced, which is kept; None if there
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
class EmbedReport:
    """The vectors that a call made.

    :ivar articles: the number of articles that got vectors.
    :ivar passages: the number of passages that were embedded.
    :ivar total: the number of articles of the index.
    """

    articles: int
    passages: int
    total: int

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class NotRead:
    """Files, or records, of one kind that were not read for one cause.

    :ivar cause: the cause in one or two words, such as "other kind" or "too large"; see
        :class:`~danvan_search.ingest.Cause`.
    :ivar kind: the kind of the files: a suffix, "folder", "standard input" or "without suffix".
    :ivar count: how many there are.
    :ivar install: the command that installs the package that is missing; "" for other causes.
    """

    cause: str
    kind: str
    count: int
    install: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What people should know of how some files of a folder were read.

    :ivar path: the path that was indexed.
    :ivar text: what there is to know; it continues a number of files and a colon.
    :ivar count: the number of articles that it is about.
    """

    path: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The numbers of articles that a synchronisation changed, or would change in a dry run.

    :ivar added: articles with new ids.
    :ivar updated: articles that changed.
    :ivar removed: articles that vanished from the paths.
    :ivar unchanged: articles that the index already contained.
    :ivar skipped: files and records that could not be used, also empty ones.
    :ivar failed: how many of them should have been articles: the empty ones left out.
    :ivar not_read: everything that was not read, by cause and kind: also files of other kinds,
        and those whose package is missing.
    :ivar notices: what people should know of how files were read.
    """

    added: int
    updated: int
    removed: int
    unchanged: int
    skipped: int
    failed: int = 0
    not_read: tuple[NotRead, ...] = ()
    notices: tuple[Notice, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return asdict(self)
