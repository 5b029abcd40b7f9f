"""Loading of the compiled model: from the cache folder, or compiled and self-tested."""

from dataclasses import replace
from pathlib import Path

from danvan_search.text.segmenter import cache, selftest
from danvan_search.text.segmenter.engine import FastEngine
from danvan_search.text.segmenter.model import Model, compile_model
from danvan_search.text.segmenter.source import locate
from danvan_search.text.segmenter.underthesea_oracle import UndertheseaEngine


def load_model(folder: Path | None = None) -> Model:
    """Return the compiled model of the installed underthesea.

    A model that is not in the cache is compiled, tested against underthesea and cached. A model
    that failed the test has ``trusted`` False.

    :param folder: the folder of compiled models; the user's cache folder if None.
    :raises UnsupportedModelError: if the installed underthesea has no model that can be compiled.
    """
    folder = cache.user_folder() if folder is None else folder
    source = locate()
    model = cache.read(folder, source.fingerprint())
    if model is None:
        model = compile_model(source)
        fast, oracle = FastEngine(model), UndertheseaEngine()
        agreed = selftest.agrees(fast.segment_words, oracle.segment_words)
        model = replace(model, trusted=agreed)
        cache.write(folder, model)
    return model
