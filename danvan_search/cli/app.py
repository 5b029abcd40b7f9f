"""The command `dvsearch`: its commands, and how errors end it."""

import contextlib
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import click

from danvan_search.cli.analyze import analyze_command
from danvan_search.cli.backup import backup_command, restore_command
from danvan_search.cli.indexing import index_command, remove_command
from danvan_search.cli.output import safe_streams
from danvan_search.cli.query import query_command
from danvan_search.cli.render import error_lines, visible
from danvan_search.cli.rescue import repair_command, verify_command
from danvan_search.cli.stats import stats_command
from danvan_search.cli.vocabulary import vocabulary_command
from danvan_search.errors import DanvanError
from danvan_search.version import __version__

EXIT_ERROR = 2
EXIT_INTERRUPTED = 130


class DefaultToQuery(click.Group):
    """A group in which what is no command is a query, and errors are sentences.

    Exit codes: 0 done, or articles found; 1 none found; 2 an error; 130 Ctrl-C.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `query` before arguments that begin with no command and no option of ours.

        Without any argument, show the help.
        """
        if not args:
            args = ["--help"]
        own = {*self.commands, *(opt for param in self.get_params(ctx) for opt in param.opts)}
        if args and args[0] not in own:
            args = ["query", *args]
        return super().parse_args(ctx, args)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:  # noqa: ANN401
        """Read the arguments; --help and --version print already here."""
        with _reader_may_go():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run the command that was named."""
        with _reader_may_go():
            return super().invoke(ctx)

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        **extra: Any,  # noqa: ANN401
    ) -> NoReturn:
        """Run the command and exit with its code."""
        safe_streams()
        _show_notices()
        extra["standalone_mode"] = False
        extra.setdefault("prog_name", "dvsearch")
        code = self._run(args, extra)
        try:
            sys.stdout.flush()
        except OSError as error:
            _leave_output()
            # A reader that has seen enough is no error.
            if not isinstance(error, BrokenPipeError):
                code = _fail(f"error: the output cannot be written: {error.strerror or error}")
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
        except _ReaderGoneError:
            _leave_output()
            return 0
        except OSError as error:
            what = f"{error.filename}: " if error.filename else ""
            return _fail(visible(f"error: {what}{error.strerror or error}"))
        return code if isinstance(code, int) else 0


class _Notices(logging.Handler):
    """Shows what the library has to say, without what steers a terminal."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a notice."""
        _fail(visible(f"{record.levelname.lower()}: {record.getMessage()}"))


def _show_notices() -> None:
    logger = logging.getLogger("danvan_search")
    if not any(isinstance(handler, _Notices) for handler in logger.handlers):
        logger.addHandler(_Notices(logging.WARNING))


class _ReaderGoneError(Exception):
    """Whoever read the output has seen enough."""


@contextlib.contextmanager
def _reader_may_go() -> Iterator[None]:
    # click would take it for a failure.
    try:
        yield
    except BrokenPipeError:
        raise _ReaderGoneError from None


def _fail(*lines: str) -> int:
    for line in lines:
        # Nobody may be there to read it.
        with contextlib.suppress(OSError):
            click.echo(line, err=True)
    return EXIT_ERROR


def _usage_lines(error: click.ClickException) -> list[str]:
    """A mistake in the command line, as click words it, without what steers a terminal."""
    lines = [visible(line) for line in f"error: {error.format_message()}".split("\n")]
    if isinstance(error, click.UsageError) and error.ctx is not None:
        lines.append(f"`{error.ctx.command_path} --help` shows what it takes")
    return lines


def _leave_output() -> None:
    """Throw away what is still to be written: Python would try again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=DefaultToQuery,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done or found, 1 nothing found, 2 an error, 130 interrupted.",
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
    """


for _command in (
    index_command,
    query_command,
    remove_command,
    stats_command,
    vocabulary_command,
    analyze_command,
    verify_command,
    repair_command,
    backup_command,
    restore_command,
):
    cli.add_command(_command)
