"""Messages from anyone: kept encrypted, with a reference that shows when an answer is due, nothing else."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.rules.errors import NotFound
from portal.store import Store
from portal.store.audit import AuditEvent
from portal.store.messages import VisitorMessage
from portal.usecases.actor import VISITOR
from portal.usecases.visitor_messages import get_receipt, leave_message

Move = Callable[[str | datetime], None]
WORDS = "读屏软件读不出第二页的按钮"


def test_message_is_kept_with_all_that_was_written(db: Session) -> None:
    reference = leave_message(db, VISITOR, "barrier", WORDS, path="/services", contact="19900001234")
    kept = db.scalars(select(VisitorMessage).where(VisitorMessage.reference == reference)).one()
    assert (kept.kind, kept.path, kept.body, kept.contact) == ("barrier", "/services", WORDS, "19900001234")
    assert kept.account_id is None
    assert kept.answered_at is None


def test_database_holds_neither_words_nor_contact_in_clear(store: Store) -> None:
    with store.transaction() as db:
        leave_message(db, VISITOR, "question", WORDS, contact="19900001234")
    with store.reading() as db:
        row = db.execute(text("SELECT body, contact FROM visitor_messages")).one()
    assert WORDS.encode() not in bytes(row.body)
    assert b"19900001234" not in bytes(row.contact)


def test_leaving_a_message_is_recorded_without_its_words(db: Session) -> None:
    leave_message(db, VISITOR, "question", WORDS)
    event = db.scalars(select(AuditEvent)).one()
    assert (event.tag, event.actor_kind, event.actor_id) == ("question:report", "visitor", None)


def test_answer_is_due_after_five_working_days_over_a_holiday(db: Session, clock_at: Move) -> None:
    clock_at("2026-09-29T20:00+08:00")
    receipt = get_receipt(db, "question", leave_message(db, VISITOR, "question", WORDS))
    assert receipt.received_on == date(2026, 9, 29)
    assert receipt.due.on > date(2026, 10, 8)
    assert receipt.due.holidays_between


def test_message_of_late_evening_counts_from_its_day_in_shanghai(db: Session, clock_at: Move) -> None:
    clock_at("2026-11-20T23:30+08:00")
    receipt = get_receipt(db, "question", leave_message(db, VISITOR, "question", WORDS))
    assert receipt.received_on == date(2026, 11, 20)
    assert receipt.due.on == date(2026, 11, 27)


def test_receipt_is_found_by_a_reference_typed_in_groups(db: Session) -> None:
    reference = leave_message(db, VISITOR, "barrier", WORDS)
    typed = " ".join((reference[:4], reference[4:8], reference[8:]))
    assert get_receipt(db, "barrier", typed).reference == reference


def test_receipt_of_the_other_kind_is_not_found(db: Session) -> None:
    reference = leave_message(db, VISITOR, "barrier", WORDS)
    with pytest.raises(NotFound):
        get_receipt(db, "question", reference)


@pytest.mark.parametrize("typed", ["", "1", "000000000000", "abc", "🙂" * 12, "\0", "9" * 5000])
def test_reference_that_is_none_is_not_found(db: Session, typed: str) -> None:
    with pytest.raises(NotFound):
        get_receipt(db, "question", typed)


def test_receipt_says_whether_there_is_a_way_to_answer(db: Session) -> None:
    without = leave_message(db, VISITOR, "question", WORDS, contact="")
    with_phone = leave_message(db, VISITOR, "question", WORDS, contact="19900001234")
    assert not get_receipt(db, "question", without).has_contact
    assert get_receipt(db, "question", with_phone).has_contact
