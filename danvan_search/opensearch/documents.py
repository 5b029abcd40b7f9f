"""Articles as documents of OpenSearch, and back.

``mapping`` names the fields. The syllables come from the batch analysis that the local index has,
so both stores cut texts alike.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from danvan_search.article import Article, categories_of, is_utf8
from danvan_search.index.codec.doc_values import category_key
from danvan_search.index.writing.text_analysis import AnalyzedBatch, AnalyzedPart
from danvan_search.opensearch.mapping import (
    ACCENTED_WORD,
    FOLDED_WORD,
    NO_WORD,
    keyword_of,
    token,
)
from danvan_search.search.execution.filters import host_of, source_key
from danvan_search.store import IndexedArticle
from danvan_search.text.collation import collation_key
from danvan_search.text.form_table import FormTable
from danvan_search.text.surrogates import without_surrogates

_MAX_TITLE_KEY: Final = 2000
"""The characters of a title by which articles are sorted."""

_TEXTS: Final = ("title", "body", "details", "category", "source")


class _Text:
    """The tokens of one text: a title, a body, or a line of details.

    :param ids: the ids of the accented forms.
    :param starts: whether a word starts with each syllable; None without words.
    """

    def __init__(self, ids: Sequence[int], starts: Sequence[bool] | None, forms: FormTable) -> None:
        self.accented = [forms.accented[one] for one in ids]
        self.folded = [forms.folded[one] for one in ids]
        self._starts = starts

    @property
    def pairs(self) -> list[str]:
        """The pairs of neighbours, and the last syllable with none."""
        return [f"{token(one)}_{token(other)}" for one, other in pairwise([*self.folded, ""])]

    def words(self, forms: Sequence[str]) -> list[str]:
        """Return the word that starts with each syllable, ``NO_WORD`` for none.

        :param forms: the accented or the folded ones.
        """
        assert self._starts is not None  # noqa: S101
        places = [at for at, is_start in enumerate(self._starts) if is_start]
        words = [NO_WORD] * len(forms)
        for first, stop in pairwise([*places, len(forms)]):
            words[first] = token("_".join(forms[first:stop]))
        return words


def documents_of(
    articles: Sequence[tuple[Article, IndexedArticle]], batch: AnalyzedBatch, forms: FormTable
) -> Iterator[dict[str, Any]]:
    """Yield the documents of some articles.

    :param articles: the articles, and their hashes, origins and roots.
    :param batch: their texts.
    :param forms: the forms of the ids of the batch.
    """
    titles, bodies, details = (_texts(part, forms) for part in batch)
    for (article, known), title, body, lines in zip(articles, titles, bodies, details, strict=True):
        yield {
            **_stored(article, known),
            **_values(article),
            **_tokens(title, body, lines, has_words=batch[1].word_starts is not None),
        }


def _texts(part: AnalyzedPart, forms: FormTable) -> Iterator[list[_Text]]:
    """Yield the texts of each article: one, or the lines of details."""
    ids = part.accented.tolist()
    starts = None if part.word_starts is None else part.word_starts.tolist()
    first = 0
    for count in part.counts.tolist():
        stop = first + count
        ends = [at for at in range(first, stop) if ids[at] < 0] if part.lines is not None else []
        own = []
        begin = first
        for end in ends or [stop]:
            own.append(_Text(ids[begin:end], starts and starts[begin:end], forms))
            begin = end + 1
        yield own
        first = stop


def _tokens(
    title: Sequence[_Text], body: Sequence[_Text], lines: Sequence[_Text], *, has_words: bool
) -> dict[str, Any]:
    texts = [*title, *body, *lines]
    fields: dict[str, Any] = {
        "p": [" ".join(one.pairs) for one in texts],
        "title_length": sum(len(one.folded) for one in title),
        "syllables": sum(len(one.folded) for one in texts),
        "has_words": has_words,
    }
    for prefix, own in (("", texts), ("t", title), ("b", body), ("d", lines)):
        fields[f"{prefix}a"] = [" ".join(map(token, one.accented)) for one in own]
        fields[f"{prefix}f"] = [" ".join(map(token, one.folded)) for one in own]
    if has_words:
        fields["wa"] = [" ".join(one.words(one.accented)) for one in texts]
        fields["wf"] = [" ".join(one.words(one.folded)) for one in texts]
        for name, own in (("tw", title), ("bw", body), ("dw", lines)):
            fields[name] = " ".join(_distinct_words(own))
    return fields


def _distinct_words(texts: Sequence[_Text]) -> list[str]:
    folded = {word for one in texts for word in one.words(one.folded)} - {NO_WORD}
    accented = {word for one in texts for word in one.words(one.accented)} - {NO_WORD}
    return [*(FOLDED_WORD + one for one in folded), *(ACCENTED_WORD + one for one in accented)]


def _stored(article: Article, known: IndexedArticle) -> dict[str, Any]:
    """Return what :func:`article_of` reads, and what a synchronisation compares."""
    fields: dict[str, Any] = {
        "id": article.id,
        "date": article.date.isoformat() if article.date else None,
        "hash": known.hash,
        "origin": _path(known.origin),
        "root": _path(known.root),
    }
    texts = {name: getattr(article, name) for name in _TEXTS}
    if article.extra:
        texts["extra"] = json.dumps(dict(article.extra), ensure_ascii=False)
    if all(is_utf8(text or "") for text in texts.values()):
        return {**fields, **texts}
    # JSON of OpenSearch cannot hold half a surrogate pair.
    raw = json.dumps(article.to_json(), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return {**fields, "raw": base64.b64encode(raw).decode()}


def _values(article: Article) -> dict[str, Any]:
    """Return the values that articles are filtered, counted and sorted by."""
    fields: dict[str, Any] = {}
    category, source, date = article.category, article.source, article.date
    if category is not None:
        singles = categories_of(category)
        keys = {category_key(one) for one in (category, *singles)} - {""}
        fields["categories"] = list(map(keyword_of, singles))
        fields["category_key"] = list(map(keyword_of, keys))
        if " " in category:
            fields["spaced_category"] = keyword_of(category_key(category))
    if source is not None:
        fields["sources"] = keyword_of(source)
        readable = source.encode("utf-8", "ignore").decode()
        fields["source_key"] = keyword_of(source_key(readable))
        if " " in source:
            fields["spaced_source"] = fields["source_key"]
        if host := host_of(readable):
            fields["site"] = keyword_of(site_key(host))
    if date is not None:
        fields["year"], fields["month"] = f"{date:%Y}", f"{date:%Y-%m}"
    if key := title_key(article.title):
        fields["title_key"] = key
    return fields


def site_key(host: str) -> str:
    """Return the key of a host, with which those of the hosts below it begin: ``vn.a.``."""
    return "".join([f"{label}." for label in reversed(host.split("."))])


def title_key(title: str) -> str:
    """Return a key by which titles sort in alphabetical order; "" for one without letters."""
    letters, tones, case = collation_key(title[:_MAX_TITLE_KEY])
    key = f"{letters}\0{tones}\0{case}" if letters else ""
    return without_surrogates(key)


def article_of(source: Mapping[str, Any]) -> Article:
    """Return the article of a stored source."""
    if "raw" in source:
        raw = base64.b64decode(source["raw"]).decode("utf-8", "surrogatepass")
        return Article.from_json(json.loads(raw))
    return Article.from_json(
        {
            **{name: source[name] for name in ("id", "date", *_TEXTS)},
            "extra": json.loads(source.get("extra", "{}")),
        }
    )


def known_of(values: Mapping[str, Sequence[str]]) -> IndexedArticle:
    """Return what a synchronisation compares of an article.

    :param values: the doc values ``id``, ``hash``, ``origin`` and ``root``, as lists.
    """
    article_id, digest = values["id"][0], values["hash"][0]
    origin, root = (_own_path((values.get(name) or [""])[0]) for name in ("origin", "root"))
    return IndexedArticle(article_id, digest, origin, root)


def _path(path: str) -> str:
    """Return a path as UTF-8 can hold it: paths may have bytes that are no characters."""
    if is_utf8(path):
        return path
    return "\0" + base64.b64encode(path.encode("utf-8", "surrogatepass")).decode()


def _own_path(path: str) -> str:
    if not path.startswith("\0"):
        return path
    return base64.b64decode(path[1:]).decode("utf-8", "surrogatepass")
