"""Parsers of binary formats, in a process of their own.

A damaged or hostile file may make a parser loop, take all memory or crash. So parsers of binary
formats run in one child process, which is kept for many files::

    parent                         child
    process ── frames: bytes ────> child ──> pdf, word, sheets
            <── frames: values ───

- ``frames``: what goes over the pipes: JSON with bytes, no pickles, so that a child in which a file
  runs code of its own gets no further.
- ``process``: starts the child, bounds its time, memory and output, and ends it.
- ``child``: the loop of the child. ``reply``: the words it may answer with.
- ``pdf``, ``word``, ``sheets``: the parsers, each over a package of the extra ``documents``. A
  parser gives plain values and knows nothing of articles. It imports only modules from here, so
  that the child starts in the time of an interpreter: it does without the rest of the package.
"""
