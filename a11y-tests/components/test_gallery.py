"""Every component in every state, in a real browser: axe, reflow, targets, focus, and the small helps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from support import (
    Chromium,
    assert_accessible,
    assert_borders_in_forced_colours,
    assert_fits_width,
    assert_focus_is_visible,
    assert_survives_text_spacing,
    pairwise,
)

COMPONENTS = Path(__file__).parents[2] / "templates/components"
# Parts that only mean something inside another one; the gallery draws them there.
INNER_PARTS = {"form", "help_block", "place", "text_control", "choice_list"}
VARIANTS = pairwise(
    {
        "theme": ("auto", "light", "dark", "yellow"),
        "size": ("18", "22", "28", "36"),
        "language": ("zh", "easy", "en"),
        "spacing": ("normal", "wide"),
        "elder": ("0", "1"),
        "front": ("public", "office"),
        "width": (1280, 640, 320),
    }
)
Address = Callable[..., str]


def name_of(row: dict[str, Any]) -> str:
    return "-".join(str(value) for value in row.values())


def test_every_component_has_an_example(examples: list[dict[str, Any]]) -> None:
    written = {path.stem for path in COMPONENTS.glob("*.html")}
    assert {one["component"] for one in examples} == written - INNER_PARTS


def test_no_two_examples_share_a_state(examples: list[dict[str, Any]]) -> None:
    states = [(one["component"], one["state"]) for one in examples]
    assert len(states) == len(set(states))


@pytest.mark.parametrize("row", VARIANTS, ids=name_of)
def test_axe_finds_nothing(driver: Chromium, gallery: Address, row: dict[str, Any]) -> None:
    driver.resize(row["width"])
    driver.emulate({"prefers-color-scheme": "dark" if row["theme"] == "auto" else "light"})
    driver.get(gallery(**row))
    assert_accessible(driver)


@pytest.mark.parametrize("size", ["18", "22", "28", "36"])
@pytest.mark.parametrize(
    "more",
    [{}, {"spacing": "wide", "language": "en", "account": "1", "front": "desk"}],
    ids=["zh", "wide-en"],
)
def test_320_px_and_spaced_text_lose_nothing(
    driver: Chromium, gallery: Address, size: str, more: dict[str, str]
) -> None:
    driver.get(gallery(size=size, **more))
    assert_fits_width(driver, 320)
    assert_survives_text_spacing(driver, 320)
    assert_fits_width(driver, 1280)


def test_forced_colours_leave_every_control_an_edge(driver: Chromium, gallery: Address) -> None:
    driver.get(gallery())
    assert_borders_in_forced_colours(driver)


@pytest.mark.parametrize("theme", ["light", "dark", "yellow"])
def test_every_stop_of_the_keyboard_shows_its_focus(driver: Chromium, gallery: Address, theme: str) -> None:
    driver.get(gallery(theme=theme))
    assert_focus_is_visible(driver)


@pytest.mark.parametrize(
    ("preferences", "least"),
    [({"size": "18"}, 44), ({"size": "18", "elder": "1"}, 60), ({"account": "1", "front": "desk"}, 44)],
)
@pytest.mark.parametrize("width", [1280, 320])
def test_targets_are_large_and_apart(
    driver: Chromium, gallery: Address, preferences: dict[str, str], least: int, width: int
) -> None:
    driver.resize(width)
    driver.get(gallery(**preferences))
    small, near = driver.execute_script(
        """const least = arguments[0] - 0.5, boxes = [];
           for (const e of document.querySelectorAll('a, button, input, select, textarea')) {
             if (e.hidden || e.type === 'hidden' || e.classList.contains('skip')) continue;
             const whole = e.closest('.choice, .cards li') || e;  // the card is the target
             boxes.push([whole.getBoundingClientRect(), whole.outerHTML.slice(0, 160)]);
           }
           const small = boxes.filter(([b]) => b.width < least || b.height < least)
             .map(([b, html]) => [b.width, b.height, html]);
           const near = [];
           boxes.forEach(([a, one], i) => boxes.slice(i + 1).forEach(([b, other]) => {
             const x = Math.max(a.left, b.left) - Math.min(a.right, b.right);
             const y = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
             if (x < 7.5 && y < 7.5) near.push([x, y, one, other]);
           }));
           return [small, near];""",
        least,
    )
    assert small == []
    assert near == []


def test_controls_are_52_px_high(driver: Chromium, gallery: Address) -> None:
    driver.resize(1280)
    driver.get(gallery(size="18"))
    heights = driver.execute_script(
        "return [...document.querySelectorAll('.button, .choice, textarea, .field input')]"
        ".filter(e => !['radio', 'checkbox'].includes(e.type))"
        ".filter(e => e.getClientRects().length).map(e => e.getBoundingClientRect().height)"
    )
    assert len(heights) > 20
    assert min(heights) >= 52


def test_error_summary_has_focus_and_its_links_land_on_the_controls(
    driver: Chromium, gallery: Address
) -> None:
    driver.get(gallery())
    assert driver.switch_to.active_element.get_attribute("id") == "errors"
    driver.find_element(By.CSS_SELECTOR, "#errors a").send_keys(Keys.ENTER)
    assert driver.switch_to.active_element.get_attribute("id") == "id-number"


def test_skip_link_is_first_and_leads_to_main(driver: Chromium, gallery: Address) -> None:
    driver.get(gallery())
    skip = driver.find_element(By.CSS_SELECTOR, "body > a:first-child")
    skip.send_keys(Keys.ENTER)
    assert driver.switch_to.active_element.get_attribute("id") == "main"


def test_focus_has_outline_and_halo_also_in_forced_colours(driver: Chromium, gallery: Address) -> None:
    driver.get(gallery(theme="light"))
    measure = (
        "const s = getComputedStyle(document.activeElement);"
        "return [s.outlineStyle, s.outlineWidth, s.boxShadow]"
    )
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    style, width, halo = driver.execute_script(measure)
    assert (style, width) == ("solid", "3px")
    assert "rgb(255, 212, 0)" in halo
    driver.emulate({"forced-colors": "active"})
    assert driver.execute_script(measure)[:2] == ["solid", "3px"]
    radio = "return getComputedStyle(document.querySelector('.choice input')).appearance"
    assert driver.execute_script(radio) == "auto"


def test_enter_in_a_text_box_goes_onward_and_removes_nothing(driver: Chromium, gallery: Address) -> None:
    driver.get(gallery())
    driver.find_element(By.ID, "enter").send_keys("李某", Keys.ENTER)
    sent = WebDriverWait(driver, 10).until(lambda d: d.find_element(By.ID, "sent")).text
    assert "step=onward" in sent
    assert "remove" not in sent


def test_second_press_is_held_back_and_the_sending_is_said(driver: Chromium, gallery: Address) -> None:
    driver.get(gallery())
    driver.execute_script(
        """window.sent = 0;
           const form = document.getElementById('enter-form');
           window.addEventListener('submit', e => {
             if (!e.defaultPrevented) { window.sent++; e.preventDefault(); }
           });
           form.requestSubmit(); form.requestSubmit();"""
    )
    WebDriverWait(driver, 5).until(lambda d: d.find_element(By.ID, "say").text == "正在提交，请等一等。")
    assert driver.execute_script("return window.sent") == 1
    assert driver.find_elements(By.CSS_SELECTOR, "[disabled]") == []


def test_idle_warning_is_said_in_the_page_and_continuing_keeps_what_is_typed(
    driver: Chromium, gallery: Address
) -> None:
    driver.get(gallery(account="1", idle="601"))
    title = driver.title
    driver.find_element(By.ID, "enter").send_keys("李某")
    link = WebDriverWait(driver, 10).until(lambda d: d.find_element(By.CSS_SELECTOR, "#say a"))
    assert driver.title.startswith("再过10分钟")
    assert driver.switch_to.active_element.get_attribute("id") == "enter"
    link.send_keys(Keys.ENTER)
    WebDriverWait(driver, 5).until(lambda d: d.title == title)
    assert driver.find_element(By.ID, "enter").get_attribute("value") == "李某"


def test_page_has_one_of_each_landmark_and_no_inline_style_or_script(
    driver: Chromium, gallery: Address
) -> None:
    driver.get(gallery())
    counts = driver.execute_script(
        "return ['body > header', 'main', 'body > footer', 'section.help']"
        ".map(s => document.querySelectorAll(s).length)"
    )
    assert counts == [1, 1, 1, 1]
    assert driver.find_elements(By.CSS_SELECTOR, "[style], style, script:not([src])") == []


def test_narrow_table_keeps_its_roles_and_names_each_cell(driver: Chromium, gallery: Address) -> None:
    driver.resize(320)
    driver.get(gallery())
    cells = driver.find_elements(By.CSS_SELECTOR, "tbody tr:first-child td")
    assert [cell.aria_role for cell in cells] == ["cell"] * 4
    assert cells[0].text == "服务：新办残疾人证"
    assert driver.find_element(By.TAG_NAME, "table").aria_role == "table"
