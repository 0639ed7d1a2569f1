"""What the tests of pages share."""

import pytest
from flask import Flask

from portal.store import Store
from tests.support.journeys import Office
from tests.support.office import prepare


@pytest.fixture
def house(app: Flask) -> Store:
    """The store of the portal, with the units of the region and its services."""
    store: Store = app.extensions["portal"].store
    with store.transaction() as db:
        prepare(db)
    return store


@pytest.fixture
def office(app: Flask) -> Office:
    """The portal with its staff at their posts."""
    opened = Office(app)
    opened.open()
    return opened
