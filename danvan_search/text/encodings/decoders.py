"""The decoder of each encoding."""

from collections.abc import Callable, Mapping
from typing import Final

from danvan_search.text.encodings.names import ENCODINGS, TWICE
from danvan_search.text.encodings.single_byte import (
    decode_tcvn3,
    decode_tcvn3_capitals,
    decode_viscii,
    decode_vps,
    decode_windows_1258,
)
from danvan_search.text.encodings.twice import mend
from danvan_search.text.encodings.viqr import decode_viqr
from danvan_search.text.encodings.vni import decode_vni

Decoder = Callable[[bytes], str]
"""Returns the text of any bytes; what is not in the encoding becomes U+FFFD."""


def _decode_twice(data: bytes) -> str:
    return mend(data.decode("utf-8", "replace"))


def _codec(name: str) -> Decoder:
    def decode(data: bytes) -> str:
        return data.decode(name, "replace")

    return decode


_OWN: Final[Mapping[str, Decoder]] = {
    TWICE: _decode_twice,
    "windows-1258": decode_windows_1258,
    "TCVN3": decode_tcvn3,
    "TCVN3 capitals": decode_tcvn3_capitals,
    "VNI": decode_vni,
    "VISCII": decode_viscii,
    "VPS": decode_vps,
    "VIQR": decode_viqr,
}

DECODERS: Final[Mapping[str, Decoder]] = {
    name: _OWN.get(name) or _codec(name) for name in ENCODINGS
}
"""The decoders by the names of the encodings."""
