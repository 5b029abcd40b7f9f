"""Token properties from underthesea_core: lower case, whether a number, whether a title.

underthesea_core, the compiled part of underthesea, follows the case rules of a newer Unicode
version than Python's, so this module calls it instead of repeating the rules. Importing it takes
2 ms and does not import underthesea.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from danvan_search.text.segmenter.features import NOT_TITLE, TITLE, TokenColumns
from danvan_search.text.segmenter.pieces import encodable
from danvan_search.text.segmenter.source import UnsupportedModelError

try:
    from underthesea_core import CRFFeaturizer
except ImportError as error:
    raise UnsupportedModelError(
        f"underthesea_core cannot be imported ({error}): reinstall underthesea"
    ) from error

_TEMPLATES: Final = ("T[0].lower", "T[0].isdigit", "T[0].istitle")
_LOWER_AT: Final = len("T[0].lower=")
_IS_DIGIT: Final = "T[0].isdigit=True"
_IS_TITLE: Final = "T[0].istitle=True"


class TokenFacts:
    """Computes the properties of tokens with underthesea_core."""

    def __init__(self) -> None:
        self._featurizer = CRFFeaturizer(list(_TEMPLATES), set())

    def columns(self, tokens: Sequence[str], words: Mapping[str, int]) -> TokenColumns:
        """Return the columns of N tokens.

        :param tokens: N tokens, as written.
        :param words: maps a word to its id in the model.
        """
        try:
            texts = self._featurizer.process([[[token]] for token in tokens])
        except UnicodeEncodeError:  # a token has a surrogate half
            texts = self._featurizer.process([[[encodable(token)]] for token in tokens])
        found = [features for (features,) in texts]
        lower = [words.get(lower[_LOWER_AT:], 0) for lower, _, _ in found]
        return TokenColumns(
            word=np.array([words.get(token, 0) for token in tokens], np.int64),
            lower=np.array(lower, np.int64),
            title=np.array([TITLE if t == _IS_TITLE else NOT_TITLE for _, _, t in found], np.int64),
            digit=np.array([digit == _IS_DIGIT for _, digit, _ in found], np.int64),
        )
