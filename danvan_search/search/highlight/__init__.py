"""Highlighting: what matched in a text, and the piece of the text around it.

``marks`` finds the marks of a query in the documents of a segment, ``clusters`` the best cluster of
marks in each text, ``snippets`` cuts a piece around it and merges the marks inside it into spans.
"""
