"""Of what an application may be the only one: a person, a person in a year, a household."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Literal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.conditions import Condition
from portal.catalogue.model import Again, Definition, GrantBenefit
from portal.rules.errors import Conflict
from portal.rules.journey import Journey
from portal.rules.steps import step_of
from portal.store.applications import Application, LiveKey
from portal.store.audit import AuditEvent
from portal.store.messages import Message
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.applications import save_page, start_application
from portal.usecases.audit import stream_of
from portal.usecases.definitions import store_definition
from portal.usecases.steps import begin_step
from portal.usecases.subjects import hold_key_while_at_work
from portal.usecases.submission import answers_hash, submit
from portal.usecases.transitions import close_entry, move, open_entry
from tests.support.office import ANSWERS, DEFINITION, REGION, answers_for, prepare, resident

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]

OncePer = Literal["subject", "year", "school_year", "household", "none"]
FIRST, SECOND = "88000019881102001X", "880000199001010011"


def once(once_per: OncePer, effect: GrantBenefit | None = None) -> Definition:
    """The service under test, given so often; with an effect where its granting outcome has that one."""
    service = DEFINITION.service.model_copy(update={"once_per": once_per})
    if effect is not None:
        steps = tuple(
            step.model_copy(
                update={
                    "outcomes": tuple(
                        one.model_copy(update={"effects": (effect,)}) if one.effects else one
                        for one in step.outcomes
                    )
                }
            )
            for step in service.steps
        )
        service = service.model_copy(update={"steps": steps})
    return DEFINITION.model_copy(update={"service": service})


def hand_in(db: Session, applicant: Actor, definition: Definition, **own: Any) -> Application:
    store_definition(db, definition)
    answers = answers_for("self", {**ANSWERS, "p_id_no": FIRST, **own})
    reference = start_application(db, applicant, definition, "self", secrets.token_urlsafe(16)).reference
    for page in Journey(definition, answers, "self", clock.today()).pages():
        save_page(db, applicant, reference, page.id, {field.id: answers[field.id] for field in page.fields})
    receipt = submit(
        db,
        applicant,
        reference,
        REGION,
        declarations=[one.id for one in definition.service.declarations],
        seen_hash=answers_hash(answers),
    )
    return receipt.application


def keys(db: Session) -> Mapping[str, int]:
    return {row.key: row.application_id for row in db.scalars(select(LiveKey))}


@pytest.fixture
def db(db: Session) -> Session:
    prepare(db)
    return db


def test_one_a_person_lets_the_next_in_when_it_has_ended(db: Session) -> None:
    holder, definition = resident(db), once("subject")
    first = hand_in(db, holder, definition)
    with pytest.raises(Conflict, match="already_applied"), db.begin_nested():
        hand_in(db, holder, definition)
    move(db, SYSTEM, first, "approve")
    assert keys(db) == {}
    second = hand_in(db, holder, definition)
    assert list(keys(db).values()) == [second.id]


@pytest.mark.parametrize(
    ("once_per", "days"),
    [
        ("year", ("2026-11-23", "2026-12-31", "2027-01-04")),
        ("school_year", ("2026-11-23", "2027-08-31", "2027-09-01")),
    ],
)
def test_what_was_granted_for_a_year_is_given_once_in_it(
    db: Session, clock_at: Callable[[str], None], once_per: OncePer, days: tuple[str, str, str]
) -> None:
    holder, definition = resident(db), once(once_per)
    clock_at(f"{days[0]}T09:00+08:00")
    first = hand_in(db, holder, definition)
    move(db, SYSTEM, first, "approve")
    clock_at(f"{days[1]}T09:00+08:00")
    with pytest.raises(Conflict, match="already_applied"), db.begin_nested():
        hand_in(db, holder, definition)
    clock_at(f"{days[2]}T09:00+08:00")
    second = hand_in(db, holder, definition)
    assert list(keys(db).values()) == [first.id, second.id]


def test_refused_for_a_year_may_apply_for_it_again(db: Session) -> None:
    holder, definition = resident(db), once("year")
    move(db, SYSTEM, hand_in(db, holder, definition), "refuse")
    second = hand_in(db, holder, definition)
    assert list(keys(db).values()) == [second.id]


def test_year_that_an_answer_names_counts_before_the_day(db: Session) -> None:
    effect = GrantBenefit(name="grant_benefit", benefit="care", year_field="zj_since")
    holder, definition = resident(db), once("year", effect)
    first = hand_in(db, holder, definition, zj_since=2019)
    second = hand_in(db, holder, definition, zj_since=2020)
    assert [key.rsplit(":", 1)[1] for key in keys(db)] == ["2019", "2020"]
    assert list(keys(db).values()) == [first.id, second.id]


def test_one_a_household_is_found_by_its_home_however_it_is_typed(db: Session) -> None:
    holder, definition = resident(db), once("household")
    hand_in(db, holder, definition, h_detail="示例路 3－2号A室")
    with pytest.raises(Conflict, match="already_applied"), db.begin_nested():
        hand_in(db, holder, definition, p_id_no=SECOND, h_detail="示例路3-2号a室")
    hand_in(db, holder, definition, p_id_no=SECOND, h_detail="示例路32号A室")
    assert len(keys(db)) == 2
    assert not any("示例" in key for key in keys(db))


def test_second_of_a_household_from_elsewhere_is_taken_and_nobody_is_alarmed(db: Session) -> None:
    definition = once("household")
    first = hand_in(db, resident(db), definition, h_detail="示例路3号")
    second = hand_in(db, resident(db), definition, p_id_no=SECOND, h_detail="示例路3号")
    assert list(keys(db).values()) == [first.id]
    assert db.scalars(select(Message).where(Message.unique_key.startswith("second-claim-"))).all() == []
    move(db, SYSTEM, first, "refuse")
    assert list(keys(db).values()) == [second.id]


def test_what_may_be_several_holds_nothing(db: Session) -> None:
    holder, definition = resident(db), once("none")
    assert [hand_in(db, holder, definition).once_key for _time in range(2)] == [None, None]
    assert keys(db) == {}


YEARS_BETWEEN = Again(
    rule="retrofit_years",
    years=5,
    step="intake",
    outcome="passed",
    unless=Condition(field="zj_since", is_=2026),
    cite="reg",
)
DONE, EARLIER = "2026-11-23", "2031-11-22"
STORIES: Mapping[str, tuple[tuple[tuple[str, str], ...], str, dict[str, Any], str | None]] = {
    "under way": ((), DONE, {}, "already_applied"),
    "granted, works to come": ((("approve", ""),), DONE, {}, "already_applied"),
    "carried out today": ((("approve", ""), ("advance", "passed")), DONE, {}, "too_early_again"),
    "the day before": ((("approve", ""), ("advance", "passed")), EARLIER, {}, "too_early_again"),
    "after the file was closed": (
        (("approve", ""), ("advance", "passed"), ("complete", "")),
        EARLIER,
        {},
        "too_early_again",
    ),
    "the day itself": ((("approve", ""), ("advance", "passed")), "2031-11-23", {}, None),
    "much has changed": ((("approve", ""), ("advance", "passed")), DONE, {"zj_since": 2026}, None),
    "nobody knows": ((("approve", ""), ("advance", "passed")), DONE, {"zj_since": "unknown"}, None),
    "given up in the works": ((("approve", ""), ("complete", "given_up")), DONE, {}, None),
    "refused": ((("refuse", ""),), DONE, {}, None),
    "withdrawn": ((("withdraw", ""),), DONE, {}, None),
    "lapsed": ((("lapse", ""),), DONE, {}, None),
    "ended": ((("end", ""),), DONE, {}, None),
}


def given_once_in_years() -> Definition:
    definition = once("household")
    service = definition.service.model_copy(update={"again": YEARS_BETWEEN})
    return definition.model_copy(update={"service": service})


def tell(db: Session, application: Application, *story: tuple[Any, str]) -> None:
    """What became of an application: each move, and how its step was closed on the way, if it was."""
    for action, outcome in story:
        entry = open_entry(application)
        if outcome and entry is not None:
            close_entry(db, entry, outcome)
        move(db, SYSTEM, application, action)


@pytest.mark.parametrize(("story", "then", "own", "refusal"), STORIES.values(), ids=STORIES.keys())
def test_home_is_done_again_after_the_years_of_the_region(
    db: Session,
    clock_at: Callable[[str], None],
    story: tuple[tuple[str, str], ...],
    then: str,
    own: dict[str, Any],
    refusal: str | None,
) -> None:
    holder, definition = resident(db), given_once_in_years()
    answers = {"zj_since": 2020, "h_detail": "示例路3号"}
    first = hand_in(db, holder, definition, **answers)
    tell(db, first, *story)
    clock_at(f"{then}T09:00+08:00")
    if refusal is None:
        second = hand_in(db, holder, definition, **{**answers, **own})
        assert list(keys(db).values()) == [second.id]
        return
    with pytest.raises(Conflict, match=refusal) as refused, db.begin_nested():
        hand_in(db, holder, definition, **{**answers, **own})
    assert refused.value.what == first.reference
    if refusal == "too_early_again":
        assert refused.value.when is not None
        assert clock.shanghai(refused.value.when).date().isoformat() == "2031-11-23"


def look_again(db: Session, application: Application, definition: Definition) -> None:
    """Settling sends it back to acceptance: the step is opened once more."""
    step = step_of(definition, YEARS_BETWEEN.step)
    begin_step(db, application, definition, REGION, step)
    hold_key_while_at_work(db, SYSTEM, application, definition, step.id)


def test_home_that_settling_sends_back_to_acceptance_is_the_living_one_again(db: Session) -> None:
    holder, definition = resident(db), given_once_in_years()
    answers = {"zj_since": 2020, "h_detail": "示例路3号"}
    first = hand_in(db, holder, definition, **answers)
    tell(db, first, ("approve", ""), ("advance", "passed"))
    assert keys(db) == {}
    look_again(db, first, definition)
    assert list(keys(db).values()) == [first.id]
    with pytest.raises(Conflict, match="already_applied"), db.begin_nested():
        hand_in(db, holder, definition, **answers)
    tell(db, first, ("advance", "passed"))
    assert keys(db) == {}


def test_newer_home_that_came_between_keeps_its_place_and_staff_learn_of_both(db: Session) -> None:
    holder, definition = resident(db), given_once_in_years()
    first = hand_in(db, holder, definition, zj_since=2020, h_detail="示例路3号")
    tell(db, first, ("approve", ""), ("advance", "passed"))
    second = hand_in(db, holder, definition, zj_since=2026, h_detail="示例路3号")
    look_again(db, first, definition)
    assert list(keys(db).values()) == [second.id]
    for one in (first, second):
        told = select(AuditEvent).where(
            AuditEvent.stream == stream_of(one), AuditEvent.tag == "application:second_claim"
        )
        assert len(db.scalars(told).all()) == 1


def test_home_that_somebody_else_had_done_is_left_to_the_staff(db: Session) -> None:
    definition = given_once_in_years()
    first = hand_in(db, resident(db), definition, h_detail="示例路3号", zj_since=2020)
    tell(db, first, ("approve", ""), ("advance", "passed"))
    second = hand_in(db, resident(db), definition, p_id_no=SECOND, h_detail="示例路3号", zj_since=2020)
    for one in (first, second):
        told = select(AuditEvent).where(
            AuditEvent.stream == stream_of(one), AuditEvent.tag == "application:second_claim"
        )
        assert len(db.scalars(told).all()) == 1
    assert list(keys(db).values()) == [second.id]


def test_region_that_says_no_years_refuses_nobody(db: Session) -> None:
    definition = given_once_in_years()
    service = definition.service.model_copy(
        update={"again": YEARS_BETWEEN.model_copy(update={"years": None})}
    )
    definition, holder = definition.model_copy(update={"service": service}), resident(db)
    first = hand_in(db, holder, definition, h_detail="示例路3号", zj_since=2020)
    tell(db, first, ("approve", ""), ("advance", "passed"))
    second = hand_in(db, holder, definition, h_detail="示例路3号", zj_since=2020)
    assert list(keys(db).values()) == [second.id]
