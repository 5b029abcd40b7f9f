"""The oracle of query trees: it scans every document, syllable by syllable.

Matching, scores and tiers follow their definitions in plain Python, without an index::

    fits       a syllable of a query against one of a text
    spans      a phrase or a proximity against one text
    Oracle     a tree against documents
"""

import datetime
import math
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from danvan_search.index.codec.doc_values import category_key
from danvan_search.query.accents import Accents
from danvan_search.query.nodes import (
    And,
    Boost,
    DateRange,
    Equals,
    Everything,
    Field,
    Fuzzy,
    InField,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Required,
    Run,
    Syllable,
    Term,
    Wildcard,
)
from danvan_search.search.execution.top_docs import EXACT, FOLDED, REST, REST_EXACT
from danvan_search.text.alphabet import FOLDED_LETTER, UNTONED
from danvan_search.text.grid import syllable_grid
from tests.search.execution.oracle import function_weight, rounded

K1, B, PAIR_K1 = 1.2, 0.75, 0.6
TITLE_WEIGHT, ACCENTED_WEIGHT, PAIR_WEIGHT, DETAILS_WEIGHT = 0.3, 0.7, 0.5, 0.5


@dataclass(frozen=True)
class Document:
    """An article as the oracle sees it.

    :ivar title_words: for each syllable of the title, whether a word starts with it; None if the
        document was not segmented into words.
    :ivar body_words: the same for the body.
    :ivar details_words: the same for the details.
    """

    title: str = ""
    body: str = ""
    date: datetime.date | None = None
    category: str | None = None
    title_words: tuple[bool, ...] | None = None
    body_words: tuple[bool, ...] | None = None
    details: str = ""
    details_words: tuple[bool, ...] | None = None
    source: str | None = None
    id: str = ""

    def has(self, node: Equals) -> bool:
        """Return whether the document has a value."""
        if node.field == "id":
            return self.id == node.value
        if node.field == "category":
            key = category_key(node.value)
            return self.category is not None and key != "" and category_key(self.category) == key
        if self.source is None:
            return False
        if node.field == "source":
            return without_accents(self.source) == without_accents(node.value)
        host, site = host_of(self.source), host_of(node.value)
        return site != "" and (host == site or host.endswith(f".{site}"))


def without_accents(text: str) -> str:
    """Return a text in lower case, without the marks of its letters."""
    letters = unicodedata.normalize("NFD", " ".join(text.lower().split()).replace("đ", "d"))
    return "".join(one for one in letters if not unicodedata.combining(one))


def host_of(source: str) -> str:
    """Return the host of an address, with or without a scheme; "" for another text."""
    host = urlsplit(source if "://" in source else f"//{source}").hostname or ""
    return host.removeprefix("www.") if "." in host and " " not in host else ""


class Form(NamedTuple):
    """One syllable of a text."""

    accented: str
    folded: str


