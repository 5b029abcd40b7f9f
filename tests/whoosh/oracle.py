"""An ordinary Whoosh index in memory of the same articles: the oracle of what Whoosh reads."""

from collections.abc import Iterator, Sequence
from typing import Any

import whoosh.index
from whoosh.analysis import Token
from whoosh.fields import Schema
from whoosh.filedb.filestore import RamStorage

from danvan_search import Article
from danvan_search.text import syllable_grid
from danvan_search.whoosh import SegmentWordsTokenizer
from danvan_search.whoosh.codec.schema import article_schema, moment

BETWEEN = " \x1f \x1f "
"""What stands between the texts of an article in the value of the field of words."""


class WordsOfTexts(SegmentWordsTokenizer):
    """Yields the words of texts that ``BETWEEN`` parts, with a position between two texts."""

    def __call__(self, value: str, positions: bool = False, **kwargs: Any) -> Iterator[Token]:
        if BETWEEN not in value:
            yield from super().__call__(value, positions=positions, **kwargs)
            return
        first = 0
        for text in value.split(BETWEEN):
            count = 0
            for token in super().__call__(text, positions=positions, start_pos=first, **kwargs):
                count += 1
                yield token
            first += count + 1


class Memory(RamStorage):
    """Whoosh's storage in memory, with temporary files in memory, too."""

    def temp_storage(self, name: str | None = None) -> "Memory":
        return Memory()

    def delete_file(self, name: str) -> None:
        # An open file is not listed.
        self.files.pop(name, None)


def oracle_schema() -> Schema:
    """Return the schema of an index, whose field of words takes the title and the body."""
    schema = article_schema()
    schema["word"].analyzer = WordsOfTexts()
    return schema


def fields_of(article: Article) -> dict[str, Any]:
    """Return the values of an article for a Whoosh writer."""
    values = article.to_json()
    del values["date"]
    if article.date:
        values["date"] = moment(article.date)
    for name in ("title", "body"):
        values[f"{name}_accented"] = values[name]
    values["word"] = BETWEEN.join([article.title, article.body])
    return {name: value for name, value in values.items() if value is not None}


def oracle_index(
    commits: Sequence[Sequence[Article]], removed: Sequence[str] = ()
) -> whoosh.index.Index:
    """Return a Whoosh index with a segment for each commit, without some of the articles."""
    index = Memory().create_index(oracle_schema())
    for articles in commits:
        writer = index.writer()
        for article in articles:
            writer.add_document(**fields_of(article))
        writer.commit(merge=False)
    if removed:
        writer = index.writer()
        for article_id in removed:
            assert writer.delete_by_term("id", article_id) == 1
        writer.commit(merge=False)
    return index


def syllables(text: str) -> list[str]:
    """Return the folded syllables of a text."""
    return syllable_grid(text).folded
