"""Every use case of the applicant's side as a call by somebody: what the table of who acts is tried with."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.rules.errors import NotAllowed, NotFound
from portal.store.applications import Application
from portal.usecases import applications, progress, submission, voices
from portal.usecases.access_needs import get_person_acted_for, save_needs
from portal.usecases.actor import Actor
from portal.usecases.confirmation_scans import begin_scan
from portal.usecases.deaths import report_death_in_family
from portal.usecases.documents import get_document
from portal.usecases.drafts import delete_draft
from portal.usecases.evidence_checks import get_evidence
from portal.usecases.in_my_name import (
    answer_ask_by_slip,
    get_seen_by_person,
    list_asks_by_slip,
    list_seen,
    read_answers,
)
from portal.usecases.invitations import find_whom_to_ask, get_asked_of
from portal.usecases.letter_files import ask_letter_file
from portal.usecases.looking import look_at_own
from portal.usecases.mandates import get_mandate, make_mandate
from portal.usecases.notices import get_notice
from portal.usecases.own_appointments import cancel_own_appointment, list_own_appointments
from portal.usecases.own_documents import begin_document
from portal.usecases.own_record import read_record_of_ward
from portal.usecases.own_slips import list_own_slips, renew_own_slips
from portal.usecases.ratings import Given, rate
from portal.usecases.representations import lay_down
from portal.usecases.represented import find_by_application
from portal.usecases.taking_over import end_authority, keep_in_account, take_over
from portal.usecases.thread import get_own_thread, write_to_office
from portal.usecases.visitor_applications import list_under_way
from portal.usecases.visitor_letters import read_at_counter, way_of_writing
from portal.usecases.voices import Voice
from portal.usecases.ward import read_holdings_of_ward
from tests.support.office import (
    DEFINITION,
    REGION,
)

BY_GUARDIANS_ALONE = ("read_record_of_ward", "read_holdings_of_ward")
Found = TypeVar("Found")


@dataclass(frozen=True)
class Side:
    """What there is on one side: a draft and something handed in, with what was written about it."""

    draft: str
    handed_in: str
    notice_id: int
    document_key: str
    appointment_id: int


@dataclass(frozen=True)
class Cast:
    """Everybody, and what is the applicant's own and what is done for the person."""

    actors: Mapping[str, Actor]
    own: Side
    proxied: Side
    own_notice_id: int
    slip_id: int
    representation_id: int
    invitation_id: int


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


def _some(found: Found | None) -> Found:
    """Who is shown nothing is not let in."""
    if not found:
        raise NotFound("nothing")
    return found


def _save_needs(call: Call) -> None:
    person = get_person_acted_for(call.db, call.actor, call.cast.representation_id)
    save_needs(call.db, call.actor, person, {"contact_format": "large"})


def _renew_slips(call: Call) -> None:
    before = [one.id for one in list_own_slips(call.db, call.actor)]
    _some(renew_own_slips(call.db, call.actor, before))


def _under_way(call: Call) -> None:
    listed = list_under_way(call.db, call.actor)
    of_it = [one for one in listed if one.application.reference == call.side.handed_in]
    if not of_it or of_it[0].refused:
        raise NotAllowed("refused")


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
    "take_objection_back": lambda c: voices.take_objection_back(c.db, c.voice, c.side.handed_in),
    "get_seen_by_person": lambda c: get_seen_by_person(c.db, c.voice, c.side.handed_in),
    "read_answers": lambda c: read_answers(c.db, c.voice, c.side.handed_in),
    "list_in_my_name": lambda c: _some(voices.list_in_my_name(c.db, c.voice)),
    "list_seen": lambda c: _some(list_seen(c.db, c.voice)),
    "list_asks_by_slip": lambda c: _some(list_asks_by_slip(c.db, c.voice)),
    "answer_ask_by_slip": lambda c: answer_ask_by_slip(
        c.db, c.voice, c.cast.invitation_id, REGION, accepts=False
    ),
    "get_asked_of": lambda c: get_asked_of(c.db, c.actor, c.cast.invitation_id),
    "keep_in_account": lambda c: keep_in_account(c.db, c.voice),
    "renew_own_slips": _renew_slips,
    "get_own_thread": lambda c: get_own_thread(c.db, c.actor, c.side.handed_in),
    "get_document": lambda c: get_document(c.db, c.actor, c.side.document_key),
    "get_evidence": lambda c: get_evidence(c.db, c.actor, c.side.draft, "hukou"),
    "begin_scan": lambda c: begin_scan(c.db, c.actor, c.side.draft, "0" * 64, 10),
    "ask_letter_file": lambda c: ask_letter_file(c.db, c.actor, c.side.notice_id, "pdf", "zh"),
    "way_of_writing": lambda c: way_of_writing(c.db, c.actor, c.side.handed_in),
    "read_at_counter": lambda c: read_at_counter(c.db, c.actor, c.side.notice_id),
    "list_under_way": _under_way,
    "get_mandate": lambda c: get_mandate(c.db, c.actor, c.cast.representation_id, {"zj-01": "示例"}),
    "find_by_application": lambda c: _some(find_by_application(c.db, c.actor, c.cast.proxied.handed_in)),
    "find_whom_to_ask": lambda c: find_whom_to_ask(
        c.db, c.actor, slip=None, record_id=c.cast.representation_id
    ),
    "save_needs": _save_needs,
    "report_death_in_family": lambda c: report_death_in_family(c.db, c.actor, c.cast.representation_id),
    "read_record_of_ward": lambda c: read_record_of_ward(c.db, c.actor, c.cast.representation_id),
    "read_holdings_of_ward": lambda c: read_holdings_of_ward(c.db, c.actor, c.cast.representation_id, REGION),
    "cancel_own_appointment": lambda c: cancel_own_appointment(c.db, c.voice, c.side.appointment_id),
    "list_own_appointments": lambda c: _some(list_own_appointments(c.db, c.voice)),
    "hide": lambda c: voices.hide(c.db, c.voice, c.side.handed_in, is_hidden=True),
}
