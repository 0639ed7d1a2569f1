"""Benefits on both databases: given once, changed with their history, and told in the words of a letter."""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.catalogue.conditions import Condition
from portal.catalogue.model import (
    Benefit,
    BenefitGroup,
    CancelCertificate,
    ChangeBenefit,
    GrantBenefit,
    Parameter,
    ReplaceCertificate,
)
from portal.catalogue.texts import Text
from portal.rules.errors import Conflict, Invalid
from portal.store import Store
from portal.store.applications import Application, LiveKey
from portal.store.audit import AuditEvent
from portal.store.benefits import BenefitRow
from portal.store.tasks import Task
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.benefit_lists import list_benefits_of, list_own_benefits
from tests.support.at_once import at_once
from tests.support.certificates import applied, holder_of_one, proven
from tests.support.deeds import FORM, carry_out
from tests.support.office import COUNTY, REGION, prepare, resident

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]

ON_BOTH = pytest.mark.parametrize(
    "engine_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
"""Where the database itself has a say."""

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
NAME = Text(zh="示例护理补贴", en="Care subsidy (example)")


def benefit(code: str, period: Literal["month", "year", "once"] = "month", **more: Any) -> Benefit:
    """A benefit of the service under test: 100 yuan for grades 1 and 2, 60 for grade 3."""
    groups = (
        BenefitGroup(
            id="severe",
            name=NAME,
            when=Condition.model_validate({"field": "grade", "any_of": ["1", "2"]}),
            amount="care_severe",
        ),
        BenefitGroup(
            id="other",
            name=NAME,
            when=Condition.model_validate({"field": "grade", "is": "3"}),
            amount="care_other",
        ),
    )
    return Benefit(
        code=code,
        service="zj-01",
        name=NAME,
        period=period,
        groups=groups,
        outside=Text(zh="示例", en="Example"),
        status="example",
        **more,
    )


def yuan(name: str, value: int) -> Parameter:
    return Parameter(
        name=name,
        value=value,
        unit="yuan",
        effective_from=date(2026, 1, 1),
        source="示例值",
        status="example",
    )


GIVING = REGION.model_copy(
    update={
        "benefits": (benefit("care"), benefit("school", "year"), benefit("device", "once")),
        "parameters": (*REGION.parameters, yuan("care_severe", 100), yuan("care_other", 60)),
    }
)


@pytest.fixture
def db(db: Session) -> Session:
    prepare(db)
    return db


def grant(code: str = "care", **more: Any) -> GrantBenefit:
    return GrantBenefit(name="grant_benefit", benefit=code, **more)


def change(to: Literal["continue", "changed", "faded", "stopped", "restored"], **more: Any) -> ChangeBenefit:
    return ChangeBenefit(name="change_benefit", to=to, benefit_field="which", **more)


def decide(
    db: Session,
    application: Application,
    effect: GrantBenefit | ChangeBenefit | CancelCertificate | ReplaceCertificate,
    **form: Any,
) -> dict[str, Any]:
    return carry_out(db, application, effect, {"which": "care", **form}, region=GIVING)


def again(db: Session, holder: Actor) -> Application:
    """A further application of the holder: the one before is over."""
    db.execute(delete(LiveKey))
    return applied(db, holder)


def rows(db: Session) -> list[BenefitRow]:
    return list(db.scalars(select(BenefitRow).order_by(BenefitRow.id)))


@ON_BOTH
def test_benefit_begins_with_the_month_of_receipt_and_the_amount_of_the_group(
    db: Session, clock_at: Callable[[str], None]
) -> None:
    holder, _ = holder_of_one(db, [("limb", 2)])
    application = again(db, holder)
    clock_at("2027-02-01T09:00+08:00")
    facts = decide(db, application, grant())
    [row] = rows(db)
    assert (row.group_code, row.amount, row.from_on, row.to_on) == ("severe", 10000, NOVEMBER, None)
    assert (row.state, row.unit_code, row.county) == ("granted", COUNTY, "880001")
    assert facts == {
        "benefit": {"zh": NAME.zh, "easy": NAME.zh, "en": NAME.en},
        "amount": {"zh": "每月100元", "easy": "每月100元", "en": "CNY 100 a month"},
        "from_month": {"zh": "2026年11月", "easy": "2026年11月", "en": "November 2026"},
        "review_on": date(2028, 2, 1),
        "back_pay": {"zh": "300元", "easy": "300元", "en": "CNY 300"},
    }


def test_officers_amount_counts_before_that_of_the_group(db: Session) -> None:
    holder, _ = holder_of_one(db)
    decide(db, again(db, holder), grant(amount_field="amount"), amount=12345)
    assert [(row.group_code, row.amount) for row in rows(db)] == [("other", 12345)]


def test_without_a_known_group_no_amount_is_made_up(db: Session) -> None:
    with pytest.raises(Conflict, match="no_group"):
        decide(db, applied(db, proven(db)), grant())
    assert rows(db) == []


def test_monthly_benefit_runs_once(db: Session) -> None:
    holder, _ = holder_of_one(db)
    decide(db, again(db, holder), grant())
    with pytest.raises(Conflict, match="has_benefit"):
        decide(db, again(db, resident(db)), grant())  # through another account


@ON_BOTH
def test_yearly_benefit_is_given_once_for_each_year(db: Session) -> None:
    holder, _ = holder_of_one(db)
    effect = grant("school", amount_field="amount", year_field="year")
    decide(db, again(db, holder), effect, amount=50000, year="2026")
    decide(db, again(db, holder), effect, amount=50000, year="2027")
    with pytest.raises(Conflict, match="has_benefit"):
        decide(db, again(db, holder), effect, amount=50000, year="2026")
    assert [(row.year, row.from_on, row.review_on) for row in rows(db)] == [
        (2026, None, None),
        (2027, None, None),
    ]


def test_what_is_given_once_may_be_given_again(db: Session) -> None:
    holder, _ = holder_of_one(db)
    for _time in range(2):
        facts = decide(db, again(db, holder), grant("device", amount_field="amount"), amount=80050)
    assert facts["amount"] == {"zh": "一次性800.50元", "easy": "一次给800.50元", "en": "CNY 800.50, once"}
    assert len(rows(db)) == 2


@pytest.mark.parametrize(
    ("amount", "begins", "last"),
    [(12000, NOVEMBER, date(2026, 10, 1)), (3000, DECEMBER, NOVEMBER)],
)
def test_change_ends_one_row_and_begins_another(db: Session, amount: int, begins: date, last: date) -> None:
    holder, _ = holder_of_one(db)
    decide(db, again(db, holder), grant())
    facts = decide(db, again(db, holder), change("changed", amount_field="amount"), amount=amount)
    before, after = rows(db)
    assert (before.state, before.to_on, before.amount) == ("ended", last, 6000)
    assert (after.state, after.from_on, after.amount) == ("granted", begins, amount)
    assert before.changed_by_id == after.application_id
    assert facts["from_month"]["zh"] == f"2026年{begins.month}月"


def test_change_for_months_that_are_over_pays_the_difference(
    db: Session, clock_at: Callable[[str], None]
) -> None:
    holder, _ = holder_of_one(db)
    decide(db, again(db, holder), grant())
    clock_at("2027-03-10T09:00+08:00")
    effect = change("changed", amount_field="amount", month_field="month")
    facts = decide(db, again(db, holder), effect, amount=7000, month="2027-01-15")
    assert facts["back_pay"]["zh"] == "20元"
    assert [row.from_on for row in rows(db)] == [NOVEMBER, date(2027, 1, 1)]


@ON_BOTH
def test_stop_holds_from_the_month_after_and_restoring_pays_what_was_missed(
    db: Session, clock_at: Callable[[str], None]
) -> None:
    holder, _ = holder_of_one(db)
    decide(db, again(db, holder), grant())
    facts = decide(db, again(db, holder), change("stopped"))
    assert facts["until_month"]["zh"] == "2026年11月"
    assert "from_month" not in facts
    assert [(row.state, row.to_on) for row in rows(db)] == [("stopped", NOVEMBER)]
    clock_at("2027-03-10T09:00+08:00")
    facts = decide(db, again(db, holder), change("restored"))
    assert (facts["from_month"]["zh"], facts["back_pay"]["zh"]) == ("2026年12月", "180元")
    assert [(row.state, row.from_on) for row in rows(db)] == [("ended", NOVEMBER), ("granted", DECEMBER)]


def test_several_benefits_of_a_form_are_stopped_at_once(db: Session) -> None:
    both = GIVING.model_copy(update={"benefits": (benefit("care"), benefit("living"))})
    holder, _ = holder_of_one(db)
    for code in ("care", "living"):
        carry_out(db, again(db, holder), grant(code), region=both)
    facts = carry_out(db, again(db, holder), change("stopped"), {"which": ["care", "living"]}, region=both)
    assert facts["benefit"]["zh"] == "示例护理补贴、示例护理补贴"
    assert facts["until_month"]["zh"] == "2026年11月"
    assert [(row.code, row.state) for row in rows(db)] == [("care", "stopped"), ("living", "stopped")]


def test_grant_after_a_stop_pays_no_month_twice(db: Session) -> None:
    holder, _ = holder_of_one(db)
    decide(db, again(db, holder), grant())
    decide(db, again(db, holder), change("stopped"))
    decide(db, again(db, holder), grant())
    assert [row.from_on for row in rows(db)] == [NOVEMBER, DECEMBER]


def test_benefit_that_was_stopped_before_this_portal_is_restored_from_a_named_month(db: Session) -> None:
    holder = proven(db)
    with pytest.raises(Conflict, match="no_benefit"):
        decide(db, applied(db, holder), change("restored"))
    named = change("restored", month_field="month", amount_field="amount")
    facts = decide(db, again(db, holder), named, month="2026-09-01", amount=8000)
    assert (facts["from_month"]["zh"], facts["back_pay"]["zh"]) == ("2026年9月", "160元")
    assert [(row.state, row.from_on) for row in rows(db)] == [("granted", date(2026, 9, 1))]


def test_benefit_from_before_this_portal_goes_on_and_ends_here_too(db: Session) -> None:
    holder = proven(db)
    decide(db, applied(db, holder), change("continue"))
    [row] = rows(db)
    assert (row.from_on, row.amount, row.review_on) == (None, None, date(2027, 11, 1))
    facts = decide(db, again(db, holder), change("stopped", month_field="month"), month="2027-01-10")
    assert facts["until_month"]["en"] == "December 2026"
    assert (row.state, row.to_on) == ("stopped", DECEMBER)


def test_stopping_what_was_never_on_record_notes_when_it_ended(db: Session) -> None:
    decide(db, applied(db, proven(db)), change("stopped"))
    assert [(row.state, row.to_on) for row in rows(db)] == [("stopped", NOVEMBER)]


def test_restoring_what_was_not_stopped_is_refused_at_its_question(db: Session) -> None:
    application = applied(db, proven(db))
    with pytest.raises(Conflict, match="no_benefit"):
        decide(db, application, change("restored"))
    application.entries[-1].step = FORM
    with pytest.raises(Invalid) as caught:
        decide(db, application, change("restored"))
    assert [fault.code for fault in caught.value.errors["which"]] == ["no_benefit"]


def test_cancelled_certificate_stops_nothing_and_gives_the_unit_something_to_do(db: Session) -> None:
    holder, _ = holder_of_one(db)
    decide(db, again(db, holder), grant())
    effect = CancelCertificate(name="cancel_certificate", entered_in=FORM, reason_field="why")
    decide(db, again(db, holder), effect, card_on_file="here", why="own_wish")
    [row] = rows(db)
    assert (row.state, row.to_on, row.flag) == ("granted", None, "certificate_cancelled")
    task = db.scalars(select(Task).where(Task.kind == "benefit")).one()
    assert (task.unit_code, task.application_id, task.state) == (COUNTY, row.application_id, "open")
    decide(db, again(db, holder), change("stopped"))
    assert (row.flag, task.state) == (None, "dropped")


def test_certificate_made_anew_with_the_same_contents_disturbs_nobody(db: Session) -> None:
    holder, _ = holder_of_one(db)
    decide(db, again(db, holder), grant())
    lost = ReplaceCertificate(name="replace_certificate", cause="lost", entered_in=FORM)
    decide(db, again(db, holder), lost, card_on_file="here")
    assert [row.flag for row in rows(db)] == [None]
    changed = ReplaceCertificate(
        name="replace_certificate", cause="change", entered_in=FORM, components_from=FORM
    )
    worse = [{"category": "limb", "grade": "1"}]
    decide(db, again(db, holder), changed, card_on_file="here", assessed=worse)
    assert [row.flag for row in rows(db)] == ["certificate_changed"]


def test_holder_sees_what_is_theirs_and_nobody_else_does(db: Session) -> None:
    holder, _ = holder_of_one(db)
    application = again(db, holder)
    decide(db, application, grant())
    assert [(seen.name["zh"], seen.is_over) for seen in list_own_benefits(db, holder, GIVING)] == [
        (NAME.zh, False)
    ]
    assert [seen.row.code for seen in list_benefits_of(db, application, GIVING)] == ["care"]
    assert list_own_benefits(db, resident(db), GIVING) == []
    assert list_own_benefits(db, VISITOR, GIVING) == []


def test_what_ended_is_over_only_when_its_last_month_is(db: Session, clock_at: Callable[[str], None]) -> None:
    holder, _ = holder_of_one(db)
    decide(db, again(db, holder), grant())
    decide(db, again(db, holder), change("stopped"))
    assert [seen.is_over for seen in list_own_benefits(db, holder, GIVING)] == [False]
    clock_at("2026-12-01T00:00+08:00")
    assert [seen.is_over for seen in list_own_benefits(db, holder, GIVING)] == [True]


def test_events_say_months_and_never_the_amount(db: Session) -> None:
    holder, _ = holder_of_one(db)
    decide(db, again(db, holder), grant())
    decide(db, again(db, holder), change("stopped"))
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.tag.like("benefit:%")).order_by("id")).all()
    assert tags == ["benefit:grant", "benefit:stop"]


