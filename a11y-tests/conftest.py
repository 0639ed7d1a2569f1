"""One browser and one running portal for all browser tests."""

import fcntl
import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.common.exceptions import InvalidSessionIdException
from support import (
    Chromium,
    Server,
    Stage,
    assert_accessible,
    axe_version,
    keep_axe_ready,
    open_chromium,
    start_server,
)
from support.rotation import SEED
from support.server import make_demonstration
from urllib3.exceptions import HTTPError

# As for the other tests: by itself Python looks for garbage so often that it takes a good part of the time.
gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for test in items:
        if Path(__file__).parent in test.path.parents:
            test.add_marker(pytest.mark.browser)
    _begin_with_long_stories(items)


def _begin_with_long_stories(items: list[pytest.Item]) -> None:
    """Each of the longest tests is the first of a browser's share, so that no browser comes to it last."""
    long = [test for test in items if test.get_closest_marker("long_story")]
    browsers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = [test for test in items if test not in long]
    share = (len(items) + len(long)) // browsers
    for number, test in enumerate(long):
        items.insert(number % browsers * share, test)


def pytest_xdist_auto_num_workers() -> int:
    """Half of the time a browser waits, for its driver or its server: there are two for each processor."""
    return 2 * len(os.sched_getaffinity(0))


def pytest_report_header() -> str:
    return f"axe-core {axe_version()}; rotating service by {SEED}={os.environ[SEED]}"


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    browser = open_chromium(tmp_path_factory.mktemp("profile"))
    keep_axe_ready(browser)
    yield browser
    browser.quit()


@pytest.fixture
def driver(chromium: Chromium) -> Chromium:
    """The browser without cookies, 1280 px wide, in no emulated colours, script on."""
    try:
        chromium.fresh()
    except (InvalidSessionIdException, HTTPError) as gone:
        pytest.exit(f"the browser has ended: {gone}")
    return chromium


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Demo region and people as they are at the beginning: made by the first browser that needs them."""
    mine = tmp_path_factory.getbasetemp()
    of_all = mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine
    made = of_all / "demonstration"
    with (of_all / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
        if not made.exists():
            make_demonstration(tmp_path_factory.mktemp("demonstration")).rename(made)
    return made


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, demonstration: Path) -> Iterator[Server]:
    """The real portal with demo region and people."""
    running = start_server(tmp_path_factory.mktemp("portal"), demonstration)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def stage(server: Server) -> Iterator[Stage]:
    """People and applications on the data of `server`."""
    made = Stage(server)
    yield made
    made.close()


@pytest.fixture
def axe(driver: Chromium) -> Callable[[], None]:
    """`axe()` checks the page that is open with every rule of axe-core."""
    return lambda: assert_accessible(driver)
