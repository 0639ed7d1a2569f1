"""The sheet for a home without network in a real browser: kept encrypted, filled in, locked, sent once."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pages.staff_pages import officer
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from sqlalchemy import select
from support import Chromium, Keyboard, Server, Stage, Visitor
from support.browser import WAIT_SECONDS

from portal import clock
from portal.store.accounts import Account
from portal.store.offline_sheets import OfflineSheet
from portal.usecases.offline_sheets import prepare_sheet
from tests.support.office import DEFINITION

PASSPHRASE = "东风镇的三棵大槐树"
TOO_SHORT = "槐树"
LONG_ENOUGH = PASSPHRASE + "，示例"
NAME = "示例离线王小明"
HOME = "/desk/offline/"

STORED = """
var done = arguments[0], opening = indexedDB.open("offline-sheets", 1);
opening.onupgradeneeded = function () { opening.result.createObjectStore("sheets", { keyPath: "serial" }); };
opening.onsuccess = function () {
  var asked = opening.result.transaction("sheets").objectStore("sheets").getAll();
  asked.onsuccess = function () {
    opening.result.close();
    done(asked.result.map(function (row) {
      return { keys: Object.keys(row).sort(), serial: row.serial,
        salt: Array.from(row.salt).join(), iv: Array.from(row.iv).join(),
        text: new TextDecoder("utf-8").decode(row.box), rounds: row.rounds };
    }));
  };
};
"""
PAGES = """
var done = arguments[0];
caches.open("offline-sheets").then(function (cache) {
  return cache.keys().then(function (keys) {
    return Promise.all(keys.map(function (key) {
      return cache.match(key).then(function (one) { return one.text(); })
        .then(function (text) { return [new URL(key.url).pathname, text]; });
    }));
  });
}).then(done);
"""


class Sheet:
    """A liaison with one prepared sheet, and what they do to it."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.driver = visitor, visitor.driver
        self.liaison = officer("liaison-dongfeng")(visitor.stage)
        with visitor.stage.transaction() as db:
            self.serial = prepare_sheet(db, self.liaison.actor, DEFINITION, "self")
        self.path = f"{HOME}sheets/{self.serial}"
        self.visitor.sign_in(self.liaison)
        self.open()

    def open(self) -> None:
        self.driver.get(self.visitor.server.url + self.path)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def state(self, wanted: str) -> None:
        self.until(lambda: self.one(f"[data-state={wanted}]").is_displayed())

    def told(self, words: str) -> None:
        self.until(lambda: words in self.one("#offline-told").text)

    def until(self, holds: Any) -> None:
        WebDriverWait(self.driver, WAIT_SECONDS, 0.05).until(lambda _here: holds())

    def write(self, selector: str, text: str) -> None:
        box = self.one(selector)
        box.clear()
        box.send_keys(text)

    def press(self, act: str) -> None:
        self.driver.execute_script("arguments[0].click()", self.one(f"[data-act={act}]"))

    def keep(self) -> None:
        """Choose the passphrase; the sheet is kept and open."""
        self.state("new")
        self.write("#chosen", LONG_ENOUGH)
        self.write("#again", LONG_ENOUGH + Keys.ENTER)
        self.told("存好了")
        self.state("open")

    def unlock(self, passphrase: str = LONG_ENOUGH) -> None:
        self.state("locked")
        self.write("#passphrase", passphrase + Keys.ENTER)

    def fill(self, **answers: str) -> None:
        for name, text in answers.items():
            self.write(f"#{name.replace('_', '-')}", text)

    def pick(self, name: str, value: str) -> None:
        box = self.one(f"input[name={name}][value={value}]")
        self.driver.execute_script("arguments[0].click()", box)

    def stored(self) -> list[dict[str, Any]]:
        return list(self.driver.execute_async_script(STORED))

    def pages(self) -> dict[str, str]:
        return dict(self.driver.execute_async_script(PAGES))

    def network(self, is_there: bool) -> None:
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", conditions(is_there))

    def network_of_worker(self, is_there: bool) -> None:
        """What the service worker asks for by itself goes through a network of its own."""
        targets = self.driver.execute_cdp_cmd("Target.getTargets", {})["targetInfos"]
        wanted = [("Network.enable", {}), ("Network.emulateNetworkConditions", conditions(is_there))]
        for worker in (one for one in targets if one["url"].endswith("/desk/offline/worker.js")):
            opened = self.driver.execute_cdp_cmd("Target.attachToTarget", {"targetId": worker["targetId"]})
            for number, (method, said) in enumerate(wanted, start=1):
                message = json.dumps({"id": number, "method": method, "params": said})
                to = {"sessionId": opened["sessionId"], "message": message}
                self.driver.execute_cdp_cmd("Target.sendMessageToTarget", to)


