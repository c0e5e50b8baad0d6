import subprocess
import sys

import pytest

PURE = ["mentoring.matching", "metrics.statistics", "metrics.suppression", "selection.ranking"]


@pytest.mark.parametrize("module", PURE)
def test_pure_modules_load_neither_scipy_nor_django(module: str) -> None:
    """Pages name rules and hide small numbers; only background work may pay for scipy."""
    program = f"import sys, {module}; print(*({{'scipy', 'django'}} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
