"""YAML front matter: the fields between two ``---`` lines at the head of a Markdown file.

Values are kept as the text that is written (``no`` stays "no" and ``007`` "007"), in lists and
mappings as deep as they are. What is no mapping, larger than 10,000 characters, damaged, or makes
use of YAML aliases (with which a few lines can expand to gigabytes) is not taken for front matter.
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
    """The fields, and the place in the text where they end."""

    fields: dict[str, Any]
    end: int


def read_front_matter(text: str) -> FrontMatter:
    """Return the front matter of a text; without fields, and with an end of 0, if it has none."""
    opening = _OPENING.match(text)
    closing = opening and _CLOSING.search(text, opening.end(), opening.end() + MAX_CHARS)
    if not opening or not closing:
        return FrontMatter({}, 0)
    fields = _parse(text[opening.end() : closing.start()])
    return FrontMatter(fields, closing.end()) if fields else FrontMatter({}, 0)


def _parse(written: str) -> dict[str, Any] | None:
    # BaseLoader makes text, lists and mappings only: it runs nothing and guesses no types.
    import yaml  # takes long to load, and few files have front matter

    try:
        events = yaml.parse(written, yaml.BaseLoader)
        if any(isinstance(event, yaml.AliasEvent) for event in events):
            return None
        values = yaml.BaseLoader(written).get_single_data()
        if not isinstance(values, dict):
            return None
        json.dumps(values)
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError):
        return None
    return {str(key): value for key, value in values.items()}
