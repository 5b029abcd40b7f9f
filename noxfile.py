"""The tests on each supported CPython that the machine has: ``make test-all``."""

import os
from pathlib import Path

import nox

nox.needs_version = ">=2026.10"
nox.options.error_on_missing_interpreters = False  # skip them even where CI=true is set
nox.options.download_python = "never"

# Nox looks for interpreters on PATH. pyenv puts only its chosen versions there: add the others.
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
os.environ["PATH"] = os.pathsep.join(
    [os.environ["PATH"], *map(str, PYENV.glob("versions/3.*/bin"))]
)


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """Install the package in a fresh environment and run the tests on what was installed.

    Arguments after ``--`` go to pytest: ``nox -s tests-3.12 -- -n 2 tests/text``.
    """
    session.install(".[test]")
    # "append" puts the checkout behind the environment on sys.path: pytest takes `tests` from the
    # checkout and `danvan_search` from the environment.
    session.run("pytest", "--import-mode=append", "-n", "auto", *session.posargs)
