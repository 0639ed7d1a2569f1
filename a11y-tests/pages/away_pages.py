"""Away from the post and work handed over; changes that another administrator grants, and their forms."""

from datetime import date, timedelta

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
AMOUNT = at_post("admin-city", "/manage/amounts/certificate_years")
UNIT = "/manage/units/desk_dongfeng"
NEW_UNIT = at_post("admin-city", "/manage/units/new")
CHANGE = at_post("admin-city", f"{UNIT}/change")
CLOSE = at_post("admin-city", f"{UNIT}/close")
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


def _proposed(visitor: Visitor, name: str, by: str, change: Change) -> int:
    """A change that this administrator asks for, from next year on."""
    admin = officer(by)(visitor.stage).actor

    def make() -> int:
        with visitor.stage.transaction() as db:
            return propose(db, admin, change).id

    made: int = visitor.stage.once((name, ""), make)
    return made


def _next_year() -> date:
    return clock.today() + timedelta(days=365)


def amendment_id(visitor: Visitor) -> int:
    """A number that the administrator would change."""
    proposed = {"region": REGION.code, "value": 90, "is_verified": False}
    change = Change("amount", "most_in_hand", proposed, PAPER, _next_year())
    return _proposed(visitor, "amendment", "admin-city", change)


def closing_id(visitor: Visitor) -> int:
    """A unit that another administrator would close."""
    change = Change("unit_close", "hospital_calm", {"to": "hospital_first"}, PAPER, _next_year())
    return _proposed(visitor, "closing", "second-admin-city", change)


def changing_id(visitor: Visitor) -> int:
    """A unit that the administrator would call otherwise."""
    proposed = {
        "names": {"zh": "示例县残疾人联合会和示例县残疾人服务中心", "en": "Federation (example)"},
        "contact": {"phone": "19900004444", "hours": None},
    }
    change = Change("unit_change", "federation_shili", proposed, PAPER, _next_year())
    return _proposed(visitor, "changing", "admin-city", change)


def one_closing(visitor: Visitor) -> None:
    at_post("admin-city", f"/manage/amendments/{closing_id(visitor)}")(visitor)


def one_changing(visitor: Visitor) -> None:
    at_post("admin-city", f"/manage/amendments/{changing_id(visitor)}")(visitor)


def changing_unit(visitor: Visitor) -> None:
    changing_id(visitor)
    at_post("admin-city", "/manage/units/federation_shili")(visitor)


def without_heirs(visitor: Visitor) -> None:
    at_post("admin-city", "/manage/units/federation_city/close")(visitor)


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
    PageState("/manage/amounts", "all", at_post("admin-city", "/manage/amounts")),
    PageState("/manage/amounts/<name>", "open", AMOUNT),
    PageState("/manage/amounts/<name>", "error", sending(AMOUNT), 422),
    PageState("/manage/units/new", "empty", NEW_UNIT),
    PageState("/manage/units/new", "error", sending(NEW_UNIT), 422),
    PageState("/manage/units/<unit_code>", "open", at_post("admin-city", UNIT)),
    PageState("/manage/units/<unit_code>", "to be changed", changing_unit),
    PageState("/manage/units/<unit_code>/change", "filled", CHANGE),
    PageState("/manage/units/<unit_code>/change", "error", sending(CHANGE), 422),
    PageState("/manage/units/<unit_code>/close", "open", CLOSE),
    PageState("/manage/units/<unit_code>/close", "error", sending(CLOSE), 422),
    PageState("/manage/units/<unit_code>/close", "nowhere to go", without_heirs),
    PageState("/manage/amendments", "waiting", amendments),
    PageState("/manage/amendments/<int:amendment_id>", "one's own", one_amendment),
    PageState("/manage/amendments/<int:amendment_id>", "a unit changed", one_changing),
    PageState("/manage/amendments/<int:amendment_id>", "a unit closed", one_closing),
    PageState("/manage/amendments/<int:amendment_id>", "error", sending(one_amendment), 422),
)
