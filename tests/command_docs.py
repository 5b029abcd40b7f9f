"""docs/commands.md: what the commands say of themselves. Run as a module, it writes the page."""

from pathlib import Path

from click.testing import CliRunner

from danvan_search.cli import cli

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"

_HEAD = """# Commands

What `dvsearch` and its commands say with `--help`. This page is written by `make docs`, and a test
compares the two.
"""


def render() -> str:
    """Return the page as the commands would have it now."""
    return _HEAD + "".join(
        f"\n## {' '.join(('dvsearch', *names))}\n\n```text\n{_help(*names)}\n```\n"
        for names in [(), *((name,) for name in sorted(cli.commands))]
    )


def _help(*names: str) -> str:
    done = CliRunner().invoke(cli, [*names, "--help"], prog_name="dvsearch", terminal_width=100)
    return done.output.strip()


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
