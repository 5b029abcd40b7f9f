"""Words that stand out, against a count of the articles' texts."""

import json
import math
from collections import Counter

import pytest
from click.testing import CliRunner

from danvan_search import Article, Index, OptionError, QueryError
from danvan_search.cli import cli
from danvan_search.study import measures
from danvan_search.text import syllable_grid, word_starts

SENTENCES = [
    "Công tác dân vận ở cơ sở được cả nước quan tâm.",
    "Phong trào thi đua dân vận khéo lan tỏa khắp nơi, người dân vẫn vui.",
    "Bảo đảm an toàn giao thông trên đường quốc lộ.",
    "Học sinh đi chơi với gia đình ở bãi biển, an toàn giao thông.",
    "Suy nghĩ của người dân về giá đất và giá nhà, công tác dân vận.",
    "Thành phố Hồ Chí Minh có nhiều khu công nghiệp, nhiều công tác.",
    "Ủy ban nhân dân tỉnh ban hành quyết định mới về dân vận.",
    "Cố Chủ tịch Hồ Chí Minh nói về dân vận: dân vận khéo.",
]


def articles():
    """Return the articles: sentences in several mixtures, some with details."""
    return [
        Article(
            f"a{n}",
            SENTENCES[n % 8] if n % 3 else "",
            " ".join(SENTENCES[(n * k + k) % 8] for k in range(1 + n % 4)),
            details="dân vận\ncông tác" if n % 5 == 0 else "",
            category="Tin" if n % 8 == 2 else None,
        )
        for n in range(30)
    ]


@pytest.fixture(scope="module", params=[False, True], ids=["pairs", "words"])
def words(request):
    """Whether the articles have words."""
    return request.param


@pytest.fixture(scope="module")
def index(words, tmp_path_factory):
    """The articles and removed ones, in two segments, with and without words."""
    with Index.create(tmp_path_factory.mktemp("terms") / "index") as made:
        own = articles()
        gone = Article("gone", "Công tác dân vận", "an toàn giao thông " * 9)
        made.add([gone, *own[:20]], words=words)
        made.add(own[20:], words=words)
        made.remove(["gone"])
        yield made


def texts(article):
    """Return the texts of an article; each line of details is one."""
    return [article.title, article.body, *article.details.split("\n")]


def spans(text, *, words):
    """Return the syllables of a text, and where its units are."""
    forms = list(syllable_grid(text).accented)
    if not words:
        return forms, [(at, at + 2) for at in range(len(forms) - 1)]
    starts = [at for at, flag in enumerate(word_starts(text).flags) if flag]
    return forms, list(zip(starts, [*starts[1:], len(forms)], strict=True)) if forms else []


def matches(text, typed):
    """Return the syllables that a phrase occupies."""
    folded, wanted = syllable_grid(text).folded, syllable_grid(typed).folded
    found: set[int] = set()
    for at in range(len(folded)):
        if list(folded[at : at + len(wanted)]) == list(wanted) and at not in found:
            found |= set(range(at, at + len(wanted)))
    return found


def counted(some, visible, *, words):
    """Count units in articles: a Counter for each article.

    :param visible: takes a text, returns the syllables that count.
    """
    counters = []
    for article in some:
        counter: Counter[str] = Counter()
        for text in texts(article):
            forms, own = spans(text, words=words)
            seen = visible(text)
            counter.update(
                " ".join(forms[a:b])
                for a, b in own
                if b - a <= 8 and all(at in seen for at in range(a, b))
            )
        counters.append(counter)
    return counters


def everything(text):
    """Return all syllables of a text."""
    return set(range(len(syllable_grid(text))))


def totals(names, *, words):
    """Return (occurrences, articles) of units in some articles, wherever they are."""
    own = articles()
    found = {}
    for name in names:
        per_article = []
        for article in own:
            count = 0
            for text in texts(article):
                forms, units = spans(text, words=words)
                count += sum(" ".join(forms[a:b]) == name for a, b in units)
            per_article.append(count)
        found[name] = per_article
    return found


def shown(terms):
    """Return terms as comparable tuples."""
    return [
        (
            *(one.text, round(one.score, 9), one.occurrences, one.articles),
            *(one.all_occurrences, one.all_articles),
        )
        for one in terms
    ]


def ranked(rows):
    """Return rows of (text, score, …) with scores above 0, the best first."""
    return [
        (row[0], round(row[1], 9), *row[2:])
        for row in sorted(rows, key=lambda row: (-row[1], row[0]))
        if row[1] > 0
    ]


def test_keywords(index, words):
    """They are the units of an article by tf · ln(N / df)."""
    own = articles()
    for article in own[3:20:8]:
        (counter,) = counted([article], everything, words=words)
        every = totals(counter, words=words)
        rows = []
        for name, tf in counter.items():
            df = sum(count > 0 for count in every[name])
            rows.append((name, tf * math.log(30 / df), tf, 1, sum(every[name]), df))
        assert shown(index.keywords(article.id, limit=500)) == ranked(rows)
        assert shown(index.keywords(article.id, limit=0)) == []
    assert index.keywords("gone") is None


