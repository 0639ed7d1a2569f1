"""The sheet for a home without network: prepared, kept, open, locked, what is wrong, what the device has."""

from pages.staff_pages import at_post, officer
from pages.states import PageState, Reach, sending
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from support import Visitor
from support.browser import WAIT_SECONDS

from portal.rules.journey import Acting
from portal.usecases.offline_sheets import prepare_sheet
from tests.support.office import DEFINITION

HOME = "/desk/offline/"
DEVICE = HOME + "device"
SHEET = HOME + "sheets/<serial>"
LIAISON = "liaison-dongfeng"
PASSPHRASE = "东风镇的三棵大槐树，示例"


def sheet(acting: Acting) -> Reach:
    """A sheet that was prepared just now, where a passphrase is asked for."""

    def reach(visitor: Visitor) -> None:
        liaison = officer(LIAISON)(visitor.stage)
        with visitor.stage.transaction() as db:
            serial = prepare_sheet(db, liaison.actor, DEFINITION, acting)
        visitor.sign_in(liaison)
        visitor.open(f"{HOME}sheets/{serial}")
        _wait(visitor, "[data-state=new]")

    return reach


def opened(acting: Acting) -> Reach:
    def reach(visitor: Visitor) -> None:
        sheet(acting)(visitor)
        for box in ("chosen", "again"):
            visitor.driver.find_element(By.ID, box).send_keys(PASSPHRASE)
        visitor.driver.find_element(By.ID, "again").send_keys(Keys.ENTER)
        _wait(visitor, "[data-state=open]")

    return reach


def after(reach: Reach, act: str, shown: str) -> Reach:
    """The same after a button of the sheet was pressed."""

    def go_on(visitor: Visitor) -> None:
        reach(visitor)
        button = visitor.driver.find_element(By.CSS_SELECTOR, f"[data-act={act}]")
        visitor.driver.execute_script("arguments[0].click()", button)
        _wait(visitor, shown)

    return go_on


def with_one(path: str) -> Reach:
    def reach(visitor: Visitor) -> None:
        opened("self")(visitor)
        visitor.open(path)
        _wait(visitor, "[data-sheets] a")

    return reach


def _wait(visitor: Visitor, selector: str) -> None:
    def is_shown(_here: object) -> bool:
        found = visitor.driver.find_elements(By.CSS_SELECTOR, selector)
        return any(one.is_displayed() for one in found)

    WebDriverWait(visitor.driver, WAIT_SECONDS, 0.05).until(is_shown)


PAGES = (
    PageState(HOME, "", at_post(LIAISON, HOME)),
    PageState(HOME, "nothing chosen", sending(at_post(LIAISON, HOME)), 422),
    PageState(DEVICE, "with a sheet", with_one(DEVICE)),
    PageState(SHEET, "passphrase", sheet("self")),
    PageState(SHEET, "open", opened("proxy")),
    PageState(SHEET, "locked", after(opened("self"), "lock", "[data-state=locked]")),
    PageState(SHEET, "something is wrong", after(opened("self"), "send", "#errors")),
)
