# Two commands need nothing but Python 3.11 or later and make: `make demo` and `make test`.
# DATA=folder and PORT=number move the demo; ARGS="…" goes to pytest.

PYTHON ?= python3
BIN := .venv/bin
export DATA PORT

.PHONY: demo test check quick assets requirements bench screenshots clean

demo: .venv/demo.stamp assets
	@$(BIN)/python -m amdp.servers.demo

test: .venv/development.stamp assets
	$(BIN)/pytest -n 2 $(ARGS)

assets:
	@if [ -f scripts/assets.py ]; then $(BIN)/python scripts/assets.py; fi

.venv/pyvenv.cfg:
	$(PYTHON) -m venv .venv

.venv/%.stamp: requirements/%.txt | .venv/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

quick:
	@$(BIN)/ruff check -q .

requirements:
	for name in production demo development; do \
	  extra=$$([ $$name = production ] || echo "--extra $$name"); \
	  $(BIN)/uv pip compile -q pyproject.toml $$extra --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate -o requirements/$$name.txt; \
	done

bench:
	@$(BIN)/python -m tests.benchmarks $(ARGS)

clean:
	rm -rf staticfiles static/vendor node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -prune -not -path './.venv/*' -exec rm -rf {} +
