"""The pages of staff: the door, the counter, the office, the management."""

from collections.abc import Callable

from pages.states import PageState, Reach, plain, sending, signed_in
from support import LONG, Someone, Stage, Staged, Visitor

CHOOSE = "#choose button:not([hidden])"
PREVIEW = "#decide button[value=preview]"
ONE_PAGE = {"points": "person-name"}
DESK = "/desk/applications/{}"
OFFICE = "/office/applications/{}"
DESK_ROUTE = "/desk/applications/<reference>"
OFFICE_ROUTE = "/office/applications/<reference>"


def at_post(login_name: str, path: str) -> Reach:
    """`path` as the demonstration officer of that name."""
    return signed_in(officer(login_name), path)


def officer(login_name: str) -> Callable[[Stage], Someone]:
    def who(stage: Stage) -> Someone:
        found: Someone = stage.the("staff", login_name, login_name=login_name)
        return found

    return who


def work(
    who: Callable[[Stage], Someone], path: str, make: Callable[[Stage], Staged], query: str = ""
) -> Reach:
    """The page of an application as an officer sees it."""

    def reach(visitor: Visitor) -> None:
        visitor.sign_in(who(visitor.stage))
        visitor.open(path.format(make(visitor.stage).reference) + query)

    return reach


def clerk(stage: Stage) -> Someone:
    return stage.clerk


def reviewer(stage: Stage) -> Someone:
    return stage.reviewer


def hospital(stage: Stage) -> Someone:
    return stage.hospital


def approver(stage: Stage) -> Someone:
    return stage.approver


def at_counter(stage: Stage) -> Staged:
    made: Staged = stage.the("claimed", "long", answers=LONG, acting="proxy")
    return made


def untaken(stage: Stage) -> Staged:
    made: Staged = stage.the("submitted", "long", answers=LONG, acting="proxy")
    return made


def in_decision(stage: Stage) -> Staged:
    made: Staged = stage.the("taken_for_decision", "long", answers=LONG)
    return made


def assessing(stage: Stage) -> Staged:
    made: Staged = stage.the("taken_for_assessment", "long", answers=LONG)
    return made


def corrected(stage: Stage) -> Staged:
    made: Staged = stage.the("corrected")
    return made


def asking_more(visitor: Visitor) -> None:
    """One page to put right is picked, its reason is not yet given."""
    work(clerk, DESK, at_counter, "?outcome=ask_more")(visitor)
    visitor.send(ONE_PAGE, PREVIEW)


def enrolling(visitor: Visitor) -> None:
    visitor.open(f"/staff/enrol/{visitor.stage.the('enrolment')}")


def with_password(visitor: Visitor) -> None:
    """The password was right; now the authenticator is asked."""
    name, password = visitor.stage.the("enrolled")
    visitor.open("/staff/sign-in")
    visitor.send({"login_name": name, "password": password})


def found_at_counter(visitor: Visitor) -> None:
    staged = visitor.stage.the("submitted")
    visitor.sign_in(visitor.stage.clerk)
    visitor.open("/desk/identity")
    code = visitor.stage.slip_code(staged)
    visitor.send({"reference": staged.reference, "slip_code": code}, "#by-slip .actions button")


def message(visitor: Visitor) -> None:
    admin = officer("admin-city")(visitor.stage)
    visitor.sign_in(admin)
    visitor.open(f"/manage/messages/{visitor.stage.the('message')}")


def member(visitor: Visitor) -> None:
    visitor.sign_in(officer("admin-city")(visitor.stage))
    visitor.open(f"/manage/staff/{visitor.stage.clerk.actor.account_id}")


choosing_post = signed_in(lambda stage: stage.the("at_no_post_yet"), "/staff/post")

DOOR = (
    PageState("/staff/sign-in", "empty", plain("/staff/sign-in")),
    PageState("/staff/sign-in", "error", sending(plain("/staff/sign-in")), 422),
    PageState("/staff/sign-in/code", "asked", with_password),
    PageState("/staff/sign-in/code", "error", sending(with_password, code="12"), 422),
    PageState("/staff/enrol/<token>", "new", enrolling),
    PageState("/staff/enrol/<token>", "error", sending(enrolling, password="short", again="", code=""), 422),
    PageState("/staff/enrol/<token>", "gone", plain("/staff/enrol/" + "x" * 43), 404),
    PageState("/staff/post", "one", signed_in(clerk, "/staff/post")),
    PageState("/staff/post", "several", choosing_post),
    PageState("/staff/post", "several error", sending(choosing_post), 422),
)

