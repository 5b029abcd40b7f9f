"""The syllables of details, whose lines no phrase leaves: an empty syllable ends each line."""

from danvan_search.text import SyllableGrid, syllable_grid, word_starts


def grid_by_line(text: str) -> SyllableGrid:
    """Return the syllables of a text, with an empty one after each line that has any."""
    starts: list[int] = []
    ends: list[int] = []
    accented: list[str] = []
    folded: list[str] = []
    first = 0
    for line in text.split("\n"):
        own = syllable_grid(line)
        if len(own):
            starts += [first + offset for offset in own.starts]
            ends += [first + offset for offset in own.ends]
            starts.append(ends[-1])
            ends.append(ends[-1])
            accented += [*own.accented, ""]
            folded += [*own.folded, ""]
        first += len(line) + 1
    return SyllableGrid(starts, ends, accented, folded)


def word_starts_by_line(text: str) -> list[bool]:
    """Return whether a word starts with each syllable of :func:`grid_by_line`; also if empty."""
    of_lines = [word_starts(line).flags for line in text.split("\n")]
    return [flag for flags in of_lines if flags for flag in (*flags, True)]
