"""An invoice counts once (rules.md 10b.2, fj_invoice): one that was handed in before is asked about and shown
to who decides, wherever it was and whoever handed it in.

A number alone may be written wrongly, or be that of another seller's invoice, so it refuses nothing. Number,
date and amount together are one invoice: only who handed it in themselves is refused, and told with what;
of anybody else's staff learn. What was withdrawn or refused used nothing up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.catalogue.field_types import FieldError
from portal.catalogue.field_types.normalise import half_width
from portal.catalogue.model import Answers, Definition, Field, Step
from portal.rules.errors import Conflict
from portal.store import blind_index
from portal.store.applications import Application
from portal.store.invoices import Invoice

COUNTS: Final = ("in_review", "returned", "approved")
"""While an application is in one of these states, its invoice is used."""
OF_ANSWERS: Final = ""
"""In place of a step: the applicant named it."""


@dataclass(frozen=True)
class EarlierUse:
    """With what else an invoice of the same number was handed in: where it is looked at, and since when."""

    reference: str
    service_code: str
    county: str | None
    submitted_on: date | None


def keep_invoice(db: Session, application: Application, definition: Definition, answers: Answers) -> None:
    """Remember which invoice the answers name; what an earlier round named instead is used no more."""
    _keep(db, application, OF_ANSWERS, _fields(definition), answers)


def keep_invoice_of_step(db: Session, application: Application, step: Step, form: Mapping[str, Any]) -> None:
    """Remember which invoice an officer wrote into the form of a step."""
    _keep(db, application, step.id, step.fields, form)


def refuse_own_used_invoice(
    db: Session, application: Application, definition: Definition, answers: Answers
) -> None:
    """Raises Conflict ``invoice_used`` with the reference of another application of the same account, with
    which this very invoice (number, date and amount) was handed in."""
    whole = _whole_index(db, _fields(definition), answers)
    if whole is None:
        return
    number = _number_index(db, _fields(definition), answers)
    used = (
        select(Application.reference)
        .join(Invoice, Invoice.application_id == Application.id)
        .where(Invoice.number_index == number, Invoice.whole_index == whole)
        .where(Application.account_id == application.account_id, Application.id != application.id)
        .where(Application.state.in_(COUNTS))
    )
    reference = db.scalar(used.order_by(Application.id).limit(1))
    if reference is not None:
        raise Conflict("invoice_used", what=reference)


def is_used_elsewhere(
    db: Session, application: Application, fields: Iterable[Field], answers: Mapping[str, Any]
) -> bool:
    """Whether the invoice that answers name was handed in with another application that counts."""
    number = _number_index(db, tuple(fields), answers)
    return number is not None and bool(_list_uses(db, application, (number,), most=1))


def list_earlier_uses(db: Session, application: Application, definition: Definition) -> list[EarlierUse]:
    """With what else the invoices of an application were handed in, oldest first, at most ten. A service
    that asks for none has none, without a query."""
    in_steps = any(field.means == "invoice_no" for step in definition.service.steps for field in step.fields)
    if definition.field_of("invoice_no") is None and not in_steps:
        return []
    own = db.scalars(select(Invoice.number_index).where(Invoice.application_id == application.id)).all()
    return [
        EarlierUse(one.reference, one.service_code, one.county, one.submitted_on)
        for one in (_list_uses(db, application, own) if own else ())
    ]


def unexplained_use(
    db: Session, application: Application, fields: Sequence[Field], form: Mapping[str, Any]
) -> dict[str, list[FieldError]]:
    """What is to be asked of an officer whose form names an invoice that was used: why, in words. Nothing
    once they say it, or where the form has no place for it."""
    why, number = _field(fields, "invoice_why"), _field(fields, "invoice_no")
    if why is None or number is None or form.get(why.id):
        return {}
    return {why.id: [FieldError("invoice_why")]} if is_used_elsewhere(db, application, fields, form) else {}


def _list_uses(
    db: Session, application: Application, numbers: Sequence[str], most: int = 10
) -> Sequence[Application]:
    used = (
        select(Application)
        .where(
            Application.id.in_(select(Invoice.application_id).where(Invoice.number_index.in_(numbers))),
            Application.id != application.id,
            Application.state.in_(COUNTS),
        )
        .order_by(Application.id)
    )
    return db.scalars(used.limit(most)).all()


def _keep(
    db: Session, application: Application, step: str, fields: Sequence[Field], answers: Mapping[str, Any]
) -> None:
    if _field(fields, "invoice_no") is None:
        return
    db.execute(delete(Invoice).where(Invoice.application_id == application.id, Invoice.step == step))
    number = _number_index(db, fields, answers)
    if number is not None:
        whole = _whole_index(db, fields, answers)
        db.add(Invoice(application_id=application.id, step=step, number_index=number, whole_index=whole))
        db.flush()


def _fields(definition: Definition) -> tuple[Field, ...]:
    return tuple(field for page in definition.pages for field in page.fields if field.means)


def _field(fields: Iterable[Field], meaning: str) -> Field | None:
    return next((field for field in fields if field.means == meaning), None)


def _said(fields: Iterable[Field], meaning: str, answers: Mapping[str, Any]) -> Any:
    field = _field(fields, meaning)
    return answers.get(field.id) if field is not None else None


def _number_of(fields: Sequence[Field], answers: Mapping[str, Any]) -> str:
    """As it is compared: full-width figures, gaps and small letters make no other invoice."""
    said = _said(fields, "invoice_no", answers)
    return "".join(one for one in half_width(said).upper() if one.isalnum()) if isinstance(said, str) else ""


def _number_index(db: Session, fields: Sequence[Field], answers: Mapping[str, Any]) -> str | None:
    number = _number_of(fields, answers)
    return blind_index(db, "invoice", number) if number else None


def _whole_index(db: Session, fields: Sequence[Field], answers: Mapping[str, Any]) -> str | None:
    number = _number_of(fields, answers)
    day, amount = (_said(fields, one, answers) for one in ("invoice_on", "invoice_amount"))
    if not number or not isinstance(day, str) or not day or not isinstance(amount, int):
        return None
    return blind_index(db, "invoice:whole", f"{number}\0{day}\0{amount}")
