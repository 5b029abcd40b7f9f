"""`dvsearch completion`: the script that completes commands in a shell, and paths."""

from typing import Final

import click
from click.shell_completion import CompletionItem, get_completion_class

from danvan_search.cli.grammar import PROGRAM, VARIABLE

_SHELLS: Final = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and their values in a shell.

    Put it where the shell looks for it, and start a new shell.

    \b
    bash, with the package bash-completion:
      mkdir -p ~/.local/share/bash-completion/completions
      dvsearch completion bash > ~/.local/share/bash-completion/completions/dvsearch
    zsh, with `fpath=(~/.zfunc $fpath)` before `compinit` in ~/.zshrc:
      mkdir -p ~/.zfunc
      dvsearch completion zsh > ~/.zfunc/_dvsearch
    fish:
      dvsearch completion fish > ~/.config/fish/completions/dvsearch.fish
    """
    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"this version of click completes nothing in {shell}", context)
    script = complete(context.find_root().command, {}, PROGRAM, VARIABLE).source()
    click.echo(script)


def files(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> "list[CompletionItem[str]]":
    """Have the shell complete a file or a folder."""
    return [CompletionItem(incomplete, type="file")]


def folders(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> "list[CompletionItem[str]]":
    """Have the shell complete a folder."""
    return [CompletionItem(incomplete, type="dir")]
