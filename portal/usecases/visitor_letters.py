"""Letters and slips printed at the counter for who stands there, letters in their own language and size.

That a clerk opened one is recorded as such; it does not count as the person having opened it in the account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Definition
from portal.rules.errors import NotFound
from portal.store.accounts import Account
from portal.store.applications import Application, Slip, Submission
from portal.store.messages import NoticeRow
from portal.store.people import Person
from portal.store.voices import PersonSlip
from portal.usecases.access_needs import Written, list_needs, needs_for, written_to
from portal.usecases.actor import Actor
from portal.usecases.applications import get_own
from portal.usecases.audit import record_event, stream_of
from portal.usecases.definitions import get_definition
from portal.usecases.own_files import is_own_of
from portal.usecases.person_files import get_own_file
from portal.usecases.person_slips import find_live_slip, make_slip
from portal.usecases.standing import require_letter
from portal.usecases.transitions import authority_for
from portal.usecases.visits import OpenVisit

RECEIPT = "N01"
"""The notice that something was received; with it goes the code of the slip."""


@dataclass(frozen=True)
class CounterLetter:
    """A letter as it is handed over."""

    notice: NoticeRow
    definition: Definition
    reference: str
    written: Written
    slip_code: str | None
    """On a receipt: the code with which its holder asks how it stands."""


def make_visitor_slip(db: Session, actor: Actor, visit: OpenVisit) -> PersonSlip:
    """本人联系单 for who stands there, to come back with; the one before opens nothing any more.

    Who has nothing under way yet gets a file of their own: there is nothing in it but that they were here.
    """
    person = _own_file(db, visit) or get_own_file(db, actor)
    return make_slip(db, actor, person, "home_visit" if visit.channel == "home_visit" else "counter")


def find_visitor_slip(db: Session, visit: OpenVisit) -> PersonSlip | None:
    """The one that opens now."""
    person = _own_file(db, visit)
    return find_live_slip(db, person.id) if person is not None else None


def _own_file(db: Session, visit: OpenVisit) -> Person | None:
    """The visitor's own file: the one they claim themselves before one that somebody else wrote."""
    own = select(Person).where(is_own_of(visit.account_id))
    return db.scalar(own.order_by(Person.is_self.desc(), Person.id).limit(1))


def way_of_writing(db: Session, actor: Actor, reference: str) -> Written:
    """In which language and size what was handed in for the visitor is written to them, as in its letters."""
    needs = needs_for(db, get_own(db, actor, reference, "follow"))
    return _written(db, actor.side_id, needs)


def way_of_writing_own_slip(db: Session, visit: OpenVisit, slip: PersonSlip) -> Written:
    """In which language and size the visitor's own slip is written, as they said it of themselves."""
    return _written(db, visit.account_id, list_needs(db, [slip.person_id]).get(slip.person_id, {}))


def way_of_writing_to_visitor(db: Session, visit: OpenVisit) -> Written:
    """The same of what is about nobody's application: as the visitor said it of themselves anywhere."""
    person = _own_file(db, visit)
    needs = list_needs(db, [person.id]).get(person.id, {}) if person is not None else {}
    return _written(db, visit.account_id, needs)


def _written(db: Session, account_id: int, needs: Mapping[str, Any]) -> Written:
    return written_to(db.get_one(Account, account_id), needs)


def list_handed_in_now(db: Session, actor: Actor, visit: OpenVisit) -> list[tuple[str, str]]:
    """(service code, reference) of what the clerk has handed in for the visitor in this visit, in order."""
    rows = db.execute(
        select(Application.service_code, Application.reference)
        .join(Submission, Submission.application_id == Application.id)
        .where(
            Application.account_id == visit.account_id,
            Submission.submitted_by_id == actor.signed_in_id,
            Submission.submitted_at >= visit.opened_at,
        )
        .group_by(Application.id, Application.service_code, Application.reference)
        .order_by(Application.id)
    )
    return [(row.service_code, row.reference) for row in rows]


def read_at_counter(db: Session, actor: Actor, notice_id: int) -> CounterLetter:
    """One letter of the visitor's. Raises NotFound for anybody else's, NotAllowed where who stands there may
    not read it (any more)."""
    notice = db.scalar(
        select(NoticeRow).where(NoticeRow.id == notice_id, NoticeRow.account_id == actor.side_id)
    )
    if notice is None:
        raise NotFound("notice")
    application = db.get_one(Application, notice.application_id)
    require_letter(actor, application, notice.created_at)
    needs = needs_for(db, application)
    slip = db.get(Slip, application.id) if notice.key == RECEIPT else None
    record_event(
        db,
        actor,
        stream_of(application),
        "notice:read",
        person_id=application.person_id,
        authority=authority_for(actor, application),
        details={"notice": notice.key},
    )
    return CounterLetter(
        notice,
        get_definition(db, notice.definition_hash),
        application.reference,
        _written(db, actor.side_id, needs),
        slip.code if slip is not None and not slip.is_off else None,
    )
