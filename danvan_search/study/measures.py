"""How much a unit stands out: measures that compare a part of an index with the whole."""

import math


def tf_idf(occurrences: int, articles: int, article_count: int) -> float:
    """Return tf · ln(N / df).

    :param occurrences: in one article.
    :param articles: the articles of the index that have it, at least 1.
    :param article_count: the articles of the index.
    """
    return occurrences * math.log(article_count / articles)


def rise(articles: int, of: int, all_articles: int, article_count: int) -> float:
    """Return share · (share - base) / base, the JLH score of Elasticsearch's significant terms.

    It multiplies the absolute change of a share by the relative one; 0 where there is no rise.

    :param articles: the articles of a set that have a unit, of which there are ``of``.
    :param all_articles: the articles of the index that have it, of which there are
        ``article_count``; at least ``articles``.
    """
    share, base = articles / of, all_articles / article_count
    return max(0.0, share * (share - base) / base)


def log_likelihood(near: int, syllables_near: int, everywhere: int, syllables: int) -> float:
    """Return the log-likelihood ratio G² of a unit near a word, 0 where it is no more frequent.

    T. Dunning, "Accurate methods for the statistics of surprise and coincidence", Computational
    Linguistics 19 (1993): 2 · Σ observed · ln(observed / expected) over the four cells of near or
    not, and the unit or not. Over 15.13 it is significant at 0.0001.

    :param near: the occurrences of the unit near the word.
    :param syllables_near: the syllables near the word.
    :param everywhere: the occurrences of the unit in the index, at least ``near``.
    :param syllables: the syllables of the index, at least all other numbers.
    """
    if near * syllables <= everywhere * syllables_near:
        return 0.0
    rows, columns = (
        (syllables_near, syllables - syllables_near),
        (everywhere, syllables - everywhere),
    )
    observed = (
        (near, syllables_near - near),
        (everywhere - near, syllables - syllables_near - everywhere + near),
    )
    total = 0.0
    for row, cells in zip(rows, observed, strict=True):
        for column, cell in zip(columns, cells, strict=True):
            if cell > 0:
                total += cell * math.log(cell * syllables / (row * column))
    return 2 * total


def mutual_information(near: int, syllables_near: int, everywhere: int, syllables: int) -> float:
    """Return the pointwise mutual information of a unit and a word, in bits; at least 0.

    K. W. Church and P. Hanks, "Word association norms, mutual information, and lexicography",
    Computational Linguistics 16 (1990): log2(observed / expected). It favours what is rare.

    :param near: see :func:`log_likelihood`, as for the other numbers.
    """
    return max(0.0, math.log2(near * syllables / (syllables_near * everywhere)))
