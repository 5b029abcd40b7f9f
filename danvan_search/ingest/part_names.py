"""The names of the parts of a container, each once."""

import posixpath
from collections import Counter


def unused_name(name: str, used: Counter[str], *, suffix: bool = True) -> str:
    """Return a name for a part that no other has: with a number, if it is taken.

    :param used: counts the names; it is changed.
    :param suffix: whether the name ends with the suffix of a kind of file.
    """
    stem, ending = posixpath.splitext(name) if suffix else (name, "")
    while used[name]:
        used[name] += 1
        name = f"{stem}-{used[name]}{ending}"
    used[name] += 1
    return name
