"""The pages on which staff prove who they are: at the door, at the lock, again before acts, and their own."""

from collections.abc import Callable

from pages.staff_pages import member
from pages.states import PageState, Reach, plain, sending, signed_in
from support import Someone, Stage, Visitor
from support.keyholders import cardholder, enrolment_with_card, keyholder, locked

PASSKEY = "#passkey-form .actions button"


def once(key: str, make: Callable[[Stage], Someone]) -> Callable[[Stage], Someone]:
    """The same person for every row that shows them."""

    def who(stage: Stage) -> Someone:
        found: Someone = stage.once(("keyholders", key), lambda: make(stage))
        return found

    return who


def second_step(path: str, *, is_tried: bool = False) -> Reach:
    """The password of somebody with a card was right; another code than the authenticator's is given. Where a
    code is tried it is somebody else each time: tries are counted."""

    def reach(visitor: Visitor) -> None:
        stage = visitor.stage
        known = None if is_tried else stage.once(("keyholders", "card"), lambda: cardholder(stage))
        login_name, password = known or cardholder(stage)
        visitor.open("/staff/sign-in")
        visitor.send({"login_name": login_name, "password": password})
        visitor.open(path)

    return reach


def without_sheet(path: str) -> Reach:
    """The same of somebody who has neither card nor recovery codes."""

    def reach(visitor: Visitor) -> None:
        login_name, password = visitor.stage.the("enrolled")
        visitor.open("/staff/sign-in")
        visitor.send({"login_name": login_name, "password": password})
        visitor.open(path)

    return reach


def with_card(visitor: Visitor) -> None:
    stage = visitor.stage
    token = stage.once(("keyholders", "enrolment"), lambda: enrolment_with_card(stage))
    visitor.open(f"/staff/enrol/{token}?by=card")


holder = once("all", keyholder)
at_lock = signed_in(once("locked", locked), "/staff/unlock")
asked_again = signed_in(holder, "/staff/recheck?next=/desk")
own = signed_in(holder, "/staff/security")
adding = signed_in(holder, "/staff/security/passkeys/new")
card = sending(member, "#card .actions button")

PAGES = (
    PageState(
        "/staff/sign-in", "passkey refused", sending(plain("/staff/sign-in"), PASSKEY, passkey="x"), 422
    ),
    PageState("/staff/sign-in/card", "asked", second_step("/staff/sign-in/card")),
    PageState(
        "/staff/sign-in/card",
        "error",
        sending(second_step("/staff/sign-in/card", is_tried=True), code="12"),
        422,
    ),
    PageState("/staff/sign-in/card", "none", without_sheet("/staff/sign-in/card")),
    PageState("/staff/sign-in/recovery", "asked", second_step("/staff/sign-in/recovery")),
    PageState(
        "/staff/sign-in/recovery",
        "error",
        sending(second_step("/staff/sign-in/recovery", is_tried=True), code="wrong"),
        422,
    ),
    PageState("/staff/sign-in/recovery", "none", without_sheet("/staff/sign-in/recovery")),
    PageState("/staff/enrol/<token>", "with a card", with_card),
    PageState(
        "/staff/enrol/<token>", "with a card, error", sending(with_card, password="short", code=""), 422
    ),
    PageState("/staff/unlock", "locked", at_lock),
    PageState("/staff/unlock", "error", sending(at_lock, password="wrong password"), 422),
    PageState("/staff/unlock", "passkey refused", sending(at_lock, PASSKEY, passkey="x"), 422),
    PageState("/staff/recheck", "asked", asked_again),
    PageState("/staff/recheck", "error", sending(asked_again), 422),
    PageState("/staff/security", "empty", signed_in(lambda stage: stage.clerk, "/staff/security")),
    PageState("/staff/security", "filled", own),
    PageState("/staff/security/passkeys/new", "empty", adding),
    PageState("/staff/security/passkeys/new", "error", sending(adding, PASSKEY), 422),
    PageState("/staff/security/recovery-codes", "shown", sending(own, "#recovery .actions button")),
    PageState(
        "/staff/security/sessions", "one", signed_in(lambda stage: stage.clerk, "/staff/security/sessions")
    ),
    PageState("/staff/security/sessions", "several", signed_in(holder, "/staff/security/sessions")),
    PageState("/manage/staff/<int:account_id>/card", "shown", card),
)
