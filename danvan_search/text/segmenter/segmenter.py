"""The segmenter that the rest of the package sees: fast if it can be, right in any case."""

import logging
import threading
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from danvan_search.text.segmenter.result import WordStarts
from danvan_search.text.segmenter.source import UnsupportedModelError, locate
from danvan_search.text.segmenter.underthesea_oracle import UndertheseaEngine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_logger = logging.getLogger(__name__)


class Engine(Protocol):
    """A way of segmenting; the methods are those of :class:`Segmenter`."""

    def segment_words(self, texts: Sequence[str]) -> list[list[str]]: ...  # noqa: D102

    def word_starts_batch(self, texts: Sequence[str]) -> list[WordStarts]: ...  # noqa: D102

    def word_start_flags(  # noqa: D102
        self, texts: Sequence[str]
    ) -> "tuple[NDArray[np.bool_], NDArray[np.int64]]": ...


class Segmenter:
    """Segments Vietnamese texts into words, exactly as underthesea does.

    The first text takes 0.1 s, in which the compiled model is read from the cache folder; on
    the first use of a version of underthesea it takes 2 s, in which the model is compiled and
    compared with underthesea on some 200 lines. Should they differ, underthesea itself is
    used, and the log says so once.

    A segmenter may be shared by threads. It remembers the chunks it has seen, in up to some
    200 MB once it has seen millions of them; :func:`default_segmenter` is there to be shared.

    :param cache_folder: where compiled models are kept; the user's cache folder if None. It
        need not be there, and need not be writable.
    """

    def __init__(self, cache_folder: Path | None = None) -> None:
        self._cache_folder = cache_folder
        self._lock = threading.Lock()
        self._loaded: Engine | None = None

    def segment_words(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the words of each text: ``[underthesea.word_tokenize(t) for t in texts]``.

        :param texts: any strings. A chunk of over 1,000 characters without white space is one
            word, and the texts around it are segmented apart.
        """
        return self._engine.segment_words(texts)

    def word_starts_batch(self, texts: Sequence[str]) -> list[WordStarts]:
        """Return where words start on the syllable grid of each text.

        :param texts: any strings. In a chunk of over 1,000 characters without white space
            each syllable is a word.
        """
        return self._engine.word_starts_batch(texts)

    def word_start_flags(
        self, texts: Sequence[str]
    ) -> "tuple[NDArray[np.bool_], NDArray[np.int64]]":
        """Return the flags of :meth:`word_starts_batch` in one array.

        :return: (S,) bool, one flag for each syllable of all texts, and (D,) int64, the
            number of syllables of each of the D texts.
        """
        return self._engine.word_start_flags(texts)

    @property
    def is_fast(self) -> bool:
        """Whether the compiled model is used, and not underthesea itself."""
        return not isinstance(self._engine, UndertheseaEngine)

    def fingerprint(self) -> str:
        """Return a string that changes whenever the segmentation of a text may change.

        An index keeps it, so that it is known which words it was made of.
        """
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        try:
            return f"underthesea-{locate().fingerprint()}"
        except UnsupportedModelError:
            from importlib.metadata import version

            core = version("underthesea_core")
            return f"underthesea-{version('underthesea')}-{core}"

    @property
    def _engine(self) -> Engine:
        if self._loaded is None:
            with self._lock:
                if self._loaded is None:
                    self._loaded = self._load()
        return self._loaded

    def _load(self) -> Engine:
        # NumPy and the tables take 0.1 s, and a search that asks for no words needs neither.
        try:
            from danvan_search.text.segmenter.engine import FastEngine
            from danvan_search.text.segmenter.load import load_model

            model = load_model(self._cache_folder)
            if model.trusted:
                return FastEngine(model)
            reason = "the compiled model gives other words"
        except UnsupportedModelError as error:
            reason = str(error)
        _notice_fallback(reason)
        return UndertheseaEngine()


@cache
def _notice_fallback(reason: str) -> None:
    """Say that it will be slow, once in a process for each reason."""
    _logger.warning(
        "this version of underthesea is not known to the fast word segmentation (%s); "
        "underthesea itself is used, which is some 40 times slower",
        reason,
    )


@cache
def default_segmenter() -> Segmenter:
    """Return the segmenter that a process shares."""
    return Segmenter()


def segment_words(texts: Sequence[str]) -> list[list[str]]:
    """Return the words of each text; see :meth:`Segmenter.segment_words`."""
    return default_segmenter().segment_words(texts)
