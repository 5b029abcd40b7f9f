"""A target of the benchmarks."""

from typing import NamedTuple


class Target(NamedTuple):
    """A target.

    :ivar text: the target.
    :ivar reached: the figures that were measured.
    :ivar is_met: whether they meet the target.
    """

    text: str
    reached: str
    is_met: bool
