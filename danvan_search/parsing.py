"""Options as people write them: a day, a size.

The library and the command line share these parsers. The date grammar itself is in
:mod:`danvan_search.dates`. Of the package, this module imports only that one and the errors, so
every part may import it.
"""

import datetime
import math
import re
from typing import Final

from danvan_search.dates import Period, parse_period
from danvan_search.errors import OptionError

MAX_SIZE: Final = 10**15
"""The largest size, in bytes: 1 PB."""

_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)b?", re.IGNORECASE | re.ASCII)
_UNITS: Final = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3}
_MAX_SHOWN: Final = 100
"""The longest value shown in an error, in characters."""


def parse_first_day(value: str | datetime.date) -> datetime.date:
    """Return a day, or the first day of a month or a year.

    :param value: a date (not a datetime), or a string such as ``2024-02-16``, ``16/2/2024``,
        ``2024-02`` or ``2024``: all that :func:`danvan_search.dates.parse_period` understands.
    :raises OptionError: it is neither.
    """
    return _period(value)[0]


def parse_last_day(value: str | datetime.date) -> datetime.date:
    """Return a day, or the last day of a month or a year.

    :param value: see :func:`parse_first_day`.
    :raises OptionError: it is neither a date nor such a string.
    """
    return _period(value)[1]


def _period(value: str | datetime.date) -> Period:
    if isinstance(value, str):
        period = parse_period(value)
        if period is None:
            raise OptionError(
                f"{_shown(value)} is not a date: write 2024-02-16, 16/2/2024, 2024-02 or 2024"
            )
        return period
    if isinstance(value, datetime.datetime) or not isinstance(value, datetime.date):
        kind = type(value).__name__
        raise OptionError(f"a date is a datetime.date or a string such as 2024-02-16, not {kind}")
    return value, value


def parse_size(value: str | int) -> int:
    """Return a size in bytes, from 1 to :data:`MAX_SIZE`.

    :param value: a number of bytes, or a string such as ``500000``, ``500k``, ``20MB`` or ``1.5G``.
        The units are powers of 1000; the case does not matter. A fraction of a byte is dropped.
    :raises OptionError: it is neither, or out of range.
    """
    if isinstance(value, str):
        form = _SIZE.fullmatch(value.strip())
        if form is None:
            raise OptionError(f"{_shown(value)} is not a size: write a number of bytes, or 20MB")
        size = float(form[1]) * _UNITS[form[2].lower()]
    elif isinstance(value, bool) or not isinstance(value, int):
        kind = type(value).__name__
        raise OptionError(f"a size is a whole number of bytes or a string such as 20MB, not {kind}")
    else:
        size = value
    if not 1 <= size <= MAX_SIZE:
        raise OptionError(f"the size is out of range: give one of 1 to {MAX_SIZE:,} bytes")
    return int(size)


def parse_whole_number(value: str) -> int:
    """Return a whole number.

    :raises OptionError: it is none.
    """
    try:
        return int(value)
    except ValueError:
        raise OptionError(f"{_shown(value)} is not a whole number: write digits only") from None


def parse_seconds(value: str | float) -> float:
    """Return a number of seconds, at least 0; ``inf`` is one.

    :raises OptionError: it is none.
    """
    seconds = _float(value)
    if not seconds >= 0:
        raise OptionError(f"{_shown(str(value))} is not a number of seconds: write 30 or 0.5")
    return seconds


def parse_share(value: str | float) -> float:
    """Return a share, from 0 to 1.

    :raises OptionError: it is none.
    """
    share = _float(value)
    if not 0 <= share <= 1:
        raise OptionError(f"{_shown(str(value))} is no share: write a number from 0 to 1")
    return share


def _float(value: str | float) -> float:
    """Return a number; ``nan`` for what is none."""
    try:
        return float(value)
    except ValueError:
        return math.nan


def _shown(value: str) -> str:
    shown = repr(value)
    return shown if len(shown) <= _MAX_SHOWN else f"{shown[:_MAX_SHOWN]}…"
