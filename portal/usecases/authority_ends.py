"""The time of an authority runs out: both sides are warned, then it is over (民法典 art. 173)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region
from portal.store.representations import Representation
from portal.usecases.acting_messages import WARNED, tell_both
from portal.usecases.actor import SYSTEM
from portal.usecases.representations import WARN_DAYS_BEFORE_END, end_representation, grown_on, record_change


def warn_of_end(db: Session, region: Region, representation_id: int) -> None:
    """Tell both sides that the time runs out; after downtime once, and not of what is over or moved."""
    kept = db.get(Representation, representation_id, with_for_update=True)
    if kept is None or kept.state not in ("claimed", "active") or kept.to_on is None:
        return
    left = (kept.to_on - clock.today()).days
    nearest = min((days for days in WARN_DAYS_BEFORE_END if left <= days), default=None)
    if left < 0 or nearest is None:
        return
    unique = f"authority-{kept.id}-warn-{kept.to_on}-{nearest}"
    if tell_both(db, region, kept, WARNED, unique=unique, day=kept.to_on):
        record_change(db, SYSTEM, kept, "representation:warn", days=left)


def end_over(db: Session, region: Region, representation_id: int) -> None:
    """End an authority whose time is over; a child's guardian's on the day on which the child is of age."""
    kept = db.get(Representation, representation_id, with_for_update=True)
    if kept is None or kept.to_on is None or clock.today() <= kept.to_on:
        return
    grown = grown_on(db, kept)
    is_of_age = grown is not None and clock.today() >= grown
    end_representation(db, SYSTEM, region, kept, by="system", why="of_age" if is_of_age else "over")
