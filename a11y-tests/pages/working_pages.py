"""Working on an application: what is new, notes, messages with the applicant, opinions, history, files."""

from collections.abc import Callable
from datetime import timedelta

from pages.document_pages import filed
from pages.staff_pages import DESK, DESK_ROUTE, OFFICE, OFFICE_ROUTE, clerk, hospital, officer, reviewer
from pages.states import PageState, Reach, sending
from support import LONG, Someone, Stage, Staged, Visitor

from portal.clock import today
from portal.store.looks import Look
from portal.usecases.consultations import Asking, answer_consultation, ask_unit
from portal.usecases.notes import add_note
from portal.usecases.review import get_review
from portal.usecases.thread import write_to_applicant, write_to_office
from tests.support.office import REGION

ASKED = [
    f"{beginning}评定的时候病情稳定，现在家属说又有变化。这种情况算不算稳定？" * 3
    for beginning in ("", "再问一次。", "请看一看。")
]
"""A question that is the same as an open one is not asked twice."""
UNITS = ("hospital_first", "hospital_first", "desk_beiqiao")
MESSAGES = "/account/applications/<reference>/messages"


at_beiqiao = officer("clerk-beiqiao")
at_yangben = officer("reviewer-yangben")


class Talked:
    """An application in the clerk's hand about which much was said, with files and questions to others."""

    def __init__(self, stage: Stage) -> None:
        with_files = filed(stage, "claimed", LONG)
        self.staged: Staged = with_files.staged
        self.keys = with_files.keys
        reference, actor = self.staged.reference, stage.clerk.actor
        colleague, doctor = stage.the("colleague", "talked").actor, stage.hospital.actor
        with stage.transaction() as db:
            application = get_review(db, actor, reference, REGION).application
            look = db.get_one(Look, (application.id, actor.account_id))
            look.looked_at -= timedelta(hours=1)
            db.flush()
            add_note(db, colleague, reference, "打过两次电话，没有人接。" * 5)
            write_to_applicant(db, actor, reference, "星期三下午可以上门吗？" * 3)
            write_to_office(
                db, self.staged.applicant.actor, reference, "可以。Pneumonoultramicroscopic。" * 3
            )
            questions = (self.question(unit, words) for unit, words in zip(UNITS, ASKED, strict=True))
            asked = (ask_unit(db, actor, reference, question) for question in questions)
            self.answered, self.open, self.at_desk = (one.id for one in asked)
            answer_consultation(db, doctor, self.answered, "算稳定。" * 20)

    def question(self, unit: str, words: str) -> Asking:
        return Asking(unit, words, today() + timedelta(days=3), ["need"], self.keys, "眼科张医生")


def talked(stage: Stage) -> Talked:
    made: Talked = stage.once(("talked", ""), lambda: Talked(stage))
    return made


def at_work(who: Callable[[Stage], Someone], path: str, more: str = "") -> Reach:
    """As somebody who works on it; `more` may name a file by {key}."""

    def reach(visitor: Visitor) -> None:
        made = talked(visitor.stage)
        visitor.sign_in(who(visitor.stage))
        visitor.open(path.format(made.staged.reference) + more.format(key=made.keys[0], other=made.keys[1]))

    return reach


def asked(
    consultation: str, who: Callable[[Stage], Someone] = hospital, front: str = "/office", more: str = ""
) -> Reach:
    """As the unit that was asked."""

    def reach(visitor: Visitor) -> None:
        made = talked(visitor.stage)
        visitor.sign_in(who(visitor.stage))
        visitor.open(f"{front}/consultations/{getattr(made, consultation)}{more}")

    return reach


def own(more: str = "") -> Reach:
    """As the applicant."""

    def reach(visitor: Visitor) -> None:
        made = talked(visitor.stage)
        visitor.sign_in(made.staged.applicant)
        visitor.open(f"/account/applications/{made.staged.reference}{more}")

    return reach


