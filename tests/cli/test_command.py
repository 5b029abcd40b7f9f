"""The command: its arguments, its exit codes, and its error messages."""

import json
import re

import pytest

from danvan_search import Article, Index
from danvan_search.cli import cli
from danvan_search.version import __version__

COMMANDS = ("index", "query", "remove", "stats", "vocabulary", "analyze")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["query", "dân vận"], 0),
        (["query", "dân", "vận"], 0),
        (["query", "không có gì cả đâu nhé"], 1),
        (["query", "--limit", "0", "dân"], 0),
        (["query", "dân", "--page", "9"], 0),
        (["query", ""], 2),
        (["query", "?!"], 2),
        (["query"], 2),
        (["query", '"dân'], 0),
        (["query", "--strict", '"dân'], 2),
        (["help"], 0),
        (["help", "queries"], 0),
        (["help", "index"], 0),
        (["help", "nothing"], 2),
        (["dân vận khéo"], 0),
        (["dân", "vận"], 0),
        (["--limit", "1", "dân vận"], 0),
        (["--limit=1", "dân vận"], 0),
        (["--json", "dân vận"], 0),
        (["--index", "indexes/default", "dân"], 0),
        (["--", "dân"], 0),
        (["zzzz"], 1),
        ([""], 2),
        (["--nope"], 2),
        ([], 0),
        (["-h"], 0),
        (["--help"], 0),
        (["--version"], 0),
        (["stats"], 0),
        (["vocabulary"], 0),
        (["vocabulary", "xyz"], 1),
        (["vocabulary", "a", "b"], 2),
        (["vocabulary", "--limit", "-1"], 2),
        (["index", "x", "--jobs", "0"], 2),
        (["stats", "extra"], 2),
        (["analyze", "dân"], 0),
        (["analyze"], 2),
        (["remove", "2"], 0),
        (["remove", "none"], 1),
        (["remove", "none", "2"], 0),
        (["index"], 2),
        (["index", "none"], 2),
    ],
)
def test_exit_codes(run, articles, args, code):
    """0 done or found, 1 nothing found, 2 an error."""
    result = run(*args)
    assert code == result.exit_code
    if code == 2:
        assert result.stdout == ""
        assert result.stderr.startswith("error: ")


@pytest.mark.parametrize("command", [(), *((one,) for one in COMMANDS)])
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help(run, command, option):
    """Each command has a help text, with one example per line."""
    result = run(*command, option)
    assert result.exit_code == 0
    assert "\\b" not in result.stdout
    assert "\n  dvsearch " in result.stdout.replace("    dvsearch", "  dvsearch")
    assert "\nExamples:" in result.stdout.replace("  Examples:", "Examples:")


def test_without_arguments_it_shows_its_help(run):
    """`dvsearch` alone is `dvsearch --help`."""
    assert run().stdout == run("--help").stdout


def test_version(run):
    """The version is that of the package."""
    assert run("--version").stdout == f"dvsearch, version {__version__}\n"


def test_options_before_the_query(run, articles):
    """Arguments that do not begin with a command are a query, with its options."""
    assert "a 1" in run("--limit", "1", "--jsonl", "dân vận").stdout
    assert run("--limit", "1", "--jsonl", "dân vận").stdout.count("\n") == 1


@pytest.mark.parametrize(
    "args",
    [
        ("--index", "two", "stats"),
        ("--index=two", "stats"),
        ("--json", "--index", "two", "stats"),
        ("--limit", "1", "--index", "two", "query", "hai"),
        ("--index", "two", "--limit", "1", "hai"),
        ("--index", "two", "query", "--limit", "1", "hai"),
    ],
)
def test_options_before_the_command(run, articles, args):
    """They are options of the command."""
    with Index.create("two") as index:
        index.add([Article("1", "hai", "hai")], words=False)
    result = run(*args)
    assert result.exit_code == 0
    assert "1" in result.stdout


def test_options_that_the_command_has_not(run, articles):
    """They are an error, not a query."""
    result = run("--limit", "1", "index", "seeds")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such option '--limit'" in result.stderr
    # Behind --, and after an option with a value, a name is a word.
    assert json.loads(run("--json", "--", "query").stdout)["query"] == "query"
    assert json.loads(run("--category", "query", "--json", "dân").stdout)["query"] == "dân"
    assert json.loads(run("--json", "-hà", "query").stdout)["query"] == "-hà query"


def test_help_is_not_cut(run):
    """At 80 columns every command has its whole description."""
    shown = run("--help", terminal_width=80).stdout
    assert shown.count("...") == 1  # ARGS
    assert max(map(len, shown.splitlines())) <= 80
    described = " ".join(shown.split())
    for command in cli.commands.values():
        assert " ".join(command.get_short_help_str(1000).split()) in described


@pytest.mark.parametrize(
    ("args", "query"),
    [
        (["query", "-hà nội"], "-hà nội"),
        (["-hà", "nội"], "-hà nội"),
        (["query", "dân", '-"hà nội"'], 'dân -"hà nội"'),
        (["query", "--limit", "3", "--", "-hà"], "-hà"),
    ],
)
def test_a_query_may_begin_with_a_minus(run, articles, args, query):
    """What excludes something is no option, not even ``-h``."""
    result = run("query", "--json", *args[args[0] == "query" :])
    assert json.loads(result.stdout)["query"] == query


