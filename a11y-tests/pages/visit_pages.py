"""The counter: receiving a visitor in each way, the visitor's page and papers, the visit that is over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pages.staff_pages import at_post
from pages.states import PageState, Reach, sending
from sqlalchemy import select
from support import LONG, Someone, Stage, Staged, Visitor

from portal import clock
from portal.store.applications import Application
from portal.store.visits import Entering
from portal.usecases.demo_people import demo_id_number
from portal.usecases.sessions import find_session
from portal.usecases.visit_ends import end_visits
from portal.usecases.visits import begin_visit
from tests.support.certificates import prove

CLERK = "clerk-dongfeng"
START = "/desk/visits"
TODAY = "/desk/today"
NEW = "/desk/visits/new/{}/<channel>/<standing>"
VISIT = "/desk/visits/<token>"
RECEIVE: dict[str, str | bool] = {"channel": "counter", "standing": "representative", "is_related": "yes"}


@dataclass(frozen=True)
class Received:
    """A clerk with a visitor before her: whose applications these are, and where the visit is."""

    clerk: Someone
    visitor: Staged
    address: str


def received(stage: Stage, visitor: Staged, **seen: Any) -> Received:
    """A new clerk, so that each has one visitor."""
    clerk = stage.colleague()
    about = {"channel": "counter", "standing": "self", "identity_seen": "code", **seen}
    with stage.transaction() as db:
        signed_in = find_session(db, clerk.token)
        assert signed_in is not None
        visitor_id = visitor.applicant.actor.signed_in_id
        begun = begin_visit(db, clerk.actor, signed_in.session_id, visitor_id, **about)
    return Received(clerk, visitor, f"/desk/visits/{begun.token}")


def beside(make: Callable[[Stage], Received], path: str = "") -> Reach:
    """A page of the visit; ``{}`` in it is the reference of the visitor's application."""

    def reach(visitor: Visitor) -> None:
        here = make(visitor.stage)
        visitor.sign_in(here.clerk)
        visitor.open(here.address + path.format(here.visitor.reference))

    return reach


def with_much(stage: Stage) -> Received:
    return received(stage, stage.the("returned", "long", answers=LONG))


def with_nothing(stage: Stage) -> Received:
    """Somebody of whom nothing is known yet."""
    somebody = stage.once(("resident", "received"), stage.resident)
    return received(stage, Staged("", somebody), identity_seen=None, standing="representative")


def with_one_under_way(stage: Stage) -> Received:
    return received(stage, stage.the("at_acceptance"), channel="home_visit")


def with_document(stage: Stage) -> Received:
    """Proven, and seen again: whose record it is."""
    applicant = stage.the("at_acceptance")
    stage.prove_identity(applicant.applicant)
    return received(stage, applicant, identity_seen="document")


def over(stage: Stage) -> Received:
    here = received(stage, stage.the("submitted"))
    with stage.transaction() as db:
        signed_in = find_session(db, here.clerk.token)
        assert signed_in is not None
        end_visits(db, here.clerk.actor, signed_in.session_id, "next")
    return here


def letter(visitor: Visitor) -> None:
    here = with_one_under_way(visitor.stage)
    visitor.sign_in(here.clerk)
    visitor.open(f"{here.address}/letters/{visitor.stage.newest_notice(here.visitor)}")


def code_to(before: Reach) -> Reach:
    """The page for the code, sent to a phone that nobody has used."""

    def reach(visitor: Visitor) -> None:
        before(visitor)
        visitor.send({"contact": visitor.stage.new_phone()})

    return reach


def known_elsewhere(visitor: Visitor) -> None:
    """The number on the document was seen before, for another account."""
    stage = visitor.stage
    number = demo_id_number(date(1951, 3, 4), 4711)
    with stage.transaction() as db:
        prove(db, stage.resident().actor, number, "示例李四")
    beside(with_nothing, "/identity")(visitor)
    filled = {"id_type": "resident", "name": "示例李四", "id_number": number, "is_same": True}
    visitor.send(filled)


