"""The documents tell the truth: their examples run, and they name every command and option."""

import re
import shutil

import pytest

from danvan_search.cli import cli
from tests import docs_writer
from tests.docs_writer import PAGES, ROOT


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)


@pytest.fixture
def newcomer(tmp_path, monkeypatch):
    """A folder with the seeds in it, to work in."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVSEARCH_INDEX", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_console_examples_print_what_they_show(newcomer, page):
    """Each command prints just what stands below it, but for the time it took."""
    text = page.read_text("utf-8")
    assert docs_writer.timeless(docs_writer.rerun(text)) == docs_writer.timeless(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_run(newcomer, capsys, page):
    """Each block of Python runs; what the README says it prints, it prints."""
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), {})
    printed = capsys.readouterr().out.strip()
    if page.name == "README.md":
        assert f"`{printed}`" in page.read_text("utf-8").replace("\n", " ")


def test_the_page_of_commands_is_what_they_say():
    """docs/commands.md is up to date; `make docs` writes it."""
    assert docs_writer.COMMANDS.read_text("utf-8") == docs_writer.commands_page()


def test_the_readme_names_every_command():
    """No command is missing from the README."""
    text = (ROOT / "README.md").read_text("utf-8")
    for name in cli.commands:
        assert f"`dvsearch {name}" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page):
    """Every relative link names a file that is there."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_every_dependency_has_its_reason():
    """docs/dependencies.md names each package that pyproject.toml asks for."""
    asked = re.search(
        r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.M | re.S
    )
    names = re.findall(r'"([A-Za-z0-9_-]+)', asked[1])
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    assert names
    for name in names:
        assert f"| {name} |" in page
