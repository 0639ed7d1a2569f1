"""One open page under every look, not opened again: theme, size, spacing, width and what the root says of the
version for elders are changed in place.

Every look is covered, without asking anew what cannot differ:

* Rules of axe-core that only ask what is there are asked once for each skeleton of the page (what is shown,
  hidden, out of sight or scrolls), and so is the walk with Tab; a table that becomes a list is a skeleton of
  its own.
* What depends on the shape of the page (targets, widths, lost text, spaced text, the focus at every stop,
  edges in forced colours) is asked under every size, spacing and width that leaves any element in another
  place (the version for elders knows fewer sizes), in one theme: a theme changes colours and nothing else.
  ``tests/house/test_themes.py`` holds that for the style sheets; here the place and size of every element is
  compared between the themes on each page at each width.
* What depends on colours (contrast, links in text, the focus) is asked under every theme, with the smallest
  letters at the smallest width, of which most contrast is asked; and again wherever another look shows any
  element that was not shown or paints any otherwise. What lies over something else is a fault of the shape.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from support.axe import COLOUR_RULES, PRELOAD, RESULTS, assert_accessible, faults_in, inject_axe
from support.browser import WAIT_SECONDS, Chromium, asked_for
from support.focus import THINNEST_OUTLINE, assert_tab_walks_through, bring_focus_in
from support.layout import SMALLEST_TARGET

LOOKS_SECONDS = 600
"""The longest that one width of one page may take: some dozens of looks, on a loaded machine."""
SCRIPTS = tuple(Path(__file__).with_name(f"{name}.js") for name in ("layout", "focus", "looks"))

_ASKED = {
    "colours": {
        "runOnly": {"type": "rule", "values": list(COLOUR_RULES)},
        "resultTypes": RESULTS,
        "preload": PRELOAD,
    },
    "smallest": SMALLEST_TARGET,
    "thinnest": THINNEST_OUTLINE,
}


@dataclass(frozen=True)
class Look:
    """What can change without the server: theme, size, spacing and the root of the version for elders as in
    the settings, width in CSS pixels."""

    theme: str
    size: int
    spacing: str
    width: int
    elder: str = "0"

    @property
    def name(self) -> str:
        parts = [self.theme, self.size, self.spacing, self.width, *(["elder"] if self.elder == "1" else [])]
        return "-".join(map(str, parts))

    @property
    def worn(self) -> dict[str, str]:
        return {"theme": self.theme, "size": str(self.size), "spacing": self.spacing, "elder": self.elder}


@dataclass(frozen=True)
class _Met:
    """What the looks before had: the skeletons that were asked, and what each paint was found to be in each
    theme."""

    skeletons: set[int] = field(default_factory=set)
    paints: dict[int, list[list[str]]] = field(default_factory=dict)


def wear(driver: Chromium, look: Look) -> None:
    """Give the open page this look."""
    driver.resize(look.width)
    _prepare(driver)
    driver.execute_script("portalLooks.wear(arguments[0]);", look.worn)


def faults_of_looks(driver: Chromium, looks: Iterable[Look]) -> dict[Look, list[str]]:
    """What is wrong with the open page under each of the looks; an empty list where nothing is."""
    _prepare(driver)
    faults: dict[Look, list[str]] = {look: [] for look in looks}
    met = _Met()
    for width, group in groupby(sorted(faults, key=lambda look: look.width), lambda look: look.width):
        driver.resize(width)
        for look, found in _faults_at_width(driver, sorted(group, key=_smallest_first), met):
            faults[look] += found
    return faults


def _smallest_first(look: Look) -> tuple[int, str, str]:
    """The order of shapes; what colours must be is asked most strictly of the first."""
    return look.size, look.spacing, look.elder


def _faults_at_width(driver: Chromium, looks: Sequence[Look], met: _Met) -> Iterator[tuple[Look, list[str]]]:
    """What is found wrong, with each look that has it."""
    theme = looks[0].theme
    anatomies = _anatomies(driver, [look for look in looks if look.theme == theme])
    for shape, anatomy in anatomies.items():
        if anatomy["skeleton"] not in met.skeletons:
            met.skeletons.add(anatomy["skeleton"])
            yield shape, _faults_of_skeleton(driver, shape)

    shapes = list({tuple(anatomy.values()): shape for shape, anatomy in reversed(anatomies.items())}.values())

    def in_every_theme(shape: Look, found: list[str]) -> Iterator[tuple[Look, list[str]]]:
        return ((look, found) for look in looks if anatomies[replace(look, theme=theme)] == anatomies[shape])

    for shape, answer in zip(shapes, _ask_all(driver, "checkShape", shapes), strict=True):
        yield from in_every_theme(shape, _told(answer))
    with asked_for(driver, {"forced-colors": "active"}):
        for shape, found in zip(shapes, _each(driver, "borderless", shapes), strict=True):
            yield from in_every_theme(shape, [f"in forced colours: {one}" for one in found])

    themes = list(dict.fromkeys(look.theme for look in looks))
    paints = {shape: anatomy["paint"] for shape, anatomy in anatomies.items()}
    for paint, first in {paint: shape for shape, paint in reversed(paints.items())}.items():
        painted = [replace(first, theme=other) for other in themes]
        places = [anatomy["places"] for anatomy in _each(driver, "anatomiesOf", painted)]
        if paint not in met.paints:
            met.paints[paint] = [_told(answer) for answer in _ask_all(driver, "checkColours", painted)]
        for painted_in, place, found in zip(themes, places, met.paints[paint], strict=True):
            moved = [] if place == places[0] else ["the theme moves what it should only colour"]
            for look in looks:
                if look.theme == painted_in and paints[replace(look, theme=theme)] == paint:
                    yield look, moved + found


def _anatomies(driver: Chromium, shapes: Sequence[Look]) -> dict[Look, dict[str, int]]:
    return dict(zip(shapes, _each(driver, "anatomiesOf", shapes), strict=True))


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
    asked: tuple[Callable[[], None], ...] = (lambda: assert_accessible(driver, without=COLOUR_RULES), walk)
    faults = []
    for ask in asked:
        try:
            ask()
        except AssertionError as fault:
            faults.append(str(fault))
    return faults


def _ask_all(driver: Chromium, question: str, looks: Sequence[Look]) -> list[dict[str, Any]]:
    bring_focus_in(driver)
    driver.set_script_timeout(LOOKS_SECONDS)
    try:
        answers: list[dict[str, Any]] | dict[str, str] = driver.execute_async_script(
            """const [question, looks, asked, done] = arguments;
               const failed = (error) => done({ error: error.stack });
               portalLooks.checkAll(question, looks, asked).then(done, failed);""",
            question,
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
