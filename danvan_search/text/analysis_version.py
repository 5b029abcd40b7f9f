"""The version of text analysis, which every commit of an index names.

A query is analysed when it is asked, the texts when they were indexed. If the two differ, a
syllable of the query may not be found in a text that has it. So an index of another version is
refused.
"""

from typing import Final

ANALYSIS_VERSION: Final = 2
"""Raise it by one whenever any text gets other syllables, other offsets, other accented forms or
other folded forms than before: after a change of normalisation, of folding, or of where syllables
begin and end. Words have a version of their own, the fingerprint of the segmenter."""
