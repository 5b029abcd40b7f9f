"""The Whoosh schema: which fields an article becomes.

Title and body are indexed alike and apart, so that no phrase runs from one into the other.
Each is indexed four times on its syllable grid: accented forms, folded forms, folded biwords
(two neighbouring folded forms) and words.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from whoosh import columns, fields, formats

Part = Literal["title", "body"]
Kind = Literal["accented", "folded", "biword", "word"]

PARTS: Final[tuple[Part, ...]] = ("title", "body")
KINDS: Final[tuple[Kind, ...]] = ("accented", "folded", "biword", "word")

NO_DATE: Final = 0
"""What the date column holds for an article without a date; dates are proleptic ordinals."""


class TermsField(fields.FieldType):  # type: ignore[misc]
    """A field whose value is the list of its terms, in the order of the text.

    Whoosh would run an analyzer and make an object of every token; the terms are known
    already, so they go into the postings as they are, each with its positions.
    """

    indexed = True
    stored = False
    scorable = False

    def __init__(self) -> None:
        self.format = formats.Positions()
        self.analyzer = None

    def index(
        self, value: Sequence[str], **_options: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, frequency, weight, encoded positions) for each distinct term."""
        positions: defaultdict[str, list[int]] = defaultdict(list)
        for position, term in enumerate(value):
            positions[term].append(position)
        for term, places in positions.items():
            yield term.encode(), len(places), float(len(places)), self.format.encode(places)

    def tokenize(self, value: Sequence[str], **_options: object) -> Iterable[str]:
        """Return the terms as they are."""
        return value


def field_name(part: Part, kind: Kind) -> str:
    """Return the name of the field that holds one kind of term of one part."""
    return f"{part}_{kind}"


def schema() -> fields.Schema:
    """Return the schema of an index."""
    made = fields.Schema(
        id=fields.ID(unique=True),
        category=fields.ID(),
        date=fields.COLUMN(columns.NumericColumn("i", default=NO_DATE)),
        title_length=fields.COLUMN(columns.NumericColumn("I")),
        body_length=fields.COLUMN(columns.NumericColumn("I")),
        article=fields.STORED,
        hash=fields.STORED,
        origin=fields.STORED,
        root=fields.STORED,
    )
    for part in PARTS:
        for kind in KINDS:
            made.add(field_name(part, kind), TermsField())
    return made
