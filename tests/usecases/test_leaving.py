"""An account that is closed lets go of everything at once: sessions, links, and the work in its hands."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.store.accounts import Account
from portal.store.audit import AuditEvent
from portal.store.messages import Message
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.audit import stream_of
from portal.usecases.claims import claim, take_next
from portal.usecases.staff import disable_staff, set_work_mail
from portal.usecases.transitions import open_entry
from tests.support.office import prepare, resident, staff_account, submitted

UNIT = "desk_dongfeng"


@pytest.fixture(autouse=True)
def noon(clock_at: Callable[..., None]) -> None:
    clock_at("2026-11-23T12:00:10+08:00")


def head(db: Session) -> Actor:
    """Whoever leads the counter, with a mailbox."""
    actor, _post = staff_account(db, "head", Role.LEAD, UNIT)
    set_work_mail(db, SYSTEM, actor.signed_in_id, "head@example.org")
    return actor


def test_work_in_hand_is_free_again_and_the_head_is_told(db: Session) -> None:
    prepare(db)
    head(db)
    leaving, _post = staff_account(db, "leaving", Role.DESK_CLERK, UNIT)
    staying, _post = staff_account(db, "staying", Role.DESK_CLERK, UNIT)
    theirs, others = (submitted(db, resident(db)) for _ in range(2))
    claim(db, leaving, theirs.reference)
    claim(db, staying, others.reference)
    disable_staff(db, SYSTEM, leaving.signed_in_id)
    freed, kept = open_entry(theirs), open_entry(others)
    assert freed is not None
    assert kept is not None
    assert (freed.claimed_by_id, freed.claimed_at) == (None, None)
    assert kept.claimed_by_id == staying.account_id
    assert take_next(db, staying) == theirs.reference
    tags = db.scalars(
        select(AuditEvent.tag).where(AuditEvent.stream == stream_of(theirs)).order_by(AuditEvent.seq)
    ).all()
    assert tags[-2:] == ["application:take_back", "application:claim"]
    told = db.scalars(select(Message).where(Message.unique_key.startswith("account-closed-"))).all()
    assert [(one.to, one.subject) for one in told] == [("head@example.org", "1件申请要另外安排人办")]


def test_who_had_nothing_in_hand_leaves_without_a_message(db: Session) -> None:
    prepare(db)
    head(db)
    leaving, _post = staff_account(db, "leaving", Role.DESK_CLERK, UNIT)
    disable_staff(db, SYSTEM, leaving.signed_in_id)
    assert db.get_one(Account, leaving.signed_in_id).disabled_at == clock.now()
    assert db.scalars(select(Message)).all() == []


def test_head_without_a_mailbox_is_not_written_to(db: Session) -> None:
    prepare(db)
    set_work_mail(db, SYSTEM, head(db).signed_in_id, None)
    leaving, _post = staff_account(db, "leaving", Role.DESK_CLERK, UNIT)
    claim(db, leaving, submitted(db, resident(db)).reference)
    disable_staff(db, SYSTEM, leaving.signed_in_id)
    assert db.scalars(select(Message).where(Message.unique_key.startswith("account-closed-"))).all() == []
