"""Texts to write into documents, and how much of them came back."""

import unicodedata
from collections import Counter

from benchmarks.encoders import ENCODERS, plain
from danvan_search.ingest import Loaded
from danvan_search.text import syllable_grid
from danvan_search.text.encodings.single_byte import WINDOWS_1252, decode_table
from tests.seeds import SEEDS, seed_text


def twenty_texts() -> list[str]:
    """Return the texts of the seeds in four parts each, with the letters of the older encodings."""
    texts = []
    for path in SEEDS:
        lines = [line for line in plain(seed_text(path)).split("\n") if line.strip()]
        step = -(-len(lines) // 4)
        texts += ["\n".join(lines[start : start + step]) for start in range(0, len(lines), step)]
    return texts


def written(text: str, encoding: str) -> str:
    """Return a text as a word processor keeps it in a font of an encoding."""
    return decode_table(ENCODERS[encoding](text), WINDOWS_1252)


def syllables(text: str) -> Counter[str]:
    """Return the syllables of a text in small letters."""
    return Counter(syllable_grid(unicodedata.normalize("NFC", text)).accented)


def shares(loaded: list[Loaded], texts: list[str]) -> tuple[float, float]:
    """Return the share of the syllables of texts that articles have, and of theirs in the texts."""
    both = found = expected = 0
    for one, text in zip(loaded, texts, strict=True):
        read_again = syllables(f"{one.article.title} {one.article.body}")
        wanted = syllables(text)
        both += (read_again & wanted).total()
        found += read_again.total()
        expected += wanted.total()
    return both / expected, both / found
