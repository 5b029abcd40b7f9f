"""Tells people what a query means, in one line in the language of the queries.

``dân vận -hà nội`` is read as ``dân vận, không có "hà nội"``.
"""

import datetime
from types import UnionType
from typing import Final

from danvan_search.query.nodes import (
    And,
    Boost,
    DateRange,
    Equals,
    EqualsField,
    Everything,
    Field,
    InField,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Required,
    Run,
    without_others,
)
from danvan_search.query.query import Query
from danvan_search.query.written import written

_FIELDS: Final[dict[Field, str]] = {"title": "tiêu đề", "body": "nội dung", "details": "chi tiết"}
_VALUES: Final[dict[EqualsField, str]] = {
    "category": "chuyên mục",
    "source": "nguồn",
    "site": "trang web",
    "id": "mã",
}


def read_as(query: Query) -> str:
    """Return what a query means, in one line of Vietnamese."""
    return _Reading(query.text).of(query.root)


class _Reading:
    """What a tree means.

    :param text: the query; codes are shown as it has them.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def of(self, node: Node) -> str:
        """Return what a node means."""
        match node:
            case Run():
                return " ".join(map(self._bare, node.phrases))
            case Phrase():
                return self._phrase(node)
            case Near():
                left, right = self._phrase(node.left), self._phrase(node.right)
                return f"{left} gần {right} (cách tối đa {node.distance} tiếng)"
            case And():
                return ", ".join([self._part(one) for one in node.nodes])
            case Or():
                joined = " hoặc ".join([self._part(one, And | Or) for one in node.nodes])
                return joined if node.at_least == 1 else f"ít nhất {node.at_least} trong: {joined}"
            case Not():
                is_value = isinstance(node.node, Equals | DateRange)
                return f"{'không phải' if is_value else 'không có'} {self._part(node.node)}"
            case Required():
                return f"phải có {self._part(node.node)}"
            case Boost():
                return f"{self._part(node.node)} (ưu tiên ×{node.factor:g})"
            case InField():
                return f"{_FIELDS[node.field]} có {self._part(node.node)}"
            case DateRange():
                return _dates(node)
            case Equals():
                return f'{_VALUES[node.field]} "{node.value}"'
            case Everything():
                return "mọi bài"

    def _part(self, node: Node, kinds: type | UnionType = And | Or) -> str:
        """Return what a node within another one means, those of some kinds in brackets."""
        return f"({self.of(node)})" if isinstance(node, kinds) else self.of(node)

    def _bare(self, code: Phrase) -> str:
        start, end = code.span
        if code.others:
            others = " hoặc ".join(map(self._phrase, code.others))
            return f"{self._bare(without_others(code))} (hoặc {others})"
        if len(code.syllables) > 1 and end:
            return self._text[start:end]
        return written(Run((code,)))

    def _phrase(self, phrase: Phrase) -> str:
        quoted = written(Phrase(phrase.syllables))
        if phrase.word:
            return f"từ {quoted}"
        return f"{quoted} (cách tối đa {phrase.slop} tiếng)" if phrase.slop else quoted


def _dates(node: DateRange) -> str:
    low, high = node.low, node.high
    if low is not None and low == high:
        return f"ngày {_day(low)}"
    parts = []
    if low is not None:
        parts.append(f"từ ngày {_day(low)}")
    if high is not None:
        parts.append(f"đến ngày {_day(high)}")
    return " ".join(parts) or "có ngày"


def _day(day: datetime.date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
