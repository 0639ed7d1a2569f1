"""Visits at home and forms on paper: what the person sees, the days of a liaison, the sheet, its entry."""

from datetime import datetime, time, timedelta

from pages.staff_pages import at_post, officer
from pages.states import PageState, Reach, emptied, plain, sending, signed_in
from pages.visit_pages import beside, with_nothing, with_one_under_way
from pages.voice_pages import AT_THE_DESK, ON_THE_WEB, opened, spoken
from support import Someone, Stage, Staged, Visitor

from portal import clock
from portal.usecases.actor import VISITOR
from portal.usecases.appointments import (
    Hour,
    Wish,
    ask_appointment,
    cancel_appointment,
    propose_hour,
)
from portal.usecases.own_appointments import confirm_own_appointment
from portal.usecases.paper_forms import enter_form, print_form
from portal.usecases.sessions import find_session
from portal.usecases.visits import beside as beside_visitor
from portal.usecases.visits import find_visit
from portal.usecases.voices import Voice
from tests.support.office import DEFINITION, REGION

OWN = "/account/appointments"
OWN_ONE = "/account/appointments/<int:appointment_id>"
DAYS = "/desk/appointments"
ONE = "/desk/appointments/<int:appointment_id>"
OFFER = "/desk/applications/<reference>/appointment"
CHOOSE = "/services/<code>/form"
SHEET = "/services/<code>/form/<serial>"
PAPER = "/desk/visits/<token>/paper"
LIAISON = "liaison-dongfeng"
LONG_WISH = Wish(
    "办残疾人证，还有补贴，想一次问清楚，材料也想请人看看齐不齐。" * 4,
    "示例东风镇示例第一社区居民委员会幸福里小区二期12号楼3单元1204室，从北门进，电梯旁边",
    ("morning", "weekend"),
)


def arranged(stage: Stage, state: str) -> tuple[Someone, int]:
    """Somebody with a visit in this state, given to the liaison once it has an hour."""
    person, liaison, clerk = stage.resident(), officer(LIAISON)(stage), officer("clerk-dongfeng")(stage)
    day = clock.today() + timedelta(days=3)
    hour = Hour(datetime.combine(day, time(10), clock.SHANGHAI), liaison.actor.signed_in_id, True)
    with stage.transaction() as db:
        made = ask_appointment(db, person.actor, REGION, "880001001", LONG_WISH).id
        if state != "asked":
            propose_hour(db, clerk.actor, made, hour)
        if state == "confirmed":
            confirm_own_appointment(db, Voice(person.actor, "web"), made)
        if state == "cancelled":
            cancel_appointment(db, clerk.actor, made, "大雪封路，车开不上去。")
    return person, made


def own(*states: str, query: str = "") -> Reach:
    """The page of somebody with a visit in this state."""

    def reach(visitor: Visitor) -> None:
        person, _made = arranged(visitor.stage, states[0])
        visitor.sign_in(person)
        visitor.open(OWN + query)

    return reach


def agreed_just_now(visitor: Visitor) -> None:
    own("proposed")(visitor)
    visitor.press("main form[id^=yes-] .actions button")


def own_one(state: str) -> Reach:
    """One visit, with what the person may say to it."""

    def reach(visitor: Visitor) -> None:
        person, made = arranged(visitor.stage, state)
        visitor.sign_in(person)
        visitor.open(f"{OWN}/{made}")

    return reach


def by_slip(address: str, *, is_opened: bool = False) -> Reach:
    """What the slip of somebody opens with whom a visit is arranged; the visit itself."""

    def reach(visitor: Visitor) -> None:
        stage, visits = visitor.stage, f"visits, {address}"

        def make() -> None:
            found = spoken(stage, of=visits)
            clerk = officer("clerk-dongfeng")(stage)
            hour = datetime.combine(clock.today() + timedelta(days=3), time(10), clock.SHANGHAI)
            with stage.transaction() as db:
                asked = ask_appointment(db, found.person.actor, REGION, "880001001", LONG_WISH)
                propose_hour(db, clerk.actor, asked.id, Hour(hour, clerk.actor.signed_in_id, True))

        stage.once(("visit by slip", address), make)
        opened(address, of=visits)(visitor)
        if is_opened:
            visitor.press("#visit-1 button:not([hidden])")

    return reach


def at_appointment(state: str, who: str = "clerk-dongfeng", query: str = "") -> Reach:
    def reach(visitor: Visitor) -> None:
        _person, made = arranged(visitor.stage, state)
        visitor.sign_in(officer(who)(visitor.stage))
        visitor.open(f"{DAYS}/{made}{query}")

    return reach


