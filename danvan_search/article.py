"""The article: the unit that users add to an index and find in it."""

import datetime
import hashlib
import json
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from danvan_search.errors import ArticleError

MAX_ID_CHARS: Final = 1000
"""The maximum length of an id."""

MAX_EXTRA_DEPTH: Final = 100
"""The maximum nesting of lists and objects in the extra values. The JSON encoder is recursive and
fails on deep values."""

CATEGORY_SEPARATOR: Final = "; "
"""What stands between the categories of an article with several."""

# With ensure_ascii, two halves of a surrogate pair and the character they encode would look alike.
_CANONICAL: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
_STRICT: Final = json.JSONEncoder(sort_keys=True, allow_nan=False)


_SHORT: Final = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 80


def shortened(value: object) -> str:
    """Return the ``repr`` of a value, in one line of some 80 characters."""
    return _SHORT.repr(value)


@dataclass(frozen=True, slots=True, repr=False)
class Article:
    """One article. Its texts are stored unchanged.

    :ivar id: the key of the article in its index; 1 to 1,000 characters.
    :ivar title: the title, or an empty string.
    :ivar body: the text.
    :ivar date: the date, if known; a datetime is cut to its date.
    :ivar category: the category, if known; several are joined by ``"; "``, the main one first.
    :ivar source: where it comes from, for people: a path or a URL.
    :ivar extra: other values to store with it; JSON values, nested at most 100 levels deep.
    :ivar details: a third text, which is searched with a weight of its own: tags, other names, a
        description, an author. It has one part per line, and no phrase runs from one line to the
        next.
    :raises ArticleError: a value has the wrong type; the id is empty, too long, or holds half a
        surrogate pair; or the extra values cannot be written as JSON.
    """

    id: str
    title: str
    body: str
    date: datetime.date | None = None
    category: str | None = None
    source: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    details: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not self.id:
            raise ArticleError("an article needs an id that is a non-empty string")
        if len(self.id) > MAX_ID_CHARS:
            raise ArticleError(
                f"the id {self.id[:40]!r}… has {len(self.id):,} characters: "
                f"give one of at most {MAX_ID_CHARS:,}"
            )
        if not is_utf8(self.id):
            raise ArticleError(
                f"the id {self.id!r} holds half a surrogate pair: give one that UTF-8 can hold"
            )
        for name in ("title", "body", "details"):
            if not isinstance(getattr(self, name), str):
                raise ArticleError(f"the {name} of article {self.id!r} is not a string")
        for name in ("category", "source"):
            if not isinstance(getattr(self, name), str | None):
                raise ArticleError(f"the {name} of article {self.id!r} is not a string")
        if isinstance(self.date, datetime.datetime):
            object.__setattr__(self, "date", self.date.date())
        elif not isinstance(self.date, datetime.date | None):
            raise ArticleError(f"the date of article {self.id!r} is not a datetime.date")
        self._check_extra()

    def __repr__(self) -> str:
        values = {name: getattr(self, name) for name in self.__slots__}
        shown = [f"{name}={shortened(value)}" for name, value in values.items() if value]
        return f"Article({', '.join(shown)})"

    def _check_extra(self) -> None:
        if isinstance(self.extra, dict) and all(
            type(key) is str and type(value) is str for key, value in self.extra.items()
        ):
            return
        try:
            extra = dict(self.extra)
            if is_deeper(extra, MAX_EXTRA_DEPTH):
                raise ValueError(f"they have more than {MAX_EXTRA_DEPTH} levels")
            _STRICT.encode(extra)
        except (TypeError, ValueError) as error:
            raise ArticleError(
                f"the extra values of article {self.id!r} cannot be written as JSON: {error}"
            ) from error

    def to_json(self) -> dict[str, Any]:
        """Return the article as JSON values; :meth:`from_json` is the inverse."""
        return {
            "id": self.id,
            "title": self.title,
            "body": self.body,
            "date": self.date.isoformat() if self.date else None,
            "category": self.category,
            "source": self.source,
            "extra": dict(self.extra),
            "details": self.details,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Article":
        """Return the article of the values that :meth:`to_json` returned.

        Without ``details`` the article has none.
        """
        day = values["date"]
        return cls(**{**values, "date": datetime.date.fromisoformat(day) if day else None})

    def content_hash(self) -> str:
        """Return a hash of all values, 32 hexadecimal digits: equal articles have equal hashes."""
        rest = {**self.to_json(), "title": "", "body": ""}
        if not self.details:
            # The hash of an article without details is that of formats that have none.
            del rest["details"]
        canonical = _CANONICAL.encode(rest)
        digest = hashlib.blake2b(digest_size=16)
        for text in (canonical, self.title, self.body):
            piece = text.encode("utf-8", "surrogatepass")
            digest.update(len(piece).to_bytes(8, "little"))
            digest.update(piece)
        return digest.hexdigest()

    @classmethod
    def trusted(
        cls,
        id: str,  # noqa: A002
        title: str,
        body: str,
        date: datetime.date | None,
        category: str | None,
        source: str | None,
        extra: Mapping[str, Any],
        details: str = "",
    ) -> "Article":
        """Return an article of values that are known to be valid, without checking them."""
        article = object.__new__(cls)
        values = (id, title, body, date, category, source, extra, details)
        for name, value in zip(cls.__slots__, values, strict=True):
            object.__setattr__(article, name, value)
        return article


def categories_of(category: str | None) -> list[str]:
    """Return the single categories in the category of an article."""
    if category is None:
        return []
    parts = category.split(CATEGORY_SEPARATOR)
    return [one for one in parts if one.strip()] if len(parts) > 1 else parts


def is_utf8(text: str) -> bool:
    """Return whether UTF-8 can encode a text: it cannot encode half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_deeper(value: Any, levels: int) -> bool:  # noqa: ANN401 - any JSON value
    """Return whether lists and objects are nested deeper than a number of levels.

    It does not recurse, so any depth is safe.
    """
    level = [value]
    for _ in range(levels + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list | tuple)
        ]
        if not level:
            return False
    return True
