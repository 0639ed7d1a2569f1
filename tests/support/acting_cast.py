"""Everybody who may call a use case of the applicant's side, and what there is for them to do it with."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.acting import CLAIMED_POWERS
from portal.rules.journey import Journey
from portal.store.applications import Application
from portal.store.messages import NoticeRow
from portal.store.people import Person
from portal.store.representations import Representation
from portal.usecases import applications, submission
from portal.usecases.actor import SYSTEM, VISITOR, Actor
from portal.usecases.appointments import Wish, ask_appointment
from portal.usecases.invitations import Wanted, ask_to_act
from portal.usecases.mandates import make_mandate
from portal.usecases.own_documents import begin_document
from portal.usecases.person_files import get_own_file, merge_files
from portal.usecases.person_slips import find_live_slip, make_slip
from tests.support.acting_calls import Cast, Side
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    DESK,
    REGION,
    answers_for,
    prepare,
    resident,
    staff_account,
    submitted,
)


def make_cast(db: Session) -> Cast:
    """Applicants, who acts for a person, that person, staff beside each, and everybody else."""
    prepare(db)
    own, helper, person, stranger, other, asker = (resident(db) for _ in range(6))
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]

    def beside(whom: Actor) -> Actor:
        return Actor(
            "staff",
            clerk.account_id,
            True,
            Role.DESK_CLERK,
            DESK,
            "880001",
            "counter",
            behalf_of_id=whom.account_id,
        )

    own_side = _side(db, own, "self")
    proxied = _side(db, helper, "proxy", person_account_id=person.signed_in_id)
    application = db.scalars(select(Application).where(Application.reference == proxied.handed_in)).one()
    slip = find_live_slip(db, application.person_id) or make_slip(db, SYSTEM, application.person, "post")
    own_notice = select(NoticeRow.id).where(NoticeRow.account_id == person.signed_in_id)
    others = Representation(
        account_id=other.signed_in_id,
        person_id=application.person_id,
        relation="child",
        basis="entrusted",
        powers=list(CLAIMED_POWERS),
        state="active",
        from_on=clock.today(),
        created_at=clock.now(),
    )
    db.add(others)
    db.flush()
    assert application.representation_id is not None
    make_mandate(db, helper, application.representation_id, {"zj-01": "示例"})
    wanted = Wanted("relative", "示例王姨", ("fill",), None, 30)
    asked = ask_to_act(db, asker, wanted, REGION, person=application.person)
    second = resident(db)
    merge_files(db, clerk, application.person, get_own_file(db, second), cause="staff")
    return Cast(
        actors={
            "self": own,
            "beside_self": beside(own),
            "representative": helper,
            "beside_representative": beside(helper),
            "person": person,
            "second_account": second,
            "beside_person": beside(person),
            "slip": VISITOR,
            "slip_at_counter": clerk,
            "stranger": stranger,
            "other_representative": other,
            "visitor": VISITOR,
            "staff": clerk,
            "system": SYSTEM,
        },
        own=own_side,
        proxied=proxied,
        own_notice_id=db.scalars(own_notice).first() or 0,
        slip_id=slip.id,
        representation_id=application.representation_id,
        invitation_id=asked.offer.id,
    )


def _side(db: Session, actor: Actor, acting: Any, person_account_id: int | None = None) -> Side:
    """Something handed in, and a draft with every answer, of the same person by the same record."""
    if person_account_id is None:
        handed_in = submitted(db, actor, acting, has_registers=False)
    else:
        handed_in = submitted_for(db, actor, person_account_id)
    number = {"p_name": "示例李四", "p_id_no": "880000199001010011"}
    draft = applications.start_application(
        db,
        actor,
        DEFINITION,
        acting,
        secrets.token_urlsafe(16),
        representation_id=handed_in.representation_id,
    )
    answers = answers_for(acting, {**ANSWERS, **number})
    for page in Journey(DEFINITION, answers, acting, clock.today()).pages():
        kept = {one.id: answers[one.id] for one in page.fields}
        applications.save_page(db, actor, draft.reference, page.id, kept)
    to_reader = select(NoticeRow.id).where(
        NoticeRow.account_id == actor.signed_in_id, NoticeRow.application_id == handed_in.id
    )
    paper = begin_document(db, actor, draft.reference, "hukou", "0" * 64, 10)
    paper.state, paper.scan, paper.pages = "here", "clean", 1
    db.flush()
    visit = ask_appointment(db, actor, REGION, "880001001", Wish("示例", "示例", ()))
    if acting == "proxy":
        visit.application_id = handed_in.id
    db.flush()
    return Side(draft.reference, handed_in.reference, db.scalars(to_reader).first() or 0, paper.key, visit.id)


def submitted_for(db: Session, actor: Actor, person_account_id: int) -> Application:
    """Handed in for a person who has an account of their own."""
    begun = applications.start_application(db, actor, DEFINITION, "proxy", secrets.token_urlsafe(16))
    db.get_one(Person, begun.person_id).own_account_id = person_account_id
    answers = answers_for("proxy", {**ANSWERS, "g_other": "entrusted", "g_kind": "other"})
    for page in Journey(DEFINITION, answers, "proxy", clock.today()).pages():
        kept = {one.id: answers[one.id] for one in page.fields}
        applications.save_page(db, actor, begun.reference, page.id, kept)
    submission.submit(
        db,
        actor,
        begun.reference,
        REGION,
        declarations=[one.id for one in DEFINITION.service.declarations],
        seen_hash=submission.seen_hash_of(db, begun, answers),
        has_registers=False,
    )
    return begun


def put(db: Session, cast: Cast, state: str) -> None:
    """The record, or what it stands for, in a state."""
    kept = db.get_one(Representation, cast.representation_id)
    day = timedelta(days=1)
    if state in ("asked", "suspended", "ended"):
        kept.state = state
        kept.ended_at = clock.now() if state == "ended" else None
    elif state != "claimed":
        kept.state, kept.basis = "active", "entrusted"
    if state == "not_yet":
        kept.from_on = clock.today() + day
    elif state == "over":
        kept.from_on, kept.to_on = clock.today() - 2 * day, clock.today() - day
    elif state == "other_service":
        kept.services = ["bt-01"]
    elif state == "without_power":
        kept.powers = []
    elif state == "hidden":
        ours = select(Application).where(Application.representation_id == kept.id)
        for one in db.scalars(ours).all():
            one.is_hidden = True
    db.flush()
