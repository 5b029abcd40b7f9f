"""VNI (for Windows): a letter is a base letter and, for its marks, a second one.

``Việt`` is written ``Vieät``: the letters are those of windows-1252. Source of the table: the VNI
fonts as xvnkb and viparse (a Python package that converts documents) read them, which agree; the
latter lacks ẳ. The table is computed from the marks.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from danvan_search.text.encodings.single_byte import WINDOWS_1252, decode_table

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300\u0301\u0309\u0303\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302\u0306\u031b"

_TONES: Final = {"ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
"""The tones of letters without a circumflex or a breve."""

_CIRCUMFLEXES: Final = {
    "â": _CIRCUMFLEX,
    "à": _CIRCUMFLEX + _GRAVE,
    "á": _CIRCUMFLEX + _ACUTE,
    "å": _CIRCUMFLEX + _HOOK,
    "ã": _CIRCUMFLEX + _TILDE,
    "ä": _CIRCUMFLEX + _DOT,
}
_BREVES: Final = {
    "ê": _BREVE,
    "è": _BREVE + _GRAVE,
    "é": _BREVE + _ACUTE,
    "ú": _BREVE + _HOOK,
    "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}

# One letter, or two, of which the second is a mark of the first.
_PAIRS: Final = (
    ("a", "a", _TONES | _CIRCUMFLEXES | _BREVES),
    ("e", "e", _TONES | _CIRCUMFLEXES),
    ("o", "o", _TONES | _CIRCUMFLEXES),
    ("u", "u", _TONES),
    ("y", "y", {mark: tone for mark, tone in _TONES.items() if tone != _DOT}),
    ("ô", "o" + _HORN, _TONES),
    ("ö", "u" + _HORN, _TONES),
)
# Letters that VNI has as one character, as some converters write them.
_LENIENT: Final = (("i", "i", _TONES), ("y", "y", {"ï": _DOT}))
_SINGLES: Final = {
    "ñ": "đ",
    "ô": "ơ",
    "ö": "ư",
    "ì": "ì",
    "í": "í",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}


def _letters() -> Iterator[tuple[str, str]]:
    """Yield what is written, and the letter that it stands for."""
    for written, letter in _SINGLES.items():
        yield written, letter
        yield written.upper(), letter.upper()
    for written, base, marks in (*_PAIRS, *_LENIENT):
        for mark, combining in marks.items():
            letter = unicodedata.normalize("NFC", base + combining)
            yield written + mark, letter
            for capital in (written.upper() + mark, written.upper() + mark.upper()):
                yield capital, letter.upper()


VNI: Final = dict(_letters())
"""Maps each letter as it is written, one or two characters of windows-1252, to its letter."""

_BASES: Final = "".join({written[0] for written in VNI if len(written) == 2})
_MARKS: Final = "".join({written[1] for written in VNI if len(written) == 2})
_ALONE: Final = "".join(written for written in VNI if len(written) == 1)
_WRITTEN: Final = re.compile(f"[{_BASES}][{_MARKS}]|[{_ALONE}]")


def decode_vni(data: bytes) -> str:
    """Return the text of VNI."""
    return convert_vni(decode_table(data, WINDOWS_1252))


def convert_vni(text: str) -> str:
    """Return a text of VNI that was taken for windows-1252; other characters stay."""
    return _WRITTEN.sub(_letter, text)


def _letter(written: re.Match[str]) -> str:
    pair = written[0]
    # A base letter may stand before a mark that it does not take.
    return VNI.get(pair) or "".join(VNI.get(character, character) for character in pair)
