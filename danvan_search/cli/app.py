"""The command `dvsearch`: its commands, and how errors end it."""

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from danvan_search.cli.analyze import analyze_command
from danvan_search.cli.indexing import index_command, remove_command
from danvan_search.cli.output import safe_streams
from danvan_search.cli.query import query_command
from danvan_search.cli.render import error_lines
from danvan_search.cli.stats import stats_command
from danvan_search.errors import DanvanError
from danvan_search.version import __version__

EXIT_ERROR = 2
EXIT_INTERRUPTED = 130


class DefaultToQuery(click.Group):
    """A group in which what is no command is a query, and errors are sentences.

    Exit codes: 0 done, or articles found; 1 none found; 2 an error; 130 Ctrl-C.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `query` before arguments that begin with no command and no option of ours."""
        own = {*self.commands, *(opt for param in self.get_params(ctx) for opt in param.opts)}
        if args and args[0] not in own:
            args = ["query", *args]
        return super().parse_args(ctx, args)

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        **extra: Any,  # noqa: ANN401
    ) -> NoReturn:
        """Run the command and exit with its code."""
        safe_streams()
        extra["standalone_mode"] = False
        extra.setdefault("prog_name", "dvsearch")
        try:
            code = super().main(args, **extra)
            sys.stdout.flush()
        except DanvanError as error:
            code = _fail(*error_lines(error))
        except click.ClickException as error:
            error.show()
            code = EXIT_ERROR
        except (click.Abort, KeyboardInterrupt):
            code = EXIT_INTERRUPTED
            click.echo("interrupted", err=True)
        except BrokenPipeError:
            # The reader has seen enough; Python must not try to flush into the pipe again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 0
        sys.exit(code if isinstance(code, int) else 0)


def _fail(*lines: str) -> int:
    for line in lines:
        click.echo(line, err=True)
    return EXIT_ERROR


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


for _command in (index_command, query_command, remove_command, stats_command, analyze_command):
    cli.add_command(_command)
