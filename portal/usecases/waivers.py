"""A public notice that can never safely be posted again is given up (不再公示), and its step goes on.

No rule foresees it: 残疾人证管理办法 art. 9 only spares minors "in principle" (rules.md 2.4 step 4). So the
service has to say that it is allowed and on what it leans (``Step.waiver``), the notice must have come down
because it endangers the person, and it takes two: the head of the unit that posts asks with a reason, an
officer of the post agrees. The reason stays on record; the applicant is told what follows.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Citation, Region, Role, Step
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.permissions import may_be_second
from portal.rules.steps import outcome_of, step_of
from portal.store.applications import Application, StepEntry
from portal.store.public_notices import NoticeWaiver, Objection, PublicNotice
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.audit import record_office_event
from portal.usecases.claims import get_seen
from portal.usecases.deciders import entry_facts, recused_ids
from portal.usecases.notices import send_notice
from portal.usecases.objections import has_open_objection
from portal.usecases.public_notices import WAIVED, may_take_down
from portal.usecases.staff_names import name_of
from portal.usecases.steps import go_on_from
from portal.usecases.takedowns import REASONS, lock_notice, standing_takedown
from portal.usecases.transitions import close_entry, move, resume

WaiverSeen = NoticeWaiver
"""A row as pages show it."""

DANGER: Final = "danger"
"""The only reason of ``takedowns.REASONS`` for which a notice is given up: what is wrong can be put right."""


def may_propose_waiver(db: Session, actor: Actor, notice: PublicNotice) -> bool:
    """Whether the head of the unit can ask now that a notice be given up."""
    standing = standing_takedown(notice)
    entry = db.get_one(StepEntry, notice.entry_id)
    return (
        _leads(actor, notice)
        and standing is not None
        and standing.reason == DANGER
        and entry.closed_at is None
        and _step(db, notice).waiver is not None
        and waiting_waiver(notice) is None
    )


def basis_of(db: Session, notice: PublicNotice) -> Citation | None:
    """On what the service leans for giving a notice up; None where it does not know it."""
    definition = definition_of(db, notice.application)
    waiver = _step(db, notice).waiver
    return definition.service.citations[waiver.cite] if waiver is not None else None


def get_waivable(db: Session, actor: Actor, reference: str, notice_id: int) -> PublicNotice:
    """A notice of the unit that the actor leads. Raises NotFound for any other and for other posts."""
    application = get_seen(db, actor, reference)
    notice = db.get(PublicNotice, notice_id)
    if notice is None or notice.application_id != application.id or not _leads(actor, notice):
        raise NotFound("public_notice")
    return notice


def waiting_waiver(notice: PublicNotice) -> NoticeWaiver | None:
    """What waits for a second officer."""
    return next((one for one in notice.waivers if one.answered_at is None), None)


def propose_waiver(db: Session, actor: Actor, reference: str, notice_id: int, cause: str) -> NoticeWaiver:
    """Ask that a notice be given up; ``cause`` is for the office and for inspectors. Asked twice it is asked
    once.

    Raises NotFound for who does not lead the unit that posts, NotAllowed on one's own application, for who
    keeps away and where the service does not know it, Conflict where it is not down for danger
    (``not_in_danger``) or an objection is not answered yet (``objections_first``), Invalid without a cause.
    """
    notice, application, entry = lock_notice(db, actor, reference, notice_id, _leads)
    if _step(db, notice).waiver is None:
        raise NotAllowed("no_waiver_here")
    known = waiting_waiver(notice)
    if known is not None:
        return known
    _refuse_unless_down(db, notice, application, entry)
    if not cause.strip():
        raise Invalid({"cause": [FieldError("required_text")]})
    waiver = NoticeWaiver(
        entry_id=entry.id,
        unit_code=notice.unit_code,
        cause=cause.strip(),
        proposed_by_id=actor.signed_in_id,
        proposed_at=clock.now(),
    )
    notice.waivers.append(waiver)
    db.flush()
    _record(db, actor, application, waiver, "waiver:propose")
    return waiver


def get_waiver(db: Session, actor: Actor, reference: str, waiver_id: int) -> NoticeWaiver:
    """One request, for the head and the reviewers of the unit that posts. Raises NotFound."""
    application = get_seen(db, actor, reference)
    waiver = db.get(NoticeWaiver, waiver_id)
    if waiver is None or waiver.notice.application_id != application.id:
        raise NotFound("waiver")
    if not (_leads(actor, waiver.notice) or may_take_down(actor, waiver.notice)):
        raise NotFound("waiver")
    return waiver


def agree_to_waive(db: Session, actor: Actor, reference: str, waiver_id: int, region: Region) -> None:
    """Agree, as another officer of the post: the step goes on at once as if nobody had objected. Where an
    objection was found right, an officer decides the step instead. Agreed twice it is agreed once.

    Raises NotFound, NotAllowed for who may not be the second, Conflict (who, when) where it was sent back,
    the notice is not down any more, or the proposer keeps away by now.
    """
    waiver, application, entry = _locked(db, actor, reference, waiver_id)
    if waiver.is_agreed and waiver.answered_by_id == actor.account_id:
        return
    _refuse_answered(db, waiver)
    notice = waiver.notice
    step = _step(db, notice)
    if not may_be_second(actor, entry_facts(db, application, entry, step), waiver.proposed_by_id):
        raise NotAllowed("four_eyes")
    _refuse_unless_down(db, notice, application, entry)
    if waiver.proposed_by_id in recused_ids(db, application):
        who = name_of(db, waiver.proposed_by_id)
        raise Conflict("proposer_keeps_away", who=who, what="recusal")
    _answer(actor, waiver, is_agreed=True)
    _record(db, actor, application, waiver, "waiver:agree")
    _give_up(db, actor, application, notice, entry, step, region)


def refuse_to_waive(db: Session, actor: Actor, reference: str, waiver_id: int, words: str) -> None:
    """Send it back: the step waits on. Whoever asked may take it back in the same way.

    Raises NotFound, NotAllowed, Conflict (who, when) where it was answered before, Invalid without words.
    """
    waiver, application, entry = _locked(db, actor, reference, waiver_id)
    _refuse_answered(db, waiver)
    is_own = waiver.proposed_by_id == actor.account_id
    facts = entry_facts(db, application, entry, _step(db, waiver.notice))
    if not is_own and not may_be_second(actor, facts, waiver.proposed_by_id):
        raise NotAllowed("four_eyes")
    if not words.strip():
        raise Invalid({"words": [FieldError("required_text")]})
    waiver.words = words.strip()
    _answer(actor, waiver, is_agreed=False)
    db.flush()
    _record(db, actor, application, waiver, "waiver:send_back")


def _give_up(
    db: Session,
    actor: Actor,
    application: Application,
    notice: PublicNotice,
    entry: StepEntry,
    step: Step,
    region: Region,
) -> None:
    definition = definition_of(db, application)
    notice.end_kind = WAIVED
    resume(db, entry, step)
    is_over = not has_open_objection(db, entry)
    if is_over:
        close_entry(db, entry, WAIVED)
    move(db, actor, application, "advance", details={"step": step.id, "outcome": WAIVED})
    why = REASONS[DANGER].by_language()
    facts = {"event": WAIVED if is_over else "waived_objected", "unit": notice.unit_code, "why": why}
    send_notice(db, application, definition, "N08", facts)
    if is_over:
        outcome = outcome_of(step, step.ends_with or "")
        go_on_from(db, application, definition, region, step, outcome)


def _locked(
    db: Session, actor: Actor, reference: str, waiver_id: int
) -> tuple[NoticeWaiver, Application, StepEntry]:
    """Under the application's lock, as whoever posts the notice again."""
    application = get_seen(db, actor, reference, lock=True)
    waiver = get_waiver(db, actor, reference, waiver_id)
    db.refresh(waiver, with_for_update=True)
    return waiver, application, db.get_one(StepEntry, waiver.entry_id, populate_existing=True)


