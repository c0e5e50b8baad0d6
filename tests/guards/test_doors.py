"""An app speaks to another through what that one is and does, never through its doors."""

import ast
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
APPS = ("cohorts", "selection", "curriculum", "mentoring", "metrics", *(
    f"amdp/{name}" for name in ("audit", "identity", "directory", "notifications", "imports", "exports", "home", "demo")
))  # fmt: skip
# Invitations are a screen of identity that lives one floor up, because it picks people from the directory.
SHARED = ("amdp/directory/invitations/", "amdp.identity.")
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


def doors_entered(app: str, file: Path) -> list[str]:
    """Views, forms, addresses and tasks of other apps that a file imports."""
    path = str(file.relative_to(PROJECT))
    others = [other.replace("/", ".") + "." for other in APPS if other != app]
    entered = [
        module
        for module in imported_modules(file)
        for other in others
        if module.startswith(other) and module.removeprefix(other).split(".")[0] in DOORS
    ]
    if path.startswith(SHARED[0]):
        entered = [module for module in entered if not module.startswith(SHARED[1])]
    return [f"{path} imports {module}" for module in sorted(entered)]


def test_no_app_enters_another_through_its_doors():
    found = [doors_entered(app, file) for app in APPS for file in (PROJECT / app).rglob("*.py")]
    assert [sentence for sentences in found for sentence in sentences] == []
