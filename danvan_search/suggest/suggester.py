"""The suggestions for a query: which kinds are tried, in which order, and how sure they must be."""

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.suggest.accents import read_accents
from danvan_search.suggest.expansions import Expansions
from danvan_search.suggest.form_counts import FormCounts
from danvan_search.suggest.mistyped import INPUT_METHODS, Mistyped
from danvan_search.suggest.suggestion import Kind, Suggestion
from danvan_search.suggest.typed_text import MAX_CHARS, Change, Changes, Piece, TypedText
from danvan_search.text import is_marked

OFFERED_ODDS: Final = 1.6
"""Accents are offered alone if the next reading is e^this times less likely, else with it."""
SURE_ODDS: Final = 3.0
"""Accents count as typed, and replace others that were typed, if they are e^this times likelier."""
LITTLE: Final = 5
"""Abbreviations and other ways to write the same are offered where fewer articles were found."""
ALTERNATIVES: Final = 3
"""How many readings are offered if none is sure."""
_RUN_SYLLABLES: Final = 64
_SENTENCE_END: Final = re.compile(r"[.;:!?…\n]")


class Suggester:
    """Makes suggestions from the counts of an index; threads may share it.

    :param views: the segments of the index.
    """

    def __init__(self, views: Sequence[SegmentView]) -> None:
        self._counts = FormCounts(views)
        self._mistyped = Mistyped(self._counts)
        self._expansions = Expansions(views, self._counts)

    def suggest(self, text: str, *, found: int) -> list[Suggestion]:
        """Return the suggestions for a query, the most useful first.

        :param text: the query as typed.
        :param found: how many articles have all of it: what is found is more likely to be meant.
        """
        typed = TypedText(text)
        if len(text) > MAX_CHARS or not typed.runs:
            return []
        meant = self._mistyped.meant(typed, found=found > 0)
        changed = [_suggestion(typed, *one) for one in meant]
        if meant and meant[0].kind in INPUT_METHODS:
            return changed
        # The accents of a slip would be those of another word.
        changed += self._accented(TypedText(changed[0].query) if changed else typed)
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
        meant = self._mistyped.decoded(typed) if len(text) <= MAX_CHARS else None
        return None if meant is None else _suggestion(typed, *meant)

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

    def _accented(self, typed: TypedText) -> list[Suggestion]:
        """Return the likely accents of a query without any, and those of doubtful ones."""
        pieces = [piece for run in typed.runs for piece in run]
        bare = not any(is_marked(piece.accented) for piece in pieces)
        options: list[list[Change]] = []
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
            return [_suggestion(typed, "accents", Change(changes, least))] if changes else []
        readings = options[0] if len(options) == 1 and options[0][0].changes else []
        weights = [math.exp(min(0.0, one.gain)) for one in readings]
        return [
            Suggestion(typed.rewritten(one.changes), "accents", weight / sum(weights))
            for one, weight in zip(readings, weights, strict=True)
            if one.changes
        ]

    def _readings(
        self, run: Sequence[Piece], open_to_change: Sequence[bool], keep: int
    ) -> list[Change]:
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
            changes.append(Change(changed, odds))
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


def _suggestion(typed: TypedText, kind: Kind, change: Change) -> Suggestion:
    confidence = 1 / (1 + math.exp(-max(-50.0, min(50.0, change.gain))))
    return Suggestion(typed.rewritten(change.changes), kind, confidence)


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
