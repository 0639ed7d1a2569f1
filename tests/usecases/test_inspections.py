"""Samples of inspectors: drawn and drawn again, read on record, answers closed until a reason is given."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import Invalid, NotAllowed, NotFound
from portal.store.applications import Application
from portal.store.audit import AuditDetails, AuditEvent
from portal.store.inspections import Inspection
from portal.usecases.actor import Actor
from portal.usecases.audit_export import verify_export
from portal.usecases.audit_seal import seal_events
from portal.usecases.audit_streams import export_streams, verify_streams
from portal.usecases.inspecting import (
    answer_remark,
    get_remark,
    list_remarks,
    make_remark,
    open_answers,
    read_inspected,
)
from portal.usecases.inspections import (
    Wanted,
    draw_again,
    draw_sample,
    get_inspection,
    list_sample,
    list_units_to_inspect,
    sampled_references,
)
from tests.support.chain import BELOW, chain_staff, lead
from tests.support.office import (
    COUNTY,
    DESK,
    OTHER_COUNTY,
    SUBJECT,
    prepare,
    resident,
    staff_account,
    submitted,
)
from tests.support.second_looks import head_of

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

TODAY = date(2026, 11, 23)


@pytest.fixture
def inspector(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "inspector", Role.INSPECTOR, "federation_city")[0]


def arrive(db: Session, count: int = 1) -> list[Application]:
    return [submitted(db, resident(db), own={"p_name": SUBJECT, "p_id_no": "unknown"}) for _ in range(count)]


def wanted(**about: Any) -> Wanted:
    return Wanted(**{"purpose": "年度抽查", "from_on": TODAY, "to_on": TODAY, "size": 3, **about})


def tags_of(db: Session, application: Application) -> list[str]:
    stream = f"application:{application.reference}"
    return list(
        db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == stream).order_by(AuditEvent.seq))
    )


def test_a_sample_is_kept_with_its_seed_and_can_be_drawn_again(db: Session, inspector: Actor) -> None:
    arrive(db, 6)
    found = draw_sample(db, inspector, wanted())
    assert (found.pool_size, len(sampled_references(db, inspector, found.id))) == (6, 3)
    arrive(db, 2)
    again = draw_again(db, inspector, found.id)
    assert (again.is_same_pool, again.is_same_sample, again.pool_size) == (True, True, 6)
    assert {SUBJECT} & {one.masked_name for one in list_sample(db, inspector, found.id)} == set()
    drawing = db.scalars(select(AuditEvent).where(AuditEvent.tag == "inspection:draw")).one()
    assert db.get_one(AuditDetails, drawing.id).details["pool"] == found.pool_hash


def test_running_and_closed_as_they_were_when_it_was_drawn(
    db: Session, inspector: Actor, clock_at: Callable[[str], None]
) -> None:
    running, ended = arrive(db, 2)
    staff = chain_staff(db)
    lead(db, staff, ended, BELOW)
    clock_at("2026-11-23T10:00+08:00")
    samples = {
        which: draw_sample(db, inspector, wanted(which=which)) for which in ("running", "closed", "all")
    }
    held = {which: set(sampled_references(db, inspector, one.id)) for which, one in samples.items()}
    both = {running.reference, ended.reference}
    assert held == {"running": {running.reference}, "closed": {ended.reference}, "all": both}
    clock_at("2026-11-24T10:00+08:00")
    lead(db, staff, running, BELOW)
    assert draw_again(db, inspector, samples["running"].id).is_same_sample


def test_a_sample_is_narrowed_by_unit_service_and_day(db: Session, inspector: Actor) -> None:
    arrive(db, 2)
    assert draw_sample(db, inspector, wanted(unit_code=DESK)).pool_size == 2
    for nothing in (
        wanted(unit_code=OTHER_COUNTY),
        wanted(service_code="zj-02"),
        wanted(from_on=date(2026, 11, 1), to_on=date(2026, 11, 22)),
    ):
        with pytest.raises(Invalid):
            draw_sample(db, inspector, nothing)


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"purpose": " "}, "purpose"),
        ({"to_on": date(2026, 11, 22)}, "to_on"),
        ({"from_on": date(2024, 1, 1)}, "to_on"),
        ({"size": 0}, "size"),
        ({"size": 201}, "size"),
    ],
    ids=["no purpose", "backwards", "too long", "none", "too many"],
)
def test_what_makes_no_sample_is_named(
    db: Session, inspector: Actor, about: dict[str, Any], field: str
) -> None:
    arrive(db)
    with pytest.raises(Invalid) as refusal:
        draw_sample(db, inspector, wanted(**about))
    assert set(refusal.value.errors) == {field}
    assert db.scalars(select(Inspection)).all() == []


def test_an_inspector_of_a_county_sees_that_county_alone(db: Session, inspector: Actor) -> None:
    arrive(db, 2)
    elsewhere = staff_account(db, "elsewhere", Role.INSPECTOR, OTHER_COUNTY, "880002")[0]
    assert DESK not in {unit.code for unit in list_units_to_inspect(db, elsewhere)}
    with pytest.raises(Invalid):
        draw_sample(db, elsewhere, wanted())
    with pytest.raises(NotFound):
        draw_sample(db, elsewhere, wanted(unit_code=DESK))
    found = draw_sample(db, inspector, wanted())
    with pytest.raises(NotFound):
        get_inspection(db, elsewhere, found.id)
    for other in (head_of(db), resident(db)):
        with pytest.raises(NotAllowed):
            draw_sample(db, other, wanted())


def test_reading_is_on_record_and_answers_open_for_a_day_with_a_reason(
    db: Session, inspector: Actor, clock_at: Callable[[str], None]
) -> None:
    application = arrive(db)[0]
    number = draw_sample(db, inspector, wanted()).id
    first = read_inspected(db, inspector, number, application.reference)
    assert not first.are_answers_open
    with pytest.raises(Invalid):
        open_answers(db, inspector, number, application.reference, "  ")
    open_answers(db, inspector, number, application.reference, "核对理由是不是对得上")
    assert read_inspected(db, inspector, number, application.reference).are_answers_open
    clock_at("2026-11-24T09:00+08:00")
    assert not read_inspected(db, inspector, number, application.reference).are_answers_open
    read = ["inspection:read", "inspection:open_answers", "inspection:read_answers", "inspection:read"]
    assert tags_of(db, application)[-4:] == read
    event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "inspection:open_answers")).one()
    said = db.get_one(AuditDetails, event.id).details
    assert (said["purpose"], said["cause"]) == ("年度抽查", "核对理由是不是对得上")


def test_what_is_not_in_the_sample_is_not_read(db: Session, inspector: Actor) -> None:
    arrive(db)
    number = draw_sample(db, inspector, wanted()).id
    later = arrive(db)[0]
    for act in (
        lambda: read_inspected(db, inspector, number, later.reference),
        lambda: open_answers(db, inspector, number, later.reference, "想看"),
        lambda: make_remark(db, inspector, number, later.reference, DESK, "不对"),
    ):
        with pytest.raises(NotFound):
            act()
    assert not [tag for tag in tags_of(db, later) if tag.startswith("inspection")]


def test_a_remark_goes_to_a_unit_on_the_way_and_is_answered_once(db: Session, inspector: Actor) -> None:
    application = arrive(db)[0]
    number = draw_sample(db, inspector, wanted()).id
    with pytest.raises(NotFound):
        make_remark(db, inspector, number, application.reference, OTHER_COUNTY, "不对")
    with pytest.raises(Invalid):
        make_remark(db, inspector, number, application.reference, DESK, " ")
    remark = make_remark(db, inspector, number, application.reference, DESK, "原件没有登记看过")
    head, other = head_of(db, DESK), head_of(db, COUNTY, "other-head")
    assert [one.id for one, _reference in list_remarks(db, head)[0]] == [remark.id]
    assert list_remarks(db, other)[0] == []
    with pytest.raises(NotFound):
        answer_remark(db, other, remark.id, "不是我们的")
    answer_remark(db, head, remark.id, "已经补登记")
    answer_remark(db, head, remark.id, "改主意了")
    assert get_remark(db, head, remark.id)[0].answer == "已经补登记"
    assert list_sample(db, inspector, number)[0].answers == 1


def test_the_chains_of_a_sample_prove_themselves_without_the_rest(db: Session, inspector: Actor) -> None:
    mine, other = arrive(db, 2)
    seal_events(db, is_thorough=True)
    streams = [f"application:{mine.reference}"]
    verdict = verify_streams(db, streams)
    assert (verdict.breaks, verdict.seals > 0, verdict.unsealed) == ((), True, 0)
    lines = list(export_streams(db, streams))
    assert other.reference not in "".join(lines)
    judged = verify_export(lines)
    assert (judged.breaks, judged.events) == ((), verdict.events)
    changed = [line.replace("application:submit", "application:refuse") for line in lines]
    assert verify_export(changed).breaks
    without = [line for line in lines if json.loads(line).get("seq") != 1]
    assert verify_export(without).breaks


def test_a_changed_event_breaks_the_proof(db: Session, inspector: Actor) -> None:
    mine = arrive(db)[0]
    seal_events(db, is_thorough=True)
    for name in db.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        db.execute(text(f"DROP TRIGGER {name}"))
    streams = [f"application:{mine.reference}"]
    db.execute(text("UPDATE audit_events SET actor_id = 999 WHERE stream = :stream"), {"stream": streams[0]})
    db.expire_all()
    assert verify_streams(db, streams).breaks
