"""Places: the headings and the pages of an article, by where they begin in its body.

A reader of files notes them while it makes the text (:class:`Places`). They are stored among the
extra values of the article, under the keys ``sections`` and ``pages``, and a hit finds its own by
the offset of its snippet. Values under these keys that were never places give none.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

SECTIONS: Final = "sections"
"""The key of ``extra`` of the headings: a list of ``[offset, heading]``, ascending."""

PAGES: Final = "pages"
"""The key of ``extra`` of the pages: a list of the offsets where each begins, ascending."""

MAX_SECTIONS: Final = 2_000
"""The headings of an article that are kept."""

MAX_HEADING_CHARS: Final = 200
"""The characters of a heading that are kept."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the headings and the pages of a text begin. Offsets are in characters of the text.

    :ivar sections: (offset, heading) of each heading, ascending by offset.
    :ivar pages: the offset of each page, ascending; that of page 1 is first.
    """

    sections: Sequence[tuple[int, str]] = field(default_factory=tuple)
    pages: Sequence[int] = field(default_factory=tuple)

    def to_extra(self, offset_of: Callable[[int], int]) -> dict[str, Any]:
        """Return the places as values of ``extra``; only those that there are.

        :param offset_of: maps an offset of this text to one of the body that is stored.
        """
        extra: dict[str, Any] = {}
        sections = [
            [offset_of(offset), " ".join(heading.split())[:MAX_HEADING_CHARS]]
            for offset, heading in self.sections[:MAX_SECTIONS]
            if heading.strip()
        ]
        if sections:
            extra[SECTIONS] = sections
        if self.pages:
            extra[PAGES] = [offset_of(offset) for offset in self.pages]
        return extra


def section_at(extra: Mapping[str, Any], offset: int) -> str | None:
    """Return the nearest heading before a character of the body, or at it; None without one."""
    sections = extra.get(SECTIONS)
    if not isinstance(sections, list) or not all(map(_is_section, sections)):
        return None
    number = bisect_right(sections, offset, key=lambda section: section[0])
    return str(sections[number - 1][1]) if number else None


def page_at(extra: Mapping[str, Any], offset: int) -> int | None:
    """Return the number of the page of a character of the body, from 1; None without pages."""
    pages = extra.get(PAGES)
    if not isinstance(pages, list) or not pages or not all(map(_is_offset, pages)):
        return None
    return max(1, bisect_right(pages, offset))


def _is_section(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and _is_offset(value[0])
        and isinstance(value[1], str)
    )


def _is_offset(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
