"""Letters that staff give by hand, at the counter and in the office: list, print, say that it is done."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, cast

from flask import Blueprint, Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Role
from portal.i18n import LOCALES
from portal.letters import phone_script, render_notice
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.rules.references import grouped
from portal.usecases.letter_post import (
    ByHand,
    ListedLetter,
    get_waiting_letter,
    list_waiting_letters,
    read_letter,
    record_delivery,
)
from portal.web.access import Mark, actor, counter, staff
from portal.web.letters import pdf_answer
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language, own_path
from portal.web.rendering import render, say
from portal.web.whole_numbers import whole_number

Answered = Response | tuple[str, int]

WAYS: Final = {
    "post": _l("寄信"),
    "desk": _l("在窗口交给对方"),
    "committee": _l("请村（社区）专职委员转交"),
    "phone": _l("打电话读给对方听"),
}


class GivenForm(PlainForm):
    way = Question(_l("怎么给的？"), "choice", choices=list(WAYS.items()))
    given_on = Question(_l("哪一天给的？"), "date")
    words = Question(
        _l("凭据"),
        hint=_l("例如挂号信的号码，或者谁签收的。"),
        is_required=False,
        max_length=200,
        width="full",
    )


def _sentence(name: str, fault: FieldError) -> str:
    if name == "way":
        return _("这封信另有一处用这种方式给。请选别的。")
    return _("这一天还没到。") if fault.code == "date_future" else _("这一天，信还没有写。")


def _list(base: str) -> Answered:
    after = whole_number(request.args.get("after", ""))
    with reading() as db:
        page = list_waiting_letters(db, actor(), after or 0)
        lines = [_line(base, one) for one in page.letters]
    return render(
        "staff/letters.html",
        lines=lines,
        next_href=f"{base}?after={page.after}" if page.after else None,
        is_first=not after,
        base=base,
    )


def _line(base: str, one: ListedLetter) -> dict[str, Any]:
    return {
        "href": f"{base}/{one.delivery.id}",
        "reference": grouped(one.application.reference),
        "name": one.application.subject_name or "",
        "title": render_notice(one.definition, one.notice, language()).title,
        "way": str(WAYS[one.delivery.way]),
        "since": one.notice.created_at,
    }


def _one(base: str, delivery_id: int) -> Answered:
    """Where to, how not to, the letter itself; and the form that says it was given."""
    form = GivenForm(sent())
    if request.method == "POST" and form.validate():
        try:
            with transaction() as db:
                record_delivery(
                    db,
                    actor(),
                    delivery_id,
                    way=cast(ByHand, form.way.data),
                    given_on=date.fromisoformat(form.given_on.data),
                    words=form.words.data,
                )
            return redirect(own_path(), 303)
        except Invalid as invalid:
            for name, faults in invalid.errors.items():
                form.add_error(name, _sentence(name, faults[0]))
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=[])
    with reading() as db:
        found = get_waiting_letter(db, actor(), delivery_id)
    return render(
        "staff/letter.html",
        form.status,
        form=form,
        found=found,
        line=_line(base, found),
        service=say(found.definition.service.name),
        way=str(WAYS[found.delivery.way]),
        base=base,
    )


def _print(base: str, delivery_id: int) -> Answered:
    """The letter in its own language: to print, or what to say on the telephone."""
    with transaction() as db:
        found = read_letter(db, actor(), delivery_id)
    spoken = found.written.language
    letter = render_notice(
        found.definition, found.notice, spoken, has_digits_apart=found.written.has_digits_apart
    )
    script = phone_script(letter, spoken) if found.delivery.way == "phone" else ""
    return render(
        "staff/letter_print.html",
        letter=letter,
        script=script.strip(),
        letter_lang=LOCALES[spoken].html_lang,
        back=f"{base}/{delivery_id}",
    )


def _file(delivery_id: int) -> Response:
    with transaction() as db:
        found = read_letter(db, actor(), delivery_id)
    if found.file is None or found.file.key is None:
        raise NotFound("letter_file")
    return pdf_answer(found.file, is_download=True)


def _front(name: str, mark: Mark) -> Blueprint:
    base = f"/{name}/letters"
    page = Blueprint(f"{name}_letters", __name__, url_prefix=base)

    @page.get("")
    @mark
    def letters() -> Answered:
        return _list(base)

    @page.route("/<int:delivery_id>", methods=["GET", "POST"])
    @mark
    def letter(delivery_id: int) -> Answered:
        return _one(base, delivery_id)

    @page.get("/<int:delivery_id>/print")
    @mark
    def letter_print(delivery_id: int) -> Answered:
        return _print(base, delivery_id)

    @page.get("/<int:delivery_id>/file")
    @mark
    def letter_file(delivery_id: int) -> Answered:
        return _file(delivery_id)

    return page


def register(app: Flask) -> None:
    """Add these addresses to the counter and to the office."""
    app.register_blueprint(_front("desk", counter))
    app.register_blueprint(_front("office", staff(Role.COUNTY_REVIEWER, Role.COUNTY_APPROVER)))
