"""The command `dvsearch`: the group of its commands, and how errors become exit codes."""

import logging
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import click

from danvan_search.cli.accents import accents_command
from danvan_search.cli.analyze import analyze_command
from danvan_search.cli.backup import backup_command, restore_command
from danvan_search.cli.complete import complete_command
from danvan_search.cli.completion import completion_command
from danvan_search.cli.concordance import concordance_command
from danvan_search.cli.export import export_command
from danvan_search.cli.grammar import QueryByDefault
from danvan_search.cli.help import help_command
from danvan_search.cli.indexing import index_command, remove_command
from danvan_search.cli.mcp import mcp_command
from danvan_search.cli.query import query_command
from danvan_search.cli.read import read_command
from danvan_search.cli.render import error_lines, visible
from danvan_search.cli.rescue import repair_command, verify_command
from danvan_search.cli.serve import serve_command
from danvan_search.cli.show import show_command
from danvan_search.cli.similar import similar_command
from danvan_search.cli.stats import stats_command
from danvan_search.cli.streams import flush_output, open_streams
from danvan_search.cli.terms import collocations_command, keywords_command, terms_command
from danvan_search.cli.vocabulary import vocabulary_command
from danvan_search.errors import DanvanError
from danvan_search.version import __version__

_WHOLE: Final = 1000
"""Longer than any description of a command."""

EXIT_ERROR: Final = 2
EXIT_INTERRUPTED: Final = 130


class DefaultToQuery(QueryByDefault):
    """A group that runs `query` when the first argument names no command.

    Errors are printed as sentences. Exit codes: 0 done, or articles found; 1 no article found;
    2 an error; 3 indexed, but not every file could be read; 130 Ctrl-C.
    """

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their whole descriptions, on several lines if need be."""
        rows = [
            (name, command.get_short_help_str(limit=_WHOLE))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        **extra: Any,  # noqa: ANN401
    ) -> NoReturn:
        """Run the command and exit with its code."""
        open_streams()
        _show_warnings()
        extra["standalone_mode"] = False
        extra.setdefault("prog_name", "dvsearch")
        code = self._run(args, extra)
        if problem := flush_output():
            code = _fail(f"error: {problem}")
        sys.exit(code)

    def _run(self, args: Sequence[str] | None, extra: dict[str, Any]) -> int:
        try:
            code = super().main(args, **extra)
        except DanvanError as error:
            return _fail(*error_lines(error))
        except click.ClickException as error:
            return _fail(*_usage_lines(error))
        except (click.Abort, KeyboardInterrupt):
            _fail("interrupted")
            return EXIT_INTERRUPTED
        except OSError as error:
            file = f"{error.filename}: " if error.filename else ""
            return _fail(visible(f"error: {file}{error.strerror or error}"))
        return code if isinstance(code, int) else 0


class _WarningHandler(logging.Handler):
    """Prints the warnings of the library on stderr, without terminal control characters."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a warning."""
        _fail(visible(f"{record.levelname.lower()}: {record.getMessage()}"))


def _show_warnings() -> None:
    logger = logging.getLogger("danvan_search")
    if not any(isinstance(handler, _WarningHandler) for handler in logger.handlers):
        logger.addHandler(_WarningHandler(logging.WARNING))


def _fail(*lines: str) -> int:
    """Print lines on stderr and return the exit code of an error."""
    for line in lines:
        click.echo(line, err=True)
    return EXIT_ERROR


def _usage_lines(error: click.ClickException) -> list[str]:
    """An error in the command line, in click's words, without terminal control characters."""
    lines = [visible(line) for line in f"error: {error.format_message()}".split("\n")]
    if isinstance(error, click.UsageError) and error.ctx is not None:
        lines.append(f"`{error.ctx.command_path} --help` shows its arguments and options")
    return lines


@click.group(
    cls=DefaultToQuery,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done or found, 1 nothing found, 2 an error, 3 indexed but not every file "
    "could be read, 130 interrupted.",
)
@click.version_option(__version__, prog_name="dvsearch")
def cli() -> None:
    """Search Vietnamese text, with or without accents.

    \b
    Examples:
      dvsearch index seeds/              index a folder of articles
      dvsearch query "dân vận khéo"      find articles
      dvsearch "dan van kheo"            the same, typed without accents
      dvsearch query '"dân vận khéo"'    find a phrase: quotes inside quotes
      dvsearch help queries              all that a query can say, on a page
    """


for _command in (
    index_command,
    query_command,
    show_command,
    export_command,
    serve_command,
    concordance_command,
    similar_command,
    terms_command,
    keywords_command,
    collocations_command,
    remove_command,
    read_command,
    stats_command,
    vocabulary_command,
    analyze_command,
    accents_command,
    complete_command,
    verify_command,
    repair_command,
    backup_command,
    restore_command,
    mcp_command,
    completion_command,
    help_command,
):
    cli.add_command(_command)
