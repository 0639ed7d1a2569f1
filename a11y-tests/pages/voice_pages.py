"""The person's own voice: the slip on the web, with an account, with staff; what the office reads of it."""

from dataclasses import dataclass

from pages.staff_pages import OFFICE_ROUTE
from pages.states import PageState, Reach, sending, signed_in
from sqlalchemy import select
from support import Someone, Stage, Visitor
from support.stage import LONG, Staged

from portal.store.applications import Application
from portal.usecases.actor import SYSTEM, VISITOR
from portal.usecases.invitations import Wanted, ask_to_act
from portal.usecases.person_slips import make_slip
from portal.usecases.voices import Voice, object_to_it
from tests.support.chain import lead
from tests.support.office import DESK, REGION

ON_THE_WEB = "/voice"
IN_ACCOUNT = "/account/for-me"
AT_THE_DESK = "/desk/voice"
BRINGING = "/desk/voice/slips/<int:slip_id>"
HEARING = "/{front}/applications/<reference>/own-words/<int:words_id>"
WORDS = "我想自己去医院，不想让别人替我说。" * 6


@dataclass(frozen=True)
class Spoken:
    """Something that somebody handed in for a person, the person's account and slip, and what they said."""

    staged: Staged
    person: Someone
    slip_id: int
    number: str
    code: str
    words_id: int


def spoken(stage: Stage, *, of: str = ON_THE_WEB) -> Spoken:
    """Made once for those pages ``of`` which the slip is opened, because it opens ten times in an hour: an
    objection stands, and the slip is in the person's hands."""

    def make() -> Spoken:
        staged: Staged = stage.submitted(LONG, "proxy")
        person = stage.resident()
        with stage.transaction() as db:
            found = db.scalars(select(Application).where(Application.reference == staged.reference)).one()
            slip = make_slip(db, SYSTEM, found.person, "post", application=found, unit_code=DESK)
            said = object_to_it(db, Voice(VISITOR, "slip", slip.id), staged.reference, WORDS)
            found.person.own_account_id = person.actor.account_id
            clerk = stage.clerk.actor
            lead(db, {"clerk": clerk}, found, ("forward",))
            return Spoken(staged, person, slip.id, slip.number, slip.code, said.id)

    made: Spoken = stage.once(("spoken", of), make)
    return made


def opened(address: str, *, of: str = "") -> Reach:
    """What the two numbers open."""

    def reach(visitor: Visitor) -> None:
        found = spoken(visitor.stage, of=of or address)
        if address == AT_THE_DESK:
            visitor.sign_in(visitor.stage.clerk)
        visitor.open(address)
        fields = {"number": found.number, "code": found.code}
        if address == AT_THE_DESK:
            fields["way"] = "phone"
        visitor.send(fields, "#open .actions button")

    return reach


def one(address: str) -> Reach:
    def reach(visitor: Visitor) -> None:
        opened(address)(visitor)
        visitor.press("#see-1 button:not([hidden])")

    return reach


def chosen(act: str) -> Reach:
    """The page of an act, with the account."""
    return sending(own_one, "#choose .actions button", act=act)


def asked(visitor: Visitor) -> None:
    """Somebody else asks to act for the person, who has nothing but the slip."""
    stage = visitor.stage

    def make() -> tuple[str, str]:
        staged: Staged = stage.submitted(acting="proxy")
        other = stage.resident()
        with stage.transaction() as db:
            found = db.scalars(select(Application).where(Application.reference == staged.reference)).one()
            wanted = Wanted("relative", "示例王姨", ("fill", "submit"), None, 30)
            ask_to_act(db, other.actor, wanted, REGION, person=found.person)
            slip = make_slip(db, SYSTEM, found.person, "counter")
            return slip.number, slip.code

    number, code = stage.once(("asked by slip", ""), make)
    visitor.open(ON_THE_WEB)
    visitor.send({"number": number, "code": code}, "#open .actions button")


def own_list(visitor: Visitor) -> None:
    visitor.sign_in(spoken(visitor.stage).person)
    visitor.open(IN_ACCOUNT)


def objected(visitor: Visitor) -> None:
    """As who acts, and reads that the person objects."""
    staged = spoken(visitor.stage).staged
    visitor.sign_in(staged.applicant)
    visitor.open(f"/account/applications/{staged.reference}")