def test_short_options_and_values_with_a_minus_stay_options(run, articles):
    """A letter alone behind a minus is an option, and so is the value of an option."""
    assert "No such option '-n'" in run("query", "dân", "-n", "5").stderr
    assert "-none" in run("query", "--index", "-none", "dân").stderr


@pytest.mark.parametrize(
    ("args", "code", "meant"),
    [
        (["stat"], 1, "stats"),
        (["qurey", "dân"], 0, "query"),
        (["indxe", "seeds/", "--index", "none"], 2, "index"),
        (["restor", "x.tar.zst"], 1, "restore"),
    ],
)
def test_mistyped_command(run, articles, args, code, meant):
    """A query that resembles a command, and does not find all of its syllables, gets a hint."""
    result = run(*args)
    assert result.exit_code == code
    assert f"if you meant the command, type `dvsearch {meant}`" in result.stderr


def test_counting(run, articles):
    """With --limit 0 only the count is shown."""
    result = run("query", "dân vận", "--limit", "0")
    assert result.stdout == ""
    assert re.fullmatch(r"2 articles in \d+ ms\n", result.stderr)
    assert "; none on this page" in run("query", "dân vận", "--page", "9").stderr


@pytest.mark.parametrize(
    "args",
    [
        ("query", "dân", "--json", "--csv"),
        ("stats", "--jsonl", "--json"),
        ("analyze", "x", "--csv", "--jsonl"),
        ("verify", "--csv", "--json"),
        ("backup", "x.tar.zst", "--csv", "--json"),
    ],
)
def test_outputs_exclude_each_other(run, articles, args, tmp_path):
    """Two output formats are an error, and nothing is done."""
    result = run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "exclude each other: give one of them\n" in result.stderr
    assert not (tmp_path / "x.tar.zst").exists()


@pytest.mark.parametrize("value", ["abc", "nan", "-1", "", "1e", "0x5"])
def test_mistakes_in_waits(run, articles, value):
    """A wrong time to wait is an error that names the option."""
    result = run("remove", "2", "--wait", value)
    assert result.exit_code == 2
    said = f"Invalid value for '--wait': '{value}' is not a number of seconds: write 30 or 0.5"
    assert said in result.stderr


@pytest.mark.parametrize("value", ["0", "0.5", "inf", "1e3"])
def test_waits(run, articles, value):
    """A time to wait is any number of seconds, or inf."""
    assert run("remove", "2", "--wait", value).exit_code == 0


@pytest.mark.parametrize(
    "args",
    [
        ("index", ""),
        ("index", "a.txt", ""),
        ("stats", "--index", ""),
        ("query", "dân", "--index", ""),
        ("backup", ""),
        ("restore", ""),
    ],
)
def test_empty_paths(run, articles, tmp_path, args):
    """An empty path is not the current folder."""
    (tmp_path / "a.txt").write_text("Bài một\n\nNội dung.\n")
    result = run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the path is empty: name a file or a folder" in result.stderr
    assert len(Index.open("indexes/default")) == 3


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--limit", "-1"], "limit is -1: give a whole number of at least 0"),
        (
            ["--limit", "x"],
            "Invalid value for '--limit': 'x' is not a whole number: write digits only",
        ),
        (["--limit", "1.5"], "'1.5' is not a whole number"),
        (["--limit", "9" * 5000], "is not a whole number"),
        (["--page", "0"], "page is 0: give a whole number of at least 1"),
        (["--snippet-chars", "100001"], "snippet_chars is 100,001"),
        (
            ["--since", "2024-13-01"],
            "Invalid value for '--since': '2024-13-01' is not a date: write 2024-02-16, ",
        ),
        (["--since", "31/2/2024"], "is not a date"),
        (["--until", "99999999999"], "is not a date"),
        (["--until", ""], "is not a date"),
        (["--since", "2024-01-02", "--until", "2024-01-01"], "no article can match"),
        (["--match", "some"], "'some' is not one of"),
        (["--sort", "name"], "'name' is not one of"),
        (["--nope"], "No such option"),
        (["--index", "none"], "no index at none: build one with `dvsearch index FOLDER`"),
        (["--index", "a\x1b[31m\u202e"], "no index at a␛[31m\ufffd: build one"),
        (["--\x1b[31m"], "No such option"),
    ],
)
def test_mistakes_in_options(run, articles, args, says):
    """Each error is one sentence that says what to do."""
    result = run("query", "dân", *args)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "\x1b" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "args",
    [
        ["--limit", "99999999999999999999"],
        ["--page", "99999999999999999999"],
        ["--page", "99999999999999999999", "--limit", "99999999999999999999"],
        ["--page", "9" * 4000, "--limit", "9" * 4000],
        ["--limit", "0"],
        ["--snippet-chars", "0"],
        ["--snippet-chars", "1"],
        ["--since", "0001-01-01", "--until", "9999-12-31"],
        ["--category", ""],
        ["--category", "\ud800"],
        ["--category", "x" * 100_000],
    ],
)
def test_options_of_any_size(run, articles, args):
    """Values that are extreme but valid are not errors."""
    assert run("query", "dân", *args).exit_code in (0, 1)


