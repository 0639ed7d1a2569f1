"""The parts that a request works with, and the two doors to the database."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from portal.catalogue.loader import Catalogue
from portal.catalogue.model import Region
from portal.config import Settings
from portal.gateways import Gateways
from portal.store import Store
from portal.web.static_files import StaticFiles


@dataclass(frozen=True)
class Parts:
    settings: Settings
    store: Store
    catalogue: Catalogue
    gateways: Gateways
    static_files: StaticFiles

    @property
    def region(self) -> Region:
        return self.catalogue.regions[self.settings.region]


def parts() -> Parts:
    found = current_app.extensions["portal"]
    assert isinstance(found, Parts)
    return found


def transaction() -> AbstractContextManager[Session]:
    """Change something: commits at the end of the block, or leaves everything as it was."""
    return parts().store.transaction()


def reading() -> AbstractContextManager[Session]:
    """Look at something."""
    return parts().store.reading()
