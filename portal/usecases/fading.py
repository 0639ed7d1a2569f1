"""渐退: a household leaves the low-income list, and what rested on that is given less and less, then no more.

The stages are the region's (6 and 6 months, or 3 years and one): they are worked out once, told with their
months when it is decided, and kept with the row. Each begins by a timer; who decides anew ends them all.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Benefit, Region
from portal.catalogue.texts import Text
from portal.rules.benefits import Fading, fade, month_of
from portal.rules.calendar import months_on
from portal.rules.errors import Conflict
from portal.store.applications import Application
from portal.store.benefits import BenefitRow
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.alerts import tell_account
from portal.usecases.benefits import Paid, change_benefit, end_benefit, find_running
from portal.usecases.calendar import morning_of
from portal.usecases.timers import set_timer

TIMER: Final = "benefit_stage"

NEXT_STAGE: Final = Text(
    zh="补贴从这个月起按告知书里写的减少。金额请看“我的待遇”，也可以问窗口。",
    easy="补贴从这个月起变少了。多少钱，请看“我的待遇”，或者问窗口。",
    en="A subsidy is less from this month, as the letter said. See “My benefits” or ask us.",
)
LAST_STAGE: Final = Text(
    zh="补贴按告知书里写的，发到上个月为止。情况变了可以再申请，也可以问窗口。",
    easy="补贴发到上个月，现在没有了。情况变了，可以再申请。",
    en="A subsidy ended last month, as the letter said. You may apply again if things change.",
)


def fade_benefit(
    db: Session,
    actor: Actor,
    application: Application,
    benefit: Benefit,
    region: Region,
    *,
    from_month: date,
    amount: int | None = None,
) -> Paid:
    """Give less and less from a month on, by the stages of the region, and nothing after the last.

    ``amount`` in fen is that of a benefit from before this portal; what is on record counts before it. Raises
    Conflict ``no_amount`` where nobody knows how much it is, ``no_fading`` where the region has no stages.
    """
    running = find_running(db, application.person, benefit.code)
    given = running.amount if running is not None and running.amount is not None else amount
    if given is None:
        raise Conflict("no_amount")
    if not region.fading:
        raise Conflict("no_fading")
    begins = max(from_month, running.from_on or from_month) if running is not None else from_month
    stages = fade(given, region.fading, begins)
    return _begin(db, actor, application, benefit, region, stages, stages[0])


def begin_stage(db: Session, region: Region, benefit_id: int) -> None:
    """The months of a stage are over: the next begins, or it was the last. Nothing where somebody decided
    otherwise since."""
    row = db.get(BenefitRow, benefit_id)
    this_month = month_of(clock.today())
    if row is None or row.state != "granted" or row.to_on is None or row.to_on >= this_month:
        return
    stages = stages_of(row)
    following = next((one for one in stages if one.from_month > row.to_on), None)
    benefit = region.benefit(row.code)
    deciding = db.get_one(Application, row.application_id)
    if following is None or benefit is None:
        end_benefit(db, SYSTEM, deciding, row, row.to_on)
    else:
        _begin(db, SYSTEM, deciding, benefit, region, stages, following)
    said = LAST_STAGE if following is None else NEXT_STAGE
    if deciding.person.death_reported_at is None:
        tell_account(db, region, deciding.account_id, said, unique=f"{TIMER}-{row.id}")


def go_on_fading(db: Session, row: BenefitRow) -> None:
    """What was stopped while it faded is given again: to the end of the stage in which it begins. The stages
    keep their months."""
    stage = next((one for one in stages_of(row) if row.from_on and one.to_month >= row.from_on), None)
    if stage is not None:
        _until(db, row, stage)


def stages_of(row: BenefitRow) -> tuple[Fading, ...]:
    """The stages of a benefit that fades, in order; none where it does not."""
    return tuple(
        Fading(date.fromisoformat(str(first)), date.fromisoformat(str(last)), int(str(amount)))
        for first, last, amount in row.fading or ()
    )


def _begin(
    db: Session,
    actor: Actor,
    application: Application,
    benefit: Benefit,
    region: Region,
    stages: tuple[Fading, ...],
    stage: Fading,
) -> Paid:
    paid = change_benefit(
        db, actor, application, benefit, region, amount=stage.amount, from_month=stage.from_month
    )
    paid.row.fading = [[one.from_month.isoformat(), one.to_month.isoformat(), one.amount] for one in stages]
    _until(db, paid.row, stage)
    return paid


def _until(db: Session, row: BenefitRow, stage: Fading) -> None:
    row.to_on = stage.to_month
    set_timer(db, TIMER, row.id, morning_of(months_on(stage.to_month, 1)))
