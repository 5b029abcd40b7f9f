"""The offsets of syllables are those that were encoded, however far apart syllables are."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from danvan_search.index.codec import offsets
from danvan_search.index.codec.offsets import (
    ESCAPE,
    LENGTH_BITS,
    MAX_LENGTH,
    MAX_START,
    ROW,
    Offsets,
    encode_offsets,
    offset_arrays,
)
from danvan_search.index.codec.placement import lay_out_documents
from danvan_search.index.codec.ragged import offsets_of, run_indices
from tests.index.segments import in_memory

DISTANCES = st.sampled_from([0, 1, 2, 15, 16, 254, 255, 256, MAX_START, MAX_START + 1, 1 << 20])
LENGTHS = st.sampled_from([1, 3, 7, 15, 16, MAX_LENGTH - 1, MAX_LENGTH, MAX_LENGTH + 1, 200])
USUAL = st.tuples(st.just(1), st.integers(1, 7))
TEXT = st.lists(USUAL, max_size=150) | st.lists(st.tuples(DISTANCES, LENGTHS), max_size=9)
TEXTS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5)
LONG = [(1, 4)] * 3 * ROW


def laid_out(texts):
    """Return the slots of the syllables, their texts, starts and lengths, and the arrays."""
    counts = np.array([[len(title), len(body)] for title, body in texts])
    placement = lay_out_documents(*counts.T)
    flat = [text for both in texts for text in both]
    counts = counts.reshape(-1)
    lengths = np.array([length for text in flat for _, length in text], dtype=np.int64)
    ends = [np.cumsum([sum(one) for one in text], dtype=np.int64) for text in flat]
    starts = np.concatenate(ends) - lengths
    encoded = encode_offsets(starts, lengths, counts)
    firsts = np.stack([placement.doc_slot[:-1], placement.body_slot], axis=1).reshape(-1)
    slots = run_indices(firsts, counts)
    codes = np.zeros(placement.slot_count, dtype=np.uint8)
    codes[slots] = encoded.codes
    indices, *others = encoded.wide
    arrays = offset_arrays(codes, np.stack([slots[indices], *others]))
    ids = np.zeros(placement.slot_count, dtype=np.uint16)
    ids[slots] = 7
    return slots, firsts, counts, starts, lengths, arrays, ids


@given(TEXTS, st.sampled_from([0, 10_000]))
@example([(LONG, LONG), ([], LONG), (LONG, []), ([], [])], 0)
@example([(LONG, [(MAX_START, MAX_LENGTH), (0, MAX_LENGTH), *LONG]), ([], LONG)], 0)
def test_offsets_are_those_encoded(texts, few):
    """All ways of reading them agree, with few syllables and with many."""
    slots, firsts, counts, starts, lengths, arrays, ids = laid_out(texts)
    reader = Offsets(in_memory(arrays), len(ids))
    found, widths = reader.parts(slots, counts)
    assert (found.tolist(), widths.tolist()) == (starts.tolist(), lengths.tolist())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offsets, "FEW", few)
        own, ends = reader.borders(slots.tolist(), [*(slots + 1).tolist(), *firsts.tolist()])
    origins = np.repeat(ends[len(slots) :], counts)
    assert (own - origins).tolist() == starts.tolist()
    assert (np.array(ends[: len(slots)]) - origins).tolist() == (starts + lengths).tolist()
    before = reader.check_values(ids)
    taken = [sum(map(sum, text)) for both in texts for text in both]
    assert before[firsts].tolist() == offsets_of(np.array(taken))[:-1].tolist()
    assert before[-1] == sum(taken)


def test_a_code_holds_what_fits():
    """The greatest start and the greatest length fit alone, and are escaped together."""
    for distance, length, is_escaped in (
        (MAX_START, MAX_LENGTH - 1, False),
        (MAX_START - 1, MAX_LENGTH, False),
        (MAX_START, MAX_LENGTH, True),
        (MAX_START + 1, 1, True),
        (0, MAX_LENGTH + 1, True),
    ):
        slots, *_, arrays, _ = laid_out([([], [(distance, length)])])
        code = arrays["char_codes"][slots[0]]
        assert code == (ESCAPE if is_escaped else distance << LENGTH_BITS | length)
        assert (slots[0] in arrays["char_escaped_slots"]) == is_escaped


def test_texts_longer_than_32_bits_count():
    """Sums and starts beyond 32 bits are stored in 64."""
    far = 1 << 31
    slots, firsts, counts, starts, _, arrays, ids = laid_out([([(far, 1)], [(far, 1), (1, 1)])])
    assert arrays["char_sums"].dtype == arrays["char_escaped_starts"].dtype == np.uint64
    reader = Offsets(in_memory(arrays), len(ids))
    assert reader.parts(slots, counts)[0].tolist() == starts.tolist()
    assert reader.borders(slots.tolist(), firsts.tolist())[0][-1] == 2 * far + 3


FORGERIES = [
    ("char_codes", lambda slots, _: slots[5], 0, "offsets out of order"),
    ("char_codes", lambda slots, _: slots[5], ESCAPE, "out of place"),
    ("char_codes", lambda slots, _: slots[-1] + 1, 1, "out of order"),
    ("char_sums", lambda _, rows: rows - 1, 0, "out of order"),
    ("char_sums", lambda _, rows: rows - 1, 1 << 30, "sums of other offsets"),
    ("char_sums", lambda *_: 0, 1, "sums of other offsets"),
    ("char_escaped_slots", lambda *_: 0, 3, "out of place"),
    ("char_escaped_lengths", lambda *_: 0, 5, "needs no escape"),
    ("char_escaped_lengths", lambda *_: 0, 999, "out of order"),
]


@pytest.mark.parametrize(("name", "index_of", "value", "says"), FORGERIES)
def test_values_that_cannot_be_are_found(name, index_of, value, says):
    slots, *_, arrays, ids = laid_out([(LONG, [(1, 90), *LONG])])
    reader = Offsets(in_memory(arrays), len(ids))
    reader.check_values(ids)
    arrays[name][index_of(slots, len(arrays["char_sums"]))] = value
    with pytest.raises(ValueError, match=says):
        Offsets(in_memory(arrays), len(ids)).check_values(ids)


def test_gaps_take_no_characters():
    """Characters in a gap, or a syllable of none, are found though all offsets ascend."""
    slots, *_, arrays, ids = laid_out([([(1, 4)], [(9, 4)])])
    ids[slots[-1]] = 0
    with pytest.raises(ValueError, match="a gap with a length"):
        Offsets(in_memory(arrays), len(ids)).check_values(ids)
    ids[slots[-1]] = 7
    arrays["char_codes"][slots[0] + 1] += 1 << LENGTH_BITS
    with pytest.raises(ValueError, match="characters before a gap"):
        Offsets(in_memory(arrays), len(ids)).check_values(ids)
