"""What was meant by a query that was mistyped: keys of an input method, glued syllables, slips.

Each reading has a gain: by how much its row of syllables is likelier than the one that was typed,
as a natural logarithm, less what the mistake costs. So readings of different kinds compare.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from danvan_search.suggest.accents import read_accents
from danvan_search.suggest.form_counts import FormCounts
from danvan_search.suggest.input_methods import decode_telex, decode_vni
from danvan_search.suggest.slips import MISSING
from danvan_search.suggest.spelling import Speller
from danvan_search.suggest.suggestion import Kind
from danvan_search.suggest.typed_text import NOTHING, Change, Changes, Piece, TypedText
from danvan_search.suggest.word_model import WordModel
from danvan_search.text import fold, is_marked, normalize

GAIN: Final = 2.5
"""A spelling is offered if it is e^this times likelier…"""
GAIN_WITH_HITS: Final = 4.0
"""… and this where articles were found, of a query of up to ``MAX_WITH_HITS`` syllables."""
MAX_WITH_HITS: Final = 5
RIVAL_ODDS: Final = 3.0
"""Of two readings of the same syllables one is offered alone if it is e^this times likelier."""
DECODED_SHARE: Final = 0.25
"""Keys are those of an input method if this share of the words decodes."""
_DECODED_DFS: Final = 10
"""A decoded form is known if this many articles of a large index have it."""
_ACCENT_WEIGHT: Final = 0.5
_WORD_LETTERS: Final = 7
_LETTER: Final = 2.5
"""By how much each letter over ``_WORD_LETTERS`` makes an unknown word less likely."""
_ALONE: Final = 3.0
"""By how much a query of one word is likelier to be glued than to be meant as it is."""
_DECODERS: Final[tuple[tuple[Kind, Callable[[str], str | None]], ...]] = (
    ("telex", decode_telex),
    ("vni", decode_vni),
)
INPUT_METHODS: Final = frozenset(kind for kind, _ in _DECODERS)


class Meant(NamedTuple):
    """What was meant.

    :ivar kind: the mistake.
    :ivar change: what the text becomes.
    """

    kind: Kind
    change: Change


class Mistyped:
    """Finds what was meant by mistyped queries.

    :param counts: the counts of the index.
    """

    def __init__(self, counts: FormCounts) -> None:
        self._counts = counts
        self._model = WordModel(counts)
        self._speller = Speller(counts)
        self._least_df = min(_DECODED_DFS, 1 + counts.syllables // 1_000_000)

    def meant(self, typed: TypedText, *, found: bool) -> list[Meant]:
        """Return the likeliest readings, the best first; none if the query may be meant as typed.

        :param found: whether articles have all of it.
        """
        decoded = self._decoded(typed)
        if 2 * len(decoded.change.changes) > _words(typed) > 1:
            return [decoded]
        readings = [
            decoded,
            Meant("glued", self._unglued(typed)),
            Meant("spelling", self._corrected(typed, found=found)),
        ]
        kept: list[Meant] = []
        for one in sorted(readings, key=lambda one: -one.change.gain):
            if one.change.changes and not any(_is_beaten(one.change, by.change) for by in kept):
                kept.append(one)
        return kept

    def decoded(self, typed: TypedText) -> Meant | None:
        """Return what the keys of Telex or VNI mean; None if something else is likelier."""
        reading = self._decoded(typed)
        if not reading.change.changes:
            return None
        best = self.meant(typed, found=False)[0]
        return best if best.kind == reading.kind else None

    def _decoded(self, typed: TypedText) -> Meant:
        """Return how keys were typed, and what they mean.

        Some must mean forms that the index knows well; then the others may mean rare ones.
        """
        best = Meant("telex", NOTHING)
        words = _words(typed)
        for kind, decode in _DECODERS:
            forms: Changes = {}
            known = 0
            for start, end in typed.keys:
                form = decode(typed.text[start:end].lower())
                df = self._variant(form)[0] if form is not None else 0
                if form is not None and df:
                    forms[start, end] = form
                    known += df >= self._least_df
            if not known or known < DECODED_SHARE * words:
                continue
            gain = self._decoded_gain(typed, forms)
            if gain > best.change.gain:
                best = Meant(kind, Change(forms, gain))
        return best

    def _decoded_gain(self, typed: TypedText, forms: Changes) -> float:
        decoded = TypedText(typed.rewritten(forms))
        marked = set(forms.values())
        evidence = sum(
            math.log(self._share(run, at) + 1e-4)
            for run in decoded.runs
            for at, piece in enumerate(run)
            if piece.accented in marked
        )
        before, after = (
            [piece.folded for run in one.runs for piece in run] for one in (typed, decoded)
        )
        return self._model.row(after) + _ACCENT_WEIGHT * evidence - self._model.row(before)

    def _share(self, run: Sequence[Piece], at: int) -> float:
        """Return how likely the accents of a syllable are beside the neighbour that fits best."""
        shares = []
        for start in range(max(0, at - 1), min(at + 1, len(run) - 1)):
            pair = run[start : start + 2]
            other = pair[start == at]
            given = other.accented if is_marked(other.accented) else None
            share = self._counts.share_in_pair(
                (pair[0].folded, pair[1].folded), at - start, run[at].accented, given
            )
            if share is not None:
                shares.append(share)
        return max(shares, default=self._variant(run[at].accented)[1])

    def _variant(self, form: str) -> tuple[float, float]:
        """Return the articles with an accented form, and its share among those of its folded one.

        Both are 0 for a form that is unknown, or rare beside others.
        """
        variants = self._counts.variants(fold(form))
        if form not in variants.forms:
            return 0.0, 0.0
        number = variants.forms.index(form)
        return float(variants.dfs[number]), float(variants.shares[number])

    def _unglued(self, typed: TypedText) -> Change:
        changes: Changes = {}
        gain = 0.0
        for run in typed.runs:
            for at, piece in enumerate(run):
                path = self._speller.unglue(piece.folded) if piece.free else None
                if path is None:
                    continue
                own = self._unglued_gain([one.folded for one in run], at, path)
                if is_marked(piece.accented):
                    path = _cut_like(piece.accented, path)
                    if not all(self._variant(one)[0] for one in path):
                        continue
                if own > 0:
                    changes[piece.start, piece.end] = " ".join(path)
                    gain += own
        return Change(changes, gain)

    def _unglued_gain(self, folded: Sequence[str], at: int, path: Sequence[str]) -> float:
        """Return by how much some syllables are likelier than a word without blanks.

        Beside others a missing blank is a slip; a whole query without blanks is meant so.
        """
        word = folded[at]
        before, after = folded[max(0, at - 1) : at], folded[at + 1 : at + 2]
        gain = self._model.row([*before, *path, *after]) - self._model.row([*before, word, *after])
        if not self._counts.form(word).occurrences:
            gain += _LETTER * max(0, len(word) - _WORD_LETTERS)
        return gain + (MISSING if before or after else _ALONE)

    def _corrected(self, typed: TypedText, *, found: bool) -> Change:
        """Return the likelier spelling of a query that has one."""
        if found and sum(map(len, typed.runs)) > MAX_WITH_HITS:
            return NOTHING
        least = GAIN_WITH_HITS if found else GAIN
        changes: Changes = {}
        gain = math.inf
        for run in typed.runs:
            folded = [piece.folded for piece in run]
            accented = [piece.accented for piece in run]
            corrected = self._speller.correct(folded, accented, [piece.free for piece in run])
            if corrected is None or corrected.gain <= least:
                continue
            gain = min(gain, corrected.gain)
            forms: list[str | None] = list(accented)
            for at, (old, new) in enumerate(zip(folded, corrected.folded, strict=True)):
                if old != new and is_marked(accented[at]):
                    forms[at], _ = self._speller.with_marks_of(new, accented[at])
                elif old != new:
                    forms[at] = None if any(map(is_marked, accented)) else new
            meant: Sequence[str | None] = forms
            if None in forms:
                meant = read_accents(self._counts, corrected.folded, forms, 1)[0].forms
            for piece, form, old in zip(run, meant, accented, strict=True):
                if form is not None and form != old:
                    changes[piece.start, piece.end] = form
        return Change(changes, gain) if changes else NOTHING


def _words(typed: TypedText) -> int:
    """Return how many words may be keys or have marks."""
    return len(typed.keys) + sum(is_marked(one.accented) for run in typed.runs for one in run)


def _is_beaten(change: Change, by: Change) -> bool:
    """Return whether another change of the same syllables is so likely that it is meant alone."""
    return by.gain - change.gain > RIVAL_ODDS and any(
        start < other_end and other_start < end
        for start, end in change.changes
        for other_start, other_end in by.changes
    )


def _cut_like(text: str, parts: Sequence[str]) -> tuple[str, ...]:
    """Return a text cut into pieces of the lengths of some parts."""
    ends = [sum(map(len, parts[: at + 1])) for at in range(len(parts))]
    return tuple(
        normalize(text[end - len(part) : end]) for part, end in zip(parts, ends, strict=True)
    )
