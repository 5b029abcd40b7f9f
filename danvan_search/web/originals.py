"""The original files of articles, where the operator names their folders."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from danvan_search import Article
from danvan_search.regular_file import open_regular
from danvan_search.web.answers import NotFoundError
from danvan_search.web.settings import MAX_QUERY_CHARS
from danvan_search.web.site import Site

_CHUNK: Final = 1 << 16
_PDF: Final = "application/pdf"
_TEXT: Final = "text/plain; charset=utf-8"
_BYTES: Final = "application/octet-stream"
_TEXT_NAMES: Final = frozenset(
    {".txt", ".text", ".md", ".markdown", ".rst", ".org", ".csv", ".srt"}
)


def original(site: Site, request: Request) -> Response:
    """Answer with the original file of an article, named by the id of the article alone."""
    article_id = request.query_params.get("id", "")
    article = site.index.get(article_id) if 0 < len(article_id) <= MAX_QUERY_CHARS else None
    path = find_original(article, site.settings.originals) if article else None
    if path is None:
        raise NotFoundError("there is no original of this article that may be shown")
    try:
        file = open_regular(path)
    except OSError as error:
        raise NotFoundError("the original of this article cannot be read") from error
    first = file.read(_CHUNK)
    kind = _kind(path, first)
    place = "attachment" if kind == _BYTES else "inline"
    name = quote(path.name.encode("utf-8", "replace"))
    return StreamingResponse(
        _chunks(file, first),
        media_type=kind,
        headers={
            "Content-Disposition": f"{place}; filename*=UTF-8''{name}",
            "Cache-Control": "private, no-cache",
        },
    )


def find_original(article: Article, folders: tuple[Path, ...]) -> Path | None:
    """Return the file that an article comes from; None if it is not in a folder.

    The name of a file begins with the name of the folder that was indexed, which may be a folder
    that is named here, or be in one. The real path counts, so no link leads out of a folder. A
    record of a file has a name such as ``file.csv#3``.

    :param folders: the folders whose files may be shown, by their real paths.
    """
    names = [article.source] if article.source else []
    names += [name.rpartition("#")[0] for name in names if "#" in name]
    for folder in folders:
        for name in names:
            for base in (folder, folder.parent):
                try:
                    path = (base / name).resolve(strict=True)
                except (OSError, ValueError, RuntimeError):
                    continue
                if path.is_relative_to(folder) and path.is_file():
                    return path
    return None


def _kind(path: Path, first: bytes) -> str:
    """Return the media type of a file: only text and PDF are shown, and nothing that can run."""
    suffix = path.suffix.lower()
    if suffix == ".pdf" and first.startswith(b"%PDF-"):
        return _PDF
    if suffix in _TEXT_NAMES:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(first)
        except UnicodeDecodeError:
            return _BYTES
        return _TEXT
    return _BYTES


def _chunks(file: BinaryIO, first: bytes) -> Iterator[bytes]:
    with file:
        yield first
        while chunk := file.read(_CHUNK):
            yield chunk
