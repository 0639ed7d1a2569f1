"""Objecting to an assessment (art. 25): what is on record, another institution, and what comes of it."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.letters import as_text, render_notice
from portal.rules.errors import Invalid
from portal.store.applications import Application, Decision
from portal.store.audit import AuditEvent
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow
from portal.store.rechecks import Reopening
from portal.usecases.applications import definition_of
from portal.usecases.audit import stream_of
from portal.usecases.claims import claim
from portal.usecases.decision_checks import Deciding
from portal.usecases.decisions import decide_step, lock_entry
from portal.usecases.review import get_review
from portal.usecases.transitions import open_entry
from tests.support.any_service import Walker
from tests.support.office import CATALOGUE, REGION
from tests.support.originals import see_before

pytestmark = pytest.mark.monday_morning

FIRST, OTHER = "hospital_first", "hospital_calm"
FOUND = [{"category": "limb", "grade": "3"}]
BELOW = ("forward", "accept", "below", "propose_refusal", "refuse")
GRANTED = ("forward", "accept", "met", "no_objection", "propose_grant", "approve", "handed_over")


def walker(db: Session, code: str, before: Walker | None = None, **own: Any) -> Walker:
    """Somebody who applies for a service; the same ID number, and the same staff, as ``before``."""
    staff = before.staff if before else {}
    found = Walker(db, CATALOGUE.definition(code, "demo"), REGION, "self", own=own, staff=staff)
    found.furnish()
    return found


def lead(who: Walker, application: Application, *outcomes: str) -> None:
    for wanted in outcomes:
        entry = open_entry(application)
        assert entry is not None
        step = who.definition.step(entry.step)
        assert step is not None
        who.decide(application, step, next(one for one in step.outcomes if one.id == wanted))


def refused(db: Session) -> tuple[Walker, Application]:
    """A certificate was refused: below the standard, by the first hospital."""
    who = walker(db, "zj-01", referred_hospital=FIRST, zj_kind=["limb"])
    application = who.apply()
    lead(who, application, *BELOW)
    return who, application


def look_again(db: Session, who: Walker, application: Application, **form: str) -> Decision:
    """The city agrees to a new assessment, with what it typed."""
    entry = open_entry(application)
    assert entry is not None
    officer = who.officer(entry)
    claim(db, officer, application.reference)
    what = Deciding("look_again", form={"assess_at": "hospital", **form})
    decision = decide_step(
        db, officer, *lock_entry(db, entry.id), REGION, version=application.version, deciding=what
    )
    assert decision is not None
    return decision


def test_what_is_on_record_is_not_typed_and_stands_in_the_decision(db: Session) -> None:
    first_one, earlier = refused(db)
    who = walker(db, "zj-07", first_one)
    application = who.apply()
    entry = open_entry(application)
    assert entry is not None
    seen = get_review(db, who.officer(entry), application.reference, REGION).earlier
    assert seen is not None
    assert seen.on_record is not None
    assert seen.on_record.result is not None
    assert (seen.on_record.result.application, seen.on_record.result.institution) == (earlier, FIRST)
    assert seen.on_record.refused is earlier
    decision = look_again(db, who, application, referred_hospital=OTHER, first_hospital=OTHER)
    first = {name: decision.form[name] for name in ("first_source", "first_hospital", "first_result")}
    assert first == {"first_source": "record", "first_hospital": FIRST, "first_result": "below"}
    assert application.entries[-1].unit_code == OTHER


def test_institution_that_assessed_first_is_refused_with_words(db: Session) -> None:
    first, _earlier = refused(db)
    who = walker(db, "zj-07", first)
    application = who.apply()
    with pytest.raises(Invalid) as refusal:
        look_again(db, who, application, referred_hospital=FIRST)
    refused_at = {name: [one.code for one in faults] for name, faults in refusal.value.errors.items()}
    assert refused_at == {"referred_hospital": ["another_than"]}
    step = who.definition.step("accept")
    assert step is not None
    field = next(one for one in step.fields if one.id == "referred_hospital")
    assert "请另选一家" in field.errors["another_than"].zh


@pytest.mark.one_database
def test_first_result_from_elsewhere_is_typed_and_says_from_where(db: Session) -> None:
    who = walker(db, "zj-07")
    application = who.apply()
    with pytest.raises(Invalid) as refusal:
        look_again(db, who, application, referred_hospital=OTHER, first_source="record", first_result="below")
    assert set(refusal.value.errors) == {"first_source"}
    decision = look_again(
        db, who, application, referred_hospital=OTHER, first_source="paper", first_result="below"
    )
    assert decision.form["first_source"] == "paper"


@pytest.mark.one_database
def test_nothing_on_record_is_looked_at_for_somebody_unproven(db: Session) -> None:
    first, _earlier = refused(db)
    who = walker(db, "zj-07", first)
    application = who.apply()
    application.person.is_proven = False
    db.flush()
    with pytest.raises(Invalid) as refusal:
        look_again(db, who, application, referred_hospital=OTHER)
    assert {"first_source", "first_result"} <= set(refusal.value.errors)


def test_new_conclusion_takes_the_refused_application_up_again_to_the_certificate(db: Session) -> None:
    first, earlier = refused(db)
    who = walker(db, "zj-07", first, referred_hospital=OTHER, assessed=FOUND, yy_looked_again="no")
    application = who.apply()
    lead(who, application, "look_again", "met", "changed", "reopened")
    assert (application.state, earlier.state) == ("approved", "in_review")
    assert [one.step for one in earlier.entries][-2:] == ["assessment", "public_notice"]
    assert earlier.entries[-2].unit_code == OTHER
    again = db.scalars(select(Reopening)).one()
    assert (again.application_id, again.basis) == (earlier.id, "残疾人证管理办法第二十五条")
    told = db.scalars(select(NoticeRow).where(NoticeRow.key == "N20")).one()
    assert told.application_id == earlier.id
    assert "我们照新的结论接着办" in as_text(render_notice(definition_of(db, earlier), told, "easy"))
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == stream_of(earlier))).all()
    assert "application:reopen" in tags

    lead(first, earlier, "no_objection", "propose_grant", "approve", "handed_over")
    card = db.scalars(select(Certificate)).one()
    assert (card.application_id, card.number[-2:]) == (earlier.id, "43")
    assert earlier.state == "approved"


@pytest.mark.one_database
def test_application_that_was_opened_meanwhile_is_not_opened_twice(db: Session) -> None:
    first, earlier = refused(db)
    who = walker(db, "zj-07", first, referred_hospital=OTHER, assessed=FOUND, yy_looked_again="no")
    application = who.apply()
    lead(who, application, "look_again", "met", "changed")
    earlier.state, earlier.closed_at = "in_review", None
    db.flush()
    entry = open_entry(application)
    assert entry is not None
    officer, version = who.officer(entry), application.version
    claim(db, officer, application.reference)
    see_before(db, officer, application, "reopened")
    again = Deciding("reopened")
    with pytest.raises(Invalid) as refusal:
        decide_step(db, officer, *lock_entry(db, entry.id), REGION, version=version, deciding=again)
    assert set(refusal.value.errors) == {"reopened_on"}
    assert db.scalars(select(Reopening)).all() == []


def test_wrong_grade_becomes_another_card_and_one_is_in_force(db: Session) -> None:
    first = walker(db, "zj-01", referred_hospital=FIRST, zj_kind=["limb"], assessed=FOUND)
    lead(first, first.apply(), *GRANTED)
    worse = [{"category": "limb", "grade": "2"}]
    own = {"assessed": worse, "card_on_file": "here", "yy_looked_again": "no"}
    who = walker(db, "zj-07", first, referred_hospital=OTHER, **own)
    application = who.apply()
    lead(who, application, "look_again", "met", "changed", "replace", "handed_over")
    form = next(one.form for one in db.scalars(select(Decision)) if one.outcome == "look_again")
    assert form["first_assessed"] == FOUND
    cards = db.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert [(one.number[-2:], one.cancel_reason) for one in cards] == [("43", "replaced"), ("42", None)]


@pytest.mark.one_database
def test_too_late_is_told_what_is_still_possible(db: Session) -> None:
    first, _earlier = refused(db)
    who = walker(db, "zj-07", first, yy_received_on="2026-10-09")
    application = who.apply()
    entry = open_entry(application)
    assert entry is not None
    officer = who.officer(entry)
    claim(db, officer, application.reference)
    late = Deciding("not_accepted", reasons=["J06"], summary="时间过了", form={})
    decide_step(db, officer, *lock_entry(db, entry.id), REGION, version=application.version, deciding=late)
    letter = db.scalars(select(NoticeRow).where(NoticeRow.key == "N04")).one()
    for language, words in (
        ("zh", ("申请变更类别或等级", "12348")),
        ("easy", ("申请再评定", "12348")),
        ("en", ("change of category or grade", "12348")),
    ):
        text = as_text(render_notice(who.definition, letter, language))  # type: ignore[arg-type]
        assert all(one in text for one in words)
