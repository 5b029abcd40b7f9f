"""How often syllables, and runs of them, occur in an index: what all suggestions are made of.

Nothing is stored for suggestions. A pair of syllables is a slice of the position list, so its
length counts the pair; the accents of a run are read off the grid at a sample of its slots. Counts
are summed over segments, by form, because each segment has ids of its own; removed articles do not
count. What was asked once is kept: any number of threads may ask, two may compute the same value.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar

import numpy as np

from danvan_search.search.execution.segment_view import SegmentView

SAMPLE: Final = 512
"""A run of more slots is counted from this many of them, evenly spaced."""
_RUN_SAMPLE: Final = 2048
"""The slots of its rarest pair from which a run of three or more syllables is counted."""
_STEPS: Final = np.arange(float(_RUN_SAMPLE))
MAX_VARIANTS: Final = 12
"""The accented forms of a folded form that are considered; others are rare, or slips."""
TITLE_WEIGHT: Final = 10.0
"""What an occurrence in a title counts for: queries resemble titles more than sentences."""
FREQUENT: Final = 30
"""A form is likely to be meant by a slip if it occurs this often in a large index…"""
_LEAST: Final = 5
"""… or this often in a small one, of up to ``_LEAST * _SYLLABLES`` syllables."""
_SYLLABLES: Final = 100_000
_KNOWN_PAIR: Final = 5
"""The accents of a pair are known if it occurs this often."""
_FEW: Final = 4
"""Up to this many pairs are looked up one by one."""
_MEMO_SIZE: Final = 1 << 14

Key = TypeVar("Key")
Value = TypeVar("Value")


class FormCount(NamedTuple):
    """A folded form in all segments.

    :ivar occurrences: how often it occurs in live documents; estimated from a sample where
        documents were removed and there are more than ``SAMPLE``.
    :ivar ids: its folded id in each segment, 0 where it does not occur.
    """

    occurrences: float
    ids: tuple[int, ...]


class Variants(NamedTuple):
    """The accented forms of a folded form in all segments.

    :ivar forms: the most frequent first, at most ``MAX_VARIANTS``.
    :ivar dfs: float64[forms], the live documents with each of them, greater than 0.
    :ivar numbers: for each segment the index in ``forms`` of each of its variants, by accented id
        from the first on: int64[variants], -1 for those that are not in ``forms``.
    """

    forms: tuple[str, ...]
    dfs: np.ndarray
    numbers: tuple[np.ndarray, ...]

    @property
    def shares(self) -> np.ndarray:
        """float64[forms], the share of each accented form, never 0."""
        smoothed = self.dfs + 0.1
        return np.asarray(smoothed / smoothed.sum())


class AccentCounts(NamedTuple):
    """How often the syllables of a run have which accents.

    :ivar codes: int64[n], distinct; each is the indices in ``FormCount.forms`` of the syllables,
        as one number: the index of an array whose axes are the forms of each.
    :ivar counts: float64[n], the occurrences of each; estimated from a sample.
    """

    codes: np.ndarray
    counts: np.ndarray

    def dense(self, shape: tuple[int, ...]) -> np.ndarray:
        """Return the counts as an array: float64[shape].

        :param shape: the number of forms of each syllable.
        """
        array = np.zeros(shape)
        array.reshape(-1)[self.codes] = self.counts
        return array


class FormCounts:
    """The counts of an index.

    :ivar syllables: the number of syllables of all segments, including removed documents, at least
        1.

    :param views: the segments.
    """

    def __init__(self, views: Sequence[SegmentView]) -> None:
        self._views = views
        self.syllables = max(1, sum(view.segment.syllables for view in views))
        self._forms: dict[str, FormCount] = {}
        self._variants: dict[str, Variants] = {}
        self._pairs: dict[tuple[str, str], float] = {}
        self._accents: dict[tuple[str, ...], AccentCounts] = {}

    def form(self, folded: str) -> FormCount:
        """Return the counts of a folded form; of an unknown form they are 0."""
        return remembered(self._forms, folded, self._count_form)

    def variants(self, folded: str) -> Variants:
        """Return the accented forms of a folded form; an unknown form has none."""
        return remembered(self._variants, folded, self._count_variants)

    def pair(self, first: str, second: str) -> float:
        """Return how often two folded forms stand side by side in live documents."""
        return remembered(self._pairs, (first, second), self._count_pair)

    def pair_table(self, firsts: Sequence[str], seconds: Sequence[str]) -> np.ndarray:
        """Return how often each of some forms stands before each of others: float64[n, m]."""
        if len(seconds) <= _FEW:
            rows = [[self.pair(first, second) for second in seconds] for first in firsts]
            return np.array(rows, dtype=np.float64).reshape(len(firsts), len(seconds))
        table = np.zeros((len(firsts), len(seconds)))
        first_ids = [self.form(one).ids for one in firsts]
        second_ids = np.array([self.form(one).ids for one in seconds], dtype=np.int64)
        for index, view in enumerate(self._views):
            positions = view.segment.positions
            starts, ends = positions.index_ranges(
                [ids[index] for ids in first_ids], second_ids[:, index]
            )
            if view.live is None:
                table += ends - starts
                continue
            for at in zip(*np.nonzero(ends > starts), strict=True):
                table[at] += _live_count(view, positions.slots_in((starts[at], ends[at])))
        return table

    def run(self, folded: tuple[str, ...]) -> float:
        """Return how often some folded forms stand side by side in this order."""
        if len(folded) == 1:
            return self.form(folded[0]).occurrences
        count = 0.0
        id_rows = [self.form(one).ids for one in folded]
        for view, ids in zip(self._views, zip(*id_rows, strict=True), strict=True):
            if 0 not in ids:
                slots, scale = run_slots(view, ids)
                count += len(slots) * scale
        return count

    def accents(self, folded: tuple[str, ...]) -> AccentCounts:
        """Return the accents of a run of two to four folded forms."""
        return remembered(self._accents, folded, self._count_accents)

    def share_in_pair(
        self, pair: tuple[str, str], at: int, form: str, given: str | None
    ) -> float | None:
        """Return the share of an accented form among those of its place in a pair.

        :param pair: the folded forms.
        :param at: 0 or 1, the place of the form.
        :param form: the accented form.
        :param given: the accented form of the other; None for any.
        :return: None if the pair, so given, occurs less than ``_KNOWN_PAIR`` times.
        """
        counts = self.accents(pair)
        forms = [self.variants(one).forms for one in pair]
        numbers = np.divmod(counts.codes, max(1, len(forms[1])))
        weights = counts.counts
        if given is not None:
            if given not in forms[1 - at]:
                return None
            weights = weights * (numbers[1 - at] == forms[1 - at].index(given))
        total = float(weights.sum())
        if total < _KNOWN_PAIR:
            return None
        if form not in forms[at]:
            return 0.0
        return float(weights[numbers[at] == forms[at].index(form)].sum()) / total

    def frequent_forms(self) -> list[str]:
        """Return the folded forms that occur often, made of ASCII letters alone.

        Often is ``FREQUENT`` times, or less in a small index; removed documents count.
        """
        least = min(FREQUENT, max(_LEAST, self.syllables // _SYLLABLES))
        found: dict[str, int] = {}
        for view in self._views:
            positions, terms = view.segment.positions, view.segment.term_dictionary
            for folded_id in range(1, terms.folded_count + 1):  # by falling frequency
                occurrences = positions.count_of_folded(folded_id)
                if occurrences * len(self._views) < least:
                    break
                form = terms.folded_form(folded_id)
                found[form] = found.get(form, 0) + occurrences
        return [
            form
            for form, occurrences in found.items()
            if occurrences >= least and form.isascii() and form.isalpha()
        ]

    def _count_form(self, folded: str) -> FormCount:
        ids = tuple(view.segment.term_dictionary.folded_id(folded) for view in self._views)
        occurrences = 0.0
        for view, folded_id in zip(self._views, ids, strict=True):
            positions = view.segment.positions
            if folded_id and view.live is None:
                occurrences += positions.count_of_folded(folded_id)
            elif folded_id:
                occurrences += _live_count(view, positions.slots_of_folded(folded_id))
        return FormCount(occurrences, ids)

    def _count_variants(self, folded: str) -> Variants:
        ids = self.form(folded).ids
        dfs: dict[str, int] = {}
        for view, folded_id in zip(self._views, ids, strict=True):
            for form, df in _variant_dfs(view, folded_id):
                dfs[form] = dfs.get(form, 0) + df
        forms = sorted(filter(dfs.get, dfs), key=lambda form: (-dfs[form], form))[:MAX_VARIANTS]
        numbers = []
        for view, folded_id in zip(self._views, ids, strict=True):
            terms = view.segment.term_dictionary
            variants = terms.variants(folded_id) if folded_id else range(0)
            own = np.full(len(variants), -1, dtype=np.int64)
            for number, form in enumerate(forms):
                accented_id = terms.accented_id(folded_id, form) if folded_id else 0
                if accented_id:
                    own[accented_id - variants.start] = number
            numbers.append(own)
        array = np.array([dfs[form] for form in forms], dtype=np.float64)
        return Variants(tuple(forms), array, tuple(numbers))

    def _count_pair(self, pair: tuple[str, str]) -> float:
        first, second = (self.form(one).ids for one in pair)
        count = 0.0
        for view, one, other in zip(self._views, first, second, strict=True):
            if one and other:
                positions = view.segment.positions
                start, end = positions.index_range(one, other)
                if view.live is None:
                    count += end - start
                elif end > start:
                    count += _live_count(view, positions.slots_in((start, end)))
        return count

    def _count_accents(self, folded: tuple[str, ...]) -> AccentCounts:
        id_rows = [self.form(one).ids for one in folded]
        syllables = [self.variants(one) for one in folded]
        sizes = [len(one.forms) for one in syllables]
        counts = np.zeros(int(np.prod(sizes)))  # at most MAX_VARIANTS^4
        for index, view in enumerate(self._views):
            ids = [row[index] for row in id_rows]
            if 0 in ids:
                continue
            slots, scale = run_slots(view, ids)
            code = np.zeros(len(slots), dtype=np.int64)
            known = np.ones(len(slots), dtype=bool)
            for distance, (one, folded_id) in enumerate(zip(syllables, ids, strict=True)):
                first = view.segment.term_dictionary.variants(folded_id).start
                accented = view.segment.grid.contents(slots + distance).astype(np.int64)
                number = one.numbers[index].take(accented - first)
                known &= number >= 0
                code = code * sizes[distance] + number
            weights = weights_of(view, slots) * scale
            counts += np.bincount(code[known], weights[known], minlength=len(counts))
        codes = np.flatnonzero(counts)
        return AccentCounts(codes, counts[codes])


def remembered(memo: dict[Key, Value], key: Key, compute: Callable[[Key], Value]) -> Value:
    """Return the value of a key; the first call computes it. A full memo starts anew."""
    known = memo.get(key)
    if known is None:
        known = compute(key)
        if len(memo) >= _MEMO_SIZE:
            memo.clear()
        memo[key] = known
    return known


def _variant_dfs(view: SegmentView, folded_id: int) -> list[tuple[str, int]]:
    """Return the most frequent accented forms of a folded form, and their live documents."""
    if not folded_id:
        return []
    terms = view.segment.term_dictionary
    variants = terms.variants(folded_id)
    if len(variants) == 1:
        df = view.segment.folded_lists["all"].count_within(folded_id, view.live)
        return [(terms.accented_form(variants.start), df)]
    lists = view.segment.accented_lists["all"]
    return [
        (terms.accented_form(number), lists.count_within(number, view.live))
        for number in variants[:MAX_VARIANTS]
    ]


def _live_count(view: SegmentView, slots: np.ndarray) -> float:
    """Return how many of some slots are in live documents; of many slots, from a sample."""
    sample = sampled(slots, SAMPLE)
    return float(np.count_nonzero(are_live(view, sample))) * len(slots) / max(1, len(sample))


def are_live(view: SegmentView, slots: np.ndarray) -> np.ndarray:
    """Return bool[n], which slots are in live documents."""
    live = view.live
    return (
        np.ones(len(slots), dtype=bool)
        if live is None
        else live.take(view.segment.grid.docs_at(slots))
    )


def weights_of(view: SegmentView, slots: np.ndarray) -> np.ndarray:
    """Return float64[n], what an occurrence at each slot counts for: in a title, more."""
    in_title = slots < view.segment.grid.body_slot.take(view.segment.grid.docs_at(slots))
    return np.where(in_title, TITLE_WEIGHT, 1.0)


def sampled(slots: np.ndarray, size: int) -> np.ndarray:
    """Return at most ``size`` of some slots, 2 to ``_RUN_SAMPLE``, evenly spaced."""
    if len(slots) <= size:
        return slots
    places = _STEPS[:size] * ((len(slots) - 1) / (size - 1))
    places[-1] = len(slots) - 1
    return np.asarray(slots[places.astype(np.int64)])


def run_slots(view: SegmentView, ids: Sequence[int]) -> tuple[np.ndarray, float]:
    """Return some slots at which a run starts in live documents, and how many each stands for.

    :param ids: its folded ids in the segment, all known.
    :return: int64[n], n at most ``SAMPLE`` for a pair and ``_RUN_SAMPLE`` for a longer run.
    """
    positions = view.segment.positions
    ranges = [positions.index_range(*pair) for pair in pairwise(ids)]
    rarest = min(range(len(ranges)), key=lambda index: ranges[index][1] - ranges[index][0])
    every = positions.slots_in(ranges[rarest])
    slots = sampled(every, SAMPLE if len(ids) == 2 else _RUN_SAMPLE).astype(np.int64)
    scale = len(every) / max(1, len(slots))
    slots -= rarest
    for distance, folded_id in enumerate(ids):
        if not rarest <= distance <= rarest + 1:
            variants = view.segment.term_dictionary.variants(folded_id)
            fits = view.segment.grid.has_id(slots + distance, variants.start, variants.stop)
            slots = slots[fits]
    if view.live is not None:
        slots = slots[are_live(view, slots)]
    return slots, scale
