"""The end of the journey: read everything back, hand it in exactly once, keep the receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import clock
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.usecases import applications, submission
from portal.usecases.actor import Actor
from portal.web import uploads
from portal.web.access import actor, applicant
from portal.web.acting_for import banner_of
from portal.web.check_page import ReadingBack, show_check, show_complete
from portal.web.going import Going, is_open, load, status_href
from portal.web.jinja_words import said as _
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import sent
from portal.web.public_notices import notice_ahead
from portal.web.rendering import page_title, render, say
from portal.web.still_to_show import find_still_to_show

Answered = str | Response | tuple[str, int]


@applicant
def check_page(code: str, reference: str) -> Answered:
    going, reading_back = _load(code, reference)
    if not is_open(going):
        return redirect(status_href(going.reference), 303)
    if going.missing or going.hints or going.files or sent() is not None:
        return show_check(going, reading_back, {})
    return show_complete(going, reading_back)


@applicant
def submit(code: str, reference: str) -> Answered:
    """Hand it in, exactly once; a second press shows the receipt of the first."""
    declarations = request.form.getlist("declarations")
    try:
        with transaction() as db:
            receipt = submission.submit(
                db,
                actor(),
                reference,
                parts().region,
                declarations=declarations,
                seen_hash=request.form.get("seen_hash", ""),
                has_registers=parts().gateways.registers.is_on,
            )
            where = f"/apply/{receipt.application.service_code}/{receipt.application.reference}/receipt"
    except Invalid as invalid:
        return show_check(*_load(code, reference), _declaration_faults(invalid))
    except Conflict as conflict:
        if conflict.key == "answers_changed_meanwhile":
            return show_check(*_load(code, reference), {}, has_changed=True)
        if conflict.key == "already_applied" and conflict.what:
            return _show_already(_load(code, reference)[0], conflict.what)
        if conflict.key == "invoice_used" and conflict.what:
            return show_check(*_load(code, reference), {}, used_with=conflict.what)
        if conflict.key == "too_early_again" and conflict.what and conflict.when:
            may_again_on = clock.shanghai(conflict.when).date()
            return _show_too_early(_load(code, reference)[0], conflict.what, may_again_on)
        raise
    return redirect(where, 303)


def _show_already(going: Going, held: str) -> tuple[str, int]:
    """The same account has applied for the same person: the way to that application (``held``)."""
    return render(
        "apply/already.html",
        409,
        going=going,
        acting_for=going.banner,
        reference=held,
        title=page_title(_("这个人已经申请过了"), going.service_name),
    )


def _show_too_early(going: Going, earlier: str, may_again_on: date) -> tuple[str, int]:
    """The same account's home was done a short time ago: from which day on again, by which rule, and what is
    possible before."""
    service = going.definition.service
    return render(
        "apply/too_early.html",
        409,
        going=going,
        acting_for=going.banner,
        reference=earlier,
        may_again_on=may_again_on,
        citation=service.citations[service.again.cite] if service.again else None,
        title=page_title(_("现在申请太早"), going.service_name),
    )


def _declaration_faults(invalid: Invalid) -> dict[str, str]:
    return {name: _("请先读完，再勾选确认。") for name in invalid.errors}


def _load(code: str, reference: str) -> tuple[Going, ReadingBack]:
    """The application, and what its check page shows beside the answers."""
    with reading() as db:
        going = load(db, code, reference)
        if files := uploads.files_in_answers(db, going):
            going = replace(going, files=files)
        seen = submission.seen_hash_of(db, going.application, going.answers)
        return going, ReadingBack(seen, notice_ahead(db, going) if is_open(going) else None)


@applicant
def receipt_page(code: str, reference: str) -> Answered:
    with reading() as db:
        about = about_receipt(db, actor(), code, reference)
    if about is None:
        return redirect(f"/apply/{code}/{reference}", 303)
    service = say(about["definition"].service.name)
    trail = [
        (_("首页"), "/"),
        (_("我的事"), "/account"),
        (service, status_href(about["receipt"].application.reference)),
        (_("已经收到"), None),
    ]
    return render("apply/receipt.html", **about, trail=trail, title=page_title(_("已经收到"), service))


def about_receipt(db: Session, who: Actor, code: str, reference: str) -> dict[str, Any] | None:
    """What a receipt says; None while it is a draft. Raises NotFound."""
    if applications.get_own(db, who, reference, "follow").state == "draft":
        return None
    receipt = submission.get_receipt(db, who, reference)
    definition = applications.definition_of(db, receipt.application)
    if definition.service.code != code:
        raise NotFound("application")
    entry = next((one for one in receipt.application.entries if one.closed_at is None), None)
    return {
        "acting_for": banner_of(receipt.application),
        "receipt": receipt,
        "definition": definition,
        "step": definition.step(entry.step) if entry else None,
        "due_on": entry.due_on if entry and not entry.is_paused and entry.due_on >= clock.today() else None,
        "is_provisional": bool(entry and entry.is_due_provisional),
        "still_to_show": find_still_to_show(db, receipt.application, definition),
        "submitted_on": clock.shanghai(receipt.submission.submitted_at).date(),
    }
