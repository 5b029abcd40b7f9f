"""The options of writing articles, and of indexing folders and files."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from danvan_search.arguments import checked_callback, checked_flag
from danvan_search.errors import OptionError
from danvan_search.ingest import MAX_BYTES
from danvan_search.options import option
from danvan_search.parsing import parse_size
from danvan_search.reports import OnSkip, Progress
from danvan_search.text.encodings import describe_encodings, parse_encoding


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """How to write articles.

    :ivar words: segment the texts into words. Indexing without words is faster, but ``word:``
        queries and :meth:`.Index.vocabulary` raise errors while the index contains an article
        without words. Unchanged articles keep what they have.
    :ivar jobs: the number of processes that analyse texts, this one included; as many read files.
        The others import the main module, so a script must do its work under
        ``if __name__ == "__main__"``. The resulting index is the same for any number.
    """

    words: bool = option(
        True,
        "Do not segment the texts into words: faster, but without word: and vocabulary.",
        name="no-words",
    )
    jobs: int = option(1, "The number of processes that read files and analyse texts.", "N")

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if isinstance(field.default, bool):
                checked_flag(field.name, getattr(self, field.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexingOptions(WriteOptions):
    """How to index folders and files; see also :class:`WriteOptions`.

    :ivar dry_run: report what would change, and change nothing.
    :ivar max_bytes: the size limit of a text file, or a line of JSON: a number of bytes, or a
        string such as ``20MB``. Larger ones are skipped.
    :ivar include: read only the files of folders that match one of these patterns. Files of unknown
        kinds that match are read as text.
    :ivar exclude: do not read the files and folders that match one of these patterns. A pattern has
        ``*``, ``?`` and ``[…]``; one with a ``/`` is compared with the path below the folder that
        is indexed, any other with each part of this path. Case does not count.
    :ivar encoding: the encoding of text files, one of :data:`.ENCODINGS`; None to tell it by the
        bytes of each file.
    :ivar progress: called with (bytes read, total bytes).
    :ivar on_skip: called with a message of one line for each skipped file or record.
    """

    dry_run: bool = option(False, "Report what would change, and change nothing.")
    max_bytes: int | str = option(
        MAX_BYTES,
        "Skip text files, and lines of JSON, that are larger.",
        "SIZE",
        name="max-size",
        parse=parse_size,
    )
    include: Sequence[str] = option(
        (),
        "Read only files that match PATTERN, whatever their kind; may be given several times.",
        "PATTERN",
    )
    exclude: Sequence[str] = option(
        (),
        "Do not read files and folders that match PATTERN; may be given several times.",
        "PATTERN",
    )
    encoding: str | None = option(
        None,
        f"The encoding of text files, where their bytes do not tell it: {describe_encodings()}.",
        "NAME",
        parse=parse_encoding,
    )
    progress: Progress | None = None
    on_skip: OnSkip | None = None

    def __post_init__(self) -> None:
        WriteOptions.__post_init__(self)  # super() does not find the class of a slotted dataclass
        checked_callback("progress", self.progress)
        checked_callback("on_skip", self.on_skip)
        if self.encoding is not None:
            object.__setattr__(self, "encoding", parse_encoding(self.encoding))
        for name in ("include", "exclude"):
            patterns = getattr(self, name)
            if isinstance(patterns, str):
                object.__setattr__(self, name, (patterns,))
            elif not isinstance(patterns, list | tuple) or not all(
                isinstance(one, str) for one in patterns
            ):
                raise OptionError(f"{name} is {patterns!r}: give a list of patterns")

    @property
    def byte_limit(self) -> int:
        """``max_bytes`` as a number.

        :raises OptionError: it is neither a number nor a size.
        """
        if isinstance(self.max_bytes, bool) or not isinstance(self.max_bytes, int | str):
            raise OptionError(f"max_bytes is {self.max_bytes!r}: give a number of bytes, or '20MB'")
        if isinstance(self.max_bytes, int):
            return self.max_bytes
        try:
            return parse_size(self.max_bytes)
        except OptionError as error:
            raise OptionError(f"max_bytes: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions(IndexingOptions):
    """How to build a new index; see also :class:`IndexingOptions`.

    :ivar wait: how long to wait for another writer, in seconds.
    """

    wait: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions(IndexingOptions):
    """How to synchronise an index with folders and files; see also :class:`IndexingOptions`.

    :ivar prune: remove the articles that vanished from the paths.
    :ivar rebuild: remove all articles from the index, and index only the paths. Articles from other
        folders, from standard input and from :meth:`.Index.add` are lost.
    """

    prune: bool = option(True, "Keep articles that are no longer in PATH.", name="no-prune")
    rebuild: bool = option(
        False,
        "Replace the index by one of PATH only: articles from other folders, from standard input "
        "and from the library are lost.",
    )
