"""The browser checks would be worth nothing if they let faults pass: each is shown what it must find."""

import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from support import (
    Chromium,
    Look,
    assert_accessible,
    assert_borders_in_forced_colours,
    assert_fits_width,
    assert_focus_is_visible,
    assert_shape_holds,
    assert_survives_text_spacing,
    assert_targets_are_large,
    faults_of_looks,
    pairwise,
    spoken_order,
)
from support.axe import COLOUR_RULES, OPTIONAL_RULES, TAGS, inject_axe
from support.focus import assert_focus_is_visible_at_every_stop
from support.pairs import SETTINGS

GOOD_STYLE = """
body { margin: 0; padding: 16px; color: #000; background: #fff; font: 18px/1.75 sans-serif; }
button, input, .button { display: inline-block; min-height: 52px; min-width: 120px; border: 2px solid #000;
  color: #000; background: #fff; font: inherit; box-sizing: border-box; max-width: 100%; }
:focus { outline: 3px solid #00f; outline-offset: 2px; }
"""

GOOD_BODY = """
<main><h1>申请人信息</h1>
<p>请先看<a href="#name">怎样填</a>，再填下面的表。</p>
<form><p><label for="name">姓名</label><br><input id="name" aria-describedby="hint" value="王小明"></p>
<p id="hint">和身份证上一样。</p><p><button>保存并继续</button></p></form></main>"""


@pytest.fixture
def show(driver: Chromium, tmp_path: Path) -> Callable[..., None]:
    """`show(body, style)` opens a page with them; the style comes after a good one."""

    def open_page(body: str = GOOD_BODY, style: str = "") -> None:
        file = tmp_path / "page.html"
        file.write_text(
            f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>申请人信息</title>'
            f'<meta name="viewport" content="width=device-width"><style>{GOOD_STYLE}{style}</style></head>'
            f"<body>{body}</body></html>",
            encoding="utf-8",
        )
        driver.get(file.as_uri())

    return open_page


def test_a_good_page_passes_every_check(show: Callable[..., None], driver: Chromium) -> None:
    show()
    assert_accessible(driver)
    assert_targets_are_large(driver)
    assert_fits_width(driver)
    assert_survives_text_spacing(driver)
    assert_shape_holds(driver)
    assert_borders_in_forced_colours(driver)
    stops = assert_focus_is_visible(driver)
    assert [stop.described for stop in stops] == ['a "怎样填"', 'input#name "姓名"', 'button "保存并继续"']


@pytest.mark.parametrize(
    ("body", "style", "said"),
    [
        (GOOD_BODY.replace("for=", "data-for="), "", "label"),
        (GOOD_BODY, "p { color: #666 }", "color-contrast-enhanced"),
        (GOOD_BODY.replace("<main>", "<div>").replace("</main>", "</div>"), "", "region"),
        (
            '<main><h1>一</h1><p><a href="a.html">详情</a> <a href="b.html">详情</a></p></main>',
            "",
            "identical-links",
        ),
    ],
)
def test_axe_finds_faults_up_to_level_aaa(
    show: Callable[..., None], driver: Chromium, body: str, style: str, said: str
) -> None:
    show(body, style)
    with pytest.raises(AssertionError, match=said):
        assert_accessible(driver)


def test_a_small_button_is_found(show: Callable[..., None], driver: Chromium) -> None:
    show(style="button { min-height: 30px; line-height: 1 }")
    for ask in (assert_targets_are_large, assert_shape_holds):
        with pytest.raises(AssertionError, match="保存并继续"):
            ask(driver)


def test_a_small_link_outside_a_sentence_is_found(show: Callable[..., None], driver: Chromium) -> None:
    show('<main><h1>一</h1><ul><li><a href="#x">首页</a></li></ul></main>')
    with pytest.raises(AssertionError, match="首页"):
        assert_targets_are_large(driver)


def test_a_page_wider_than_320_px_is_found(show: Callable[..., None], driver: Chromium) -> None:
    show(style="h1 { min-width: 400px }")
    with pytest.raises(AssertionError, match="px wide at 320"):
        assert_fits_width(driver)
    driver.resize(320)
    with pytest.raises(AssertionError, match=r"tooWide: the page is .* px wide at 320"):
        assert_shape_holds(driver)


@pytest.mark.parametrize(
    "style",
    [
        "h1 { height: 1.2em; line-height: 1.2; width: 5em; overflow: hidden }",
        "main p { height: 10px; margin: 0 !important }",
    ],
)
def test_text_that_spacing_cuts_off_or_lays_over_other_text_is_found(
    show: Callable[..., None], driver: Chromium, style: str
) -> None:
    show(style=style)
    for ask in (assert_survives_text_spacing, assert_shape_holds):
        with pytest.raises(AssertionError, match=r"cut off by|lies over"):
            ask(driver)


@pytest.mark.parametrize("style", [":focus { outline: none }", ":focus { outline: 1px solid #00f }"])
def test_an_invisible_focus_is_found(show: Callable[..., None], driver: Chromium, style: str) -> None:
    show(style=style)
    for ask in (assert_focus_is_visible, assert_focus_is_visible_at_every_stop):
        with pytest.raises(AssertionError, match="outline is"):
            ask(driver)


