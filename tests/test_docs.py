"""The docs match the code: examples run, commands are complete, and files and constants exist."""

import dataclasses
import importlib
import itertools
import re
import shlex
import shutil

import pytest
from click.testing import CliRunner

from danvan_search import Index, parse
from danvan_search.cli import cli
from danvan_search.cli.help import help_page
from danvan_search.index.codec.array_file import ArrayFile
from danvan_search.ingest import describe_formats
from tests import docs_writer
from tests.docs_writer import BLOCK, PAGES, README, ROOT, TRANSLATION
from tests.embedders import Trigrams

ARCHITECTURE = ROOT / "docs" / "architecture.md"
PACKAGE = ROOT / "danvan_search"


def blocks(page, language):
    """Return the fenced code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)


@pytest.fixture
def newcomer(tmp_path, monkeypatch):
    """A working folder that contains the seeds."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVSEARCH_INDEX", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_console_examples_print_what_they_show(newcomer, page):
    """Each command prints what the page shows below it, except for times and sizes."""
    text = page.read_text("utf-8")
    assert docs_writer.timeless(docs_writer.rerun(text)) == docs_writer.timeless(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_run(newcomer, capsys, page):
    """Each block of Python runs; that of the README prints what the README says."""
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), {})
    printed = capsys.readouterr().out.strip()
    if page.name == "README.md":
        assert f"`{printed}`" in page.read_text("utf-8").replace("\n", " ")


def test_the_examples_of_queries_find_something(newcomer):
    """Each query in the help finds articles in the seeds."""
    assert CliRunner().invoke(cli, ["index", "seeds"]).exit_code == 0
    shown = CliRunner().invoke(cli, ["query", "--help"]).output
    examples = re.findall(r"^ +dvsearch (query .*)$", shown, re.M)
    assert examples
    for example in examples:
        assert CliRunner().invoke(cli, shlex.split(example)).exit_code == 0, example


def test_the_examples_of_the_page_about_queries_find_something(newcomer):
    """Each query of `dvsearch help queries` finds articles in the seeds, and has no note."""
    Index.build("indexes/default", ["seeds"])
    with Index.open("indexes/default") as index:
        examples = re.findall(r"^  (\S.*?)(?: {3,}|$)", help_page("queries"), re.M)
        queries = [one for line in examples for one in re.split(r" {2,}", line) if "…" not in one]
        assert len(queries) > 20
        for query in queries:
            found = index.search(query, strict=True, snippet_chars=0)
            assert found.total or query in MISSING, query
            assert not found.relaxed or query in MISSING, query


MISSING = {"32-CTr/TU", "30/8/2013"}
"""Codes that the seeds do not have."""


def test_each_construct_of_the_docs_is_parsed_without_a_note():
    """The first column of the tables of docs/queries.md is what people type."""
    page = (ROOT / "docs" / "queries.md").read_text("utf-8").partition("## What an article")[0]
    cells = re.findall(r"^\| (`[^|]*(?:\\\|[^|]*)*) \|", page, re.M)
    typed = [one for cell in cells for one in re.findall(r"`([^`]+)`", cell)]
    assert len(typed) > 30
    for query in typed:
        if query not in ("(…)",) and not query.endswith(":"):
            assert parse(query.replace("\\|", "|"), strict=True), query


def test_the_help_of_indexing_lists_the_formats():
    """A new reader of files shows up in the help."""
    shown = " ".join(CliRunner().invoke(cli, ["index", "--help"]).output.split())
    assert f"or a file: {describe_formats()}. With" in shown


def test_the_page_of_commands_is_up_to_date():
    """docs/commands.md contains the help of every command; `make docs` writes it."""
    assert docs_writer.COMMANDS.read_text("utf-8") == docs_writer.commands_page()


def test_the_readme_names_every_command():
    """The README names each command."""
    text = (ROOT / "README.md").read_text("utf-8")
    for name in cli.commands:
        assert f"`dvsearch {name}" in text


def test_the_readme_in_vietnamese_has_the_examples_of_the_one_in_english():
    """Blocks of code, inline code and links are the same; `make docs` copies the blocks."""
    original, translation = README.read_text("utf-8"), TRANSLATION.read_text("utf-8")
    assert BLOCK.findall(original)
    assert translation == docs_writer.translated(translation, original)
    texts = [BLOCK.sub("", page) for page in (original, translation)]
    for pattern in (r"^(#+) ", r"^    (\S.*)$", r"`([^`]+)`", r"\]\(((?!README)[^)]+)\)"):
        expected, found = (
            sorted(" ".join(one.split()) for one in re.findall(pattern, text, re.M))
            for text in texts
        )
        assert expected
        assert found == expected
    assert "(README.vi.md)" in original.partition("##")[0]
    assert "(README.md)" in translation.partition("##")[0]


