"""Pages with files: sending them, looking at them, describing them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pages.states import PageState, Reach
from support import LONG, PLAIN, Someone, Stage, Staged, Visitor

from portal.gateways.files import new_key
from portal.store.applications import Application
from portal.usecases.evidence_checks import Seen, record_seen
from portal.usecases.transitions import open_entry
from tests.support.documents import put_document

QUESTION = "/apply/<code>/<reference>/<page_id>"
QUALITY = [["page_dark", "page_blurred"], ["page_cut_left", "page_tilted"]]
"""Everything that may be said of two pages at once."""


class Filed:
    """An application in some state with a photo and a PDF of two pages, both remarkable."""

    def __init__(self, stage: Stage, make: Callable[..., Staged], answers: Mapping[str, Any]) -> None:
        self.keys = [new_key(), new_key()]
        files = {"evidence_hukou": "upload", "documents_hukou": self.keys}
        self.staged = make(answers={**answers, **files})
        with stage.transaction() as db:
            application = db.query(Application).filter_by(reference=self.staged.reference).one()
            photo = put_document(db, stage.files, application, key=self.keys[0], quality=QUALITY[:1])
            photo.own_name = "户口簿首页，我的名字在第三行" * 2
            photo.description = "首页，户主示例王父，印章清楚。" * 10
            put_document(db, stage.files, application, key=self.keys[1], pages=2, quality=QUALITY)


class Copied:
    """An application of which staff have scanned a paper, with what it says written down."""

    def __init__(self, stage: Stage, staged: Staged, thing: str, maker: Someone) -> None:
        self.staged, self.keys = staged, [new_key()]
        with stage.transaction() as db:
            application = db.query(Application).filter_by(reference=staged.reference).one()
            entry = open_entry(application)
            assert entry is not None
            copy = put_document(
                db, stage.files, application, evidence=thing, key=self.keys[0], quality=QUALITY[:1]
            )
            copy.entry_id, copy.unit_code = entry.id, maker.actor.unit_code
            copy.uploaded_by_id = maker.actor.signed_in_id
            if thing == "hukou":
                seen = Seen(
                    "desk", PLAIN["p_name"], "", date(2036, 5, 1), "yes", "首页有手写的更正，字清楚。" * 5
                )
                record_seen(db, maker.actor, staged.reference, thing, seen)


def copied(stage: Stage, kind: str) -> Copied:
    """At the counter a register that was brought, at the assessment the sealed form; made once."""

    def make() -> Copied:
        if kind == "submitted":
            return Copied(stage, stage.submitted({**PLAIN, "evidence_hukou": "desk"}), "hukou", stage.clerk)
        return Copied(stage, stage.at_assessment(), "assessment_form", stage.reviewer)

    made: Copied = stage.once(("copied", kind), make)
    return made


def with_copy(who: Callable[[Stage], Someone] | None, path: str, kind: str) -> Reach:
    """As an officer, or as the applicant, once staff have scanned a paper."""

    def reach(visitor: Visitor) -> None:
        found = copied(visitor.stage, kind)
        visitor.sign_in(who(visitor.stage) if who else found.staged.applicant)
        visitor.open(path.format(found.staged.reference, found.keys[0]))

    return reach


def no_copy_chosen(visitor: Visitor) -> None:
    with_copy(clerk, DESK + "/copies/photo", "submitted")(visitor)
    visitor.press("main button[name=upload]:not([hidden])")


def filed(stage: Stage, kind: str, answers: Mapping[str, Any] = PLAIN) -> Filed:
    """The application of this kind with files, made once."""
    made: Filed = stage.once(("filed", kind), lambda: Filed(stage, getattr(stage, kind), answers))
    return made


def own(path: str, kind: str = "draft", document: int = 0) -> Reach:
    """As whoever handed the files in."""

    def reach(visitor: Visitor) -> None:
        with_files = filed(visitor.stage, kind, LONG)
        visitor.sign_in(with_files.staged.applicant)
        visitor.open(path.format(with_files.staged.reference, with_files.keys[document]))

    return reach


def at_work(who: Callable[[Stage], Someone], path: str, kind: str, document: int = 0) -> Reach:
    """As an officer who works on it."""

    def reach(visitor: Visitor) -> None:
        with_files = filed(visitor.stage, kind)
        visitor.sign_in(who(visitor.stage))
        visitor.open(path.format(with_files.staged.reference, with_files.keys[document]))

    return reach


def nothing_chosen(visitor: Visitor) -> None:
    own("/apply/zj-01/{}/evidence-hukou")(visitor)
    visitor.press("main button[name=upload]")


def undescribed(who: Callable[[Stage], Someone], path: str, kind: str) -> Reach:
    """The form for words, sent without any."""

    def reach(visitor: Visitor) -> None:
        at_work(who, path, kind, document=1)(visitor)
        visitor.press("main form button:not([hidden])")

    return reach


def clerk(stage: Stage) -> Someone:
    return stage.clerk


def reviewer(stage: Stage) -> Someone:
    return stage.reviewer


DESK = "/desk/applications/{}"
OFFICE = "/office/applications/{}"

PAGES = (
    PageState(QUESTION, "evidence-hukou with files", own("/apply/zj-01/{}/evidence-hukou")),
    PageState(QUESTION, "evidence-hukou no file chosen", nothing_chosen, 422),
    PageState(QUESTION, "evidence-hukou file turned", own("/apply/zj-01/{}/evidence-hukou?did=turn")),
    PageState("/apply/<code>/<reference>/check", "with files", own("/apply/zj-01/{}/check")),
    PageState(
        "/account/applications/<reference>", "with files", own("/account/applications/{}", "submitted")
    ),
    PageState("/documents/<key>", "photo", own("/documents/{1}")),
    PageState("/documents/<key>", "PDF", own("/documents/{1}", document=1)),
    PageState(
        "/account/applications/<reference>",
        "with a copy by staff",
        with_copy(None, "/account/applications/{}", "submitted"),
    ),
    PageState("/documents/<key>", "copy by staff", with_copy(None, "/documents/{1}", "submitted")),
    PageState("/desk/applications/<reference>", "with a copy by staff", with_copy(clerk, DESK, "submitted")),
    PageState(
        "/desk/applications/<reference>/copies/<thing_id>",
        "register",
        with_copy(clerk, DESK + "/copies/hukou", "submitted"),
    ),
    PageState("/desk/applications/<reference>/copies/<thing_id>", "no file chosen", no_copy_chosen, 422),
    PageState(
        "/office/applications/<reference>/copies/<thing_id>",
        "sealed form",
        with_copy(reviewer, OFFICE + "/copies/assessment_form", "at_assessment"),
    ),
    PageState("/desk/applications/<reference>", "with files", at_work(clerk, DESK, "submitted")),
    PageState("/office/applications/<reference>", "with files", at_work(reviewer, OFFICE, "at_acceptance")),
    PageState(
        "/desk/applications/<reference>/documents/<key>",
        "described",
        at_work(clerk, DESK + "/documents/{}", "submitted"),
    ),
    PageState(
        "/office/applications/<reference>/documents/<key>",
        "without words",
        undescribed(reviewer, OFFICE + "/documents/{}", "at_acceptance"),
        422,
    ),
)
