"""Keeping away from an application (回避): the officer's word on its page; the numbers of one's family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.i18n import moment_text
from portal.rules.errors import Conflict
from portal.rules.references import grouped
from portal.usecases.claims import get_to_keep_away
from portal.usecases.consulted import get_asked_to_keep_away
from portal.usecases.recusals import (
    CAUSES,
    add_relative,
    declare_recusal,
    declare_when_asked,
    list_recusals,
    list_relatives,
    note_recusal,
    remove_relative,
)
from portal.usecases.review import Review
from portal.web.access import Mark, actor, any_staff
from portal.web.office_door import at_application
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.queue_page import way_back_from
from portal.web.rendering import render

Page = tuple[str, int] | Response
RELATIVES = "/staff/relatives"
LONGEST_WORDS: Final = 500

CAUSE_WORDS: Final = {
    "own": _l("这是我自己的事"),
    "relative": _l("申请人是我的亲属"),
    "interest": _l("有别的关系，可能影响公正"),
}
RELATION_WORDS: Final = {"self": _l("我自己"), "relative": _l("我的亲属")}


class RecusalForm(PlainForm):
    cause = Question(_l("为什么回避？"), "choice", choices=[(one, CAUSE_WORDS[one]) for one in CAUSES])
    words = Question(
        _l("说明"),
        "longtext",
        is_required=False,
        hint=_l("只给本单位负责人看。不写也可以。"),
        max_length=LONGEST_WORDS,
    )


class RelativeForm(PlainForm):
    relation = Question(_l("是谁？"), "choice", choices=list(RELATION_WORDS.items()))
    number = Question(
        _l("身份证号码"), "id_number", hint=_l("18位。只用来比对，不显示，也不给别人看。"), spellcheck=False
    )


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.route("/applications/<reference>/recusal", methods=["GET", "POST"])
    @mark
    def recusal(reference: str) -> Page:
        return show_recusal(base, reference)

    @page.post("/applications/<reference>/recusals/<int:recusal_id>/note")
    @mark
    def note(reference: str, recusal_id: int) -> Response:
        with at_application(reference) as db:
            note_recusal(db, actor(), reference, recusal_id)
        return redirect(f"{base}/applications/{quote(reference)}#recusals", 303)

    @page.route("/consultations/<int:consultation_id>/recusal", methods=["GET", "POST"])
    @mark
    def recusal_when_asked(consultation_id: int) -> Page:
        return show_when_asked(base, consultation_id)


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """Who keeps away."""
    return {"recusals": _shown(list_recusals(db, review.application)), "keeps_away": False}


def _shown(found: Sequence[tuple[Any, str]]) -> list[dict[str, Any]]:
    """Everyone's word; why is read by the head of the unit alone."""
    who = actor()
    return [
        {
            "id": one.id,
            "who": name,
            "when": moment_text(one.declared_at, language()),
            "cause": CAUSE_WORDS[one.cause] if who.role == "lead" else "",
            "words": (one.words or "") if who.role == "lead" else "",
            "may_note": who.role == "lead" and one.unit_code == who.unit_code and one.noted_at is None,
        }
        for one, name in found
    ]


def show_kept_away(base: str, reference: str) -> Page:
    """What whoever keeps away still finds at its address: that they do, and who else does; nothing of the
    person nor of the way that it takes."""
    with at_application(reference) as db:
        application = get_to_keep_away(db, actor(), reference, lock=False)
        found, number = _shown(list_recusals(db, application)), grouped(application.reference)
    is_said = request.args.get("done") == "recused"
    return render(
        "office/kept_away.html",
        number=number,
        address=f"{base}/applications/{quote(reference)}",
        said=_("您回避了。在您手里的，已经放回岗位，负责人会看到。") if is_said else "",
        may_take=is_said and actor().role != "lead",
        base=base,
        recusals=found,
        keeps_away=True,
        back=way_back_from(base, application.reference),
    )


def show_recusal(base: str, reference: str) -> Page:
    """Say that somebody else has to handle it."""
    form = RecusalForm(sent())
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        with at_application(reference) as db:
            declare_recusal(db, actor(), reference, form.cause.data, form.words.data or "")
        return redirect(f"{address}?done=recused", 303)
    with at_application(reference) as db:
        number = grouped(get_to_keep_away(db, actor(), reference, lock=False).reference)
    back = (address, _("回到这件申请"))
    return render("office/recusal.html", form.status, form=form, number=number, back=back, is_asked=False)


def show_when_asked(base: str, consultation_id: int) -> Page:
    """Say that somebody else of the unit has to answer what another unit asks."""
    form = RecusalForm(sent())
    if request.method == "POST" and form.validate():
        with transaction() as db:
            declare_when_asked(db, actor(), consultation_id, form.cause.data, form.words.data or "")
        return redirect(f"{base}/consultations?done=recused", 303)
    with reading() as db:
        number = grouped(get_asked_to_keep_away(db, actor(), consultation_id).reference)
    back = (f"{base}/consultations/{consultation_id}", _("回到这个问题"))
    return render("office/recusal.html", form.status, form=form, number=number, back=back, is_asked=True)


@any_staff
def relatives() -> Page:
    """The ID numbers that the officer keeps away from."""
    form = RelativeForm(sent())
    if request.method == "POST" and form.validate():
        try:
            with transaction() as db:
                add_relative(db, actor(), form.number.data, form.relation.data)
            return redirect(RELATIVES, 303)
        except Conflict:
            form.add_error("number", _("已经写了很多号码，不能再加。请先删掉不用的。"))
    with reading() as db:
        rows = [(one.id, RELATION_WORDS[one.relation], one.ending) for one in list_relatives(db, actor())]
    return render("staff/relatives.html", form.status, form=form, rows=rows, action=RELATIVES)


@any_staff
def remove(relative_id: int) -> Response:
    with transaction() as db:
        remove_relative(db, actor(), relative_id)
    return redirect(RELATIVES, 303)


def register(app: Flask) -> None:
    """Add the addresses that belong to no front."""
    app.add_url_rule(RELATIVES, "staff.relatives", relatives, methods=["GET", "POST"])
    app.add_url_rule(
        f"{RELATIVES}/<int:relative_id>/remove", "staff.remove_relative", remove, methods=["POST"]
    )
