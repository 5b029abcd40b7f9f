"""Which words of a command line are a command, options or a query; and what a shell completes.

At a Tab, :func:`complete` answers from a table of the commands. This module is loaded from its file
then, without the package, since importing that takes longer than people wait: so it imports nothing
but click.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import CompletionItem, shell_complete

TABLE: Final = Path(__file__).with_name("completions.json")
"""What :func:`described` returns of the commands; `make docs` writes it."""
PROGRAM: Final = "dvsearch"
VARIABLE: Final = "_DVSEARCH_COMPLETE"
"""The environment variable by which a shell asks for completions; it follows from the program."""

excludes: Final = re.compile(r"-[^-\s].").match
"""Matches one minus with more than one character behind it. All short options have one."""


class QueryCommand(click.Command):
    """A command whose arguments may begin with a minus: ``-hà nội`` is no row of options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put a blank before each argument that excludes something; ``without_blank`` drops it."""
        with_value = {
            name
            for option in self.get_params(ctx)
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        }
        before = [None, *args]
        return super().parse_args(
            ctx,
            [
                f" {arg}" if excludes(arg) and last not in with_value else arg
                for last, arg in zip(before, args, strict=False)
            ],
        )


class QueryByDefault(click.Group):
    """A group that runs `query` when the first argument names no command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `query` before arguments that begin with neither a command nor a group option.

        Options may come before a command. Without arguments, show the help.
        """
        if not args:
            args = ["--help"]
        own = {*self.commands, *(opt for param in self.get_params(ctx) for opt in param.opts)}
        if args[0] not in own:
            args = self._with_command_first(args) or ["query", *args]
        return super().parse_args(ctx, args)

    def _with_command_first(self, args: list[str]) -> list[str]:
        """Return arguments whose first word is a command with its name before the options.

        Options before a command are options of it. Return an empty list for other arguments.
        """
        options = [
            option
            for command in self.commands.values()
            for option in command.params
            if isinstance(option, click.Option)
        ]
        with_value = {name for one in options if not one.is_flag for name in one.opts}
        is_value = False
        for at, arg in enumerate(args):
            if is_value:
                is_value = False
            elif arg in with_value:
                is_value = True
            elif arg == "--" or excludes(arg) or not arg.startswith("-"):
                return [arg, *args[:at], *args[at + 1 :]] if arg in self.commands else []
        return []


def described(group: click.Group) -> dict[str, Any]:
    """Return what completions need to know of the commands of a group, as JSON values."""
    context = click.Context(group, info_name=PROGRAM, **group.context_settings)
    commands = {
        name: {
            "help": command.get_short_help_str(),
            "is_query": isinstance(command, QueryCommand),
            "params": _params(click.Context(command, parent=context)),
        }
        for name, command in group.commands.items()
    }
    return {"params": _params(context), "commands": commands}


def _params(context: click.Context) -> list[dict[str, Any]]:
    return [
        {
            "is_option": isinstance(one, click.Option),
            "name": one.name,
            "opts": one.opts,
            "is_flag": isinstance(one, click.Option) and one.is_flag,
            "multiple": one.multiple,
            "nargs": one.nargs,
            "help": one.help if isinstance(one, click.Option) else None,
            "values": [[item.value, item.type] for item in one.shell_complete(context, "")],
        }
        for one in context.command.get_params(context)
    ]


def tree_of(table: dict[str, Any]) -> click.Group:
    """Return commands that complete as those that a table describes, and do nothing."""
    group = QueryByDefault(PROGRAM, params=_made(table["params"]), add_help_option=False)
    for name, one in table["commands"].items():
        kind = QueryCommand if one["is_query"] else click.Command
        params = _made(one["params"])
        group.add_command(kind(name, params=params, short_help=one["help"], add_help_option=False))
    return group


def _made(params: list[dict[str, Any]]) -> list[click.Parameter]:
    made: list[click.Parameter] = []
    for one in params:
        values = one["values"]

        def complete_value(
            _context: click.Context,
            _param: click.Parameter,
            incomplete: str,
            values: list[list[str]] = values,
        ) -> "list[CompletionItem[str]]":
            return [
                CompletionItem(value if kind == "plain" else incomplete, kind)
                for value, kind in values
                if kind != "plain" or value.startswith(incomplete)
            ]

        more: dict[str, Any] = {"nargs": one["nargs"], "shell_complete": complete_value}
        if not one["is_option"]:
            made.append(click.Argument([one["name"]], required=False, **more))
        elif one["is_flag"]:
            made.append(click.Option([one["name"], *one["opts"]], is_flag=True, help=one["help"]))
        else:
            more["multiple"] = one["multiple"]
            made.append(click.Option([one["name"], *one["opts"]], help=one["help"], **more))
    return made


def complete(instruction: str) -> int:
    """Print what completes the words that a shell gives in its variables; return the exit code.

    :param instruction: the value of :data:`VARIABLE`.
    """
    tree = tree_of(json.loads(TABLE.read_text("utf-8")))
    return shell_complete(tree, {}, PROGRAM, VARIABLE, instruction)