def test_a_focus_under_something_sticky_is_found(show: Callable[..., None], driver: Chromium) -> None:
    show(GOOD_BODY + '<p class="bar">横幅</p>', ".bar { position: fixed; inset: 0; background: #fff }")
    for ask in (assert_focus_is_visible, assert_focus_is_visible_at_every_stop):
        with pytest.raises(AssertionError, match="is covered by"):
            ask(driver)


def test_a_button_that_vanishes_in_forced_colours_is_found(
    show: Callable[..., None], driver: Chromium
) -> None:
    show(style="button { border: 0; background: #ddd }")
    with pytest.raises(AssertionError, match="has no edge"):
        assert_borders_in_forced_colours(driver)


def test_spoken_order_reads_roles_names_values_and_hints_in_order(
    show: Callable[..., None], driver: Chromium
) -> None:
    show()
    assert spoken_order(driver).splitlines()[1:] == [
        "main",
        'heading "申请人信息" level=1',
        "paragraph",
        'text "请先看"',
        'link "怎样填"',
        'text "，再填下面的表。"',
        "form",
        "paragraph",
        'text "姓名"',
        'textbox "姓名" value="王小明" description="和身份证上一样。"',
        "paragraph",
        'text "和身份证上一样。"',
        "paragraph",
        'button "保存并继续"',
    ]


LOOKS = [
    Look(theme, size, spacing, width, elder)
    for theme in ("light", "dark")
    for size in (18, 36)
    for spacing in ("normal", "wide")
    for width in (1280, 320)
    for elder in ("0", "1")
]
LARGE = "36|elder"
"""Names of looks with the large shape."""


def test_a_good_page_is_good_under_every_look(show: Callable[..., None], driver: Chromium) -> None:
    show()
    assert faults_of_looks(driver, LOOKS) == {look: [] for look in LOOKS}


@pytest.mark.parametrize(
    ("style", "said", "where"),
    [
        ("[data-theme=dark] p { color: #666 }", "color-contrast-enhanced", "dark"),
        ("[data-theme=dark] p { color: #888 }", "color-contrast", "dark"),
        ('[data-size="36"] h1 { min-width: 400px }', "px wide at 320", "36-.*320"),
        ("[data-spacing=wide] button { min-height: 30px; line-height: 1 }", "smallTargets", "wide"),
        ("[data-theme=dark] :focus { outline: none }", "outline is 0 px", "dark"),
        ('[data-size="36"] p { color: #666 }', "color-contrast-enhanced", "36"),
        ("@media (max-width: 400px) { p { color: #666 } }", "color-contrast-enhanced", "320"),
        (
            "#hint { display: none; color: #888 } .large #hint { display: block }",
            "color-contrast",
            "36|elder",
        ),
        ("[data-elder] button { min-height: 30px; line-height: 1 }", "smallTargets", "elder"),
        ("[data-elder] p { color: #666 }", "color-contrast-enhanced", "elder"),
        ("[data-theme=dark] h1 { margin-left: 1px }", "moves what it should only colour", "dark"),
        (
            ".large h1 { height: 1.2em; line-height: 1.2; overflow: hidden; width: 5em }",
            "spaced out",
            "36|elder",
        ),
        ("@media (forced-colors: active) { .large button { border: 0 } }", "has no edge", LARGE),
    ],
)
def test_a_fault_of_some_looks_is_found_under_all_of_these_and_no_others(
    show: Callable[..., None], driver: Chromium, style: str, said: str, where: str
) -> None:
    show(style=style)
    faults = faults_of_looks(driver, LOOKS)
    assert {look.name for look in LOOKS if said in "".join(faults[look])} == {
        look.name for look in LOOKS if re.search(where, look.name)
    }


def test_a_label_that_vanishes_under_some_looks_is_found_there(
    show: Callable[..., None], driver: Chromium
) -> None:
    show(style="@media (max-width: 400px) { .large label { display: none } }")
    found = {
        look.name for look, faults in faults_of_looks(driver, LOOKS).items() if "label" in "".join(faults)
    }
    assert found
    assert all(re.search("36-.*320|320-elder", name) for name in found)


def test_rules_of_colours_are_rules_that_are_asked(show: Callable[..., None], driver: Chromium) -> None:
    show()
    inject_axe(driver)
    asked = driver.execute_script("return axe.getRules(arguments[0]).map((rule) => rule.ruleId);", TAGS)
    assert set(COLOUR_RULES) <= {*asked, *OPTIONAL_RULES}


def test_a_box_that_scrolls_under_some_looks_only_is_found(
    show: Callable[..., None], driver: Chromium
) -> None:
    box = f'<div class="box"><p>{"申请人信息" * 200}</p></div>'
    style = ".box { overflow: auto } .large .box { height: 5em }"
    show(GOOD_BODY.replace("<form>", f"{box}<form>"), style)
    said = {
        look.name
        for look, faults in faults_of_looks(driver, LOOKS).items()
        if "scrollable" in "".join(faults)
    }
    assert said
    assert all(re.search(LARGE, name) for name in said)


def test_pairwise_rows_meet_every_pair_with_few_rows() -> None:
    rows = pairwise()
    for (one, one_values), (other, other_values) in combinations(SETTINGS.items(), 2):
        met = {(row[one], row[other]) for row in rows}
        assert met == {(a, b) for a in one_values for b in other_values}
    assert len(rows) <= 15
