"""`dvsearch` and words: `vocabulary`, `analyze --words`, `index --no-words`, `word:`."""

import csv
import io
import json

import pytest

from danvan_search import Index, segment_words
from danvan_search.text import Segmenter, analyze

TEXT = "Hội thi “Dân vận khéo” ở TP.HCM."


def test_the_vocabulary_is_listed_by_frequency(run, articles):
    """Each word is a line, with its number of articles and occurrences."""
    result = run("vocabulary", "dan v")
    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["word", "articles", "occurrences"],
        ["dân", "van", "1", "1"],
        ["dân", "vận", "1", "1"],
        ["dân", "vận", "khéo", "1", "1"],
    ]


def test_the_vocabulary_for_programs(run, articles):
    """JSON, JSON lines and CSV hold the words that the library returns."""
    with Index.open("indexes/default") as index:
        expected = [one.to_json() for one in index.vocabulary(limit=3, folded=True)]
    args = ("vocabulary", "--limit", "3", "--folded")
    assert json.loads(run(*args, "--json").stdout) == {"words": expected}
    assert [json.loads(line) for line in run(*args, "--jsonl").stdout.splitlines()] == expected
    rows = list(csv.DictReader(io.StringIO(run(*args, "--csv").stdout)))
    assert rows == [{name: str(value) for name, value in one.items()} for one in expected]


def test_no_word_is_exit_code_1(run, articles):
    """If no word is found, the exit code is 1."""
    result = run("vocabulary", "xyz")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "no word found\n")


def test_words_left_out(run, articles, tmp_path):
    """--no-words builds an index that cannot answer word: queries and vocabulary."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Tựa\n\nCông tác dân vận.\n", "utf-8")
    assert run("index", "in", "--index", "plain", "--no-words").exit_code == 0
    for args in (("query", "word:dân"), ("vocabulary",)):
        result = run(*args, "--index", "plain")
        assert result.exit_code == 2
        assert "this index holds no words" in result.stderr
    assert "  word:dân\n  ^" in run("query", "word:dân", "--index", "plain").stderr
    assert "without words   1\n" in run("stats", "--index", "plain").stdout
    assert run("index", "in", "--index", "plain", "--rebuild").exit_code == 0
    assert run("query", 'word:"dân vận"', "--index", "plain").exit_code == 0


def test_a_longer_word_without_quotes_is_noted(run, articles):
    """The answer says what was taken, and how to quote; with --strict it is an error."""
    result = run("query", "word:dân vận")
    assert 'read as: từ "dân", vận\nnote: `word:` takes one syllable' in result.stderr
    result = run("query", "khéo", "word:dân vận", "--strict")
    assert result.exit_code == 2
    assert result.stderr.endswith("  khéo word:dân vận\n       ^\n")


def test_stats_show_who_made_the_words(run, articles):
    """The fingerprint of the segmenter is part of the statistics."""
    fingerprint = Segmenter().fingerprint()
    assert f"words made by   {fingerprint}" in run("stats").stdout
    assert json.loads(run("stats", "--json").stdout)["segmenters"] == [fingerprint]


def test_another_segmenter_is_reported(run, articles, tmp_path, monkeypatch, caplog):
    """A warning says that words may differ; the articles are indexed."""
    monkeypatch.setattr(Segmenter, "fingerprint", lambda _self: "underthesea-newer")
    (tmp_path / "a.txt").write_text("Tựa\n\nCông tác.\n", "utf-8")
    assert run("index", "a.txt").exit_code == 0
    assert "words of old and new articles may differ" in caplog.text


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_jobs(run, seeds, jobs):
    """The report does not depend on the number of processes."""
    result = run("index", str(seeds), "--jobs", jobs)
    assert result.exit_code == 0
    assert "added 5" in result.stdout
    assert run("query", 'word:"dân vận"').exit_code == 0


def test_both_segmentations_are_shown(run):
    """--words adds the words of the index and the tokens of underthesea, with punctuation."""
    ours, theirs = list(analyze(TEXT).words), segment_words([TEXT])[0]
    assert ours != theirs
    lines = run("analyze", "--words", TEXT).stdout.splitlines()
    assert lines[-2].split(maxsplit=1) == ["words", " | ".join(ours)]
    assert lines[-1].split(maxsplit=1) == ["underthesea", " | ".join(theirs)]
    document = json.loads(run("analyze", "--words", TEXT, "--json").stdout)
    assert (document["words"], document["underthesea"]) == (ours, theirs)
    plain = json.loads(run("analyze", TEXT, "--json").stdout)
    assert plain == {
        name: document[name] for name in document if name not in ("words", "underthesea")
    }
    rows = [("words", word) for word in ours] + [("underthesea", word) for word in theirs]
    out = run("analyze", "--words", TEXT, "--csv").stdout
    assert [tuple(row) for row in csv.reader(io.StringIO(out))] == [("segmentation", "word"), *rows]
    out = run("analyze", "--words", TEXT, "--jsonl").stdout
    assert [tuple(json.loads(line).values()) for line in out.splitlines()] == rows
