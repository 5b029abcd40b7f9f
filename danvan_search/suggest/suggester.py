"""The suggestions for a query: which kinds are tried, in which order, and how sure they must be."""

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.suggest.accents import read_accents
from danvan_search.suggest.expansions import Expansions
from danvan_search.suggest.form_counts import FormCounts
from danvan_search.suggest.input_methods import decode_telex, decode_vni
from danvan_search.suggest.spelling import Speller
from danvan_search.suggest.suggestion import Kind, Suggestion
from danvan_search.suggest.typed_text import MAX_CHARS, Changes, Piece, TypedText
from danvan_search.suggest.word_model import WordModel
from danvan_search.text import fold, is_marked, normalize, syllable_grid

OFFERED_ODDS: Final = 1.6
"""Accents are offered alone if the next reading is e^this times less likely, else with it."""
SURE_ODDS: Final = 3.0
"""Accents count as typed, and replace others that were typed, if they are e^this times likelier."""
GAIN: Final = 2.0
"""A spelling is offered if it is e^this times likelier…"""
GAIN_WITH_HITS: Final = 4.0
"""… and this where articles were found, of a query of up to ``MAX_WITH_HITS`` syllables."""
MAX_WITH_HITS: Final = 5
LITTLE: Final = 5
"""Abbreviations and other ways to write the same are offered where fewer articles were found."""
ALTERNATIVES: Final = 3
"""How many readings are offered if none is sure."""
DECODED_SHARE: Final = 0.25
"""Keys are those of an input method if this share of the words decodes."""
_DECODED_DFS: Final = 10
"""A decoded form is known if this many articles of a large index have it."""
_ACCENT_WEIGHT: Final = 0.5
_RUN_SYLLABLES: Final = 64
_SENTENCE_END: Final = re.compile(r"[.;:!?…\n]")
_DECODERS: Final[tuple[tuple[Kind, Callable[[str], str | None]], ...]] = (
    ("telex", decode_telex),
    ("vni", decode_vni),
)


class _Change(NamedTuple):
    """A change of a text, and by how much it is likelier, as a natural logarithm."""

    changes: Changes
    gain: float


