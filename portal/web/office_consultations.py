"""Asking another unit about an application: the question, below the page of the application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import clock
from portal.catalogue.field_types import FieldOptions
from portal.catalogue.model import UnitKind
from portal.catalogue.texts import Text
from portal.i18n import date_text, moment_text
from portal.rules.references import grouped
from portal.usecases.consultations import (
    LATEST_DAYS,
    LONGEST_QUESTION,
    Asking,
    ask_unit,
    list_askable_units,
    withdraw_consultation,
)
from portal.usecases.review import Review
from portal.usecases.units import list_names_of_units
from portal.web.access import Mark, actor
from portal.web.office_documents import files_of
from portal.web.office_door import at_application, open_review
from portal.web.parts import reading
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render, say
from portal.web.services import UNIT_WORDS

Page = tuple[str, int] | Response


class AskingForm(PlainForm):
    unit = Question(_l("问哪个单位？"), "choice", names="unit")
    attention = Question(
        _l("请谁看？"),
        is_required=False,
        hint=_l("例如某科、某位专家。不写，由对方单位安排。"),
        max_length=100,
    )
    question = Question(
        _l("要问什么？"),
        "longtext",
        hint=_l("写清楚要对方判断什么。对方只看得到下面选出来的内容。"),
        max_length=LONGEST_QUESTION,
    )
    sections = Question(
        _l("给对方看哪些答案？"), "multi", is_required=False, hint=_l("只选回答这个问题用得着的。")
    )
    documents = Question(_l("给对方看哪些文件？"), "multi", is_required=False, names="document")
    due_on = Question(
        _l("最晚哪一天答复？"),
        "date",
        hint=_l("例如2026年12月1日。征询意见不影响这一步的时限。"),
        options=FieldOptions(not_past=True),
    )


@dataclass(frozen=True)
class ShownConsultation:
    """One question as whoever asked reads it."""

    id: int
    unit: str
    facts: list[tuple[str, str]]
    question: str
    answer: str
    is_late: bool
    may_withdraw: bool


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.route("/applications/<reference>/consultations", methods=["GET", "POST"])
    @mark
    def ask(reference: str) -> Page:
        return show_asking(base, reference)

    @page.post("/applications/<reference>/consultations/<int:consultation_id>/withdraw")
    @mark
    def withdraw_question(reference: str, consultation_id: int) -> Response:
        with at_application(reference) as db:
            withdraw_consultation(db, actor(), reference, consultation_id)
        return redirect(f"{base}/applications/{quote(reference)}?done=not_asked#consultations", 303)


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """Every question, oldest first, and whether one may be asked now."""
    codes = {one.unit_code for one in review.beside.consultations}
    names = list_names_of_units(db, codes) if codes else {}
    return {
        "consultations": [_shown(review, one, names) for one in review.beside.consultations],
        "may_consult": review.is_whole and may_ask(review),
    }


def may_ask(review: Review) -> bool:
    """The step is here, and in the officer's hand or in that of a unit that they lead."""
    is_lead = actor().role == "lead"
    in_hand = is_lead or review.entry.claimed_by_id == actor().account_id
    return review.entry.closed_at is None and in_hand


def show_asking(base: str, reference: str) -> Page:
    """The form of a question, and asking it."""
    review = open_review(reference)
    form = AskingForm(sent())
    _offer(form, review)
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate() and _is_soon_enough(form):
        with at_application(reference) as db:
            ask_unit(db, actor(), reference, _asking(form))
        return redirect(f"{address}?done=asked_unit#consultations", 303)
    return render(
        "office/ask.html",
        form.status,
        form=form,
        address=address,
        number=grouped(review.application.reference),
    )


def _offer(form: AskingForm, review: Review) -> None:
    with reading() as db:
        units = list_askable_units(db, actor(), review.application)
        form.unit.offer((one.code, _name(one), "", UNIT_WORDS[UnitKind(one.kind)]) for one in units)
        files = files_of(db, review)
    form.sections.offer((one.section.id, say(one.section.title)) for one in review.sections)
    form.documents.offer((one.key, one.called) for _thing, found in files for one in found)


def _name(unit: Any) -> str:
    return say(Text.model_validate(unit.names))


def _is_soon_enough(form: AskingForm) -> bool:
    days = (date.fromisoformat(form.due_on.data) - clock.today()).days
    if 0 < days <= LATEST_DAYS:
        return True
    form.add_error("due_on", _("请写明天到%(days)s天以内的日子。", days=LATEST_DAYS))
    return False


def _asking(form: AskingForm) -> Asking:
    return Asking(
        unit_code=form.unit.data,
        words=form.question.data,
        due_on=date.fromisoformat(form.due_on.data),
        sections=form.sections.data or (),
        documents=form.documents.data or (),
        attention=form.attention.data or "",
    )


def _shown(review: Review, one: Any, names: dict[str, Any]) -> ShownConsultation:
    unit = names.get(one.unit_code, {})
    facts = [
        (_("谁问的"), review.names.get(one.asked_by_id, "")),
        (_("什么时候问的"), moment_text(one.asked_at, language())),
        (_("最晚答复"), date_text(one.due_on, language())),
    ]
    if one.answered_at is not None:
        by = review.names.get(one.answered_by_id, "")
        facts.append(
            (_("答复"), _("%(name)s，%(when)s", name=by, when=moment_text(one.answered_at, language())))
        )
    if one.withdrawn_at is not None:
        facts.append((_("收回"), moment_text(one.withdrawn_at, language())))
    return ShownConsultation(
        id=one.id,
        unit=unit.get(language()) or unit.get("zh", ""),
        facts=facts,
        question=one.words,
        answer=one.answer or "",
        is_late=one.is_open and one.due_on < clock.today(),
        may_withdraw=one.is_open and one.asked_unit == actor().unit_code,
    )