def at_county(path: str) -> Reach:
    """As an officer of the county with an application that has come there."""

    def reach(visitor: Visitor) -> None:
        staged = filed(visitor.stage, "at_acceptance").staged
        visitor.sign_in(reviewer(visitor.stage))
        visitor.open(OFFICE.format(staged.reference) + path)

    return reach


def at_list(who: Callable[[Stage], Someone], path: str) -> Reach:
    def reach(visitor: Visitor) -> None:
        talked(visitor.stage)
        visitor.sign_in(who(visitor.stage))
        visitor.open(path)

    return reach


ASKED_KEEPS_AWAY = "/office/consultations/<int:consultation_id>/recusal"
SIDES = "/compare?left={key}&right={other}&left_size=200&right_turn=90"

PAGES = (
    PageState(DESK_ROUTE, "talked about", at_work(clerk, DESK)),
    PageState(DESK_ROUTE + "/compare", "two files", at_work(clerk, DESK, SIDES)),
    PageState(DESK_ROUTE + "/history", "long", at_work(clerk, DESK, "/history")),
    PageState(DESK_ROUTE + "/messages", "begun", at_work(clerk, DESK, "/messages")),
    PageState(DESK_ROUTE + "/messages", "error", sending(at_work(clerk, DESK, "/messages")), 422),
    PageState(DESK_ROUTE + "/notes", "empty", at_work(clerk, DESK, "/notes")),
    PageState(DESK_ROUTE + "/notes", "error", sending(at_work(clerk, DESK, "/notes")), 422),
    PageState(DESK_ROUTE + "/consultations", "empty", at_work(clerk, DESK, "/consultations")),
    PageState(DESK_ROUTE + "/consultations", "error", sending(at_work(clerk, DESK, "/consultations")), 422),
    PageState("/desk/handbook", "all", at_list(clerk, "/desk/handbook")),
    PageState("/desk/handbook/<code>", "of a service", at_list(clerk, "/desk/handbook/gz-01")),
    PageState("/office/handbook", "all", at_list(hospital, "/office/handbook")),
    PageState("/office/handbook/<code>", "of a service", at_list(hospital, "/office/handbook/zj-01")),
    PageState("/desk/consultations", "empty", at_list(clerk, "/desk/consultations")),
    PageState("/office/consultations", "empty", at_list(at_yangben, "/office/consultations")),
    PageState("/office/consultations", "filled", at_list(hospital, "/office/consultations")),
    PageState("/office/consultations/<int:consultation_id>", "open", asked("open")),
    PageState("/office/consultations/<int:consultation_id>", "error", sending(asked("open")), 422),
    PageState("/office/consultations/<int:consultation_id>", "answered", asked("answered")),
    PageState(ASKED_KEEPS_AWAY, "empty", asked("open", more="/recusal")),
    PageState(ASKED_KEEPS_AWAY, "error", sending(asked("open", more="/recusal")), 422),
    PageState("/office/consultations", "kept away", at_list(hospital, "/office/consultations?done=recused")),
    PageState(OFFICE_ROUTE + "/history", "short", at_county("/history")),
    PageState(OFFICE_ROUTE + "/messages", "empty", at_county("/messages")),
    PageState(OFFICE_ROUTE + "/notes", "empty", at_county("/notes")),
    PageState(OFFICE_ROUTE + "/compare", "one file", at_county("/compare")),
    PageState(OFFICE_ROUTE + "/consultations", "empty", at_county("/consultations")),
    PageState("/desk/consultations/<int:consultation_id>", "open", asked("at_desk", at_beiqiao, "/desk")),
    PageState(
        "/desk/consultations/<int:consultation_id>/recusal",
        "empty",
        asked("at_desk", at_beiqiao, "/desk", "/recusal"),
    ),
    PageState("/account/applications/<reference>", "with messages", own()),
    PageState(MESSAGES, "begun", own("/messages")),
    PageState(MESSAGES, "sent", own("/messages?sent=1")),
    PageState(MESSAGES, "error", sending(own("/messages")), 422),
)
