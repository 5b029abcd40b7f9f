"""Does the compiled model give the words that underthesea gives? Asked once per version."""

from collections.abc import Callable, Sequence
from importlib.resources import files

Segment = Callable[[Sequence[str]], list[list[str]]]


def sentences() -> list[str]:
    """Return the lines of the self-test: Vietnamese of many kinds, and odd punctuation."""
    text = files(__package__).joinpath("sentences.txt").read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line]


def agrees(segment: Segment, oracle: Segment) -> bool:
    """Say whether two segmenters give the same words.

    Every line is tried as it is, in lower case and in capitals; all lines are also tried as
    one text.
    """
    lines = sentences()
    texts = [*lines, *map(str.lower, lines), *map(str.upper, lines), "\n".join(lines)]
    return segment(texts) == oracle(texts)
