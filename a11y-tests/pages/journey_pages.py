"""The journey of ZJ-01: every page of questions, the parts, the check, the receipt, the way afterwards."""

from collections.abc import Mapping
from typing import Any

from pages.states import PageState, Reach, emptied, sending, signed_in
from support import LONG, PLAIN, Stage, Staged, Visitor

from portal.rules.journey import Acting
from tests.support.office import DEFINITION

START = "/apply/zj-01"
QUESTION = "/apply/<code>/<reference>/<page_id>"

ELSEWHERE: Mapping[str, Any] = {
    **PLAIN,
    "p_id_type": "none",
    "a_same_as_hukou": "no",
    "a_permit": "yes",
    "zj_kind": ["intellectual"],
}
"""Lives elsewhere, has no document, needs a guardian: the pages that most people never meet."""

WHOLE: Mapping[str, tuple[Mapping[str, Any], Acting]] = {
    "long": (LONG, "proxy"),
    "plain": (PLAIN, "self"),
    "elsewhere": (ELSEWHERE, "self"),
}
"""Drafts in which everything is answered. Together they have every page of the service."""

NONSENSE = {
    "year": "前年",
    "date": "昨天",
    "tel": "123",
    "id_number": "88000019",
    "email": "a@",
    "integer": "几个",
}


def whole(stage: Stage, kind: str) -> Staged:
    answers, acting = WHOLE[kind]
    staged: Staged = stage.the("draft", kind, answers=answers, acting=acting)
    return staged


def draft_page(kind: str, page: str = "") -> Reach:
    """A page of a whole draft; without `page` its parts."""

    def reach(visitor: Visitor) -> None:
        staged = whole(visitor.stage, kind)
        visitor.sign_in(staged.applicant)
        visitor.open(f"{START}/{staged.reference}/{page}".rstrip("/"))

    return reach


def page_of(kind: str, path: str, made: Mapping[str, Any] | None = None) -> Reach:
    """`path` with the reference of an application in the state `kind`, as its applicant sees it."""

    def reach(visitor: Visitor) -> None:
        staged = visitor.stage.the(kind, **(made or {}))
        visitor.sign_in(staged.applicant)
        visitor.open(path.format(staged.reference))

    return reach


def wrong(page_id: str) -> Reach:
    """A question page sent with nothing chosen and with nonsense where something must be typed.

    In a draft of its own, because even nonsense is kept.
    """

    def reach(visitor: Visitor) -> None:
        page = DEFINITION.page(page_id)
        assert page is not None
        answers, acting = WHOLE[_kind_with(page_id)]
        staged = visitor.stage.the("draft", page_id, answers=answers, acting=acting)
        visitor.sign_in(staged.applicant)
        visitor.open(f"{START}/{staged.reference}/{page_id}")
        visitor.clear()
        asked = [field for field in page.fields if field.kind in NONSENSE and field.when is None]
        visitor.send({field.id: NONSENSE[field.kind] for field in asked})

    return reach


def _kind_with(page_id: str) -> str:
    """The draft that has this page on its way."""
    if page_id.startswith("guardian-") and page_id != "guardian-own":
        return "long"
    return "elsewhere" if page_id in RARE else "plain"


RARE = (
    "person-birth",
    "address-live",
    "address-permit",
    "guardian-own",
    "evidence-guardian",
    "evidence-permit",
)


def can_be_wrong(page_id: str) -> bool:
    page = DEFINITION.page(page_id)
    assert page is not None
    return any(field.required or field.kind in NONSENSE for field in page.fields if field.when is None)


def added(visitor: Visitor) -> None:
    """A group with two entries, the second empty."""
    draft_page("plain", "records")(visitor)
    visitor.press("main button[name=add]")
    visitor.press("main button[name=add]")


def uncovered(visitor: Visitor) -> None:
    """An answer makes a further question necessary, and the page comes again."""
    staged = visitor.stage.draft(PLAIN, until="person-identity")
    visitor.sign_in(staged.applicant)
    visitor.open(f"{START}/{staged.reference}/person-identity")
    visitor.send({"p_id_type": "resident"})


