"""The index of a parent folder, for commands that only read."""

import os
from pathlib import Path

from danvan_search.index import is_index


def index_above(path: Path) -> Path:
    """Return where an index is: at a relative path, or at that path in the nearest parent folder.

    A folder above may be anybody's. So an index counts only if it is within the home folder, or its
    owner is the user.

    :param path: a relative path.
    :return: the path as given if no folder has such an index.
    """
    here = Path.cwd()
    for levels, folder in enumerate((here, *here.parents)):
        if is_index(folder / path):
            found = Path(*[".."] * levels, path)
            return found if not levels or _is_trusted(folder / path) else path
    return path


def _is_trusted(index: Path) -> bool:
    try:
        home = Path.home().resolve()
    except (RuntimeError, OSError):
        home = None
    if home is not None and home != Path(home.anchor) and index.resolve().is_relative_to(home):
        return True
    return hasattr(os, "getuid") and index.stat().st_uid == os.getuid()
