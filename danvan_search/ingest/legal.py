"""The head of a Vietnamese act: its number, date, title and issuer.

An act begins with its issuer and the motto of the state, often in two columns, then its number,
place and date, its kind and its subject::

    ỦY BAN NHÂN DÂN                CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
    XÃ SUỐI MƠ                        Độc lập - Tự do - Hạnh phúc
    Số: 17/2024/QĐ-UBND            Suối Mơ, ngày 09 tháng 4 năm 2024
    QUYẾT ĐỊNH
    Về việc thành lập tổ giữ gìn đường làng
    Căn cứ …

A text counts as an act if a line of its head begins with a kind of act, and it has a number of its
own or the motto. The number and the date are those before this line: further down stand those of
other acts. Older acts have them in the title: ``Thông tư của Bộ A số 13/2001/TT-BA ngày …``.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from danvan_search.ingest.act_kinds import KIND, LETTER, MAX_LINE_CHARS, may_have_kind
from danvan_search.ingest.lines import is_after_blank, lines_of

_MAX_LINES: Final = 60
_MAX_CHARS: Final = 6_000
_KIND_LINES: Final = 30
"""Among how many lines the kind of an act is looked for."""

_TITLE_CHARS: Final = 350
_TITLE_LINES: Final = 9

_NUMBER: Final = (
    r"(?P<number>[0-9]{1,5}[a-zA-Z]?\s?[/\-–.]\s?[0-9A-ZĐƯÂƠa-zđư]+"
    r"(?:\s?[/\-–.&]\s?[0-9A-ZĐƯÂƠa-zđư]+){0,6})"
)
_NUMBER_LINE: Final = re.compile(
    rf"(?:(?:bộ )?luật |nghị quyết |pháp lệnh )?số\s?[:.]?\s?{_NUMBER}", re.IGNORECASE
)
_NUMBER_IN_TITLE: Final = re.compile(rf"[^()]{{0,90}}?\bsố\s?[:.]?\s?{_NUMBER}", re.IGNORECASE)
_NUMBER_AFTER_KIND: Final = re.compile(
    rf"\s(?=[0-9]{{1,5}}[a-zA-Z]?/(?:[0-9]{{4}}/)?[A-ZĐ]){_NUMBER}"
)
_DATE: Final = re.compile(
    r"ngày\s?([0-9]{1,2})\s?(?:tháng|/|-)\s?([0-9]{1,2})\s?(?:năm|/|-)\s?([0-9]{4})", re.IGNORECASE
)
_OTHER_DATE: Final = re.compile(r"kèm theo|từ ngày|căn cứ|công báo", re.IGNORECASE)
_MOTTO: Final = re.compile(
    r"c[ộô]ng h[òoọ][àaạ] xã h[ộô]i ch[ủu] nghĩa|độc lập\W+tự do\W+hạnh phúc"
    r"|đảng cộng sản việt nam$",
    re.IGNORECASE,
)
_NUMBER_SIGN: Final = re.compile(r"số\W{0,3}[0-9]{1,5}\w?\s?[/\-–.]")
_MOTTO_SIGNS: Final = ("chủ nghĩa", "hạnh ph", "sản việt nam")
"""Every act has in its head, in small letters, the sign of a number or one of these."""

_AFTER_TITLE: Final = re.compile(
    r"căn cứ|xét |theo đề nghị|bộ trưởng|chính phủ$|quốc hội|thủ tướng|ủy ban |uỷ ban |ubnd"
    r"|hội đồng|thống đốc|chủ tịch|trưởng ban|tổng giám đốc|giám đốc|ban chấp hành|điều 1\b"
    r"|chương [1i]\b|phần |thi hành|thực hiện |để |kính gửi|số\s?:|nơi nhận|[(]|1\.|i\."
    r"|quyết định\W*$|quyết nghị\W*$|dự thảo\W*$|[ivx]{1,4}\s?[-–./]\s",
    re.IGNORECASE,
)
_GAZETTE: Final = re.compile(r"công báo\s?/\s?số\b", re.IGNORECASE)
_PAGE: Final = re.compile(r"\W*(?:trang )?[0-9]{1,4}(?:\s?/\s?[0-9]{1,4})?\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LegalHead:
    """The head of an act.

    :ivar title: its kind and its subject.
    :ivar kind: its kind alone, such as ``Nghị định``.
    :ivar number: its number; "" if it has none.
    :ivar date: its date, if it is there.
    :ivar issuer: who issued it; "" if that is not certain.
    :ivar title_lines: (start, end) of each line of the title in the text.
    """

    title: str
    kind: str
    number: str
    date: datetime.date | None
    issuer: str
    title_lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with letters or digits: its offsets and cells; whether a blank line precedes it."""

    start: int
    end: int
    cells: tuple[str, ...]
    after_blank: bool

    @property
    def text(self) -> str:
        return " ".join(self.cells)


