"""Every page in every state it can have: axe, targets, focus, 320 px, spaced text, forced colours."""

from urllib.parse import urlsplit

from pages.table import Row
from support import Chromium, Server, Stage, Visitor, faults_of_page
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter


def test_nothing_is_wrong_with_the_page(
    driver: Chromium, server: Server, stage: Stage, addresses: MapAdapter, row: Row
) -> None:
    visitor = Visitor(driver, server, stage, row.settings)
    row.page.reach(visitor)
    assert visitor.status == row.page.status, f"{driver.current_url} answered {visitor.status}"
    assert route_of(driver.current_url, addresses) == row.page.route, driver.current_url
    faults = faults_of_page(driver, visitor.width)
    assert not faults, f"{row.name}\n" + "\n".join(faults)


def route_of(address: str, addresses: MapAdapter) -> str:
    """Which rule an address belongs to; "" for none."""
    path = urlsplit(address).path
    for method in ("GET", "POST"):
        try:
            return addresses.match(path, method=method, return_rule=True)[0].rule
        except (NotFound, MethodNotAllowed):
            continue
    return ""
