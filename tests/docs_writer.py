"""What the documents show of the commands, as the commands are now. As a module, it writes it.

docs/commands.md is what they say of themselves; the console examples of the other pages are run
in a folder with the seeds in it, and what they print is put below them.
"""

import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path

from click.testing import CliRunner

from danvan_search.cli import cli

ROOT = Path(__file__).parent.parent
COMMANDS = ROOT / "docs" / "commands.md"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_HEAD = """# Commands

What `dvsearch` and its commands say with `--help`. This page is written by `make docs`, and a test
compares the two.
"""
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)


def commands_page() -> str:
    """Return docs/commands.md as the commands would have it now."""
    return _HEAD + "".join(
        f"\n## {' '.join(('dvsearch', *names))}\n\n```text\n{_help(*names)}\n```\n"
        for names in [(), *((name,) for name in sorted(cli.commands))]
    )


def rerun(page: str) -> str:
    """Run the console examples of a page in the current folder; return it with what they print."""
    return _CONSOLE.sub(lambda block: f"```console\n{_rerun(block[1])}```", page)


def timeless(text: str) -> str:
    """Strike out what may differ in what a command prints.

    That is times, and sizes: an index knows the names of the folders that it was made of.
    """
    text = re.sub(r"\bwith [\d.]+ kB\b", "with … kB", text)
    text = re.sub(r"\bin [\d.]+ (s|ms)\b", r"in … \1", text)
    return re.sub(r'"took_ms": [\d.]+', '"took_ms": …', text)


def _rerun(block: str) -> str:
    shown = ""
    for example in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command = example.partition("\n")[0]
        name, *args = shlex.split(command)
        if name != "dvsearch":
            raise ValueError(f"only dvsearch can be run here, not {name}")
        done = CliRunner().invoke(cli, args)
        shown += f"$ {command}\n{done.output.rstrip()}\n"
    return shown


def _help(*names: str) -> str:
    done = CliRunner().invoke(cli, [*names, "--help"], prog_name="dvsearch", terminal_width=100)
    return done.output.strip()


def _write() -> None:
    COMMANDS.write_text(commands_page(), "utf-8")
    before = Path.cwd()
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "seeds", Path(folder, "seeds"))
            os.chdir(folder)
            text = page.read_text("utf-8")
            made = rerun(text)
            os.chdir(before)
        if timeless(made) != timeless(text):
            page.write_text(made, "utf-8")


if __name__ == "__main__":
    _write()
