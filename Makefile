# The only commands anyone needs. `make help` lists them.
#
# Everything Python lives in .venv, at the exact versions of constraints.txt. Stamp files in there
# remember what is installed, so that a second `make run` or `make test` starts at once.

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DATA_DIR ?= var
BROWSER_TESTS ?= a11y-tests
TESTS ?= tests

# The first Python of at least 3.11; the pinned versions were tried with 3.11.
PYTHON ?= $(shell for candidate in python3.11 python3.12 python3.13 python3; do \
	if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$candidate; break; fi; done)

CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)

# What Python has compiled is kept, whatever the machine prefers: tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run init test tests browser access pictures bench bench-full check lint types words messages format clean system

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

run: init ## Start the portal with a demo region and people (PORT=8000, DATA_DIR=var, HTTPS=1 for telephones)
	PORTAL_DATA_DIR=$(DATA_DIR) PORT=$(PORT) $(BIN)/portal run$(if $(filter 1,$(HTTPS)), --https)

init: $(BIN)/stamp-run $(COMPILED)
	PORTAL_DATA_DIR=$(DATA_DIR) PORT=$(PORT) $(BIN)/portal init
	@if [ ! -e $(DATA_DIR)/stamp-demo ]; then \
		PORTAL_DATA_DIR=$(DATA_DIR) PORT=$(PORT) $(BIN)/portal demo && touch $(DATA_DIR)/stamp-demo; fi

test: system check tests browser ## Install what tests need, then check everything (what CI runs)

tests: $(BIN)/stamp-test $(COMPILED) ## Only the tests without a browser (TESTS=tests/rules for a part)
	$(BIN)/pytest --numprocesses auto --dist worksteal -m "not alone" $(TESTS)
	$(if $(filter tests,$(TESTS)),$(BIN)/pytest -m alone tests/durability) # these measure

browser: system $(BIN)/stamp-test $(COMPILED) ## Only the tests in a real browser (BROWSER_TESTS=a11y-tests/components)
	$(BIN)/pytest --numprocesses auto --dist worksteal $(BROWSER_TESTS)

access: system $(BIN)/stamp-test $(COMPILED) ## Every page under every choice of settings; stop it and go on at will
	PYTHONPATH=.:a11y-tests $(BIN)/python a11y-tests/access.py

check: $(BIN)/stamp-test ## Lint, types, catalogue and words, without running tests
	$(MAKE) --jobs 2 lint types words # the types take as long as all others together

lint: $(BIN)/stamp-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/stamp-test
	$(BIN)/mypy

words: $(BIN)/stamp-test
	$(BIN)/portal check-catalogue
	$(BIN)/portal check-words
	.ci/messages check

messages: $(BIN)/stamp-test ## Collect new words for translators into translations/
	.ci/messages update

format: $(BIN)/stamp-test ## Mend layout and what the linter can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

pictures: system $(BIN)/stamp-test $(COMPILED) ## Take the pictures of README.md anew
	PYTHONPATH=.:a11y-tests $(BIN)/python a11y-tests/pictures.py

bench: $(BIN)/stamp-test $(COMPILED) ## Measure speed as ratios, about a quarter of an hour
	$(BIN)/python benchmarks

bench-full: $(BIN)/stamp-test $(COMPILED) ## The same, and the office with a million applications on PostgreSQL
	$(BIN)/python benchmarks --full

system: ## Install Chromium, its driver and Chinese fonts if they are missing
	.ci/system

clean: ## Remove the environment and everything generated; the demo database in var/ stays
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis $(COMPILED)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed; none was found." >&2; exit 1; fi
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv" >&2; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)

$(BIN)/stamp-run: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --editable .
	@touch $@

$(BIN)/stamp-test: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --editable '.[test]'
	@touch $@ $(BIN)/stamp-run

%.mo: %.po | $(BIN)/stamp-run
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
