"""`dvsearch help`: the help of a command, or a page about queries."""

from importlib.resources import files
from typing import Final

import click

_PAGES: Final = {"queries": "queries.txt"}


def _topics(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a page or of a command."""
    group = context.find_root().command
    commands = group.commands if isinstance(group, click.Group) else {}
    return [topic for topic in (*_PAGES, *commands) if topic.startswith(incomplete)]


@click.command("help")
@click.argument("topic", required=False, shell_complete=_topics)
@click.pass_context
def help_command(context: click.Context, topic: str | None) -> None:
    """Show the help of a command, or all that a query can say.

    \b
    Examples:
      dvsearch help queries              a page about queries
      dvsearch help index                the same as `dvsearch index --help`
    """
    group = context.find_root()
    if topic is None:
        click.echo(group.get_help())
        return
    if topic in _PAGES:
        click.echo(help_page(topic), nl=False)
        return
    commands = group.command.commands if isinstance(group.command, click.Group) else {}
    if topic not in commands:
        topics = ", ".join([*_PAGES, *commands])
        raise click.UsageError(
            f"there is no help about {topic!r}: ask for one of {topics}", context
        )
    command = commands[topic]
    with click.Context(command, info_name=topic, parent=group) as own:
        click.echo(command.get_help(own))


def help_page(topic: str) -> str:
    """Return a page of help."""
    return files("danvan_search.cli").joinpath(_PAGES[topic]).read_text("utf-8")
