"""Public notices: before handing in, while they are up, gone; what is said against them, and who answers."""

from datetime import date

from pages.states import PageState, Reach, plain, sending
from support import PLAIN, Posted, Visitor

from portal.usecases.demo_people import demo_id_number

LIST, ONE = "/public-notices", "/public-notices/<slug>"
MAKING = f"{ONE}/objection"
DOWN = "/office/applications/<reference>/public-notices/<int:notice_id>/take-down"
AGAIN = "/office/applications/<reference>/public-notices/<int:notice_id>/post-again"
ANSWERING = "/office/applications/<reference>/objections/<int:objection_id>"
WORDS = "我认识他，他不住在这个村，他在外地打工很多年了。" * 8
MINOR = {**PLAIN, "p_id_no": demo_id_number(date(2015, 6, 12), 77), "mg_has": "no"}


def posted(path: str) -> Reach:
    """`path` with the address of a notice that is up."""

    def reach(visitor: Visitor) -> None:
        visitor.open(path.format(visitor.stage.the("posted").slug))

    return reach


def left(visitor: Visitor) -> None:
    posted("/public-notices/{}/objection")(visitor)
    visitor.send({"what": WORDS, "contact": "19900000001"})


def office(end: str = "", *, is_used_up: bool = False) -> Reach:
    """The application with its objection, or below it, at the unit that posts."""

    def reach(visitor: Visitor) -> None:
        stage = visitor.stage
        found: Posted = (
            stage.posted(WORDS) if is_used_up else stage.the("posted", "objected", objection=WORDS)
        )
        visitor.sign_in(visitor.stage.reviewer)
        visitor.open(f"/office/applications/{found.reference}{end.format(found.objection_id)}")

    return reach


def down(path: str) -> Reach:
    """`path` with the address of a notice that came down."""

    def reach(visitor: Visitor) -> None:
        visitor.open(path.format(visitor.stage.the("taken_down").slug))

    return reach


def reviewing(kind: str, end: str = "", mark: str = "") -> Reach:
    """The application with a notice that is up or down, or below it, at the unit that posts."""

    def reach(visitor: Visitor) -> None:
        found = visitor.stage.the(kind, mark)
        visitor.sign_in(visitor.stage.reviewer)
        visitor.open(f"/office/applications/{found.reference}{end.format(found.notice_id)}")

    return reach


def waiting(visitor: Visitor) -> None:
    found = visitor.stage.the("taken_down")
    visitor.sign_in(found.applicant)
    visitor.open(f"/account/applications/{found.reference}")


def told(visitor: Visitor) -> None:
    found = visitor.stage.the("taken_down")
    visitor.sign_in(found.applicant)
    visitor.open(f"/account/notices/{visitor.stage.newest_notice(found)}")


TAKING, REPOSTING = "/public-notices/{}/take-down", "/public-notices/{}/post-again"


def meanwhile(visitor: Visitor) -> None:
    found = visitor.stage.the("posted")
    visitor.sign_in(found.applicant)
    visitor.open(f"/account/applications/{found.reference}")


def minor(visitor: Visitor) -> None:
    staged = visitor.stage.the("draft", "minor", answers=MINOR)
    visitor.sign_in(staged.applicant)
    visitor.open(f"/apply/zj-01/{staged.reference}/check")


PAGES = (
    PageState("/apply/<code>/<reference>/check", "minor", minor),
    PageState(LIST, "empty", plain(f"{LIST}?county=880002")),
    PageState(LIST, "filled", posted(LIST)),
    PageState(ONE, "up", posted("/public-notices/{}")),
    PageState(ONE, "gone", plain("/public-notices/0"), 404),
    PageState(ONE, "taken down", down("/public-notices/{}"), 410),
    PageState(DOWN, "empty", reviewing("posted", TAKING)),
    PageState(DOWN, "error", sending(reviewing("posted", TAKING)), 422),
    PageState(AGAIN, "empty", reviewing("taken_down", REPOSTING)),
    PageState(AGAIN, "error", sending(reviewing("taken_down", REPOSTING)), 422),
    PageState("/account/applications/<reference>", "notice taken down", waiting),
    PageState("/account/notices/<int:notice_id>", "notice taken down", told),
    PageState("/office/applications/<reference>", "notice taken down", reviewing("taken_down")),
    PageState(MAKING, "empty", posted("/public-notices/{}/objection")),
    PageState(MAKING, "error", sending(posted("/public-notices/{}/objection"), what="不对"), 422),
    PageState(f"{MAKING}/<reference>", "left", left),
    PageState("/account/applications/<reference>", "on public notice", meanwhile),
    PageState("/office/applications/<reference>", "with an objection", office()),
    PageState(ANSWERING, "waiting", office("/objections/{}")),
    PageState(ANSWERING, "error", sending(office("/objections/{}")), 422),
    PageState(
        ANSWERING,
        "answered",
        sending(
            office("/objections/{}", is_used_up=True), finding="not_upheld", answer="上门核实过，住在这里。"
        ),
    ),
)
