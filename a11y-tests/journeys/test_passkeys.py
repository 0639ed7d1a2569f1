"""Passkeys with a device of the browser's own: added, signed in with, the lock opened; by keyboard alone."""

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions
from selenium.webdriver.support.ui import WebDriverWait
from support import Chromium, Keyboard, Server, Stage, Visitor
from support.browser import WAIT_SECONDS
from support.keyholders import session_of


@pytest.fixture
def visitor(driver: Chromium, server: Server, stage: Stage) -> Visitor:
    return Visitor(driver, server, stage, {"language": "zh", "width": 1280})


@pytest.fixture
def device(driver: Chromium) -> Iterator[Chromium]:
    """A device that keeps passkeys and whose owner unlocks it when asked; `set_user_verified` says so."""
    driver.add_virtual_authenticator(
        VirtualAuthenticatorOptions(has_resident_key=True, has_user_verification=True, is_user_verified=True)
    )
    yield driver
    driver.remove_virtual_authenticator()


def arrive(driver: Chromium, path: str) -> None:
    WebDriverWait(driver, WAIT_SECONDS).until(lambda here: path in here.current_url)


def test_passkey_is_added_and_opens_the_door_and_the_lock_by_keyboard(
    visitor: Visitor, device: Chromium
) -> None:
    keys = Keyboard(device)
    login_name, _password = visitor.stage.enrolled()
    visitor.sign_in(session_of(visitor.stage, login_name))
    visitor.open("/staff/security/passkeys/new")
    keys.write("给它起个名字", "办公室电脑")
    before = device.document
    keys.to("添加", "button").send_keys(Keys.ENTER)
    device.wait_for_another(before)
    assert "通行密钥已经加好" in device.find_element(By.TAG_NAME, "main").text
    device.delete_all_cookies()
    visitor.open("/staff/sign-in?next=/desk/unit")
    keys.to("用通行密钥登录", "button").send_keys(Keys.ENTER)
    arrive(device, "/desk/unit")
    visitor.open("/staff/security")
    visitor.press("#lock .actions button")
    assert "/staff/unlock" in device.current_url
    keys.to("用通行密钥继续", "button").send_keys(Keys.ENTER)
    arrive(device, "/desk")


def test_device_that_is_not_unlocked_is_explained_and_password_stays_the_way(
    visitor: Visitor, device: Chromium
) -> None:
    visitor.open("/staff/sign-in")
    device.set_user_verified(False)
    Keyboard(device).to("用通行密钥登录", "button").send_keys(Keys.ENTER)
    told = device.find_element(By.CSS_SELECTOR, "#passkey-form [role=status]")
    WebDriverWait(device, WAIT_SECONDS).until(lambda _here: "没有完成" in told.text)
    assert device.find_element(By.ID, "login-name").is_displayed()


def test_without_script_nothing_is_offered_that_does_not_work(visitor: Visitor) -> None:
    visitor.driver.use_script(False)
    try:
        visitor.open("/staff/sign-in")
        offered = visitor.driver.find_element(By.TAG_NAME, "main").text
    finally:
        visitor.driver.use_script(True)
    assert "通行密钥" not in offered
    assert "密码" in offered
