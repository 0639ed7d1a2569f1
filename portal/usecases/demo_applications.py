"""Applications of the demonstration, in every state, made by the same use cases that people use.

Nothing is written past them: who fills, submits, takes and decides is the demonstration person who may.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Literal, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.evidence_pages import UPLOAD
from portal.catalogue.model import Answers, Definition, Field, IssueCertificate, OutcomeKind, Region, Role
from portal.catalogue.wording import offered_choices
from portal.rules.checks import run_check
from portal.rules.journey import Acting, Journey
from portal.rules.steps import outcome_of, step_of
from portal.store.accounts import StaffRole
from portal.store.applications import Application
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.applications import (
    definition_of,
    journey_of,
    load_answers,
    save_page,
    start_application,
    withdraw,
)
from portal.usecases.claims import claim
from portal.usecases.decisions import Deciding, PointAsked, decide_step
from portal.usecases.demo_people import DemoResident, demo_id_number
from portal.usecases.demo_photo import PhotoBox
from portal.usecases.demo_words import form_of, words_of
from portal.usecases.evidence import list_evidence
from portal.usecases.evidence_checks import Seen, record_seen
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.steps import facts_of
from portal.usecases.submission import answers_hash, submit
from portal.usecases.transitions import open_entry

# fmt: off
Goal = Literal[
    "returned", "arrived", "draft", "assessing", "posted", "deciding", "approved",
    "accepting", "refused", "withdrawn",
]
# fmt: on

Past: TypeAlias = tuple[tuple[str, int], ...]
"""What happened, and how many days ago: an outcome of its step, or photo (it is uploaded), submit, originals
(they are seen), withdraw."""

PAST: Mapping[Goal, Past] = {
    "returned": (("submit", 3), ("ask_more", 2)),
    "arrived": (("photo", 0), ("submit", 0)),
    "draft": (),
    "assessing": (("submit", 9), ("forward", 8), ("accept", 7)),
    "posted": (("submit", 20), ("forward", 19), ("accept", 18), ("met", 1)),
    "deciding": (
        ("submit", 45),
        ("originals", 44),
        ("forward", 44),
        ("accept", 43),
        ("met", 22),
        ("no_objection", 7),
        ("propose_grant", 2),
    ),
    "approved": (
        ("submit", 50),
        ("originals", 49),
        ("forward", 49),
        ("accept", 48),
        ("met", 27),
        ("no_objection", 12),
        ("propose_grant", 6),
        ("approve", 1),
    ),
    "accepting": (("submit", 2), ("forward", 1)),
    "refused": (
        ("submit", 40),
        ("forward", 39),
        ("accept", 38),
        ("below", 12),
        ("propose_refusal", 6),
        ("refuse", 1),
    ),
    "withdrawn": (("submit", 5), ("withdraw", 3)),
}
"""By goal what happened to the application, and how many days ago."""

BELOW = "R13"
"""The reason of a refusal: the assessment was below the standard."""

GOALS: tuple[Goal, ...] = tuple(PAST)
"""The first residents meet every state once; then it begins anew."""


def is_told_of(definition: Definition) -> bool:
    """Whether a service goes the way of these stories: its steps end in their acts, one after the other, and
    it makes a first certificate, so that whoever applies need not have one."""
    acts = [act for act, _days in PAST["approved"] if act not in ("submit", "originals")]
    steps = definition.service.steps[: len(acts)]
    ends = [{outcome.id for outcome in step.outcomes} for step in steps]
    fits = len(ends) == len(acts) and all(act in end for act, end in zip(acts, ends, strict=True))
    return fits and any(isinstance(effect, IssueCertificate) for effect in definition.service.effects)


def make_demo_application(
    db: Session, definition: Definition, region: Region, resident: DemoResident, photos: PhotoBox | None
) -> Application:
    """One application of a resident, brought to the state that falls to their number."""
    past = PAST[GOALS[(resident.number - 1) % len(GOALS)]]
    return tell(db, definition, region, resident, past, photos=photos)


def tell(
    db: Session,
    definition: Definition,
    region: Region,
    resident: DemoResident,
    past: Past,
    *,
    township: str | None = None,
    photos: PhotoBox | None = None,
) -> Application:
    """An application with its past; without one it is a draft, half filled in. ``township`` is where the
    person lives, any of the region where none is named; ``photos`` takes what is uploaded."""
    with clock.earlier(past[0][1] if past else 0):
        application = _filled(db, definition, region, resident, township, is_draft=not past)
    for act, days in past:
        with clock.earlier(days):
            if act == "submit":
                _submit(db, definition, region, application, resident)
            elif act == "photo" and photos is not None:
                photos.hand_in(db, resident.actor, definition, application)
            elif act == "withdraw":
                withdraw(db, resident.actor, application.reference)
            elif act == "originals":
                see_originals(db, _officer_in_turn(db, application), application)
            elif act != "photo":
                _decide(db, definition, region, application, act)
    return application


def _filled(
    db: Session,
    definition: Definition,
    region: Region,
    resident: DemoResident,
    township: str | None,
    *,
    is_draft: bool,
) -> Application:
    """A draft with all its pages answered; half of them where it stays a draft."""
    acting: Acting = "proxy" if resident.number % 4 == 0 else "self"
    start_key = f"demo-{resident.seed}-{resident.number:012d}"
    application = start_application(db, resident.actor, definition, acting, start_key)
    answers = _answers(definition, region, resident, acting, township)
    journey = Journey(definition, answers, acting, clock.today())
    pages = journey.pages()
    for page in pages[: len(pages) // 2] if is_draft else pages:
        own = {field.id: journey.answers[field.id] for field in page.fields}
        save_page(db, resident.actor, application.reference, page.id, own)
    return application


def _submit(
    db: Session, definition: Definition, region: Region, application: Application, resident: DemoResident
) -> None:
    answers = journey_of(definition, application, load_answers(db, application)).answers
    submit(
        db,
        resident.actor,
        application.reference,
        region,
        declarations=[one.id for one in definition.service.declarations],
        seen_hash=answers_hash(answers),
    )


def see_originals(db: Session, officer: Actor, application: Application) -> None:
    """The officer is shown the original of everything that has to be proved and is not yet."""
    definition, answers = definition_of(db, application), newest_answers_of(db, application)
    service = definition.service
    shown = Seen(
        "desk",
        name=str(answers.get(service.subject_name_field) or ""),
        number=str(answers.get(service.subject_id_field) or ""),
    )
    for state in list_evidence(db, application, definition, answers):
        if not state.is_enough:
            record_seen(db, officer, application.reference, state.evidence.id, shown)


def _officer_in_turn(db: Session, application: Application) -> Actor:
    entry = open_entry(application)
    if entry is None:
        raise RuntimeError("nobody's turn")
    return _officer(db, entry.unit_code, Role(entry.role))


def _decide(
    db: Session, definition: Definition, region: Region, application: Application, outcome_id: str
) -> None:
    """The demonstration officer whose turn it is takes the step and decides it."""
    entry = open_entry(application)
    if entry is None:
        raise RuntimeError("there is nothing to decide")
    step = step_of(definition, entry.step)
    officer = _officer(db, entry.unit_code, Role(entry.role))
    claim(db, officer, application.reference)
    outcome = outcome_of(step, outcome_id)
    subject = definition.service.subject_id_field
    pages = [page.id for page in definition.pages if any(field.id == subject for field in page.fields)]
    is_return = outcome.kind is OutcomeKind.RETURN
    needs_words = is_return or outcome.kind is OutcomeKind.REFUSE
    deciding = Deciding(
        outcome_id=outcome.id,
        reasons=[BELOW] if outcome.kind is OutcomeKind.REFUSE else [],
        summary="有问题可以找窗口帮忙。" if needs_words else "",
        points=[PointAsked(pages[0], outcome.reasons[0], "请再核对一遍。")] if is_return else [],
        form=_form(db, application, definition, outcome.fields_of(step), region, outcome.id),
    )
    db.flush()
    decide_step(db, officer, application, entry, region, version=application.version, deciding=deciding)
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


def _form(
    db: Session,
    application: Application,
    definition: Definition,
    fields: tuple[Field, ...],
    region: Region,
    outcome_id: str,
) -> Answers:
    said, known = form_of(outcome_id), facts_of(db, application, definition)
    form: Answers = {}
    for field in fields:
        if field.when is None or field.when.holds({**known, **form}) is True:
            words = said.get(field.id, words_of(field, 0))
            form[field.id] = _anything(field, region, form) if words is None else words
    return form


def _answers(
    definition: Definition, region: Region, resident: DemoResident, acting: Acting, township: str | None
) -> Answers:
    """Everything the journey asks: the resident's own facts and words, else the first thing on offer."""
    service = definition.service
    chance = Random(f"answers:{resident.seed}:{resident.number}")  # noqa: S311 - invented, not secret
    townships = [place.code for place in region.places if place.level == "township"]
    own = {
        service.subject_name_field: resident.name if acting == "self" else f"{resident.name}的家人",
        service.subject_id_field: resident.id_number if acting == "self" else resident.relative_id_number,
        service.place_field: {
            "code": township or chance.choice(townships),
            "written": f"{chance.randrange(1, 9)}组",
        },
    }
    number = own[service.subject_id_field]
    answers: Answers = {}
    while True:
        journey = Journey(definition, answers, acting, clock.today())
        unanswered = [field for page in journey.pages() for field in page.fields if field.id not in answers]
        if not unanswered:
            return journey.answers
        for field in unanswered:
            if field.kind == "certificate_number":
                own[field.id] = f"{number}42"  # limb, grade 2
            words = words_of(field, resident.number)
            said = own.get(field.id) or words
            answers[field.id] = _anything(field, region, answers) if said is None else said


def _anything(field: Field, region: Region, answers: Answers) -> Any:
    """A good answer: the first choice that fits with the other answers, or an example of the kind."""
    if field.kind in ("choice", "multi"):
        offered = [one.value for one in offered_choices(field, region) if one.value != UPLOAD]
        chosen = next((one for one in offered if not run_check(field, one, answers, region)), offered[0])
        return [chosen] if field.kind == "multi" else chosen
    example: dict[str, Any] = {
        "yes_no": "yes",
        "confirm": True,
        "place": {"code": region.default_place, "written": ""},
        "id_number": demo_id_number(date(1970, 1, 1), 1),
        "date": (clock.today() - timedelta(days=0 if field.not_future else 30)).isoformat(),
        "year": clock.today().year - 2,
        "integer": 1,
        "tel": "19900000001",
        "email": "shili@example.invalid",
        "name": "示例张三",
        "money": 860_00,
        "account": "6222020000000000000",
        "longtext": "" if not field.required else "情况见材料。",
        "text": "" if not field.required else "示例",
    }
    if field.kind == "group":
        line = {member.id: _anything(member, region, answers) for member in field.fields}
        return [line] if field.min_count else []
    return example.get(field.kind, "示例")