@dataclass(frozen=True, eq=False)
class Text:
    """The syllables of a text, and at which of them words start.

    An empty form ends each line of details.
    """

    forms: tuple[Form, ...]
    word_starts: tuple[bool, ...] | None = None
    _fits: dict[tuple[Syllable, bool], list[bool]] = field(init=False, default_factory=dict)

    @classmethod
    def of(cls, text: str, word_starts: tuple[bool, ...] | None = None) -> "Text":
        """Analyse a text."""
        grid = syllable_grid(text)
        forms = tuple(map(Form, grid.accented, grid.folded))
        assert word_starts is None or len(word_starts) == len(forms)
        return cls(forms, word_starts)

    @classmethod
    def of_details(cls, text: str, word_starts: tuple[bool, ...] | None = None) -> "Text":
        """Analyse details, line by line.

        :param word_starts: a flag for each syllable of all lines.
        """
        lines = [one for one in map(cls.of, text.split("\n")) if one.forms]
        flags = iter(word_starts or ())
        return cls(
            tuple(form for line in lines for form in (*line.forms, Form("", ""))),
            None
            if word_starts is None
            else tuple(
                flag for line in lines for flag in (*(next(flags) for _ in line.forms), True)
            ),
        )

    @property
    def length(self) -> int:
        """The number of its syllables."""
        return sum(form.folded != "" for form in self.forms)

    def line_of(self, at: int) -> int:
        """Return the number of the line of a position."""
        return sum(form.folded == "" for form in self.forms[:at])

    def lines(self) -> list[tuple[int, int]]:
        """Return the position of the first form of each line, and that after its last."""
        ends = [at for at, form in enumerate(self.forms) if not form.folded]
        return list(pairwise([0, *[end + 1 for end in ends], len(self.forms)]))

    def fits(self, syllable: Syllable, exact: bool) -> list[bool]:
        """Return for each position whether a syllable of a query matches; cached."""
        key = (syllable, exact)
        if key not in self._fits:
            self._fits[key] = [
                form.folded != "" and fits(syllable, form, exact) for form in self.forms
            ]
        return self._fits[key]

    def is_word(self, start: int, end: int) -> bool:
        """Return whether the syllables from ``start`` to ``end``, both included, are one word."""
        if self.word_starts is None:
            return False
        after = end + 1
        return (
            self.word_starts[start]
            and not any(self.word_starts[start + 1 : after])
            and (after == len(self.forms) or self.word_starts[after])
        )


class Occurrence(NamedTuple):
    """Where a phrase or a proximity occurs in a text.

    :ivar start: the position of the first syllable.
    :ivar end: the position of the last one.
    :ivar between: how many other syllables stand between its syllables, or its two sides.
    """

    start: int
    end: int
    between: int


def letter_fits(typed: str, letter: str) -> bool:
    """Return whether a letter of a text has the quality and the tone of a letter of a prefix."""
    if FOLDED_LETTER.get(typed, typed) != FOLDED_LETTER.get(letter, letter):
        return False
    typed_vowel, typed_tone = UNTONED.get(typed, (typed, ""))
    vowel, tone = UNTONED.get(letter, (letter, ""))
    has_quality = typed_vowel == FOLDED_LETTER.get(typed_vowel, typed_vowel) or typed_vowel == vowel
    return has_quality and typed_tone in ("", tone)


def is_one_edit(a: str, b: str) -> bool:
    """Return whether two forms are equal, or one edit makes one of them the other."""
    if a == b:
        return True
    if len(a) == len(b):
        unequal = [at for at in range(len(a)) if a[at] != b[at]]
        if len(unequal) == 2:
            first, second = unequal
            return second == first + 1 and a[first] == b[second] and a[second] == b[first]
        return len(unequal) == 1
    short, long = sorted((a, b), key=len)
    return len(long) == len(short) + 1 and any(
        long[:at] + long[at + 1 :] == short for at in range(len(long))
    )


def fits(syllable: Syllable, form: Form, exact: bool) -> bool:
    """Return whether a syllable of a query matches one of a text.

    :param exact: whether its accents count, if it was typed with a mark.
    """
    match syllable:
        case Wildcard():
            return True
        case Fuzzy():
            return is_one_edit(syllable.folded, form.folded)
        case Prefix() if exact and syllable.marked:
            letters = syllable.accented
            return len(form.accented) >= len(letters) and all(
                map(letter_fits, letters, form.accented)
            )
        case Prefix():
            return form.folded.startswith(syllable.folded)
        case Term():
            is_typed = not (exact and syllable.marked) or form.accented == syllable.accented
            return form.folded == syllable.folded and is_typed
    raise TypeError(syllable)


def inner(syllables: Sequence[Syllable]) -> Sequence[Syllable]:
    """Return the syllables of a phrase without the wildcards at its ends."""
    kept = [at for at, one in enumerate(syllables) if not isinstance(one, Wildcard)]
    return syllables[kept[0] : kept[-1] + 1]


