"""axe-core on the page that is open: every rule of A, AA, AAA and best practice, without an allow-list."""

import json
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Collection, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from axe_selenium_python import Axe
from selenium.webdriver.remote.webdriver import WebDriver

from support.browser import Chromium

TAGS = (
    "wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag21aaa", "wcag22a", "wcag22aa", "wcag22aaa",
    "best-practice",
)  # fmt: skip

# Off by default in axe-core although their tags are asked for.
OPTIONAL_RULES = ("color-contrast-enhanced", "identical-links-same-purpose", "meta-refresh-no-exceptions",
                  "target-size")  # fmt: skip

RESULTS = ("violations", "incomplete")

# Of all rules that are asked one wants anything read beforehand: sound that plays by itself, how long it is.
# By itself axe-core reads every style sheet too, for a rule that is still an experiment.
PRELOAD = {"assets": ["media"]}

# Rules that axe may leave open ("incomplete") on a page, each with what decides it instead. Violations are
# never excused, and an open question of any other rule fails the test.
DECIDED_ELSEWHERE: Mapping[str, str] = {
    "color-contrast": "axe cannot see through an outline or a pseudo-element; tests/web/test_contrast.py "
    "computes every pair of text and ground of the style sheet in every theme, 7:1 at least",
    "color-contrast-enhanced": "as color-contrast",
}

# Rules that read colours, each with what it measures: asked under every theme. All others read elements,
# attributes, names, and whether something is there for eyes or for screen readers at all; but for two:
# `scrollable-region-focusable`, which is asked again wherever something begins to scroll, and `target-size`,
# which asks 24 px of what our own check asks 44 px of under every look (support/layout.py).
COLOUR_RULES: Mapping[str, str] = {
    "color-contrast": "colours of text and of what lies behind it, size and weight of letters",
    "color-contrast-enhanced": "as color-contrast; silent about what that one reports already",
    "link-in-text-block": "colour and underline of a link beside those of the words around it",
}

NEWEST = "4.14.1"
SCRIPT_PACKAGE = "axe_playwright_python"
FETCH_SECONDS = 60
READY = "portalAxe"


def assert_accessible(driver: WebDriver, context: str | None = None, without: Collection[str] = ()) -> None:
    """Fail with every violation and open question axe-core finds, below the selector `context` if given.

    The rules `without` are left out: they are asked elsewhere.
    """
    found = faults_in(run_axe(driver, context, without))
    assert not found, f"{driver.current_url}\n" + "\n".join(found)


def run_axe(driver: WebDriver, context: str | None = None, without: Collection[str] = ()) -> dict[str, Any]:
    """The raw results of axe-core."""
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": {rule: {"enabled": rule not in without} for rule in (*OPTIONAL_RULES, *without)},
        "resultTypes": RESULTS,
        "preload": PRELOAD,
    }
    results: dict[str, Any] = inject_axe(driver).run(context=context, options=json.dumps(options))
    return results


def keep_axe_ready(driver: Chromium) -> None:
    """Let every page that comes hold axe-core as a function that nobody has called.

    The browser is given its 650 kB once, not for each page; what is not called costs a page next to nothing.
    """
    source = axe_script().read_text(encoding="utf-8")
    driver.on_every_page(f"window.{READY} = function () {{ {source}\n}};")


def inject_axe(driver: WebDriver) -> Axe:
    """axe-core in the page that is open."""
    axe = Axe(driver, script_url=str(axe_script()))
    is_there = driver.execute_script(
        f"if (!window.axe && window.{READY}) {READY}(); return Boolean(window.axe);"
    )
    if not is_there:  # in a tab of its own, or where the page came while its script was off
        axe.inject()
    return axe


def faults_in(results: Mapping[str, Any]) -> list[str]:
    """Violations and open questions in words."""
    open_questions = [rule for rule in results["incomplete"] if rule["id"] not in DECIDED_ELSEWHERE]
    return [
        *(_told("violation", rule) for rule in results["violations"]),
        *(_told("open question", rule) for rule in open_questions),
    ]


@cache
def axe_script() -> Path:
    """axe-core `NEWEST`, fetched once with npm; where that cannot be done, the copy that a wheel carries."""
    kept = Path(sys.prefix, "share", f"axe-core-{NEWEST}.min.js")
    return kept if kept.is_file() or _fetched(kept) else _from_wheel()


def axe_version() -> str:
    """The version of the script in use, as its first line says it."""
    found = re.search(r"axe v([\d.]+)", axe_script().read_text(encoding="utf-8")[:200])
    return found[1] if found else "unknown"


def _fetched(kept: Path) -> bool:
    npm = shutil.which("npm")
    if npm is None:
        return False
    with TemporaryDirectory() as folder:
        try:
            subprocess.run(
                [npm, "pack", "--silent", f"axe-core@{NEWEST}"],
                cwd=folder,
                capture_output=True,
                check=True,
                timeout=FETCH_SECONDS,
            )
        except (OSError, subprocess.SubprocessError):
            return False
        with tarfile.open(Path(folder, f"axe-core-{NEWEST}.tgz")) as package:
            script = package.extractfile("package/axe.min.js")
            if script is None:
                return False
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(script.read())
    return True


def _from_wheel() -> Path:
    # The copy inside axe-selenium-python is from 2018.
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
