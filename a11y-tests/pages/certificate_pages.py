"""Certificates and benefits: what their holder sees, the code that shows a card, what scanning it shows."""

from collections.abc import Callable
from datetime import date, timedelta

from pages.states import PageState, Reach, sending, signed_in
from sqlalchemy import select
from support import Held, Stage, Visitor

from portal import clock
from portal.catalogue.model import Role
from portal.store.certificates import Certificate
from portal.usecases.moved_cards import record_move
from portal.usecases.service_codes import Detail, make_service_code
from tests.support.benefits import give
from tests.support.office import COUNTY, REGION


def good(stage: Stage) -> Held:
    found: Held = stage.the("certified")
    return found


def expired(stage: Stage) -> Held:
    found: Held = stage.the("certified", "expired", issued_on=date(2016, 1, 1), valid_to_on=date(2026, 1, 1))
    return found


def supported(visitor: Visitor) -> None:
    """The page of somebody who gets one benefit, and got another once."""
    found: Held = visitor.stage.certified()
    with visitor.stage.transaction() as db:
        card = db.scalars(select(Certificate).where(Certificate.key == found.key)).one()
        give(db, card)
        give(db, card, code="living_subsidy", state="stopped", to_on=date(2026, 1, 1), review_on=None)
    visitor.sign_in(found.holder)
    visitor.open(BENEFITS)


def own(held: Callable[[Stage], Held], end: str = "") -> Reach:
    """The holder's page of a certificate, or one below it."""

    def reach(visitor: Visitor) -> None:
        found = held(visitor.stage)
        visitor.sign_in(found.holder)
        visitor.open(f"/account/certificates/{found.key}{end}")

    return reach


def moved(stage: Stage) -> Held:
    """A card that is frozen, since the household registration moved away and nobody transferred it."""
    days = {
        "moved_on": date(2026, 1, 31),
        "moved_source": "register",
        "transfer_by_on": date(2026, 7, 31),
        "transfer_end_on": date(2027, 1, 31),
        "frozen_on": date(2026, 8, 1),
    }
    found: Held = stage.the("certified", "moved", **days)
    return found


def at_the_county(*, is_recorded: bool, end: str = "") -> Reach:
    """The application of a holder before the county that answers for the card, or the form below it."""

    def reach(visitor: Visitor) -> None:
        found: Held = visitor.stage.certified()
        reviewer = visitor.stage.reviewer
        with visitor.stage.transaction() as db:
            card = db.scalars(select(Certificate).where(Certificate.key == found.key)).one()
            entry = card.spoken_through.entries[-1]
            entry.unit_code, entry.role = COUNTY, Role.COUNTY_REVIEWER
            reference, card_id = card.spoken_through.reference, card.id
            db.flush()
            if is_recorded:
                known = {"moved_on": clock.today(), "source": "register"}
                record_move(db, reviewer.actor, reference, card_id, REGION, **known)
        visitor.sign_in(reviewer)
        visitor.open(f"/office/applications/{reference}" + (f"/moved/{card_id}" if end else ""))

    return reach


def scanned(*details: Detail, age: timedelta = timedelta(0)) -> Reach:
    """What stands behind a code that was made some time ago."""

    def reach(visitor: Visitor) -> None:
        found = good(visitor.stage)
        clock.use_fixed(clock.now() - age)
        try:
            with visitor.stage.transaction() as db:
                token = make_service_code(db, found.holder.actor, found.key, REGION, details).token
        finally:
            clock.reset()
        visitor.open(f"/verify/{token}")

    return reach


def forged(visitor: Visitor) -> None:
    visitor.open("/verify/" + "x" * 66)


BENEFITS = "/account/benefits"
LIST, ONE = "/account/certificates", "/account/certificates/<certificate_key>"
MOVED = "/office/applications/<reference>/moved/<int:certificate_id>"

PAGES = (
    PageState("/account", "with a certificate", signed_in(lambda stage: good(stage).holder, "/account")),
    PageState(LIST, "unproven", signed_in(lambda stage: stage.the("resident"), LIST)),
    PageState(LIST, "none", signed_in(lambda stage: stage.the("resident", "proven", is_proven=True), LIST)),
    PageState(LIST, "one", signed_in(lambda stage: good(stage).holder, LIST)),
    PageState(BENEFITS, "unproven", signed_in(lambda stage: stage.the("resident"), BENEFITS)),
    PageState(
        BENEFITS, "none", signed_in(lambda stage: stage.the("resident", "proven", is_proven=True), BENEFITS)
    ),
    PageState(BENEFITS, "one, and one that is over", supported),
    PageState(ONE, "good", own(good)),
    PageState(ONE, "expired", own(expired)),
    PageState(ONE, "frozen after a move", own(moved)),
    PageState(MOVED, "asked", at_the_county(is_recorded=False, end="moved")),
    PageState(MOVED, "nothing filled in", sending(at_the_county(is_recorded=False, end="moved")), 422),
    PageState(MOVED, "on record", at_the_county(is_recorded=True, end="moved")),
    PageState("/office/applications/<reference>", "with a move", at_the_county(is_recorded=True)),
    PageState(f"{ONE}/code", "asked", own(good, "/code")),
    PageState(f"{ONE}/code", "shown", sending(own(good, "/code"), show=True)),
    PageState(f"{ONE}/code", "out of use", own(expired, "/code")),
    PageState("/verify/<token>", "least", scanned()),
    PageState("/verify/<token>", "all", scanned("grade", "term")),
    PageState("/verify/<token>", "over", scanned(age=timedelta(hours=1)), 410),
    PageState("/verify/<token>", "none of ours", forged, 404),
)
