"""Every address × everybody × own or another's object: what routes.toml does not admit stays closed.

A door that refuses says so the same way everywhere: visitors are shown the door to sign in, the wrong kind of
person is told no (403), and another's object looks like one that does not exist (404).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from portal import clock
from portal.catalogue.model import Role
from portal.gateways.files import new_key
from portal.store import blind_index
from portal.store.accounts import Account, Contact, SignInSession, StaffRole
from portal.store.amendments import Amendment
from portal.store.applications import Application, Submission
from portal.store.audit import AuditEvent
from portal.store.consultations import Consultation
from portal.store.letters import Delivery, LetterFile
from portal.store.messages import NoticeRow
from portal.store.visits import SpokenConfirmation
from portal.store.voices import OwnWords
from portal.usecases.actor import Actor
from portal.usecases.applications import start_application
from portal.usecases.appointments import Wish, ask_appointment
from portal.usecases.inspecting import make_remark
from portal.usecases.inspections import Wanted, draw_sample
from portal.usecases.invitations import Offer, ask_to_act
from portal.usecases.invitations import Wanted as AskedFor
from portal.usecases.offline_sheets import prepare_sheet
from portal.usecases.paper_forms import print_draft
from portal.usecases.person_slips import make_slip
from portal.usecases.ratings import Given, rate
from portal.usecases.sessions import find_session, open_session, token_hash
from portal.usecases.tasks import open_task
from portal.usecases.visitor_messages import leave_message
from portal.usecases.visits import begin_visit
from portal.web.access import Access
from tests.support.certificates import issue, prove
from tests.support.documents import put_document
from tests.support.office import (
    ANSWERS,
    COUNTY,
    DEFINITION,
    DESK,
    OTHER_COUNTY,
    REGION,
    prepare,
    staff_account,
    submitted,
)

pytestmark = pytest.mark.one_database

STAFF: dict[str, tuple[Role, str]] = {
    "clerk here": (Role.DESK_CLERK, DESK),
    "clerk elsewhere": (Role.DESK_CLERK, "desk_nanhu"),
    "township clerk": (Role.TOWNSHIP_CLERK, DESK),
    "liaison": (Role.LIAISON, DESK),
    "reviewer": (Role.COUNTY_REVIEWER, COUNTY),
    "reviewer elsewhere": (Role.COUNTY_REVIEWER, OTHER_COUNTY),
    "approver": (Role.COUNTY_APPROVER, COUNTY),
    "hospital": (Role.HOSPITAL, "hospital_first"),
    "lead": (Role.LEAD, COUNTY),
    "inspector": (Role.INSPECTOR, "federation_city"),
    "administrator": (Role.ADMINISTRATOR, "federation_city"),
}
EVERYBODY = ("visitor", "owner", "other resident", *STAFF)

DOCUMENT = "d" * 32
"""The key of a file that the owner handed in with the application."""
OF_ITS_OWNER = ("/account/", "/apply/")
"""Addresses below these, with an object in them, exist only for the resident whose object it is."""
AT_THE_COUNTER_NOW = (
    "/desk/applications/",
    "/office/applications/",
    "/desk/tasks/",
    "/office/tasks/",
    "/desk/offline/sheets/",
)
"""Only a post where the application or the task stands or stood, here the counter of Dongfeng; a sheet is
that of who prepared it."""
ASKED_OF_A_UNIT = ("/desk/consultations/", "/office/consultations/")
"""Only the unit that is asked; this one is asked of the hospital."""
OF_A_UNIT = (
    "/desk/appointments/",
    "/desk/confirmations/",
    "/desk/letters/",
    "/office/letters/",
    "/desk/ratings/",
    "/office/ratings/",
    "/desk/voice/",
)
"""Only the unit that gives the letter, brings the slip or was rated: here the counter of Dongfeng."""


@dataclass(frozen=True)
class Stage:
    app: Flask
    tokens: dict[str, str]
    objects: dict[str, object]


@pytest.fixture
def stage(app: Flask) -> Stage:
    """A resident with everything that can stand in an address, another resident, and staff of every kind."""
    tokens: dict[str, str] = {}
    with app.extensions["portal"].store.transaction() as db:
        prepare(db)
        owner = Account(kind="resident", created_at=clock.now())
        other = Account(kind="resident", created_at=clock.now())
        db.add_all([owner, other])
        db.flush()
        now = clock.now()
        contact = Contact(
            account_id=owner.id,
            kind="phone",
            value="19900000001",
            value_index=blind_index(db, "contact", "19900000001"),
            verified_at=now,
            last_used_at=now,
        )
        db.add(contact)
        actor = Actor("resident", owner.id)
        own = {**ANSWERS, "evidence_hukou": "upload", "documents_hukou": [DOCUMENT]}
        application = submitted(db, actor, own=own)
        put_document(db, app.extensions["portal"].gateways.files, application, key=DOCUMENT)
        draft = start_application(db, actor, DEFINITION, "proxy", secrets.token_urlsafe(16))
        guarded = draft.representation
        assert guarded is not None
        guarded.state, guarded.basis = "active", "minor_guardian"
        notice = db.query(NoticeRow).filter_by(account_id=owner.id).first()
        assert notice is not None
        delivery = to_be_posted(db, app, notice)
        tokens["owner"] = open_session(db, owner, "code")
        tokens["other resident"] = open_session(db, other, "code")
        session = db.query(SignInSession).filter_by(token_hash=token_hash(tokens["owner"])).one()
        for name, (role, unit) in STAFF.items():
            worker, post = staff_account(db, name.replace(" ", "-"), role, unit)
            if name == "clerk here":
                clerk = worker
            if role is Role.INSPECTOR:
                inspector = worker
            if role is Role.ADMINISTRATOR:
                amendment = year_to_grant(db, worker)
            account = db.get_one(Account, worker.signed_in_id)
            tokens[name] = open_session(db, account, "password", role_id=post.id)
        prove(db, actor)
        certificate = issue(db, application)
        task = open_task(
            db, application, "see_original", unit_code=DESK, role=Role.DESK_CLERK, about="identity"
        )
        rated = rate(db, actor, application.reference, REGION, "acceptance", Given(5, "unnamed"))
        sample = Wanted("示例", clock.today(), clock.today(), 10)
        inspection_id = draw_sample(db, inspector, sample).id
        remark = make_remark(db, inspector, inspection_id, application.reference, DESK, "示例")
        report = leave_message(db, actor, "barrier", "示例", path=None, contact=None)
        some_post = db.query(StaffRole).first()
        assert some_post is not None
        objects: dict[str, object] = {
            "code": "zj-01",
            "reference": application.reference,
            "draft": draft.reference,
            "report": report,
            "page_id": "person-name",
            "needs_page": "contact-phone",
            "notice_id": notice.id,
            "form": "pdf",
            "delivery_id": delivery.id,
            "contact_id": contact.id,
            "appointment_id": ask_appointment(db, actor, REGION, "880001001", Wish("示例", "示例", ())).id,
            "serial": print_draft(db, actor, draft.reference, language="zh", is_large=False).serial,
            "session_id": session.id,
            "certificate_key": certificate.key,
            "certificate_id": certificate.id,
            "representation_id": draft.representation_id,
            "invitation_id": asked_of(db, application).id,
            "confirmation_id": heard(db, application, inspector).id,
            "passkey_id": 1,  # there is none
            "account_id": some_post.account_id,
            "role_id": some_post.id,
            "field_id": "p_name",
            "extension_id": 1,  # nobody asked for more days, proposed, keeps away, or entered a relative
            "proposal_id": 1,
            "waiver_id": 1,
            "words_id": own_words_of(db, application).id,
            "slip_id": make_slip(db, actor, application.person, "post", unit_code=DESK).id,
            "recusal_id": 1,
            "relative_id": 1,
            "objection_id": 1,  # there is none: nothing of this one was posted
            "inspection_id": inspection_id,
            "export_id": 1,  # nobody asked for one
            "remark_id": remark.id,
            "evidence_id": "identity",
            "thing_id": "identity",
            "task_id": task.id,
            "rating_id": rated.id,
            "consultation_id": asked_of_hospital(db, application).id,
            "day": "2027-01-04",
            "year": 2027,
            "view_id": 1,  # nobody saved one, or is away
            "absence_id": 1,
            "amendment_id": amendment.id,
            "unit_code": DESK,
            "token": at_the_counter(db, tokens["clerk here"], owner.id),
            "channel": "counter",
            "standing": "self",
            "benefit_id": 1,  # nothing was granted
            "sheet": prepare_sheet(db, clerk, DEFINITION, "self"),
            "section_id": "person",
            "ticket": "none",
            "name": "none.css",
            "amount": "most_in_hand",
            "key": DOCUMENT,
            "page": 1,
        }
    return Stage(app, tokens, objects)


def at_the_counter(db: Session, token: str, visitor_id: int) -> str:
    """The token of a visit that a clerk has begun in this session: the owner stands there."""
    signed_in = find_session(db, token)
    assert signed_in is not None
    seen = {"channel": "counter", "standing": "self", "identity_seen": "document"}
    return begin_visit(db, signed_in.actor, signed_in.session_id, visitor_id, **seen).token


def own_words_of(db: Session, application: Application) -> OwnWords:
    """What the person said at the counter."""
    said = OwnWords(application_id=application.id, kind="words", way="counter", said_at=clock.now())
    db.add(said)
    db.flush()
    return said


def asked_of(db: Session, application: Application) -> Offer:
    """Somebody asks the owner to be allowed to act for them."""
    asker = Account(kind="resident", created_at=clock.now())
    db.add(asker)
    db.flush()
    wanted = AskedFor("relative", "示例", ("fill",), None, 30)
    return ask_to_act(db, Actor("resident", asker.id), wanted, REGION, person=application.person).offer


def to_be_posted(db: Session, app: Flask, notice: NoticeRow) -> Delivery:
    """The letter of a notice that is laid out and waits at the counter to be posted."""
    key, now = new_key(), clock.now()
    app.extensions["portal"].gateways.files.put(key, b"%PDF-")
    made = {"file_key": key, "sha256": "", "size": 5, "made_at": now, "asked_at": now, "due_at": now}
    db.add(LetterFile(notice_id=notice.id, format="pdf", language="zh", state="ready", **made))
    delivery = Delivery(notice_id=notice.id, way="post", state="waiting", at=now, unit_code=DESK)
    db.add(delivery)
    db.flush()
    return delivery


def year_to_grant(db: Session, administrator: Actor) -> Amendment:
    """A change that waits for a second administrator."""
    amendment = Amendment(
        kind="year_add",
        subject="2027",
        proposed={},
        source="示例",
        from_on=clock.today(),
        proposed_by_id=administrator.signed_in_id,
        proposed_at=clock.now(),
    )
    db.add(amendment)
    db.flush()
    return amendment


def heard(db: Session, application: Application, first: Actor) -> SpokenConfirmation:
    """What somebody heard at the counter, and a colleague there may have heard too."""
    confirmation = SpokenConfirmation(
        application_id=application.id,
        way="spoken",
        text="示例",
        answers_hash="",
        declarations=[],
        unit_code=DESK,
        first_id=first.signed_in_id,
        made_at=clock.now(),
    )
    db.add(confirmation)
    db.flush()
    return confirmation


def asked_of_hospital(db: Session, application: Application) -> Consultation:
    """A question of the counter to the hospital that shows nothing of the application."""
    asker = db.query(StaffRole).filter_by(unit_code=DESK).first()
    assert asker is not None
    consultation = Consultation(
        application_id=application.id,
        entry_id=application.entries[0].id,
        submission_id=db.query(Submission).filter_by(application_id=application.id).one().id,
        unit_code="hospital_first",
        sections=[],
        documents=[],
        words="示例",
        asked_by_id=asker.account_id,
        asked_unit=DESK,
        asked_at=clock.now(),
        due_on=clock.today(),
    )
    db.add(consultation)
    db.flush()
    return consultation


PLACE_OF = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")


def address(rule: Rule, objects: dict[str, object]) -> str:
    """The address with a real object in each of its places."""

    def put(found: re.Match[str]) -> str:
        name = found[1]
        if name == "reference" and rule.rule.startswith(("/questions", "/accessibility", "/manage")):
            name = "report"
        elif name == "name" and rule.rule.startswith("/manage/amounts/"):
            name = "amount"
        elif name == "serial" and rule.rule.startswith("/desk/offline/"):
            name = "sheet"
        elif name == "page_id" and "/needs/" in rule.rule:
            name = "needs_page"
        elif name == "reference" and rule.rule.startswith("/apply/") and not rule.rule.endswith("/receipt"):
            name = "draft"
        return str(objects[name])

    return PLACE_OF.sub(put, rule.rule)


def browser(stage: Stage, who: str) -> FlaskClient:
    client = stage.app.test_client()
    if who in stage.tokens:
        client.set_cookie("session", stage.tokens[who])
    return client


def role_of(who: str) -> Actor:
    if who == "visitor":
        return Actor("visitor")
    if who in ("owner", "other resident"):
        return Actor("resident", 1)
    role, unit = STAFF[who]
    return Actor("staff", 1, role=role, unit_code=unit)


def expected(rule: Rule, access: Access, who: str, method: str) -> str:
    """admitted, refused, hidden, or sent to the door (a post: refused, what was typed still there)."""
    actor = role_of(who)
    if not access.admits(actor):
        return "sent to the door" if who == "visitor" and method == "GET" else "refused"
    has_object = bool(rule.arguments - {"code"}) and rule.rule != "/account/needs/<page_id>"  # one's own
    if rule.rule.startswith("/desk/visits/<token>") and who != "clerk here":
        return "hidden"
    if rule.rule == "/desk/visits/<token>/letters/<int:notice_id>/file" and method == "GET":
        return "hidden"  # nobody asked for one in the owner's format
    if has_object and rule.rule.startswith(OF_ITS_OWNER) and who != "owner":
        return "hidden"
    if has_object and rule.rule.startswith(AT_THE_COUNTER_NOW) and who != "clerk here":
        return "hidden"
    if "/payments/" in rule.rule and method == "GET":
        return "hidden"  # nothing was granted
    if "/moved/" in rule.rule:
        return "hidden"  # the county answers for the card, and has not seen this application
    if rule.rule.endswith("/mandate") and method == "GET":
        return "hidden"  # nobody wrote one for signing
    if rule.rule.endswith("/answer") and rule.rule.startswith("/account/applications/"):
        return "hidden"  # a card asks its holder nothing on the way
    if rule.rule.endswith(("<reference>/representation", "<reference>/dispute")):
        return "hidden"  # nobody acts for the owner
    if rule.rule.startswith("/office/people/"):
        return "hidden"  # the post is of another unit than the head's
    if rule.rule.startswith("/office/inspection-remarks/"):
        return "hidden"  # the inspector wrote to another unit than the head's
    if rule.rule.startswith("/office/exports/"):
        return "hidden"  # nobody asked for a file
    if rule.rule.startswith("/office/extensions/"):
        return "hidden"  # nobody asked the head for more days
    if rule.rule.startswith("/documents/") and who not in ("owner", "clerk here"):
        return "hidden"
    if has_object and rule.rule.startswith(ASKED_OF_A_UNIT) and who != "hospital":
        return "hidden"
    if has_object and rule.rule.startswith(OF_A_UNIT) and actor.unit_code != DESK:
        return "hidden"
    if has_object and rule.rule.startswith("/desk/appointments/") and who == "liaison":
        return "hidden"  # somebody else goes there
    return "admitted"


def refusals(stage: Stage) -> int:
    """How often somebody of the staff was noted as having asked for what is not theirs."""
    noted = select(func.count()).where(AuditEvent.tag.endswith(":read_refused"))
    with stage.app.extensions["portal"].store.reading() as db:
        return db.scalar(noted) or 0


def token_for(client: FlaskClient) -> str:
    page = client.get("/preferences").get_data(as_text=True)
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def outcome(client: FlaskClient, method: str, path: str) -> str:
    if method == "GET":
        response = client.get(path)
    else:
        response = client.post(path, data={"csrf_token": token_for(client)})
    assert response.status_code < 500, f"{method} {path} answered {response.status_code}"
    where = response.headers.get("Location", "")
    if response.status_code == 303 and "sign-in?next=" in where:
        return "sent to the door"
    return {403: "refused", 404: "hidden"}.get(response.status_code, "admitted")


@pytest.mark.parametrize("who", EVERYBODY)
def test_doors_open_only_to_whom_the_table_admits_and_only_on_their_own_objects(
    stage: Stage, who: str
) -> None:
    client = browser(stage, who)
    wrong: dict[str, str] = {}
    noted: dict[str, int] = {}
    tries = refusals(stage)
    for rule in stage.app.url_map.iter_rules():
        access: Access = stage.app.view_functions[rule.endpoint].portal_access  # type: ignore[attr-defined]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            due = expected(rule, access, who, method)
            if due == "admitted" and (method == "POST" or access.kind == "public"):
                continue  # what it does is told by the stories; here only who may not
            found = outcome(client, method, address(rule, stage.objects))
            if found != due:
                wrong[f"{method} {rule.rule}"] = f"{found}, expected {due}"
            before, tries = tries, refusals(stage)
            if who in STAFF and found == "hidden" and rule.arguments:
                noted[f"{method} {rule.rule}"] = tries - before
    assert wrong == {}
    assert {address: times for address, times in noted.items() if times != 1} == {}
