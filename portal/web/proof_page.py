"""What staff write down about proof, below the page of an application: an original that was seen, a question
to a register, a death. The page itself shows it by ``page_parts``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.catalogue.field_types import FieldOptions
from portal.rules.errors import Conflict, Invalid, NotAllowed
from portal.rules.references import grouped
from portal.usecases.actor import Actor
from portal.usecases.claims import get_seen
from portal.usecases.deaths import SOURCES, report_death
from portal.usecases.evidence_checks import Seen, get_evidence, record_seen
from portal.usecases.register_checks import ask_register
from portal.usecases.review import Review
from portal.web import proof_words
from portal.web.access import Mark, actor
from portal.web.office_door import at_application
from portal.web.parts import parts
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.proof_words import DEATH_SOURCES, SEALS, SEEN_HOW, way_words
from portal.web.rendering import render, say

Page = tuple[str, int] | Response
CHANNEL_OF: Final = {"desk": "counter", "home": "home_visit", "post": "post", "register": "counter"}


class SeenForm(PlainForm):
    how = Question(
        _l("在哪里看的？"),
        "choice",
        choices=[(way, SEEN_HOW[way]) for way in ("desk", "home", "post", "register")],
    )
    name = Question(_l("上面写的姓名或名称"), hint=_l("照着原件写。"), max_length=100, spellcheck=False)
    number = Question(_l("号码"), is_required=False, hint=_l("没有号码的，不用填。"), max_length=60)
    valid_to = Question(
        _l("有效期到哪一天？"), "date", is_required=False, hint=_l("例如2036年5月1日。长期有效的，不用填。")
    )
    seal = Question(_l("有印章吗？"), "choice", choices=list(SEALS.items()))
    note = Question(
        _l("还要记下什么？"),
        "longtext",
        is_required=False,
        hint=_l("写看得见的内容，让看不见图片的同事也能知道。"),
        max_length=500,
    )
    is_same = Question(_l("与原件核对无误"), "confirm")


class DeathForm(PlainForm):
    source = Question(_l("谁说的？"), "choice", choices=[(one, DEATH_SOURCES[one]) for one in SOURCES])
    died_on = Question(
        _l("哪一天去世的？"),
        "date",
        is_required=False,
        options=FieldOptions(not_future=True),
    )
    words = Question(_l("说明"), "longtext", is_required=False, max_length=500)


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.route("/applications/<reference>/evidence/<evidence_id>", methods=["GET", "POST"])
    @mark
    def evidence(reference: str, evidence_id: str) -> Page:
        return show_evidence(base, reference, evidence_id)

    @page.post("/applications/<reference>/registers")
    @mark
    def registers(reference: str) -> Response:
        if not parts().gateways.registers.is_on:
            raise NotAllowed("no_registers")
        with at_application(reference) as db:
            check = ask_register(db, actor(), reference, request.form.get("register", ""))
        return redirect(f"{base}/applications/{quote(reference)}#register-{check.register}", 303)

    @page.route("/applications/<reference>/death", methods=["GET", "POST"])
    @mark
    def death(reference: str) -> Page:
        return show_death(base, reference)


def page_parts(_db: Session, review: Review) -> dict[str, Any]:
    """What the page of an application shows of proof."""
    return {
        "proof": review.proof,
        "proof_words": proof_words,
        "may_ask_registers": parts().gateways.registers.is_on and review.proof.why_not_ask is None,
        "are_registers_on": parts().gateways.registers.is_on,
    }


def show_evidence(base: str, reference: str, evidence_id: str) -> Page:
    """The original was seen: what it says."""
    form = SeenForm(sent())
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                record_seen(db, _where(form.how.data), reference, evidence_id, seen_of(form))
            return redirect(f"{address}#evidence-{evidence_id}", 303)
        except Invalid as refusal:
            take_errors(form, refusal)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=_written(form))
    with at_application(reference) as db:
        work = get_evidence(db, actor(), reference, evidence_id)
    title = say(work.state.evidence.title)
    return render(
        "office/evidence.html",
        form.status,
        form=form,
        address=address,
        heading=_("登记看过的原件：%(what)s", what=title),
        service=say(work.definition.service.name),
        reference=grouped(work.application.reference),
        way=way_words(work.state),
        is_person=work.definition.service.subject_name_field in work.state.evidence.proves,
        subject_name=work.application.subject_name,
    )


def show_death(base: str, reference: str) -> Page:
    """The applicant has died: everything under way ends, nothing more is sent."""
    form = DeathForm(sent())
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        died_on = date.fromisoformat(form.died_on.data) if form.died_on.data else None
        words = form.words.data or ""
        with at_application(reference) as db:
            report_death(db, actor(), reference, source=form.source.data, died_on=died_on, words=words)
        return redirect(address, 303)
    with at_application(reference) as db:
        application = get_seen(db, actor(), reference)
    return render(
        "office/death.html",
        form.status,
        form=form,
        address=address,
        reference=grouped(application.reference),
        subject_name=application.subject_name or "",
        is_proxy=application.acting == "proxy",
    )


def _where(how: str) -> Actor:
    """Staff act where they saw it: at the counter, at the person's home, over the post."""
    return replace(actor(), channel=CHANNEL_OF[how])  # type: ignore[arg-type]


def seen_of(form: SeenForm) -> Seen:
    """What was written down of an original."""
    return Seen(
        how=form.how.data,
        name=form.name.data,
        number=form.number.data or "",
        valid_to=date.fromisoformat(form.valid_to.data) if form.valid_to.data else None,
        seal=form.seal.data,
        note=form.note.data or "",
    )


def take_errors(form: SeenForm, refusal: Invalid) -> None:
    """Say at its question what does not fit the application."""
    words = {
        "name": _("和申请里写的姓名不一样。请再看一次原件；申请写错了，请申请人补正。"),
        "number": _("和申请里写的号码不一样。请再看一次原件；申请写错了，请申请人补正。"),
    }
    for name in refusal.errors:
        form.add_error(name, words[name])


def _written(form: SeenForm) -> list[tuple[str, str]]:
    return [(str(one.label_text), one.raw) for one in (form.name, form.number, form.note) if one.raw]
