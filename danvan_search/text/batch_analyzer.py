"""Batches of texts to their syllable grids, with arrays instead of a pattern.

The result is that of :func:`~danvan_search.text.grid.syllable_grid` on each text, some
twenty times faster::

    texts ── join, encode ──> codes ── compare neighbours ──> runs ── look up ──> ids
                                             └── irregular runs: grid.spans

A *run* is a row of characters that are all numbers, or all letters, marks and ideographs, or
one ideograph without marks. No syllable crosses the border of a run, and nearly every run is
one syllable. The others (marks without a letter or with an ideograph, ignorables at the end,
over 64 characters) are cut by :func:`~danvan_search.text.grid.spans` itself. A syllable of at
most 16 characters, all of the Vietnamese alphabet, is found again by its codes, which are as
good as its characters; any other goes through :func:`~danvan_search.text.grid.forms`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from danvan_search.text import codes as c
from danvan_search.text.form_table import FormTable
from danvan_search.text.grid import MAX_SYLLABLE_CHARS, forms, spans
from danvan_search.text.keytable import ABSENT, Ids
from danvan_search.text.runtable import LONGEST_RUN, Places, RunTable

# Arrays of a block of this size stay in the second-level cache, and bound the memory.
_BLOCK_CHARS: Final = 1 << 18

_SHORT_BITS: Final = 19  # 6 MB, 262,144 surfaces of 1 to 8 characters
_LONG_BITS: Final = 17  # 2.6 MB, 65,536 surfaces of 9 to 16 characters


@dataclass(frozen=True, slots=True)
class GridBatch:
    """The syllables of several texts in columns, text after text; n syllables in all.

    :ivar accented: int32, shape (n,): ids of the accented forms in the form table.
    :ivar starts: int32, shape (n,): where each syllable starts, in characters of its own text.
    :ivar ends: int32, shape (n,): where each syllable ends, in characters of its own text.
    :ivar offsets: int64, shape (number of texts + 1,): the syllables of text ``i`` are those
        from ``offsets[i]`` to before ``offsets[i + 1]``.
    """

    accented: Ids
    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]


class _Block(NamedTuple):
    """Pieces of texts in columns: each is a part of a text, up to a blank or to its end.

    :ivar owners: which text each piece belongs to.
    :ivar starts: where each piece starts in that text, in characters.
    :ivar contents: the characters of each piece.
    """

    owners: list[int]
    starts: list[int]
    contents: list[str]


class BatchAnalyzer:
    """Analyses batches of texts; ids mean the same in all of its batches.

    It remembers the surfaces that it met in tables of fixed size (9 MB), which start afresh
    when they are full; the form table grows with every new form. Not thread-safe: one analyzer,
    and one form table, for each thread.

    :param form_table: where forms get their ids; a new one if none is given.
    """

    def __init__(self, form_table: FormTable | None = None) -> None:
        self.form_table = FormTable() if form_table is None else form_table
        self._met = RunTable(c.SHARED, _SHORT_BITS, _LONG_BITS)

    def analyze(self, texts: Sequence[str]) -> GridBatch:
        """Return the syllables of texts.

        :param texts: any strings, of less than 2**31 characters each; never altered, never
            refused. The memory that is needed beside twice the result depends neither on their
            number nor, as long as they have blanks, on their length.
        """
        counts = np.zeros(len(texts), np.int64)
        accented: list[Ids] = [np.empty(0, np.int32)]
        starts: list[npt.NDArray[np.int32]] = [np.empty(0, np.int32)]
        ends: list[npt.NDArray[np.int32]] = [np.empty(0, np.int32)]
        for block in _blocks(texts):
            # A line break belongs to no syllable and parts those beside it.
            text = "\n".join(block.contents)
            codes = c.encode(text, c.code_table(), before=1, after=LONGEST_RUN)
            block_starts, block_ends = _syllables(text, codes)
            accented.append(self._lookup(text, codes[1:], block_starts, block_ends))

            widths = np.array([*map(len, block.contents)], np.int64) + 1
            piece_starts = np.cumsum(widths) - widths
            first = np.searchsorted(block_starts, piece_starts)
            piece_counts = np.diff(first, append=len(block_starts))
            np.add.at(counts, block.owners, piece_counts)
            shift = np.repeat(piece_starts - np.array(block.starts, np.int64), piece_counts)
            starts.append((block_starts - shift).astype(np.int32))
            ends.append((block_ends - shift).astype(np.int32))
        return GridBatch(
            accented=np.concatenate(accented),
            starts=np.concatenate(starts),
            ends=np.concatenate(ends),
            offsets=np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
        )

    def _lookup(self, text: str, codes: c.Codes, starts: Places, ends: Places) -> Ids:
        """Return the ids of the accented forms of syllables: int32, shape (n,).

        :param codes: the codes of the text, and more after it.
        """
        ids = self._met.find(codes, starts, ends)
        missing = np.flatnonzero(ids == ABSENT)
        if not len(missing):
            return ids
        places = zip(starts[missing].tolist(), ends[missing].tolist(), strict=True)
        surfaces = [text[start:end] for start, end in places]
        index_of = {surface: index for index, surface in enumerate(surfaces)}
        id_of = {surface: self.form_table.add(*forms(surface)) for surface in index_of}
        ids[missing] = [id_of[surface] for surface in surfaces]
        once = missing[list(index_of.values())]
        self._met.add(codes, starts[once], ends[once], ids[once])
        return ids


def syllable_places(text: str) -> tuple[Places, Places]:
    """Return where the syllables of a text start and end, as :func:`spans` finds them."""
    return _syllables(text, c.encode(text, c.code_table(), before=1, after=1))


def _blocks(texts: Sequence[str]) -> Iterator[_Block]:
    """Yield the pieces of texts in order, in blocks of about as many characters each."""
    block = _Block([], [], [])
    size = 0
    for index, text in enumerate(texts):
        for start, content in _pieces(text) if len(text) > _BLOCK_CHARS else ((0, text),):
            block.owners.append(index)
            block.starts.append(start)
            block.contents.append(content)
            size += len(content) + 1
            if size >= _BLOCK_CHARS:
                yield block
                block = _Block([], [], [])
                size = 0
    if block.owners:
        yield block


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text before blanks, into pieces of a block at most as far as it has blanks."""
    start = 0
    while len(text) - start > _BLOCK_CHARS:
        cut = text.rfind(" ", start + 1, start + _BLOCK_CHARS)
        if cut < 0:
            cut = text.find(" ", start + _BLOCK_CHARS)
        if cut < 0:
            break
        yield start, text[start:cut]
        start = cut
    yield start, text[start:]


