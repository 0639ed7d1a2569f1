"""Handed in once more: what is still under way for the same person, a home that was done a short time ago,
an invoice that was used before."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from pages.journey_pages import QUESTION
from pages.staff_pages import OFFICE, OFFICE_ROUTE, reviewer, work
from pages.states import PageState, Reach, sending
from sqlalchemy.orm import Session
from support import Someone, Stage, Staged, Visitor
from support.drafts import decided

from portal import clock
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Answers, Definition
from portal.rules.journey import Journey
from portal.store.applications import Application
from portal.usecases.actor import SYSTEM
from portal.usecases.applications import save_page, start_application
from portal.usecases.decisions import Deciding
from portal.usecases.demo_people import demo_id_number
from portal.usecases.submission import seen_hash_of, submit
from portal.usecases.transitions import close_entry, move, open_entry
from tests.support.any_service import answers_to
from tests.support.office import DEFINITION, REGION

GZ = load_catalogue().definition("gz-01", REGION.code)
KF = load_catalogue().definition("kf-01", REGION.code)
INVOICE: Mapping[str, Any] = {
    "fj_way": "refund",
    "fj_invoice_no": "24112000000012345678",
    "fj_bought_on": clock.today().isoformat(),
    "fj_invoice_amount": 1280_50,
}
FITTED = {"fitted_on": clock.today().isoformat(), "fit_advice": "中号轮椅，坐宽45厘米。" * 20}
TO_COUNTY = (("clerk-dongfeng", Deciding("accept")), ("builder-care", Deciding("fits", form=FITTED)))
CHECK = "/apply/<code>/<reference>/check"
BORN = date(1980, 1, 1)


def asked_again(stage: Stage, definition: Definition, *, is_done: bool = False, **own: Any) -> Staged:
    """A draft with the same answers as one that its applicant handed in before; ``is_done``: and that was
    carried out today."""
    applicant, answers = stage.resident(), made_up(stage, definition, own)
    with stage.transaction() as db:
        first = handed_in(db, applicant, definition, answers)
        if is_done:
            carry_out(db, first, definition)
        return Staged(filled(db, applicant, definition, answers).reference, applicant)


def made_up(stage: Stage, definition: Definition, own: Mapping[str, Any]) -> Answers:
    """The answers of somebody new."""
    number = demo_id_number(BORN, int(stage.new_phone()[-4:]))
    return answers_to(definition, REGION, "self", number, own)


def handed_in(db: Session, applicant: Someone, definition: Definition, answers: Answers) -> Application:
    begun = filled(db, applicant, definition, answers)
    declarations = [one.id for one in definition.service.declarations]
    seen = seen_hash_of(db, begun, answers)
    submit(
        db,
        applicant.actor,
        begun.reference,
        REGION,
        declarations=declarations,
        seen_hash=seen,
        has_registers=False,
    )
    return begun


def filled(db: Session, applicant: Someone, definition: Definition, answers: Answers) -> Application:
    begun = start_application(db, applicant.actor, definition, "self", secrets.token_urlsafe(24))
    for page in Journey(definition, answers, "self", clock.today()).pages():
        kept = {one.id: answers[one.id] for one in page.fields if one.id in answers}
        save_page(db, applicant.actor, begun.reference, page.id, kept)
    return begun


def carry_out(db: Session, application: Application, definition: Definition) -> None:
    """The works were accepted; the way there is looked at elsewhere."""
    again, entry = definition.service.again, open_entry(application)
    assert again is not None
    assert entry is not None
    move(db, SYSTEM, application, "approve")
    entry.step = again.step
    close_entry(db, entry, again.outcome)
    move(db, SYSTEM, application, "advance")


def draft_of(definition: Definition, path: str, **wishes: Any) -> Reach:
    """A page of the one that is asked again: the check before handing in, or one of its questions."""

    def reach(visitor: Visitor) -> None:
        code = definition.service.code
        staged: Staged = visitor.stage.once(
            (code, "asked again"), lambda: asked_again(visitor.stage, definition, **wishes)
        )
        visitor.sign_in(staged.applicant)
        visitor.open(f"/apply/{code}/{staged.reference}/{path}")

    return reach


def check_of(definition: Definition, **wishes: Any) -> Reach:
    return draft_of(definition, "check", **wishes)


def of_two_people(stage: Stage) -> Staged:
    """The same invoice, handed in by somebody else; looked at by the county."""

    def make() -> Staged:
        for _person in range(2):
            applicant, answers = stage.resident(), made_up(stage, KF, INVOICE)
            with stage.transaction() as db:
                reference = handed_in(db, applicant, KF, answers).reference
        return Staged(reference, applicant)

    made: Staged = stage.once((KF.service.code, "of two people"), make)
    return made


def seen_by_the_county(stage: Stage) -> Staged:
    """The same, after the counter and the fitting."""

    def make() -> Staged:
        staged = decided(stage, of_two_people(stage), *TO_COUNTY)
        stage.claim(stage.reviewer, staged)
        return staged

    made: Staged = stage.once((KF.service.code, "invoice at the county"), make)
    return made


PAGES = (
    PageState(
        CHECK, "already under way", sending(check_of(DEFINITION, is_done=False), declarations=True), 409
    ),
    PageState(CHECK, "too early again", sending(check_of(GZ, is_done=True), declarations=True), 409),
    PageState(CHECK, "an invoice that was used", sending(check_of(KF, **INVOICE), declarations=True), 409),
    PageState(QUESTION, "an invoice that was used", sending(draft_of(KF, "device-bought", **INVOICE))),
    PageState(OFFICE_ROUTE, "an invoice that was used", work(reviewer, OFFICE, seen_by_the_county)),
)
