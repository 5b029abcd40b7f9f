"""Running text in English, French, Czech and Turkish: the manual pages that the system has.

On Debian they are the packages ``manpages``, ``manpages-fr``, ``manpages-cs`` and ``manpages-tr``.
"""

import gzip
import re
from pathlib import Path
from typing import Final

CODE_PAGES: Final = {"en": "cp1252", "fr": "cp1252", "cs": "cp1250", "tr": "cp1254"}
"""The languages, and the older encoding of each."""

_MANUALS: Final = Path("/usr/share/man")
_CHARS: Final = 4_000_000
_SIGNS: Final = {
    r"\(lq": "“",
    r"\(rq": "”",
    r"\(oq": "‘",
    r"\(cq": "’",
    r"\(em": "—",
    r"\(en": "–",
    r"\(aq": "'",
    r"\(dq": '"',
    r"\-": "-",
}
_ESCAPE: Final = re.compile(r"\\f\[[^]]*\]|\\f\(..|\\f.|\\s[-+]?\d|\\\*\(..|\\.")
_MACRO_WITH_TEXT: Final = re.compile(r"[.'](?:B|I|BR|IR|RB|RI|BI|IB|SH|SS) (.*)")
_APOSTROPHE: Final = re.compile(r"(\w)'(\w)")
_QUOTED: Final = re.compile(r'"([^"\n]*)"')


def manual_text(language: str) -> str:
    """Return some four million characters of the manual pages in a language; "" if there are none.

    English text gets the typographic quotes and apostrophes that word processors write.
    """
    folder = _MANUALS if language == "en" else _MANUALS / language
    texts: list[str] = []
    chars = 0
    for path in sorted(folder.glob("man*/*.gz")):
        if chars >= _CHARS:
            break
        try:
            source = gzip.decompress(path.read_bytes()).decode("utf-8")
        except (OSError, UnicodeDecodeError):  # a link without its page, or a page in Latin-1
            continue
        texts.append(_plain(source))
        chars += len(texts[-1])
    text = "\n".join(texts)
    if language == "en":
        text = _QUOTED.sub(r"“\1”", _APOSTROPHE.sub(r"\1’\2", text))
    return text


def _plain(source: str) -> str:
    """Return the text of a page without its markup, and blanks for white space."""
    for sign, character in _SIGNS.items():
        source = source.replace(sign, character)
    lines = []
    for line in source.split("\n"):
        macro = _MACRO_WITH_TEXT.match(line)
        if macro:
            lines.append(macro[1].replace('"', ""))
        elif not line.startswith((".", "'")):
            lines.append(line)
    return " ".join(_ESCAPE.sub("", " ".join(lines)).split())
