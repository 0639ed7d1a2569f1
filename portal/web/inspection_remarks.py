"""What inspectors remarked to a unit, for whoever leads it: the list, and each with its answer."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.model import Role
from portal.i18n import moment_text
from portal.rules.references import grouped
from portal.usecases.inspecting import answer_remark, get_remark, list_remarks
from portal.usecases.staff_names import names_of
from portal.web.access import actor, staff
from portal.web.inspecting import LONGEST, number_in
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render

ADDRESS = "/office/inspection-remarks"
page = Blueprint("inspection_remarks", __name__, url_prefix=ADDRESS)
head = staff(Role.LEAD)


class AnswerForm(PlainForm):
    answer = Question(
        _l("您的答复"), "longtext", hint=_l("写查到了什么、怎么改。监督员会看到。"), max_length=LONGEST
    )


def register(app: Flask) -> None:
    """Add the addresses of the remarks."""
    app.register_blueprint(page)


@page.get("")
@head
def show_remarks() -> tuple[str, int]:
    """The remarks to the unit, newest first."""
    before = number_in("before")
    with reading() as db:
        found, older = list_remarks(db, actor(), before)
    return render(
        "office/inspection_remarks.html",
        rows=[(one, grouped(reference)) for one, reference in found],
        is_first=before is None,
        next_href=f"{ADDRESS}?before={older}" if older else None,
    )


@page.route("/<int:remark_id>", methods=["GET", "POST"])
@head
def show_remark(remark_id: int) -> tuple[str, int] | Response:
    """One remark; a post answers it."""
    form = AnswerForm(sent())
    if request.method == "POST" and form.validate():
        with transaction() as db:
            answer_remark(db, actor(), remark_id, form.answer.data)
        return redirect(f"{ADDRESS}/{remark_id}", 303)
    with reading() as db:
        found, reference = get_remark(db, actor(), remark_id)
        names = names_of(db, [found.by_id, found.answered_by_id])
    facts = [
        (_("谁写的"), names.get(found.by_id, "")),
        (_("时间"), moment_text(found.at, language())),
        (_("意见"), found.words),
    ]
    if found.answered_at is not None:
        facts.append((_("答复"), found.answer or ""))
        facts.append((_("谁答复的"), names.get(found.answered_by_id or 0, "")))
    return render(
        "office/inspection_remark.html",
        form.status,
        form=form,
        remark=found,
        facts=facts,
        reference=reference,
        number=grouped(reference),
    )
