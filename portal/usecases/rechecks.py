"""The sample of decisions that are looked at again: by the head of the unit, who says right or wrong.

Wrong opens the application again in the same act (``reopenings``): nobody finds a mistake and leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Region, Role
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store.applications import Application, Decision, StepEntry
from portal.store.rechecks import Recheck
from portal.usecases.actor import Actor
from portal.usecases.audit import record_office_event
from portal.usecases.deciders import recused_ids
from portal.usecases.reopenings import reopen
from portal.usecases.staff_names import name_of


@dataclass(frozen=True)
class Finding:
    """What was found; for a mistake also what opening the application again needs."""

    is_right: bool
    words: str
    basis: str = ""
    summary: str = ""


def get_recheck(db: Session, actor: Actor, reference: str) -> tuple[Recheck, Decision]:
    """The newest decision of this application in the sample, for the head of its unit. Raises NotFound."""
    row = db.execute(
        select(Recheck, Decision)
        .join(Decision, Decision.id == Recheck.decision_id)
        .join(StepEntry, StepEntry.id == Decision.entry_id)
        .join(Application, Application.id == StepEntry.application_id)
        .where(Application.reference == reference, Recheck.unit_code == actor.unit_code)
        .order_by(Recheck.id.desc())
        .limit(1)
    ).first()
    if row is None or actor.role is not Role.LEAD:
        raise NotFound("recheck")
    return row[0], row[1]


def finish_recheck(db: Session, actor: Actor, reference: str, region: Region, finding: Finding) -> Recheck:
    """Say what was found. Said twice in the same way it is said once.

    Raises NotFound, NotAllowed (who decided it, or keeps away), Conflict (who, when) where somebody else
    looked, Invalid without words, and what ``reopen`` raises where it was wrong.
    """
    application = db.scalar(select(Application).where(Application.reference == reference).with_for_update())
    recheck, decision = get_recheck(db, actor, reference)
    result = "right" if finding.is_right else "wrong"
    if application is None:
        raise NotFound("recheck")
    if recheck.checked_at is not None:
        if (recheck.checked_by_id, recheck.result) == (actor.account_id, result):
            return recheck
        who = name_of(db, recheck.checked_by_id)
        raise Conflict("decided_meanwhile", who=who, what="recheck", when=recheck.checked_at)
    if actor.account_id == decision.decided_by_id:
        raise NotAllowed("decided_it")
    if actor.account_id in recused_ids(db, application) | {application.account_id}:
        raise NotAllowed("recused")
    if not finding.words.strip():
        raise Invalid({"words": [FieldError("required_text")]})
    recheck.result, recheck.words = result, finding.words.strip()
    recheck.checked_by_id, recheck.checked_at = actor.signed_in_id, clock.now()
    db.flush()
    record_office_event(
        db, actor, application, "decision:recheck", details={"decision": decision.id, "result": result}
    )
    if not finding.is_right:
        reopen(
            db,
            actor,
            reference,
            region,
            cause=finding.words,
            basis=finding.basis,
            summary=finding.summary,
        )
    return recheck