class Suggester:
    """Makes suggestions from the counts of an index; threads may share it.

    :param views: the segments of the index.
    """

    def __init__(self, views: Sequence[SegmentView]) -> None:
        self._counts = FormCounts(views)
        self._model = WordModel(self._counts)
        self._speller = Speller(self._counts)
        self._expansions = Expansions(views, self._counts)
        self._least_df = min(_DECODED_DFS, 1 + self._counts.syllables // 1_000_000)

    def suggest(self, text: str, *, found: int) -> list[Suggestion]:
        """Return the suggestions for a query, the most useful first.

        :param text: the query as typed.
        :param found: how many articles have all of it: what is found is more likely to be meant.
        """
        typed = TypedText(text)
        if len(text) > MAX_CHARS or not typed.runs:
            return []
        kind, decoded = self._decoded(typed)
        if decoded.changes:
            return _suggestions(typed, kind, decoded)
        changed = _suggestions(typed, "glued", self._unglued(typed))
        changed += _suggestions(typed, "spelling", self._corrected(typed, found=found > 0))
        # The accents of a slip would be those of another word.
        meant = TypedText(changed[-1].query) if changed else typed
        changed += self._accented(meant)
        if found < LITTLE:
            changed += self._expansions.suggest(typed)
        return changed

    def meaning(self, word: str) -> str | None:
        """Return what an abbreviation stands for, if the index has that."""
        meaning = self._expansions.meaning(word)
        return None if meaning is None else " ".join(meaning.forms)

    def decoded(self, text: str) -> Suggestion | None:
        """Return the suggestion for a query that was typed in Telex or VNI; None for another."""
        typed = TypedText(text)
        kind, change = self._decoded(typed) if len(text) <= MAX_CHARS else ("telex", _NOTHING)
        return next(iter(_suggestions(typed, kind, change)), None)

    def restored(self, text: str, odds: float = 0.0) -> str:
        """Return a text with its likeliest accents.

        Marks that were typed stay, and so do codes and numbers.

        :param text: any text.
        :param odds: change only stretches whose reading is e^``odds`` times likelier than others.
        """
        typed = TypedText(text)
        changes: Changes = {}
        for run in typed.runs:
            for part in _sentences(text, run):
                open_to_change = [one.free and not is_marked(one.accented) for one in part]
                readings = self._readings(part, open_to_change, 2)
                if readings[0].gain >= odds:
                    changes |= readings[0].changes
        return typed.rewritten(changes)

    def _decoded(self, typed: TypedText) -> tuple[Kind, _Change]:
        """Return how keys were typed, and what they mean.

        Some must mean forms that the index knows well; then the others may mean rare ones.
        """
        best: tuple[Kind, _Change] = "telex", _NOTHING
        before = syllable_grid(typed.text).folded
        words = len(typed.keys) + sum(is_marked(one.accented) for run in typed.runs for one in run)
        for kind, decode in _DECODERS:
            changes: Changes = {}
            evidence = 0.0
            known = 0
            for start, end in typed.keys:
                form = decode(typed.text[start:end].lower())
                df, share = self._weight(form) if form is not None else (0, 0.0)
                if form is not None and df:
                    changes[start, end] = form
                    evidence += _ACCENT_WEIGHT * math.log(share + 1e-4)
                    known += df >= self._least_df
            if not known or known < DECODED_SHARE * words:
                continue
            after = syllable_grid(typed.rewritten(changes)).folded
            gain = self._model.row(after) + evidence - self._model.row(before)
            if gain > best[1].gain:
                best = kind, _Change(changes, gain)
        return best

    def _weight(self, form: str) -> tuple[float, float]:
        """Return the articles with an accented form, and its share among those of its folded one.

        Both are 0 for a form that is unknown, or rare beside others.
        """
        variants = self._counts.variants(fold(form))
        if form not in variants.forms:
            return 0, 0.0
        number = variants.forms.index(form)
        return float(variants.dfs[number]), float(variants.shares[number])

    def _unglued(self, typed: TypedText) -> _Change:
        changes: Changes = {}
        gain = 0.0
        for run in typed.runs:
            for piece in run:
                path = self._speller.unglue(piece.folded) if piece.free else None
                if path is None:
                    continue
                gain += self._model.row(path) - self._model.single(piece.folded)
                if is_marked(piece.accented):
                    path = _cut_like(piece.accented, path)
                    if not all(self._weight(form)[0] for form in path):
                        continue
                changes[piece.start, piece.end] = " ".join(path)
        return _Change(changes, gain)

    def _corrected(self, typed: TypedText, *, found: bool) -> _Change:
        """Return the likelier spelling of a query that has one."""
        if found and sum(map(len, typed.runs)) > MAX_WITH_HITS:
            return _NOTHING
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
        return _Change(changes, gain)

    def _accented(self, typed: TypedText) -> list[Suggestion]:
        """Return the likely accents of a query without any, and those of doubtful ones."""
        pieces = [piece for run in typed.runs for piece in run]
        bare = not any(is_marked(piece.accented) for piece in pieces)
        options: list[list[_Change]] = []
        for run in typed.runs:
            if bare:
                readings = self._readings(run, [piece.free for piece in run], ALTERNATIVES)
                options.append(readings)
            else:
                doubts = self._doubtful_accents(run)
                readings = self._readings(run, doubts, 2) if any(doubts) else []
                marked = {(one.start, one.end) for one in run if is_marked(one.accented)}
                most = max(1, len(run) // 3)
                if (
                    readings
                    and readings[0].gain >= SURE_ODDS
                    and len(marked & readings[0].changes.keys()) <= most
                ):
                    options.append(readings[:1])
        sure = [readings[0] for readings in options if readings[0].gain >= OFFERED_ODDS]
        if sure:
            changes = {place: form for one in sure for place, form in one.changes.items()}
            least = min(one.gain for one in sure)
            return _suggestions(typed, "accents", _Change(changes, least))
        readings = options[0] if len(options) == 1 and options[0][0].changes else []
        weights = [math.exp(min(0.0, one.gain)) for one in readings]
        return [
            Suggestion(typed.rewritten(one.changes), "accents", weight / sum(weights))
            for one, weight in zip(readings, weights, strict=True)
            if one.changes
        ]

    def _readings(
        self, run: Sequence[Piece], open_to_change: Sequence[bool], keep: int
    ) -> list[_Change]:
        """Return the likeliest accents of a run, each with its odds against the best other one."""
        typed = [
            None if may else piece.accented for piece, may in zip(run, open_to_change, strict=True)
        ]
        folded = [piece.folded for piece in run]
        readings = read_accents(self._counts, folded, typed, max(2, keep))
        changes = []
        for number, reading in enumerate(readings[:keep]):
            rival = readings[1 if number == 0 else 0] if len(readings) > 1 else None
            odds = reading.log_likelihood - rival.log_likelihood if rival else math.inf
            changed = {
                (piece.start, piece.end): form
                for piece, form in zip(run, reading.forms, strict=True)
                if form != piece.accented
            }
            changes.append(_Change(changed, odds))
        return changes

    def _doubtful_accents(self, run: Sequence[Piece]) -> list[bool]:
        """Return which syllables have accents that occur with no neighbour, though others do."""
        unseen: list[bool] = []
        known: list[bool] = []
        for first, second in pairwise(run):
            counts = self._counts.accents((first.folded, second.folded))
            shapes = [self._counts.variants(one.folded).forms for one in (first, second)]
            total = float(counts.counts.sum())
            seen = 0.0
            if first.accented in shapes[0] and second.accented in shapes[1]:
                code = shapes[0].index(first.accented) * len(shapes[1])
                code += shapes[1].index(second.accented)
                seen = float(counts.counts[counts.codes == code].sum())
            unseen.append(not seen)
            known.append(total >= 5)
        doubtful = []
        for at, piece in enumerate(run):
            around = slice(max(0, at - 1), at + 1)
            doubtful.append(piece.free and all(unseen[around]) and any(known[around]))
        return doubtful


_NOTHING: Final = _Change({}, 0.0)


def _suggestions(typed: TypedText, kind: Kind, change: _Change) -> list[Suggestion]:
    """Return a change as a suggestion, if it changes anything."""
    if not change.changes:
        return []
    return [Suggestion(typed.rewritten(change.changes), kind, _probability(change.gain))]


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, log_odds))))


def _cut_like(text: str, parts: Sequence[str]) -> tuple[str, ...]:
    """Return a text cut into pieces of the lengths of some parts."""
    ends = [sum(map(len, parts[: at + 1])) for at in range(len(parts))]
    return tuple(
        normalize(text[end - len(part) : end]) for part, end in zip(parts, ends, strict=True)
    )


def _sentences(text: str, run: Sequence[Piece]) -> list[list[Piece]]:
    """Cut a run where a sentence ends, and after ``_RUN_SYLLABLES``."""
    parts: list[list[Piece]] = [[]]
    for piece in run:
        last = parts[-1]
        if last and (
            len(last) >= _RUN_SYLLABLES or _SENTENCE_END.search(text, last[-1].end, piece.start)
        ):
            parts.append([])
        parts[-1].append(piece)
    return parts