def without_account(visitor: Visitor) -> None:
    """The person would take it over with nothing but the slip."""
    one(ON_THE_WEB)(visitor)
    visitor.send({"act": "take_over"}, "#choose .actions button")
    visitor.send({}, "#do .actions button")


def own_one(visitor: Visitor) -> None:
    own_list(visitor)
    visitor.press("#see-1 button:not([hidden])")


def renewing(visitor: Visitor) -> None:
    """Somebody else's application for the person, whose slip may be made anew."""
    stage = visitor.stage

    def make() -> Someone:
        staged: Staged = stage.submitted(acting="proxy")
        person = stage.resident()
        with stage.transaction() as db:
            found = db.scalars(select(Application).where(Application.reference == staged.reference)).one()
            make_slip(db, SYSTEM, found.person, "counter")
            found.person.own_account_id = person.actor.account_id
        return person

    visitor.sign_in(stage.once(("renews the slip", ""), make))
    visitor.open(IN_ACCOUNT)
    visitor.press("#slip button:not([hidden])")


def desk(path: str) -> Reach:
    return signed_in(lambda stage: stage.clerk, path)


def bringing(visitor: Visitor) -> None:
    found = spoken(visitor.stage)
    visitor.sign_in(visitor.stage.clerk)
    visitor.open(f"/desk/voice/slips/{found.slip_id}")


def waiting(visitor: Visitor) -> None:
    spoken(visitor.stage)
    desk(AT_THE_DESK)(visitor)


def hearing(front: str) -> Reach:
    def reach(visitor: Visitor) -> None:
        found = spoken(visitor.stage)
        visitor.sign_in(visitor.stage.clerk if front == "desk" else visitor.stage.reviewer)
        visitor.open(f"/{front}/applications/{found.staged.reference}/own-words/{found.words_id}")

    return reach


def heard(visitor: Visitor) -> None:
    found = spoken(visitor.stage)
    visitor.sign_in(visitor.stage.reviewer)
    visitor.open(f"/office/applications/{found.staged.reference}")


def plain_page(visitor: Visitor) -> None:
    visitor.open(ON_THE_WEB)


PAGES = (
    PageState(ON_THE_WEB, "empty", plain_page),
    PageState(ON_THE_WEB, "error", sending(plain_page, "#open .actions button"), 422),
    PageState(ON_THE_WEB, "opened", opened(ON_THE_WEB)),
    PageState(ON_THE_WEB, "one", one(ON_THE_WEB)),
    PageState(ON_THE_WEB, "sign in first", without_account, 403),
    PageState("/account/applications/<reference>", "person objects", objected),
    PageState(ON_THE_WEB, "asked", asked),
    PageState(ON_THE_WEB, "what a yes gives", sending(asked, "#ask-1 button:not([hidden])")),
    PageState(IN_ACCOUNT, "filled", own_list),
    PageState(IN_ACCOUNT, "empty", signed_in(lambda stage: stage.resident(), IN_ACCOUNT)),
    PageState(IN_ACCOUNT, "one", own_one),
    PageState(IN_ACCOUNT, "nothing chosen", sending(own_one, "#choose .actions button"), 422),
    PageState(IN_ACCOUNT, "new slip asked", renewing),
    PageState(IN_ACCOUNT, "new slip", sending(renewing, "#renew .actions button")),
    PageState(IN_ACCOUNT, "answers", chosen("answers")),
    PageState(IN_ACCOUNT, "own words", chosen("speak")),
    PageState(IN_ACCOUNT, "own words error", sending(chosen("speak"), "#do .actions button"), 422),
    PageState(IN_ACCOUNT, "take over", chosen("take_over")),
    PageState(AT_THE_DESK, "waiting", waiting),
    PageState(AT_THE_DESK, "error", sending(waiting, "#open .actions button"), 422),
    PageState(AT_THE_DESK, "one", one(AT_THE_DESK)),
    PageState(BRINGING, "to be printed", bringing),
    PageState(HEARING.format(front="desk"), "empty", hearing("desk")),
    PageState(HEARING.format(front="office"), "empty", hearing("office")),
    PageState(HEARING.format(front="office"), "error", sending(hearing("office")), 422),
    PageState(OFFICE_ROUTE, "person objects", heard),
)
