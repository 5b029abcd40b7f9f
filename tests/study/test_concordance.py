"""Concordances against a scan of the articles' texts, and their faces."""

import csv
import datetime
import io
import itertools
import json
import re
import tempfile

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import Article, Index, OptionError, QueryError
from danvan_search.cli import cli
from danvan_search.text import is_marked, syllable_grid
from danvan_search.text.collation import collation_key

WORDS = ["dân", "vận", "dan", "văn", "khéo", "đạt", "ăn", "Dân", "vẫn", "1.043"]
SEPARATORS = [" ", " ", " ", ", ", "\n", "  ", ". “", " - "]
DEPTH = 4

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SEPARATORS)), max_size=14).map(
    lambda pairs: "".join(word + separator for word, separator in pairs)
)
written = st.tuples(
    texts,
    texts,
    st.sampled_from(["", "", "dân vận\nkhéo dân\nvận dân vận"]),
    st.none() | st.integers(2019, 2021),
    st.sampled_from([None, "Chính trị", "Thể thao; Bóng đá"]),
)


def articles_of(drawn):
    """Return articles of drawn values."""
    return [
        Article(
            f"a{number}",
            title,
            body,
            date=year and datetime.date(year, 1 + number, 2),
            category=category,
            details=details,
        )
        for number, (title, body, details, year, category) in enumerate(drawn)
    ]


def built(path, articles, cuts):
    """Return an index of some articles in several segments, with others that were removed."""
    index = Index.create(path)
    borders = [0, *sorted(cuts), len(articles)]
    for number, (start, stop) in enumerate(itertools.pairwise(borders)):
        gone = Article(f"gone{number}", "dân vận khéo", "dân vận dan văn", details="dân")
        index.add([gone, *articles[start:stop]], words=False)
    index.remove(f"gone{number}" for number in range(len(borders)))
    return index


def places(text, typed, *, exact):
    """Yield the syllables of a text at which a phrase starts, none of them overlapping."""
    grid, wanted = syllable_grid(text), syllable_grid(typed)
    free = 0
    for at in range(len(grid) - len(wanted) + 1):
        same = all(
            grid.folded[at + n] == wanted.folded[n]
            and (not exact or not is_marked(form) or grid.accented[at + n] == form)
            for n, form in enumerate(wanted.accented)
        )
        if same and at >= free:
            free = at + len(wanted)
            yield grid, at, free


def cut(text, width):
    """Return the beginning of a text up to a width, without a part of a syllable."""
    if len(text) <= width:
        return text
    if text[width].isspace():
        return text[:width]
    blanks = list(re.finditer(r"\s+", text[:width]))
    if not blanks:
        return text[:width]
    return text[: blanks[-1].start()]


def scan(articles, typed, *, width, exact):
    """Yield the lines of a phrase as tuples, with their sort keys and articles."""
    for article in articles:
        details = article.details.split("\n")
        offsets = [sum(len(one) + 1 for one in details[:n]) for n in range(len(details))]
        own = [("title", article.title, 0), ("body", article.body, 0)]
        own += [("details", line, offset) for line, offset in zip(details, offsets, strict=True)]
        for field, text, offset in own:
            for grid, first, stop in places(text, typed, exact=exact):
                start, end = grid.starts[first], grid.ends[stop - 1]
                left = cut(text[:start][::-1], width)[::-1]
                line = (
                    *(article.id, article.title, article.date, article.category, field),
                    *(offset + start, left, text[start:end], cut(text[end:], width)),
                )
                before = grid.accented[max(0, first - DEPTH) : first][::-1]
                after = grid.accented[stop : stop + DEPTH]
                yield line, list(map(collation_key, before)), list(map(collation_key, after))


def values_of(line):
    """Return a line as a tuple."""
    return tuple(getattr(line, name) for name in line.__slots__)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(written, min_size=1, max_size=7),
    st.lists(st.integers(0, 7), max_size=2),
    st.sampled_from(["dân vận", "dan van", "dân", "khéo dân vận", "1043 dân", "1.043", "vận dân"]),
    st.sampled_from([0, 1, 5, 12, 60]),
    st.booleans(),
)
def test_every_occurrence_is_found_in_any_order(drawn, cuts, typed, width, exact):
    """Lines, orders and counts are those of a scan, in one and in several segments."""
    with tempfile.TemporaryDirectory() as folder:
        articles = articles_of(drawn)
        index = built(f"{folder}/index", articles, [one for one in cuts if one <= len(articles)])
        with index:
            found = list(scan(articles, typed, width=width, exact=exact))
            options = {"width": width, "accents": "exact" if exact else "auto"}

            def lines(sort, **more):
                own = index.concordance(f'"{typed}"', sort=sort, **options, **more)
                return list(map(values_of, own))

            assert lines("index") == [line for line, _, _ in found]
            for sort, key in (
                ("left", lambda one: one[1]),
                ("right", lambda one: one[2]),
                ("date", lambda one: (not one[0][2], one[0][2] and -one[0][2].toordinal())),
                ("date-asc", lambda one: (not one[0][2], one[0][2])),
            ):
                in_order = [line for line, _, _ in sorted(found, key=key)]
                assert lines(sort) == in_order, sort
                assert lines(sort, limit=2) == in_order[:2]
            concordance = index.concordance(typed, **options)
            assert concordance.occurrences == len(found)
            assert concordance.articles == len({line[0] for line, _, _ in found})
            years: dict[str, list[str]] = {}
            for line, _, _ in found:
                if line[2]:
                    years.setdefault(str(line[2].year), []).append(line[0])
            expected = {year: (len(own), len(set(own))) for year, own in sorted(years.items())}
            assert list(concordance.counts("year").items()) == list(expected.items())
            counts = concordance.counts("category")
            assert counts.get("Bóng đá") == counts.get("Thể thao")
            assert sum(counts.get(one, (0,))[0] for one in ("Chính trị", "Thể thao")) == sum(
                line[3] is not None for line, _, _ in found
            )


