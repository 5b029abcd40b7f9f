"""Random queries as people type them, each with the tree that it means, made without the parser."""

import calendar
import datetime
import random

from danvan_search.query.nodes import (
    And,
    Boost,
    DateRange,
    Equals,
    Everything,
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
from danvan_search.text.fold import fold, is_marked

SYLLABLES = [
    "dân",
    "dan",
    "vận",
    "văn",
    "van",
    "khéo",
    "kheo",
    "đường",
    "dương",
    "duong",
    "hà",
    "ha",
]
SYLLABLES += ["nội", "nói", "noi", "công", "cong", "an", "ăn", "và", "không"]
CODES = [("32-CTr/TU", "32 ctr tu"), ("TP.HCM", "tp hcm"), ("24/7", "24 7"), ("1.000", "1 000")]
CATEGORIES = ["Thể thao", "Chính trị", "Xã hội"]
SOURCES = ["https://www.a.vn/1", "http://b.a.vn/2?x=1", "c.vn", "Báo Nhân Dân", None]
SITES = ["a.vn", "b.a.vn", "c.vn", "vn", "www.a.vn"]
FIELDS = [
    ("title", ["title:", "tiêu đề:", "Tieu De:"]),
    ("body", ["body:", "nội dung:"]),
    ("details", ["details:", "chi tiết:", "CHI TIET:"]),
]
PREFIXES = ["d", "đ", "dư", "đư", "k", "kh", "vậ", "n", "nộ", "co"]

Typed = tuple[str, Node]
"""A query, and its tree."""


def term(form: str) -> Term:
    """Return the node of a bare syllable."""
    return Term(fold(form), form, is_marked(form))


def prefix(form: str) -> Prefix:
    """Return the node of the beginning of a syllable."""
    return Prefix(fold(form), form, is_marked(form))


class Typist:
    """Types queries at random.

    :param words: whether ``word:`` may be typed.
    """

    def __init__(self, seed: int, *, words: bool) -> None:
        self._random = random.Random(seed)
        self._words = words

    def query(self) -> Typed:
        """Return a query with any construct."""
        if self._chance(0.02):
            return "*", Everything()
        return self._either(2)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _choice(self, values):
        return self._random.choice(values)

    def _either(self, depth: int) -> Typed:
        parts = [self._both(depth) for _ in range(self._choice([1, 1, 1, 2, 2, 3]))]
        signs = [self._choice([" OR ", " | ", " || ", " HOẶC "]) for _ in parts]
        text = parts[0][0] + "".join(
            sign + typed for sign, (typed, _) in zip(signs, parts[1:], strict=False)
        )
        return (text, parts[0][1]) if len(parts) == 1 else (text, Or(tuple(n for _, n in parts)))

    def _both(self, depth: int) -> Typed:
        clauses = [self._clause(depth) for _ in range(self._choice([1, 1, 2, 2, 3]))]
        # A run takes all syllables that follow, so another one needs brackets.
        typed = [
            f"({text})" if at and isinstance(node, Run) else text
            for at, (text, node) in enumerate(clauses)
        ]
        joint = self._choice([" ", " ", " ", " AND ", " && "])
        nodes = tuple(node for _, node in clauses)
        runs = [node for node in nodes if isinstance(node, Run)]
        if len(runs) == len(nodes) and joint == " ":
            # Runs side by side are one, also where a minus stands before the group.
            return joint.join(typed), Run(tuple(one for run in runs for one in run.phrases))
        return joint.join(typed), nodes[0] if len(nodes) == 1 else And(nodes)

    def _clause(self, depth: int) -> Typed:
        kind = self._random.random()
        if kind < 0.12:
            text, node = self._unit(depth)
            return self._choice(["-", "NOT "]) + text, Not(_excluded(node))
        if kind < 0.18:
            text, node = self._unit(depth)
            return f"+{text}", Required(node)
        if kind < 0.26:
            (left, left_node), (right, right_node) = self._side(), self._side()
            distance = self._choice([0, 1, 3, 10])
            sign = "NEAR" if distance == 10 else f"NEAR/{distance}"
            # The left side must be a unit of its own.
            near = Near(_as_phrase(left_node), _as_phrase(right_node), distance)
            return f"({left} {sign} {right})", near
        if kind < 0.36:
            return self._filter()
        text, node = self._unit(depth)
        if self._chance(0.08):
            return f"({text})^2", Boost(node, 2.0)
        return text, node

    def _side(self) -> Typed:
        return self._phrase() if self._chance(0.5) else self._run()

    def _unit(self, depth: int) -> Typed:
        kind = self._random.random()
        if kind < 0.2 and depth:
            text, node = self._either(depth - 1)
            return f"({text})", node
        if kind < 0.35:
            field, names = self._choice(FIELDS)
            text, node = self._side()
            return self._choice(names) + text, InField(field, node)
        if kind < 0.45 and self._words:
            forms = self._forms(1, 3)
            return f'word:"{" ".join(forms)}"', Phrase(tuple(map(term, forms)), word=True)
        return self._phrase() if kind < 0.7 else self._run()

    def _forms(self, least: int, most: int) -> list[str]:
        return [self._choice(SYLLABLES) for _ in range(self._random.randint(least, most))]

    def _run(self) -> Typed:
        typed, phrases = [], []
        for form in self._forms(1, 3):
            text, node = self._syllable(form)
            typed.append(text)
            phrases.append(Phrase((node,)))
        if self._chance(0.15):
            text, parts = self._choice(CODES)
            typed.append(text)
            phrases.append(Phrase(tuple(map(term, parts.split()))))
        return " ".join(typed), Run(tuple(phrases))

    def _syllable(self, form: str) -> tuple[str, Syllable]:
        kind = self._random.random()
        if kind < 0.1:
            begun = self._choice(PREFIXES)
            return f"{begun}*", prefix(begun)
        if kind < 0.15:
            return f"{form}~", Fuzzy(fold(form), form, is_marked(form))
        return self._choice([form, form, form.upper(), form.title()]), term(form)

    def _phrase(self) -> Typed:
        typed, nodes = [], []
        for form in self._forms(1, 3):
            text, node = self._syllable(form)
            typed.append(text)
            nodes.append(node)
        if len(nodes) > 1 and self._chance(0.15):
            typed.insert(1, "*")
            nodes.insert(1, Wildcard())
        slop, tail = 0, ""
        if len(nodes) > 1 and self._chance(0.25):
            slop, tail = self._choice([(1, "~"), (1, "~1"), (2, "~2"), (5, "~5")])
        opening, closing = self._choice(['""', "“”", "«»"])
        return f"{opening}{' '.join(typed)}{closing}{tail}", Phrase(tuple(nodes), slop)

    def _filter(self) -> Typed:
        kind = self._choice(["category", "source", "site", "id", "date", "since", "until"])
        if kind == "category":
            value = self._choice(CATEGORIES)
            typed = self._choice([f'category:"{value}"', f"chuyên mục:{value.lower()}"])
            return f"({typed})", Equals("category", value)
        if kind == "source":
            value = self._choice(SOURCES[:-1])
            return f'source:"{value.upper()}"', Equals("source", value)
        if kind == "site":
            value = self._choice(SITES)
            return f"site:{value}", Equals("site", value)
        if kind == "id":
            value = str(self._random.randrange(40))
            return f"id:{value}", Equals("id", value)
        return self._date(kind)

    def _date(self, kind: str) -> Typed:
        year, month, day = self._choice([2019, 2020]), self._choice([2, 7]), self._choice([1, 28])
        last = calendar.monthrange(year, month)[1]
        typed, low, high = self._choice(
            [
                (f"{year}", datetime.date(year, 1, 1), datetime.date(year, 12, 31)),
                (
                    f"{month}/{year}",
                    datetime.date(year, month, 1),
                    datetime.date(year, month, last),
                ),
                (f"{day}/{month}/{year}", *[datetime.date(year, month, day)] * 2),
                (f"{year}-{month:02}-{day:02}", *[datetime.date(year, month, day)] * 2),
            ]
        )
        one = datetime.timedelta(days=1)
        if kind == "since":
            return f"since:{typed}", DateRange(low, None)
        if kind == "until":
            return f"until:{typed}", DateRange(None, high)
        sign, node = self._choice(
            [
                ("", DateRange(low, high)),
                (">=", DateRange(low, None)),
                ("<=", DateRange(None, high)),
                (">", DateRange(high + one, None)),
                ("<", DateRange(None, low - one)),
            ]
        )
        return f"{self._choice(['date', 'ngày'])}:{sign}{typed}", node


def _as_phrase(node: Node) -> Phrase:
    if isinstance(node, Phrase):
        return node
    assert isinstance(node, Run)
    return Phrase(tuple(one for phrase in node.phrases for one in phrase.syllables))


def _excluded(node: Node) -> Node:
    """Return what a minus excludes: of a run, all of it side by side."""
    while isinstance(node, Boost):
        node = node.node
    if isinstance(node, Run):
        return _as_phrase(node)
    if isinstance(node, InField) and isinstance(node.node, Run):
        return InField(node.field, _as_phrase(node.node))
    return node
