"""Somebody who gets something, for tests of pages: a row as a decision leaves it."""

from datetime import date

from sqlalchemy.orm import Session

from portal.store.benefits import BenefitRow
from portal.store.certificates import Certificate
from tests.support.office import COUNTY, REGION


def give(db: Session, card: Certificate, **facts: object) -> BenefitRow:
    """100.50 yuan a month from November 2026 on to the holder of a certificate; `facts` say what differs."""
    known: dict[str, object] = {
        "person_id": card.person_id,
        "holder_name": card.holder_name,
        "holder_index": card.holder_index,
        "region": REGION.code,
        "county": "880001",
        "unit_code": COUNTY,
        "service_code": "bt-02",
        "code": "care_subsidy",
        "period": "month",
        "amount": 10050,
        "from_on": date(2026, 11, 1),
        "state": "granted",
        "decided_on": date(2026, 11, 23),
        "review_on": date(2027, 11, 1),
        "application_id": card.spoken_through.id,
        "created_at": card.created_at,
    }
    row = BenefitRow(**{**known, **facts})
    db.add(row)
    db.flush()
    return row
