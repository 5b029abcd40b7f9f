"""The `Segmenter`: the public word segmentation, with underthesea as its fallback engine."""

import logging
import threading
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from danvan_search.errors import ArgumentTypeError
from danvan_search.text.segmenter.result import WordStarts
from danvan_search.text.segmenter.source import UnsupportedModelError, locate
from danvan_search.text.segmenter.underthesea_oracle import UndertheseaEngine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_logger = logging.getLogger(__name__)


class Engine(Protocol):
    """A segmentation engine; its methods are those of :class:`Segmenter`."""

    def segment_words(self, texts: Sequence[str]) -> list[list[str]]: ...  # noqa: D102

    def word_starts_batch(self, texts: Sequence[str]) -> list[WordStarts]: ...  # noqa: D102

    def word_start_flags(  # noqa: D102
        self, texts: Sequence[str]
    ) -> "tuple[NDArray[np.bool_], NDArray[np.int64]]": ...


class Segmenter:
    """Segments Vietnamese texts into words, exactly as underthesea does.

    The first call takes 0.1 s to read the compiled model from the cache folder. The first call
    with a new version of underthesea takes 2 s: it compiles the model and compares it with
    underthesea on some 200 lines. If they differ, the segmenter uses underthesea itself and logs
    one warning.

    A segmenter is thread-safe. It caches the chunks it has seen, which takes up to some 200 MB
    after millions of chunks; :func:`default_segmenter` is shared by the whole process.

    :param cache_folder: the folder of compiled models; the user's cache folder if None. It may
        be missing or read-only.
    """

    def __init__(self, cache_folder: Path | None = None) -> None:
        self._cache_folder = cache_folder
        self._lock = threading.Lock()
        self._loaded: Engine | None = None

    def segment_words(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the words of each text: ``[underthesea.word_tokenize(t) for t in texts]``.

        :param texts: any strings. A chunk of over 1,000 characters without white space is one
            word; the text before it and the text after it are segmented separately.
        :raises ArgumentTypeError: ``texts`` is a single string or not iterable, or holds something
            that is not a string.
        """
        if isinstance(texts, str) or not isinstance(texts, Iterable):
            raise ArgumentTypeError(
                f"the texts are a list of strings, not {type(texts).__name__}: put a text in a list"
            )
        texts = list(texts)
        for text in texts:
            if not isinstance(text, str):
                raise ArgumentTypeError(f"a text is a string, not {type(text).__name__}")
        return self._engine.segment_words(texts)

    def word_starts_batch(self, texts: Sequence[str]) -> list[WordStarts]:
        """Return the word starts on the syllable grid of each text.

        :param texts: any strings. In a chunk of over 1,000 characters without white space,
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
        """Whether the segmenter uses the compiled model, not underthesea itself."""
        return not isinstance(self._engine, UndertheseaEngine)

    def fingerprint(self) -> str:
        """Return a string that changes whenever the segmentation of a text may change.

        An index stores it to record which segmentation its words come from.
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
        # Imported late: the engine and its tables take 0.1 s to load, and a search without word
        # queries does not need them.
        try:
            from danvan_search.text.segmenter.engine import FastEngine
            from danvan_search.text.segmenter.load import load_model

            model = load_model(self._cache_folder)
            if model.trusted:
                return FastEngine(model)
            reason = "the compiled model fails its self-test"
        except UnsupportedModelError as error:
            reason = str(error)
        _warn_of_fallback(reason)
        return UndertheseaEngine()


@cache
def _warn_of_fallback(reason: str) -> None:
    """Log that segmentation will be slow, once per process and reason."""
    _logger.warning(
        "the fast word segmentation does not support the installed underthesea (%s), so "
        "underthesea itself is used, which is some 40 times slower: update danvan-search or "
        "install another version of underthesea",
        reason,
    )


@cache
def default_segmenter() -> Segmenter:
    """Return the segmenter that the whole process shares."""
    return Segmenter()


def segment_words(texts: Sequence[str]) -> list[list[str]]:
    """Return the words of each text; see :meth:`Segmenter.segment_words`."""
    return default_segmenter().segment_words(texts)
