"""Forged indexes with correct checksums: what Whoosh reads is an error of ours, or an answer."""

import re

import pytest
import whoosh.index
from whoosh.query import FuzzyTerm, Or, Phrase, Prefix, Term
from whoosh.reading import TermNotFound

from danvan_search import DanvanError
from danvan_search.index.codec.array_file import ArrayFile
from tests.index import questions
from tests.index.segments import rewrite
from tests.index.test_forged import apply

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

NOT_READ = re.compile("^(all|title)_(folded|accented|biword)_|champions")
"""The arrays that Whoosh never reads: posting lists, and champions."""

QUERY = Or(
    [
        Phrase("body", ["giao", "thong"]),
        Phrase("word", ["dân vận", "khéo"]),
        Prefix("body_accented", "đ"),
        FuzzyTerm("title", "tat"),
        Term("category", "xa hoi"),
        Term("id", "4"),
    ]
)


def read_all(path):
    """Read all that Whoosh can read of an index, and search it; return how much there was."""
    count = 0
    with whoosh.index.open_dir(path).searcher() as searcher:
        reader = searcher.reader()
        for leaf, _ in reader.leaf_readers():
            for (field, text), _ in leaf:
                matcher = leaf.postings(field, text)
                while matcher.is_active():
                    count += 1
                    matcher.value()
                    matcher.next()
            cursor = leaf.cursor("word")
            cursor.find("k")
            cursor.text()
        for doc in reader.all_doc_ids():
            reader.stored_fields(doc)
            for field in ("title", "body", "body_accented", "word"):
                reader.doc_field_length(doc, field)
                if reader.has_vector(doc, field):
                    count += len(list(reader.vector_as("characters", doc, field)))
        for field in ("date", "category", "id", "source", "title"):
            count += len(list(reader.column_reader(field)))
        count += len(searcher.search(QUERY, limit=None, sortedby="date"))
    return count


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Return the folder of an index with all features; tests forge its files, and restore them."""
    path = tmp_path_factory.mktemp("forged") / "index"
    questions.make(path)
    return path


SLOW_KINDS = [pytest.param(kind, marks=pytest.mark.slow) for kind in ("the most", "one more")]


@pytest.mark.parametrize("kind", ["random", *SLOW_KINDS])
@pytest.mark.parametrize("suffix", [".grid", ".docs"])
def test_every_array_changed(path, suffix, kind):
    """Each array is changed; Whoosh gets an answer, one of our errors, or no such term."""
    assert read_all(path) > 100
    file = max(path.glob(f"*{suffix}"), key=lambda one: one.stat().st_size)
    whole = file.read_bytes()
    with ArrayFile(file) as arrays:
        names = [name for name in arrays.arrays if not NOT_READ.search(name)]
    errors = 0
    for name in names:
        rewrite(file, lambda arrays, name=name: apply(arrays, name, kind))
        try:
            read_all(path)
        except (DanvanError, TermNotFound):
            errors += 1
        finally:
            file.write_bytes(whole)
    assert errors > len(names) // 10
