"""YAML front matter: the fields between two ``---`` lines at the head of a Markdown file.

Scalars stay strings, as written (``no`` is "no" and ``007`` is "007"), also within lists and
mappings. YAML that is not a mapping, is larger than 10,000 characters, does not parse, or contains
aliases (with which a few lines can expand to gigabytes) does not count as front matter.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

MAX_CHARS: Final = 10_000

_OPENING: Final = re.compile(r"---[ \t]*(?:\r\n|\n|\r)")
_CLOSING: Final = re.compile(r"(?:(?<=\n)|(?<=\r))(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The front matter of a text.

    :ivar fields: its fields.
    :ivar end: the offset in the text at which the front matter ends.
    """

    fields: dict[str, Any]
    end: int


def read_front_matter(text: str) -> FrontMatter:
    """Return the front matter of a text; if it has none, no fields and an end of 0."""
    opening = _OPENING.match(text)
    closing = opening and _CLOSING.search(text, opening.end(), opening.end() + MAX_CHARS)
    if not opening or not closing:
        return FrontMatter({}, 0)
    fields = _parse(text[opening.end() : closing.start()])
    return FrontMatter(fields, closing.end()) if fields else FrontMatter({}, 0)


def _parse(source: str) -> dict[str, Any] | None:
    # BaseLoader makes strings, lists and mappings only: it runs no code and guesses no types.
    import yaml  # slow to import, and few files have front matter

    try:
        events = yaml.parse(source, yaml.BaseLoader)
        if any(isinstance(event, yaml.AliasEvent) for event in events):
            return None
        values = yaml.BaseLoader(source).get_single_data()
        if not isinstance(values, dict):
            return None
        json.dumps(values)
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError):
        return None
    return {str(key): value for key, value in values.items()}
