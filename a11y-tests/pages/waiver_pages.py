"""A public notice that is given up for good: the head asks, a second officer answers, what is said after."""

from pages.second_look_pages import CAUSE, head
from pages.staff_pages import OFFICE_ROUTE, reviewer
from pages.states import PageState, Reach, sending, signed_in
from support import Posted, Stage, Visitor

from portal.usecases.waivers import propose_waiver, refuse_to_waive

ASKING = f"{OFFICE_ROUTE}/public-notices/<int:notice_id>/waive"
ANSWERING = f"{OFFICE_ROUTE}/waivers/<int:waiver_id>"


class Waiving:
    """The head wants a notice given up that is down for danger; before that it was asked for in vain."""

    def __init__(self, stage: Stage) -> None:
        self.posted: Posted = stage.the("taken_down", "to be given up")
        reference, notice_id = self.posted.reference, self.posted.notice_id
        with stage.transaction() as db:
            first = propose_waiver(db, head(stage).actor, reference, notice_id, CAUSE).id
            refuse_to_waive(db, stage.reviewer.actor, reference, first, CAUSE)
            self.waiver_id = propose_waiver(db, head(stage).actor, reference, notice_id, CAUSE).id


def waiving(stage: Stage) -> Waiving:
    made: Waiving = stage.once(("waiving", ""), lambda: Waiving(stage))
    return made


def asking(visitor: Visitor) -> None:
    found: Posted = visitor.stage.the("taken_down")
    visitor.sign_in(head(visitor.stage))
    visitor.open(f"/office/applications/{found.reference}/public-notices/{found.notice_id}/waive")


def answering(who: str) -> Reach:
    def reach(visitor: Visitor) -> None:
        made = waiving(visitor.stage)
        visitor.sign_in(head(visitor.stage) if who == "head" else reviewer(visitor.stage))
        visitor.open(f"/office/applications/{made.posted.reference}/waivers/{made.waiver_id}")

    return reach


def seen(visitor: Visitor) -> None:
    made = waiving(visitor.stage)
    visitor.sign_in(reviewer(visitor.stage))
    visitor.open(f"/office/applications/{made.posted.reference}")


PAGES = (
    PageState(ASKING, "empty", asking),
    PageState(ASKING, "error", sending(asking), 422),
    PageState(ANSWERING, "open", answering("reviewer")),
    PageState(ANSWERING, "error", sending(answering("reviewer")), 422),
    PageState(ANSWERING, "own", answering("head")),
    PageState(OFFICE_ROUTE, "notice to be given up", seen),
    PageState("/office/approvals", "answered", signed_in(head, "/office/approvals?done=granted")),
    PageState("/office/unit", "given back", signed_in(head, "/office/unit?done=given_back")),
)
