"""The kinds of acts, and which lines may begin with one."""

import re
import unicodedata
from typing import Final

from danvan_search.ingest.lines import lines_of

KINDS: Final = (
    "BỘ LUẬT", "LUẬT", "PHÁP LỆNH", "HIẾN PHÁP", "NGHỊ ĐỊNH", "NGHỊ QUYẾT LIÊN TỊCH", "NGHỊ QUYẾT",
    "QUYẾT ĐỊNH", "THÔNG TƯ LIÊN TỊCH", "THÔNG TƯ", "CHỈ THỊ", "LỆNH", "CÔNG VĂN", "CÔNG ĐIỆN",
    "THÔNG BÁO", "THÔNG TRI", "KẾT LUẬN", "KẾ HOẠCH", "BÁO CÁO", "TỜ TRÌNH", "HƯỚNG DẪN",
    "QUY CHẾ", "QUY ĐỊNH", "QUY CHUẨN", "CHƯƠNG TRÌNH", "ĐỀ ÁN", "ĐIỀU LỆ", "BIÊN BẢN",
    "GIẤY MỜI", "SẮC LỆNH",
)  # fmt: skip
"""The kinds of acts, in NFC. Where one begins as another does, the longer one comes first."""

KIND: Final = re.compile(rf"(?:{'|'.join(KINDS)})(?!\w)", re.IGNORECASE)
"""A kind of an act, in NFC."""

MAX_LINE_CHARS: Final = 400
"""How much of a line is looked at."""

_SIGNS: Final = dict.fromkeys(map(ord, "|*_"), " ")
LETTER: Final = re.compile(r"\bV/v\b", re.IGNORECASE)
"""How the subject of an official letter begins, which names no kind. It may stand on the line of
the number."""

_BEGIN_CHARS: Final = 3
_MARKED: Final = {
    "A": "À-Ãà-ãĂăẠ-ặ", "E": "È-Êè-êẸ-ệ", "I": "ÌÍìíĨĩỈ-ị", "O": "Ò-Õò-õƠơỌ-ợ",
    "U": "ÙÚùúŨũƯưỤ-ự",
}  # fmt: skip
"""The letters with marks. Half decomposed, a letter may have one mark of its two."""

_ALSO: Final = {"I": "İı", "K": "\u212a", "S": "ſ", "Đ": "đ"}
"""Other letters that are equal to one regardless of case."""


def _beginning(kind: str) -> str:
    """Return a pattern of the first letters of a kind, up to the first vowel with marks."""
    pattern = ""
    for letter in kind[:_BEGIN_CHARS]:
        plain = unicodedata.normalize("NFD", letter)[0]
        cases = f"[{plain}{plain.lower()}{_ALSO.get(plain, '')}]"
        if plain != letter:
            return rf"{pattern}(?:[{_MARKED[plain]}]|{cases}[\u0300-\u036f])"
        pattern += cases
    return pattern


_BEGINNING: Final = re.compile(
    rf"[\s|*_]*(?:[Vv]/[Vv]|{'|'.join(sorted(set(map(_beginning, (*KINDS, 'SỐ')))))})"
)


def may_have_kind(text: str) -> bool:
    """Return whether a line of a text may begin with a kind, or as the subject of a letter.

    If not, none does.

    Most texts are told from acts by this, and normalising their lines takes ten times as long.

    :param text: a text in any form of normalisation.
    """
    begins = _BEGINNING.match
    return any(
        begins(line[0]) and _begins_act(_without_signs(line[0][:MAX_LINE_CHARS]))
        for line in lines_of(text)
    )


def _begins_act(line: str) -> bool:
    return bool(KIND.match(line) or ("/" in line and LETTER.search(line)))


def _without_signs(line: str) -> str:
    """Return a line in NFC, with one blank for white space and the signs of tables and emphasis."""
    return " ".join(unicodedata.normalize("NFC", line).translate(_SIGNS).split())
