"""Who hears of an objection: the applicant, that there is one and what came of it, never from whom; and
whoever objected, the answer, by the contact that they left."""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.catalogue.field_types import FieldError
from portal.rules.references import grouped
from portal.store.messages import Message
from portal.store.public_notices import Objection, PublicNotice
from portal.usecases.alerts import signature_of
from portal.usecases.applications import definition_of
from portal.usecases.contact_values import TypedContact, read_contact
from portal.usecases.notices import send_notice
from portal.usecases.outbox import CHANNELS, queue_message
from portal.usecases.regions import get_region
from portal.usecases.units import get_unit

AnswerDelivery = Literal["nobody", "by_hand", "queued", "sending", "sent", "failed"]
"""How far the answer is on its way: nobody left a contact, staff tell them, or as the outbox says."""

FINDING: Final = {True: ("成立", "stands"), False: ("不成立", "does not stand")}
SMS: Final = "{signature}您对公示提的意见（编号{number}）核实过了：{finding}。详情请带编号问公示的单位。"
SUBJECT: Final = "公示意见的答复（编号{number}）"
MAIL: Final = (
    "您好：\n\n您对公示提的意见（编号{number}），我们核实过了：意见{finding}。\n\n答复：\n{answer}\n\n{unit}\n\n"
    "We have looked into your objection {number}: it {finding_en}. The answer above is in Chinese.\n"
)
"""Whoever objects has no account and no language that we know: Chinese first, then English."""


def tell_of_objection(db: Session, objection: Objection) -> None:
    """The applicant is told once, however many objections wait for an answer at the same time."""
    notice = objection.notice
    if _waits_besides(db, notice, objection.id):
        return
    _tell(db, notice, {"event": "objected", "due_on": objection.due_on})


def tell_of_outcome(db: Session, objection: Objection) -> None:
    """Once nothing waits any more, the applicant is told whether an objection stands."""
    notice = objection.notice
    if notice.application.state != "in_review" or _waits_besides(db, notice, objection.id):
        return
    upheld = select(Objection.id).where(
        Objection.public_notice_id == notice.id, Objection.is_upheld.is_(True)
    )
    stands = db.scalar(upheld.limit(1)) is not None
    _tell(db, notice, {"event": "objection_upheld" if stands else "objection_dismissed"})


def answer_objector(db: Session, objection: Objection) -> None:
    """Send the answer to a number or a mail address; anything else is for staff to follow."""
    contact = reachable(objection)
    if contact is None:
        return
    notice = objection.notice
    finding, finding_en = FINDING[bool(objection.is_upheld)]
    values = {
        "signature": signature_of(get_region(notice.application.region)),
        "number": grouped(objection.reference),
        "finding": finding,
        "finding_en": finding_en,
        "answer": objection.answer or "",
        "unit": str(get_unit(db, notice.unit_code).names["zh"]),
    }
    channel = CHANNELS[contact.kind]
    queue_message(
        db,
        unique_key=_message_key(objection),
        channel=channel,
        to=contact.value,
        subject=SUBJECT.format_map(values),
        body=(SMS if channel == "sms" else MAIL).format_map(values),
    )


def reachable(objection: Objection) -> TypedContact | None:
    """The contact that was left, where the outbox can use it."""
    try:
        return read_contact(objection.contact or "")
    except FieldError:
        return None


def answer_delivery(db: Session, objection: Objection) -> AnswerDelivery:
    """How the answer reaches whoever objected, said to the unit that answers."""
    if objection.contact is None:
        return "nobody"
    if reachable(objection) is None:
        return "by_hand"
    state = db.scalar(select(Message.state).where(Message.unique_key == _message_key(objection)))
    return state or "queued"  # type: ignore[return-value]


def _message_key(objection: Objection) -> str:
    return f"objection-{objection.id}-answer"


def _waits_besides(db: Session, notice: PublicNotice, objection_id: int) -> bool:
    others = (
        exists()
        .where(Objection.public_notice_id == notice.id)
        .where(Objection.id != objection_id, Objection.answered_at.is_(None))
    )
    return bool(db.scalar(select(others)))


def _tell(db: Session, notice: PublicNotice, facts: dict[str, object]) -> None:
    application = notice.application
    told = {**facts, "unit": notice.unit_code}
    send_notice(db, application, definition_of(db, application), "N08", told)
