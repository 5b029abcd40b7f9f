"""The disk cache of compiled models: one file per model, in the user's cache folder.

A file is an ``.npz`` archive of plain arrays followed by the SHA-256 digest of the archive, and
is never unpickled. A damaged file counts as missing, and a failed write is ignored. Two
processes may write the same file: each writes a temporary file and renames it.
"""

import contextlib
import hashlib
import io
import logging
import os
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from danvan_search.text.segmenter.model import Model, from_arrays, to_arrays

TABLES_VERSION: Final = 1
"""The version of the file format; increase it whenever the arrays of a model change."""

_DIGEST_BYTES: Final = 32

_logger = logging.getLogger(__name__)


def user_folder() -> Path:
    """Return the default folder of compiled models: the user's cache folder."""
    from platformdirs import user_cache_path

    return user_cache_path("danvan-search", appauthor=False)


def path_of(folder: Path, fingerprint: str) -> Path:
    """Return the path of the file of the model with this fingerprint."""
    return folder / f"segmenter-{TABLES_VERSION}-{fingerprint}.npz"


def read(folder: Path, fingerprint: str) -> Model | None:
    """Return the cached model with this fingerprint; None if it is missing or damaged."""
    path = path_of(folder, fingerprint)
    try:
        content = path.read_bytes()
    except OSError as error:
        _logger.debug("no compiled model at %s: %s", path, error)
        return None
    archive, digest = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
    if hashlib.sha256(archive).digest() != digest:
        _logger.debug("the compiled model at %s is damaged", path)
        return None
    with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
        model = from_arrays(arrays)
    return model if model.fingerprint == fingerprint else None


def write(folder: Path, model: Model) -> None:
    """Write a model to the cache folder; a failed write is logged and leaves no file."""
    archive = io.BytesIO()
    arrays: dict[str, Any] = to_arrays(model)
    np.savez(archive, **arrays)
    content = archive.getvalue()
    path = path_of(folder, model.fingerprint)
    temporary = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.write(hashlib.sha256(content).digest())
        Path(temporary).replace(path)
    except OSError as error:
        _logger.debug("the compiled model cannot be written to %s: %s", path, error)
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
