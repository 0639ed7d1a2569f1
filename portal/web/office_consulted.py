"""Questions that other units ask of one's own (征询意见): the list, one with what it shows, its answer."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import clock
from portal.catalogue.evidence_pages import name_of_files
from portal.catalogue.field_types import document_name
from portal.catalogue.wording import Voice
from portal.i18n import date_text
from portal.rules.deadlines import remaining
from portal.rules.errors import Conflict
from portal.rules.references import grouped
from portal.usecases.calendar import get_calendar
from portal.usecases.consultations import (
    LONGEST_ANSWER,
    ConsultationSeen,
    answer_consultation,
    get_asked,
    list_asked,
)
from portal.usecases.definitions import get_definition
from portal.usecases.units import list_names_of_units
from portal.web.access import Mark, actor
from portal.web.document_question import ShownDocument, shown_document
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.queue_words import due_words
from portal.web.rendering import render, say
from portal.web.review_words import lines_of

Page = tuple[str, int] | Response


class OpinionForm(PlainForm):
    opinion = Question(
        _l("本单位的意见"),
        "longtext",
        hint=_l("先写结论，再写依据。"),
        max_length=LONGEST_ANSWER,
    )


@dataclass(frozen=True)
class ShownRow:
    """One question in the list: nobody is named in it."""

    href: str
    reference: str
    service: str
    unit: str
    due: tuple[str, str]


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.get("/consultations")
    @mark
    def consultations() -> Page:
        return show_list(base)

    @page.route("/consultations/<int:consultation_id>", methods=["GET", "POST"])
    @mark
    def consultation(consultation_id: int) -> Page:
        return show_one(base, consultation_id)


def show_list(base: str) -> Page:
    """The open questions to the unit, soonest due first."""
    with reading() as db:
        found = list_asked(db, actor(), request.args.get("after"))
        calendar = get_calendar(db)
        units = list_names_of_units(db, {one.asked_unit for one in found.rows})
        rows = [
            ShownRow(
                href=f"{base}/consultations/{one.id}",
                reference=grouped(one.application.reference),
                service=say(get_definition(db, one.application.definition_hash).service.name),
                unit=units[one.asked_unit].get(language()) or units[one.asked_unit]["zh"],
                due=due_words(remaining(one.due_on, clock.today(), calendar)),
            )
            for one in found.rows
        ]
    return render(
        "office/consultations.html",
        base=base,
        rows=rows,
        said=_("您回避了。本单位负责人会看到，由同事答复。") if request.args.get("done") == "recused" else "",
        is_first=not request.args.get("after"),
        next_href=f"{base}/consultations?after={found.after}" if found.after else None,
    )


def show_one(base: str, consultation_id: int) -> Page:
    """One question; a post answers it."""
    form = OpinionForm(sent())
    if request.method == "POST" and form.validate():
        try:
            with transaction() as db:
                answer_consultation(db, actor(), consultation_id, form.opinion.data)
        except Conflict as conflict:
            kept = [(str(form.opinion.label_text), form.opinion.raw)]
            return render("errors/conflict.html", 409, error=conflict, kept=kept)
        return redirect(f"{base}/consultations/{consultation_id}", 303)
    with transaction() as db:
        seen = get_asked(db, actor(), consultation_id)
    voice = Voice(language(), seen.application.subject_name if seen.sections else None, is_proxy=True)
    return render(
        "office/consultation.html",
        form.status,
        base=base,
        form=form,
        seen=seen,
        facts=_facts(seen),
        sections=[(voice.say(one.section.title), lines_of(one.rows, voice)) for one in seen.sections],
        files=_files(seen),
    )


def _facts(seen: ConsultationSeen) -> list[tuple[str, str]]:
    asked = seen.consultation
    unit = seen.asking_unit.names.get(language()) or seen.asking_unit.names["zh"]
    facts = [
        (_("收件号"), grouped(seen.application.reference)),
        (_("服务"), say(seen.definition.service.name)),
        (_("谁问的"), _("%(unit)s，%(name)s", unit=unit, name=seen.asked_by)),
        (_("最晚答复"), date_text(asked.due_on, language())),
    ]
    return facts + ([(_("请谁看"), asked.attention)] if asked.attention else [])


def _files(seen: ConsultationSeen) -> list[ShownDocument]:
    things = {one.id: say(name_of_files(one)) for one in seen.definition.service.evidence}
    return [
        shown_document(document_name(things.get(one.evidence, ""), number, language()), one, language())
        for number, one in enumerate(seen.documents, start=1)
    ]
