"""看规则怎么说: what the rules say of the person at this moment, beside the decision. It decides nothing."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.usecases.advice import find_advice
from portal.usecases.review import Review
from portal.web.benefit_words import amount_words
from portal.web.parts import parts

HEADINGS: Final = {
    "yes": (_l("按现在知道的情况：符合条件"), "good"),
    "no": (_l("按现在知道的情况：可能不符合"), "caution"),
    "choose_one": (_l("按现在知道的情况：要选一项领"), "caution"),
    "we_check": (_l("按现在知道的情况：还有要查的"), "plain"),
}
"""What each verdict is called, and its tone."""


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """Nothing for a post that reads only a part, and nothing once it has ended."""
    if review.earlier is None or review.clock is None:
        return {"advice": None}
    region = parts().region
    found = find_advice(db, review.application, review.definition, region, is_known=review.earlier.is_known)
    if found is None:
        return {"advice": None}
    return {
        "advice": found,
        "advice_heading": HEADINGS[found.verdict.kind],
        "amount_words": amount_words,
        "region": region,
    }
