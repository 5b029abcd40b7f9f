"""The recipes of docs/in-your-application.md run with the packages that they are for."""

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys

import pytest

from danvan_search import Index
from tests.docs_writer import ROOT

PAGE = (ROOT / "docs" / "in-your-application.md").read_text("utf-8")
RECIPES = re.findall(r"^```python needs=(\S+)\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A working folder with the seeds, and an index of them."""
    path = tmp_path_factory.mktemp("recipes")
    shutil.copytree(ROOT / "seeds", path / "seeds")
    with contextlib.chdir(path):  # ids of articles are paths as they were given
        Index.build("indexes/default", ["seeds"], words=False)
    return path


def test_each_recipe_says_what_it_needs():
    """A recipe for each of the packages, and in each something that can fail."""
    assert len(RECIPES) == 10
    assert all("\nassert " in code or "\n    assert " in code for _, code in RECIPES)


@pytest.mark.parametrize(("needs", "code"), RECIPES, ids=[needs for needs, _ in RECIPES])
def test_the_recipe_runs(folder, needs, code):
    """A recipe runs as a program of its own, to its end."""
    for name in needs.split(","):
        if importlib.util.find_spec(name.partition(".")[0]) is None:
            pytest.skip(f"{name} is not installed: make test-adapters")
    script = folder / f"recipe_{re.sub(r'[^a-z]+', '_', needs.lower())}.py"
    script.write_text(code, "utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONUTF8": "1",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
    }
    done = subprocess.run(
        [sys.executable, script],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
