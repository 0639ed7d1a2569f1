"""What was carried out once is given again after the years that a region says (rules.md 10, GZ-01).

What the portal does not know refuses nobody: only works that the same account applied for and that were
accepted here count, and who says that much has changed, or does not know, is looked at by staff.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Again, Definition
from portal.rules.calendar import months_on
from portal.rules.journey import Journey
from portal.store.applications import Application


def carried_out_on(application: Application, again: Again) -> date | None:
    """The day from which the years count: that of the newest word of the step, where it is the one that
    counts; None where it was not, is looked at once more, or was taken back."""
    visits = [one for one in application.entries if one.step == again.step]
    if not visits or visits[-1].closed_at is None or visits[-1].outcome != again.outcome:
        return None
    return clock.shanghai(visits[-1].closed_at).date()


def find_given(
    db: Session, application: Application, definition: Definition, journey: Journey
) -> tuple[Application, date] | None:
    """What was carried out too short a time ago for this application, and the first day on which it may be
    asked for again; None where nothing known stands against it."""
    again = definition.service.again
    if again is None or again.years is None or application.once_key is None:
        return None
    if again.unless.holds(journey.facts) is not False:
        return None
    granted = select(Application).where(
        Application.once_key == application.once_key,
        Application.id != application.id,
        Application.state == "approved",
    )
    done = [(one, on) for one in db.scalars(granted) if (on := carried_out_on(one, again)) is not None]
    if not done:
        return None
    newest, on = max(done, key=lambda pair: pair[1])
    may_again_on = months_on(on, 12 * again.years)
    return (newest, may_again_on) if clock.today() < may_again_on else None
