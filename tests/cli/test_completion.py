"""`dvsearch completion`, and what a shell completes."""

import shutil
import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete

from danvan_search.cli import cli


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
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m danvan_search "$@"\n')
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
