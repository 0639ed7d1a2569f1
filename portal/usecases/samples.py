"""Which decisions are looked at again: a share of those that say no, drawn when they are made.

Nobody can tell beforehand which one it will be, and drawing again gives the same answer: the draw is a keyed
fingerprint of the decision's number.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import OutcomeKind, Region
from portal.store import blind_index
from portal.store.applications import Decision, StepEntry
from portal.store.rechecks import Recheck
from portal.usecases.amounts import find_number

SAMPLED: Final = frozenset({OutcomeKind.REFUSE, OutcomeKind.NOT_ACCEPT})
"""Kinds of outcome that are looked at again."""
PERCENT: Final = "recheck_percent"
"""The region's parameter: of a hundred such decisions, how many."""


def draw_recheck(db: Session, region: Region, entry: StepEntry, decision: Decision) -> None:
    """Put the decision into the sample, where the lot falls on it."""
    share = find_number(db, region, PERCENT)
    if share is None or decision.kind not in SAMPLED:
        return
    lot = int(blind_index(db, "recheck", str(decision.id))[:15], 16) % 100
    if lot < share:
        db.add(Recheck(decision_id=decision.id, unit_code=entry.unit_code, drawn_at=clock.now()))
