"""The parts that a request works with, and the two doors to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from flask import current_app, g
from sqlalchemy.orm import Session

from portal.catalogue.loader import Catalogue
from portal.catalogue.model import Region
from portal.config import Settings
from portal.gateways import Gateways
from portal.store import Store
from portal.web.live_region import LiveRegion
from portal.web.static_files import StaticFiles


@dataclass(frozen=True)
class Parts:
    settings: Settings
    store: Store
    catalogue: Catalogue
    gateways: Gateways
    static_files: StaticFiles

    live_region: LiveRegion = field(default_factory=LiveRegion)

    @property
    def region(self) -> Region:
        """The region of this portal, with its units as administrators keep them."""
        return self.live_region.known or self.catalogue.regions[self.settings.region]


def parts() -> Parts:
    found = current_app.extensions["portal"]
    assert isinstance(found, Parts)
    return found


def transaction() -> AbstractContextManager[Session]:
    """Change something: commits at the end of the block, or leaves everything as it was."""
    end_first_look()
    return parts().store.transaction()


def reading() -> AbstractContextManager[Session]:
    """Look at something; the first time in a request it is the moment in which its session was found."""
    begun: FirstLook | None = g.pop(FIRST_LOOK, None)
    return begun.go_on() if begun else parts().store.reading()


FIRST_LOOK = "first_look"
"""Where a request keeps it."""


class FirstLook:
    """The reading that finds the session of a request, left open for what its page looks at next: to begin
    one takes as long as to ask. It ends with the next reading or before a change, at last with the request.
    """

    def __init__(self) -> None:
        self._reading = parts().store.reading()
        self.db = self._reading.__enter__()

    @contextmanager
    def go_on(self) -> Iterator[Session]:
        try:
            yield self.db
        finally:
            self.end()

    def end(self) -> None:
        self._reading.__exit__(None, None, None)


def first_look() -> Session:
    """The beginning of a request's readings; the one that is open where there is one."""
    begun: FirstLook | None = g.get(FIRST_LOOK)
    if begun is not None:
        return begun.db
    look = FirstLook()
    setattr(g, FIRST_LOOK, look)
    return look.db


def end_first_look(_failure: BaseException | None = None) -> None:
    begun: FirstLook | None = g.pop(FIRST_LOOK, None)
    if begun is not None:
        begun.end()
