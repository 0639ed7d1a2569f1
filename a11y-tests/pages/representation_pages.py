"""Asking and being asked to act for somebody; what staff write down of it; files of one person."""

from pages.account_pages import newcomer
from pages.staff_pages import (
    DESK,
    DESK_ROUTE,
    LONG,
    OFFICE,
    OFFICE_ROUTE,
    at_post,
    clerk,
    officer,
    work,
)
from pages.states import PageState, Reach, sending, signed_in
from sqlalchemy import select
from support import Someone, Stage, Staged, Visitor

from portal.clock import now
from portal.rules.acting import POWERS
from portal.store.applications import Application
from portal.store.people import Person
from portal.usecases.invitations import Made, Wanted, ask_to_act, invite
from portal.usecases.person_files import get_own_file
from tests.support.office import REGION

LONG_NAME = "示例𠮷𡙸阿卜杜热合曼·买买提依明·吐尔逊"
WANTED = Wanted("relative", LONG_NAME, POWERS, ("zj-01", "bt-01", "gz-01"), 365)

INVITE = signed_in(newcomer, "/account/people/invite")
ASK = signed_in(newcomer, "/account/people/ask")
ASKS = at_post("clerk-xishan", "/desk/asks")
head_of_desk = officer("lead-dongfeng")


class Open:
    """Somebody who has invited a helper, and is asked by another; the codes of both."""

    def __init__(self, stage: Stage) -> None:
        self.person: Someone = stage.resident()
        self.helper: Someone = stage.resident()
        with stage.transaction() as db:
            self.invited: Made = invite(db, self.person.actor, WANTED, own_name=LONG_NAME)
            own = get_own_file(db, self.person.actor)
            self.asked: Made = ask_to_act(db, self.helper.actor, WANTED, REGION, person=own)


def opened(stage: Stage) -> Open:
    found: Open = stage.once(("invitations", ""), lambda: Open(stage))
    return found


def filled(visitor: Visitor) -> None:
    visitor.sign_in(opened(visitor.stage).person)
    visitor.open("/invitation")


def asked(visitor: Visitor) -> None:
    found = opened(visitor.stage)
    visitor.sign_in(found.person)
    visitor.open(f"/account/invitations/{found.asked.offer.id}")


def offered(visitor: Visitor) -> None:
    """The helper has typed the code and their name."""
    found = opened(visitor.stage)
    visitor.sign_in(found.helper)
    visitor.open("/invitation")
    visitor.send({"code": found.invited.code, "name": LONG_NAME})


def coded(visitor: Visitor) -> None:
    """The code, this once."""
    visitor.sign_in(visitor.stage.resident())
    visitor.open("/account/people/ask")
    words = {"name": LONG_NAME, "agent_name": LONG_NAME, "relation": "child", "powers": "fill"}
    visitor.send({**words, "reach": "all", "days": "30"})


def heard(visitor: Visitor) -> None:
    """The clerk has typed the code of a request."""
    code = opened(visitor.stage).asked.code
    ASKS(visitor)
    visitor.send({"code": code})


def represented(stage: Stage) -> Staged:
    """What somebody handed in for another, and nothing else has happened to."""
    made: Staged = stage.the("submitted", "represented", answers=LONG, acting="proxy")
    return made


def compared(front: str) -> Reach:
    """Two more files bear the same number."""

    def reach(visitor: Visitor) -> None:
        stage = visitor.stage
        staged = represented(stage)

        def twins() -> bool:
            others = [stage.resident().actor.signed_in_id for _ in range(2)]
            with stage.transaction() as db:
                index = db.scalars(
                    select(Application.subject_id_index).where(Application.reference == staged.reference)
                ).one()
                for account_id in others:
                    file = Person(claimed_by_id=account_id, is_self=True, created_at=now(), name=LONG_NAME)
                    file.id_number_index = index
                    db.add(file)
            return True

        stage.once(("twins", ""), twins)
        work(clerk if front == DESK else head_of_desk, front + "/same-person", represented)(visitor)

    return reach


def topic(name: str) -> tuple[PageState, ...]:
    """A page below an application, at both fronts."""
    at_desk: Reach = work(clerk, DESK + f"/{name}", represented)
    at_office: Reach = work(head_of_desk, OFFICE + f"/{name}", represented)
    return (
        PageState(f"{DESK_ROUTE}/{name}", "open", at_desk),
        PageState(f"{DESK_ROUTE}/{name}", "error", sending(at_desk), 422),
        PageState(f"{OFFICE_ROUTE}/{name}", "open", at_office, is_in_every_run=False),
    )


PAGES = (
    PageState("/account/people/invite", "empty", INVITE),
    PageState("/account/people/invite", "error", sending(INVITE), 422),
    PageState("/account/people/ask", "empty", ASK),
    PageState("/account/people/ask", "error", sending(ASK), 422),
    PageState("/account/people/ask", "code", coded),
    PageState("/invitation", "filled", filled),
    PageState("/invitation", "error", sending(signed_in(newcomer, "/invitation")), 422),
    PageState("/invitation", "to be answered", offered),
    PageState("/invitation", "not answered", sending(offered), 422, is_in_every_run=False),
    PageState("/account/invitations/<int:invitation_id>", "open", asked),
    PageState("/account/invitations/<int:invitation_id>", "error", sending(asked), 422),
    PageState("/desk/asks", "empty", ASKS),
    PageState("/desk/asks", "error", sending(ASKS), 422),
    PageState("/desk/asks", "to be heard", heard),
    PageState("/desk/asks", "not heard", sending(heard), 422, is_in_every_run=False),
    *topic("representation"),
    *topic("dispute"),
    PageState(f"{DESK_ROUTE}/same-person", "open", compared(DESK)),
    PageState(f"{DESK_ROUTE}/same-person", "error", sending(compared(DESK)), 422),
    PageState(f"{OFFICE_ROUTE}/same-person", "open", compared(OFFICE), is_in_every_run=False),
)
