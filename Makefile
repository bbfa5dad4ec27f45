# Two commands: `make run` opens the window, `make test` checks everything. Both can be repeated.

PYTHON ?= python3
VENV ?= .venv
# The CPU build of PyTorch is enough for the tests; choose another with `make test TORCH=torch==2.12.1`.
TORCH ?= torch==2.13.0
BIN := $(VENV)/bin

.PHONY: run test install install-test lint types contracts suite offline screenshots benchmarks translations clean

run: install
	@echo "== Opening Xinyu"
	@$(BIN)/xinyu $(ARGS)

install: $(VENV)/.app-installed

$(VENV)/.app-installed: pyproject.toml constraints.txt | $(VENV)/.made
	@echo "== Installing what the app needs (llama.cpp is compiled once, about 4 minutes)"
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Xinyu needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make run PYTHON=python3.11")'
	@echo "== Making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

install-test: $(VENV)/.test-installed

$(VENV)/.test-installed: pyproject.toml constraints.txt | $(VENV)/.made
	@echo "== Installing everything for the tests (PyTorch first, so that nothing pulls another build)"
	@$(BIN)/pip install --quiet "$(TORCH)"
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[train,convert,test]"
	@touch $@ $(VENV)/.app-installed

test: install-test lint types contracts suite
	@echo "== All checks passed"

lint: install-test
	@echo "== Lint"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: install-test
	@echo "== Types"
	@$(BIN)/mypy

contracts: install-test
	@echo "== Import contracts"
	@$(BIN)/lint-imports

suite: install-test
	@echo "== Tests"
	@QT_QPA_PLATFORM=offscreen $(BIN)/pytest $(PYTEST)

offline: install-test
	@echo "== Tests without a network, every connect() watched"
	@.ci/offline

screenshots: install-test
	@echo "== Pictures of every state, into docs/pictures"
	@xvfb-run -a -s "-screen 0 1600x1200x24" $(BIN)/python -m desktop.screenshots --out docs/pictures
	@xvfb-run -a -s "-screen 0 1600x1200x24" $(BIN)/python -m desktop.screenshots.gate --out docs/pictures

translations: install-test
	@echo "== Collecting strings and compiling translations"
	@$(BIN)/pyside6-lupdate -extensions py desktop/ui -ts assets/i18n/xinyu_zh.ts assets/i18n/xinyu_en.ts
	@$(BIN)/pyside6-lrelease assets/i18n/xinyu_zh.ts assets/i18n/xinyu_en.ts

benchmarks: install-test
	@for what in engine store window faults; do $(BIN)/xinyu bench $$what; done

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache build dist
