"""What an answer has people look at once more, counted by the working calendar as it stands today."""

from __future__ import annotations

from datetime import date

from portal.catalogue.field_types import FieldWarning
from portal.catalogue.model import Answers, Definition, Field
from portal.rules.checks import hints_for
from portal.usecases.calendar import get_calendar
from portal.usecases.invoices import is_used_elsewhere
from portal.usecases.represented import ApplicationSeen
from portal.web.parts import parts, reading


def hints_of(field: Field, answers: Answers, today: date) -> list[FieldWarning]:
    """The hints of one answer. The calendar is read only where days are counted."""
    if field.term_days is None or not answers.get(field.id):
        return hints_for(field, answers, parts().region, today)
    with reading() as db:
        calendar = get_calendar(db)
    return hints_for(field, answers, parts().region, today, calendar)


def hints_of_invoice(
    application: ApplicationSeen, definition: Definition, answers: Answers
) -> list[FieldWarning]:
    """Whether the invoice was used: asked of whoever hands it in, who may have mistaken a figure."""
    fields = [field for page in definition.pages for field in page.fields]
    with reading() as db:
        is_used = is_used_elsewhere(db, application, fields, answers)
    return [FieldWarning("invoice_used")] if is_used else []
