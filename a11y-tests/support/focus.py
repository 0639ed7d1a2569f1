"""The keyboard: where Tab stops, whether the focus can be seen there, and whether anything lies over it."""

from dataclasses import dataclass
from pathlib import Path

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

MOST_STOPS = 400
FURTHER_STOPS = 10
THINNEST_OUTLINE = 2.0

_SCRIPT = Path(__file__).with_name("focus.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class TabStop:
    """One stop of Tab: a short description, the address of a link, and what is wrong with its focus."""

    described: str
    faults: tuple[str, ...]


def tab_stops(driver: WebDriver) -> list[TabStop]:
    """Press Tab from the top of the page until it leaves the page, looking at each stop."""
    driver.execute_script(f"{_SCRIPT} return portalFocus.begin();")
    stops: list[TabStop] = []
    for _ in range(MOST_STOPS):
        ActionChains(driver).send_keys(Keys.TAB).perform()
        seen = driver.execute_script("return portalFocus.look(arguments[0]);", THINNEST_OUTLINE)
        if seen is None:
            return stops
        stops.append(TabStop(seen["described"], tuple(seen["faults"])))
    raise AssertionError(f"{driver.current_url}: Tab does not leave the page after {MOST_STOPS} stops")


def assert_tab_walks_through(driver: WebDriver) -> None:
    """Tab goes from the top of the page to its end and leaves it (WCAG 2.1.2).

    `portalFocus.walked()` then has the stops in order, to be looked at under several looks of the page.
    """
    pressed = 1 + int(driver.execute_script(f"{_SCRIPT} return portalFocus.follow();"))
    driver.switch_to.active_element.send_keys(Keys.TAB * pressed)  # half the work of a chain of actions
    while not driver.execute_script("return portalFocus.hasWalkEnded();"):
        if pressed >= MOST_STOPS:
            raise AssertionError(f"{driver.current_url}: Tab does not leave the page after {pressed} stops")
        ActionChains(driver).send_keys(Keys.TAB * FURTHER_STOPS).perform()
        pressed += FURTHER_STOPS


def press_tab(driver: WebDriver, *, backwards: bool = False) -> None:
    chain = ActionChains(driver)
    if backwards:
        chain.key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
    else:
        chain.send_keys(Keys.TAB).perform()


def bring_focus_in(driver: WebDriver) -> None:
    """Press Tab until the focus is in the page and not in the frame of the browser.

    Out of the frame Shift+Tab leads back to where Tab left the page.
    """
    is_outside = driver.execute_script("return !document.hasFocus();")
    for _ in range(MOST_STOPS):
        press_tab(driver, backwards=is_outside)
        if driver.execute_script("return document.hasFocus() && document.activeElement !== document.body;"):
            return
    raise AssertionError(f"{driver.current_url}: Tab does not come into the page")


def assert_focus_is_visible_at_every_stop(driver: WebDriver) -> None:
    """As `assert_focus_is_visible`, in half the time: Tab alone walks through the whole page, then each of
    its stops is given the focus and looked at. After Tab was pressed, that is drawn and scrolled to alike.
    """
    assert_tab_walks_through(driver)
    bring_focus_in(driver)
    found = driver.execute_script(
        "return portalFocus.lookAtAll(portalFocus.walked(), arguments[0]);", THINNEST_OUTLINE
    )
    assert not found, f"{driver.current_url}\n" + "\n".join(found)


def assert_focus_is_visible(driver: WebDriver) -> list[TabStop]:
    """Every stop shows an outline of at least 2 px that was not there before, wholly in view, uncovered.

    WCAG 2.4.7, 2.4.12, 2.4.13, 2.1.2. Returns the stops in order, for tests of that order.
    """
    stops = tab_stops(driver)
    assert stops, f"{driver.current_url}: Tab stops nowhere"
    found = [f"{stop.described}: {fault}" for stop in stops for fault in stop.faults]
    assert not found, f"{driver.current_url}\n" + "\n".join(found)
    return stops
