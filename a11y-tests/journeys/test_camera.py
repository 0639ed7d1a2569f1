"""The camera at the counter: a still goes into the ordinary control, and the camera stops."""

import pytest
from pages.visit_journey_pages import HERE, camera_on, with_files
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from support import Chromium, Keyboard, Server, Stage, Visitor, faults_of_page
from support.browser import NARROW, WAIT_SECONDS, WIDE

SPY = """
window.tracks = [];
var media = navigator.mediaDevices, ask = media.getUserMedia.bind(media);
media.getUserMedia = function (wish) {
  return ask(wish).then(function (stream) { tracks.push.apply(tracks, stream.getTracks()); return stream; });
};
"""
LIVE = "return tracks.filter(function (one) { return one.readyState === 'live'; }).length"


@pytest.fixture
def visitor(driver: Chromium, server: Server, stage: Stage) -> Visitor:
    made = Visitor(driver, server, stage, {"language": "zh", "width": 1280})
    with_files(HERE + "/part/papers")(made)
    driver.execute_script(SPY)
    return made


def told(driver: Chromium, words: str) -> None:
    def is_said(_here: object) -> bool:
        found = driver.find_elements(By.CSS_SELECTOR, "input[type=file] + div [role=status]")
        return any(words in one.text for one in found)

    WebDriverWait(driver, WAIT_SECONDS, 0.05).until(is_said)


def test_still_goes_into_the_control_and_the_camera_stops(visitor: Visitor) -> None:
    driver, keys = visitor.driver, Keyboard(visitor.driver)
    keys.to("用摄像头拍照", "button").send_keys(Keys.ENTER)
    told(driver, "摄像头打开了")
    assert driver.execute_script(LIVE) == 1
    assert driver.switch_to.active_element.text == "拍下来"
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    told(driver, "拍好了")
    assert driver.execute_script(LIVE) == 0
    chosen = """return Array.from(document.querySelectorAll("input[type=file]")).map(function (one) {
      return one.files.length ? one.files[0].type + (one.files[0].size > 1000) : "";
    }).filter(Boolean);"""
    assert driver.execute_script(chosen) == ["image/jpegtrue"]


def test_camera_is_turned_off_by_its_button_and_by_the_next_visitor(visitor: Visitor) -> None:
    driver, keys = visitor.driver, Keyboard(visitor.driver)
    for end in ("close", "next"):
        keys.to("用摄像头拍照", "button").send_keys(Keys.ENTER)
        told(driver, "摄像头打开了")
        if end == "close":
            keys.to("关掉摄像头", "button").send_keys(Keys.ENTER)
            told(driver, "摄像头关了")
        else:
            stay = "addEventListener('submit', function (event) { event.preventDefault(); })"
            driver.execute_script(stay)
            button = driver.find_element(By.CSS_SELECTOR, "#next-visitor button:not([hidden])")
            driver.execute_script("arguments[0].click()", button)
        assert driver.execute_script(LIVE) == 0


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_picture_of_the_camera_leaves_no_fault_and_no_open_question(
    driver: Chromium, server: Server, stage: Stage, width: int
) -> None:
    camera_on(Visitor(driver, server, stage, {"language": "zh", "width": width}))
    faults = faults_of_page(driver, width)
    assert not faults, "\n".join(faults)


def test_without_script_there_is_only_the_control(driver: Chromium, server: Server, stage: Stage) -> None:
    made = Visitor(driver, server, stage, {"language": "zh", "width": 1280})
    driver.use_script(False)
    try:
        with_files(HERE + "/part/papers")(made)
        assert "摄像头" not in driver.find_element(By.TAG_NAME, "main").text
        assert driver.find_elements(By.CSS_SELECTOR, "main input[type=file]")
    finally:
        driver.use_script(True)