@pytest.mark.parametrize("page", [*PAGES, TRANSLATION], ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page):
    """Every relative link names a file that exists."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_every_dependency_has_its_reason():
    """docs/dependencies.md names each dependency of pyproject.toml."""
    dependencies = re.search(
        r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.M | re.S
    )
    names = re.findall(r'"([A-Za-z0-9_-]+)', dependencies[1])
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    assert names
    for name in names:
        assert f"| {name} |" in page


def test_every_file_of_the_architecture_exists():
    """Every path that docs/architecture.md names exists, in the package or in the repository."""
    names = re.findall(r"`([\w./-]+(?:\.(?:md|py|toml)|/))`", ARCHITECTURE.read_text("utf-8"))
    assert len(names) > 50
    for name in names:
        # A bare file name may be in any folder of the package.
        is_bare = "/" not in name and any(PACKAGE.rglob(name))
        assert is_bare or any((root / name).exists() for root in (PACKAGE, ROOT)), name


def array_table(suffix):
    """Return the table of the arrays of a file: the allowed dtypes for each name.

    ``{a,b}_x`` is two names. In ``…_x`` the ellipsis stands for the first name of the row without
    its last part; if no name of the row is complete, for each name of the last row with one.
    """
    table = ARCHITECTURE.read_text("utf-8").partition(f"| array of `{suffix}` |")[2]
    allowed = {}
    stems = []
    for line in table.partition("\n\n")[0].splitlines()[2:]:
        names_cell, dtype_cell, _ = line.strip("| ").split(" | ")
        names = re.findall(r"`([^`]+)`", names_cell)
        if not names[0].startswith("…"):
            stems = [stem for name in names for stem in expanded(name.removesuffix("_*"))]
        if dtype_cell == "see next":
            continue
        dtypes = re.sub(r"\[[^]]*\]", "", dtype_cell).split(", ")
        dtypes = dtypes * len(names) if len(dtypes) == 1 else dtypes
        short = stems if names[0].startswith("…") else [names[0].rpartition("_")[0]]
        for name, dtype in zip(names, dtypes, strict=True):
            full = [name.replace("…", stem) for stem in short] if "…" in name else expanded(name)
            for one in full:
                assert one not in allowed, f"{one} is in the table twice"
                allowed[one] = set(dtype.split(" or "))
    return allowed


def expanded(name):
    """Return the names of a pattern such as ``{a,b}_{c,d}``."""
    alternatives = [part.split(",") for part in re.split(r"[{}]", name)]
    return ["".join(parts) for parts in itertools.product(*alternatives)]


@pytest.mark.parametrize("suffix", [".grid", ".docs"])
def test_the_architecture_lists_every_array(seeds_index, make_index, suffix):
    """The tables have the arrays of an index with words, details and vectors, and no others."""
    allowed = array_table(suffix)
    found = set()
    articles = map(seeds_index.get, seeds_index.ids())
    index = make_index(*[dataclasses.replace(one, details=one.id) for one in articles])
    index.embed(Trigrams(4))
    for path in index.path.glob(f"*{suffix}"):
        with ArrayFile(path) as file:
            for name, array in file.arrays.items():
                found.add(name)
                assert name in allowed, f"{name} is missing"
                assert array.dtype.str[1:] in allowed[name], f"{name} has dtype {array.dtype}"
    assert found == allowed.keys()


UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "MB": 10**6, "million": 10**6}


def constant_rows():
    """Return the first two cells of the tables of constants: names, and value."""
    section = ARCHITECTURE.read_text("utf-8").partition("## Tuned constants")[2]
    return re.findall(r"^\| ([^|]*`[^|]*) \| ([^|]*) \|", section, re.M)


@pytest.mark.parametrize(("names", "value"), constant_rows())
def test_the_constants_of_the_architecture_are_those_of_the_code(names, value):
    """Each constant exists in a module of that name; a value that is one number is its value."""
    found = []
    module = ""
    for name in re.findall(r"`([^`]+)`", names):
        before, _, constant = name.rpartition(".")
        if not before and constant.islower():
            before, constant = constant, ""  # a module, and a constant without a name
        module = before or module
        paths = [path.relative_to(ROOT) for path in PACKAGE.rglob(f"{module}.py")]
        assert paths, f"there is no module {module}"
        if constant:
            modules = [
                importlib.import_module(".".join(one.with_suffix("").parts)) for one in paths
            ]
            values = [vars(one)[constant] for one in modules if constant in vars(one)]
            assert values, f"{module} has no {constant}"
            found.append(values)
    number = re.fullmatch(r"([\d,]*\d(?:\.\d+)?)(?: (\w+))?(?:, \*stored\*)?", value)
    if len(found) == 1 and number:
        assert float(number[1].replace(",", "")) * UNITS.get(number[2], 1) in found[0]
