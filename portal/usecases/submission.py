"""Hand an application in, exactly once; and hand it in again with what was asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Answers, Definition, Field, Page, Region
from portal.catalogue.remembering import remembered
from portal.rules.checks import run_check
from portal.rules.errors import Conflict, Invalid
from portal.rules.journey import Journey
from portal.rules.references import new_slip_code
from portal.rules.states import Action, may
from portal.rules.steps import first_step
from portal.store.applications import AnswerPage, Application, Correction, Slip, StepEntry, Submission
from portal.store.people import Fact
from portal.usecases.access_needs import keep_needs, needs_for
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, get_own, journey_of, load_answers, open_correction
from portal.usecases.card_seen import count_seen_card
from portal.usecases.confirmations import get_confirmed
from portal.usecases.evidence_tasks import facts_of_what_to_show, open_evidence_tasks
from portal.usecases.invoices import keep_invoice, refuse_own_used_invoice
from portal.usecases.known_proof import keep_known_proof
from portal.usecases.listing import list_as_handed_in
from portal.usecases.notices import send_notice
from portal.usecases.objecting import refuse_objected
from portal.usecases.offline_sheets import find_sheet_of
from portal.usecases.paper_forms import find_form_of
from portal.usecases.person_slips import give_slip
from portal.usecases.register_queue import queue_after_submission
from portal.usecases.silence import set_deemed_timer
from portal.usecases.steps import begin_step
from portal.usecases.subjects import read_subject
from portal.usecases.timers import drop_timers
from portal.usecases.transitions import move, open_entry, resume

REUSED_BLOCKS = ("p_", "h_", "a_", "c_", "g_", "dl_")
"""Answers whose id begins so are facts of the person, confirmed instead of asked again (rules.md 11.1)."""


@dataclass(frozen=True)
class Receipt:
    application: Application
    submission: Submission
    slip_code: str
    is_new: bool


def answers_hash(answers: Answers, rounds: int = 0) -> str:
    """What the person saw on the check page, in one word: other answers have another, and so has the same
    page after ``rounds`` submissions. A check page from before a correction request answers no request."""
    seen = json.dumps([rounds, answers], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(seen.encode()).hexdigest()


def seen_hash_of(db: Session, application: Application, answers: Answers) -> str:
    """What the check page of this application shows now, in one word (see `answers_hash`)."""
    return answers_hash(answers, _rounds_of(db, application))


def _rounds_of(db: Session, application: Application) -> int:
    if application.state == "draft":
        return 0
    return db.scalar(_ROUNDS, {"application_id": application.id}) or 0


# Written once: to put them together takes longer than to answer them.
_ROUNDS = select(func.count(Submission.id)).where(Submission.application_id == bindparam("application_id"))
_NEWEST = (
    select(Submission)
    .where(Submission.application_id == bindparam("application_id"))
    .order_by(Submission.round.desc())
    .limit(1)
)
_FACTS = select(Fact).where(
    Fact.person_id == bindparam("person_id"), Fact.account_id == bindparam("account_id")
)


def submit(
    db: Session,
    actor: Actor,
    reference: str,
    region: Region,
    *,
    declarations: Sequence[str],
    seen_hash: str,
    has_registers: bool = True,
) -> Receipt:
    """Submit a draft, or answer a correction request. Where no register is connected, none is asked.

    Pressed twice, in two tabs or again after a lost reply, it gives the receipt of the first time.
    Raises Conflict when the answers are not those that were shown, while the person objects, when a clerk
    has not the word of who stands there, or when its invoice was used (``invoice_used``), and Invalid when
    something is missing.
    """
    application = get_own(db, actor, reference, "submit", lock=True)
    definition = definition_of(db, application)
    action: Action = "resubmit" if application.state == "returned" else "submit"
    if not may(application.state, action):
        return _earlier_receipt(db, application)
    refuse_objected(db, application)
    journey = journey_of(definition, application, load_answers(db, application))
    if seen_hash_of(db, application, journey.answers) != seen_hash:
        raise Conflict("answers_changed_meanwhile")
    if actor.is_beside:
        get_confirmed(db, application, seen_hash)
    refuse_incomplete(journey, region, declarations)
    refuse_own_used_invoice(db, application, definition, journey.answers)
    paper = find_form_of(db, application) if action == "submit" else None
    if paper is not None:
        actor = replace(actor, channel="paper")
    came_as = paper or (find_sheet_of(db, application) if action == "submit" else None)
    submission = _freeze(db, actor, application, journey, declarations)
    if action == "submit":
        received_on = came_as.received_on if came_as is not None else None
        entry = _arrive(db, actor, application, definition, region, journey, received_on or clock.today())
    else:
        entry = None
        read_subject(db, actor, application, definition, region, journey)
        list_as_handed_in(db, application, journey)
        _return_to_step(db, actor, application, definition)
    keep_invoice(db, application, definition, journey.answers)
    keep_known_proof(db, application, journey)
    count_seen_card(db, actor, application, journey)
    open_evidence_tasks(db, application, definition, journey.answers)
    if entry is not None:
        _give_receipt(db, application, definition, entry)
    if action == "submit" and has_registers:
        queue_after_submission(db, application, definition)
    remember_facts(db, application, journey)
    keep_needs(db, application, journey)
    slip = db.get_one(Slip, application.id)
    return Receipt(application, submission, slip.code, is_new=True)


def get_receipt(db: Session, actor: Actor, reference: str) -> Receipt:
    """The receipt of something submitted. Raises Conflict for a draft."""
    return _earlier_receipt(db, get_own(db, actor, reference, "follow"))


def _earlier_receipt(db: Session, application: Application) -> Receipt:
    submission = newest_submission(db, application)
    slip = db.get(Slip, application.id)
    if submission is None or slip is None:
        raise Conflict("not_submitted", what=application.state)
    return Receipt(application, submission, slip.code, is_new=False)


def newest_submission(db: Session, application: Application) -> Submission | None:
    return db.scalar(_NEWEST, {"application_id": application.id})


def list_submissions(db: Session, application: Application) -> Sequence[Submission]:
    """Every round, oldest first: the office sees what a correction changed."""
    return db.scalars(
        select(Submission).where(Submission.application_id == application.id).order_by(Submission.round)
    ).all()


def open_questions(journey: Journey, region: Region) -> list[tuple[Page, Field]]:
    """What stops a submission, in the order of the path: answers that are missing, cannot stand, or do not
    fit another answer (any more)."""
    answers = journey.answers
    stopping = {field.id for _page, field in journey.missing()} | {
        field.id
        for field in _checked_fields(*journey.pages())
        if run_check(field, answers.get(field.id), answers, region)
    }
    if not stopping:
        return []
    return [(page, field) for page in journey.pages() for field in page.fields if field.id in stopping]


@remembered
def _checked_fields(*pages: Page) -> tuple[Field, ...]:
    return tuple(field for page in pages for field in page.fields if field.check)


def refuse_incomplete(journey: Journey, region: Region, declarations: Sequence[str]) -> None:
    """Raises Invalid where a question is open or a declaration is missing."""
    faults: dict[str, Sequence[FieldError]] = {}
    for _page, field in open_questions(journey, region):
        found = run_check(field, journey.answers.get(field.id), journey.answers, region)
        faults[field.id] = found or [FieldError("required_text")]
    if journey.first_incomplete() is not None and not faults:
        faults["journey"] = [FieldError("required_text")]
    for one in journey.definition.service.declarations:
        if one.is_required and one.id not in declarations:
            faults[one.id] = [FieldError("required_confirm")]
    if faults:
        raise Invalid(faults)


def _freeze(
    db: Session, actor: Actor, application: Application, journey: Journey, declarations: Sequence[str]
) -> Submission:
    """Keep the answers on the path as submitted, and delete those off it (architecture 5)."""
    known = {one.id for one in journey.definition.service.declarations}
    rounds = _rounds_of(db, application)
    submission = Submission(
        application_id=application.id,
        round=rounds + 1,
        answers=journey.answers,
        declarations=[one for one in declarations if one in known],
        definition_hash=application.definition_hash,
        answers_hash=answers_hash(journey.answers, rounds),
        identity_level="proven" if actor.is_proven else "unproven",
        channel=actor.channel,
        submitted_by_id=actor.signed_in_id,
        submitted_at=clock.now(),
    )
    db.add(submission)
    on_path = {page.id for page in journey.pages()}
    db.execute(
        delete(AnswerPage).where(AnswerPage.application_id == application.id, AnswerPage.page.not_in(on_path))
    )
    return submission


def _arrive(
    db: Session,
    actor: Actor,
    application: Application,
    definition: Definition,
    region: Region,
    journey: Journey,
    received_on: date,
) -> StepEntry:
    """The first submission: the day it arrived (of paper, when it was handed over: rules.md 10.0.6, 20), the
    county that decides, the first step."""
    application.submitted_on = received_on
    read_subject(db, actor, application, definition, region, journey)
    list_as_handed_in(db, application, journey)
    application.submitted_at = clock.now()
    drop_timers(db, "draft_expiry", application.id)
    db.add(Slip(application_id=application.id, code=new_slip_code()))
    move(db, actor, application, "submit", details={"round": 1})
    first = first_step(definition, journey.facts)
    entry = begin_step(db, application, definition, region, first, counted_from_on=received_on)
    set_deemed_timer(db, application, definition, received_on)
    return entry


def _give_receipt(db: Session, application: Application, definition: Definition, entry: StepEntry) -> None:
    """That it is here, and what has still to be shown (rules.md 5.2); and the slip of who did not apply
    themselves. Paper that was typed in late counts from the day it came: a day that is over is not named."""
    facts: dict[str, Any] = {
        "due_on": entry.due_on.isoformat(),
        "is_late": entry.due_on < clock.today(),
        "is_due_provisional": entry.is_due_provisional,
        "unit": entry.unit_code,
        **facts_of_what_to_show(db, application, definition),
    }
    send_notice(db, application, definition, "N01", facts)
    if application.acting == "proxy":
        give_slip(db, application, needs_for(db, application))


def _return_to_step(db: Session, actor: Actor, application: Application, definition: Definition) -> None:
    """What was asked for is here: the same step goes on, its clock runs again."""
    correction = open_correction(db, application)
    entry = open_entry(application)
    if correction is None or entry is None:
        raise Conflict("nothing_was_asked")
    close_correction(db, correction)
    move(db, actor, application, "resubmit")
    set_deemed_timer(db, application, definition)
    step = definition.step(entry.step)
    if step is None:
        raise Conflict("step_is_gone")
    resume(db, entry, step)


def close_correction(db: Session, correction: Correction) -> None:
    correction.answered_at = clock.now()
    drop_timers(db, "correction_due", correction.id)


def remember_facts(db: Session, application: Application, journey: Journey) -> None:
    """What was typed becomes a fact of level D; a fact that somebody verified is never overwritten."""
    own = {"person_id": application.person_id, "account_id": application.account_id}
    known = {fact.field: fact for fact in db.scalars(_FACTS, own)}
    for answer in journey.visible_answers():
        name, value = answer.field.id, answer.value
        if not name.startswith(REUSED_BLOCKS) or value in (None, "", []):
            continue
        fact = known.get(name)
        if fact is not None and fact.level != "D":
            continue
        if fact is None:
            fact = Fact(
                person_id=application.person_id, account_id=application.account_id, field=name, level="D"
            )
            db.add(fact)
        fact.value, fact.source, fact.saved_at = value, application.reference, clock.now()
