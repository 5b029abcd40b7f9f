"""The number formats of sheets: what a cell shows of a number.

Formats with leading zeros, decimals, thousands, percentages and currencies are understood; those of
days, fractions and powers are not. The decimal sign is a comma and thousands have dots, as in
Vietnamese: the format does not say which signs the program of a reader uses.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

BUILT_IN: Final = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);(#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);(#,##0.00)",
    41: "#,##0",
    42: "#,##0",
    43: "#,##0.00",
    44: "#,##0.00",
}
"""The formats that a file of Excel may name by a number alone, without a currency."""

_MAX_CHARS: Final = 255
_MAX_DECIMALS: Final = 30
_EXACT: Final = Context(prec=400, rounding=ROUND_HALF_UP)
"""More digits than a number of Excel has with its decimals."""

_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<space>[_*].)|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|(?P<color>\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\])"
    r"|(?P<number>[#0][#0,]*(?:\.[#0]*)?|\.[#0]+)|(?P<plain>[ %()+\-$€£¥₫/:;])",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Section:
    """The format of numbers of a sign.

    :ivar before: the text before the number.
    :ivar after: the text after it.
    :ivar zeros: how many digits are shown before the decimal sign at least.
    :ivar least: how many decimals are shown at least.
    :ivar most: and at most.
    :ivar is_grouped: whether thousands have dots.
    :ivar percents: how many times the number is multiplied by 100.
    """

    before: str
    after: str
    zeros: int
    least: int
    most: int
    is_grouped: bool
    percents: int

    def shown(self, value: Decimal) -> str:
        """Return what a cell shows of a number that is not negative."""
        moved = value.scaleb(2 * self.percents, _EXACT)
        rounded = moved.quantize(Decimal(1).scaleb(-self.most), context=_EXACT)
        text = f"{rounded:,f}" if self.is_grouped else f"{rounded:f}"
        whole, _, decimals = text.partition(".")
        kept = decimals[: self.least] + decimals[self.least :].rstrip("0")
        if not self.is_grouped:
            whole = whole.zfill(self.zeros)
        if not self.zeros and whole == "0":
            whole = ""
        number = whole.replace(",", ".") + (f",{kept}" if kept else "")
        return " ".join(f"{self.before}{number}{self.after}".split())


class NumberFormat:
    """A format that is understood; see :func:`number_format`."""

    def __init__(self, sections: list[_Section | None]) -> None:
        self._sections = sections

    def shown(self, value: float) -> str:
        """Return what a cell shows of a number; "" if it shows none, or in an unknown way."""
        number = Decimal(f"{value:.15g}")
        if not number.is_finite():
            return ""
        count = len(self._sections)
        if number == 0 and count > 2:
            section = self._sections[2]
            return section.shown(number) if section else ""
        if number < 0 and count > 1:
            section = self._sections[1]
            return section.shown(-number) if section else ""
        section = self._sections[0]
        if section is None:
            return ""
        sign = "-" if number < 0 else ""
        return sign + section.shown(abs(number))


def number_format(code: str) -> NumberFormat | None:
    """Return a format by its code, such as ``#,##0.00 "đ"``; None if it is none of numbers."""
    if len(code) > _MAX_CHARS:
        return None
    sections = [_section(one) for one in _split(code)[:3]]
    return NumberFormat(sections) if any(sections) else None


def _split(code: str) -> list[str]:
    """Return the sections of a code; a semicolon in quotes or after a backslash divides none."""
    pieces = re.findall(r'"[^"]*"|[\\_*].|[^;]|;', code, re.DOTALL)
    sections = [""]
    for piece in pieces:
        if piece == ";":
            sections.append("")
        else:
            sections[-1] += piece
    return sections


def _section(code: str) -> _Section | None:
    at = percents = 0
    number = ""
    texts = ["", ""]  # before and after the number
    while at < len(code):
        token = _TOKEN.match(code, at)
        if token is None:
            return None
        at = token.end()
        if token["number"] is not None:
            if number:
                return None
            number = token["number"]
        elif not token["color"]:
            text = token["quoted"] or token["escaped"] or token["currency"] or token["plain"] or ""
            percents += token["plain"] == "%"
            texts[bool(number)] += " " if token["space"] else text
    whole, _, decimals = number.partition(".")
    is_grouped = "," in whole
    if not number or whole.endswith(",") or len(decimals) > _MAX_DECIMALS or percents > 1:
        return None
    least = decimals.rfind("0") + 1
    zeros = whole.count("0")
    if is_grouped and zeros > 1:
        return None
    return _Section(texts[0], texts[1], zeros, least, len(decimals), is_grouped, percents)
