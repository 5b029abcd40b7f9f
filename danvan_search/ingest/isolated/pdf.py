"""PDF, by pdfium: the text of each page, and whether it is a picture.

The first value has what the file says of itself: ``{"fields": {"Title": …, "CreationDate": …}}``.
Then each page is a value: ``{"runs": [[text, font], …], "pictures": n}``. A run ends at the end of
a line, or where the font changes; a page whose letters need no conversion has runs without fonts.
"""

import ctypes
import re
from collections.abc import Iterator
from typing import Any, Final

from danvan_search.ingest.isolated.reply import MAX_PARTS, Failure, ParseError

_FIELDS: Final = ("Title", "Author", "Subject", "Keywords", "CreationDate")
_PASSWORD_ERROR: Final = 4
_UNKNOWN_SECURITY: Final = 5
_LATIN: Final = re.compile("[\x80-\xff]")
_WIDE: Final = re.compile("[\u0102\u0103\u0110\u0111\u01a0-\u01b0\u1ea0-\u1ef9\u0300-\u0323]")
_PRIVATE: Final = re.compile("[\uf020-\uf0ff]")
_LEGACY_FONT: Final = re.compile(r"(?:[A-Z]{6}\+)?\.?vn|.*tcvn", re.IGNORECASE)
_FONT_STEP: Final = 40
_NAME_BYTES: Final = 128
_HYPHEN: Final = "\ufffe"
_HYPHEN_CODE: Final = 2
_WORD: Final = re.compile(r"[^\s\ufffe]+|[^\S\n]+|[\n\ufffe]")
_LINE_END: Final = re.compile("(?<=\n)")
_MAX_DEPTH: Final = 4


def parse(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the fields and the pages of a PDF file."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", 0)
        if code in (_PASSWORD_ERROR, _UNKNOWN_SECURITY) or "assword" in str(error):
            raise ParseError(Failure.LOCKED) from error
        raise ParseError(Failure.DAMAGED, "its objects cannot be found") from error
    if len(document) > MAX_PARTS:
        raise ParseError(Failure.PARTS, f"{MAX_PARTS:,} pages")
    yield {"fields": {name: document.get_metadata_value(name) for name in _FIELDS}}
    for number in range(len(document)):
        try:
            page = document[number]
            text_page = page.get_textpage()
        except pypdfium2.PdfiumError:
            yield {"runs": [], "pictures": 0, "damaged": True}
            continue
        text = text_page.get_text_range()
        if not text.strip():
            objects = page.get_objects([raw.FPDF_PAGEOBJ_IMAGE], max_depth=_MAX_DEPTH)
            yield {"runs": [], "pictures": sum(1 for _ in objects)}
        elif _has_legacy_letters(text) or _has_legacy_fonts(raw, text_page):
            yield {"runs": list(_runs(raw, text_page, text)), "pictures": 0}
        else:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            yield {"runs": [[line, ""] for line in _LINE_END.split(text) if line], "pictures": 0}
        text_page.close()
        page.close()


def _has_legacy_letters(text: str) -> bool:
    """Return whether there are hardly any letters that only Unicode has, but others."""
    latin = len(_LATIN.findall(text)) + len(_PRIVATE.findall(text))
    return latin > 4 * len(_WIDE.findall(text))


def _has_legacy_fonts(raw: Any, page: Any) -> bool:  # noqa: ANN401 - the package has no types
    """Return whether a font of an older encoding is among those of a sample of the letters."""
    fonts = _Fonts(raw, page)
    count = raw.FPDFText_CountChars(page)
    return any(_LEGACY_FONT.match(fonts.of(index)) for index in range(0, count, _FONT_STEP))


def _runs(raw: Any, page: Any, text: str) -> Iterator[list[str]]:  # noqa: ANN401
    """Yield [text, font] of the runs of a page: words in the same font, up to the end of a line."""
    fonts = _Fonts(raw, page)
    if raw.FPDFText_CountChars(page) != len(text):
        text = "".join(_characters(raw, page))  # so that each has its own place
    font = ""
    start = 0
    for word in _WORD.finditer(text):
        if word[0].isspace() or word[0] == _HYPHEN:
            if word[0] != " ":
                yield [text[start : word.end()].replace("\r", ""), font]
                start = word.end()
            continue
        own = fonts.of(word.start())
        if own != font and word.start() > start:
            yield [text[start : word.start()].replace("\r", ""), font]
            start = word.start()
        font = own
    if start < len(text):
        yield [text[start:], font]


def _characters(raw: Any, page: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield the characters of a page one by one; a blank for what is none."""
    for index in range(raw.FPDFText_CountChars(page)):
        code = raw.FPDFText_GetUnicode(page, index)
        if code == _HYPHEN_CODE and raw.FPDFText_IsHyphen(page, index) == 1:
            yield _HYPHEN
        else:
            yield chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x110000 else " "


class _Fonts:
    """The names of the fonts of the letters of a page."""

    def __init__(self, raw: Any, page: Any) -> None:  # noqa: ANN401
        self._info = raw.FPDFText_GetFontInfo
        self._page = page
        self._buffer = ctypes.create_string_buffer(_NAME_BYTES)
        self._flags = ctypes.c_int()

    def of(self, index: int) -> str:
        """Return the name of the font of a letter; "" if it has none."""
        size = self._info(self._page, index, self._buffer, _NAME_BYTES, self._flags)
        if not 0 < size <= _NAME_BYTES:
            return ""
        return self._buffer.value.decode("utf-8", "replace")
