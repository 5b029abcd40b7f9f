"""The compiled model (tables and token rules), its compilation and its conversion to arrays."""

import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.text.segmenter import crfsuite, templates
from danvan_search.text.segmenter.displacement import PairMap
from danvan_search.text.segmenter.source import Source, UnsupportedModelError
from danvan_search.text.segmenter.tables import Tables, compile_tables
from danvan_search.text.segmenter.tokens import TokenRules

_TEXTS: Final = "texts"  # the name of the array that holds all strings, as JSON


@dataclass(frozen=True, slots=True)
class Model:
    """The data that the fast segmentation takes from underthesea.

    :ivar fingerprint: the fingerprint of the files that the model was compiled from.
    :ivar trusted: whether the model passed the self-test, that is, gave the words of underthesea.
    :ivar rules: the rules that cut text into tokens.
    :ivar tables: the weights that join tokens into words.
    """

    fingerprint: str
    trusted: bool
    rules: TokenRules
    tables: Tables


def compile_model(source: Source) -> Model:
    """Compile the model of an installed underthesea; this takes about 1.5 s.

    It imports underthesea, because the token pattern exists only in its code. The model has
    ``trusted`` False until it passes the self-test.

    :raises UnsupportedModelError: if the model cannot be read, or the tables cannot represent it.
    """
    fingerprint = source.fingerprint()
    try:
        names = pickle.loads(source.templates.read_bytes())  # noqa: S301 (underthesea's own)
        dictionary = pickle.loads(source.dictionary.read_bytes())  # noqa: S301
        replacements = pickle.loads(source.rules.read_bytes())  # noqa: S301
        characters, tokens = replacements["character"], replacements["token"]
        crf = crfsuite.parse(source.model.read_bytes())
    except (OSError, pickle.UnpicklingError, ImportError, AttributeError, KeyError) as error:
        raise UnsupportedModelError(f"the files of underthesea cannot be read: {error}") from error
    if any(" " in token or not token for token in tokens.values()):
        raise UnsupportedModelError("the replacement of a token is empty or has a blank")
    pattern, flags = _token_pattern()
    rules = TokenRules(pattern, flags, characters, tokens)
    tables = compile_tables(crf, templates.parse(names), set(dictionary))
    return Model(fingerprint, trusted=False, rules=rules, tables=tables)


def _token_pattern() -> tuple[str, int]:
    """Return the source and the flags of underthesea's unmodified token pattern."""
    try:
        from underthesea.pipeline.word_tokenize import regex_tokenize

        # word_tokenize(fixed_words=...) modifies `patterns`, but not its source.
        flags = int(regex_tokenize.patterns.flags)
        return str(regex_tokenize.regex_patterns_combine), flags
    except (ImportError, AttributeError) as error:
        raise UnsupportedModelError(f"underthesea has no token pattern: {error}") from error


def to_arrays(model: Model) -> dict[str, NDArray[Any]]:
    """Return a model as named arrays of numbers and bytes, without object arrays."""
    tables = model.tables
    texts = {
        "fingerprint": model.fingerprint,
        "trusted": model.trusted,
        "pattern": model.rules.pattern,
        "flags": model.rules.flags,
        "characters": dict(model.rules.characters),
        "tokens": dict(model.rules.tokens),
        "templates": [template.name for template in tables.templates],
        "words": list(tables.words),
    }
    arrays: dict[str, NDArray[Any]] = {
        _TEXTS: np.frombuffer(json.dumps(texts).encode(), np.uint8),
    }
    for name in _ARRAYS:
        arrays[name] = getattr(tables, name)
    for name in _PAIR_MAPS:
        pair_map: PairMap = getattr(tables, name)
        arrays[f"{name}.shifts"], arrays[f"{name}.cells"] = pair_map.shifts, pair_map.cells
    return arrays


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Model:
    """Return the model whose :func:`to_arrays` are given.

    :raises KeyError, ValueError, TypeError: if the arrays are not those of a model.
    """
    texts = json.loads(arrays[_TEXTS].tobytes())
    parts: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
    for name in _PAIR_MAPS:
        parts[name] = PairMap(arrays[f"{name}.shifts"], arrays[f"{name}.cells"])
    tables = Tables(
        templates=templates.parse(texts["templates"]),
        words={word: word_id for word_id, word in enumerate(texts["words"], 1)},
        **parts,
    )
    rules = TokenRules(texts["pattern"], texts["flags"], texts["characters"], texts["tokens"])
    return Model(texts["fingerprint"], texts["trusted"], rules, tables)


_PAIR_MAPS: Final = tuple(field.name for field in fields(Tables) if field.type is PairMap)
_ARRAYS: Final = tuple(
    field.name for field in fields(Tables) if field.name not in ("templates", "words", *_PAIR_MAPS)
)
