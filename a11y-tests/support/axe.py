"""axe-core on the page that is open: every rule of A, AA, AAA and best practice, without an allow-list."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from axe_selenium_python import Axe
from selenium.webdriver.remote.webdriver import WebDriver

TAGS = (
    "wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag21aaa", "wcag22a", "wcag22aa", "wcag22aaa",
    "best-practice",
)  # fmt: skip

# Off by default in axe-core although their tags are asked for.
OPTIONAL_RULES = ("color-contrast-enhanced", "identical-links-same-purpose", "meta-refresh-no-exceptions",
                  "target-size")  # fmt: skip

# Rules that axe may leave open ("incomplete") on a page, each with what decides it instead. Violations are
# never excused, and an open question of any other rule fails the test.
DECIDED_ELSEWHERE: Mapping[str, str] = {
    "color-contrast": "axe cannot see through an outline or a pseudo-element; tests/web/test_contrast.py "
    "computes every pair of text and ground of the style sheet in every theme, 7:1 at least",
    "color-contrast-enhanced": "as color-contrast",
}

SCRIPT_PACKAGE = "axe_playwright_python"


def assert_accessible(driver: WebDriver, context: str | None = None) -> None:
    """Fail with every violation and open question axe-core finds, below the selector `context` if given."""
    results = run_axe(driver, context)
    open_questions = [rule for rule in results["incomplete"] if rule["id"] not in DECIDED_ELSEWHERE]
    found = [_told("violation", rule) for rule in results["violations"]]
    found += [_told("open question", rule) for rule in open_questions]
    assert not found, f"{driver.current_url}\n" + "\n".join(found)


def run_axe(driver: WebDriver, context: str | None = None) -> dict[str, Any]:
    """The raw results of axe-core."""
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": {rule: {"enabled": True} for rule in OPTIONAL_RULES},
        "resultTypes": ["violations", "incomplete"],
    }
    axe = Axe(driver, script_url=str(axe_script()))
    axe.inject()
    results: dict[str, Any] = axe.run(context=context, options=json.dumps(options))
    return results


def axe_script() -> Path:
    """axe-core as a wheel carries it; the copy inside axe-selenium-python is from 2018."""
    spec = find_spec(SCRIPT_PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{SCRIPT_PACKAGE} is not installed; run: make tests")
    return Path(spec.origin).with_name("axe.min.js")


def _told(kind: str, rule: Mapping[str, Any]) -> str:
    lines = [f"{kind}: {rule['id']} – {rule['help']} ({rule['helpUrl']})"]
    for node in rule["nodes"]:
        reasons = [check["message"] for group in ("any", "all", "none") for check in node[group]]
        lines.append(
            f"    {' '.join(map(str, node['target']))}: {'; '.join(reasons)}\n      {node['html'][:200]}"
        )
    return "\n".join(lines)
