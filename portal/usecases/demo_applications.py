"""Applications of the demonstration, in every state, made by the same use cases that people use.

Nothing is written past them: who fills, submits, takes and decides is the demonstration person who may.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Answers, Definition, Field, OutcomeKind, Region, Role
from portal.catalogue.wording import offered_choices
from portal.rules.checks import run_check
from portal.rules.journey import Acting, Journey
from portal.store.accounts import StaffRole
from portal.store.applications import Application
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.applications import save_page, start_application, withdraw
from portal.usecases.claims import claim
from portal.usecases.decisions import Deciding, PointAsked, decide_step
from portal.usecases.demo_people import DemoResident, demo_id_number
from portal.usecases.submission import answers_hash, submit
from portal.usecases.transitions import open_entry

Goal = Literal["draft", "arrived", "returned", "reviewed", "deciding", "approved", "refused", "withdrawn"]

GOALS: tuple[Goal, ...] = (
    "returned",
    "arrived",
    "draft",
    "deciding",
    "approved",
    "reviewed",
    "refused",
    "withdrawn",
)
"""The first eight residents meet every state once; then it begins anew."""

DECIDED: Mapping[Goal, tuple[OutcomeKind, ...]] = {
    "reviewed": (OutcomeKind.ADVANCE,),
    "returned": (OutcomeKind.RETURN,),
    "deciding": (OutcomeKind.ADVANCE, OutcomeKind.ADVANCE),
    "approved": (OutcomeKind.ADVANCE, OutcomeKind.ADVANCE, OutcomeKind.APPROVE),
    "refused": (OutcomeKind.ADVANCE, OutcomeKind.ADVANCE, OutcomeKind.REFUSE),
}
"""What the office decides, step by step."""

FORM = {"assessment_conclusion": {OutcomeKind.APPROVE: "met", OutcomeKind.REFUSE: "not_met"}}


def make_demo_application(
    db: Session, definition: Definition, region: Region, resident: DemoResident
) -> Application:
    """One application of a resident, brought to the state that falls to their number."""
    goal = GOALS[(resident.number - 1) % len(GOALS)]
    acting: Acting = "proxy" if resident.number % 4 == 0 else "self"
    start_key = f"demo-{resident.seed}-{resident.number:012d}"
    application = start_application(db, resident.actor, definition, acting, start_key)
    answers = _answers(definition, region, resident, acting)
    journey = Journey(definition, answers, acting, clock.today())
    pages = journey.pages()
    for page in pages[: len(pages) // 2] if goal == "draft" else pages:
        own = {field.id: journey.answers[field.id] for field in page.fields}
        save_page(db, resident.actor, application.reference, page.id, own)
    if goal == "draft":
        return application
    submit(
        db,
        resident.actor,
        application.reference,
        region,
        declarations=[one.id for one in definition.service.declarations],
        seen_hash=answers_hash(journey.answers),
    )
    if goal == "withdrawn":
        withdraw(db, resident.actor, application.reference)
    for kind in DECIDED.get(goal, ()):
        _decide(db, definition, region, application, kind)
    return application


def _decide(
    db: Session, definition: Definition, region: Region, application: Application, kind: OutcomeKind
) -> None:
    """The demonstration officer whose turn it is takes the step and decides it."""
    entry = open_entry(application)
    step = definition.step(entry.step) if entry else None
    if entry is None or step is None:
        raise RuntimeError("there is nothing to decide")
    officer = _officer(db, entry.unit_code, Role(entry.role))
    claim(db, officer, application.reference)
    outcome = next(one for one in step.outcomes if one.kind == kind)
    subject = definition.service.subject_id_field
    page = next(page.id for page in definition.pages if any(field.id == subject for field in page.fields))
    form = _form(step.fields, region, kind) if kind in (OutcomeKind.APPROVE, OutcomeKind.REFUSE) else {}
    deciding = Deciding(
        outcome_id=outcome.id,
        reasons=outcome.reasons[:1] if kind is OutcomeKind.REFUSE else (),
        summary="" if kind is OutcomeKind.ADVANCE else "有问题可以找窗口帮忙。",
        points=[PointAsked(page, outcome.reasons[0], "请再核对一遍。")] if kind is OutcomeKind.RETURN else [],
        form=form,
    )
    db.flush()
    decide_step(db, officer, entry.id, region, version=application.version, deciding=deciding)
    db.flush()


def _officer(db: Session, unit_code: str, role: Role) -> Actor:
    post = db.scalars(
        select(StaffRole)
        .where(StaffRole.unit_code == unit_code, StaffRole.role == role)
        .order_by(StaffRole.id)
        .limit(1)
    ).one()
    county = db.get_one(UnitRow, unit_code).county
    return Actor("staff", post.account_id, False, role, unit_code, county, "counter")


def _form(fields: tuple[Field, ...], region: Region, kind: OutcomeKind) -> Answers:
    form: Answers = {}
    for field in fields:
        if field.when is None or field.when.holds(form) is True:
            form[field.id] = FORM.get(field.id, {}).get(kind) or _anything(field, region, form)
    return form


def _answers(definition: Definition, region: Region, resident: DemoResident, acting: Acting) -> Answers:
    """Everything the journey asks: the resident's own facts, and the first thing on offer everywhere else."""
    service = definition.service
    chance = Random(f"answers:{resident.seed}:{resident.number}")  # noqa: S311 - invented, not secret
    townships = [place.code for place in region.places if place.level == "township"]
    own = {
        service.subject_name_field: resident.name if acting == "self" else f"{resident.name}的家人",
        service.subject_id_field: resident.id_number if acting == "self" else resident.relative_id_number,
        service.place_field: {"code": chance.choice(townships), "written": f"{chance.randrange(1, 9)}组"},
    }
    answers: Answers = {}
    while True:
        journey = Journey(definition, answers, acting, clock.today())
        unanswered = [field for page in journey.pages() for field in page.fields if field.id not in answers]
        if not unanswered:
            return journey.answers
        for field in unanswered:
            answers[field.id] = own.get(field.id) or _anything(field, region, answers)


def _anything(field: Field, region: Region, answers: Answers) -> Any:
    """A good answer: the first choice that fits with the other answers, or an example of the kind."""
    if field.kind in ("choice", "multi"):
        offered = [choice.value for choice in offered_choices(field, region)]
        chosen = next((one for one in offered if not run_check(field, one, answers, region)), offered[0])
        return [chosen] if field.kind == "multi" else chosen
    example: dict[str, Any] = {
        "yes_no": "yes",
        "confirm": True,
        "place": {"code": region.default_place, "written": ""},
        "id_number": demo_id_number(date(1970, 1, 1), 1),
        "date": (clock.today() - timedelta(days=30)).isoformat(),
        "year": clock.today().year - 2,
        "integer": 1,
        "tel": "19900000001",
        "email": "shili@example.invalid",
        "name": "示例张三",
        "group": [],
    }
    return example.get(field.kind, "示例")