@pytest.mark.parametrize("typed", ["nhân dân", "giao thông", "khéo"])
def test_significant_terms(index, words, typed):
    """They are the units outside of the query by the rise of their share of articles."""
    own = articles()
    is_in = [any(matches(text, typed) for text in texts(one)) for one in own]
    chosen = [one for one, held in zip(own, is_in, strict=True) if held]
    proposed: Counter[str] = Counter()
    for counter in counted(
        chosen, lambda text: everything(text) - matches(text, typed), words=words
    ):
        proposed.update(counter.keys())
    least = max(min(2, len(chosen)), math.ceil(0.03 * len(chosen)))
    names = [name for name, count in proposed.items() if count >= least]
    every = totals(names, words=words)
    rows = []
    for name in names:
        counts = [count for count, held in zip(every[name], is_in, strict=True) if held]
        articles_with, df = sum(map(bool, counts)), sum(map(bool, every[name]))
        share, base = articles_with / len(chosen), df / 30
        score = share * (share - base) / base
        rows.append((name, score, sum(counts), articles_with, sum(every[name]), df))
    found = index.terms(f'"{typed}"', limit=500)
    assert shown(found) == ranked(rows)
    assert found
    assert index.terms(typed, limit=3) == found[:3]


@pytest.mark.parametrize("measure", ["log-likelihood", "pmi"])
@pytest.mark.parametrize("typed", ["dân vận", "dân", "hồ chí minh"])
def test_collocations(index, words, typed, measure):
    """They are the units near a phrase; scores are those of the contingency table."""
    own, window = articles(), 3

    def near(text):
        held = matches(text, typed)
        around = {at + d for at in held for d in range(-window, window + 1)}
        return (around & everything(text)) - held

    proposed: Counter[str] = Counter()
    holders: Counter[str] = Counter()
    for counter in counted(own, near, words=words):
        proposed.update(counter)
        holders.update(counter.keys())
    nodes = index.concordance(typed).occurrences
    names = [name for name, count in proposed.items() if count >= max(1, min(5, nodes // 2))]
    every = totals(names, words=words)
    total = sum(len(everything(text)) for one in own for text in texts(one))
    around = sum(len(near(text)) for one in own for text in texts(one))
    rows = []
    for name in names:
        k, c = proposed[name], sum(every[name])
        if measure == "pmi":
            score = math.log2(k * total / (around * c))
        else:
            table = [[k, around - k], [c - k, total - around - c + k]]
            score = 0.0
            for row in table:
                for j, cell in enumerate(row):
                    expected = sum(row) * (table[0][j] + table[1][j]) / total
                    score += 2 * cell * math.log(cell / expected) if cell else 0
            score = score if k * total > c * around else 0.0
        df = sum(map(bool, every[name]))
        rows.append((name, score, k, holders[name], c, df))
    found = index.collocations(typed, window=window, measure=measure, limit=500)
    assert len(found) == len(ranked(rows)) > 0
    expected = {row[0]: row for row in ranked(rows)}
    for one in shown(found):
        assert one[2:] == expected[one[0]][2:]
        assert one[1] == pytest.approx(expected[one[0]][1], abs=1e-6)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_log_likelihood_by_hand():
    """The table of a word and its neighbour, worked out by hand; no attraction is 0."""
    # Observed 10, 90, 10, 890; expected 2, 98, 18, 882.
    by_hand = 2 * (
        10 * math.log(5)
        + 90 * math.log(90 / 98)
        + 10 * math.log(10 / 18)
        + 890 * math.log(890 / 882)
    )
    assert measures.log_likelihood(10, 100, 20, 1000) == pytest.approx(by_hand)
    assert measures.log_likelihood(2, 100, 20, 1000) == 0
    assert measures.log_likelihood(1, 100, 20, 1000) == 0
    assert measures.mutual_information(16, 100, 20, 1000) == 3


def test_wrong_arguments(index):
    """Errors name the argument; filters alone have no neighbours."""
    with pytest.raises(OptionError, match="limit"):
        index.keywords("a1", limit=-1)
    with pytest.raises(OptionError, match="window"):
        index.collocations("dân", window=0)
    with pytest.raises(OptionError, match="measure"):
        index.collocations("dân", measure="t")
    with pytest.raises(QueryError):
        index.collocations("*")
    assert index.terms("không có đâu") == []
    assert index.terms("*") == []
    assert index.terms("", category="Tin") == index.terms("category:tin") != []
    with pytest.raises(QueryError):
        index.terms("")
    assert index.collocations("không có đâu") == []


def test_the_commands(index):
    """They print what the methods return."""

    def run(*args):
        done = CliRunner().invoke(cli, [*args, "--index", str(index.path)])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        return done

    rows = json.loads(run("terms", "giao thông", "--limit", "3", "--json").stdout)["terms"]
    assert rows == [one.to_json() for one in index.terms("giao thông", limit=3)]
    rows = json.loads(run("keywords", "a3", "--json").stdout)["terms"]
    assert rows == [one.to_json() for one in index.keywords("a3")]
    rows = json.loads(run("collocations", "dân vận", "--window", "2", "--json").stdout)["terms"]
    assert rows == [one.to_json() for one in index.collocations("dân vận", window=2)]
    assert "all articles" in run("collocations", "dân vận").stdout
    assert run("keywords", "nothing").exit_code == 1
    assert run("terms", "không có đâu").exit_code == 1
