"""A parser of CRFsuite model files (binary, linear-chain CRF).

The sources of CRFsuite (``crf1d_model.c`` and ``cqdb.c``) describe the format: a header of twelve
32-bit words, the features, a string table of labels and one of attributes. All numbers are
little-endian.
"""

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.text.segmenter.source import UnsupportedModelError

_HEADER: Final = struct.Struct("<4sI4s9I")
_CHUNK: Final = struct.Struct("<4s2I")
_STRINGS: Final = struct.Struct("<4s5I")
_FEATURE: Final = np.dtype([("type", "<u4"), ("source", "<u4"), ("target", "<u4"), ("w", "<f8")])
_STATE, _TRANSITION = 0, 1


@dataclass(frozen=True, slots=True)
class CrfModel:
    """A linear-chain CRF.

    :ivar labels: the names of the L labels.
    :ivar attributes: the names of the A attributes.
    :ivar weights: (A, L) float64, the weight of each label for a present attribute.
    :ivar transitions: (L, L) float64, the weight of the transition from label to label.
    """

    labels: list[str]
    attributes: list[str]
    weights: NDArray[np.float64]
    transitions: NDArray[np.float64]


def parse(content: bytes) -> CrfModel:
    """Parse the content of a model file.

    :raises UnsupportedModelError: if the content has another format or is damaged.
    """
    try:
        return _parse(content)
    except (struct.error, ValueError, IndexError) as error:
        raise UnsupportedModelError(f"the model file cannot be read: {error}") from error


def _parse(content: bytes) -> CrfModel:
    header = _HEADER.unpack_from(content)
    magic, _size, kind, version = header[:4]
    if (magic, kind, version) != (b"lCRF", b"FOMC", 100):
        raise ValueError(f"unknown header {magic!r} {kind!r} {version}")
    _features, _labels, _attributes, at_features, at_labels, at_attributes = header[4:10]
    labels = _strings(content, at_labels)
    attributes = _strings(content, at_attributes)
    _, _, count = _CHUNK.unpack_from(content, at_features)
    features = np.frombuffer(content, _FEATURE, count, at_features + _CHUNK.size)
    weights = np.zeros((len(attributes), len(labels)))
    transitions = np.zeros((len(labels), len(labels)))
    for kind_of, table in ((_STATE, weights), (_TRANSITION, transitions)):
        chosen = features[features["type"] == kind_of]
        table[chosen["source"], chosen["target"]] = chosen["w"]
    return CrfModel(labels, attributes, weights, transitions)


def _strings(content: bytes, start: int) -> list[str]:
    """Return the strings of the table at offset ``start``, in the order of their ids."""
    magic, _size, _flag, _order, count, at_offsets = _STRINGS.unpack_from(content, start)
    if magic != b"CQDB":
        raise ValueError(f"unknown string table {magic!r}")
    strings: list[str] = []
    for offset in struct.unpack_from(f"<{count}I", content, start + at_offsets):
        string_id, size = struct.unpack_from("<2I", content, start + offset)
        if string_id != len(strings):
            raise ValueError("the string table is out of order")
        at = start + offset + 8
        strings.append(content[at : at + size - 1].decode())  # without the final NUL
    return strings
