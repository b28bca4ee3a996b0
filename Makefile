# newskb: the two commands are `make demo` and `make test`. Everything is installed into .venv, nothing outside this folder.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
# The database of the demo; another one is used with `make demo DB=sqlite:////tmp/other.db`.
DB ?= sqlite:///newskb.db

.PHONY: demo test check lint types contracts unit format clean

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

unit: $(VENV)/.installed-test
	$(BIN)/pytest -n 2 --dist loadfile

format: $(VENV)/.installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
