"""What can only be measured on a drawn page: sizes, widths, overlaps, borders."""

from pathlib import Path

from selenium.webdriver.remote.webdriver import WebDriver

from support.browser import NARROW, WIDE, Chromium, asked_for

SMALLEST_TARGET = 44

_SCRIPT = Path(__file__).with_name("layout.js").read_text(encoding="utf-8")


def assert_targets_are_large(driver: WebDriver) -> None:
    """Links, buttons and controls (with their labels) are 44 × 44 px at least; links in sentences excepted.

    WCAG 2.5.5.
    """
    _assert_none(driver, "smallTargets", SMALLEST_TARGET)


def assert_fits_width(driver: Chromium, width: int = NARROW) -> None:
    """At `width` CSS pixels nothing needs sideways scrolling and no text is cut off (WCAG 1.4.10)."""
    driver.resize(width)
    try:
        _assert_none(driver, "tooWide")
        _assert_none(driver, "lostText")
    finally:
        driver.resize(WIDE)


def assert_survives_text_spacing(driver: Chromium, width: int = WIDE) -> None:
    """With lines 1.5, paragraphs 2, letters 0.12 and words 0.16 em apart, nothing is lost (WCAG 1.4.12)."""
    driver.resize(width)
    _ask(driver, "spaceOut", True)
    try:
        _assert_none(driver, "tooWide")
        _assert_none(driver, "lostText")
    finally:
        _ask(driver, "spaceOut", False)
        driver.resize(WIDE)


def assert_borders_in_forced_colours(driver: Chromium) -> None:
    """In the system's own colours backgrounds vanish; every control still has a border or an underline."""
    with asked_for(driver, {"forced-colors": "active"}):
        _assert_none(driver, "borderless")


def assert_shape_holds(driver: WebDriver) -> None:
    """As wide as the page is now: targets, width, no text lost, also with the spacing of WCAG 1.4.12. The
    same as the three above, asked in one go.
    """
    found: dict[str, list[str]] = driver.execute_script(
        f"{_SCRIPT} return portalLayout.faultsOfShape(arguments[0]);", SMALLEST_TARGET
    )
    told = [f"{question}: {fault}" for question, faults in found.items() for fault in faults]
    assert not told, f"{driver.current_url}\n" + "\n".join(told)


def _assert_none(driver: WebDriver, question: str, *arguments: object) -> None:
    found = _ask(driver, question, *arguments)
    assert not found, f"{driver.current_url}: {question}\n" + "\n".join(str(fault) for fault in found)


def _ask(driver: WebDriver, question: str, *arguments: object) -> list[object]:
    script = f"{_SCRIPT} return portalLayout.{question}(...arguments);"
    found: list[object] | None = driver.execute_script(script, *arguments)
    return found or []