def days(who: str, *states: str) -> Reach:
    def reach(visitor: Visitor) -> None:
        for state in states:
            arranged(visitor.stage, state)
        visitor.sign_in(officer(who)(visitor.stage))
        visitor.open(DAYS)

    return reach


def offering(visitor: Visitor) -> None:
    made: Staged = visitor.stage.the("submitted")
    visitor.sign_in(officer("clerk-dongfeng")(visitor.stage))
    visitor.open(f"/desk/applications/{made.reference}/appointment")


def sheet(acting: str, *, is_large: bool = False) -> Reach:
    def reach(visitor: Visitor) -> None:
        with visitor.stage.transaction() as db:
            serial = print_form(
                db,
                VISITOR,
                DEFINITION,
                acting=acting,
                language="zh",
                is_large=is_large,  # type: ignore[arg-type]
            )
        visitor.open(f"/services/zj-01/form/{serial}")

    return reach


def entered_before(visitor: Visitor) -> None:
    """The number of a form that is somebody else's application by now."""
    stage = visitor.stage
    first = with_one_under_way(stage)
    with stage.transaction() as db:
        serial = print_form(db, VISITOR, DEFINITION, acting="self", language="zh", is_large=False)
        signed = find_session(db, first.clerk.token)
        assert signed is not None
        visit = find_visit(db, first.clerk.actor, signed.session_id, first.address.rsplit("/", 1)[1])
        enter_form(db, beside_visitor(first.clerk.actor, visit), serial, clock.today())
    beside(with_nothing, "/paper")(visitor)
    visitor.send({"serial": serial, "received_on": clock.today().isoformat()})


PAGES = [
    PageState(OWN, "nothing arranged", signed_in(lambda stage: stage.resident(), OWN)),
    PageState(OWN, "nothing said", sending(own("asked"), "#ask .actions button"), 422),
    PageState(OWN, "asked", own("asked", query="?done=asked")),
    PageState(OWN, "proposed", own("proposed")),
    PageState(OWN, "arranged", own("confirmed", query="?changed=1")),
    PageState(OWN, "agreed just now", agreed_just_now),
    PageState(OWN, "cancelled", own("cancelled")),
    PageState(OWN_ONE, "proposed", own_one("proposed")),
    PageState(OWN_ONE, "no time named", sending(own_one("confirmed"), "#visit-times .actions button"), 422),
    PageState(OWN_ONE, "cancelled", own_one("cancelled")),
    PageState(ON_THE_WEB, "a visit is arranged", by_slip(ON_THE_WEB)),
    PageState(ON_THE_WEB, "visit", by_slip(ON_THE_WEB, is_opened=True)),
    PageState(AT_THE_DESK, "visit", by_slip(AT_THE_DESK, is_opened=True)),
    PageState(DAYS, "of a liaison", days(LIAISON, "proposed", "confirmed")),
    PageState(DAYS, "of a counter", days("clerk-dongfeng", "asked", "proposed")),
    PageState(DAYS, "nothing arranged", at_post("liaison-xishan", DAYS)),
    PageState(DAYS, "proposed just now", at_post("liaison-xishan", DAYS + "?done=proposed")),
    PageState(ONE, "asked", at_appointment("asked")),
    PageState(ONE, "no hour", sending(at_appointment("asked"), "#propose .actions button"), 422),
    PageState(ONE, "proposed", at_appointment("proposed", query="?changed=1")),
    PageState(ONE, "not said how", sending(at_appointment("proposed"), "#confirm .actions button"), 422),
    PageState(ONE, "arranged, to a liaison", at_appointment("confirmed", LIAISON)),
    PageState(ONE, "cancelled", at_appointment("cancelled")),
    PageState(OFFER, "", offering),
    PageState(OFFER, "nothing typed", sending(offering), 422),
    PageState(CHOOSE, "", plain("/services/zj-01/form")),
    PageState(CHOOSE, "nothing chosen", sending(emptied(plain("/services/zj-01/form"))), 422),
    PageState(SHEET, "own", sheet("self")),
    PageState(SHEET, "for somebody, large", sheet("proxy", is_large=True)),
    PageState(PAPER, "", beside(with_nothing, "/paper")),
    PageState(PAPER, "nothing typed", sending(beside(with_nothing, "/paper")), 422),
    PageState(PAPER, "entered before", entered_before, 409),
]
