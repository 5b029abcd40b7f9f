"""Checks what users pass: a wrong type or path is one sentence, not an error of Python."""

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from danvan_search.article import Article
from danvan_search.errors import ArgumentTypeError, OptionError

Value = TypeVar("Value")
Callback = TypeVar("Callback")
Options = TypeVar("Options")

PathLike = str | os.PathLike[str]

_ID: Final = "an id is a string"


def checked_path(path: object) -> Path:
    """Return a path.

    :raises ArgumentTypeError: it is neither a string nor a path.
    :raises OptionError: it is empty, or no file can have it. Python takes an empty path for the
        current folder.
    """
    text = os.fspath(path) if isinstance(path, str | os.PathLike) else path
    if not isinstance(text, str):
        raise ArgumentTypeError(f"a path is a string or a Path, not {type(path).__name__}")
    if not text:
        raise OptionError("the path is empty: name a file or a folder; . is the current folder")
    try:
        valid = b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        valid = False
    if not valid:
        raise OptionError(f"no file can have the path {text!r}: remove its invalid characters")
    return Path(text)


def checked_paths(paths: Sequence[PathLike] | PathLike) -> list[str]:
    """Return paths as strings, each once; a string or a path is one.

    :raises ArgumentTypeError: ``paths`` is not iterable, or holds something that is no path.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    return list(dict.fromkeys(str(checked_path(path)) for path in _iterate("paths", paths)))


def checked_file(file: PathLike | BinaryIO, method: str) -> Path | BinaryIO:
    """Return a file, by its path or as a stream of bytes.

    :param method: ``read`` or ``write``: what a stream must have.
    :raises ArgumentTypeError: it is neither.
    :raises OptionError: no file can have the path.
    """
    if isinstance(file, str | os.PathLike):
        return checked_path(file)
    if not hasattr(file, method):
        raise ArgumentTypeError(f"a file is a path or a stream, not {type(file).__name__}")
    if isinstance(file, io.TextIOBase):
        raise ArgumentTypeError("the file is a text stream: open it in binary mode")
    return file


def checked_flag(name: str, value: object) -> bool:
    """Return a flag. A string such as "no" would count as true.

    :param name: the name of the option.
    :raises OptionError: it is neither True nor False.
    """
    if not isinstance(value, bool):
        raise OptionError(f"{name} is {value!r}: give True or False")
    return value


def checked_callback(name: str, value: Callback) -> Callback:
    """Return a function to call, or None.

    :param name: the name of the option.
    :raises OptionError: it is neither.
    """
    if value is not None and not callable(value):
        raise OptionError(f"{name} is {value!r}: give a function, or None")
    return value


def checked_wait(wait: float) -> float:
    """Return a time to wait, in seconds.

    :raises OptionError: it is no number of at least 0.
    """
    if isinstance(wait, bool) or not isinstance(wait, int | float) or not wait >= 0:
        raise OptionError(f"wait is {wait!r}: give a number of seconds, at least 0")
    return wait


def checked_articles(articles: Iterable[Article]) -> Iterator[Article]:
    """Return an iterator over articles that checks the type of each.

    :raises ArgumentTypeError: ``articles`` is one article or not iterable; or, while iterating,
        it yields something that is not an article.
    """
    if isinstance(articles, Article):
        raise ArgumentTypeError("add takes several articles: put the article in a list")
    return _checked(_iterate("articles", articles), Article, "an article is an Article")


def checked_ids(ids: Iterable[str]) -> Iterator[str]:
    """Return an iterator over ids that checks the type of each; a string is a single id.

    :raises ArgumentTypeError: ``ids`` is not iterable; or, while iterating, it yields something
        that is not a string.
    """
    return iter([ids]) if isinstance(ids, str) else _checked(_iterate("ids", ids), str, _ID)


def checked_queries(
    queries: Iterable[Any], kind: type[Options]
) -> Iterator[tuple[Any, Options | None]]:
    """Return an iterator over queries with the options of each; None where it has none.

    The types of the queries are checked when they are searched.

    :param kind: the class of options.
    :raises ArgumentTypeError: ``queries`` is a string, or not iterable; or, while iterating, it
        yields a tuple that is no query with its options.
    """
    if isinstance(queries, str):
        raise ArgumentTypeError("search_many takes several queries: put the query in a list")
    return (_with_options(one, kind) for one in _iterate("queries", queries))


def _with_options(one: Any, kind: type[Options]) -> tuple[Any, Options | None]:  # noqa: ANN401
    if not isinstance(one, tuple):
        return one, None
    if len(one) != 2 or not isinstance(one[1], kind):
        raise ArgumentTypeError(f"a tuple among the queries is a query and its {kind.__name__}")
    return one


def checked_id(article_id: object) -> str:
    """Return an id.

    :raises ArgumentTypeError: it is not a string.
    """
    if not isinstance(article_id, str):
        raise ArgumentTypeError(f"{_ID}, not {type(article_id).__name__}")
    return article_id


def _iterate(name: str, values: object) -> Iterator[object]:
    if not isinstance(values, Iterable):
        raise ArgumentTypeError(f"{name} is {type(values).__name__}: give a list or an iterator")
    return iter(values)


def _checked(values: Iterator[object], kind: type[Value], rule: str) -> Iterator[Value]:
    for value in values:
        if not isinstance(value, kind):
            raise ArgumentTypeError(f"{rule}, not {type(value).__name__}")
        yield value
