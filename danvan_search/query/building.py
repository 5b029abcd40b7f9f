"""Makes nodes of text, for trees that are built in Python.

::

    And((words("dân vận"), Not(phrase("hà nội")), InField("title", phrase("mô hình"))))
"""

from danvan_search.errors import QueryError
from danvan_search.query.nodes import Phrase, Run
from danvan_search.query.syllables import quoted_syllables, run_in, terms_in


def words(text: str) -> Run:
    """Return bare syllables and codes: each must occur, anywhere in an article.

    ``kh*`` stands for all syllables that begin so, ``khéo~`` for those one letter away.
    Nothing else is an operator.

    :raises QueryError: the text has no syllable.
    """
    run = run_in(text, 0, len(text))
    if run is None:
        raise _no_syllable(text)
    return run


def phrase(text: str, slop: int = 0) -> Phrase:
    """Return syllables side by side, with patterns as in ``words``; ``*`` alone is any syllable.

    :param slop: how many other syllables may stand between them, in all.
    :raises QueryError: the text has no syllable.
    """
    syllables = quoted_syllables(text, 0, len(text))
    if not syllables:
        raise _no_syllable(text)
    return Phrase(syllables, slop, span=(0, len(text)))


def word(text: str) -> Phrase:
    """Return syllables that must be one word of the segmenter.

    :raises QueryError: the text has no syllable.
    """
    terms = terms_in(text, 0, len(text))
    if not terms:
        raise _no_syllable(text)
    return Phrase(terms, word=True, span=(0, len(text)))


def _no_syllable(text: str) -> QueryError:
    return QueryError("this text has no letter and no digit", text, 0 if text else None)