def read_legal_head(text: str) -> LegalHead | None:
    """Return the head of an act; None if the text does not begin like one."""
    head = text[:_MAX_CHARS]
    if not may_have_kind(head):
        return None
    small = unicodedata.normalize("NFC", head).lower()
    if not (_NUMBER_SIGN.search(small) or any(sign in small for sign in _MOTTO_SIGNS)):
        return None
    lines = list(islice(_lines(head), _MAX_LINES))
    found = _find_kind(lines)
    letter = _read_letter(lines[: found[0]] if found else lines[:_KIND_LINES])
    if letter or found is None:
        return letter
    at, kind = found
    before = [(line, cell) for line in lines[:at] for cell in line.cells]
    below = [(lines[at + 1], cell) for cell in lines[at + 1].cells] if at + 1 < len(lines) else []
    numbers = [match for _, cell in before + below if (match := _NUMBER_LINE.match(cell))]
    title_lines = list(_title_lines(lines, at, kind))
    title = " ".join(line.text for line in title_lines)
    number = numbers[0] if numbers else _number_in_title(title, kind.end())
    if number is None and not any(_MOTTO.search(line.text) for line in lines[:at]):
        return None
    date = _date_before(before)
    if date is None:
        date = _date(title)
    return LegalHead(
        title,
        kind[0].capitalize(),
        _compact(number),
        date,
        _issuer(lines[:at]),
        tuple((line.start, line.end) for line in title_lines),
    )


def _read_letter(lines: list[_Line]) -> LegalHead | None:
    """Return the head of an official letter: a number, and below it what it is about.

    :param lines: those above the first line with a kind.
    """
    first = [line.cells[0] for line in lines]
    at = next((index for index, cell in enumerate(first) if LETTER.search(cell)), -1)
    number = next(filter(None, map(_NUMBER_LINE.match, first[: at + 1])), None)
    start = number.end() if number and number.string == first[at] else 0
    if number is None or not LETTER.match(first[at][start:].lstrip(" ;,.")):
        return None
    line = lines[at]
    stands_alone = len(line.cells) == 1 and not start
    subject = [line]
    for after in lines[at + 1 : at + _TITLE_LINES]:
        if not after.text[0].islower() or after.after_blank:
            break
        subject.append(after)
    if not stands_alone:  # but beside the place and the date, or the number
        subject = [line]
    near = lines[: at + _TITLE_LINES]
    dates = (_date(cell) for one in near for cell in one.cells if _date_line(cell))
    return LegalHead(
        " ".join([first[at][start:].lstrip(" ;,."), *(one.cells[0] for one in subject[1:])]),
        "Công văn",
        _compact(number),
        next(dates, None),
        _issuer(lines[:at]),
        tuple((one.start, one.end) for one in subject if stands_alone),
    )


def _compact(number: re.Match[str] | None) -> str:
    return re.sub(r"\s+", "", number["number"]).rstrip(".-–/") if number else ""


def _number_in_title(title: str, kind_end: int) -> re.Match[str] | None:
    """Return the number of an act in its title: right behind its kind, or behind the sign."""
    return _NUMBER_AFTER_KIND.match(title, kind_end) or _NUMBER_IN_TITLE.match(title)


def is_page_furniture(line: str) -> bool:
    """Return whether a line is a page number, or a running head of the gazette."""
    return bool(_GAZETTE.match(line) or _PAGE.fullmatch(line))


