"""`dvsearch completion`, and what a shell completes."""

import json
import shutil
import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete

from danvan_search.cli import cli
from danvan_search.cli.grammar import TABLE, tree_of
from tests import docs_writer


def completions(line):
    """Return what completes the last word of a line: pairs of a kind and a word."""
    words = line.split(" ")
    complete = ShellComplete(cli, {}, "dvsearch", "_DVSEARCH_COMPLETE")
    found = complete.get_completions(words[1:-1], words[-1])
    return {(item.type, item.value) for item in found}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("dvsearch qu", {("plain", "query")}),
        ("dvsearch query --acc", {("plain", "--accents")}),
        ("dvsearch query --accents e", {("plain", "exact")}),
        ("dvsearch dân --pag", {("plain", "--page")}),
        ("dvsearch query --index inde", {("dir", "inde")}),
        ("dvsearch index --index inde", {("dir", "inde")}),
        ("dvsearch index se", {("file", "se")}),
        ("dvsearch read se", {("file", "se")}),
        ("dvsearch restore tour", {("file", "tour")}),
        ("dvsearch query --synonyms wor", {("file", "wor")}),
        ("dvsearch query dâ", set()),
        ("dvsearch help quer", {("plain", "queries"), ("plain", "query")}),
        ("dvsearch completion f", {("plain", "fish")}),
    ],
)
def test_completions(line, expected):
    """Commands, options and values are completed; paths are left to the shell."""
    assert completions(line) == expected


LINES = [
    *("dvsearch ", "dvsearch q", "dvsearch -", "dvsearch --v", "dvsearch query -", "dvsearch zz"),
    *("dvsearch query --match ", "dvsearch query --match a", "dvsearch dân --p", "dvsearch read s"),
    *("dvsearch --limit 3 query --sor", "dvsearch query -hà --lim", "dvsearch query -- --lim"),
    *("dvsearch --limit 3 dân --sor", "dvsearch query --json --c", "dvsearch query --facets cat"),
    *("dvsearch help q", "dvsearch help ", "dvsearch completion ", "dvsearch serve --token-file s"),
    *("dvsearch index --index x", "dvsearch show ", "dvsearch query --limit "),
    *[f"dvsearch {name} --" for name in cli.commands],
]


@pytest.mark.parametrize("line", LINES)
def test_the_table_completes_as_the_commands_do(line):
    """Kinds, words and descriptions are the same."""
    words = line.split(" ")
    found = []
    for commands in (cli, tree_of(json.loads(TABLE.read_text("utf-8")))):
        complete = ShellComplete(commands, {}, "dvsearch", "_DVSEARCH_COMPLETE")
        items = complete.get_completions(words[1:-1], words[-1])
        found.append([(item.type, item.value, item.help) for item in items])
    assert found[0] == found[1]


def test_the_table_is_up_to_date():
    """`make docs` writes it."""
    assert TABLE.read_text("utf-8") == docs_writer.completions()


def test_a_tab_imports_next_to_nothing(environment):
    """Neither the package nor what it needs is imported, but click."""
    code = "import sys, dvsearch; dvsearch.main()"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code],
        env={
            **environment,
            "_DVSEARCH_COMPLETE": "bash_complete",
            "COMP_WORDS": "dvsearch que",
            "COMP_CWORD": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (0, "plain,query\n")
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "click" in imported
    assert not imported & {"danvan_search", "numpy", "rich", "yaml", "regex"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_the_command(run, shell):
    """The script calls the command with the variable that click looks at."""
    result = run("completion", shell)
    assert result.exit_code == 0
    assert f"_DVSEARCH_COMPLETE={shell}_complete" in result.stdout
    assert "dvsearch" in result.stdout.replace("_DVSEARCH", "")


def test_another_shell_is_an_error(run):
    """The error lists the shells."""
    result = run("completion", "csh")
    assert result.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in result.stderr


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_bash_completes(tmp_path, environment):
    """Bash loads the script, and completes a command with it."""
    program = tmp_path / "dvsearch"
    program.write_text(f"#!{sys.executable}\nimport dvsearch\ndvsearch.main()\n")
    program.chmod(0o755)
    script = (
        "source <(dvsearch completion bash); COMP_WORDS=(dvsearch voc); COMP_CWORD=1;"
        '_dvsearch_completion dvsearch; echo "${COMPREPLY[@]}"; complete -p dvsearch'
    )
    done = subprocess.run(
        ["bash", "-c", script],
        env={**environment, "PATH": f"{tmp_path}:{environment['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "vocabulary",
        "complete -o nosort -F _dvsearch_completion dvsearch",
    ]
