"""Who goes through these stories."""

from collections.abc import Iterator

import pytest
from support import Chromium, Person, Server, Stage


@pytest.fixture
def person(driver: Chromium, server: Server, stage: Stage) -> Iterator[Person]:
    """Somebody at the browser; the tabs that they opened are closed after them."""
    first = driver.current_window_handle
    yield Person(driver, server, stage)
    for other in driver.window_handles:
        if other != first:
            driver.switch_to.window(other)
            driver.close()
    driver.switch_to.window(first)
