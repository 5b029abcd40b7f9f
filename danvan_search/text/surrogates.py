"""Lone surrogates: halves of a pair of UTF-16, which a string may hold, but no text in UTF-8."""


def without_surrogates(text: str) -> str:
    """Return a text with a question mark in place of each surrogate."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
