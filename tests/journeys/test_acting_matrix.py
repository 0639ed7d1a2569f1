"""Every use case of the applicant's side × every kind of actor × every state of the record by which one acts.

The table (acting.toml) says what is allowed. Everything else is refused, whatever the record says.
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.acting import CLAIMED_POWERS, Basis
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.journey import Journey
from portal.store.applications import Application
from portal.store.messages import NoticeRow
from portal.store.people import Person
from portal.store.representations import Representation
from portal.usecases import applications, progress, submission, voices
from portal.usecases.actor import SYSTEM, VISITOR, Actor
from portal.usecases.documents import begin_document
from portal.usecases.drafts import delete_draft
from portal.usecases.looking import look_at_own
from portal.usecases.mandates import make_mandate
from portal.usecases.notices import get_notice
from portal.usecases.person_slips import find_live_slip, make_slip
from portal.usecases.ratings import Given, rate
from portal.usecases.representations import lay_down
from portal.usecases.taking_over import end_authority, take_over
from portal.usecases.thread import write_to_office
from portal.usecases.voices import Voice
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

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

TABLE: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("acting.toml").read_text(encoding="utf-8")
)
STATES = (
    *("claimed", "active", "asked", "suspended", "ended", "not_yet", "over"),
    *("hidden", "other_service", "without_power"),
)
ONLY_BY_RECORD = ("representative", "beside_representative")
ALONE = (
    *("self", "beside_self", "person", "beside_person", "slip", "slip_at_counter"),
    *("stranger", "other_representative", "visitor", "staff", "system"),
)
REFUSALS = (NotAllowed, NotFound, RuntimeError)
"""No, nothing of that kind here, or nobody is signed in at all."""
NOT_CONFIRMED = "not_confirmed"
"""A clerk may hand in what they typed, once it was read back and agreed to."""
NO_MANDATE = "no_mandate"
"""Nothing is signed by a record that does not hold."""


@dataclass(frozen=True)
class Side:
    """What there is on one side: a draft and something handed in, with what was written about it."""

    draft: str
    handed_in: str
    notice_id: int


@dataclass(frozen=True)
class Cast:
    """Everybody, and what is the applicant's own and what is done for the person."""

    actors: Mapping[str, Actor]
    own: Side
    proxied: Side
    own_notice_id: int
    slip_id: int
    representation_id: int


@dataclass(frozen=True)
class Call:
    """One use case called by somebody."""

    db: Session
    cast: Cast
    who: str

    @property
    def actor(self) -> Actor:
        return self.cast.actors[self.who]

    @property
    def side(self) -> Side:
        return self.cast.own if self.who in ("self", "beside_self") else self.cast.proxied

    @property
    def voice(self) -> Voice:
        if self.who == "slip":
            return Voice(self.actor, "slip", self.cast.slip_id)
        return Voice(self.actor, "counter", self.cast.slip_id if self.who == "slip_at_counter" else None)


def _start_by_record(call: Call) -> None:
    applications.start_application(
        call.db,
        call.actor,
        DEFINITION,
        "proxy",
        secrets.token_urlsafe(16),
        representation_id=call.cast.representation_id,
    )


def _submit(call: Call) -> None:
    draft = call.db.scalars(select(Application).where(Application.reference == call.side.draft)).one()
    answers = applications.load_answers(call.db, draft)
    submission.submit(
        call.db,
        call.actor,
        call.side.draft,
        REGION,
        declarations=[one.id for one in DEFINITION.service.declarations],
        seen_hash=submission.seen_hash_of(call.db, draft, answers),
        has_registers=False,
    )


