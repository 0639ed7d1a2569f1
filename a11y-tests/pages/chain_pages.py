"""The long way of a certificate, on both sides: put off until a day, handed in elsewhere, granted."""

from pages.journey_pages import page_of
from pages.staff_pages import OFFICE, OFFICE_ROUTE, at_post, hospital, reviewer, work
from pages.states import PageState, Reach, signed_in
from support import ELSEWHERE, Stage, Staged, Visitor

STATUS = "/account/applications/{}"
STATUS_ROUTE = "/account/applications/<reference>"
COMING = "/office/coming"


def elsewhere(stage: Stage) -> Staged:
    """In assessment where they live; the county of the hukou will decide."""
    made: Staged = stage.the("at_assessment", "elsewhere", answers=ELSEWHERE)
    return made


def suspended(stage: Stage) -> Staged:
    made: Staged = stage.the("suspended")
    return made


def own_status(visitor: Visitor) -> None:
    staged = elsewhere(visitor.stage)
    visitor.sign_in(staged.applicant)
    visitor.open(STATUS.format(staged.reference))


def once_handed_in_elsewhere(reach: Reach) -> Reach:
    def prepared(visitor: Visitor) -> None:
        elsewhere(visitor.stage)
        reach(visitor)

    return prepared


PAGES = (
    PageState(STATUS_ROUTE, "suspended", page_of("suspended", STATUS)),
    PageState(STATUS_ROUTE, "handed in elsewhere", own_status),
    PageState(OFFICE_ROUTE, "suspended", work(hospital, OFFICE, suspended)),
    PageState(OFFICE_ROUTE, "coming", work(lambda stage: stage.staff("reviewer-yangben"), OFFICE, elsewhere)),
    PageState(OFFICE_ROUTE, "handed over", work(reviewer, OFFICE, lambda stage: stage.the("handed_over"))),
    PageState(COMING, "empty", signed_in(reviewer, COMING)),
    PageState(COMING, "filled", once_handed_in_elsewhere(at_post("reviewer-yangben", COMING))),
)
