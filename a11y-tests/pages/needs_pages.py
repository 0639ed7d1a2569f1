"""How to reach somebody, who acted for them and who looked, what the family says of a death, signals."""

import secrets

from pages.states import PageState, Reach, sending
from sqlalchemy import select
from support import PLAIN, Staged, Visitor

from portal.store.applications import Application
from portal.usecases.applications import start_application
from portal.usecases.deaths import report_death_in_family
from portal.usecases.review import get_review
from tests.support.office import DEFINITION, REGION

NEEDS = "/account/needs"
OF_PERSON = "/account/people/<int:representation_id>"
AGAINST = {**PLAIN, "g_person_informed": "against", "c_do_not": ["call", "others"]}


def own(path: str) -> Reach:
    """A page of somebody who has said what they need."""

    def reach(visitor: Visitor) -> None:
        found: Staged = visitor.stage.the("submitted", "needs", answers=PLAIN)
        visitor.sign_in(found.applicant)
        visitor.open(path)

    return reach


def nothing_said(visitor: Visitor) -> None:
    visitor.sign_in(visitor.stage.resident())
    visitor.open(NEEDS)


def looked_at(visitor: Visitor) -> None:
    """The record of somebody proven whose application was opened."""
    found: Staged = visitor.stage.the("submitted", "record", answers=PLAIN)
    visitor.stage.once(("seen", "record"), lambda: visitor.stage.prove_identity(found.applicant))
    with visitor.stage.transaction() as db:
        get_review(db, visitor.stage.clerk.actor, found.reference, REGION)
    visitor.sign_in(found.applicant)
    visitor.open("/account/record")


def acting(end: str, *, is_used_up: bool = False) -> Reach:
    """A page about somebody for whom one acts; about another each time, where it is used up."""

    def reach(visitor: Visitor) -> None:
        wishes = {"answers": AGAINST, "acting": "proxy"}
        found: Staged = (
            visitor.stage.submitted(**wishes)
            if is_used_up
            else visitor.stage.the("submitted", "acting", **wishes)
        )
        visitor.sign_in(found.applicant)
        visitor.open(f"/account/people/{_record(visitor, found)}{end}")

    return reach


def reported(path: str) -> Reach:
    """As who has said that the person has died."""

    def reach(visitor: Visitor) -> None:
        found: Staged = visitor.stage.the("submitted", "acting reported", answers=AGAINST, acting="proxy")
        record = _record(visitor, found)
        assert record is not None
        with visitor.stage.transaction() as db:
            report_death_in_family(db, found.applicant.actor, record)
        visitor.sign_in(found.applicant)
        visitor.open(path.format(record=record, reference=found.reference))

    return reach


def ward_record(visitor: Visitor) -> None:
    """As who guards them by law."""
    found: Staged = visitor.stage.the("submitted", "ward", answers=PLAIN, acting="proxy")
    with visitor.stage.transaction() as db:
        made = db.scalars(select(Application).where(Application.reference == found.reference)).one()
        assert made.representation is not None
        made.representation.state, made.representation.basis = "active", "adult_guardian"
        made.person.is_proven = True
    visitor.sign_in(found.applicant)
    visitor.open(f"/account/people/{_record(visitor, found)}/record")


def _record(visitor: Visitor, found: Staged) -> int | None:
    """The number of the record by which the applicant acts."""
    with visitor.stage.transaction() as db:
        made = db.scalars(select(Application).where(Application.reference == found.reference)).one()
        return made.representation_id


def still_so(visitor: Visitor) -> None:
    """The next application of somebody who has said it before."""
    found: Staged = visitor.stage.the("submitted", "needs", answers=PLAIN)
    with visitor.stage.transaction() as db:
        key = secrets.token_urlsafe(24)
        reference = start_application(db, found.applicant.actor, DEFINITION, "self", key).reference
    visitor.sign_in(found.applicant)
    visitor.open(f"/apply/zj-01/{reference}/still-so")


def signalled(visitor: Visitor) -> None:
    """An application with much to look at twice."""
    found: Staged = visitor.stage.the("submitted", "acting signals", answers=AGAINST, acting="proxy")
    visitor.sign_in(visitor.stage.clerk)
    visitor.open(f"/desk/applications/{found.reference}")


PAGES = (
    PageState(NEEDS, "nothing said", nothing_said),
    PageState(NEEDS, "said", own(NEEDS)),
    PageState(f"{NEEDS}/<page_id>", "one answer", own(f"{NEEDS}/contact-do-not")),
    PageState(f"{NEEDS}/<page_id>", "rows", own(f"{NEEDS}/contact-told")),
    PageState(f"{NEEDS}/<page_id>", "error", sending(own(f"{NEEDS}/contact-phone"), c_phone="12"), 422),
    PageState(f"{OF_PERSON}/needs", "said", acting("/needs")),
    PageState(f"{OF_PERSON}/needs/<page_id>", "one answer", acting("/needs/contact-format")),
    PageState("/apply/<code>/<reference>/still-so", "known", still_so),
    PageState("/account/record", "not proven", own("/account/record")),
    PageState("/account/record", "looked at", looked_at),
    PageState(f"{OF_PERSON}/record", "of a ward", ward_record),
    PageState(f"{OF_PERSON}/death", "asked", acting("/death")),
    PageState(f"{OF_PERSON}/death", "error", sending(acting("/death")), 422),
    PageState(f"{OF_PERSON}/death", "said", sending(acting("/death", is_used_up=True), has_died=True)),
    PageState(OF_PERSON, "reported dead", reported("/account/people/{record}")),
    PageState(
        "/account/applications/<reference>", "left by death", reported("/account/applications/{reference}")
    ),
    PageState("/desk/applications/<reference>", "signals", signalled),
)
