"""The kinds of character that syllables are made of, as sets of a `regex` pattern (version 1).

One definition for all who cut texts: the pattern of ``grid`` and the table of ``codes``.
"""

from typing import Final

from danvan_search.text.normalize import IGNORABLE

LETTER: Final = r"[\p{L}--\p{Ideographic}]"
"""A letter; a run of letters and marks that starts with a letter is a syllable."""

MARK: Final = rf"[[\p{{M}}{IGNORABLE}]--\p{{Ideographic}}]"
"""What belongs to the letter or ideograph before it: a combining mark or an ignorable."""

IDEOGRAPH: Final = r"[\p{L}&&\p{Ideographic}]"
"""An ideograph; with the marks after it, one is a syllable."""

IDEOGRAPH_MARK: Final = r"[\p{M}&&\p{Ideographic}]"
"""A mark that belongs to an ideograph before it, but to no letter."""

NUMBER: Final = r"\p{N}"
"""A digit or another number; a run of them is a syllable."""