def _syllables(text: str, codes: c.Codes) -> tuple[Places, Places]:
    """Return where the syllables of a text start and end: int64, shape (n,) each.

    :param codes: the codes of the text, with one OTHER before it and at least one after it.
    """
    # 0 between the runs, 1 in numbers, 2 in letters, ideographs and marks.
    kinds = (codes >= c.FIRST_NUMBER).view(np.uint8) + (codes >= c.FIRST_NON_NUMBER).view(np.uint8)
    before, after = kinds[:-1], kinds[1:]
    border = before != after
    ideographs = np.flatnonzero(codes == c.IDEOGRAPH)
    if len(ideographs):
        # Each one that no mark follows is a run of its own.
        following = codes[ideographs + 1]
        marked = (following == c.IDEOGRAPH_MARK) | (following >= c.FIRST_NON_LETTER)
        single = ideographs[~marked]
        border[single - 1] = border[single] = True
    # The code before the text shifts both: after[i] is character i, before[i] the one before it.
    starts = np.flatnonzero(border & (after != 0))
    ends = np.flatnonzero(border & (before != 0))

    irregular = _irregular(codes[1:], starts, ends)
    at = np.flatnonzero(irregular)
    if not len(at):
        return starts, ends
    runs = zip(starts[at].tolist(), ends[at].tolist(), strict=True)
    cut = [[(run + a, run + b) for a, b in spans(text[run:end])] for run, end in runs]
    counts = np.ones(len(starts), np.int64)
    counts[at] = [len(places) for places in cut]
    replaced = np.repeat(irregular, counts)
    places = np.array([place for places in cut for place in places], np.int64).reshape(-1, 2)
    starts, ends = np.repeat(starts, counts), np.repeat(ends, counts)
    starts[replaced], ends[replaced] = places[:, 0], places[:, 1]
    return starts, ends


def _irregular(codes: c.Codes, starts: Places, ends: Places) -> npt.NDArray[np.bool_]:
    """Say which runs may be other than one syllable: bool, shape (number of runs,)."""
    irregular = ends - starts > MAX_SYLLABLE_CHARS
    if (codes >= c.FIRST_NON_LETTER).any():
        irregular |= codes[starts] >= c.FIRST_NON_LETTER
        irregular |= codes[ends - 1] == c.IGNORABLE_MARK
    ideographic = np.flatnonzero((codes == c.IDEOGRAPH) | (codes == c.IDEOGRAPH_MARK))
    if len(ideographic):
        runs = np.searchsorted(starts, ideographic, side="right") - 1
        single = (codes[ideographic] == c.IDEOGRAPH) & (ends[runs] - starts[runs] == 1)
        irregular[runs[~single]] = True
    return irregular
