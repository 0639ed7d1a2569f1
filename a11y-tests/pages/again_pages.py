"""Handed in once more: what is still under way for the same person, a home that was done a short time ago."""

import secrets
from datetime import date

from pages.states import PageState, Reach, sending
from sqlalchemy.orm import Session
from support import Someone, Stage, Staged, Visitor

from portal import clock
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Answers, Definition
from portal.rules.journey import Journey
from portal.store.applications import Application
from portal.usecases.actor import SYSTEM
from portal.usecases.applications import save_page, start_application
from portal.usecases.demo_people import demo_id_number
from portal.usecases.submission import seen_hash_of, submit
from portal.usecases.transitions import close_entry, move, open_entry
from tests.support.any_service import answers_to
from tests.support.office import DEFINITION, REGION

GZ = load_catalogue().definition("gz-01", REGION.code)
CHECK = "/apply/<code>/<reference>/check"
BORN = date(1980, 1, 1)


def asked_again(stage: Stage, definition: Definition, *, is_done: bool) -> Staged:
    """A draft with the same answers as one that its applicant handed in before; ``is_done``: and that was
    carried out today."""
    applicant = stage.resident()
    number = demo_id_number(BORN, int(stage.new_phone()[-4:]))
    answers = answers_to(definition, REGION, "self", number, {})
    with stage.transaction() as db:
        first = filled(db, applicant, definition, answers)
        submit(
            db,
            applicant.actor,
            first.reference,
            REGION,
            declarations=[one.id for one in definition.service.declarations],
            seen_hash=seen_hash_of(db, first, answers),
            has_registers=False,
        )
        if is_done:
            carry_out(db, first, definition)
        return Staged(filled(db, applicant, definition, answers).reference, applicant)


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


def check_of(definition: Definition, *, is_done: bool) -> Reach:
    """The check before handing in."""

    def reach(visitor: Visitor) -> None:
        code = definition.service.code
        staged: Staged = visitor.stage.once(
            (code, "asked again"), lambda: asked_again(visitor.stage, definition, is_done=is_done)
        )
        visitor.sign_in(staged.applicant)
        visitor.open(f"/apply/{code}/{staged.reference}/check")

    return reach


PAGES = (
    PageState(
        CHECK, "already under way", sending(check_of(DEFINITION, is_done=False), declarations=True), 409
    ),
    PageState(CHECK, "too early again", sending(check_of(GZ, is_done=True), declarations=True), 409),
)
