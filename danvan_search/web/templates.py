"""The templates of the pages: all that they show is escaped."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from danvan_search import __version__, marked_html

FOLDER: Final = Path(__file__).parent / "templates"
_KEPT: Final = 1024
"""So many texts are kept with what a template shows of them; most are those of the page itself."""
_NO_XML: Final = str.maketrans("\ufffe\uffff", "\ufffd\ufffd")


def shown(value: object) -> object:
    """Return what a template shows of a value: HTML as it is, all else escaped.

    Characters that no page and no XML should hold become U+FFFD.
    """
    return value if isinstance(value, Markup) else _escaped(str(value))


@lru_cache(_KEPT)
def _escaped(text: str) -> Markup:
    """Return a text as HTML. HTML and the text that looks like it are equal: give no HTML."""
    return html(marked_html(text, ()))


def html(escaped: str) -> Markup:
    """Return text that is escaped already, such as ``Hit.title_html``, as HTML."""
    return Markup(escaped.translate(_NO_XML))  # noqa: S704 - see the docstring


def address(path: str, parameters: dict[str, Any], fragment: str = "") -> str:
    """Return a relative address.

    :param parameters: those of its query string; empty ones are left out.
    """
    given = {name: value for name, value in parameters.items() if value not in (None, "", ())}
    query = f"?{urlencode(given, errors='replace')}" if given else ""
    return f"{path}{query}" + (f"#{quote(fragment, safe='=')}" if fragment else "")


_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=True,
    finalize=shown,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals["version"] = __version__
_ENVIRONMENT.globals["address"] = address
_ENVIRONMENT.filters["html"] = html


def render(name: str, values: dict[str, Any]) -> str:
    """Return a template with values in it."""
    return _ENVIRONMENT.get_template(name).render(values)
