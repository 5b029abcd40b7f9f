"""The feature templates of the model: a parser of their names, and their kinds and answers.

A template names the tokens that a feature looks at and a property of them. The answer of
``T[-1,0].lower`` is the lower case of the previous token and the current one, joined by a blank;
the answer of ``T[2].istitle`` is whether the second token to the right is a title. A template
that looks beyond the start or the end of the text has the answer ``BOS`` or ``EOS``.
"""

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from danvan_search.text.segmenter.source import UnsupportedModelError

REACH: Final = 2
"""The number of tokens to the left and to the right of a token that its features look at."""

WINDOW: Final = 2 * REACH + 1

_TEMPLATE: Final = re.compile(r"T\[(-?\d+)(?:,(-?\d+))?\](?:\.(\w+))?")


class Kind(enum.IntEnum):
    """The property of tokens that a template looks at."""

    FORM = 0
    LOWER = 1
    DIGIT = 2
    TITLE = 3
    DICT = 4


class Value(enum.IntEnum):
    """The answers that are not words; :data:`VALUES` has their names in the model."""

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
# The maximum number of tokens that a template of each kind may join in `tables.Tables`.
_MAX_WIDTH: Final = {Kind.FORM: 3, Kind.LOWER: 2, Kind.DIGIT: 1, Kind.TITLE: 3, Kind.DICT: 3}


@dataclass(frozen=True, slots=True)
class Template:
    """A feature template.

    :ivar name: its name in the model, for example ``T[-1,0].lower``.
    :ivar first: the index of its first token relative to the labelled token, -2 to 2.
    :ivar width: the number of tokens that it joins, 1 to 3.
    :ivar kind: the property that it looks at.
    """

    name: str
    first: int
    width: int
    kind: Kind

    @property
    def column(self) -> int:
        """The relative index of the first token, counted from 0 to 4."""
        return self.first + REACH

    @property
    def border(self) -> Value:
        """The answer if the first token is outside the text."""
        return Value.BEGIN if self.first < 0 else Value.END


def parse(names: Iterable[str]) -> tuple[Template, ...]:
    """Parse the names of templates, in order.

    :raises UnsupportedModelError: if the tables cannot represent a template.
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
        raise UnsupportedModelError(f"the feature template {name} has an unknown range of tokens")
    return Template(name, first, width, kind)
