"""Values as JSON and CSV, and texts without the characters that a terminal acts on.

JSON preserves every character. CSV is what people open in a spreadsheet: control characters are
replaced, and a text that would be a formula gets an apostrophe.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, Final

# Characters that a terminal acts on instead of showing them: control characters (and surrogates),
# by category, and direction marks.
_CONTROL_CATEGORIES: Final = frozenset({"Cc", "Cs"})
_DIRECTION_MARKS: Final = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
# Characters that JSON leaves unescaped although a terminal may act on them (C1 controls, direction
# marks), or a program may split lines at them (line separators).
_UNSAFE: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet computes a text that begins so; an apostrophe before it makes it a text."""
_NEEDS_QUOTES: Final = re.compile('[",\r\n]')


def visible(text: str) -> str:
    """Return a text with the characters replaced that a terminal acts on.

    Each character is replaced by one character, so offsets stay valid: white space by a blank, a
    C0 control character by its Unicode picture, another control character, a surrogate or a
    direction mark by U+FFFD.
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def visible_lines(text: str) -> str:
    """Return a text as :func:`visible` does, but with its tabs and the ends of its lines."""
    if text.isprintable():
        return text
    return "".join([one if one in "\t\r\n" else _visible(one) for one in text])


def json_line(value: Any) -> str:  # noqa: ANN401
    """Return a JSON value in one line, without characters that a terminal acts on."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def csv_line(cells: Iterable[Any], show: Callable[[str], str] = visible_lines) -> str:
    """Return values as a line of CSV.

    :param show: :func:`visible` or :func:`visible_lines`.
    """
    return f"{','.join([csv_cell(cell, show) for cell in cells])}\n"


def csv_cell(value: Any, show: Callable[[str], str] = visible_lines) -> str:  # noqa: ANN401
    """Return a value as a cell of CSV.

    :param show: :func:`visible` or :func:`visible_lines`.
    """
    # The csv module writes a bare carriage return without quotes, and then cannot read it back.
    if value is None:
        return ""
    if isinstance(value, str):
        text = show(value)
        if text.startswith(_FORMULA):
            text = f"'{text}"
    else:
        text = json_line(value) if isinstance(value, dict | list | tuple | bool) else str(value)
    if _NEEDS_QUOTES.search(text):
        text = text.replace('"', '""')
        return f'"{text}"'
    return text


def encoded(text: str) -> bytes:
    r"""Return a text in UTF-8; half a surrogate pair is written as in JSON: ``\udXXX``."""
    return text.encode("utf-8", "backslashreplace")


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) in _CONTROL_CATEGORIES or character in _DIRECTION_MARKS:
        code = ord(character)
        return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"
    return character
