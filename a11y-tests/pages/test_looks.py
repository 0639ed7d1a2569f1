"""What `make access` trusts in: that a page changed in place is the page that the server would draw."""

from dataclasses import replace
from typing import Any

import pytest
from pages.remembered import content_of
from pages.table import FIRST_LOOK, PAGES
from support import Chromium, Look, Server, Stage, Visitor, wear
from support.visitor import Settings

LARGE = Look(theme="dark", size=28, spacing="wide", width=320)
SMALL = Look(theme="yellow", size=22, spacing="normal", width=640)
OF_EACH_KIND = (
    "/ usual",
    "/services/<code> guide",
    "/sign-in error",
    "/apply/<code>/<reference>/check long",
    "/desk filled",
    "/manage/staff all",
)


@pytest.mark.parametrize("elder", ["0", "1"])
@pytest.mark.parametrize("look", [LARGE, SMALL], ids=lambda look: look.name)
@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_page_changed_in_place_is_the_page_that_the_server_draws(
    driver: Chromium, server: Server, stage: Stage, name: str, look: Look, elder: str
) -> None:
    look = replace(look, elder=elder)
    drawn = _seen(driver, server, stage, name, vars(look))
    usual = "1" if (name, elder) == ("/ usual", "1") else "0"  # home has words of its own for elders
    first = _seen(driver, server, stage, name, {**vars(FIRST_LOOK), "elder": usual})
    wear(driver, look)
    assert drawn != first
    assert _root_and_body(driver) == drawn


def _seen(driver: Chromium, server: Server, stage: Stage, name: str, settings: Settings) -> dict[str, Any]:
    driver.fresh()
    [page] = [page for page in PAGES if page.name == name]
    page.reach(Visitor(driver, server, stage, settings))
    return _root_and_body(driver)


def _root_and_body(driver: Chromium) -> dict[str, Any]:
    root: dict[str, Any] = driver.execute_script(
        "const named = [...document.documentElement.attributes].map((one) => [one.name, one.value]);"
        "return Object.fromEntries(named);"
    )
    inside: str = driver.execute_script("return document.documentElement.innerHTML;")
    return {**root, "inside": content_of(inside)}