def conditions(is_there: bool) -> dict[str, Any]:
    return {"offline": not is_there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


@pytest.fixture
def sheet(driver: Chromium, server: Server, stage: Stage) -> Iterator[Sheet]:
    made = Sheet(Visitor(driver, server, stage, {"language": "zh", "width": 1280}))
    yield made
    made.network(True)
    driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": "all"})


def test_sheet_is_filled_in_without_network_and_sent_with_it(sheet: Sheet) -> None:
    driver = sheet.driver
    sheet.state("new")
    sheet.write("#chosen", TOO_SHORT + Keys.ENTER)
    sheet.told("口令太短")
    sheet.keep()
    sheet.network(False)
    sheet.open()
    sheet.state("locked")
    sheet.unlock("不是这一句，也不是那一句")
    sheet.told("口令不对")
    sheet.unlock()
    sheet.state("open")
    sheet.fill(p_name=NAME, received_on=f"{clock.today():%Y年%m月%d日}")
    sheet.pick("seen", "none")
    sheet.press("save")
    sheet.told("存在这台设备上")
    [first] = sheet.stored()
    assert first["keys"] == ["box", "iv", "kept", "rounds", "salt", "serial", "service"]
    assert NAME not in first["text"]
    assert LONG_ENOUGH not in str(first)
    assert first["rounds"] >= 600_000
    sheet.press("lock")
    sheet.told("锁上了")
    assert sheet.one("#p-name").get_property("value") == ""
    sheet.until(lambda: sheet.stored()[0]["salt"] != first["salt"])
    assert sheet.stored()[0]["iv"] != first["iv"]
    assert driver.execute_script("return localStorage.length + sessionStorage.length") == 0
    sheet.unlock()
    sheet.state("open")
    assert sheet.one("#p-name").get_property("value") == NAME
    sheet.press("send")
    sheet.told("现在没有网络")
    assert len(sheet.stored()) == 1
    sheet.network(True)
    sheet.press("send")
    sheet.until(lambda: "/desk/visits/" in driver.current_url)
    assert sheet.stored() == []
    assert sheet.path not in sheet.pages()
    with sheet.visitor.stage.transaction() as db:
        row = db.scalars(select(OfflineSheet).where(OfflineSheet.serial == sheet.serial)).one()
        assert row.application_id is not None


def test_pages_that_are_kept_are_sheets_with_style_and_script_and_name_nobody(sheet: Sheet) -> None:
    sheet.keep()
    pages = sheet.pages()
    assert {one for one in pages if not one.startswith("/static/")} == {sheet.path, f"{HOME}device"}
    with sheet.visitor.stage.transaction() as db:
        name = db.get_one(Account, sheet.liaison.actor.signed_in_id).display_name
    assert name
    assert not any(name in text for text in pages.values())
    sheet.network_of_worker(False)
    sheet.driver.get(sheet.visitor.server.url + HOME)
    assert "这台设备上的离线表" in sheet.driver.title
    sheet.until(lambda: sheet.one("[data-sheets] a").get_attribute("href").endswith(sheet.path))


def test_what_is_wrong_is_named_and_what_was_typed_stays(sheet: Sheet) -> None:
    sheet.keep()
    sheet.fill(p_name=NAME, received_on=f"{clock.today():%Y年%m月%d日}", p_id_no="88000019")
    sheet.pick("seen", "none")
    sheet.pick("p_id_type", "resident")
    sheet.press("send")
    sheet.told("有地方要改")
    assert sheet.driver.switch_to.active_element.get_attribute("id") == "errors"
    assert sheet.one("#errors a").get_attribute("href").endswith("#p-id-no")
    assert sheet.one("#p-id-no").get_property("value") == "88000019"
    assert sheet.one("#p-name").get_property("value") == NAME
    assert len(sheet.stored()) == 1


def test_signed_out_the_sheet_stays_and_the_door_is_shown(sheet: Sheet) -> None:
    sheet.keep()
    sheet.fill(p_name=NAME)
    sheet.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    sheet.press("send")
    sheet.told("登录已经结束")
    assert "/staff/sign-in?next=" in sheet.one("#offline-told a").get_attribute("href")
    assert len(sheet.stored()) == 1


def test_after_fourteen_days_the_sheet_goes_unread(sheet: Sheet) -> None:
    sheet.keep()
    source = "var now = Date.now; Date.now = function () { return now() + 14 * 86400000 + 1000; };"
    added = sheet.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
    try:
        sheet.open()
        sheet.told("已经自动删掉")
        assert sheet.stored() == []
        assert sheet.path not in sheet.pages()
    finally:
        sheet.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def test_ten_idle_minutes_lock_it(sheet: Sheet) -> None:
    source = """var wait = setTimeout;
    setTimeout = function (act, time) { return wait(act, time === 600000 ? 300 : time); };"""
    added = sheet.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
    try:
        sheet.open()
        sheet.state("new")
        sheet.write("#chosen", LONG_ENOUGH)
        sheet.write("#again", LONG_ENOUGH + Keys.ENTER)
        sheet.state("locked")
        sheet.told("自动锁上了")
        sheet.until(lambda: sheet.driver.switch_to.active_element.get_attribute("id") == "passphrase")
    finally:
        sheet.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def test_everything_on_the_device_is_deleted_by_keyboard(sheet: Sheet) -> None:
    sheet.keep()
    sheet.visitor.open(f"{HOME}device")
    sheet.until(lambda: sheet.one("[data-act=ask]").is_displayed())
    keys = Keyboard(sheet.driver)
    keys.to("删掉这台设备上的全部离线表", "button").send_keys(Keys.ENTER)
    keys.to("是，全部删掉", "button").send_keys(Keys.ENTER)
    sheet.until(lambda: "都删掉了" in sheet.one("#on-device [data-told]").text)
    assert sheet.stored() == []


def test_without_script_the_form_on_paper_is_the_way(sheet: Sheet) -> None:
    sheet.driver.use_script(False)
    try:
        sheet.visitor.open(sheet.path)
        said = sheet.driver.find_element(By.TAG_NAME, "main").text
    finally:
        sheet.driver.use_script(True)
    assert "打印纸质申请表" in said
    assert "口令" not in said
