"""现有待遇: what the person of an application gets, for posts that read the whole of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import labels
from portal.usecases.benefit_lists import BenefitSeen, list_benefits_of
from portal.usecases.review import Review
from portal.web.benefits import amount_of, name_of, time_of
from portal.web.parts import parts
from portal.web.preferences import language


@dataclass(frozen=True)
class BenefitTable:
    """A row each, and in sentences what has happened that one may rest on."""

    lines: list[list[str]]
    flags: list[str]


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """Nothing for a post that reads only a part, and nothing of somebody who has not proven who they are."""
    if review.earlier is None or not review.earlier.is_known:
        return {"benefits": None}
    found = list_benefits_of(db, review.application, parts().region)
    return {
        "benefits": BenefitTable([_line(one) for one in found], [_flag(one) for one in found if one.row.flag])
    }


def _line(seen: BenefitSeen) -> list[str]:
    times = _("；").join(_("%(what)s：%(when)s", what=what, when=when) for what, when in time_of(seen))
    state = labels.label(labels.BENEFIT_STATES, seen.row.state, language())
    return [name_of(seen), amount_of(seen), times, state, seen.unit.get(language()) or seen.unit["zh"]]


def _flag(seen: BenefitSeen) -> str:
    words = labels.label(labels.BENEFIT_FLAGS, str(seen.row.flag), language())
    return _("%(what)s：%(when)s", what=name_of(seen), when=words)
