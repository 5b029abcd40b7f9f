"""The location of the installed underthesea, the paths of its model files, and its fingerprint.

This module does not import underthesea, because the import takes 0.3 s and loads the dictionary
three times. Only the compilation of the model, once per version, imports it.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from danvan_search.errors import DanvanError

_MODEL_FOLDER: Final = "pipeline/word_tokenize/models/ws_crf_vlsp2013_20230727"
_RULES: Final = "pipeline/text_normalize/tn_rules_2023_07_14.bin"
_DATA: Final = (
    f"{_MODEL_FOLDER}/models.bin",
    f"{_MODEL_FOLDER}/features.bin",
    f"{_MODEL_FOLDER}/dictionary.bin",
    _RULES,
)
# The code that interprets the data.
_CODE: Final = (
    "models/fast_crf_sequence_tagger.py",
    "pipeline/text_normalize/character_normalize.py",
    "pipeline/text_normalize/text_normalizer.py",
    "pipeline/text_normalize/token_normalize.py",
    "pipeline/word_tokenize/__init__.py",
    "pipeline/word_tokenize/regex_tokenize.py",
)


class UnsupportedModelError(DanvanError):
    """The tables cannot represent the segmentation of the installed underthesea."""


@dataclass(frozen=True, slots=True)
class Source:
    """The files of an installed underthesea.

    :ivar root: the folder of the package.
    :ivar core_version: the version of its compiled part, underthesea_core, or ``unknown``.
    """

    root: Path
    core_version: str

    @property
    def model(self) -> Path:
        """The path of the CRF weights, in the format of CRFsuite."""
        return self.root / _DATA[0]

    @property
    def templates(self) -> Path:
        """The path of the feature templates, a pickled list of strings."""
        return self.root / _DATA[1]

    @property
    def dictionary(self) -> Path:
        """The path of the dictionary, a pickled set of lower-case strings."""
        return self.root / _DATA[2]

    @property
    def rules(self) -> Path:
        """The path of the replacements of characters and tokens, a pickled dict of dicts."""
        return self.root / _DATA[3]

    def fingerprint(self) -> str:
        """Return 16 hex digits that change whenever the segmentation may change.

        The fingerprint covers the content of the data files, the code that interprets them and
        the version of underthesea_core. It is the same on every platform.

        :raises UnsupportedModelError: if one of the files cannot be read.
        """
        digest = hashlib.sha256(self.core_version.encode())
        for name in (*_DATA, *_CODE):
            try:
                content = (self.root / name).read_bytes()
            except OSError as error:
                raise UnsupportedModelError(
                    f"the file {name} of underthesea cannot be read: {error}"
                ) from error
            if name in _CODE:
                content = content.replace(b"\r\n", b"\n")
            digest.update(hashlib.sha256(content).digest())
        return digest.hexdigest()[:16]


@cache
def locate() -> Source:
    """Return the installed underthesea, without importing it.

    :raises UnsupportedModelError: if underthesea is not installed as a folder of files.
    """
    spec = find_spec("underthesea")
    if spec is None or not spec.submodule_search_locations:
        raise UnsupportedModelError("underthesea is not installed: pip install underthesea")
    return Source(Path(spec.submodule_search_locations[0]), _core_version())


def _core_version() -> str:
    """Return the version of underthesea_core, from the name of its dist-info folder if possible."""
    spec = find_spec("underthesea_core")
    if spec is None or spec.origin is None:
        return "unknown"
    site = Path(spec.origin).parent.parent
    found = sorted(path.name for path in site.glob("underthesea_core-*.dist-info"))
    if len(found) == 1:
        return found[0].removeprefix("underthesea_core-").removesuffix(".dist-info")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("underthesea_core")
    except PackageNotFoundError:
        return "unknown"
