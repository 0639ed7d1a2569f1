"""Everything that is asked of a whole page under one choice of display settings."""

from collections.abc import Callable

from support.axe import assert_accessible
from support.browser import NARROW, Chromium
from support.focus import assert_focus_is_visible_at_every_stop
from support.layout import (
    assert_borders_in_forced_colours,
    assert_fits_width,
    assert_survives_text_spacing,
    assert_targets_are_large,
)


def faults_of_page(driver: Chromium, width: int) -> list[str]:
    """What is wrong with the open page at `width` CSS pixels, and in its layout at 320; all of it at once."""
    widths = sorted({width, NARROW}, reverse=True)
    asked: list[tuple[int, Callable[[], object]]] = [
        (width, lambda: assert_accessible(driver)),
        *((one, lambda: assert_targets_are_large(driver)) for one in widths),
        *((one, lambda one=one: assert_fits_width(driver, one)) for one in widths),
        *((one, lambda one=one: assert_survives_text_spacing(driver, one)) for one in widths),
        (width, lambda: assert_borders_in_forced_colours(driver)),
        (width, lambda: assert_focus_is_visible_at_every_stop(driver)),
    ]
    faults = []
    for at, ask in asked:
        driver.resize(at)
        try:
            ask()
        except AssertionError as fault:
            faults.append(f"at {at} px: {fault}")
    driver.resize(width)
    return faults