def side_by_side(run: Run) -> Phrase:
    """Return the phrase of all syllables of a run."""
    return Phrase(tuple(one for phrase in run.phrases for one in phrase.syllables))


def end_of(columns: Sequence[Sequence[bool]], start: int, slop: int) -> int | None:
    """Return the position of the last syllable of a phrase that starts at a position, or None.

    Each syllable is the earliest possible after the one before.

    :param columns: for each syllable, at which positions of the text it matches.
    """
    if not columns[0][start]:
        return None
    at, length = start, len(columns[0])
    for column in columns[1:]:
        at += 1
        while at < length and slop >= 0 and not column[at]:
            at += 1
            slop -= 1
        if at >= length or slop < 0:
            return None
    return at


def spans(node: Phrase | Near, text: Text, exact: bool = False) -> list[Occurrence]:
    """Return the occurrences of a phrase, or of the left sides of a proximity, by rising start.

    :param exact: whether the typed accents count; for a proximity, on both sides.
    """
    if isinstance(node, Near):
        return _near_spans(node, text, exact)
    if node.others:
        every = [replace(node, others=()), *node.others]
        return sorted({found for one in every for found in spans(one, text, exact)})
    syllables = inner(node.syllables)
    columns = [text.fits(one, exact) for one in syllables]
    found = []
    for first, stop in text.lines():
        of_line = [column[:stop] for column in columns]
        for start in range(first, stop):
            end = end_of(of_line, start, node.slop)
            if end is not None and (not node.word or text.is_word(start, end)):
                found.append(Occurrence(start, end, end - start + 1 - len(syllables)))
    return found


def _near_spans(node: Near, text: Text, exact: bool) -> list[Occurrence]:
    rights = spans(node.right, text, exact)
    found = []
    for left in spans(node.left, text, exact):
        gaps = [
            max(right.start - left.end, left.start - right.end) - 1
            for right in rights
            if (right.start > left.end or right.end < left.start)
            and text.line_of(right.start) == text.line_of(left.start)
        ]
        if gaps and min(gaps) <= node.distance:
            found.append(Occurrence(left.start, left.end, min(gaps)))
    return found


class Frequency(NamedTuple):
    """How often something occurs in a document: each time counts 1 / (1 + syllables between).

    In details it counts half of that.
    """

    tf: float
    title_tf: float


class Postings(NamedTuple):
    """The frequency in each document, and how many live documents it is not 0 in."""

    frequencies: list[Frequency]
    df: int


Row = tuple[int, float, int]
"""The tier, the score and the number of a document."""


