"""The feature templates of the model: which tokens a feature looks at, and what it asks.

``T[-1,0].lower`` asks for the lower case of the previous token and this one, joined by a
blank; ``T[2].istitle`` asks whether the token after the next is a title. Where a template
reaches over a border of the text its answer is ``BOS`` or ``EOS``.
"""

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from danvan_search.text.segmenter.source import UnsupportedModelError

REACH: Final = 2
"""How many tokens to the left and to the right of a token its features look at."""

WINDOW: Final = 2 * REACH + 1

_TEMPLATE: Final = re.compile(r"T\[(-?\d+)(?:,(-?\d+))?\](?:\.(\w+))?")


class Kind(enum.IntEnum):
    """What a template asks of its tokens."""

    FORM = 0
    LOWER = 1
    DIGIT = 2
    TITLE = 3
    DICT = 4


class Value(enum.IntEnum):
    """The answers that are not words; their names in the model are those of :data:`VALUES`."""

    FALSE = 0
    TRUE = 1
    BEGIN = 2
    END = 3


VALUES: Final = ("False", "True", "BOS", "EOS")

_KIND_OF_NAME: Final = {
    "": Kind.FORM,
    "lower": Kind.LOWER,
    "isdigit": Kind.DIGIT,
    "istitle": Kind.TITLE,
    "is_in_dict": Kind.DICT,
}
# How many tokens the features of a kind may join, in the tables of this package.
_MAX_WIDTH: Final = {Kind.FORM: 3, Kind.LOWER: 2, Kind.DIGIT: 1, Kind.TITLE: 3, Kind.DICT: 3}


@dataclass(frozen=True, slots=True)
class Template:
    """One template.

    :ivar name: its name in the model, ``T[-1,0].lower``.
    :ivar first: the offset of its first token from the token that is labelled.
    :ivar width: how many tokens it joins, 1 to 3.
    :ivar kind: what it asks.
    """

    name: str
    first: int
    width: int
    kind: Kind

    @property
    def column(self) -> int:
        """The offset of the first token, counted from 0."""
        return self.first + REACH

    @property
    def border(self) -> Value:
        """The answer where the first token lies outside of the text."""
        return Value.BEGIN if self.first < 0 else Value.END


def parse(names: Iterable[str]) -> tuple[Template, ...]:
    """Parse the names of templates, in order.

    :raises UnsupportedModelError: for a template that the tables cannot express.
    """
    return tuple(map(_parse, names))


def _parse(name: str) -> Template:
    match = _TEMPLATE.fullmatch(name)
    kind = _KIND_OF_NAME.get(match[3] or "") if match else None
    if match is None or kind is None:
        raise UnsupportedModelError(f"unknown feature template {name}")
    first = int(match[1])
    last = int(match[2] or match[1])
    width = last - first + 1
    if not (-REACH <= first <= last <= REACH and width <= _MAX_WIDTH[kind]):
        raise UnsupportedModelError(f"unknown reach of the feature template {name}")
    return Template(name, first, width, kind)
