"""Compiled models on disk: one file per model, in the cache folder of the user.

A file is an ``.npz`` archive of plain arrays, and the SHA-256 of that archive after it. It
is never unpickled. A file that is damaged counts as missing; one that cannot be written is
done without. Two processes may write the same file: each writes its own and renames it.
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
"""To be raised whenever the arrays of a model change."""

_DIGEST_BYTES: Final = 32

_logger = logging.getLogger(__name__)


def user_folder() -> Path:
    """Return the folder where models are kept unless another is given."""
    from platformdirs import user_cache_path

    return user_cache_path("danvan-search", appauthor=False)


def path_of(folder: Path, fingerprint: str) -> Path:
    """Return where the model with this fingerprint is kept."""
    return folder / f"segmenter-{TABLES_VERSION}-{fingerprint}.npz"


def read(folder: Path, fingerprint: str) -> Model | None:
    """Return the model with this fingerprint; None if there is none that can be used."""
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
    """Keep a model, if the folder can be written to."""
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
        _logger.debug("the compiled model cannot be kept at %s: %s", path, error)
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
