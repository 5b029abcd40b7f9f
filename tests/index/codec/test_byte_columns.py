"""Columns of byte strings: every form returns the values that were added."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search import IndexDamagedError
from danvan_search.index.codec.byte_columns import ByteColumn, OrdinalsBuilder, ValuesBuilder
from tests.index.segments import in_memory

VALUES = st.lists(st.binary(max_size=4) | st.sampled_from([b"a", b"b", b"\xff"]), max_size=30)
BUILDERS = {
    "values": ValuesBuilder,
    "ordinals": OrdinalsBuilder,
    "a table": lambda: OrdinalsBuilder(is_table=True),
}


def arrays_of(values, kind):
    builder = BUILDERS[kind]()
    for value in values:
        builder.add(value)
    return builder.arrays("x")


def column_of(arrays, doc_count):
    return ByteColumn(in_memory(arrays), "x", doc_count)


@pytest.mark.parametrize("kind", BUILDERS)
@given(VALUES)
def test_a_column_returns_what_was_added(kind, values):
    """Values, ordinals and the values of ordinals are those that were added."""
    column = column_of(arrays_of(values, kind), len(values))
    column.check_values()
    assert [column.of(doc) for doc in range(len(values))] == values
    assert [column.value(number) for number in column.ordinals().tolist()] == values


@given(VALUES)
def test_a_table_has_distinct_ascending_values(values):
    """The ordinals of a table compare like its values."""
    column = column_of(arrays_of(values, "a table"), len(values))
    found = [column.value(number) for number in range(column.value_count)]
    assert found == sorted(set(values))


@given(VALUES)
def test_the_shortest_form_is_written(values):
    """Different values take no more than values alone; recurring ones no more than a table."""

    def size(kind):
        return sum(array.nbytes for array in arrays_of(values, kind).values())

    assert size("ordinals") <= min(size("values"), size("a table"))


def test_the_forms_of_some_columns():
    """Recurring values have ordinals; different ones, and a single one, have none."""
    recurring = arrays_of([b"politics", b"sport"] * 50, "ordinals")
    assert recurring["x_ordinals"].dtype == np.uint8
    assert "x_ordinals" not in arrays_of([b"%d" % number for number in range(300)], "ordinals")
    wide = arrays_of([b"%d" % number for number in range(300)], "a table")
    assert wide["x_ordinals"].dtype == np.uint16
    one = arrays_of([b"folder"] * 1000, "ordinals")
    assert sum(array.nbytes for array in one.values()) == len(b"folder") + 2 * 4


TABLE = arrays_of([b"a", b"b", b"a", b"c"] * 20, "ordinals")


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("ordinals", np.full(80, 3, np.uint8)),
        ("bytes", np.frombuffer(b"acb", np.uint8)),
        ("bytes", np.frombuffer(b"aab", np.uint8)),
        ("offsets", np.array([0, 2, 1, 3], np.uint32)),
        ("offsets", np.array([0, 1, 2, 4], np.uint32)),
    ],
)
def test_impossible_values_are_found(name, array):
    """``check_values`` finds ordinals, tables and offsets that no writer writes."""
    column_of(TABLE, 80).check_values()
    column = column_of(TABLE | {f"x_{name}": array}, 80)
    with pytest.raises((ValueError, IndexDamagedError)):
        column.check_values()


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("ordinals", np.zeros(79, np.uint8)),
        ("ordinals", np.zeros(80, np.int32)),
        ("ordinals", np.zeros((80, 1), np.uint8)),
        ("offsets", np.zeros(4, np.int64)),
        ("bytes", np.zeros(3, np.uint16)),
    ],
)
def test_another_shape_is_refused(name, array):
    """A column of another length or dtype is not opened."""
    with pytest.raises((ValueError, IndexDamagedError)):
        column_of(TABLE | {f"x_{name}": array}, 80)


def test_without_ordinals_the_values_must_be_of_all_documents():
    """A number of values that is neither 1 nor that of the documents is refused."""
    arrays = arrays_of([b"a", b"b", b"c"], "values")
    with pytest.raises(ValueError, match="number of values"):
        column_of(arrays, 4)