def searched(words: str) -> Reach:
    """The place of the household searched for, in a draft of its own."""

    def reach(visitor: Visitor) -> None:
        staged = visitor.stage.the("draft", "searching", answers=PLAIN, until="hukou-place")
        visitor.sign_in(staged.applicant)
        visitor.open(f"{START}/{staged.reference}/hukou-place")
        visitor.send({"h_place": words}, "main button[name=find]")

    return reach


def odd_number(visitor: Visitor) -> None:
    """Everything is answered, and the area inside the ID number is none that is known."""
    staged = visitor.stage.the("draft", "odd", answers={**PLAIN, "p_id_no": "000101198811020012"})
    visitor.sign_in(staged.applicant)
    visitor.open(f"{START}/{staged.reference}/check")


def deep_link(visitor: Visitor) -> None:
    """The check page of a draft with next to nothing in it, sent."""
    staged = visitor.stage.the("draft", "untouched")
    visitor.sign_in(staged.applicant)
    visitor.open(f"{START}/{staged.reference}/check")
    visitor.send()


QUESTIONS = tuple(
    PageState(QUESTION, f"{page.id} error", wrong(page.id), 422)
    if can_be_wrong(page.id)
    else PageState(QUESTION, f"{page.id} filled", draft_page(_kind_with(page.id), page.id))
    for page in DEFINITION.pages
)

PAGES = (
    PageState("/apply/<code>", "first time", signed_in(lambda stage: stage.the("resident"), START)),
    PageState("/apply/<code>", "error", sending(signed_in(lambda stage: stage.the("resident"), START)), 422),
    PageState(
        "/apply/<code>", "with a draft", signed_in(lambda stage: whole(stage, "long").applicant, START)
    ),
    PageState("/apply/<code>/<reference>", "untouched", page_of("draft", START + "/{}")),
    PageState("/apply/<code>/<reference>", "all filled", draft_page("long")),
    PageState("/apply/<code>/<reference>", "correction", page_of("returned", START + "/{}")),
    *QUESTIONS,
    PageState(QUESTION, "person-name long", draft_page("long", "person-name")),
    PageState(QUESTION, "since long", draft_page("long", "since")),
    PageState(QUESTION, "records with entries", added),
    PageState(QUESTION, "hukou-place found", searched("示例")),
    PageState(QUESTION, "hukou-place not found", searched("𠮷𠮷𠮷")),
    PageState(QUESTION, "a question uncovered", uncovered),
    PageState(QUESTION, "correction", page_of("returned", START + "/{}/person-name")),
    PageState("/apply/<code>/<reference>/check", "long", draft_page("long", "check")),
    PageState("/apply/<code>/<reference>/check", "error", sending(draft_page("plain", "check")), 422),
    PageState("/apply/<code>/<reference>/check", "with hints", odd_number),
    PageState("/apply/<code>/<reference>/check", "nothing filled", deep_link, 422),
    PageState("/apply/<code>/<reference>/check", "correction", page_of("returned", START + "/{}/check")),
    PageState("/apply/<code>/<reference>/paper", "to choose", draft_page("long", "paper")),
    PageState("/apply/<code>/<reference>/paper", "error", sending(emptied(draft_page("long", "paper"))), 422),
    PageState("/apply/<code>/<reference>/paper/<serial>", "filled", sending(draft_page("long", "paper"))),
    PageState("/apply/<code>/<reference>/delete", "asked", draft_page("long", "delete")),
    PageState("/apply/<code>/<reference>/receipt", "received", page_of("submitted", START + "/{}/receipt")),
    *(
        PageState("/account/applications/<reference>", kind, page_of(kind, "/account/applications/{}"))
        for kind in (
            "submitted",
            "returned",
            "not_accepted",
            "at_assessment",
            "at_decision",
            "approved",
            "handed_over",
            "refused",
            "withdrawn",
        )
    ),
    PageState(
        "/account/applications/<reference>/withdraw",
        "asked",
        page_of("submitted", "/account/applications/{}/withdraw"),
    ),
)
