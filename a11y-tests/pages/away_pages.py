"""Away from the post and work handed over; changes that another administrator grants, and their forms."""

from datetime import timedelta

from pages.staff_pages import at_post, officer
from pages.states import PageState, sending
from support import Visitor

from portal import clock
from portal.catalogue.model import Role
from portal.usecases.absences import Asked, enter_absence
from portal.usecases.amendments import Change, list_amendments, propose
from tests.support.office import REGION

DESK_AWAY = at_post("clerk-xishan", "/desk/absences")
OFFICE_AWAY = at_post("lead-shili", "/office/absences")
DESK_HANDS = at_post("clerk-xishan", "/desk/hand-over")
OFFICE_HANDS = at_post("lead-shili", "/office/hand-over")
AMOUNTS = at_post("admin-city", "/manage/amounts")
UNIT = at_post("admin-city", "/manage/units/desk_dongfeng")
PAPER = "示例市人民政府办公室关于部分节假日安排的通知（示例政办发〔2026〕88号）" * 2


def somebody_away(visitor: Visitor) -> None:
    """The head reads of an officer who is away for a year, with nobody in their place."""
    clerk = officer("clerk-dongfeng")(visitor.stage).actor

    def enter() -> bool:
        today = clock.today()
        asked = Asked(clerk.signed_in_id, Role.DESK_CLERK, today, today + timedelta(days=365), None)
        with visitor.stage.transaction() as db:
            enter_absence(db, clerk, asked)
        return True

    visitor.stage.once(("away", ""), enter)
    at_post("lead-dongfeng", "/office/absences")(visitor)


def amendment_id(visitor: Visitor) -> int:
    """A number that the administrator would change from next year on."""
    admin = officer("admin-city")(visitor.stage).actor

    def make() -> int:
        proposed = {"region": REGION.code, "value": 90, "is_verified": False}
        change = Change("amount", "most_in_hand", proposed, PAPER, clock.today() + timedelta(days=365))
        with visitor.stage.transaction() as db:
            return propose(db, admin, change).id

    made: int = visitor.stage.once(("amendment", ""), make)
    return made


def one_amendment(visitor: Visitor) -> None:
    at_post("admin-city", f"/manage/amendments/{amendment_id(visitor)}")(visitor)


def amendments(visitor: Visitor) -> None:
    amendment_id(visitor)
    with visitor.stage.transaction() as db:
        assert list_amendments(db, officer("admin-city")(visitor.stage).actor)
    at_post("admin-city", "/manage/amendments")(visitor)


PAGES = (
    PageState("/desk/absences", "nobody", DESK_AWAY),
    PageState("/desk/absences", "error", sending(DESK_AWAY, "#absence .actions button"), 422),
    PageState("/office/absences", "nobody", OFFICE_AWAY),
    PageState("/office/absences", "somebody", somebody_away),
    PageState("/desk/hand-over", "empty", DESK_HANDS),
    PageState("/office/hand-over", "error", sending(OFFICE_HANDS), 422),
    PageState("/manage/amounts", "all", AMOUNTS),
    PageState("/manage/amounts", "error", sending(AMOUNTS), 422),
    PageState("/manage/units/<unit_code>", "open", UNIT),
    PageState("/manage/units/<unit_code>", "error", sending(UNIT), 422),
    PageState("/manage/amendments", "waiting", amendments),
    PageState("/manage/amendments/<int:amendment_id>", "one's own", one_amendment),
    PageState("/manage/amendments/<int:amendment_id>", "error", sending(one_amendment), 422),
)
