"""A small index with every feature, and questions to it, whether it is damaged or not."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from danvan_search import Article, DanvanError, Index
from tests.embedders import Trigrams

ARTICLES = [
    Article(
        "1",
        "Dân vận khéo",
        "Đường phố mới, giao thông an toàn. Ban Dân vận Tỉnh ủy.\nNăm 2022, số 32-CTr/TU.",
        datetime.date(2022, 5, 19),
        "Chính trị",
        extra={"tác giả": "Ánh"},
        details="dân vận khéo\nmùa xuân, giao thông",
    ),
    Article("2", "", "dan van kheo giao thông", datetime.date(2019, 1, 2), "Xã hội"),
    Article("3", "Tết", "Dương lịch 🎉 và âm lịch; người dân vui Tết."),
]
LATER = [Article("4", "Giao thông", "An toàn giao thông dịp Tết ở Hà Nội", None, "xa hoi", "4")]
REMOVED = "2"


def make(path: Path) -> None:
    """Make the index: two segments, with words, dates, categories, vectors, a removed article."""
    with Index.create(path) as index:
        index.add(ARTICLES)
        index.add(LATER)
        index.embed(Trigrams(8))
        index.remove([REMOVED])


def _hits(query: str, **options: Any) -> Callable[[Index], Any]:
    def ask(index: Index) -> Any:
        results = index.search(query, **options)
        hits = [
            (
                *(hit.id, hit.score, hit.exact, hit.title, hit.title_spans),
                *(hit.date, hit.category, hit.source, hit.snippet, hit.details_snippet),
            )
            for hit in results
        ]
        return results.total, results.relaxed, hits

    return ask


QUESTIONS: dict[str, Callable[[Index], Any]] = {
    "a phrase with accents": _hits('"dân vận khéo"'),
    "a phrase without": _hits('"dan van kheo"'),
    "a phrase with some": _hits('"dân van"'),
    "a phrase as typed": _hits('"giao thông"', accents="exact"),
    "a syllable": _hits("tết"),
    "a quoted syllable": _hits('"đường"'),
    "bare syllables": _hits("an toàn giao thông"),
    "bare without accents": _hits("an toan duong"),
    "any of them": _hits("người đường phố", match="any"),
    "many of them": _hits("giao thông an toàn dịp tết hà nội"),
    "a code": _hits("32-CTr/TU"),
    "a phrase of details": _hits('"mùa xuân"'),
    "a word of details": _hits('word:"giao thông" mùa'),
    "a word": _hits('word:"dân vận"'),
    "words and phrases": _hits('word:"giao thông" "an toàn" tết'),
    "what is not there": _hits('"không có đâu"'),
    "a category": _hits("giao", category="Xã hội"),
    "days": _hits("dân", since=datetime.date(2020, 1, 1), until=datetime.date(2022, 12, 31)),
    "the newest first": _hits("giao", sort="date"),
    "a second page": _hits("dân", limit=1, page=2),
    "no snippets": _hits("lịch", snippet_chars=0),
    "the article of a hit": lambda index: [hit.article for hit in index.search('"âm lịch"')],
    "an id": lambda index: index.get("1"),
    "a removed id": lambda index: index.get(REMOVED),
    "ids": lambda index: list(index.ids()),
    "the count": len,
    "without copies": _hits("giao thông", collapse=True),
    "by meaning": _hits("âm dương lịch", semantic=Trigrams(8)),
    "by meaning, filtered": _hits("vui xuân mới", semantic=Trigrams(8), since="2022"),
    "a concordance": lambda index: list(index.concordance("giao thông", sort="right")),
    "a concordance by date": lambda index: list(index.concordance("dân", sort="date")),
    "counts": lambda index: index.concordance("dân").counts("category"),
    "keywords": lambda index: index.keywords("1"),
    "terms": lambda index: index.terms("giao thông"),
    "collocations": lambda index: index.collocations("giao thông"),
    "what is similar": lambda index: [hit.id for hit in index.similar("1") or ()],
    "the vocabulary": lambda index: index.vocabulary(),
    "a prefix": lambda index: index.vocabulary("d", folded=True),
    "figures": lambda index: [
        getattr(index.stats(), name)
        for name in ("articles", "syllables", "accented_forms", "folded_forms", "without_words")
    ],
}


def answers(path: Path) -> dict[str, Any]:
    """Open an index and ask all questions; an answer is a value, or the ``DanvanError`` raised.

    Other exceptions are not caught.
    """
    found: dict[str, Any] = {}
    try:
        index = Index.open(path)
        len(index)  # opens the segments, or raises the error that every question would raise
    except DanvanError as error:
        return dict.fromkeys(QUESTIONS, error)
    with index:
        for name, ask in QUESTIONS.items():
            try:
                found[name] = ask(index)
            except DanvanError as error:
                found[name] = error
    return found
