"""One open page under every look, not opened again: theme, size, spacing and width are changed in place.

Rules of axe-core that only ask what is there are asked once for each skeleton of the page (what is shown,
hidden or out of sight); a table that becomes a list at 320 px is a skeleton of its own. What depends on looks
is asked under every look.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from support.axe import LOOK_RULES, RESULTS, assert_accessible, faults_in, inject_axe
from support.browser import WAIT_SECONDS, Chromium, asked_for
from support.focus import THINNEST_OUTLINE, assert_tab_walks_through, bring_focus_in
from support.layout import SMALLEST_TARGET

LOOKS_SECONDS = 600
"""The longest that one width of one page may take: some dozens of looks, on a loaded machine."""
SCRIPTS = tuple(Path(__file__).with_name(f"{name}.js") for name in ("layout", "focus", "looks"))

_ASKED = {
    "axe": {
        "runOnly": {"type": "rule", "values": list(LOOK_RULES)},
        "resultTypes": RESULTS,
    },
    "smallest": SMALLEST_TARGET,
    "thinnest": THINNEST_OUTLINE,
}


@dataclass(frozen=True)
class Look:
    """What can change without the server: theme, size and spacing as in the settings, width in CSS pixels."""

    theme: str
    size: int
    spacing: str
    width: int

    @property
    def name(self) -> str:
        return f"{self.theme}-{self.size}-{self.spacing}-{self.width}"

    @property
    def worn(self) -> dict[str, str]:
        return {"theme": self.theme, "size": str(self.size), "spacing": self.spacing}


def wear(driver: Chromium, look: Look) -> None:
    """Give the open page this look."""
    driver.resize(look.width)
    _prepare(driver)
    driver.execute_script("portalLooks.wear(arguments[0]);", look.worn)


def faults_of_looks(driver: Chromium, looks: Iterable[Look]) -> dict[Look, list[str]]:
    """What is wrong with the open page under each of the looks; an empty list where nothing is."""
    _prepare(driver)
    faults: dict[Look, list[str]] = {}
    met: set[int] = set()
    for width, group in groupby(sorted(looks, key=lambda look: look.width), lambda look: look.width):
        same = list(group)
        driver.resize(width)
        skeletons = _each(driver, "skeletonsOf", same)
        for look, skeleton in zip(same, skeletons, strict=True):
            faults[look] = []
            if skeleton not in met:
                met.add(skeleton)
                faults[look] += _faults_of_skeleton(driver, look)
        for look, answer in zip(same, _ask_everything(driver, same), strict=True):
            faults[look] += _told(answer)
        with asked_for(driver, {"forced-colors": "active"}):
            for look, found in zip(same, _each(driver, "borderless", same), strict=True):
                faults[look] += [f"in forced colours: {one}" for one in found]
    return faults


def _prepare(driver: Chromium) -> None:
    inject_axe(driver)
    driver.execute_script("\n".join(script.read_text(encoding="utf-8") for script in SCRIPTS))


def _each(driver: Chromium, question: str, looks: Sequence[Look]) -> list[Any]:
    found: list[Any] = driver.execute_script(
        f"return portalLooks.{question}(arguments[0]);", [look.worn for look in looks]
    )
    return found


def _faults_of_skeleton(driver: Chromium, look: Look) -> list[str]:
    """What every look of this skeleton has in common: the rules that read, and the way of Tab."""

    def walk() -> None:
        assert_tab_walks_through(driver)
        driver.execute_script("portalLooks.keepStops();")

    driver.execute_script("portalLooks.wear(arguments[0]);", look.worn)
    asked: tuple[Callable[[], None], ...] = (lambda: assert_accessible(driver), walk)
    faults = []
    for ask in asked:
        try:
            ask()
        except AssertionError as fault:
            faults.append(str(fault))
    return faults


def _ask_everything(driver: Chromium, looks: Sequence[Look]) -> list[dict[str, Any]]:
    bring_focus_in(driver)
    driver.set_script_timeout(LOOKS_SECONDS)
    try:
        answers: list[dict[str, Any]] | dict[str, str] = driver.execute_async_script(
            """const [looks, asked, done] = arguments;
               portalLooks.checkAll(looks, asked).then(done, (error) => done({ error: error.stack }));""",
            [look.worn for look in looks],
            _ASKED,
        )
    finally:
        driver.set_script_timeout(WAIT_SECONDS)
    assert isinstance(answers, list), answers
    return answers


def _told(answer: dict[str, Any]) -> list[str]:
    own = [
        f"{question}: {fault}"
        for question, found in answer.items()
        if question not in RESULTS
        for fault in found
    ]
    return faults_in(answer) + own
