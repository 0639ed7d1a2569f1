"""What the rules of who takes and decides a step look at: who decided, who entered, who keeps away."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, or_, select, union
from sqlalchemy.orm import Session

from portal.catalogue.model import Step, StepKind
from portal.rules.permissions import EntryFacts
from portal.store.applications import Application, Decision, StepEntry, Submission
from portal.store.documents import Document
from portal.store.recusals import Recusal, Relative
from portal.store.visits import Entering
from portal.usecases.absences import deputy_ids


def entry_facts(db: Session, application: Application, entry: StepEntry, step: Step) -> EntryFacts:
    """What the rule of who may decide looks at."""
    others = [one.id for one in application.entries if one.step in step.not_same_person_as]
    return EntryFacts(
        unit_code=entry.unit_code,
        role=entry.role,
        claimed_by_id=entry.claimed_by_id,
        applicant_id=application.account_id,
        earlier_decider_ids=_decider_ids(db, others) if others else frozenset(),
        stand_in=(entry.stand_in_unit, entry.stand_in_role),
        recused_ids=recused_ids(db, application),
        enterer_ids=frozenset() if step.kind is StepKind.INTAKE else enterer_ids(db, application),
        deputy_ids=deputy_ids(db, entry),
    )


def _decider_ids(db: Session, entries: Sequence[int]) -> frozenset[int]:
    """Who decided these visits. Whoever added a copy at a step had a hand in it, as its decider had."""
    decided = select(Decision.decided_by_id).where(Decision.entry_id.in_(entries))
    added = select(Document.uploaded_by_id).where(Document.entry_id.in_(entries))
    return frozenset(db.scalars(union(decided, added)))


def recused_ids(db: Session, application: Application) -> frozenset[int]:
    """Whoever keeps away: by their own word, or because the ID number is theirs or a relative's."""
    about = {"application_id": application.id, "id_index": application.subject_id_index}
    return frozenset(db.scalars(_RECUSED, about))


def keeping_away(account_id: int | None) -> ColumnElement[bool]:
    """Of an application that is asked for: whether this account is among its ``recused_ids``."""
    by_word = select(Recusal.id).where(
        Recusal.application_id == Application.id, Recusal.account_id == account_id
    )
    by_number = select(Relative.id).where(
        Relative.id_index == Application.subject_id_index, Relative.account_id == account_id
    )
    return or_(by_word.exists(), by_number.exists())


def enterer_ids(db: Session, application: Application) -> frozenset[int]:
    """Who of the staff typed or handed in answers: the applicant's own account is not staff."""
    about = {"application_id": application.id, "account_id": application.account_id}
    return frozenset(db.scalars(_ENTERED, about))


# Written once: to put them together takes longer than to answer them. Nobody is related to an unknown number.
_RECUSED = union(
    select(Recusal.account_id).where(Recusal.application_id == bindparam("application_id")),
    select(Relative.account_id).where(Relative.id_index == bindparam("id_index")),
)
_ENTERED = union(
    select(Submission.submitted_by_id).where(
        Submission.application_id == bindparam("application_id"),
        Submission.submitted_by_id != bindparam("account_id"),
    ),
    select(Entering.account_id).where(Entering.application_id == bindparam("application_id")),
)


def last_decision(db: Session, application: Application) -> tuple[Decision | None, StepEntry | None]:
    """The decision that closed the newest step, and that step."""
    entry = application.entries[-1] if application.entries else None
    if entry is None:
        return None, None
    newest = select(Decision).where(Decision.entry_id == entry.id).order_by(Decision.id.desc()).limit(1)
    return db.scalar(newest), entry
