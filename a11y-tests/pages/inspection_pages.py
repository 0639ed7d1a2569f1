"""Inspectors: samples, one application of a sample, remarks and their answers."""

from datetime import timedelta

from pages.second_look_pages import drawn
from pages.staff_pages import officer
from pages.states import PageState, Reach, sending, signed_in
from support import Stage, Staged, Visitor

from portal.clock import today
from portal.usecases.inspecting import answer_remark, make_remark, open_answers
from portal.usecases.inspections import Wanted, draw_sample

WORDS = "原件没有登记看过，理由也没有写清楚。Pneumonoultramicroscopicsilicovolcanoconiosis。" * 3
COUNTY = "federation_shili"
ONE = "/inspect/<int:inspection_id>/applications/<reference>"

inspector = officer("inspector-city")
head = officer("lead-shili")


class Drawn:
    """A sample that holds a refused application, with one remark that was answered and one that waits."""

    def __init__(self, stage: Stage) -> None:
        self.staged: Staged = drawn(stage).staged
        actor, lead = inspector(stage).actor, head(stage).actor
        with stage.transaction() as db:
            wanted = Wanted(WORDS, today() - timedelta(days=300), today(), 200)
            self.number = draw_sample(db, actor, wanted).id
            about = (self.number, self.staged.reference, COUNTY)
            answered = make_remark(db, actor, *about, WORDS)
            answer_remark(db, lead, answered.id, WORDS)
            self.answered, self.waiting = answered.id, make_remark(db, actor, *about, WORDS).id
            self.opened = draw_sample(db, actor, wanted).id
            open_answers(db, actor, self.opened, self.staged.reference, WORDS)


def sample(stage: Stage) -> Drawn:
    made: Drawn = stage.once(("sample", ""), lambda: Drawn(stage))
    return made


def at(more: str) -> Reach:
    """A page of the sample."""

    def reach(visitor: Visitor) -> None:
        made = sample(visitor.stage)
        address = more.format(reference=made.staged.reference)
        signed_in(inspector, f"/inspect/{made.number}{address}")(visitor)

    return reach


def opened(visitor: Visitor) -> None:
    made = sample(visitor.stage)
    signed_in(inspector, f"/inspect/{made.opened}/applications/{made.staged.reference}")(visitor)


def samples(visitor: Visitor) -> None:
    sample(visitor.stage)
    signed_in(inspector, "/inspect")(visitor)


def remarks(visitor: Visitor) -> None:
    sample(visitor.stage)
    signed_in(head, "/office/inspection-remarks")(visitor)


def waiting(visitor: Visitor) -> None:
    signed_in(head, f"/office/inspection-remarks/{sample(visitor.stage).waiting}")(visitor)


def answered(visitor: Visitor) -> None:
    signed_in(head, f"/office/inspection-remarks/{sample(visitor.stage).answered}")(visitor)


NEW = signed_in(inspector, "/inspect/new")
ANSWERS, REMARK = at("/applications/{reference}/answers"), at("/applications/{reference}/remark")
NO_REMARKS = signed_in(officer("lead-yangben"), "/office/inspection-remarks")

PAGES = (
    PageState("/inspect", "filled", samples),
    PageState("/inspect/new", "empty", NEW),
    PageState("/inspect/new", "error", sending(NEW), 422),
    PageState("/inspect/<int:inspection_id>", "drawn", at("")),
    PageState("/inspect/<int:inspection_id>/again", "same", at("/again")),
    PageState("/inspect/<int:inspection_id>/proof", "whole", at("/proof")),
    PageState(ONE, "masked", at("/applications/{reference}")),
    PageState(ONE, "opened", opened),
    PageState(f"{ONE}/answers", "empty", ANSWERS),
    PageState(f"{ONE}/answers", "error", sending(ANSWERS), 422),
    PageState(f"{ONE}/remark", "empty", REMARK),
    PageState(f"{ONE}/remark", "error", sending(REMARK), 422),
    PageState("/office/inspection-remarks", "empty", NO_REMARKS),
    PageState("/office/inspection-remarks", "filled", remarks),
    PageState("/office/inspection-remarks/<int:remark_id>", "waiting", waiting),
    PageState("/office/inspection-remarks/<int:remark_id>", "error", sending(waiting), 422),
    PageState("/office/inspection-remarks/<int:remark_id>", "answered", answered),
)
