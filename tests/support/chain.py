"""The way of a certificate through its steps: what each officer decides, and how far it is led."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.store.applications import Application, Decision
from portal.usecases.actor import Actor
from portal.usecases.claims import claim
from portal.usecases.decisions import Deciding, decide_step, lock_entry
from portal.usecases.silence import end_step
from portal.usecases.transitions import open_entry
from tests.support.office import COUNTY, DESK, REGION, staff_account
from tests.support.originals import see_before

HOSPITAL = "hospital_first"

POSTS: Mapping[str, tuple[Role, str]] = {
    "clerk": (Role.DESK_CLERK, DESK),
    "reviewer": (Role.COUNTY_REVIEWER, COUNTY),
    "hospital": (Role.HOSPITAL, HOSPITAL),
    "approver": (Role.COUNTY_APPROVER, COUNTY),
}

WHO: Mapping[str, str] = {
    "intake": "clerk",
    "acceptance": "reviewer",
    "assessment": "hospital",
    "public_notice": "reviewer",
    "review": "reviewer",
    "decision": "approver",
    "issue": "reviewer",
}
"""By step who of ``POSTS`` decides it."""


def assessment_form(**more: Any) -> dict[str, Any]:
    """What two doctors write today."""
    return {
        "assess_on": clock.today().isoformat(),
        "assess_doctor_1": "示例医生甲",
        "assess_doctor_2": "示例医生乙",
        "assess_form_no": "",
        **more,
    }


def deciding(outcome: str, **more: Any) -> Deciding:
    """A complete decision for an outcome of ZJ-01, today."""
    forms: Mapping[str, Mapping[str, Any]] = {
        "accept": {"referred_hospital": HOSPITAL, "assess_at": "hospital"},
        "met": assessment_form(assessed=[{"category": "visual", "grade": "2"}]),
        "below": assessment_form(),
        "unstable": {
            "assess_doctor_1": "示例医生甲",
            "resume_on": (clock.today() + timedelta(days=60)).isoformat(),
        },
        "handed_over": {"handed_over_by": "desk", "handed_over_on": clock.today().isoformat()},
    }
    known: dict[str, Any] = {"form": forms.get(outcome, {})}
    if outcome == "refuse":
        known |= {"reasons": ["R13"], "summary": "评定结论不符合标准"}
    return Deciding(outcome, **{**known, **more})


GRANTED = ("forward", "accept", "met", "no_objection", "propose_grant", "approve", "handed_over")
"""The outcomes on the way to a certificate in the hand."""
BELOW = ("forward", "accept", "below", "propose_refusal", "refuse")
"""The outcomes where the assessment is below the standard."""


def chain_staff(db: Session) -> dict[str, Actor]:
    """One officer at each post of the chain."""
    return {name: staff_account(db, f"{name}-chain", role, unit)[0] for name, (role, unit) in POSTS.items()}


def run(db: Session, actor: Actor, application: Application, what: Deciding) -> Decision:
    """Take the application and decide its step."""
    claim(db, actor, application.reference)
    see_before(db, actor, application, what.outcome_id)
    entry = open_entry(application)
    assert entry is not None
    return decide_step(
        db, actor, *lock_entry(db, entry.id), REGION, version=application.version, deciding=what
    )


def lead(
    db: Session, staff: Mapping[str, Actor], application: Application, outcomes: tuple[str, ...]
) -> None:
    """Decide step after step. The public notice ends by itself, three weeks later for a moment."""
    for outcome in outcomes:
        entry = open_entry(application)
        assert entry is not None
        if outcome == "no_objection":
            with clock.earlier(-21):
                end_step(db, REGION, entry.id)
        else:
            run(db, staff[WHO[entry.step]], application, deciding(outcome))
        db.flush()


def up_to(outcomes: tuple[str, ...], last: str) -> tuple[str, ...]:
    """The outcomes before and with ``last``."""
    return tuple(_until(outcomes, last))


def _until(outcomes: tuple[str, ...], last: str) -> Iterator[str]:
    for outcome in outcomes:
        yield outcome
        if outcome == last:
            return
