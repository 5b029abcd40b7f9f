"""The baseline: stock Whoosh fed by ``underthesea.word_tokenize``.

This is the pipeline that danvan-search replaces. ``word_tokenize`` segments title and body; the
syllables of a word are joined by underscores. Two fields for each of them index the words with
positions: accented in lower case, and without accents (Whoosh's own ``accent_map``). Title and body
are stored. Segments, codec and merges are Whoosh's defaults.
"""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.corpora import Document


def build(documents: Iterable[Document], path: Path) -> dict[str, Any]:
    """Index documents into an empty folder; return CPU seconds of word_tokenize, and in all."""
    from underthesea import word_tokenize
    from whoosh import index as whoosh_index

    word_tokenize("Dân vận khéo")  # the first text loads the model
    tokenizing = 0.0

    def words(text: str) -> str:
        nonlocal tokenizing
        began = time.process_time()
        joined = " ".join(word.replace(" ", "_") for word in word_tokenize(text))
        tokenizing += time.process_time() - began
        return joined

    start = time.process_time()
    text_bytes = count = 0
    writer = whoosh_index.create_in(str(path), _schema()).writer(limitmb=512)
    for document in documents:
        title, body = words(document.title), words(document.body)
        writer.add_document(
            id=document.id,
            title=title,
            title_folded=title,
            body=body,
            body_folded=body,
            _stored_title=document.title,
            _stored_body=document.body,
        )
        text_bytes += document.text_bytes
        count += 1
    writer.commit()
    return {
        "documents": count,
        "text_bytes": text_bytes,
        "tokenize_cpu_seconds": round(tokenizing, 3),
        "cpu_seconds": round(time.process_time() - start, 3),
    }


def _schema() -> Any:  # noqa: ANN401 - Whoosh has no types
    from whoosh.analysis import CharsetFilter, LowercaseFilter, SpaceSeparatedTokenizer
    from whoosh.fields import ID, TEXT, Schema
    from whoosh.support.charset import accent_map

    accented = SpaceSeparatedTokenizer() | LowercaseFilter()
    folded = SpaceSeparatedTokenizer() | LowercaseFilter() | CharsetFilter(accent_map)
    return Schema(
        id=ID(stored=True, unique=True),
        title=TEXT(analyzer=accented, phrase=True, stored=True),
        title_folded=TEXT(analyzer=folded, phrase=True),
        body=TEXT(analyzer=accented, phrase=True, stored=True),
        body_folded=TEXT(analyzer=folded, phrase=True),
    )
