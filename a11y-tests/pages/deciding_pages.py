"""The forms of each step of a certificate's chain, before the officer who has the application in hand."""

from collections.abc import Callable

from pages.staff_pages import (
    OFFICE,
    OFFICE_ROUTE,
    PREVIEW,
    approver,
    assessing,
    hospital,
    reviewer,
    work,
)
from pages.states import PageState, Reach, sending, signed_in
from support import Someone, Stage, Staged, Visitor


def in_hand(kind: str, who: Callable[[Stage], Someone]) -> Callable[[Stage], Staged]:
    """What the method `kind` of the stage makes, taken by the officer who decides it."""

    def make(stage: Stage) -> Staged:
        def taken() -> Staged:
            staged: Staged = getattr(stage, kind)()
            stage.claim(who(stage), staged)
            return staged

        found: Staged = stage.once((kind, "in hand"), taken)
        return found

    return make


def deciding(kind: str, who: Callable[[Stage], Someone], outcome: str) -> Reach:
    """The form of an outcome."""
    return work(who, OFFICE, in_hand(kind, who), f"?outcome={outcome}")


def assessed_as(outcome: str) -> Reach:
    """What the doctors write."""
    return work(hospital, OFFICE, assessing, f"?outcome={outcome}")


def two_rows(visitor: Visitor) -> None:
    """Two categories in an assessment."""
    assessed_as("met")(visitor)
    visitor.press("#decide button[name=add]")


REFERRING = deciding("at_acceptance", reviewer, "accept")
ENDING = deciding("at_public_notice", reviewer, "no_objection")
HANDING_OVER = deciding("approved", reviewer, "handed_over")

PAGES = (
    PageState(OFFICE_ROUTE, "referring", REFERRING),
    PageState(OFFICE_ROUTE, "referring error", sending(REFERRING, PREVIEW), 422),
    PageState("/office/unit", "of a hospital", signed_in(hospital, "/office/unit")),
    PageState(
        OFFICE_ROUTE, "note saved", work(reviewer, OFFICE, in_hand("at_acceptance", reviewer), "?done=noted")
    ),
    PageState(
        OFFICE_ROUTE, "decided, the next", work(reviewer, OFFICE, in_hand("at_review", reviewer), "?done=1")
    ),
    PageState(OFFICE_ROUTE, "assessing two categories", two_rows),
    PageState(OFFICE_ROUTE, "below the standard", assessed_as("below")),
    PageState(OFFICE_ROUTE, "unstable error", sending(assessed_as("unstable"), PREVIEW), 422),
    PageState(OFFICE_ROUTE, "public notice not over", sending(ENDING, PREVIEW), 422),
    PageState(OFFICE_ROUTE, "assess again", deciding("at_public_notice", reviewer, "reassess")),
    PageState(OFFICE_ROUTE, "proposing", deciding("at_review", reviewer, "propose_grant")),
    PageState(OFFICE_ROUTE, "nothing can be issued", deciding("without_number", approver, "approve")),
    PageState(OFFICE_ROUTE, "handing over", HANDING_OVER),
    PageState(OFFICE_ROUTE, "handing over error", sending(HANDING_OVER, PREVIEW), 422),
)
