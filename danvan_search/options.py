"""Options objects: each option of a call is spelt once, as a field of a frozen dataclass.

:func:`takes` turns a method that takes such an object into one that takes its fields as keyword
arguments, with their types and defaults. The command line reads the same fields: what
:func:`option` attaches to a field is the help of the command's option.
"""

import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, overload

Fields = ParamSpec("Fields")
Options = TypeVar("Options", covariant=True)
Owner = TypeVar("Owner")
First = TypeVar("First")
Second = TypeVar("Second")
Result = TypeVar("Result")


def option(default: Any, help: str, metavar: str | None = None) -> Any:  # noqa: A002, ANN401
    """Return a field of an options object.

    :param default: its default value.
    :param help: what the option does, in one or two sentences for the help of a command.
    :param metavar: what the help calls its value.
    """
    return dataclasses.field(default=default, metadata={"help": help, "metavar": metavar})


class _Takes(Protocol[Fields, Options]):
    @overload
    def __call__(
        self, method: Callable[[Owner, First, Options], Result], /
    ) -> Callable[Concatenate[Owner, First, Fields], Result]: ...
    @overload
    def __call__(
        self, method: Callable[[Owner, First, Second, Options], Result], /
    ) -> Callable[Concatenate[Owner, First, Second, Fields], Result]: ...
    def __call__(self, method: Callable[..., Any], /) -> Callable[..., Any]: ...


def takes(make: Callable[Fields, Options]) -> _Takes[Fields, Options]:
    """Return a decorator for a method whose last parameter is an options object.

    The decorated method takes the fields of the object as keyword arguments instead.

    :param make: the class of the options object.
    """

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(*args: Any, **fields: Any) -> Any:  # noqa: ANN401
            return method(*args, make(**fields))  # type: ignore[call-arg]

        own = inspect.signature(method)
        positional = list(own.parameters.values())[:-1]
        keywords = inspect.signature(make).parameters.values()
        call.__signature__ = own.replace(parameters=[*positional, *keywords])  # type: ignore[attr-defined]
        return call

    return decorate
