"""The self-test of a compiled model: it must give the words of underthesea on some 200 lines."""

from collections.abc import Callable, Sequence
from importlib.resources import files

Segment = Callable[[Sequence[str]], list[list[str]]]


def sentences() -> list[str]:
    """Return the lines of the self-test: varied Vietnamese sentences and odd punctuation."""
    text = files(__package__).joinpath("sentences.txt").read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line]


def agrees(segment: Segment, oracle: Segment) -> bool:
    """Return whether two segmenters give the same words.

    They segment every line as written, in lower case and in capitals, and all lines as one text.
    """
    lines = sentences()
    texts = [*lines, *map(str.lower, lines), *map(str.upper, lines), "\n".join(lines)]
    return segment(texts) == oracle(texts)
