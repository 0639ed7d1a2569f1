"""Takes the pictures of README.md from a running portal with its demonstration people: `make pictures`."""

import tempfile
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.ui import WebDriverWait
from support import Chromium, Server, open_chromium, start_server

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
RESIDENT, OFFICER = "19900000002", "reviewer-shili"


def take(driver: Chromium, name: str, height: int) -> None:
    driver.set_window_size(1200, height)
    driver.save_screenshot(str(PICTURES / f"{name}.png"))


def press(driver: Chromium, selector: str) -> None:
    """Press a button and wait for the page that answers."""
    before = driver.find_element(By.TAG_NAME, "html")
    driver.find_element(By.CSS_SELECTOR, selector).click()
    WebDriverWait(driver, 20).until(expected_conditions.staleness_of(before))


def sign_in(driver: Chromium, server: Server, name: str) -> None:
    driver.fresh()
    driver.get(server.sign_in_link(name))
    press(driver, "main form button:not([hidden])")


def ask_with_an_error(driver: Chromium, server: Server) -> None:
    """An application for somebody else, at the identity page, with a number that does not fit."""
    sign_in(driver, server, RESIDENT)
    driver.get(f"{server.url}/apply/zj-01")
    driver.execute_script("document.querySelector('input[value=proxy]').click()")
    press(driver, "main form button:not([hidden])")
    journey = driver.current_url.rsplit("/", 1)[0]
    for page, name, typed in (
        ("person-name", "p_name", "示例王小明"),
        ("person-identity", None, ""),
        ("person-identity", "p_id_no", "330402 19880704 0013"),
    ):
        driver.get(f"{journey}/{page}")
        if name:
            driver.find_element(By.NAME, name).send_keys(typed)
        else:
            driver.execute_script("document.querySelector('input[value=resident]').click()")
        press(driver, ".actions button")


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = start_server(Path(folder))
        server.portal("demo", "--people", "60")
        driver = open_chromium(Path(folder) / "profile")
        try:
            driver.get(server.url)
            take(driver, "home", 1000)
            ask_with_an_error(driver, server)
            take(driver, "question", 1200)
            sign_in(driver, server, OFFICER)
            driver.get(f"{server.url}/office/unit")
            take(driver, "queue", 900)
        finally:
            driver.quit()
            server.stop()


if __name__ == "__main__":
    main()
