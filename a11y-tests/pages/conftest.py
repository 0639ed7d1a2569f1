"""The rows of the table of pages: one choice of settings each, or with --every-setting all of them."""

from collections.abc import Iterator

import pytest
from pages.remembered import Remembered
from pages.table import rows
from support import axe_version
from werkzeug.routing import MapAdapter

from portal.app import create_app
from portal.config import Settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-setting",
        action="store_true",
        help="every page under every choice of settings; remembers in var/access what is done",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "row" in metafunc.fixturenames:
        found = rows(is_full=metafunc.config.getoption("every_setting"))
        metafunc.parametrize("row", found, ids=[row.name for row in found])


@pytest.fixture(scope="session")
def remembered(request: pytest.FixtureRequest) -> Iterator[Remembered | None]:
    """What earlier runs found good; None where every row is to be checked."""
    if not request.config.getoption("every_setting"):
        yield None
        return
    kept = Remembered()
    yield kept
    kept.write_report([row.name for row in rows(is_full=True)], f"axe-core {axe_version()}")


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MapAdapter]:
    """The addresses of the portal: `addresses.match(path)` says whose one is."""
    folder = str(tmp_path_factory.mktemp("addresses"))
    app = create_app(Settings.from_environment({"PORTAL_ENV": "test", "PORTAL_DATA_DIR": folder}))
    yield app.url_map.bind("localhost")
    app.extensions["portal"].store.close()
