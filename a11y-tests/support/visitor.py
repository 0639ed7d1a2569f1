"""Somebody at the browser, with one choice of display settings: opens pages, fills forms, presses buttons."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from selenium.webdriver.support.ui import WebDriverWait

from support.browser import WAIT_SECONDS, WIDE, Chromium
from support.cast import Someone
from support.server import Server
from support.stage import Stage

Settings = Mapping[str, Any]
"""language, theme, size, spacing, elder as in the display settings; width in CSS pixels."""


class Visitor:
    """A browser at the running portal."""

    def __init__(self, driver: Chromium, server: Server, stage: Stage, settings: Settings) -> None:
        self.driver = driver
        self.server = server
        self.stage = stage
        self.settings = settings

    @property
    def width(self) -> int:
        return int(self.settings.get("width", WIDE))

    def sign_in(self, who: Someone) -> None:
        """From the next page on the browser holds this session."""
        self.stage.keep_awake(who)
        self.driver.execute_cdp_cmd(
            "Network.setCookie",
            {"name": "session", "value": who.token, "url": self.server.url, "httpOnly": True},
        )

    def session(self) -> Someone:
        """Whoever is signed in at this browser now, to come back later."""
        cookie = self.driver.get_cookie("session")
        assert cookie is not None, f"nobody is signed in at {self.driver.current_url}"
        return self.stage.someone(cookie["value"])

    @contextmanager
    def at_address(self, address: str) -> Iterator[None]:
        """Meanwhile every request comes from this network address."""
        self.driver.execute_cdp_cmd("Network.enable", {})
        self._send_along({"X-Forwarded-For": address})
        try:
            yield
        finally:
            self._send_along({})

    def _send_along(self, headers: Mapping[str, str]) -> None:
        self.driver.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": headers})

    def open(self, path: str) -> None:
        """Open `path`; the display settings go along in the address and stay in their cookie."""
        chosen = {name: value for name, value in self.settings.items() if name != "width"}
        self.server.show(self.driver, path, self.width, **chosen)

    def send(
        self, fields: Mapping[str, str | bool] | None = None, press: str = "main form .actions button"
    ) -> None:
        """Fill the fields named in `fields`, press the first button of `press`, await the answer."""
        for name, value in (fields or {}).items():
            self._fill(name, value)
        self.press(press)

    def press(self, selector: str) -> None:
        """Press the button or link and wait until another page has come."""
        before = self.driver.document
        self.driver.execute_script(
            "const pressed = document.querySelector(arguments[0]);"
            "if (!pressed) throw new Error('nothing to press: ' + arguments[0]); pressed.click();",
            selector,
        )
        self.driver.wait_for_another(before)
        wait = WebDriverWait(self.driver, WAIT_SECONDS, poll_frequency=0.05)
        wait.until(lambda driver: driver.execute_script("return document.readyState") == "complete")

    def clear(self) -> None:
        """Empty every control of the page's forms and take back every choice."""
        self.driver.execute_script(
            """for (const control of document.querySelectorAll("main input, main textarea")) {
                 if (["radio", "checkbox"].includes(control.type)) control.checked = false;
                 else if (control.type !== "hidden") control.value = "";
               }"""
        )

    @property
    def status(self) -> int:
        """The HTTP status of the page that is open."""
        return int(
            self.driver.execute_script("return performance.getEntriesByType('navigation')[0].responseStatus")
        )

    def _fill(self, name: str, value: str | bool) -> None:
        found = self.driver.execute_script(
            """const [name, value] = arguments;
               const controls = [...document.querySelectorAll("main [name='" + name + "']")];
               for (const control of controls) {
                 if (["radio", "checkbox"].includes(control.type)) {
                   if (value === true || value === false) control.checked = value;
                   else if (control.value === value) control.checked = true;
                 } else control.value = value;
               }
               return controls.length;""",
            name,
            value,
        )
        assert found, f"{self.driver.current_url} asks nothing called {name}"
