"""Home visits without network: a sheet is prepared here, filled in on the device of whoever goes out, kept
there encrypted, and sent later to an ordinary address.

The pages that a device keeps say nothing of anybody: no name of staff, no person. The token of their form is
good for the session in which they were prepared; a fresh one is asked for when a sheet is sent.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final, cast

from flask import Flask, g, make_response, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import clock, labels
from portal.catalogue.field_types import message
from portal.catalogue.wording import Voice
from portal.i18n import date_text, moment_text
from portal.rules.errors import Conflict, Invalid
from portal.rules.journey import Acting
from portal.rules.paper_forms import MOST_DAYS_BACK
from portal.rules.references import grouped
from portal.usecases.appointments import list_appointments
from portal.usecases.definitions import get_definition
from portal.usecases.identity import LOOKED_UP
from portal.usecases.offline_sending import FilledSheet, SeenOriginal, TakenSheet, take_sheet
from portal.usecases.offline_sheets import get_sheet, prepare_sheet
from portal.usecases.rates import Limit
from portal.web.access import actor, desk, public
from portal.web.limits import count_or_refuse
from portal.web.offline_questions import VisitForm, WholeSheet
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render, say
from portal.web.responses import CONTENT_SECURITY_POLICY
from portal.web.services import get_applied_for, services_by_category
from portal.web.visit_receiving import is_good_document, with_document

Answered = Response | tuple[str, int]

HOME: Final = "/desk/offline/"
PREPARED: Final = Limit("offline_sheet", 60, timedelta(hours=1))
"""Sheets that one of the staff prepares in an hour: more than anybody visits in a day."""
KEPT_DAYS: Final = 14
"""Days for which a device keeps a sheet that is not sent. Ours: longer than a round through the villages."""
IDLE_MINUTES: Final = 10
"""Minutes without a touch after which an open sheet locks itself."""
SHORTEST_PASSPHRASE: Final = 12
WORKER: Final = "js/offline_worker.js"
NOBODY: Final = "none"

RECEIPT_FAULTS: Final = {
    "date_future": _l("这一天还没到。"),
    "paper_not_printed": _l("这一天，表还没有准备。请看看日期。"),
    "paper_too_old": _l("上门的日子最多往前%(days)s天。再早的，请填今天，并写一条备注。"),
}


class PrepareForm(PlainForm):
    appointment = Question(_l("为哪一次上门准备？"), "choice")
    service = Question(_l("办什么事？"), "choice")
    acting = Question(
        _l("谁在场回答？"),
        "choice",
        hint=_l("不知道谁会在场的，两种各准备一张。"),
        choices=[("self", _l("本人自己办")), ("proxy", _l("代办人替本人办"))],
    )


@desk
def home() -> Answered:
    """What a sheet is, which lie on this device, and the form to prepare one more."""
    form = PrepareForm(sent(), appointment=NOBODY)
    with reading() as db:
        _offer(db, form)
    if request.method == "POST" and form.validate():
        count_or_refuse(PREPARED, f"account:{actor().signed_in_id}")
        definition = get_applied_for(form.service.data)
        chosen = form.appointment.data
        with transaction() as db:
            serial = prepare_sheet(
                db,
                actor(),
                definition,
                cast(Acting, form.acting.data),
                None if chosen == NOBODY else int(chosen),
            )
        return redirect(f"{HOME}sheets/{serial}", 303)
    return _with_worker(render("desk/offline.html", form.status, form=form, action=HOME, **_limits()))


def _offer(db: Session, form: PrepareForm) -> None:
    rows, _following = list_appointments(db, actor())
    form.appointment.offer(
        [(NOBODY, _("没有约好，或者还不知道"))]
        + [
            (str(one.id), moment_text(one.starts_at, language()), one.purpose)
            for one in rows
            if one.starts_at is not None
        ]
    )
    form.service.offer(
        (one.code, say(one.name), "", labels.label(labels.CATEGORIES, category, language()))
        for category, offered in services_by_category().items()
        for one in offered
        if not one.bundle
    )


@desk
def device() -> Answered:
    """What lies on this device, without network too."""
    return _with_worker(render("desk/offline_device.html", **_limits()))


@desk
def sheet(serial: str) -> Answered:
    """The questions, all at once. Post: the sheet comes back."""
    with reading() as db:
        found = get_sheet(db, actor(), serial)
        definition = get_definition(db, found.definition_hash)
    acting: Acting = "proxy" if found.acting == "proxy" else "self"
    voice = Voice(language(), None, acting == "proxy")
    is_post = request.method == "POST"
    whole = WholeSheet(definition, parts().region, voice, acting, request.form if is_post else None)
    form = VisitForm(request.form if is_post else None)
    if is_post:
        is_good = is_good_document(form)
        if whole.check() and is_good:
            answered = _take(serial, form, whole)
            if answered is not None:
                return answered
    errors = form.errors_for_summary() + whole.errors_for_summary()
    return _with_worker(
        render(
            "desk/offline_sheet.html",
            422 if errors else 200,
            form=form,
            errors=errors,
            sections=whole.asked(),
            is_proxy=voice.is_proxy,
            service=say(definition.service.name),
            code=definition.service.code,
            serial=serial,
            prepared=date_text(clock.shanghai(found.prepared_at).date(), language()),
            action=request.path,
            **_limits(),
        )
    )


def _take(serial: str, form: VisitForm, whole: WholeSheet) -> Answered | None:
    """Begin what stands on it and lead there; None where the form says what is wrong."""
    count_or_refuse(LOOKED_UP, f"account:{actor().signed_in_id}")
    original = (
        SeenOriginal(form.id_type.data, form.seen_name.data, form.id_number.data)
        if form.has_original
        else None
    )
    filled = FilledSheet(date.fromisoformat(form.received_on.data), original, whole.answers)

    def act(db: Session) -> TakenSheet:
        try:
            return take_sheet(db, actor(), g.signed_in.session_id, serial, filled, parts().region)
        except Invalid as invalid:
            for fault in invalid.errors.get("received_on", ()):
                words = RECEIPT_FAULTS.get(fault.code)
                form.add_error(
                    "received_on",
                    str(words) % {"days": MOST_DAYS_BACK} if words else message(fault, language()),
                )
            raise

    try:
        taken = with_document(form, act)
    except Conflict as conflict:
        refused = _refused(conflict)
        if refused is None:
            raise
        return refused
    if taken is None:
        return None
    draft = f"/desk/visits/{taken.token}/apply/{taken.service_code}/{taken.reference}"
    return redirect(f"{draft}?sheet=taken", 303)


def _refused(conflict: Conflict) -> tuple[str, int] | None:
    """Why a sheet is not taken now; None for what has a page of its own."""
    words = {
        "visit_open": _("您正在接待另一位来人。请先按“下一位”，再送这张表。"),
        "sheet_taken": _("这张表以前送到过，没有重复收。"),
        "proven_as_another": _("约上门的账户，是用另一个证件号码核实的。请核对证件，或者另准备一张表。"),
        "too_many_drafts": _("来人没交的草稿太多了。请先接着办一份，或者删掉一份。"),
        "person_died": _("有人登记这个人去世了，所以没有收。请先核对。"),
    }
    if conflict.key not in words:
        return None
    is_taken = conflict.key == "sheet_taken"
    return render(
        "desk/offline_refused.html",
        409,
        heading=words[conflict.key],
        is_taken=is_taken,
        reference=grouped(conflict.what) if is_taken and conflict.what else None,
    )


def _limits() -> dict[str, Any]:
    return {
        "kept_days": KEPT_DAYS,
        "idle_minutes": IDLE_MINUTES,
        "shortest": SHORTEST_PASSPHRASE,
        "home_href": HOME,
    }


def _with_worker(answer: tuple[str, int]) -> Response:
    """The page may start the service worker of these addresses."""
    response = make_response(*answer)
    response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; worker-src 'self'"
    return response


@public
def worker() -> Response:
    """The service worker: it lies below the addresses that it serves, and knows nothing of anybody."""
    files = parts().static_files
    response = make_response(files.files[files.url(WORKER).removeprefix("/static/")].body)
    response.mimetype = "text/javascript"
    return response


def register(app: Flask) -> None:
    both = ["GET", "POST"]
    app.add_url_rule(HOME, "offline.home", home, methods=both)
    app.add_url_rule(HOME + "device", "offline.device", device)
    app.add_url_rule(HOME + "worker.js", "offline.worker", worker)
    app.add_url_rule(HOME + "sheets/<serial>", "offline.sheet", sheet, methods=both)
