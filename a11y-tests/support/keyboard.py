"""Somebody with a keyboard and nothing else: Tab, Shift+Tab, arrows, Space, Enter, and typing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from support.browser import Chromium

MOST_STOPS = 300
Filling = str | bool | Sequence[str]
"""What is typed; True for a tick; the value or the values that are chosen."""

_SCRIPT = Path(__file__).with_name("stops.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Stop:
    """What has the focus: its tag and what a form knows of it, asked in one go."""

    element: WebElement
    tag: str
    name: str
    type: str
    value: str
    is_chosen: bool


class Keyboard:
    """Works the page that is open. Every wait is for a page that came because of a key."""

    def __init__(self, driver: Chromium) -> None:
        self.driver = driver

    @property
    def focused(self) -> WebElement:
        return self.driver.switch_to.active_element

    @property
    def stop(self) -> Stop:
        return Stop(**self.driver.execute_script(f"{_SCRIPT} return portalStops.here();"))

    def press(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def skip_to_main(self) -> None:
        """The skip link: the first stop of a fresh page, whatever had the focus before."""
        self.driver.execute_cdp_cmd("Page.bringToFront", {})
        self.to_link("跳到正文", backwards=not self._is_at_top())
        self.press(Keys.ENTER)

    def to(self, name: str, *tags: str, backwards: bool = False) -> WebElement:
        """Press Tab (Shift+Tab when `backwards`) until something of this accessible name has the focus.

        Stops that cannot be called so are passed without asking each for its name.
        """
        passed = self.driver.execute_script(
            f"{_SCRIPT} return portalStops.surelyPassed(...arguments);", name, list(tags), backwards
        )
        if passed:
            self.tab(passed, backwards=backwards)
        met = [f"{passed} stops that were passed"]
        for _ in range(MOST_STOPS):
            here = self.focused
            said = here.accessible_name
            if _same(said, name) and here.tag_name in tags:
                return here
            met.append(said)
            self.tab(backwards=backwards)
        raise AssertionError(f"{self.driver.current_url}: no stop called {name!r}; there are {met[:80]}")

    def to_link(self, name: str, *, backwards: bool = False) -> WebElement:
        return self.to(name, "a", backwards=backwards)

    def tab(self, times: int = 1, *, backwards: bool = False) -> None:
        if backwards:
            chain = ActionChains(self.driver).key_down(Keys.SHIFT).send_keys(Keys.TAB * times)
            chain.key_up(Keys.SHIFT).perform()
        else:
            self.press(Keys.TAB * times)

    def follow(self, name: str) -> None:
        """Go to the link and press Enter; wait for its page."""
        self.to_link(name)
        self.go(Keys.ENTER)

    def jump(self, name: str) -> None:
        """Go to the link to a part of this page and press Enter: the next Tab starts there."""
        self.to_link(name)
        self.press(Keys.ENTER)

    def push(self, name: str, key: str = Keys.ENTER) -> None:
        """Go to the button and press Enter (or Space); wait for the answer."""
        self.to(name, "button")
        self.go(key)

    def go(self, key: str) -> None:
        """Press a key that leads to another page, and wait for it."""
        before = self.driver.document
        self.press(key)
        self.driver.wait_for_another(before)

    def write(self, label: str, text: str) -> None:
        """Go to the box of this label and put `text` in place of what stands there."""
        self.to(label, "input", "textarea")
        self._replace(text)

    def pick(self, label: str, words: str) -> None:
        """Go to the list of this label, and press the arrow until `words` are chosen."""
        chosen = Select(self.to(label, "select"))
        for _ in chosen.options:
            if _same(chosen.first_selected_option.text, words):
                return
            self.press(Keys.ARROW_DOWN)
        raise AssertionError(f"{label} does not offer {words}")

    def fill_page(self, fillings: Mapping[str, Filling], until: str) -> None:
        """Walk through the form below the heading and answer, until the button `until` has the focus.

        Boxes and groups are known by the name that the form sends; what is not in `fillings` takes the first
        choice, or stays as it is. Searching for a place on the way draws the page anew and goes on.
        """
        self.skip_to_main()
        answered: set[str] = set()
        for _ in range(MOST_STOPS):
            passed = self.driver.execute_script(
                f"{_SCRIPT} return portalStops.surelyPassedInForm(...arguments);", until, list(answered)
            )
            self.tab(passed + 1)
            here = self.stop
            if here.tag == "button":
                if _same(here.element.accessible_name, until):
                    return
                continue
            if here.tag in ("input", "textarea") and here.name not in answered:
                answered.add(here.name)
                self._answer(here, fillings)
        raise AssertionError(f"{self.driver.current_url}: no button {until!r}")

    def _answer(self, here: Stop, fillings: Mapping[str, Filling]) -> None:
        wanted = fillings.get(here.name)
        if here.type == "radio":
            self._choose(here, wanted if isinstance(wanted, str) else None)
        elif here.type == "checkbox":
            self._tick(here, wanted)
        elif isinstance(wanted, str):
            self._replace(wanted)

    def _choose(self, here: Stop, wanted: str | None) -> None:
        """Space chooses the radio that has the focus; arrows choose the next one."""
        if not here.is_chosen:
            self.press(Keys.SPACE)
        first = here = self.stop
        while wanted is not None and here.value != wanted:
            self.press(Keys.ARROW_DOWN)
            here = self.stop
            assert here.value != first.value, f"{wanted} is not among the choices"
        assert here.is_chosen

    def _tick(self, here: Stop, wanted: Filling | None) -> None:
        """Space ticks a box, Tab goes to the next of the same name; without a wish the first is ticked."""
        values = [wanted] if isinstance(wanted, str) else wanted
        name = here.name
        while True:
            is_wanted = here.value in values if isinstance(values, Sequence) else True
            if is_wanted != here.is_chosen:
                self.press(Keys.SPACE)
            if not isinstance(values, Sequence) or here.value == values[-1]:
                return
            self.tab()
            here = self.stop
            assert here.name == name, f"{values} are not all among the choices"

    def _replace(self, text: str) -> None:
        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
        self.press(text)

    def _is_at_top(self) -> bool:
        return self.focused.tag_name == "body"


def _same(said: str, wanted: str) -> bool:
    return "".join(said.split()) == "".join(wanted.split())