def _refuse_answered(db: Session, waiver: NoticeWaiver) -> None:
    if waiver.answered_at is not None:
        who = name_of(db, waiver.answered_by_id)
        what = WAIVED if waiver.is_agreed else "send_back"
        raise Conflict("decided_meanwhile", who=who, what=what, when=waiver.answered_at)


def _refuse_unless_down(
    db: Session, notice: PublicNotice, application: Application, entry: StepEntry
) -> None:
    standing = standing_takedown(notice)
    if standing is None or standing.reason != DANGER or entry.closed_at is not None:
        raise Conflict("not_in_danger", what=application.state, when=notice.ended_at)
    unanswered = exists().where(Objection.public_notice_id == notice.id, Objection.answered_at.is_(None))
    if db.scalar(select(unanswered)):
        raise Conflict("objections_first")


def _leads(actor: Actor, notice: PublicNotice) -> bool:
    return (actor.role, actor.unit_code) == (Role.LEAD, notice.unit_code)


def _step(db: Session, notice: PublicNotice) -> Step:
    entry = db.get_one(StepEntry, notice.entry_id)
    return step_of(definition_of(db, notice.application), entry.step)


def _answer(actor: Actor, waiver: NoticeWaiver, *, is_agreed: bool) -> None:
    waiver.is_agreed = is_agreed
    waiver.answered_by_id, waiver.answered_at = actor.signed_in_id, clock.now()


def _record(db: Session, actor: Actor, application: Application, waiver: NoticeWaiver, tag: str) -> None:
    details = {"public_notice": waiver.public_notice_id, "waiver": waiver.id, "cause": waiver.cause}
    record_office_event(db, actor, application, tag, details=details)
