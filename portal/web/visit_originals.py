"""Originals that a visitor brought are looked at while the questions are asked, and what each says stays."""

from __future__ import annotations

from flask import Flask, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.catalogue.evidence_pages import page_of
from portal.catalogue.model import Definition
from portal.rules.errors import Invalid, NotFound
from portal.rules.references import grouped
from portal.usecases.evidence_checks import get_evidence, record_seen
from portal.web.access import desk
from portal.web.parts import reading, transaction
from portal.web.plain_form import sent
from portal.web.proof_page import SeenForm, seen_of, take_errors
from portal.web.proof_words import SEEN_HOW
from portal.web.rendering import render, say
from portal.web.visit_block import anchor_of
from portal.web.visit_door import acting_side, current_visit, visit_href

BESIDE = {"counter": "desk", "home_visit": "home"}
"""Where somebody who is there is seen; over the telephone nothing is."""


@desk
def original(token: str, code: str, reference: str, evidence_id: str) -> tuple[str, int] | Response:
    """The original was seen: what it says. From then on it is known at level B, before it is handed in."""
    form = SeenForm(sent())
    where = BESIDE.get(current_visit().channel, "desk")
    form.how.offer([(where, SEEN_HOW[where])])
    with reading() as db:
        work = get_evidence(db, acting_side(), reference, evidence_id)
    back = _back(work.definition, code, reference, evidence_id)
    if request.method == "POST" and form.validate():
        try:
            with transaction() as db:
                record_seen(db, acting_side(), reference, evidence_id, seen_of(form))
            return redirect(back, 303)
        except Invalid as refusal:
            take_errors(form, refusal)
    return render(
        "office/evidence.html",
        form.status,
        form=form,
        address=back,
        heading=_("登记看过的原件：%(what)s", what=say(work.state.evidence.title)),
        service=say(work.definition.service.name),
        reference=grouped(work.application.reference),
        way=say(work.state.alternative.label) if work.state.alternative else work.state.way,
        is_person=work.definition.service.subject_name_field in work.state.evidence.proves,
        subject_name=work.answers.get(work.definition.service.subject_name_field),
    )


def _back(definition: Definition, code: str, reference: str, evidence_id: str) -> str:
    """The part where it is asked how the thing will be shown."""
    page = definition.page(page_of(evidence_id))
    if page is None or definition.service.code != code:
        raise NotFound("evidence")
    return f"{visit_href('apply', code, reference, 'part', page.section)}#{anchor_of(page)}"


def register(app: Flask) -> None:
    """Add the address of looking at an original."""
    rule = "/desk/visits/<token>/apply/<code>/<reference>/seen/<evidence_id>"
    app.add_url_rule(rule, "visit_original", original, methods=["GET", "POST"])
