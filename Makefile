# `make demo` shows the main job on the seeds, `make test` runs every check but the tests that take
# minutes, `make test-slow` those. All make what they need in .venv first; they need Python 3.11 or
# newer and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-slow test-fast format docs clean

demo: $(VENV)/.installed
	$(BIN)/dvsearch index seeds/
	$(BIN)/dvsearch query "dân vận khéo"
	$(BIN)/dvsearch query "dan van kheo"

test: $(VENV)/.dev-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

# The tests that are marked as slow: disks that fail, writers that are killed, load.
test-slow: $(VENV)/.dev-installed
	$(BIN)/python -m pytest -m slow -n auto

# The tests alone, stopping at the first that fails.
test-fast: $(VENV)/.dev-installed
	$(BIN)/python -m pytest -x

format: $(VENV)/.dev-installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# What the documents show of the commands.
docs: $(VENV)/.dev-installed
	$(BIN)/python -m tests.docs_writer

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.dev-installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/.installed
