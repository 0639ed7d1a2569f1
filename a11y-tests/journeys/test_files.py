"""A file handed in by keyboard, with the browser's own control, with script and without."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from support import PLAIN, Chromium, Server, Stage, Visitor
from support.keyboard import Keyboard

from tests.support import papers

GO_ON = "保存并继续"


@pytest.fixture(params=["with script", "without"])
def visitor(
    request: pytest.FixtureRequest, driver: Chromium, server: Server, stage: Stage
) -> Iterator[Visitor]:
    driver.use_script(request.param == "with script")
    yield Visitor(driver, server, stage, {"language": "zh", "width": 1280})
    driver.use_script(True)


def test_photo_is_chosen_sent_seen_and_taken_back_by_keyboard(visitor: Visitor, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(papers.photo())
    staged = visitor.stage.draft({**PLAIN, "evidence_hukou": "upload"}, until="evidence-hukou")
    visitor.sign_in(staged.applicant)
    visitor.open(f"/apply/zj-01/{staged.reference}/evidence-hukou")
    keys = Keyboard(visitor.driver)
    keys.fill_page({"evidence_hukou": "upload"}, GO_ON)
    keys.go(Keys.ENTER)
    keys.skip_to_main()
    keys.to("选一份文件", "input").send_keys(str(photo))
    keys.push("上传这份文件")
    assert said(visitor.driver).startswith("户口簿的文件")
    assert "文件已经收到" in said(visitor.driver)
    keys.follow("看户口簿第1份")
    image = visitor.driver.find_element(By.CSS_SELECTOR, "main img")
    assert visitor.driver.execute_script("return arguments[0].naturalWidth", image) > 1000
    visitor.driver.back()
    keys.skip_to_main()
    keys.push("删除户口簿第1份")
    assert "文件已经删除" in said(visitor.driver)
    assert "户口簿第1份" not in said(visitor.driver)


def said(driver: Chromium) -> str:
    return driver.find_element(By.ID, "documents-hukou-here").text
