"""What a person is told of an appointment: one is proposed, it is tomorrow, it is cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.texts import Text
from portal.store.appointments import Appointment
from portal.usecases.alerts import tell_account
from portal.usecases.regions import get_region
from portal.usecases.units import get_unit

PROPOSED: Final = Text(
    zh="工作人员想在{day}{hour}上门。请登录确认或者改时间，也可以联系窗口。",
    easy="工作人员想在{day}{hour}来您家。请登录说行不行。也可以联系窗口。",
    en="We would like to visit on {day}, {hour}. Sign in to confirm.",
)
REMINDED: Final = Text(
    zh="明天{hour}，工作人员按约定上门。要改时间，请登录或者联系窗口。",
    easy="明天{hour}，工作人员来您家。想改时间，请登录或者联系窗口。",
    en="Tomorrow at {hour} we visit you as agreed. To change it, sign in.",
)
CANCELLED: Final = Text(
    zh="约好的上门取消了。要重新约，请登录或者联系窗口。",
    easy="我们这次不来了。想再约，请登录或者联系窗口。",
    en="The visit is cancelled. Sign in to arrange another.",
)


def tell_of_appointment(db: Session, appointment: Appointment, words: Text, unique: str) -> None:
    """Only in ways that the person allows; who has none is told by staff, as the page of it says."""
    region = get_region(get_unit(db, appointment.unit_code).region)
    said = (
        words if appointment.starts_at is None else _with_hour(words, clock.shanghai(appointment.starts_at))
    )
    tell_account(db, region, appointment.account_id, said, unique=f"appointment-{appointment.id}-{unique}")


def _with_hour(words: Text, when: datetime) -> Text:
    day, hour = f"{when.month}月{when.day}日", f"{when.hour}点"
    return Text(
        zh=words.zh.format(day=day, hour=hour),
        easy=words.say("easy").format(day=day, hour=hour),
        en=words.en.format(day=f"{when.day} {when:%b}", hour=f"{when:%H:%M}"),
    )
