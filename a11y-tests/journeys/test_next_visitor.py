"""下一位: in a real browser nothing of the visitor before is reachable, by whichever way it is tried."""

from collections.abc import Iterator

import pytest
from pages.visit_pages import Received, received
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from support import Chromium, Person, Server, Stage
from support.browser import WAIT_SECONDS

NAME, PHONE = "示例王小明", "19900009876"
OVER = "本次接待已经结束"


@pytest.fixture
def person(driver: Chromium, server: Server, stage: Stage) -> Iterator[Person]:
    first = driver.current_window_handle
    yield Person(driver, server, stage)
    for other in driver.window_handles:
        if other != first:
            driver.switch_to.window(other)
            driver.close()
    driver.switch_to.window(first)


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
