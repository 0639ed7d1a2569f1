"""Every address of the applicant's side with the session of who may act for the person no more: the page that
says what to do, never a word of what is kept of the person, and nothing that takes effect.
"""

from __future__ import annotations

import re
import secrets
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.references import grouped
from portal.store.applications import Application, Submission
from portal.store.audit import AuditEvent
from portal.store.documents import Document
from portal.store.messages import NoticeRow
from portal.store.representations import Representation
from portal.usecases.applications import save_page, start_application
from portal.usecases.claims import claim
from portal.usecases.decisions import Deciding, PointAsked
from portal.usecases.review import decide
from portal.usecases.thread import write_to_applicant
from tests.support.client import ORIGIN, CheckingClient
from tests.support.documents import put_document
from tests.support.office import ANSWERS, DEFINITION, DESK, REGION, prepare, staff_account, submitted
from tests.support.people import actor_of, make_resident, parts_of, sign_in

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

ROUTES: dict[str, str] = tomllib.loads(
    (Path(__file__).parents[1] / "house" / "routes.toml").read_text(encoding="utf-8")
)["routes"]
SECRETS = ("秘密的病因", "秘密的留言", "秘密的说明", "秘密的草稿")
"""An answer that was handed in, what the office wrote, what is to be put right, and an answer of a draft."""
DOCUMENT = "e" * 32
POINT = PointAsked("since", "C04", SECRETS[2])
OF_THE_PERSON = re.compile(r"<(reference|notice_id|int:notice_id|key)>")
OF_THE_RECORD = re.compile(r"^/account/people/<int:representation_id>/(needs|record|holdings|death)")
"""What a record opens of its person; that it is there, how it ended and what was signed stays readable."""
STATES = (
    *("ended", "suspended", "asked", "over", "not_yet"),
    *("hidden", "other_service", "without_power"),
)


@dataclass(frozen=True)
class Closed:
    """A representative at the browser, and what stands in addresses."""

    app: Flask
    representative: CheckingClient
    draft: str
    handed_in: str
    places: dict[str, str]

    def address(self, rule: str) -> str:
        """With what stands in its places; a page of the journey both of the draft and of what came back."""
        for name, value in self.places.items():
            rule = re.sub(rf"<(int:)?{name}>", value, rule)
        return rule


@pytest.fixture
def closed(app: Flask) -> Closed:
    with parts_of(app).store.transaction() as db:
        prepare(db)
        account = make_resident(db)
        helper = actor_of(account)
        clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
        own = {"zj_cause": SECRETS[0], "evidence_hukou": "upload", "documents_hukou": [DOCUMENT]}
        made = submitted(db, helper, "proxy", {**ANSWERS, **own})
        put_document(db, parts_of(app).gateways.files, made, key=DOCUMENT)
        write_to_applicant(db, clerk, made.reference, SECRETS[1])
        claim(db, clerk, made.reference)
        asking = Deciding("ask_more", points=[POINT])
        decide(db, clerk, made.reference, REGION, version=made.version, deciding=asking)
        key, record = secrets.token_urlsafe(16), made.representation_id
        draft = start_application(db, helper, DEFINITION, "proxy", key, representation_id=record)
        save_page(db, helper, draft.reference, "since", {"zj_cause": SECRETS[3]})
        letter = db.scalars(select(NoticeRow.id).where(NoticeRow.account_id == account.id)).first()
        places = {
            "code": "zj-01",
            "page_id": "since",
            "notice_id": str(letter),
            "form": "pdf",
            "key": DOCUMENT,
            "page": "1",
            "evidence_id": "hukou",
            "representation_id": str(record),
        }
        references = draft.reference, made.reference
    return Closed(app, sign_in(app, account), *references, places)


def close(db: Session, closed: Closed, state: str) -> None:
    """What holds up whoever acts."""
    application = db.scalars(select(Application).where(Application.reference == closed.handed_in)).one()
    kept = db.get_one(Representation, application.representation_id)
    day = timedelta(days=1)
    if state in ("ended", "suspended", "asked"):
        kept.state = state
        kept.ended_at = clock.now() if state == "ended" else None
        return
    kept.state, kept.basis = "active", "entrusted"
    if state == "over":
        kept.from_on, kept.to_on = clock.today() - 2 * day, clock.today() - day
    elif state == "not_yet":
        kept.from_on = clock.today() + day
    elif state == "other_service":
        kept.services = ["bt-01"]
    elif state == "without_power":
        kept.powers = []
    else:
        for one in db.scalars(select(Application).where(Application.representation_id == kept.id)):
            one.is_hidden = True


def asked(closed: Closed, method: str, rule: str, reference: str) -> tuple[int, str]:
    """What an address answers without being followed anywhere: its status, and all that it says."""
    path = closed.address(rule).replace("<reference>", reference)
    browser = closed.representative.browser
    if method == "GET":
        answer = browser.get(path, base_url=ORIGIN)
    else:
        sent = {"csrf_token": closed.representative.token, "zj_cause": "改过", "words": "改过", "is_off": "1"}
        answer = browser.post(path, data=sent, base_url=ORIGIN)
    return answer.status_code, answer.get_data().decode(errors="replace")


def things(db: Session) -> tuple[int, ...]:
    """How much there is of what somebody could have done."""
    kinds = (Application, Submission, Document)
    done = select(func.count()).select_from(AuditEvent).where(AuditEvent.actor_kind == "resident")
    return (*(db.scalar(select(func.count()).select_from(one)) or 0 for one in kinds), db.scalar(done) or 0)


def test_addresses_are_open_to_who_may_act(closed: Closed) -> None:
    """Else what follows would prove nothing."""
    said = ""
    for line, mark in ROUTES.items():
        method, rule = line.split()
        if method == "GET" and mark in ("applicant", "signed_in") and "/invitations/" not in rule:
            for reference in (closed.draft, closed.handed_in):
                said += asked(closed, method, rule, reference)[1]
    assert [one for one in SECRETS if one not in said] == []


@pytest.mark.parametrize("state", STATES)
def test_nothing_of_the_person_is_shown_or_done_by_who_may_act_no_more(closed: Closed, state: str) -> None:
    store = parts_of(closed.app).store
    closed.representative.get("/account")
    closed.representative.get("/account/contacts/add")
    with store.transaction() as db:
        close(db, closed, state)
        before = things(db)
    wrong = []
    for line, mark in ROUTES.items():
        method, rule = line.split()
        is_theirs = OF_THE_PERSON.search(rule) or (OF_THE_RECORD.match(rule) and state in STATES[:5])
        if mark not in ("applicant", "signed_in") or not (is_theirs or (method == "GET" and "<" not in rule)):
            continue
        for reference in (closed.draft, closed.handed_in):
            status, said = asked(closed, method, rule, reference)
            if [one for one in SECRETS if one in said]:
                wrong.append((line, status, "shown"))
            if is_theirs and status not in (403, 404, 409):
                wrong.append((line, status, "let in"))
            if is_theirs and status == 403 and "现在不能替这个人办" not in said:
                wrong.append((line, status, "not told"))
            if state == "hidden" and grouped(reference) in said and "<" not in rule:
                wrong.append((line, status, "told that it is there"))
    assert wrong == []
    with store.reading() as db:
        assert things(db) == before
