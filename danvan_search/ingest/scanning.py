"""Finds the files to read in a folder."""

import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from danvan_search.arguments import PathLike, checked_path
from danvan_search.errors import ArticleError
from danvan_search.ingest.formats import (
    HEAD_BYTES,
    all_readers,
    describe_formats,
    kind_of,
    reader_by_content,
    reader_by_suffix,
    suffix_of,
)
from danvan_search.ingest.records import WHAT_TO_CHECK, Skipped, SourceFile
from danvan_search.ingest.selection import Selection
from danvan_search.regular_file import open_regular


@dataclass(frozen=True, slots=True)
class Scan:
    """The result of a scan, each list sorted by name.

    :ivar files: the files to read.
    :ivar skipped: the files with a known suffix, and the folders, that cannot be read.
    :ivar others: the number of files of each kind that no reader knows, by suffix.
    """

    files: list[SourceFile]
    skipped: list[Skipped]
    others: Counter[str] = field(default_factory=Counter)


def scan(
    path: PathLike,
    *,
    root: PathLike | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Scan:
    """Find the files to read.

    In a folder and its subfolders, these are the files with a suffix of
    :data:`~danvan_search.ingest.formats.READERS`, and files without a suffix whose content a reader
    recognises. Hidden files and folders are ignored, and links to folders are not followed. The
    names of the files do not depend on the working folder.

    :param path: a folder or a file, as a path or a string.
    :param root: the folder with whose name the names of the files begin; by default ``path`` if it
        is a folder, else its parent.
    :param include: only the files of a folder that match one of these patterns, also files of
        unknown kinds, which are read as text; see :class:`~.selection.Selection`.
    :param exclude: not the files and folders that match one of these patterns.
    :return: the files, and what was skipped.
    :raises ArticleError: the path does not exist, cannot be reached or is not in ``root``, or it is
        a file of an unknown format.
    :raises ArgumentTypeError: a path is neither a string nor a path.
    :raises OptionError: a path is empty, or no file can have it.
    """
    path = checked_path(path)
    absolute = locate(path)
    is_folder = absolute.is_dir()
    base = (
        checked_path(root).resolve()
        if root is not None
        else absolute
        if is_folder
        else absolute.parent
    )
    if not absolute.is_relative_to(base):
        raise ArticleError(f"{path} is not in {root}: give a folder that contains it")
    if is_folder:
        return _scan_folder(absolute, base, Selection(include, exclude))
    if not absolute.is_file():
        raise ArticleError(f"{path} is not a regular file: give a file or a folder")
    if not _has_reader(absolute):
        formats = describe_formats(all_readers())
        raise ArticleError(f"{path} is not a kind of file that is read: give {formats}")
    return Scan([_source_file(absolute, _name(absolute, base), absolute.stat())], [])


def locate(path: PathLike) -> Path:
    """Return the absolute path of a file or folder, with links in its parents resolved.

    :raises ArticleError: the path does not exist, or cannot be reached.
    """
    path = checked_path(path)
    try:
        # A link to a file keeps its own name, so only its folder is resolved.
        absolute = path.resolve() if path.is_dir() else path.parent.resolve() / path.name
        absolute.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ArticleError(f"there is no file or folder {path}: check its name") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise ArticleError(f"{path} cannot be reached: {_reason(error)}") from error
    return absolute


def _has_reader(path: Path) -> bool:
    """Return whether a reader has the suffix of a file, or recognises its content."""
    if reader_by_suffix(path.name) is not None:
        return True
    try:
        with open_regular(path) as raw:
            return reader_by_content(raw.read(HEAD_BYTES)) is not None
    except OSError:
        return False


def _scan_folder(folder: Path, base: Path, selection: Selection) -> Scan:
    files: dict[str, SourceFile] = {}
    skipped: list[Skipped] = []
    others: Counter[str] = Counter()
    has_patterns = bool(selection.include or selection.exclude)
    any_text = bool(selection.include)
    folders = [folder]
    while folders:
        current = folders.pop()
        prefix = _name(current, base)
        try:
            with os.scandir(current) as entries:
                sorted_entries = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            skipped.append(_unreadable(current, base, error))
            continue
        for entry in sorted_entries:
            if entry.name.startswith("."):
                continue
            below = Path(entry.path).relative_to(folder).as_posix() if has_patterns else ""
            try:
                if entry.is_dir(follow_symlinks=False):
                    if not selection.refuses(below):
                        folders.append(Path(entry.path))
                elif entry.is_dir() or not selection.wants(below):
                    continue
                elif (
                    reader_by_suffix(entry.name)
                    or selection.asks_for(below)
                    or (not suffix_of(entry.name) and _has_reader(Path(entry.path)))
                ):
                    name = f"{prefix}/{printable((entry.name,))}".lstrip("/")
                    file = _source_file(Path(entry.path), name, entry.stat(), any_text=any_text)
                    if file.name in files:
                        skipped.append(_same_name(file))
                    else:
                        files[file.name] = file
                else:
                    others[kind_of(entry.name)] += 1
            except (OSError, ArticleError) as error:
                skipped.append(_unreadable(Path(entry.path), base, error))
    return Scan(
        sorted(files.values(), key=lambda file: file.name),
        sorted(skipped, key=lambda skipped: skipped.source),
        others,
    )


def _source_file(
    path: Path, name: str, status: os.stat_result, *, any_text: bool = False
) -> SourceFile:
    if not stat.S_ISREG(status.st_mode):
        raise ArticleError("it is not a regular file")
    return SourceFile(path, name, status.st_size, any_text)


def printable(parts: Sequence[str]) -> str:
    """Return the parts of a path as a name, in NFC, with ``/`` between them.

    The bytes of a name that are not UTF-8 become ``\\udcXX`` as text: it can be stored and printed.
    """
    name = "/".join(parts)
    if name.isascii():
        return name
    name = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _name(path: Path, base: Path) -> str:
    return printable((base.name, *path.relative_to(base).parts)).lstrip("/")


def _unreadable(path: Path, base: Path, error: Exception) -> Skipped:
    reason = f"cannot be read: {_reason(error)}{WHAT_TO_CHECK}"
    return Skipped(_name(path, base), reason, str(path), unreadable=True)


def _same_name(file: SourceFile) -> Skipped:
    reason = "another file here has the same name in composed letters (NFC): rename one of them"
    return Skipped(file.name, reason, str(file.path), unreadable=False)


def _reason(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    return (reason or str(error)).lower()
