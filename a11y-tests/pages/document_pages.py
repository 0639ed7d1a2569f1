"""Pages with files: sending them, looking at them, describing them."""

from collections.abc import Callable, Mapping
from typing import Any

from pages.states import PageState, Reach
from support import LONG, PLAIN, Someone, Stage, Staged, Visitor

from portal.gateways.files import new_key
from portal.store.applications import Application
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
