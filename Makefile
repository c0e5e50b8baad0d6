# Two commands need nothing but Python 3.11 or later and make: `make demo` and `make test`.
# DATA=folder and PORT=number move the demo; ARGS="…" goes to pytest or the benchmarks.

PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# What a production machine would have in its environment; nothing connects during the checks.
PRODUCTION := AMDP_MODE=production SECRET_KEY=only-for-the-checks-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789 \
  PRIVATE_NOTES_KEY=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= \
  DATABASE_URL=postgres://amdp_app@database/amdp REDIS_URL=redis://redis/0 ALLOWED_HOSTS=amdp.example \
  SITE_URL=https://amdp.example EMAIL_URL=smtp://mail.example:25
export DATA PORT

.PHONY: demo test check quick assets requirements bench screenshots clean

demo: .venv/demo.stamp assets
	@$(BIN)/python -m amdp.servers.demo

test: .venv/development.stamp assets
	@$(BIN)/python scripts/chromium.py
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

check: .venv/development.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/mypy --no-incremental .
	$(MANAGE) makemigrations --check --dry-run
	$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING

# The fast part, for every commit.
quick:
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@$(BIN)/lint-imports --no-cache > .lint-imports.log || { cat .lint-imports.log; exit 1; }
	@$(MANAGE) makemigrations --check --dry-run --skip-checks --verbosity 0 || { echo "models without migrations"; exit 1; }

assets: .venv/demo.stamp
	@$(BIN)/python scripts/assets.py

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "AMDP needs Python 3.11 or later: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv

.venv/%.stamp: requirements/%.txt | .venv/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

requirements: .venv/development.stamp
	for name in production demo development; do \
	  extra=$$([ $$name = production ] || echo "--extra $$name"); \
	  $(BIN)/uv pip compile -q pyproject.toml $$extra --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate -o requirements/$$name.txt; \
	done

bench: .venv/development.stamp
	@$(BIN)/python -m tests.benchmarks $(ARGS)

screenshots: .venv/development.stamp assets
	@$(BIN)/python scripts/screenshots.py

clean:
	rm -rf staticfiles static/vendor node_modules .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
