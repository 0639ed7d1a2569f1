"""Ratings: given from the application, read by the unit that was rated, mended, given once more."""

from typing import Any

from pages.public_pages import look_up
from pages.states import PageState, Reach, sending, signed_in
from support import Visitor
from support.stage import RATED

GIVING = "/account/applications/<reference>/rating"
SLIP = "/status/rating"
FRONTS = {"desk": "submitted", "office": "at_acceptance"}
"""By front where an application stands that its unit is rated for."""


def giving(mark: str = "", **wishes: Any) -> Reach:
    """The page of somebody who can rate, or has rated (with wishes for ``Stage.rated``)."""

    def reach(visitor: Visitor) -> None:
        kind = "rated" if wishes else "submitted"
        found = visitor.stage.the(kind, mark, **wishes)
        visitor.sign_in(found.applicant)
        visitor.open(f"/account/applications/{found.reference}/rating")

    return reach


def by_slip(visitor: Visitor) -> None:
    """Without an account, from the look-up."""
    look_up(visitor)
    visitor.send({}, "#rate-by-slip button")


def given_by_slip(visitor: Visitor) -> None:
    """Of one application each time: it can be given once."""
    look_up(visitor, visitor.stage.submitted())
    visitor.send({}, "#rate-by-slip button")
    visitor.send({"grade": "2"})


def reading(front: str, mark: str, **wishes: Any) -> Reach:
    """One rating at the unit that was rated."""

    def reach(visitor: Visitor) -> None:
        found = visitor.stage.the("rated", f"{front} {mark}", at=FRONTS[front], **wishes)
        visitor.sign_in(visitor.stage.clerk if front == "desk" else visitor.stage.reviewer)
        visitor.open(f"/{front}/ratings/{found.rating_id}")

    return reach


def listed(front: str) -> Reach:
    def reach(visitor: Visitor) -> None:
        reading(front, "named")(visitor)
        visitor.open(f"/{front}/ratings")

    return reach


def pages_of(front: str) -> tuple[PageState, ...]:
    """The list and one rating in every state, at one front."""
    one = f"/{front}/ratings/<int:rating_id>"
    mending = reading(front, "nameless", consent="unnamed")
    return (
        PageState(f"/{front}/ratings", "filled", listed(front)),
        PageState(one, "to be contacted", reading(front, "named")),
        PageState(one, "nameless, to be mended", mending),
        PageState(one, "error", sending(mending, press="#mend .actions button"), 422),
        PageState(one, "mended", reading(front, "mended", is_mended=True)),
    )


PAGES = (
    PageState(GIVING, "empty", giving("to rate")),
    PageState(GIVING, "error", sending(giving("to rate"), words=RATED), 422),
    PageState(GIVING, "given", giving("given", consent="named")),
    PageState(GIVING, "once more", giving("mended", is_mended=True)),
    PageState(SLIP, "empty", by_slip),
    PageState(SLIP, "error", sending(by_slip, words=RATED), 422),
    PageState(SLIP, "given", given_by_slip),
    *pages_of("desk"),
    *pages_of("office"),
    PageState("/office/ratings", "empty", signed_in(lambda stage: stage.hospital, "/office/ratings")),
)
