"""One headless Chromium, the same on every machine: no network but loopback, no state from before."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

# One limit on every wait, so that a script error fails instead of hanging.
WAIT_SECONDS = 30
WIDE = 1280
NARROW = 320
HEIGHT = 900

_ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",  # one process less between a page and its picture
    "--js-flags=--always-sparkplug",  # each page runs axe-core anew: interpreted it is slower
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--lang=zh-CN",
    # A camera that shows a moving picture of its own, allowed to whoever may ask at all.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    # A page that asks anyone but us gets nothing.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


class Chromium(Chrome):
    """Chromium with the few things the tests say often."""

    def resize(self, width: int, height: int = HEIGHT) -> None:
        """Make the viewport `width` × `height` CSS pixels, also narrower than a window can be."""
        self.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def emulate(self, features: Mapping[str, str]) -> None:
        """Emulate media features, such as {"forced-colors": "active", "prefers-color-scheme": "dark"}."""
        named = [{"name": name, "value": value} for name, value in features.items()]
        self.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": named})

    def on_every_page(self, source: str) -> None:
        """Run this script in every page that comes, before any script of its own."""
        self.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})

    def use_script(self, allowed: bool) -> None:
        """Switch the page's own script on or off, from the next page on."""
        self.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not allowed})

    @property
    def document(self) -> str:
        """One word for the page that is open; drawn anew, even at the same address, it has another."""
        tree = self.execute_cdp_cmd("Page.getFrameTree", {})
        return str(tree["frameTree"]["frame"]["loaderId"])

    def wait_for_another(self, before: str) -> None:
        """Wait until another page than `before` is there to its end, which is the footer. Needs no script."""
        wait = WebDriverWait(self, WAIT_SECONDS, poll_frequency=0.05, ignored_exceptions=[WebDriverException])
        wait.until(lambda _: self.document != before)
        wait.until(lambda _: self.find_elements(By.CSS_SELECTOR, "body > footer"))

    def fresh(self) -> None:
        """Forget cookies, storage, sizes and emulated media: the state before any test."""
        self.use_script(True)
        self.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.emulate({})
        self.resize(WIDE)


def open_chromium(profile: Path) -> Chromium:
    """Start Chromium with its profile in the empty folder `profile`; RuntimeError when it is missing."""
    options = ChromeOptions()
    options.binary_location = _program("chromium", "chromium-browser", "google-chrome")
    for argument in (*_ARGUMENTS, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"intl.accept_languages": "zh-CN,zh"})
    driver = Chromium(options=options, service=Service(executable_path=_program("chromedriver")))
    driver.set_page_load_timeout(WAIT_SECONDS)
    driver.set_script_timeout(WAIT_SECONDS)
    driver.fresh()
    return driver


@contextmanager
def asked_for(driver: Chromium, features: Mapping[str, str]) -> Iterator[None]:
    """Emulate media features for a while."""
    driver.emulate(features)
    try:
        yield
    finally:
        driver.emulate({})


def _program(*names: str) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    raise RuntimeError(f"{names[0]} is not installed; run: make system")
