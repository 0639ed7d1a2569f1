"""Away from the post: the deputy's list, nothing new for who is away, all work handed over at once."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.audit import AuditDetails, AuditEvent
from portal.store.messages import Message
from portal.usecases.absences import Asked, end_absence, enter_absence, list_absences
from portal.usecases.actor import Actor
from portal.usecases.assigning import assign
from portal.usecases.claims import claim, take_next
from portal.usecases.decisions import Deciding
from portal.usecases.escalation import note_half, note_late
from portal.usecases.hand_over import hand_over
from portal.usecases.recusals import declare_recusal
from portal.usecases.review import decide, get_review
from portal.usecases.review_queue import QueueRow, list_queue
from tests.support.office import DESK, REGION, prepare, resident, staff_account, submitted

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


@pytest.fixture
def head(db: Session) -> Actor:
    prepare(db)
    actor = staff_account(db, "head", Role.LEAD, DESK)[0]
    db.get_one(Account, actor.signed_in_id).work_mail = "head@example.invalid"
    return actor


@pytest.fixture
def clerk(db: Session, head: Actor) -> Actor:
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


@pytest.fixture
def deputy(db: Session, clerk: Actor) -> Actor:
    return staff_account(db, "deputy", Role.DESK_CLERK, DESK)[0]


@pytest.fixture
def application(db: Session, clerk: Actor) -> Application:
    """In the hands of the clerk."""
    application = submitted(db, resident(db))
    claim(db, clerk, application.reference)
    return application


def away(actor: Actor, deputy: Actor | None, from_on: date = MONDAY, to_on: date = FRIDAY) -> Asked:
    return Asked(actor.signed_in_id, Role.DESK_CLERK, from_on, to_on, deputy.signed_in_id if deputy else None)


def mine(db: Session, actor: Actor) -> list[QueueRow]:
    return list(list_queue(db, actor, "mine").rows)


def tags(db: Session) -> list[str]:
    return list(db.scalars(select(AuditEvent.tag).order_by(AuditEvent.id)))


def test_work_of_the_absent_is_in_the_list_of_the_deputy_marked_and_only_meanwhile(
    db: Session, clerk: Actor, deputy: Actor, application: Application, clock_at: Callable[[str], None]
) -> None:
    enter_absence(db, clerk, away(clerk, deputy, date(2026, 11, 24)))
    assert mine(db, deputy) == []
    clock_at("2026-11-24T09:00+08:00")
    row = mine(db, deputy)[0]
    assert (row.reference, row.is_for_absent, row.is_mine) == (application.reference, True, False)
    assert [one.is_mine for one in mine(db, clerk)] == [True]
    clock_at("2026-11-28T09:00+08:00")
    assert mine(db, deputy) == []


def test_deputy_takes_it_over_and_decides_and_nobody_else_may(
    db: Session, clerk: Actor, deputy: Actor, application: Application
) -> None:
    enter_absence(db, clerk, away(clerk, deputy))
    other = staff_account(db, "other", Role.DESK_CLERK, DESK)[0]
    with pytest.raises(Conflict, match="taken_meanwhile"):
        claim(db, other, application.reference)
    deciding = Deciding("forward")
    with pytest.raises((NotAllowed, Conflict)):
        decide(db, deputy, application.reference, REGION, version=application.version, deciding=deciding)
    assert get_review(db, deputy, application.reference, REGION).obstacle == "not_taken"
    claim(db, deputy, application.reference)
    assert application.entries[0].claimed_by_id == deputy.account_id
    assert "application:stand_in" in tags(db)
    assert mine(db, clerk) == []


def test_deputy_who_keeps_away_does_not_get_it(
    db: Session, clerk: Actor, deputy: Actor, application: Application
) -> None:
    declare_recusal(db, deputy, application.reference, "interest", "邻居")
    enter_absence(db, clerk, away(clerk, deputy))
    with pytest.raises(NotAllowed, match="recused"):
        claim(db, deputy, application.reference)


def test_nothing_new_is_handed_to_who_is_away(
    db: Session, head: Actor, clerk: Actor, deputy: Actor, clock_at: Callable[[str], None]
) -> None:
    fresh = submitted(db, resident(db))
    known = enter_absence(db, head, away(clerk, deputy))
    with pytest.raises(NotAllowed, match="colleague_away"):
        assign(db, head, fresh.reference, clerk.signed_in_id)
    end_absence(db, clerk, known.id)
    end_absence(db, clerk, known.id)
    assign(db, head, fresh.reference, clerk.signed_in_id)
    assert tags(db).count("absence:end") == 1


def test_only_the_head_speaks_for_others_and_only_of_the_own_unit(
    db: Session, head: Actor, clerk: Actor, deputy: Actor
) -> None:
    with pytest.raises(NotAllowed, match="not_yours_to_give"):
        enter_absence(db, clerk, away(deputy, clerk))
    elsewhere = staff_account(db, "elsewhere", Role.DESK_CLERK, "desk_xishan")[0]
    with pytest.raises(NotFound):
        enter_absence(db, head, away(elsewhere, None))
    known = enter_absence(db, head, away(clerk, deputy))
    for stranger in (elsewhere, deputy):
        with pytest.raises(NotFound):
            end_absence(db, stranger, known.id)
    assert [one.name for one in list_absences(db, head)] == ["clerk（示例）"]
    assert [one.deputy for one in list_absences(db, deputy)] == ["deputy（示例）"]
    assert list_absences(db, elsewhere) == []


def test_days_and_deputies_that_cannot_be_are_refused(db: Session, clerk: Actor, deputy: Actor) -> None:
    other = staff_account(db, "other", Role.TOWNSHIP_CLERK, DESK)[0]
    wrong = {
        "days_in_wrong_order": away(clerk, deputy, FRIDAY, MONDAY),
        "deputy_not_at_post": away(clerk, other),
    }
    for key, asked in wrong.items():
        with pytest.raises(Conflict, match=key):
            enter_absence(db, clerk, asked)
    with pytest.raises(Conflict, match="days_in_wrong_order"):
        enter_absence(db, clerk, away(clerk, deputy, date(2026, 11, 20), date(2026, 11, 22)))
    with pytest.raises(Conflict, match="deputy_not_at_post"):
        enter_absence(db, clerk, away(clerk, clerk))
    enter_absence(db, clerk, away(clerk, deputy))
    with pytest.raises(Conflict, match="away_already"):
        enter_absence(db, clerk, away(clerk, None, FRIDAY, FRIDAY))
    with pytest.raises(Conflict, match="deputy_is_away"):
        enter_absence(db, deputy, away(deputy, clerk, FRIDAY, date(2026, 11, 30)))


def test_head_hears_of_who_is_away_without_a_deputy(db: Session, head: Actor, clerk: Actor) -> None:
    enter_absence(db, clerk, away(clerk, None))
    told = db.scalars(select(Message).where(Message.account_id == head.account_id)).one()
    assert "没有代办人" in told.subject


def test_everything_in_hand_goes_over_but_what_the_other_may_not_have(
    db: Session, clerk: Actor, deputy: Actor, application: Application
) -> None:
    kept = submitted(db, resident(db), own={"p_id_number": "880000199502170035"})
    declare_recusal(db, deputy, kept.reference, "relative", "")
    claim(db, clerk, kept.reference)
    found = hand_over(db, clerk, clerk.signed_in_id, Role.DESK_CLERK, deputy.signed_in_id)
    assert found.moved == (application.reference,)
    assert [(reference, refusal.key) for reference, refusal in found.stayed] == [
        (kept.reference, "colleague_recused")
    ]
    assert application.entries[0].claimed_by_id == deputy.account_id
    assert kept.entries[0].claimed_by_id == clerk.account_id
    assert tags(db).count("application:assign") == 1


def test_hand_over_is_within_a_post_and_of_ones_own(
    db: Session, head: Actor, clerk: Actor, deputy: Actor, application: Application
) -> None:
    other = staff_account(db, "other", Role.TOWNSHIP_CLERK, DESK)[0]
    with pytest.raises(NotFound):
        hand_over(db, clerk, clerk.signed_in_id, Role.DESK_CLERK, other.signed_in_id)
    with pytest.raises(NotAllowed):
        hand_over(db, deputy, clerk.signed_in_id, Role.DESK_CLERK, deputy.signed_in_id)
    found = hand_over(db, head, clerk.signed_in_id, Role.DESK_CLERK, deputy.signed_in_id)
    assert found.moved == (application.reference,)
    assert take_next(db, clerk) is None


def test_deputy_hears_what_is_written_to_who_is_away_and_it_is_on_record(
    db: Session, clerk: Actor, deputy: Actor, application: Application
) -> None:
    for actor, mail in ((clerk, "clerk@example.invalid"), (deputy, "deputy@example.invalid")):
        db.get_one(Account, actor.signed_in_id).work_mail = mail
    absence = enter_absence(db, clerk, away(clerk, deputy))
    entry = application.entries[0]
    note_half(db, REGION, entry.id)
    told = {one.account_id: one for one in db.scalars(select(Message)) if "时间过半" in (one.subject or "")}
    assert set(told) == {clerk.account_id, deputy.account_id}
    assert "clerk（示例）不在岗，由您代办" in told[deputy.account_id].body
    noted = select(AuditDetails.details).join(AuditEvent).where(AuditEvent.tag == "deputy:tell")
    [details] = db.scalars(noted)
    assert (details["absence"], details["for"], details["deputy"]) == (
        absence.id,
        clerk.account_id,
        deputy.account_id,
    )
    end_absence(db, clerk, absence.id)
    note_late(db, REGION, entry.id)
    assert len(list(db.scalars(noted))) == 1


@pytest.mark.parametrize("why", ["keeps away", "no address", "another post"])
def test_deputy_who_cannot_or_must_not_know_is_not_written_to(
    db: Session, head: Actor, clerk: Actor, deputy: Actor, application: Application, why: str
) -> None:
    account = db.get_one(Account, deputy.signed_in_id)
    account.work_mail = None if why == "no address" else "deputy@example.invalid"
    absence = enter_absence(db, clerk, away(clerk, deputy))
    if why == "keeps away":
        declare_recusal(db, deputy, application.reference, "interest")
    if why == "another post":
        absence.role = Role.TOWNSHIP_CLERK
        db.flush()
    note_half(db, REGION, application.entries[0].id)
    assert db.scalars(select(AuditEvent).where(AuditEvent.tag == "deputy:tell")).all() == []
    assert deputy.account_id not in set(db.scalars(select(Message.account_id)))
