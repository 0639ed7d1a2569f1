"""The rows of the table of pages: one choice of settings each, or with --every-setting all of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pages.remembered import Remembered
from pages.table import LOOKS, drawings, rows
from support import axe_version
from werkzeug.routing import MapAdapter

from portal.app import create_app
from portal.config import Settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-setting",
        metavar="N/OF",
        help="every page under every choice of settings, the Nth of OF parts (see a11y-tests/access.py)",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    is_for_all = collection_path.name == "test_every_setting.py"
    return True if is_for_all and not config.getoption("every_setting") else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "row" in metafunc.fixturenames:
        found = rows()
        metafunc.parametrize("row", found, ids=[row.name for row in found])
    if "drawing" in metafunc.fixturenames:
        part, parts = map(int, metafunc.config.getoption("every_setting").split("/"))
        # Both versions of a page in one part: the second is known where it is the same page.
        share = [one for number, one in enumerate(drawings()) if number // 2 % parts == part - 1]
        metafunc.parametrize("drawing", share, ids=[drawing.name for drawing in share])


@pytest.fixture(scope="session")
def remembered() -> Iterator[Remembered]:
    """What this and earlier runs have found; the report is written when a part ends."""
    kept = Remembered()
    yield kept
    kept.write_report([drawing.name for drawing in drawings()], len(LOOKS), f"axe-core {axe_version()}")


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MapAdapter]:
    """The addresses of the portal: `addresses.match(path)` says whose one is."""
    folder = str(tmp_path_factory.mktemp("addresses"))
    app = create_app(Settings.from_environment({"PORTAL_ENV": "test", "PORTAL_DATA_DIR": folder}))
    yield app.url_map.bind("localhost")
    app.extensions["portal"].store.close()
