"""The names of the encodings."""

import re
from typing import Final

from danvan_search.errors import ArgumentTypeError, OptionError

TWICE: Final = "UTF-8 twice"
"""The name of UTF-8 that was taken for windows-1252 and encoded as UTF-8 again."""

WESTERN: Final = "windows-1252"
"""The encoding that is guessed for text that is not Vietnamese."""

UNICODE: Final = ("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-16", "UTF-32")
"""The encodings of Unicode; of the last two, a byte-order mark gives the order."""

VIETNAMESE: Final = ("windows-1258", "TCVN3", "VNI", "VISCII", "VPS")
"""The 8-bit encodings of Vietnamese that are told by their bytes."""

ENCODINGS: Final = (
    *UNICODE,
    TWICE,
    *VIETNAMESE,
    "TCVN3 capitals",
    "VIQR",
    WESTERN,
    "windows-1250",
    "windows-1254",
)
"""The names of the encodings."""

_ALIASES: Final = {
    "abc": "TCVN3",
    "tcvn": "TCVN3",
    "tcvn5712": "TCVN3",
    "abch": "TCVN3 capitals",
    "tcvn3h": "TCVN3 capitals",
    "vniwindows": "VNI",
    "cp1258": "windows-1258",
    "cp1252": WESTERN,
    "cp1250": "windows-1250",
    "cp1254": "windows-1254",
    "latin1": WESTERN,
    "iso88591": WESTERN,
}
_IGNORED: Final = re.compile("[-_ .]")


def _key(name: str) -> str:
    return _IGNORED.sub("", name.lower())


_NAMES: Final = {**_ALIASES, **{_key(name): name for name in ENCODINGS}}


def parse_encoding(name: str) -> str:
    """Return the name of an encoding as :data:`ENCODINGS` has it.

    :param name: a name or an alias, in any case, with or without hyphens, blanks, dots and
        underscores.
    :raises ArgumentTypeError: it is not a string.
    :raises OptionError: there is no such encoding.
    """
    if not isinstance(name, str):
        raise ArgumentTypeError(f"an encoding is a string, not {type(name).__name__}")
    known = _NAMES.get(_key(name))
    if known is None:
        raise OptionError(f"{name!r} is no encoding that is known: give {describe_encodings()}")
    return known


def describe_encodings() -> str:
    """Return the names as a phrase, for messages and help."""
    *others, last = ENCODINGS
    return f"{', '.join(others)} or {last}"
