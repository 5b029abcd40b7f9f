"""Immutable data classes that are quick to create.

The ``__init__`` of a frozen dataclass calls ``object.__setattr__`` for each field, which takes ten
times as long as an ordinary assignment. A search creates some twenty such objects of up to twenty
fields: nodes, options, results. :func:`frozen` gives a dataclass an ``__init__`` that fills the
``__dict__`` of the object instead. All else is that of a dataclass.
"""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

Class = TypeVar("Class")


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def frozen(*, kw_only: bool = False, repr: bool = True) -> Callable[[type[Class]], type[Class]]:  # noqa: A002
    """Return a decorator that makes a frozen dataclass without slots of a class.

    :param kw_only: whether its own fields are arguments by name alone.
    :param repr: whether it has the ``__repr__`` of a dataclass.
    """

    def decorate(made: type[Class]) -> type[Class]:
        made = dataclasses.dataclass(frozen=True, kw_only=kw_only, repr=repr)(made)
        setattr(made, "__init__", _init_of(made))  # noqa: B010 - a type checker forbids the other
        return made

    return decorate


def _init_of(made: type[Any]) -> Callable[..., None]:
    """Return an ``__init__`` of a dataclass that does what its own does."""
    fields = [one for one in dataclasses.fields(made) if one.init]
    scope: dict[str, Any] = {"MISSING": dataclasses.MISSING}
    by_place = ["self"]
    by_name: list[str] = []
    lines = ["values = self.__dict__"]
    for one in fields:
        value, parameter = one.name, one.name
        if one.default is not dataclasses.MISSING:
            scope[f"default_{one.name}"] = one.default
            parameter += f"=default_{one.name}"
        elif one.default_factory is not dataclasses.MISSING:
            scope[f"make_{one.name}"] = one.default_factory
            parameter += "=MISSING"
            value = f"make_{one.name}() if {one.name} is MISSING else {one.name}"
        (by_name if one.kw_only else by_place).append(parameter)
        lines.append(f"values[{one.name!r}] = {value}")
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters = ", ".join([*by_place, *(["*", *by_name] if by_name else [])])
    source = f"def __init__({parameters}):\n " + "\n ".join(lines)
    exec(source, scope)  # noqa: S102 - of names alone, as dataclasses makes its own
    return functools.wraps(made.__init__)(scope["__init__"])
