"""Signing in, and what belongs to an account: its applications, contacts, sessions, password, notices."""

from collections.abc import Callable

from pages.states import PageState, Reach, plain, sending, signed_in
from support import Someone, Stage, Visitor
from support.platform import FIRST, SECOND

AS_PERSON = "form button[name=sub][value='{}']"
"""A button at the platform."""


def newcomer(stage: Stage) -> Someone:
    found: Someone = stage.the("resident")
    return found


def somebody(stage: Stage) -> Someone:
    """Somebody whose ID was seen."""
    found: Someone = stage.the("resident", "proven", is_proven=True)
    return found


def asked_for_code(visitor: Visitor) -> None:
    visitor.open("/sign-in")
    visitor.send({"contact": visitor.stage.new_phone()})


def asked_by_mail(visitor: Visitor) -> None:
    visitor.open("/sign-in")
    visitor.send({"contact": f"{visitor.stage.new_phone()}@example.org"})


def asked_too_often(visitor: Visitor) -> None:
    """Four codes for one phone."""
    asked_for_code(visitor)
    for _ in range(3):
        visitor.press("main form[action$='/again'] button:not([hidden])")


def shown_code(phone: Callable[[Stage], str]) -> Reach:
    """The right code for a number that may not be the account's any more."""

    def reach(visitor: Visitor) -> None:
        number = phone(visitor.stage)
        visitor.open("/sign-in")
        visitor.send({"contact": number})
        visitor.send({"code": visitor.stage.code_sent_to(number)})

    return reach


def asked_for_receipt(visitor: Visitor) -> None:
    """On from the page of an old number."""
    shown_code(Stage.old_phone)(visitor)
    visitor.open("/sign-in/old-number/receipt")


def with_password_for_old_number(visitor: Visitor) -> None:
    """The number stands there already."""
    shown_code(Stage.old_phone)(visitor)
    visitor.open("/sign-in/password")


def at_platform(press: str) -> Reach:
    """Away to the state's identity platform and back, after a press there."""

    def reach(visitor: Visitor) -> None:
        visitor.open("/sign-in/platform")
        visitor.press(press)

    return reach


def proven_elsewhere(visitor: Visitor) -> None:
    """The platform knows one ID number by two names; the first has an account here."""
    at_platform(AS_PERSON.format(FIRST))(visitor)
    visitor.driver.delete_cookie("session")
    at_platform(AS_PERSON.format(SECOND))(visitor)


def own_link(visitor: Visitor) -> None:
    visitor.open("/sign-in/link/" + visitor.stage.sign_in_token(newcomer(visitor.stage)))


def adding_contact(visitor: Visitor) -> None:
    visitor.sign_in(newcomer(visitor.stage))
    visitor.open("/account/contacts/add")
    visitor.send({"contact": visitor.stage.new_phone()})


def contact_page(visitor: Visitor) -> None:
    visitor.sign_in(newcomer(visitor.stage))
    visitor.open("/account/contacts")
    visitor.press("main a[href^='/account/contacts/']:not([href$='/add'])")


def notice(kind: str) -> Reach:
    """The newest notice about an application in this state."""

    def reach(visitor: Visitor) -> None:
        staged = visitor.stage.the(kind)
        visitor.sign_in(staged.applicant)
        visitor.open(f"/account/notices/{visitor.stage.newest_notice(staged)}")

    return reach


def applicant(kind: str) -> Reach:
    """The notices of whoever applied for an application in this state."""
    return signed_in(lambda stage: stage.the(kind).applicant, "/account/notices")


def home_after_saving(visitor: Visitor) -> None:
    """Somebody has just put a draft aside."""
    staged = visitor.stage.the("draft")
    visitor.sign_in(staged.applicant)
    visitor.open(f"/account?saved={staged.reference}")


def home_of(kind: str) -> Reach:
    return signed_in(lambda stage: stage.the(kind).applicant, "/account")


PAGES = (
    PageState("/sign-in", "empty", plain("/sign-in")),
    PageState("/sign-in", "error", sending(plain("/sign-in"), contact="1234"), 422),
    PageState("/sign-in", "ended", plain("/sign-in?ended=1")),
    PageState("/sign-in", "platform failed", at_platform("form button[value=deny]")),
    PageState("/sign-in/platform/return", "proven elsewhere", proven_elsewhere, 409),
    PageState("/account", "by the platform", at_platform(AS_PERSON.format(FIRST))),
    PageState("/sign-in/code", "asked", asked_for_code),
    PageState("/sign-in/code", "by mail", asked_by_mail),
    PageState("/sign-in/code", "error", sending(asked_for_code, code="12"), 422),
    PageState("/sign-in/code", "too often", asked_too_often),
    PageState("/sign-in/old-number", "old", shown_code(Stage.old_phone)),
    PageState("/sign-in/old-number", "given up", shown_code(Stage.given_up_phone)),
    PageState("/sign-in/old-number/receipt", "empty", asked_for_receipt),
    PageState(
        "/sign-in/old-number/receipt",
        "error",
        sending(asked_for_receipt, reference="261122045738", code="22222222"),
        422,
    ),
    PageState("/sign-in/password", "empty", plain("/sign-in/password")),
    PageState("/sign-in/password", "old number", with_password_for_old_number),
    PageState("/sign-in/password", "error", sending(plain("/sign-in/password"), contact="1"), 422),
    PageState("/sign-in/link/<token>", "good", own_link),
    PageState("/sign-in/link/<token>", "gone", sending(plain("/sign-in/link/" + "x" * 43)), 410),
    PageState("/sign-out", "asked", signed_in(newcomer, "/sign-out")),
    PageState("/sign-out", "signed out", plain("/sign-out")),
    PageState("/account", "empty", signed_in(newcomer, "/account")),
    PageState("/account", "draft", home_of("draft")),
    PageState("/account", "draft saved", home_after_saving),
    PageState("/account", "refused", home_of("refused")),
    PageState("/account", "proven", signed_in(somebody, "/account")),
    PageState("/account/contacts", "one", signed_in(newcomer, "/account/contacts")),
    PageState("/account/contacts/<int:contact_id>", "one", contact_page),
    PageState(
        "/account/contacts/<int:contact_id>/change",
        "error",
        sending(contact_page, "main form[action$='/change'] button:not([hidden])", contact="1"),
        422,
    ),
    PageState(
        "/account/contacts/<int:contact_id>/remove",
        "the last one",
        sending(contact_page, "main form[action$='/remove'] button:not([hidden])"),
        409,
    ),
    PageState("/account/contacts/add", "empty", signed_in(newcomer, "/account/contacts/add")),
    PageState("/account/contacts/add", "error", sending(signed_in(newcomer, "/account/contacts/add")), 422),
    PageState("/account/contacts/code", "asked", adding_contact),
    PageState("/account/contacts/code", "error", sending(adding_contact, code="999999"), 422),
    PageState("/account/password", "none yet", signed_in(newcomer, "/account/password")),
    PageState(
        "/account/password", "error", sending(signed_in(newcomer, "/account/password"), password="1"), 422
    ),
    PageState("/account/sessions", "one", signed_in(newcomer, "/account/sessions")),
    PageState("/account/notices", "none", signed_in(newcomer, "/account/notices")),
    PageState("/account/notices", "several", applicant("refused")),
    *(
        PageState("/account/notices/<int:notice_id>", kind, notice(kind))
        for kind in (
            "submitted",
            "returned",
            "not_accepted",
            "at_assessment",
            "approved",
            "handed_over",
            "refused",
        )
    ),
)
