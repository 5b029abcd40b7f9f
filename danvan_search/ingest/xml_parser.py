"""XML that may be hostile: a parser that defines no entity, fetches nothing and has limits."""

from collections.abc import Callable, Mapping
from typing import Final
from xml.parsers import expat

from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.records import Cause

MAX_DEPTH: Final = 1000
"""The maximum nesting of elements."""

MAX_ELEMENTS: Final = 20_000_000
"""The maximum number of elements of a part of a document."""

Attributes = dict[str, str]

Start = Callable[[Attributes], bool | None]
"""Called with the attributes of an element; True hides it, with all that is in it."""


def create_parser(namespace_separator: str | None = None) -> expat.XMLParserType:
    """Return a parser that refuses document types with a content of their own, and entities."""
    parser = expat.ParserCreate(namespace_separator=namespace_separator)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_subset
    parser.EntityDeclHandler = _refuse_entity
    return parser


def malformed(error: Exception) -> ReadError:
    """Return the error about XML that cannot be parsed."""
    reason = f"is not well-formed XML ({error}): mend it, or save it as text"
    return ReadError(reason, Cause.MALFORMED)


def too_deep() -> ReadError:
    """Return the error about elements that are nested too deeply."""
    return ReadError(
        f"has elements that are nested deeper than {MAX_DEPTH:,} levels", Cause.MALFORMED
    )


class XmlHandlers:
    """What is to be done with the elements of a kind of document.

    An element is named by a prefix of its own choice and its local name, such as ``w:p``, whatever
    prefix a document has; an element of another namespace by its local name after a colon.

    :ivar starts: called at the start of an element.
    :ivar ends: called at the end of an element that is not hidden.
    :ivar hidden: the elements that are passed over, with all that is in them.
    """

    def __init__(
        self,
        starts: Mapping[str, Start],
        ends: Mapping[str, Callable[[], None]],
        data: Callable[[str], None],
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self.starts = starts
        self.ends = ends
        self.data = data
        self.hidden = hidden


def parse_xml(content: bytes, handlers: XmlHandlers, prefixes: Mapping[str, str]) -> None:
    """Call handlers with the elements of a part of a document.

    :param content: the whole part: expat needs quadratic time for a long token in pieces.
    :param prefixes: the prefix of each namespace.
    :raises ReadError: it is no XML, or hostile.
    """
    starts: dict[str, Start | None] = {}
    ends: dict[str, Callable[[], None] | None] = {}
    depth = hidden_from = count = 0

    def resolve(name: str) -> Start | None:
        namespace, _, local = name.rpartition(" ")
        short = f"{prefixes.get(namespace, '')}:{local}"
        starts[name] = _hide if short in handlers.hidden else handlers.starts.get(short)
        ends[name] = handlers.ends.get(short)
        return starts[name]

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth, hidden_from, count
        depth += 1
        if depth > MAX_DEPTH:
            raise too_deep()
        count += 1
        if count > MAX_ELEMENTS:
            raise ReadError(f"has more than {MAX_ELEMENTS:,} elements: split it", Cause.TOO_LARGE)
        if hidden_from:
            return
        try:
            handler = starts[name]
        except KeyError:
            handler = resolve(name)
        if handler is not None and handler(attributes):
            hidden_from = depth

    def end(name: str) -> None:
        nonlocal depth, hidden_from
        if not hidden_from:
            handler = ends[name]
            if handler is not None:
                handler()
        elif hidden_from == depth:
            hidden_from = 0
        depth -= 1

    def data(text: str) -> None:
        if not hidden_from:
            handlers.data(text)

    parser = create_parser(" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise malformed(error) from error
    except (LookupError, ValueError) as error:  # an encoding that is none
        raise malformed(error) from error


def attribute(attributes: Attributes, local: str) -> str:
    """Return the value of an attribute by its local name, in whatever namespace; "" for none."""
    value = attributes.get(local)
    if value is not None:
        return value
    ending = f" {local}"
    return next((value for name, value in attributes.items() if name.endswith(ending)), "")


def _hide(_: Attributes) -> bool:
    return True


def _refuse_subset(name: str, system: str | None, public: str | None, subset: int) -> None:
    del name, system, public
    if subset:
        raise ReadError(
            "has a document type of its own, which may hide anything: save it without",
            Cause.REFUSED,
        )


def _refuse_entity(*_: object) -> None:
    raise ReadError("defines entities, which may hide anything: save it without", Cause.REFUSED)
