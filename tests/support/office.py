"""People and applications for tests of the office: staff at their posts, and what waits for them."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Answers, Definition, Field, Page, Region, Role
from portal.rules.journey import Acting, Journey
from portal.store.accounts import Account, StaffRole
from portal.store.applications import AnswerPage, Application
from portal.usecases.access_needs import save_needs
from portal.usecases.actor import Actor
from portal.usecases.applications import save_page, start_application
from portal.usecases.definitions import store_definition
from portal.usecases.sessions import open_session
from portal.usecases.submission import answers_hash, submit
from portal.usecases.units import load_region

CATALOGUE = load_catalogue()
REGION: Region = CATALOGUE.regions["demo"]
DEFINITION: Definition = CATALOGUE.definition("zj-01", "demo")

DESK = "desk_dongfeng"
COUNTY = "federation_shili"
OTHER_COUNTY = "federation_yangben"

SUBJECT = "示例王小明"

ANSWERS: Mapping[str, Any] = {
    "p_name": SUBJECT,
    "h_place": {"code": "880001001", "written": "1组"},
    "c_format": "large",
    "c_do_not": ["call"],
}
"""Answers that tests look for; everything else is the first thing on offer."""


def prepare(db: Session) -> None:
    """The region's units and the service, as `portal init` leaves them."""
    load_region(db, REGION)
    store_definition(db, DEFINITION)


def staff_account(
    db: Session, name: str, role: Role, unit: str, county: str = "880001"
) -> tuple[Actor, StaffRole]:
    """Someone of the staff at a post; acts as soon as the transaction is over."""
    account = Account(kind="staff", login_name=name, display_name=f"{name}（示例）", created_at=clock.now())
    db.add(account)
    db.flush()
    post = StaffRole(account_id=account.id, role=role, unit_code=unit, from_on=clock.today())
    db.add(post)
    db.flush()
    return Actor("staff", account.id, True, role, unit, county, "counter"), post


def sign_in_staff(db: Session, name: str, role: Role, unit: str) -> tuple[Actor, str]:
    """The same, with the token of a session."""
    actor, post = staff_account(db, name, role, unit)
    account = db.get_one(Account, actor.signed_in_id)
    return actor, open_session(db, account, "password", role_id=post.id)


def resident(db: Session) -> Actor:
    account = Account(kind="resident", created_at=clock.now())
    db.add(account)
    db.flush()
    return Actor("resident", account.id)


def answers_for(acting: Acting, own: Mapping[str, Any]) -> Answers:
    """A complete set of answers: `own`, and the first thing on offer everywhere else."""
    answers: Answers = {}
    while True:
        journey = Journey(DEFINITION, answers, acting, clock.today())
        open_fields = [field for page in journey.pages() for field in page.fields if field.id not in answers]
        if not open_fields:
            return journey.answers
        for field in open_fields:
            answers[field.id] = own.get(field.id, _anything(field))


def _anything(field: Field) -> Any:
    first = next((choice.value for choice in field.choices if choice.value != "upload"), None)
    if field.choices_from == "institutions":
        first = next(unit.code for unit in REGION.units if unit.kind == "hospital")
    elif field.choices_from == "service_points":
        first = REGION.service_points[0].code
    by_kind: dict[str, Any] = {
        "choice": first,
        "multi": [first],
        "yes_no": "yes",
        "confirm": True,
        "place": {"code": "880001001", "written": ""},
        "id_number": "88000019881102001X",
        "date": "1988-11-02",
        "year": 2019,
        "integer": 1,
        "tel": "19900000001",
        "email": "wang@example.org",
        "group": [],
    }
    return by_kind.get(field.kind, "示例")


def submitted(
    db: Session,
    applicant: Actor,
    acting: Acting = "self",
    own: Mapping[str, Any] = ANSWERS,
    *,
    has_registers: bool = True,
) -> Application:
    """An application that has just arrived at the counter."""
    application = start_application(db, applicant, DEFINITION, acting, secrets.token_urlsafe(16))
    answers = answers_for(acting, own)
    keep_pages(db, applicant, application, Journey(DEFINITION, answers, acting, clock.today()))
    declare(db, applicant, application.reference, answers, has_registers=has_registers)
    return application


def forbid(db: Session, application: Application, ways: Sequence[str]) -> None:
    """Whoever applied has said since how never to reach the person, be it what was wanted before."""
    actor = Actor("resident", application.account_id)
    save_needs(db, actor, application.person, {"contact_do_not": list(ways)})


def keep_pages(db: Session, applicant: Actor, application: Application, journey: Journey) -> None:
    """Keep the answers of every page: the first as anybody does, then the others at once, as they would lie
    there."""
    first, *others = journey.pages()
    save_page(db, applicant, application.reference, first.id, _kept_of(first, journey.answers))
    db.add_all(
        AnswerPage(
            application_id=application.id,
            page=page.id,
            answers=_kept_of(page, journey.answers),
            saved_at=clock.now(),
        )
        for page in others
    )
    db.flush()


def _kept_of(page: Page, answers: Answers) -> Answers:
    return {field.id: answers[field.id] for field in page.fields}


def declare(
    db: Session,
    applicant: Actor,
    reference: str,
    answers: Answers,
    rounds: int = 0,
    *,
    has_registers: bool = True,
) -> None:
    """Hand in; ``rounds`` times before it was handed in already."""
    submit(
        db,
        applicant,
        reference,
        REGION,
        declarations=[one.id for one in DEFINITION.service.declarations],
        seen_hash=answers_hash(answers, rounds),
        has_registers=has_registers,
    )