@dataclass
class Oracle:
    """Documents, all of which every query scans.

    :param documents: the documents; their order breaks ties.
    :param deleted: the numbers of documents that neither count in the statistics nor are results.
    :param accents: ``ignore`` treats every syllable as typed without a mark; with ``exact`` only
        exact matches are results.
    """

    documents: Sequence[Document]
    deleted: Collection[int] = ()
    accents: Accents = "auto"
    _known: dict[tuple[object, ...], Postings] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.texts: list[dict[Field, Text]] = [
            {
                "title": Text.of(one.title, one.title_words),
                "body": Text.of(one.body, one.body_words),
                "details": Text.of_details(one.details, one.details_words),
            }
            for one in self.documents
        ]
        self.live = sorted(set(range(len(self.documents))) - set(self.deleted))
        titles = [texts["title"].length for texts in self.texts]
        lengths = [
            texts["title"].length + texts["body"].length + DETAILS_WEIGHT * texts["details"].length
            for texts in self.texts
        ]
        self._title_norms = self._norms(titles)
        self._norms_of_all = self._norms(lengths)

    def matches(
        self, node: Node, doc: int, exact: bool = False, in_field: Field | None = None
    ) -> bool:
        """Return whether a document, live or deleted, matches.

        :param exact: whether the typed accents count.
        :param in_field: the only text that counts; all if None.
        """
        match node:
            case Phrase() | Near():
                return self._frequency(node, doc, exact, in_field).tf > 0
            case Run():
                return all(self.matches(one, doc, exact, in_field) for one in node.phrases)
            case And():
                return all(self.matches(one, doc, exact, in_field) for one in node.nodes)
            case Or():
                found = [one for one in node.nodes if self.matches(one, doc, exact, in_field)]
                return len(found) >= node.at_least
            case Not():
                return not self.matches(node.node, doc, True, in_field)
            case Required() | Boost():
                return self.matches(node.node, doc, exact, in_field)
            case InField():
                return self.matches(node.node, doc, exact, node.field)
            case DateRange():
                date = self.documents[doc].date
                return (
                    date is not None
                    and (node.low is None or node.low <= date)
                    and (node.high is None or date <= node.high)
                )
            case Equals():
                return self.documents[doc].has(node)
            case Everything():
                return True
        raise TypeError(node)

    def spans(self, node: Phrase | Near, text: Text, exact: bool = False) -> list[Occurrence]:
        """Return the occurrences in a text; see :func:`spans`."""
        return spans(node, text, exact and self.accents != "ignore")

    def score(self, node: Node, doc: int, in_field: Field | None = None) -> float:
        """Return the score of a live document, whether it matches or not.

        :param in_field: the only text in which occurrences count; all if None.
        """
        match node:
            case Phrase() | Near():
                is_exact = self._frequency(node, doc, True, in_field).tf > 0
                return self._term_score(node, doc, is_exact, in_field)
            case Run():
                return self._run_score(node, doc, in_field)
            case And() | Or():
                return sum(self.score(one, doc, in_field) for one in node.nodes)
            case Required():
                return self.score(node.node, doc, in_field)
            case Boost():
                return node.factor * self.score(node.node, doc, in_field)
            case InField():
                return self.score(node.node, doc, node.field)
        return 0.0

    def tier(self, root: Node, doc: int) -> int:
        """Return the tier of a document that matches a whole query."""
        if isinstance(root, Run):
            phrase = side_by_side(root)
        elif isinstance(root, Phrase) and not root.slop and not root.others:
            phrase = root
        else:
            phrase = None
        if phrase and all(isinstance(one, Term) for one in phrase.syllables):
            in_title = 0
            if isinstance(root, Run):
                is_name = self.texts[doc]["title"].length == len(phrase.syllables)
                in_title = 1 + is_name
            titled, named = InField("title", phrase), InField("details", phrase)
            is_number = isinstance(root, Run) and any(
                len(code.syllables) > 1 and any(one.folded.isdecimal() for one in code.syllables)
                for code in root.phrases
            )
            for exact, tier in ((True, EXACT), (False, FOLDED)):
                if exact and not self.has_marks(phrase):
                    continue
                if self.matches(phrase, doc, exact=exact):
                    if is_number and self.matches(named, doc, exact=exact):
                        return tier + 2
                    return tier + in_title * self.matches(titled, doc, exact=exact)
        is_exact = self.has_marks(root) and self.matches(root, doc, exact=True)
        return REST_EXACT if is_exact else REST

    def has_marks(self, node: Node) -> bool:
        """Return whether a tree has a marked syllable that is not below a Not."""
        match node:
            case Phrase():
                every = [*node.syllables, *[one for it in node.others for one in it.syllables]]
                return any(map(self._is_marked, every))
            case Near():
                return self.has_marks(node.left) or self.has_marks(node.right)
            case Run():
                return any(map(self.has_marks, node.phrases))
            case And() | Or():
                return any(map(self.has_marks, node.nodes))
            case Required() | Boost() | InField():
                return self.has_marks(node.node)
        return False

    def top(self, root: Node, accepted: Iterable[int] | None = None) -> list[Row]:
        """Return (tier, score, document) of every live match, best first.

        :param accepted: the documents that the filters let through; all if None.
        """
        docs = self.live if accepted is None else sorted(set(self.live) & set(accepted))
        rows = [
            (self.tier(root, doc), self.score(root, doc), doc)
            for doc in docs
            if self.matches(root, doc, exact=self.accents == "exact")
        ]
        return sorted(rows, key=lambda row: (-row[0], -row[1], row[2]))

    def _run_score(self, run: Run, doc: int, in_field: Field | None) -> float:
        parts = [
            part
            for one in run.phrases
            for part in ([one] if one.others else [Phrase((it,)) for it in one.syllables])
        ]
        score = 0.0
        for phrase in parts:
            own = self._term_score(phrase, doc, False, in_field)
            if self.has_marks(phrase):
                accented = self._term_score(phrase, doc, True, in_field)
                own = ACCENTED_WEIGHT * accented + (1 - ACCENTED_WEIGHT) * own
            score += self._weight(phrase) * own
        for first, second in pairwise(parts):
            pair = Phrase((*first.syllables, *second.syllables))
            is_plain = all(isinstance(one, Term) for one in pair.syllables)
            if is_plain and not first.others and not second.others:
                weight = PAIR_WEIGHT * math.sqrt(self._weight(first) * self._weight(second))
                score += weight * self._pair_score(pair, doc, in_field)
        return score

    def _weight(self, part: Phrase) -> float:
        syllable = part.syllables[0]
        if part.others or not isinstance(syllable, Term):
            return 1.0
        return function_weight(
            syllable.folded, syllable.accented if self._is_marked(syllable) else None
        )

    def _is_marked(self, syllable: Syllable) -> bool:
        is_held = isinstance(syllable, Term | Prefix) and syllable.marked
        return is_held and self.accents != "ignore"

    def _term_score(
        self, node: Phrase | Near, doc: int, exact: bool, in_field: Field | None
    ) -> float:
        tf, title_tf = self._frequency(node, doc, exact, in_field)
        if not tf:
            return 0.0
        weight = (K1 + 1) * self._idf(node, exact, in_field)
        score = weight * tf / (tf + self._norms_of_all[doc])
        if title_tf:
            score += TITLE_WEIGHT * weight * title_tf / (title_tf + self._title_norms[doc])
        return score

    def _pair_score(self, pair: Phrase, doc: int, in_field: Field | None) -> float:
        tf, _ = self._frequency(pair, doc, False, in_field)
        if not tf:
            return 0.0
        weight = (PAIR_K1 + 1) * self._idf(pair, False, in_field)
        return weight * tf / (tf + self._norms_of_all[doc] * PAIR_K1 / K1)

    def _norms(self, lengths: Sequence[float]) -> list[float]:
        """Return the K of each document from the lengths of all."""
        average = sum(lengths[doc] for doc in self.live) / max(1, len(self.live))
        return [K1 * (1 - B + B * rounded(length) / max(average, 1e-9)) for length in lengths]

    def _idf(self, node: Phrase | Near, exact: bool, in_field: Field | None) -> float:
        df = self._postings(node, exact, in_field).df
        return math.log(1 + (len(self.live) - df + 0.5) / (df + 0.5))

    def _frequency(
        self, node: Phrase | Near, doc: int, exact: bool, in_field: Field | None
    ) -> Frequency:
        return self._postings(node, exact, in_field).frequencies[doc]

    def _postings(self, node: Phrase | Near, exact: bool, in_field: Field | None) -> Postings:
        """Scan all documents; the result is cached."""
        key = (node, exact, in_field)
        if key not in self._known:
            found = [self._scan(node, texts, exact, in_field) for texts in self.texts]
            df = sum(found[doc].tf > 0 for doc in self.live)
            self._known[key] = Postings(found, df)
        return self._known[key]

    def _scan(
        self, node: Phrase | Near, texts: dict[Field, Text], exact: bool, in_field: Field | None
    ) -> Frequency:
        title, body, details = (
            sum(1 / (1 + one.between) for one in self.spans(node, text, exact))
            if in_field in (None, name)
            else 0.0
            for name, text in texts.items()
        )
        return Frequency(title + body + DETAILS_WEIGHT * details, title)
