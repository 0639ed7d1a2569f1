"""Everything that is asked of a whole page under one choice of display settings."""

from collections.abc import Callable

from support.axe import assert_accessible
from support.browser import NARROW, Chromium
from support.focus import assert_focus_is_visible_at_every_stop
from support.layout import assert_borders_in_forced_colours, assert_shape_holds


def faults_of_page(driver: Chromium, width: int) -> list[str]:
    """What is wrong with the open page at `width` CSS pixels, and in its layout at 320; all of it at once.

    All that is asked of one width is asked before the page is given another: it is laid out anew each time.
    """
    asked: dict[int, tuple[Callable[[Chromium], object], ...]] = {
        width: (
            assert_accessible,
            assert_shape_holds,
            assert_borders_in_forced_colours,
            assert_focus_is_visible_at_every_stop,
        )
    }
    asked.setdefault(NARROW, (assert_shape_holds,))
    faults = []
    for at, questions in asked.items():
        driver.resize(at)
        for ask in questions:
            try:
                ask(driver)
            except AssertionError as fault:
                faults.append(f"at {at} px: {fault}")
    return faults
