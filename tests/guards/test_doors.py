"""An app speaks to another through what that one is and does, never through its doors."""

import ast
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
APPS = ("cohorts", "selection", "curriculum", "mentoring", "metrics", *(
    f"amdp/{name}" for name in ("audit", "identity", "directory", "notifications", "imports", "home", "demo")
))  # fmt: skip
DOORS = {"views", "forms", "urls", "tasks"}


def imported_modules(file: Path) -> set[str]:
    """Dotted names of all imports in a file, those inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def test_no_app_enters_another_through_its_doors():
    wrong = []
    for app in APPS:
        for file in (PROJECT / app).rglob("*.py"):
            for module in imported_modules(file):
                for other in APPS:
                    inside = module.removeprefix(other.replace("/", ".") + ".")
                    if other != app and inside != module and inside.split(".")[0] in DOORS:
                        wrong.append(f"{file.relative_to(PROJECT)} imports {module}")
    assert wrong == []