def test_amount_and_name_do_not_stand_in_the_database(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        holder, _ = holder_of_one(db)
        decide(db, again(db, holder), grant())
    with store.engine.connect() as raw:
        cells = [
            bytes(cell) for cell in raw.exec_driver_sql("SELECT amount, holder_name FROM benefits").one()
        ]
    assert not any(word in cell for cell in cells for word in (b"6000", "示例".encode()))


@ON_BOTH
def test_database_holds_one_running_row(db: Session) -> None:
    holder, _ = holder_of_one(db)
    decide(db, again(db, holder), grant())
    [row] = rows(db)
    columns = {one.key for one in BenefitRow.__table__.columns} - {"id"}
    second = {name: getattr(row, name) for name in columns}
    with pytest.raises(IntegrityError), db.begin_nested():
        db.execute(insert(BenefitRow).values(**second))


@pytest.mark.postgres
@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_of_two_grants_at_once_one_comes_about(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        holder, _ = holder_of_one(db)
        waiting = [again(db, holder).id for _time in range(2)]

    def give(number: int) -> str:
        try:
            with store.transaction() as db:
                decide(db, db.get_one(Application, waiting[number]), grant())
        except Conflict as refusal:
            return refusal.key
        return "granted"

    assert sorted(at_once(give, 2)) == ["granted", "has_benefit"]
