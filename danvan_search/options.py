"""Options objects: each option of a call is defined once, as a field of a frozen dataclass.

:func:`takes` turns a method with a parameter for such an object into one that has its fields as
keyword arguments, with their types and defaults. The command line builds its options from the same
fields; :func:`option` adds the text for it.
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


@dataclasses.dataclass(frozen=True, slots=True)
class CommandOption:
    """How a command spells an option.

    :ivar help: what the option does, in a sentence or two.
    :ivar metavar: what the help calls its value.
    :ivar name: its name; None for the name of the field.
    :ivar parse: converts the text that a user types, or raises ``OptionError``; None if the type of
        the field is enough: an int, a bool, a string or one of several strings.
    """

    help: str
    metavar: str | None = None
    name: str | None = None
    parse: Callable[[str], Any] | None = None


def option(
    default: Any,  # noqa: ANN401
    help: str,  # noqa: A002
    metavar: str | None = None,
    *,
    name: str | None = None,
    parse: Callable[[str], Any] | None = None,
) -> Any:  # noqa: ANN401
    """Return a field of an options object that commands offer too.

    :param default: its default value. The other parameters are those of :class:`CommandOption`.
    """
    shown = CommandOption(help, metavar, name, parse)
    return dataclasses.field(default=default, metadata={CommandOption: shown})


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

    The decorated method has the fields of that object as keyword arguments instead. A call that
    its signature does not permit is a ``TypeError`` that names the method and what it takes.

    :param make: the class of the options object, which is immutable: calls without options share
        one.
    """

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        defaults = make()  # type: ignore[call-arg]
        shown = inspect.signature(method)
        positional = list(shown.parameters.values())[:-1]
        keywords = inspect.signature(make).parameters
        signature = shown.replace(parameters=[*positional, *keywords.values()])

        @functools.wraps(method)
        def call(*args: Any, **fields: Any) -> Any:  # noqa: ANN401
            if len(args) != len(positional) or not fields.keys() <= keywords.keys():
                args, fields = _bind(method.__qualname__, signature, len(positional), args, fields)
            return method(*args, make(**fields) if fields else defaults)  # type: ignore[call-arg]

        call.__signature__ = signature  # type: ignore[attr-defined]
        return call

    return decorate


def _bind(
    name: str,
    signature: inspect.Signature,
    count: int,
    args: tuple[Any, ...],
    fields: dict[str, Any],
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of a call as those for its own parameters, and the options.

    :param name: the method.
    :param count: how many parameters are its own; the others are options.
    :raises TypeError: the signature does not permit the call.
    """
    try:
        bound = signature.bind(*args, **fields).arguments
    except TypeError as error:
        own, options = list(signature.parameters)[1:count], list(signature.parameters)[count:]
        raise TypeError(
            f"{name}(): {error}; it takes {', '.join(own)}, and by name {', '.join(options)}"
        ) from None
    own_values = tuple(bound.pop(one) for one in list(signature.parameters)[:count])
    return own_values, bound
