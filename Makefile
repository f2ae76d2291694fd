# Everything a developer of amowidget needs. `make` lists it; each target sets up what it depends on.
# Needs Python 3.11 or later, Node 18 or later, and git.

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
STAMPS := .stamps
# Real widgets are unpacked here, outside of the project: nothing of them is committed.
CORPUS ?= $(if $(TMPDIR),$(TMPDIR),/tmp)/amowidget-corpus
# Without compiled modules every start of the command would compile them again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup run test fuzz corpus check format bench lock wheel browser clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -e 's/:.*##/:/' | awk -F: '{ printf "  make %-9s%s\n", $$1, $$2 }'

setup: $(STAMPS)/python $(STAMPS)/node  ## virtual environment and npm packages, pinned

run: $(STAMPS)/python  ## the main job on the embedded account, step by step
	@$(BIN)/python examples/main_job.py

test: setup browser  ## the whole test suite
	$(BIN)/python -m pytest

fuzz: setup  ## 100,000 mutated widgets through every rule; 200 deploys killed at random moments
	AMOWIDGET_FUZZ=100000 $(BIN)/python -m pytest -q tests/fuzz tests/cli/test_killed_deploys.py

corpus: setup  ## every rule over real widgets with their scripts: make corpus REAL=folder, or MIRROR=fetched repositories
	@if [ -z "$(REAL)$(MIRROR)" ]; then echo "Name REAL=folder of unpacked widgets, or MIRROR=folder of repositories."; exit 2; fi
	@if [ -z "$(REAL)" ]; then bash ../shared/tools/unpack-corpus.sh "$(MIRROR)" "$(CORPUS)"; fi
	AMOWIDGET_CORPUS_REAL="$(if $(REAL),$(REAL),$(CORPUS))" $(BIN)/python -m pytest -q tests/test_corpus_golden.py tests/widget

check: setup  ## ruff, mypy, eslint, tsc
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	npm run --silent lint
	npm run --silent types

format: $(STAMPS)/python  ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup $(STAMPS)/bench  ## the speed table, beside web-ext lint
	$(BIN)/python -m benchmarks

wheel: $(STAMPS)/python  ## wheel and sdist into dist/
	$(BIN)/python -m build --no-isolation

lock: $(STAMPS)/python  ## pin the requirements again
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --output-file requirements/run.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --output-file requirements/dev.txt pyproject.toml requirements/dev.in

browser:  ## Chromium for the tests of pages, where it is missing and can be installed
	@command -v chromium chromium-browser google-chrome >/dev/null 2>&1 || \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	  else echo "No Chromium here: the tests of pages are skipped."; fi

clean:  ## remove what the targets made
	rm -rf $(VENV) $(STAMPS) node_modules benchmarks/node_modules dist build .mypy_cache .pytest_cache .ruff_cache

$(STAMPS)/python: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "amowidget needs Python 3.11 or later; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Setting up the virtual environment $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q amowidget
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/node: package.json package-lock.json
	@command -v npm >/dev/null 2>&1 || { echo "Node 18 or later with npm is needed for the checks and tests."; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' || { echo "Node 18 or later is needed."; exit 1; }
	@echo "Installing the npm packages ..."
	@npm ci --ignore-scripts --no-audit --no-fund --silent
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/bench: benchmarks/package.json benchmarks/package-lock.json
	@echo "Installing what the benchmarks compare with ..."
	@npm ci --prefix benchmarks --ignore-scripts --no-audit --no-fund --silent
	@mkdir -p $(STAMPS) && touch $@
