"""The figures of a unit, and lists as files."""

from pages.deciding_pages import in_hand
from pages.second_look_pages import drawn
from pages.staff_pages import officer, reviewer
from pages.states import PageState, sending, signed_in
from support import Stage, Visitor

from portal.clock import now
from portal.store.exports import Export
from portal.usecases.exports import ask_export
from portal.usecases.queue_lists import EVERYTHING

head = officer("lead-shili")
ASKING = signed_in(officer("reviewer-yangben"), "/office/exports")


class Asked:
    """The head asked for two files: one is ready and was cut, one waits."""

    def __init__(self, stage: Stage) -> None:
        actor = head(stage).actor
        with stage.transaction() as db:
            self.ready = ask_export(db, actor, "unit", "xlsx", "zh", EVERYTHING).id
            self.waiting = ask_export(db, actor, "done", "csv", "zh", EVERYTHING).id
            ready = db.get_one(Export, self.ready)
            ready.state, ready.made_at, ready.done, ready.is_cut = "ready", now(), 50_000, True


def asked(stage: Stage) -> Asked:
    made: Asked = stage.once(("asked for files", ""), lambda: Asked(stage))
    return made


def with_figures(visitor: Visitor) -> None:
    """Something in hand, something refused."""
    in_hand("at_review", reviewer)(visitor.stage)
    drawn(visitor.stage)
    signed_in(head, "/office/figures?days=90")(visitor)


def with_files(visitor: Visitor) -> None:
    asked(visitor.stage)
    signed_in(head, "/office/exports")(visitor)


def ready_file(visitor: Visitor) -> None:
    signed_in(head, f"/office/exports/{asked(visitor.stage).ready}")(visitor)


def waiting_file(visitor: Visitor) -> None:
    signed_in(head, f"/office/exports/{asked(visitor.stage).waiting}")(visitor)


PAGES = (
    PageState("/office/figures", "filled", with_figures),
    PageState("/office/figures", "empty", signed_in(officer("hospital-calm"), "/office/figures")),
    PageState("/office/exports", "empty", ASKING),
    PageState("/office/exports", "error", sending(ASKING), 422),
    PageState("/office/exports", "filled", with_files),
    PageState("/office/exports/<int:export_id>", "ready", ready_file),
    PageState("/office/exports/<int:export_id>", "waiting", waiting_file),
)