@pytest.mark.parametrize(
    ("size", "code"),
    [
        ("1", 3),
        ("500k", 0),
        ("1.5GB", 0),
        ("900TB", 2),
        ("999999G", 0),
        ("0", 2),
        ("-1", 2),
        ("9" * 400, 2),
        ("many", 2),
        ("", 2),
    ],
)
def test_sizes(run, tmp_path, size, code):
    """--max-size takes a number of bytes, with or without a unit; errors name the option."""
    (tmp_path / "a.txt").write_text("Bài một\n\nNội dung.\n")
    result = run("index", "a.txt", "--max-size", size)
    assert result.exit_code == code
    assert ("Invalid value for '--max-size': " in result.stderr) is (code == 2 and size != "1")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ('dân "vận', '  dân "vận\n      ^\n'),
        ('"', '  "\n  ^\n'),
        ("漢字 “dân", "  漢字 “dân\n       ^\n"),
        ('da\u0302n "', '  da\u0302n "\n      ^\n'),
        ('a\tb\nc "', '  a b c "\n        ^\n'),
        ('\x1b[31m\u202e"', '  ␛[31m\ufffd"\n        ^\n'),
        ("x" * 400 + '"' + "y" * 400, f'  {"x" * 60}"{"y" * 59}\n  {" " * 60}^\n'),
    ],
)
def test_query_errors_point_at_the_character(run, articles, query, shown):
    """A caret points at the wrong character; wide and combining characters are aligned."""
    result = run("query", query, "--strict")
    assert result.exit_code == 2
    assert result.stderr.endswith(shown)


def test_a_query_that_is_more_than_words_is_read_back(run, articles):
    """How it was understood is printed on stderr, and what does not count in it."""
    result = run("query", 'dân -"xyz', "--limit", "0")
    assert result.exit_code == 0
    lines = result.stderr.splitlines()
    assert lines[0] == 'read as: dân, không có "xyz"'
    assert lines[1].startswith("note: the quote that opens here is never closed")
    assert "read as" not in run("query", '"dân vận" dân').stderr


def test_with_many_syllables_it_is_said_that_not_all_are_demanded(run, articles):
    """On stderr; --match decides."""
    many = "dân vận một hai ba bốn"
    assert "note: of more than five syllables not all are demanded" in run("query", many).stderr
    assert "note" not in run("query", many, "--match", "any").stderr


def test_the_last_syllable_may_be_in_progress(run, articles):
    """With --prefix-last."""
    assert run("query", "dâ", "--match", "all").exit_code == 1
    assert run("query", "dâ", "--match", "all", "--prefix-last", "--limit", "0").exit_code == 0


def test_query_that_is_too_long(run, articles):
    """A query of any length is answered or refused."""
    result = run("query", "dân " * 100_000)
    assert result.exit_code == 2
    assert "the limit is" in result.stderr
    assert len(result.stderr) < 500


def test_option_beats_environment_beats_default(run, articles, monkeypatch, tmp_path):
    """--index beats DVSEARCH_INDEX, which beats indexes/default."""
    for name in ("one", "two"):
        Index.create(tmp_path / name).close()
    assert run("query", "dân").exit_code == 0
    monkeypatch.setenv("DVSEARCH_INDEX", "one")
    assert run("query", "dân").exit_code == 1
    assert "one" in run("stats").stdout
    assert "two" in run("stats", "--index", "two").stdout
    assert run("query", "dân", "--index", "indexes/default").exit_code == 0
    monkeypatch.setenv("DVSEARCH_INDEX", "")
    assert run("query", "dân").exit_code == 0


def test_removing(run, articles):
    """Ids are arguments or lines of standard input; a dry run removes nothing."""
    assert run("remove", "a 1", "--dry-run").stdout == "would remove 1\n"
    result = run("remove", "-", "3", "a 1", input="a 1\r\nno\x1bne\n\n\ufffd\n3\n")
    assert result.stdout == "removed 2\n"
    assert result.stderr == "not in the index: no␛ne\nnot in the index: \ufffd\n"
    assert run("stats", "--json").stdout.startswith('{"articles": 1,')
    assert run("remove", "\udc80").exit_code == 1


def test_removing_an_id_with_a_line_separator(run, tmp_path):
    """Only a newline ends an id, not other line separators."""
    (tmp_path / "n.jsonl").write_text('{"id": "a\\u2028b\\u0085c", "text": "dân"}\n')
    run("index", "n.jsonl")
    assert run("remove", "-", input="a\u2028b\u0085c\n").stdout == "removed 1\n"


def test_stats_of_a_new_index(run, tmp_path):
    """An index without articles has statistics."""
    Index.create(tmp_path / "new").close()
    assert "generation      0\n" in run("stats", "--index", "new").stdout
