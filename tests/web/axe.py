"""axe-core on a page that Playwright has open. Nothing is switched off."""

from pathlib import Path

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
BEYOND = """() => [...document.body.querySelectorAll("*")]
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join(" | ")"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page) -> list[str]:
    """What axe finds, one line for each element."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(
        "tags => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })",
        TAGS,
    )
    return [
        f"{found['id']}: {node['html'][:160]} ({' '.join(str(node.get('failureSummary', '')).split())[:240]})"
        for found in result["violations"]
        for node in found["nodes"]
    ]


def check_accessible(page) -> None:
    """Fail with every violation of WCAG 2.2 AA that axe can see on the page."""
    found = violations(page)
    assert not found, f"{page.url}\n" + "\n".join(found)


def check_no_sideways_scroll(page) -> None:
    """Fail when the page is wider than its window."""
    wide, window = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= window, f"{page.url} is {wide} px wide in {window} px: {page.evaluate(BEYOND)}"
