"""Columns to the grid: the one pass over the batches of a segment."""

from dataclasses import dataclass

import numpy as np

from danvan_search.index.arrays.charspans import ROW, row_count, span_arrays
from danvan_search.index.arrays.columns import Columns
from danvan_search.index.arrays.runs import run_places
from danvan_search.index.arrays.slots import Placement
from danvan_search.index.arrays.vocabulary import Arrays


@dataclass(frozen=True, slots=True)
class Layout:
    """What the batches of a segment say, slot by slot.

    :ivar forms: uint32[slots], 1 + the index of the form in the vocabulary; 0 in the gaps.
    :ivar arrays: the arrays that are made of nothing else: of the places of the syllables in
        their texts, and of the words.
    """

    forms: np.ndarray
    arrays: Arrays


def lay_out(columns: Columns, placement: Placement) -> Layout:
    """Put all batches on the grid, one after the other.

    :param columns: the batches of which are used up.
    """
    forms = np.zeros(placement.slot_count, dtype=np.uint32)
    code_rows = np.zeros((row_count(placement.slot_count), ROW), dtype=np.uint8)
    codes = code_rows.reshape(-1)
    word_bits = np.zeros(placement.slot_count // 8, dtype=np.uint8) if columns.has_words else None
    all_escaped = [np.zeros((3, 0), dtype=np.int64)]
    doc = 0
    for batch in columns.batches:
        docs = slice(doc, doc := doc + len(batch[0].lengths))
        start, end = placement.doc_slot[docs.start], placement.doc_slot[docs.stop]
        is_word_start = np.zeros(end - start, dtype=bool)
        escaped = []
        part_slots = placement.doc_slot[docs], placement.body_slot[docs]
        for part, first_slots in zip(batch, part_slots, strict=True):
            slots = run_places(first_slots - start, part.lengths)
            forms[start:end][slots] = part.accented + 1
            codes[start:end][slots] = part.spans.codes
            if part.word_starts is not None:
                is_word_start[slots] = part.word_starts
            places, gaps, lengths = part.spans.escaped
            escaped.append(np.stack([slots[places] + start, gaps, lengths]))
        if word_bits is not None:
            # A document starts at a multiple of 16 slots, so a batch covers whole bytes of bits.
            word_bits[start // 8 : end // 8] = np.packbits(is_word_start)
        of_batch = np.concatenate(escaped, axis=1)
        all_escaped.append(of_batch[:, np.argsort(of_batch[0])])
    arrays = span_arrays(code_rows, np.concatenate(all_escaped, axis=1))
    if word_bits is not None:
        arrays["word_bits"] = word_bits
    return Layout(forms, arrays)
