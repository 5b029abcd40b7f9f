"""Synonyms from a file in the format of Solr, which Elasticsearch and OpenSearch read too.

::

    # a comment
    xe hơi, ô tô, xế hộp        each of them also finds the others
    TW => trung ương            the left side also finds the right one, but not the other way
    A\\, B, C                    a comma that separates nothing
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from danvan_search.errors import OptionError
from danvan_search.query.nodes import Phrase, Term
from danvan_search.text.grid import syllable_grid

MAX_SYLLABLES: Final = 10
"""The most syllables of an entry."""
_MAX_BYTES: Final = 64 << 20
_COMMA: Final = re.compile(r"(?<!\\),")


class Synonyms:
    """Words that mean the same.

    :ivar longest: the most syllables of an entry; 0 if there are none.

    :param text: the lines of the file.
    :raises OptionError: a line is none of the format; it is named.
    """

    def __init__(self, text: str) -> None:
        self._others: dict[tuple[str, ...], dict[tuple[str, ...], dict[str, None]]] = {}
        self.longest = 0
        for number, line in enumerate(text.splitlines(), 1):
            line = line.strip()
            if line and not line.startswith("#"):
                self._add(line, number)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> "Synonyms":
        """Read a file of synonyms in UTF-8.

        :raises OptionError: it cannot be read, or a line is none of the format.
        """
        try:
            with Path(path).open("rb") as file:
                data = file.read(_MAX_BYTES + 1)
            if len(data) > _MAX_BYTES:
                raise OptionError(f"the synonyms in {path} are over {_MAX_BYTES >> 20} MiB")
            return cls(data.decode("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise OptionError(f"the synonyms in {path} cannot be read: {error}") from error

    def others(self, parts: Sequence[Phrase]) -> Iterator[str]:
        """Yield what neighbours of a query may be instead.

        A syllable typed with a mark must have it in the file; one typed without matches any.
        """
        terms = [one for part in parts for one in part.syllables if isinstance(one, Term)]
        known = self._others.get(tuple([one.folded for one in terms]))
        for accented, others in (known or {}).items():
            pairs = zip(terms, accented, strict=True)
            if all(form == one.accented or not one.marked for one, form in pairs):
                yield from others

    def _add(self, line: str, number: int) -> None:
        sides = [
            [entry for part in _COMMA.split(side) if (entry := part.replace("\\,", ",").strip())]
            for side in line.split("=>")
        ]
        if len(sides) > 2 or not all(sides):
            raise OptionError(
                f"line {number} of the synonyms is neither words between commas nor words => words"
            )
        for entry in sides[0]:
            grid = syllable_grid(entry)
            if not 1 <= len(grid) <= MAX_SYLLABLES:
                raise OptionError(
                    f"line {number} of the synonyms: {entry!r} has {len(grid)} syllables, and may "
                    f"have 1 to {MAX_SYLLABLES}"
                )
            self.longest = max(self.longest, len(grid))
            of_forms = self._others.setdefault(tuple(grid.folded), {})
            others = of_forms.setdefault(tuple(grid.accented), {})
            others.update(dict.fromkeys([one for one in sides[-1] if one != entry]))
