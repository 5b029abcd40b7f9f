# `make demo` shows the main job on the seeds, `make test` runs every check but the tests that take
# minutes, `make test-slow` those. All make what they need in .venv first; they need Python 3.11 or
# newer and nothing else.

VENV := .venv
ADAPTERS := .venv-adapters
WIDGETS := tests/browser/instantsearch
# The branch for Windows is untried. It needs GNU make and the sh of Git for Windows.
ifeq ($(OS),Windows_NT)
PYTHON ?= python
BIN := $(VENV)/Scripts
ADAPTERS_BIN := $(ADAPTERS)/Scripts
EXE := .exe
else
PYTHON ?= python3
BIN := $(VENV)/bin
ADAPTERS_BIN := $(ADAPTERS)/bin
EXE :=
endif

# The tests start hundreds of processes. With compiled modules each starts in half of the time, also
# where PYTHONDONTWRITEBYTECODE keeps Python from compiling them itself.
COMPILE := $(BIN)/python -m compileall -q danvan_search

.PHONY: demo test test-slow test-browser test-opensearch test-fast test-adapters test-all format hooks docs clean

demo: $(VENV)/.installed
	$(BIN)/dvsearch index seeds/
	$(BIN)/dvsearch query "dân vận khéo"
	$(BIN)/dvsearch query "dan van kheo"

test: $(VENV)/.dev-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(COMPILE)
	$(BIN)/python -m pytest -n auto --durations=15

# The tests that are marked as slow: disks that fail, writers that are killed, load.
test-slow: $(VENV)/.dev-installed
	$(COMPILE)
	$(BIN)/python -m pytest -m 'slow and not opensearch' -n auto --durations=15

# The page in a real browser. It needs Chromium: `apt-get install chromium`, or its path in CHROMIUM.
# The test of InstantSearch needs npm as well, and is passed over without it.
test-browser: $(VENV)/.dev-installed $(if $(shell command -v npm),$(WIDGETS)/bundle.js)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[browser]'
	$(BIN)/python -m pytest -m browser tests/browser -rs

# The store in a cluster of OpenSearch, which is started for the tests. It needs a JDK (17 or newer), and
# Maven, which brings the jars into .opensearch: `apt-get install default-jdk-headless maven`. The
# newest release that the JDK runs is taken, or the one that DANVAN_OPENSEARCH_VERSION names.
test-opensearch: $(VENV)/.dev-installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[opensearch]'
	$(BIN)/python -m pytest -m opensearch tests/opensearch --durations=5

# The tests alone, stopping at the first that fails.
test-fast: $(VENV)/.dev-installed
	$(BIN)/python -m pytest -x

# The tests of what connects the library with others, in an environment that has them.
test-adapters: $(ADAPTERS)/.installed
	$(ADAPTERS_BIN)/python -m pytest -n 0 -W default -o asyncio_mode=auto \
		-o asyncio_default_fixture_loop_scope=function tests/adapters

# The tests on each CPython from 3.11 to 3.14 that is found; noxfile.py says where.
test-all: $(VENV)/.dev-installed
	$(BIN)/nox

format: $(VENV)/.dev-installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Have git run ruff and mypy before each commit.
hooks: $(VENV)/.dev-installed
	$(BIN)/pre-commit install

# What the documents show of the commands, and their man pages.
docs: $(VENV)/.dev-installed
	$(BIN)/python -m tests.docs_writer
	$(BIN)/python -m tests.man_writer

$(WIDGETS)/bundle.js: $(WIDGETS)/package-lock.json $(WIDGETS)/page.js
	npm ci --prefix $(WIDGETS) --ignore-scripts --no-audit --no-fund --loglevel=error
	npm run --prefix $(WIDGETS) --silent bundle

clean:
	rm -rf $(WIDGETS)/node_modules $(WIDGETS)/bundle.js
	rm -rf $(VENV) $(ADAPTERS) .nox .opensearch .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python$(EXE):
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python$(EXE) pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(ADAPTERS)/.installed: pyproject.toml
	$(PYTHON) -m venv $(ADAPTERS)
	$(ADAPTERS_BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[adapters]'
	touch $@

$(VENV)/.dev-installed: $(BIN)/python$(EXE) pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/.installed