TEXT = "Phong trào dân vận khéo ở cơ sở. " * 3 + "Mưa nắng. " * 900 + "Dân vẫn ở. Vận may."


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Two articles, one of them of several chunks of text."""
    with Index.create(tmp_path_factory.mktemp("study") / "index") as made:
        made.add([Article("1", "Dân vận", TEXT, datetime.date(2020, 1, 1), "Xã hội")], words=False)
        made.add([Article("2", "", "khéo dân", datetime.date(2021, 1, 1))], words=False)
        yield made


def test_what_a_query_can_say(index):
    """Operators say which articles match and what occurs; filters alone are no concordance."""
    assert index.concordance("dân vận").occurrences == 5
    assert index.concordance("dân vận", accents="exact").occurrences == 4
    assert index.concordance('"dân vận" OR "vận may"').occurrences == 6
    assert index.concordance('"dân vận" OR "dan van"').occurrences == 5
    assert index.concordance("title:(dân vận)").occurrences == 1
    assert index.concordance("dân -title:vận").occurrences == 1
    assert index.concordance("dân", category="xa hoi", until="2020").occurrences == 5
    assert index.concordance("vận dân", match="all").articles == 1
    assert index.concordance("vận dân").articles == 0
    assert list(index.concordance("không có")) == []
    last = next(iter(index.concordance('"vận may"')))
    assert last.left.endswith("Dân vẫn ở. ")
    assert (last.match, last.right) == ("Vận may", ".")
    assert TEXT[last.offset :] == "Vận may."
    for query in ("category:x", "*"):
        with pytest.raises(QueryError, match="needs a syllable"):
            index.concordance(query)


@pytest.mark.parametrize(
    "options", [{"sort": "score"}, {"limit": -1}, {"width": "x"}, {"match": "auto"}]
)
def test_invalid_options(index, options):
    """A wrong value is named."""
    with pytest.raises(OptionError, match=next(iter(options))):
        index.concordance("dân", **options)


def test_counts_name_what_they_count_by(index):
    """An unknown value is an error; sources and months count too."""
    found = index.concordance("dân")
    assert found.counts("month") == {"2020-01": (5, 1), "2021-01": (1, 1)}
    assert found.counts("source") == {}
    with pytest.raises(OptionError, match="by is 'day'"):
        found.counts("day")


def test_lines_outlive_the_index(tmp_path):
    """A concordance reads the state at the call, also after commits and the end of the index."""
    with Index.create(tmp_path / "index") as made:
        made.add([Article("1", "", "dân vận"), Article("2", "", "dân")], words=False)
        found = made.concordance("dân")
        lines = iter(found)
        assert next(lines).id == "1"
        made.remove(["2"])
    assert next(lines).id == "2"
    assert len(list(found)) == 2


def run(index, *args):
    """Return what `dvsearch concordance` prints."""
    done = CliRunner().invoke(
        cli, ["concordance", "--index", str(index.path), *args], env={"COLUMNS": "80"}
    )
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def test_the_command(index):
    """Lines are aligned and as wide as the terminal; programs get all of them whole."""
    shown = run(index, "dân vận", "--sort", "right").stdout.splitlines()
    assert len(shown) == 5
    at = {re.search("dân v[âậẫ]n", line, re.IGNORECASE).start() for line in shown}
    assert len(at) == 1
    assert all(len(line) <= 80 for line in shown)
    rows = [json.loads(line) for line in run(index, "dân vận", "--jsonl").stdout.splitlines()]
    assert rows == [line.to_json() for line in index.concordance("dân vận")]
    assert json.loads(run(index, "dân vận", "--json").stdout) == {"articles": 1, "lines": rows}
    read = csv.DictReader(io.StringIO(run(index, "dân", "vận", "--csv", "--limit", "2").stdout))
    assert [one["match"] for one in read] == ["Dân vận", "dân vận"]
    dated = run(index, "khéo", "--sort", "date").stdout.splitlines()
    assert [line[:10] for line in dated] == ["2021-01-01"] + ["2020-01-01"] * 3
    assert run(index, "không có").exit_code == 1
    counts = run(index, "dân", "--counts", "year", "--csv").stdout.splitlines()
    assert counts == ["year,occurrences,articles", "2020,5,1", "2021,1,1"]
    assert "Xã hội" in run(index, "dân", "--counts", "category").stdout
    assert run(index, "không có", "--counts", "category").exit_code == 1
