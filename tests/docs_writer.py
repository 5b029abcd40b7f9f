"""Generates the parts of the docs that show the commands. ``make docs`` runs it as a script.

docs/commands.md contains the help of every command. The console examples of the other pages run in
a folder that contains the seeds; below each example stands its output. The README in Vietnamese has
the examples of the one in English.
"""

import json
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

from danvan_search.cli import cli
from danvan_search.cli.grammar import TABLE, described

ROOT = Path(__file__).parent.parent
COMMANDS = ROOT / "docs" / "commands.md"
README = ROOT / "README.md"
TRANSLATION = ROOT / "README.vi.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]

_HEAD = """# Commands

The help of `dvsearch` and its commands. `make docs` writes this page; a test keeps it up to date.
"""
BLOCK = re.compile(r"^```\w+\n.*?^```$", re.M | re.S)
"""A fenced block of code."""

_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)


def commands_page() -> str:
    """Return docs/commands.md for the current commands."""
    return _HEAD + "".join(
        f"\n## {' '.join(('dvsearch', *names))}\n\n```text\n{_help(*names)}\n```\n"
        for names in [(), *((name,) for name in sorted(cli.commands))]
    )


def in_process(args: list[str]) -> str:
    """Run `dvsearch` in this process, and return what it prints."""
    return CliRunner().invoke(cli, args).output


def rerun(page: str, run: Callable[[list[str]], str] = in_process) -> str:
    """Run the console examples of a page in the current folder; return the updated page.

    :param run: runs `dvsearch` with arguments, and returns what it prints.
    """
    return _CONSOLE.sub(lambda block: f"```console\n{_rerun(block[1], run)}```", page)


def translated(page: str, original: str) -> str:
    """Return a translated page with the fenced blocks of the original in place of its own."""
    blocks = BLOCK.findall(original)
    if len(BLOCK.findall(page)) != len(blocks):
        raise ValueError("a page and its translation have different numbers of examples")
    rest = iter(blocks)
    return BLOCK.sub(lambda _: next(rest), page)


def timeless(text: str) -> str:
    """Replace by an ellipsis what differs between runs of a command: times and sizes.

    An index stores the paths of the folders that were indexed, so its size depends on them.
    """
    text = re.sub(r"\bwith [\d.]+ kB\b", "with … kB", text)
    text = re.sub(r"\bin [\d.]+ (s|ms)\b", r"in … \1", text)
    return re.sub(r'"took_ms": [\d.]+', '"took_ms": …', text)


def _rerun(block: str, run: Callable[[list[str]], str]) -> str:
    rerun = ""
    for example in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command = example.partition("\n")[0]
        name, *args = shlex.split(command)
        if name != "dvsearch":
            raise ValueError(f"only dvsearch can be run here, not {name}")
        rerun += f"$ {command}\n{run(args).rstrip()}\n"
    return rerun


def _help(*names: str) -> str:
    done = CliRunner().invoke(cli, [*names, "--help"], prog_name="dvsearch", terminal_width=100)
    return done.output.strip()


def completions() -> str:
    """Return the table by which a shell completes, for the current commands."""
    return json.dumps(described(cli), ensure_ascii=False, indent=1) + "\n"


def _write() -> None:
    COMMANDS.write_text(commands_page(), "utf-8")
    TABLE.write_text(completions(), "utf-8")
    before = Path.cwd()
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "seeds", Path(folder, "seeds"))
            os.chdir(folder)
            text = page.read_text("utf-8")
            current = rerun(text)
            os.chdir(before)
        if timeless(current) != timeless(text):
            page.write_text(current, "utf-8")
    text = translated(TRANSLATION.read_text("utf-8"), README.read_text("utf-8"))
    TRANSLATION.write_text(text, "utf-8")


if __name__ == "__main__":
    _write()
