"""下一位: in a real browser nothing of the visitor before is reachable, by whichever way it is tried."""

from pathlib import Path

import pytest
from pages.document_pages import filed
from pages.visit_journey_pages import HERE
from pages.visit_pages import Received, received
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from support import LONG, Chromium, Person
from support.browser import WAIT_SECONDS

NAME, PHONE = "示例王小明", "19900009876"
OVER = "本次接待已经结束"


@pytest.fixture
def here(person: Person) -> Received:
    """Somebody stands there who has handed something in; their pages were looked at in two tabs."""
    found = received(person.stage, person.stage.the("at_acceptance"))
    letter = f"{found.address}/letters/{person.stage.newest_notice(found.visitor)}"
    person.visitor.sign_in(found.clerk)
    for path in (found.address, f"{found.address}/applications/{found.visitor.reference}", letter):
        person.visitor.open(path)
    person.driver.switch_to.new_window("tab")
    person.visitor.open(found.address)
    assert NAME in person.driver.page_source
    person.visitor.open(letter)
    assert NAME in person.driver.page_source
    assert person.driver.find_elements(By.CSS_SELECTOR, "a[download]") == []
    person.visitor.open(f"{found.address}/contact")
    person.visitor.send({"contact": PHONE})
    person.driver.switch_to.window(person.driver.window_handles[0])
    return found


def go_back(driver: Chromium) -> None:
    before = driver.document
    driver.back()
    driver.wait_for_another(before)


def assert_nothing_is_left(person: Person) -> None:
    assert person.heading == OVER
    assert NAME not in person.driver.page_source
    assert PHONE not in person.driver.page_source


def test_no_way_back_leads_to_the_visitor_before(person: Person, here: Received) -> None:
    driver = person.driver
    person.visitor.press("#next-visitor button:not([hidden])")
    assert person.path == "/desk/visits"
    for _ in range(3):
        go_back(driver)
        assert_nothing_is_left(person)
    driver.forward()
    assert_nothing_is_left(person)
    driver.switch_to.window(driver.window_handles[1])
    driver.refresh()
    for _ in range(2):
        assert_nothing_is_left(person)
        go_back(driver)
    driver.execute_cdp_cmd("Network.enable", {})
    offline = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    try:
        with pytest.raises(WebDriverException, match="ERR_INTERNET_DISCONNECTED"):
            driver.get(person.visitor.server.url + here.address)
        assert NAME not in driver.page_source
    finally:
        driver.execute_cdp_cmd("Network.emulateNetworkConditions", {**offline, "offline": False})


def test_back_leads_to_nobody_without_script_either(person: Person, here: Received) -> None:
    driver = person.driver
    driver.use_script(False)
    try:
        person.visitor.open(here.address)
        person.visitor.press("#next-visitor button:not([hidden])")
        assert person.path == "/desk/visits"
        go_back(driver)
        assert_nothing_is_left(person)
    finally:
        driver.use_script(True)


def test_other_tab_forgets_the_visitor_when_it_is_looked_at(person: Person, here: Received) -> None:
    driver = person.driver
    person.visitor.press("#next-visitor button:not([hidden])")
    driver.switch_to.window(driver.window_handles[1])
    driver.execute_script("document.dispatchEvent(new Event('visibilitychange'))")
    gone = WebDriverWait(driver, WAIT_SECONDS, 0.05, ignored_exceptions=[WebDriverException])
    gone.until(lambda _: person.heading == OVER)
    assert_nothing_is_left(person)


TYPED = "示例打了没有保存的字"
ADDRESSES = {
    "the form": HERE + "/part/person",
    "a file's page": "/documents/{key}",
    "a file to download": "/documents/{key}/file",
    "a picture of a file": "/documents/{key}/1",
}
"""What is looked at while the visitor stands there, below the address of the visit."""
IN_CACHE = """
const [address, done] = arguments;
fetch(address, {cache: "only-if-cached", mode: "same-origin"}).then(
  (found) => done(found.ok), () => done(false));
"""
READ = """
const [address, done] = arguments;
fetch(address, {cache: "no-store"}).then((found) => found.text().then((text) => done([found.status, text])));
"""


def stored_in(driver: Chromium, words: str) -> list[str]:
    """The files of the browser's own folder in which these words stand."""
    folder = Path(driver.capabilities["chrome"]["userDataDir"])
    wanted = [words.encode(one) for one in ("utf-8", "utf-16-le")]
    found = []
    for path in folder.rglob("*"):
        try:
            held = path.read_bytes() if path.is_file() else b""
        except OSError:  # a socket, or gone meanwhile
            continue
        if any(one in held for one in wanted):
            found.append(path.relative_to(folder).as_posix())
    return found


def test_after_the_next_visitor_every_way_back_finds_nothing(person: Person) -> None:
    """Back, another tab, the cache on disk, files by their address, what was typed: each by its name."""
    driver, visitor = person.driver, person.visitor
    made = filed(person.stage, "draft", LONG)
    here = received(person.stage, made.staged)
    name = str(LONG["p_name"])
    visitor.sign_in(here.clerk)
    addresses = {
        way: here.address + path.format(here.visitor.reference, key=made.keys[1])
        for way, path in ADDRESSES.items()
    }
    driver.get(visitor.server.url + here.address)
    for way, address in addresses.items():
        status, _text = driver.execute_async_script(READ, address)
        assert status == 200, way
    for way in ("a file's page", "the form"):
        visitor.open(addresses[way])
    assert name in driver.page_source
    visitor.open(here.address)
    driver.switch_to.new_window("tab")
    visitor.open(addresses["the form"])
    driver.switch_to.window(driver.window_handles[0])
    visitor.open(addresses["the form"])
    driver.find_element(By.NAME, "p_name").send_keys(TYPED)
    visitor.press("#next-visitor button:not([hidden])")

    for way, address in {"the visit": here.address, **addresses}.items():
        assert driver.execute_async_script(IN_CACHE, address) is False, f"cache: {way}"
        status, text = driver.execute_async_script(READ, address)
        assert status == 410, f"address: {way}"
        assert name not in text, f"address: {way}"
    assert stored_in(driver, TYPED) == [], "cache on disk: what was typed"
    assert [one for one in stored_in(driver, name) if "Cache" in one] == [], "cache on disk: the name"

    for _ in range(2):
        go_back(driver)
        assert person.heading == OVER, "back"
        assert name not in driver.page_source, "back"
        assert TYPED not in driver.page_source, "back: what was typed"
    driver.switch_to.window(driver.window_handles[1])
    driver.refresh()
    assert person.heading == OVER, "another tab"
    assert name not in driver.page_source, "another tab"

    visitor.open("/desk/visits/new/none/counter/self")
    visitor.send({"is_sure": True})
    visitor.open(f"{person.path}/apply/zj-01")
    visitor.send({"acting": "self"})
    visitor.open(f"{person.path.partition('/part/')[0]}/part/person")
    box = driver.find_element(By.NAME, "p_name")
    assert box.get_attribute("value") == "", "typed values: the same form of the next visitor"
    assert box.get_attribute("autocomplete") == "off", "autofill"
    assert name not in driver.page_source, "the next visitor's page"
