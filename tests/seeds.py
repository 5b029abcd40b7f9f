"""The five articles that come with the project."""

from pathlib import Path

SEEDS = sorted((Path(__file__).parents[1] / "seeds").glob("*.txt"))


def seed_text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