COUNTER = (
    PageState("/desk", "empty", at_post("clerk-beiqiao", "/desk")),
    PageState("/desk/unit", "empty", at_post("clerk-beiqiao", "/desk/unit")),
    PageState("/desk/unit/waiting", "empty", at_post("clerk-beiqiao", "/desk/unit/waiting")),
    PageState("/desk/done", "empty", at_post("clerk-beiqiao", "/desk/done")),
    PageState("/desk", "filled", signed_in(clerk, "/desk")),
    PageState("/desk/unit", "filled", signed_in(clerk, "/desk/unit")),
    PageState("/desk/unit/waiting", "filled", signed_in(clerk, "/desk/unit/waiting")),
    PageState("/desk/done", "filled", signed_in(clerk, "/desk/done")),
    PageState(DESK_ROUTE, "not taken", work(clerk, DESK, untaken)),
    PageState(DESK_ROUTE, "taken", work(clerk, DESK, at_counter)),
    PageState(DESK_ROUTE, "no outcome", sending(work(clerk, DESK, at_counter), CHOOSE), 422),
    PageState(DESK_ROUTE, "asking more", work(clerk, DESK, at_counter, "?outcome=ask_more")),
    PageState(DESK_ROUTE, "asking more error", sending(asking_more, PREVIEW), 422),
    PageState(DESK_ROUTE, "waiting", work(clerk, DESK, lambda stage: stage.the("returned"))),
    PageState(DESK_ROUTE, "moved on", work(clerk, DESK, lambda stage: stage.the("at_acceptance"))),
    PageState(DESK_ROUTE, "corrected", work(clerk, DESK, corrected)),
    PageState(DESK_ROUTE, "preview", sending(work(clerk, DESK, at_counter, "?outcome=forward"), PREVIEW)),
    PageState("/desk/identity", "empty", signed_in(clerk, "/desk/identity")),
    PageState(
        "/desk/identity",
        "error",
        sending(signed_in(clerk, "/desk/identity"), "#by-contact .actions button", contact="12"),
        422,
    ),
    PageState("/desk/identity/<ticket>", "found", found_at_counter),
    PageState("/desk/identity/<ticket>", "error", sending(found_at_counter), 422),
)

COUNTY = (
    PageState("/office", "empty", at_post("reviewer-yangben", "/office")),
    PageState("/office/unit", "filled", signed_in(reviewer, "/office/unit")),
    PageState("/office/unit/waiting", "filled", signed_in(reviewer, "/office/unit/waiting")),
    PageState("/office/done", "filled", signed_in(reviewer, "/office/done")),
    PageState("/office", "filled", signed_in(approver, "/office")),
    PageState(OFFICE_ROUTE, "not taken", work(reviewer, OFFICE, lambda stage: stage.the("at_acceptance"))),
    PageState(OFFICE_ROUTE, "refusing", work(approver, OFFICE, in_decision, "?outcome=refuse")),
    PageState(
        OFFICE_ROUTE,
        "refusing error",
        sending(work(approver, OFFICE, in_decision, "?outcome=refuse"), PREVIEW),
        422,
    ),
    PageState(
        OFFICE_ROUTE,
        "refusal preview",
        sending(
            work(approver, OFFICE, in_decision, "?outcome=refuse"),
            PREVIEW,
            reasons="R13",
            summary="评定的结果，没有达到残疾标准",
            words="医院的评定结论是不符合残疾标准。" * 10,
        ),
    ),
    PageState(OFFICE_ROUTE, "refused", work(approver, OFFICE, lambda stage: stage.the("refused"))),
)

HOSPITAL = (
    PageState("/office", "of a hospital", signed_in(hospital, "/office")),
    PageState(OFFICE_ROUTE, "assessing", work(hospital, OFFICE, assessing, "?outcome=met")),
    PageState(
        OFFICE_ROUTE,
        "assessing error",
        sending(work(hospital, OFFICE, assessing, "?outcome=met"), PREVIEW),
        422,
    ),
    PageState(OFFICE_ROUTE, "unstable", work(hospital, OFFICE, assessing, "?outcome=unstable")),
    PageState(OFFICE_ROUTE, "reviewing", work(reviewer, OFFICE, lambda stage: stage.the("at_review"))),
    PageState(OFFICE_ROUTE, "card to be made", work(reviewer, OFFICE, lambda stage: stage.the("approved"))),
)

MANAGEMENT = (
    PageState("/manage", "usual", at_post("admin-city", "/manage")),
    PageState("/manage/units", "all", at_post("admin-city", "/manage/units")),
    PageState("/manage/messages", "all", at_post("admin-city", "/manage/messages")),
    PageState("/manage/messages/<reference>", "waiting", message),
    PageState("/manage/messages/<reference>", "error", sending(message), 422),
    PageState("/manage/staff", "all", at_post("admin-city", "/manage/staff")),
    PageState("/manage/staff/<int:account_id>", "one", member),
    PageState("/manage/staff/new", "empty", at_post("admin-city", "/manage/staff/new")),
    PageState("/manage/staff/new", "error", sending(at_post("admin-city", "/manage/staff/new")), 422),
)

PAGES = (*DOOR, *COUNTER, *COUNTY, *HOSPITAL, *MANAGEMENT)
