"""Highlighting: what matched in a text, and the piece of the text around it.

``marks`` finds the marks of a query in the documents of a segment, ``snippets`` cuts the best piece
of a text and merges the marks inside it into spans.
"""
