"""Character classes of syllables (letters, marks, ideographs, numbers), as `regex` V1 sets.

The pattern of ``grid`` and the code table of ``codes`` share these definitions.
"""

from typing import Final

from danvan_search.text.normalize import IGNORABLE

LETTER: Final = r"[[\p{L}\u20ab\u24b6-\u24e9]--\p{Ideographic}]"
"""Letters, the sign ₫, which stands for đ, and letters in circles; a run of letters and marks that
starts with a letter is a syllable."""

MARK: Final = rf"[[\p{{M}}{IGNORABLE}]--\p{{Ideographic}}]"
"""Combining marks and ignorables; they belong to the letter or ideograph before them."""

IDEOGRAPH: Final = r"[\p{L}&&\p{Ideographic}]"
"""Ideographs; each one, with the marks after it, is a syllable."""

IDEOGRAPH_MARK: Final = r"[\p{M}&&\p{Ideographic}]"
"""Marks that belong to an ideograph before them, but never to a letter."""

NUMBER: Final = r"\p{N}"
"""Digits and other numbers; a run of them is a syllable."""
