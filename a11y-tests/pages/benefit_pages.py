"""What an offer asks of its reader, and where an officer writes down what came back of a payment."""

from datetime import date

from pages.states import PageState, Reach, sending
from sqlalchemy import select
from support import PLAIN, Held, Stage, Staged, Visitor

from portal import clock
from portal.store import blind_index
from portal.store.applications import Application
from portal.store.benefits import BenefitRow, Payment
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow
from portal.usecases.demo_people import demo_id_number
from portal.usecases.offers import offer_by_card
from tests.support.benefits import give
from tests.support.certificates import issue
from tests.support.office import COUNTY, DESK, REGION

LETTER = "/account/notices/<int:notice_id>"
PAYMENT = "/applications/<reference>/payments/<int:benefit_id>"
MOST = {"desk": ("clerk", "submitted", DESK), "office": ("reviewer", "at_acceptance", COUNTY)}
"""By front who works there, how far the application is, and at which unit."""


def offered(visitor: Visitor) -> None:
    """The letter that says that the care subsidy may be open to the holder of a new card."""
    held: Held = visitor.stage.certified()
    with visitor.stage.transaction() as db:
        card = db.scalars(select(Certificate).where(Certificate.key == held.key)).one()
        offer_by_card(db, REGION, card.id)
        letter = db.scalars(
            select(NoticeRow.id).where(
                NoticeRow.application_id == card.spoken_through.id, NoticeRow.key == "N15"
            )
        ).first()
    visitor.sign_in(held.holder)
    visitor.open(f"/account/notices/{letter}")


def benefit_of(stage: Stage, staged: Staged, unit: str, payments: int) -> int:
    """A subsidy that this application brought about at a unit, with what came back of it; its id."""
    with stage.transaction() as db:
        application = db.query(Application).filter_by(reference=staged.reference).one()
        row = BenefitRow(
            person_id=application.person_id,
            holder_name=application.subject_name or "",
            region=REGION.code,
            county="880001",
            unit_code=unit,
            service_code="bt-02",
            code="care_subsidy",
            period="month",
            amount=10050,
            from_on=clock.today().replace(day=1),
            state="granted",
            decided_on=clock.today(),
            application_id=application.id,
            created_at=clock.now(),
        )
        db.add(row)
        db.flush()
        for number in range(payments):
            db.add(
                Payment(
                    benefit_id=row.id,
                    paid_for_on=clock.today().replace(day=1),
                    outcome="failed",
                    amount=10050,
                    account_end=f"642{number}",
                    recorded_by_id=stage.clerk.actor.signed_in_id,
                    recorded_at=clock.now(),
                )
            )
        return row.id


def at_payment(front: str, *, is_form: bool = True, payments: int = 0) -> Reach:
    """The form of a payment, or the page of the application that leads to it."""

    def reach(visitor: Visitor) -> None:
        who, how_far, unit = MOST[front]
        staged: Staged = getattr(visitor.stage, how_far)()
        benefit_id = benefit_of(visitor.stage, staged, unit, payments)
        visitor.sign_in(getattr(visitor.stage, who))
        end = f"/payments/{benefit_id}" if is_form else ""
        visitor.open(f"/{front}/applications/{staged.reference}{end}")

    return reach


def ward_holdings(visitor: Visitor) -> None:
    """As who guards somebody by law, with a certificate and a subsidy."""
    staged: Staged = visitor.stage.submitted(PLAIN, "proxy")
    with visitor.stage.transaction() as db:
        made = db.query(Application).filter_by(reference=staged.reference).one()
        assert made.representation is not None
        made.representation.state, made.representation.basis = "active", "adult_guardian"
        number = demo_id_number(date(1988, 11, 2), 300 + made.id)
        made.person.id_number, made.person.is_proven = number, True
        made.person.id_number_index = blind_index(db, "id_number", number)
        made.subject_id_index = made.person.id_number_index
        db.flush()
        give(db, issue(db, made, [("hearing", 1), ("speech", 2)]))
        kept_id = made.representation_id
    visitor.sign_in(staged.applicant)
    visitor.open(f"/account/people/{kept_id}/holdings")


PAGES = (
    PageState("/account/people/<int:representation_id>/holdings", "of a ward", ward_holdings),
    PageState(LETTER, "an offer", offered),
    PageState(LETTER, "an offer that was declined", sending(offered, "#offer-answer button[value=declined]")),
    PageState(f"/desk{PAYMENT}", "asked", at_payment("desk")),
    PageState(f"/desk{PAYMENT}", "nothing filled in", sending(at_payment("desk")), 422),
    PageState(f"/office{PAYMENT}", "asked", at_payment("office")),
    PageState(
        "/desk/applications/<reference>", "with payments", at_payment("desk", is_form=False, payments=2)
    ),
)
