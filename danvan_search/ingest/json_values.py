"""JSON text to values, with errors for people."""

import json
import math
from typing import Any, Final, NoReturn

from danvan_search.article import MAX_EXTRA_DEPTH, is_deeper
from danvan_search.ingest.fields import RecordError

MAX_DEPTH: Final = MAX_EXTRA_DEPTH
"""The maximum nesting of lists and objects in a record: that of the extra values of an article."""


def parse_json(text: str, what: str, form: str, *, depth: int = MAX_DEPTH) -> Any:  # noqa: ANN401
    """Return the value of a JSON text.

    :param what: what messages call the text: "line".
    :param form: what messages advise to write.
    :param depth: the maximum nesting.
    :raises RecordError: it is no JSON, or holds what no article can hold.
    """
    too_deep = f"the {what} is nested too deeply: the maximum is {depth} levels"
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise RecordError(
            f"the {what} is not JSON ({error.msg} at character {error.pos + 1:,}): {form}"
        ) from error
    except _ValueError as error:
        raise RecordError(f"the {what} holds {error}") from error
    except ValueError as error:  # int() limits the number of digits
        raise RecordError(
            f"the {what} holds a number of too many digits: write it in quotes"
        ) from error
    except RecursionError as error:
        raise RecordError(too_deep) from error
    if isinstance(value, dict | list) and is_deeper(value, depth):
        raise RecordError(too_deep)
    return value


def parse_json_prefix(text: str) -> tuple[Any, int]:
    """Return the value of the JSON at the start of a text, and where it ends.

    :raises RecordError: the text does not begin with JSON, or with what no article can hold.
    """
    try:
        value, end = _DECODER.raw_decode(text)
    except (ValueError, _ValueError, RecursionError) as error:
        raise RecordError("the text does not begin with JSON") from error
    if isinstance(value, dict | list) and is_deeper(value, MAX_DEPTH):
        raise RecordError("the text begins with JSON that is nested too deeply")
    return value, end


class _ValueError(Exception):
    """A value that is no JSON."""


def _refuse_constant(constant: str) -> NoReturn:
    raise _ValueError(f"{constant}, which is not a JSON number: write null")


def _parse_finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _ValueError("a number that is too large: write it in quotes")
    return number


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_parse_finite)
