"""Real text: Whoosh, the index and a scan of the texts find the same articles."""

import random

import pytest
import whoosh.index
from whoosh.query import And, Phrase, Prefix, Term

from danvan_search import Article, Index
from danvan_search.text import syllable_grid


@pytest.fixture(scope="module")
def paragraphs(seeds):
    """The paragraphs of the seeds as articles, each with the one before it as its title."""
    lines = [
        line
        for file in sorted(seeds.iterdir())
        for line in file.read_text("utf-8").splitlines()
        if line.strip()
    ]
    return [
        Article(f"p{number}", lines[number - 1][:200], line) for number, line in enumerate(lines)
    ]


@pytest.fixture(scope="module", params=[1, 8], ids=["one segment", "eight segments"])
def indexed(request, paragraphs, tmp_path_factory):
    """An index of the paragraphs, and what is in it: eight segments have removed ones."""
    count = request.param
    removed = {one.id for one in paragraphs[::7]} if count > 1 else set()
    path = tmp_path_factory.mktemp("paragraphs") / "index"
    with Index.create(path) as index:
        for part in range(count):
            index.add(paragraphs[part::count], words=False)
        index.remove(removed)
        yield index, [one for one in paragraphs if one.id not in removed]


def random_query(random_, article):
    """Return a Whoosh query for what an article holds; its forms; its field; and a string or None.

    The string finds the same articles in the title or the body.
    """
    text, accented = random_.choice(["title", "body"]), random_.random() < 0.5
    grid = syllable_grid(getattr(article, text))
    forms = grid.accented if accented else grid.folded
    if not forms:
        return None
    field = f"{text}_accented" if accented else text
    at = random_.randrange(len(forms))
    kind = random_.choice(["term", "phrase", "and", "prefix"])
    words = forms[at : at + (random_.randint(2, 5) if kind == "phrase" else 1)]
    if kind == "and":
        words = [words[0], random_.choice(forms)]
        return And([Term(field, word) for word in words]), [[word] for word in words], field, None
    if kind == "prefix":
        start = words[0][: random_.randint(1, 3)]
        return Prefix(field, start), [[f"{start}*"]], field, None
    query = Phrase(field, words) if len(words) > 1 else Term(field, words[0])
    return query, [words], field, f'"{" ".join(words)}"'


def texts_of(articles):
    """Return the ids of some articles, and for each field their forms, each in blanks."""
    texts = {}
    for name in ("title", "body"):
        grids = [syllable_grid(getattr(article, name)) for article in articles]
        texts[name] = [f" {' '.join(grid.folded)} " for grid in grids]
        texts[f"{name}_accented"] = [f" {' '.join(grid.accented)} " for grid in grids]
    return [article.id for article in articles], texts


def scan(ids, texts, phrases):
    """Return the ids of the articles whose field holds all of some phrases; ``x*`` is a prefix."""
    sought = [f" {' '.join(words)} ".replace("* ", "") for words in phrases]
    return {
        one for one, text in zip(ids, texts, strict=True) if all(part in text for part in sought)
    }


def test_random_queries(indexed):
    """Terms, phrases, conjunctions and prefixes are found where a scan finds them."""
    index, articles = indexed
    random_ = random.Random(5)
    live, texts = texts_of(articles)
    asked = 0
    with whoosh.index.open_dir(index.path).searcher() as searcher:
        ids = searcher.reader().column_reader("id")
        while asked < 200:
            made = random_query(random_, random_.choice(articles))
            if made is None:
                continue
            query, phrases, field, text = made
            asked += 1
            found = {ids[doc] for doc in searcher.docs_for_query(query)}
            assert found == scan(live, texts[field], phrases), query
            assert found
            if text and not field.endswith("_accented"):
                other = {"title": "body", "body": "title"}[field]
                both = found | scan(live, texts[other], phrases)
                assert {hit.id for hit in index.search(text, limit=1000)} == both, text