def is_head_line(line: str) -> bool:
    """Return whether a line can stand above the title of an official text, and is none itself."""
    return bool(is_page_furniture(line) or _MOTTO.search(line) or _NUMBER_LINE.match(line))


def _lines(text: str) -> Iterator[_Line]:
    end = 0
    for match in lines_of(text):
        if not any(map(str.isalnum, match[0])):
            continue
        parts = re.split(r"\t|[ \u00a0]{3,}|\s\|\s", match[0][:MAX_LINE_CHARS].strip(" \t|*_"))
        composed = (unicodedata.normalize("NFC", " ".join(part.split())) for part in parts)
        cells = tuple(cell.strip(" *_|") for cell in composed if cell)
        if any(cells):  # what begins with hundreds of blanks is no line of a head
            after_blank = is_after_blank(text, end, match.start())
            yield _Line(match.start(), match.end(), cells, after_blank)
            end = match.end()


def _find_kind(lines: list[_Line]) -> tuple[int, re.Match[str]] | None:
    """Return the index of the line that begins with the kind of an act, and the kind."""
    for index, line in enumerate(lines[:_KIND_LINES]):
        match = KIND.match(line.text)
        if match is None or len(line.text) > _TITLE_CHARS or _NUMBER_LINE.match(line.text):
            continue
        rest = line.text[match.end() :].strip(" :.-–")
        # "Quyết định này" is text; a kind in small letters alone, or with a number, may be a title.
        if match[0].isupper() or not rest or _NUMBER_IN_TITLE.match(line.text):
            if not re.match(r"này\b", rest, re.IGNORECASE):
                return index, match
        elif _AFTER_TITLE.match(line.text) or len(line.text) > _TITLE_CHARS // 2:
            return None
    return None


def _title_lines(lines: list[_Line], at: int, kind: re.Match[str]) -> Iterator[_Line]:
    has_subject = len(lines[at].text) > kind.end() + 3
    yield lines[at]
    before = lines[at].text
    chars = len(before)
    is_whole = bool(_NUMBER_AFTER_KIND.match(before, kind.end()))
    for line in lines[at + 1 : at + _TITLE_LINES]:
        if not has_subject and _NUMBER_LINE.match(line.text):
            continue
        chars += len(line.text)
        if (
            (has_subject and _is_beside(line, before, is_whole=is_whole))
            or chars > _TITLE_CHARS
            or _AFTER_TITLE.match(line.text)
            or is_head_line(line.text)
            or _date_line(line.text)
        ):
            return
        yield line
        has_subject = True
        before = line.text


def _is_beside(line: _Line, before: str, *, is_whole: bool) -> bool:
    """Return whether a line below the subject of an act does not belong to it.

    :param before: the line of the subject above it.
    :param is_whole: whether the title is a line of a page, with the number of the act.
    """
    if line.text[0].islower():
        return line.after_blank and before.endswith((".", ";", ":"))
    if line.after_blank or is_whole:
        return not before.endswith(",")
    # A subject in capitals does not end in small letters, and a sentence is none.
    return (before.isupper() and not line.text.isupper()) or line.text.endswith((".", ";", ":"))


def _date_line(text: str) -> bool:
    return len(text) < 60 and _date(text) is not None


def _date_before(before: list[tuple[_Line, str]]) -> datetime.date | None:
    for _, cell in before:
        if not _OTHER_DATE.search(cell) and (date := _date(cell)):
            return date
    return None


def _date(text: str) -> datetime.date | None:
    match = _DATE.search(text)
    if match is None:
        return None
    try:
        return datetime.date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def _issuer(lines: list[_Line]) -> str:
    """Return the lines in capitals right above the number, or at the top; "" if there are none."""
    end = next(
        (index for index, line in enumerate(lines) if _NUMBER_LINE.match(line.cells[0])), len(lines)
    )
    found: list[str] = []
    for line in reversed(lines[:end]):
        cell = line.cells[0]
        if _MOTTO.search(cell) or _date_line(cell):
            if len(line.cells) > 1 or found:
                break
            continue
        if not cell.isupper() or is_page_furniture(cell) or len(found) == 3:
            break
        found.insert(0, cell)
        if line.after_blank:
            break
    return " ".join(found)
