"""A card that was cancelled by mistake is in force again: by an undone death, or a decision opened again."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.catalogue.model import CancelCertificate, Role
from portal.letters import as_text, render_notice
from portal.rules.errors import Conflict
from portal.store import Store
from portal.store.applications import Application, LiveKey
from portal.store.audit import AuditEvent
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow, Timer
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.card_changes import restore_certificate
from portal.usecases.deaths import report_death
from portal.usecases.reopenings import reopen, why_not_reopen
from portal.usecases.transitions import open_entry
from portal.usecases.undone_deaths import undo_death
from tests.support.any_service import Walker
from tests.support.at_once import at_once
from tests.support.certificates import APPROVER, applied, holder_of_one, issue
from tests.support.deeds import FORM, carry_out
from tests.support.office import CATALOGUE, DESK, REGION, prepare, staff_account
from tests.support.second_looks import head_of

pytestmark = pytest.mark.monday_morning

CANCEL = CancelCertificate(name="cancel_certificate", entered_in=FORM, reason_field="zx_reason")
WHY = {"cause": "登记系统看错了人", "basis": "残疾人证管理办法第二十四条", "summary": "弄错了，证还能用"}


def cancelled(db: Session, reason: str) -> tuple[Actor, Certificate]:
    """A holder whose card was cancelled."""
    prepare(db)
    holder, card = holder_of_one(db)
    db.execute(delete(LiveKey))
    carry_out(db, applied(db, holder), CANCEL, {"card_on_file": "here", "zx_reason": reason})
    assert card.cancel_reason == reason
    return holder, card


def reminders(db: Session, card: Certificate) -> int:
    found = select(Timer).where(
        Timer.kind == "certificate_reminder", Timer.subject == card.id, Timer.done_at.is_(None)
    )
    return len(db.scalars(found).all())


def tags(db: Session) -> list[str]:
    return list(db.scalars(select(AuditEvent.tag).where(AuditEvent.tag.like("certificate:%"))))


def test_undone_death_gives_the_card_back_and_says_so(db: Session) -> None:
    _holder, card = cancelled(db, "death")
    assert reminders(db, card) == 0
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
    reference = card.spoken_through.reference
    report_death(db, clerk, reference, source="register")
    undo_death(db, clerk, reference, REGION)
    assert (card.cancelled_on, card.cancel_reason, reminders(db, card)) == (None, None, 3)
    assert tags(db)[-1] == "certificate:restore"
    letter = db.scalars(select(NoticeRow).where(NoticeRow.key == "N20")).one()
    text = as_text(render_notice(definition_of(db, card.spoken_through), letter, "zh"))
    assert "注销错了，现在已经恢复" in text
    assert "停发复核" in text


@pytest.mark.one_database
@pytest.mark.parametrize("reason", ["own_wish", "below_standard"])
def test_undone_death_gives_back_no_card_that_ended_for_another_reason(db: Session, reason: str) -> None:
    _holder, card = cancelled(db, reason)
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
    reference = card.spoken_through.reference
    report_death(db, clerk, reference, source="register")
    undo_death(db, clerk, reference, REGION)
    assert card.cancel_reason == reason


def test_undone_death_leaves_the_newer_card_alone(db: Session) -> None:
    holder, card = cancelled(db, "death")
    db.execute(delete(LiveKey))
    newer = issue(db, applied(db, holder))
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
    report_death(db, clerk, newer.spoken_through.reference, source="register")
    undo_death(db, clerk, newer.spoken_through.reference, REGION)
    assert (card.cancel_reason, newer.cancelled_on) == ("death", None)


def cancelling(db: Session) -> tuple[Walker, Application, Certificate]:
    """An application whose decision cancelled a card from before this portal."""
    who = Walker(db, CATALOGUE.definition("zj-05", "demo"), REGION, "self", own={"zx_reason": "duplicate"})
    who.furnish()
    application = who.apply()
    for wanted in ("forward", "cancel"):
        decide(who, application, wanted)
    return who, application, db.scalars(select(Certificate)).one()


def decide(who: Walker, application: Application, wanted: str) -> None:
    entry = open_entry(application)
    assert entry is not None
    step = who.definition.step(entry.step)
    assert step is not None
    who.decide(application, step, next(one for one in step.outcomes if one.id == wanted))


def test_cancelling_that_was_wrong_is_opened_again_and_refused_and_the_card_stays(db: Session) -> None:
    who, application, card = cancelling(db)
    assert (application.state, card.cancel_reason) == ("approved", "duplicate")
    reopen(db, head_of(db), application.reference, REGION, **WHY)
    assert (application.state, card.cancelled_on, reminders(db, card)) == ("in_review", None, 3)
    assert tags(db)[-1] == "certificate:restore"
    letter = db.scalars(select(NoticeRow).where(NoticeRow.key == "N20")).one()
    for language, said in (("zh", "残疾人证恢复"), ("easy", "证又能用了"), ("en", "it is restored")):
        assert said in as_text(render_notice(who.definition, letter, language))  # type: ignore[arg-type]
    decide(who, application, "refuse")
    assert (application.state, card.cancelled_on) == ("refused", None)


@pytest.mark.one_database
def test_cancelling_that_was_opened_again_may_be_granted_again(db: Session) -> None:
    who, application, card = cancelling(db)
    reopen(db, head_of(db), application.reference, REGION, **WHY)
    who.own["card_on_file"] = "here"
    decide(who, application, "cancel")
    assert (application.state, card.cancel_reason, reminders(db, card)) == ("approved", "duplicate", 0)


@pytest.mark.one_database
def test_card_is_not_given_back_beside_another(db: Session) -> None:
    who, application, card = cancelling(db)
    again = issue_to_same(db, who)
    with pytest.raises(Conflict, match="has_certificate"):
        reopen(db, head_of(db), application.reference, REGION, **WHY)
    assert again.cancelled_on is None
    assert card.cancelled_on is not None


def issue_to_same(db: Session, who: Walker) -> Certificate:
    """A new card of the newest applicant of a walk."""
    first = Walker(
        db, CATALOGUE.definition("zj-01", "demo"), REGION, "self", people=who.people - 1, staff=who.staff
    )
    return issue(db, first.apply())


@pytest.mark.one_database
def test_what_was_granted_otherwise_is_not_opened_again(db: Session) -> None:
    who = Walker(db, CATALOGUE.definition("zj-03", "demo"), REGION, "self")
    who.furnish()
    application = who.apply()
    while open_entry(application) is not None and application.state != "approved":
        entry = open_entry(application)
        assert entry is not None
        step = who.definition.step(entry.step)
        assert step is not None
        who.decide(application, step, step.outcomes[0])
    assert application.state == "approved"
    assert why_not_reopen(db, head_of(db, application.entries[-1].unit_code), application) == "not_refused"


@pytest.mark.postgres
@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_restored_and_issued_at_once_one_is_in_force(store: Store) -> None:
    with store.transaction() as db:
        holder, card = cancelled(db, "duplicate")
        db.execute(delete(LiveKey))
        card_id, fresh_id = card.id, applied(db, holder).id

    def act(number: int) -> str:
        try:
            with store.transaction() as own:
                if number:
                    issue(own, own.get_one(Application, fresh_id))
                else:
                    wrong = own.get_one(Certificate, card_id)
                    restore_certificate(own, APPROVER, wrong.spoken_through, REGION, wrong)
        except Conflict as refusal:
            return refusal.key
        return "done"

    assert sorted(at_once(act, 2)) == ["done", "has_certificate"]
    with store.reading() as db:
        in_force = select(Certificate).where(Certificate.cancelled_on.is_(None))
        assert len(db.scalars(in_force).all()) == 1
