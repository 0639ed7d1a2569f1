"""The calendar of the offices: before and after days and years were added, and mistakes in either form."""

from datetime import date, timedelta

from pages.staff_pages import at_post
from pages.states import PageState, sending
from support import Visitor

from portal import clock
from portal.store.units import CalendarDay, PublishedYear

CALENDAR = "/manage/calendar"
PAPER = "示例市人民政府办公室关于部分节假日安排的通知（示例政办发〔2026〕88号）" * 2
ADD_DAY = "main form[action$='/calendar'] .actions button"
ADD_YEAR = "main form[action$='/years'] .actions button"
opened = at_post("admin-city", CALENDAR)


def filled(visitor: Visitor) -> None:
    """A day that is over, one to come, and a confirmed year into which no date of the other pages falls."""
    today, added_at = clock.today(), clock.now()
    with visitor.stage.transaction() as db:
        for day in (date(today.year - 1, 3, 3), today + timedelta(days=400)):
            db.merge(CalendarDay(day=day, is_working=day > today, source=PAPER, added_at=added_at))
        db.merge(PublishedYear(year=today.year + 2, source=PAPER, added_at=added_at))
    opened(visitor)


PAGES = (
    PageState(CALENDAR, "all", opened),
    PageState(CALENDAR, "error", sending(opened, ADD_DAY), 422),
    PageState(f"{CALENDAR}/years", "error", sending(opened, ADD_YEAR), 422),
    PageState(CALENDAR, "with days and years", filled),
)
