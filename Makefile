.PHONY: install run demo test check golden bench soak clean
PYTHON ?= python3
BIN := .venv/bin

install: .venv/installed
.venv/installed: requirements.lock pyproject.toml terminology/pages/package-lock.json .ci/install
	@PYTHON=$(PYTHON) bash .ci/install

run: install
	@$(BIN)/ncp up

demo: install
	@$(BIN)/ncp demo

test: install
	@$(BIN)/pytest -q -n 2 -m "not soak"

check: install
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy

golden: install
	@$(BIN)/pytest -q tests/golden --rewrite-golden

bench: install
	@$(BIN)/python -m tests.benchmarks

soak: install
	@$(BIN)/pytest -q -m soak

clean:
	@rm -rf .venv build .data .pytest_cache .mypy_cache .ruff_cache .hypothesis terminology/pages/node_modules
