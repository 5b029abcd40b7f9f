"""The files of the five articles in ``seeds/``."""

from pathlib import Path

SEEDS = sorted((Path(__file__).parents[1] / "seeds").glob("*.txt"))


def seed_text(path: Path) -> str:
    """Return the text of a seed."""
    return path.read_text(encoding="utf-8")
