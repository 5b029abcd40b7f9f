"""Finding the files to read in a folder."""

import os
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from danvan_search.errors import ArticleError
from danvan_search.ingest.formats import describe_formats, reader_of
from danvan_search.ingest.records import Skipped, SourceFile


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found, each list in the order of the names.

    :ivar files: the files that can be read.
    :ivar skipped: the files and folders that cannot, though their names say they should.
    """

    files: list[SourceFile]
    skipped: list[Skipped]


def scan(path: Path, *, root: Path | None = None) -> Scan:
    """Find the files to read.

    In a folder, and the folders in it, those are the files with an ending of
    :data:`~danvan_search.ingest.formats.READERS`. Hidden files and folders are passed over, and
    links to folders are not followed. Names do not depend on the working folder.

    :param path: a folder or a file.
    :param root: the folder whose name the names begin with; by default ``path`` if it is a folder,
        else the one that it is in.
    :raises ArticleError: if nothing is there, it cannot be reached, it is a file that cannot be
        read, or it is not in ``root``.
    """
    try:
        is_folder = path.is_dir()
        # A link to a file keeps its own name, hence only its folder is resolved.
        absolute = path.resolve() if is_folder else path.parent.resolve() / path.name
        base = root.resolve() if root else absolute if is_folder else absolute.parent
        mode = absolute.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ArticleError(f"there is no file or folder {path}: check its name") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise ArticleError(f"{path} cannot be reached: {_why(error)}") from error
    if not absolute.is_relative_to(base):
        raise ArticleError(f"{path} is not in {root}: give a folder that it is in")
    if is_folder:
        return _scan_folder(absolute, base)
    if not stat.S_ISREG(mode):
        raise ArticleError(f"{path} is not a regular file: give a file or a folder")
    if reader_of(path.name) is None:
        raise ArticleError(f"{path} is not a kind of file that is read: give {describe_formats()}")
    return Scan([_source_file(absolute, base)], [])


def _scan_folder(folder: Path, base: Path) -> Scan:
    files: dict[str, SourceFile] = {}
    skipped: list[Skipped] = []
    folders = [folder]
    while folders:
        here = folders.pop()
        try:
            with os.scandir(here) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            skipped.append(_unreadable(here, base, error))
            continue
        for entry in found:
            if entry.name.startswith("."):
                continue
            path = Path(entry.path)
            try:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                elif reader_of(entry.name) and not entry.is_dir():
                    file = _source_file(path, base)
                    if file.name in files:
                        skipped.append(_same_name(file))
                    else:
                        files[file.name] = file
            except (OSError, ArticleError) as error:
                skipped.append(_unreadable(path, base, error))
    return Scan(
        sorted(files.values(), key=lambda file: file.name),
        sorted(skipped, key=lambda skipped: skipped.source),
    )


def _source_file(path: Path, base: Path) -> SourceFile:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ArticleError("it is not a regular file")
    return SourceFile(path=path, name=_name(path, base), size=status.st_size)


def _name(path: Path, base: Path) -> str:
    name = "/".join((base.name, *path.relative_to(base).parts)).lstrip("/")
    # A name that is not UTF-8 shows its odd bytes as \udcXX, so that it can be stored and printed.
    printable = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return unicodedata.normalize("NFC", printable)


def _unreadable(path: Path, base: Path, error: Exception) -> Skipped:
    reason = f"cannot be read: {_why(error)}"
    return Skipped(_name(path, base), reason, str(path), unreadable=True)


def _same_name(file: SourceFile) -> Skipped:
    reason = "another file here has the same name in composed letters (NFC): rename one of them"
    return Skipped(file.name, reason, str(file.path), unreadable=False)


def _why(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    return (reason or str(error)).lower()