def waiting(path: str) -> Reach:
    """What somebody typed, and was returned."""

    def reach(visitor: Visitor) -> None:
        stage = visitor.stage
        returned, clerk = stage.the("returned", "long", answers=LONG), stage.colleague()
        with stage.transaction() as db:
            found = db.scalars(select(Application).where(Application.reference == returned.reference)).one()
            typed = {"account_id": clerk.actor.signed_in_id, "unit_code": "desk_dongfeng"}
            db.add(Entering(application_id=found.id, entered_at=clock.now(), **typed))
        visitor.sign_in(clerk)
        visitor.open(path)

    return reach


def opened_up(before: Reach) -> Reach:
    """The same page with the entries behind the first ones in sight."""

    def reach(visitor: Visitor) -> None:
        before(visitor)
        visitor.driver.find_element("css selector", ".more-nav summary").click()

    return reach


def page_of(way: str, standing: str = "self") -> Reach:
    return at_post(CLERK, f"/desk/visits/new/{way}/counter/{standing}")


PAGES = [
    PageState(TODAY, "", waiting(TODAY)),
    PageState(TODAY, "nothing waits", at_post("township-dongfeng", TODAY)),
    PageState(TODAY, "every entry in sight", opened_up(at_post(CLERK, TODAY))),
    PageState(START, "", at_post(CLERK, START)),
    PageState(START, "after one ended", at_post(CLERK, START + "?ended=1")),
    PageState(START, "nothing said", sending(at_post(CLERK, START)), 422),
    PageState(START, "a relative", sending(at_post(CLERK, START), **RECEIVE), 422),
    PageState(NEW.format("document"), "", page_of("document")),
    PageState(NEW.format("document"), "nothing typed", sending(page_of("document")), 422),
    PageState(NEW.format("slip"), "", page_of("slip", "representative")),
    PageState(NEW.format("slip"), "wrong", sending(page_of("slip"), reference="1", slip_code="x"), 422),
    PageState(NEW.format("code"), "", page_of("code")),
    PageState(NEW.format("code"), "code sent", code_to(page_of("code"))),
    PageState(NEW.format("code"), "wrong code", sending(code_to(page_of("code")), code="000000"), 422),
    PageState(NEW.format("none"), "", page_of("none")),
    PageState(VISIT, "much under way", beside(with_much)),
    PageState(VISIT, "nothing known", beside(with_nothing)),
    PageState(VISIT, "over", beside(over), 410),
    PageState(VISIT + "/services", "", beside(with_nothing, "/services")),
    PageState(VISIT + "/services", "searched", beside(with_nothing, "/services?q=轮椅")),
    PageState(VISIT + "/identity", "", beside(with_nothing, "/identity")),
    PageState(VISIT + "/identity", "another holds the number", known_elsewhere, 409),
    PageState(VISIT + "/contact", "", beside(with_nothing, "/contact")),
    PageState(VISIT + "/contact", "code sent", code_to(beside(with_nothing, "/contact"))),
    PageState(VISIT + "/applications/<reference>", "to mend", beside(with_much, "/applications/{}")),
    PageState(
        VISIT + "/applications/<reference>", "under way", beside(with_one_under_way, "/applications/{}")
    ),
    PageState(
        VISIT + "/applications/<reference>/withdraw",
        "no word for it",
        sending(beside(with_one_under_way, "/applications/{}"), "#withdraw ~ form button"),
        422,
    ),
    PageState(VISIT + "/slip", "none yet", beside(with_nothing, "/slip")),
    PageState(VISIT + "/slip", "made", sending(beside(with_one_under_way, "/slip"))),
    PageState(VISIT + "/record", "", beside(with_document, "/record")),
    PageState(VISIT + "/record", "not seen", beside(with_nothing, "/record")),
    PageState(VISIT + "/letters", "", beside(with_one_under_way, "/letters")),
    PageState(VISIT + "/letters", "none", beside(with_nothing, "/letters")),
    PageState(VISIT + "/letters/<int:notice_id>", "", letter),
    PageState("/desk/visits/waiting", "", waiting("/desk/visits/waiting")),
    PageState("/desk/visits/waiting", "of the unit", waiting("/desk/visits/waiting?of=unit")),
    PageState("/desk/visits/waiting", "none", at_post("township-dongfeng", "/desk/visits/waiting")),
]
