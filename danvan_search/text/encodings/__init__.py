"""Encodings: bytes to text, for Unicode and the older encodings of Vietnamese.

Data flows one way::

    bytes ── utf ──> UTF-8, UTF-16, UTF-32 ── twice ──> encoded twice?
      └── detector ──> sample ── single_byte, vni, viqr ──> spelling ── the best table

``single_byte``, ``vni`` and ``viqr`` hold the tables, and name their sources. ``syllable_rule``
says what a well-formed syllable is, and ``common_syllables`` which are frequent. ``names`` lists
the encodings, ``decoders`` their decoders, and ``decoding`` puts all together as :func:`decode`.
``font_runs`` converts the text of documents whose fonts have encodings of their own.
"""

from danvan_search.text.encodings.decoding import Decoded, decode
from danvan_search.text.encodings.names import (
    ENCODINGS,
    WESTERN,
    describe_encodings,
    parse_encoding,
)
from danvan_search.text.encodings.utf import marked_encoding

__all__ = [
    "ENCODINGS",
    "WESTERN",
    "Decoded",
    "decode",
    "describe_encodings",
    "marked_encoding",
    "parse_encoding",
]