CALLS: Mapping[str, Callable[[Call], object]] = {
    "start_by_record": _start_by_record,
    "look_at_draft": lambda c: look_at_own(c.db, c.actor, c.side.draft),
    "save_page": lambda c: applications.save_page(
        c.db, c.actor, c.side.draft, "person-name", {"p_name": "示例"}
    ),
    "begin_document": lambda c: begin_document(c.db, c.actor, c.side.draft, "hukou", "0" * 64, 10),
    "submit": _submit,
    "delete_draft": lambda c: delete_draft(c.db, c.actor, c.side.draft),
    "withdraw": lambda c: applications.withdraw(c.db, c.actor, c.side.handed_in),
    "get_progress": lambda c: progress.get_progress(c.db, c.actor, c.side.handed_in),
    "get_receipt": lambda c: submission.get_receipt(c.db, c.actor, c.side.handed_in),
    "get_notice": lambda c: get_notice(c.db, c.actor, c.side.notice_id),
    "get_own_notice": lambda c: get_notice(c.db, c.actor, c.cast.own_notice_id),
    "write_to_office": lambda c: write_to_office(c.db, c.actor, c.side.handed_in, "示例"),
    "rate": lambda c: rate(c.db, c.actor, c.side.handed_in, REGION, "acceptance", Given(1, "unnamed")),
    "switch_slip": lambda c: progress.switch_slip(c.db, c.actor, c.side.handed_in, is_off=True),
    "lay_down": lambda c: lay_down(c.db, c.actor, REGION, c.cast.representation_id),
    "make_mandate": lambda c: make_mandate(c.db, c.actor, c.cast.representation_id, {"zj-01": "示例"}),
    "speak": lambda c: voices.speak(c.db, c.voice, c.side.handed_in, "示例"),
    "object_to_it": lambda c: voices.object_to_it(c.db, c.voice, c.side.handed_in),
    "take_over": lambda c: take_over(c.db, c.voice, c.side.handed_in),
    "end_authority": lambda c: end_authority(c.db, c.voice, c.side.handed_in),
    "hide": lambda c: voices.hide(c.db, c.voice, c.side.handed_in, is_hidden=True),
}


@pytest.fixture
def cast(db: Session) -> Cast:
    prepare(db)
    own, helper, person, stranger, other = (resident(db) for _ in range(5))
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
    return Cast(
        actors={
            "self": own,
            "beside_self": beside(own),
            "representative": helper,
            "beside_representative": beside(helper),
            "person": person,
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
    return Side(draft.reference, handed_in.reference, db.scalars(to_reader).first() or 0)


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


@contextmanager
def undone(db: Session) -> Iterator[None]:
    """What is done inside is taken back."""
    inside = db.begin_nested()
    try:
        yield
    finally:
        inside.rollback()
        db.expire_all()


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


def is_taken(db: Session, cast: Cast, use_case: str, who: str) -> bool:
    """Whether the use case lets them; what it did is taken back."""
    with undone(db):
        try:
            CALLS[use_case](Call(db, cast, who))
        except REFUSALS:
            return False
        except Conflict as later:
            if later.key not in (NOT_CONFIRMED, NO_MANDATE):
                raise
            return later.key == NOT_CONFIRMED
    return True


def test_every_use_case_has_its_row_and_every_row_its_use_case() -> None:
    assert TABLE.keys() == CALLS.keys()
    for row in TABLE.values():
        assert row.keys() <= {*ALONE, *ONLY_BY_RECORD}
        assert {state for who in ONLY_BY_RECORD for state in row.get(who, ())} <= set(STATES)


def test_whoever_is_not_listed_is_refused_and_whoever_is_listed_is_not(db: Session, cast: Cast) -> None:
    wrong = []
    for use_case, row in TABLE.items():
        for who in ALONE:
            wanted = bool(row.get(who)) or (who == "slip_at_counter" and bool(row.get("slip")))
            if is_taken(db, cast, use_case, who) != wanted:
                wrong.append((use_case, who, "refused" if wanted else "let in"))
    assert wrong == []


def test_representative_is_held_to_the_state_of_the_record(db: Session, cast: Cast) -> None:
    wrong = []
    for state in STATES:
        with undone(db):
            put(db, cast, state)
            for use_case, row in TABLE.items():
                for who in ONLY_BY_RECORD:
                    wanted = state in row.get(who, ())
                    if is_taken(db, cast, use_case, who) != wanted:
                        wrong.append((use_case, who, state, "refused" if wanted else "let in"))
    assert wrong == []


def test_no_basis_gives_more_or_less_than_the_table(db: Session, cast: Cast) -> None:
    """Guardians, the entrusted, committees: what they may do while it holds is the same."""
    wrong = []
    for basis in get_args(Basis):
        with undone(db):
            put(db, cast, "active")
            db.get_one(Representation, cast.representation_id).basis = basis
            db.flush()
            for use_case in (
                "save_page",
                "submit",
                "get_progress",
                "get_notice",
                "rate",
                "speak",
                "take_over",
            ):
                wanted = "active" in TABLE[use_case].get("representative", ())
                if is_taken(db, cast, use_case, "representative") != wanted:
                    wrong.append((use_case, basis))
    assert wrong == []
