"""Options as people write them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.errors import OptionError
from danvan_search.parsing import MAX_SIZE, parse_first_day, parse_size

DAY = datetime.date(2024, 2, 16)


@pytest.mark.parametrize(
    "value",
    [
        DAY,
        "2024-02-16",
        " 2024-02-16 ",
        "16/2/2024",
        "16/02/2024 08:18",
        "ngày 16 tháng 2 năm 2024",
    ],
)
def test_day(value):
    """A date stays as it is; a string is read by the date grammar."""
    assert parse_first_day(value) == DAY


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "'' is not a date: write 2024-02-16, 16/2/2024, 2024-02 or 2024"),
        ("2024-13-01", "'2024-13-01' is not a date: write 2024-02-16, 16/2/2024, 2024-02 or 2024"),
        ("31/2/2024", "'31/2/2024' is not a date: write 2024-02-16, 16/2/2024, 2024-02 or 2024"),
        (
            20240216,
            "a date is a datetime.date or a string such as 2024-02-16, not int",
        ),
        (
            datetime.datetime(2024, 2, 16),
            "a date is a datetime.date or a string such as 2024-02-16, not datetime",
        ),
    ],
)
def test_no_day(value, message):
    """Anything else is an error in one sentence."""
    with pytest.raises(OptionError) as error:
        parse_first_day(value)
    assert str(error.value) == message


@given(st.dates())
def test_iso_dates(day):
    """Every date is read back from its ISO form."""
    assert parse_first_day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (1, 1),
        (20_000_000, 20_000_000),
        (MAX_SIZE, MAX_SIZE),
        ("1", 1),
        ("500000", 500_000),
        ("500k", 500_000),
        ("20MB", 20_000_000),
        (" 20 mb ", 20_000_000),
        ("1.5G", 1_500_000_000),
        ("7b", 7),
        ("1.0009k", 1000),
        ("1000000GB", MAX_SIZE),
    ],
)
def test_size(value, size):
    """A size is a number of bytes, or a string with or without a unit."""
    assert parse_size(value) == size


@pytest.mark.parametrize("value", ["", "many", "-1", "900TB", "1e9", "1.", "٣", "20 MB MB"])
def test_no_size(value):
    """A string of another form is an error in one sentence."""
    with pytest.raises(OptionError) as error:
        parse_size(value)
    assert str(error.value) == f"{value!r} is not a size: write a number of bytes, or 20MB"


@pytest.mark.parametrize("value", [0, -1, MAX_SIZE + 1, 10**100, "0", "0.9", "9" * 400])
def test_size_out_of_range(value):
    """A size that no file has is an error in one sentence."""
    with pytest.raises(OptionError) as error:
        parse_size(value)
    message = "the size is out of range: give one of 1 to 1,000,000,000,000,000 bytes"
    assert str(error.value) == message


@pytest.mark.parametrize("value", [True, 1.5, None, b"1"])
def test_size_of_another_type(value):
    """A value of another type is an error in one sentence."""
    with pytest.raises(
        OptionError, match="a size is a whole number of bytes or a string such as 20MB, not"
    ):
        parse_size(value)


@pytest.mark.parametrize("parse", [parse_first_day, parse_size])
def test_long_values_are_cut_short(parse):
    """An error shows the beginning of a long value."""
    with pytest.raises(OptionError) as error:
        parse("x" * 10_000)
    assert len(str(error.value)) < 200


@given(st.text())
def test_any_string(text):
    """No string raises another error."""
    for parse in (parse_first_day, parse_size):
        try:
            parse(text)
        except OptionError:
            pass
