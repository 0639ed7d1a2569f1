"""The end of the journey at the counter: everything is read back, who stands there says yes, it is handed in.

Nobody draws a signature on a screen: it is signed on paper, or said, shown or marked with a thumb before two
of the staff, each from their own session (rules.md 5.7).
"""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import clock
from portal.catalogue.evidence_pages import CONFIRMATION, CONFIRMATION_NAME, files_of
from portal.catalogue.model import Field
from portal.i18n import date_text, moment_text
from portal.rules.errors import Conflict, Invalid
from portal.rules.references import grouped
from portal.usecases import confirming
from portal.usecases.confirmation_scans import begin_scan, finish_scan
from portal.usecases.confirming import LONGEST_WORDS, WAYS, Said
from portal.usecases.documents import Document
from portal.usecases.visitor_letters import way_of_writing
from portal.web import uploads
from portal.web.access import desk
from portal.web.acting_for import banner_of
from portal.web.bodies import takes_files
from portal.web.going import Going, is_open, label_of
from portal.web.handing_in import about_receipt
from portal.web.on_paper import on_paper
from portal.web.open_questions import said_open
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language, speaking
from portal.web.rendering import page_title, render, say
from portal.web.visit_door import acting_side, visit_href
from portal.web.visit_read_back import ReadBack, load_read_back, whole_text

Answered = str | Response | tuple[str, int]

CONFIRMED_BY = {
    "signed": _l("在打印出来的申请上签名"),
    "spoken": _l("不能签名：亲口说同意"),
    "gesture": _l("不能签名：用手语、点头、笔谈等表示同意"),
    "thumbprint": _l("不能签名：按手印"),
}
TWO_OF_US = _l("要两位工作人员在场。")
HINTS = {
    "signed": _l("可以扫描签过名的纸。"),
    "spoken": TWO_OF_US,
    "gesture": TWO_OF_US,
    "thumbprint": _l("要两位工作人员在场，并扫描手印。"),
}
SCAN = Field(
    id=files_of(CONFIRMATION),
    kind="documents",
    label=CONFIRMATION_NAME,
    thing=CONFIRMATION_NAME,
    accepts=("image", "pdf"),
)


class YesForm(PlainForm):
    way = Question(
        _l("来人怎样确认？"),
        "choice",
        choices=[(one, CONFIRMED_BY[one], HINTS[one]) for one in WAYS],
    )
    words = Question(
        _l("记下来人的话或者动作"),
        "longtext",
        is_required=False,
        hint=_l("不签名、不按手印的，要写。例如：听完后说“同意”；点头两次。"),
        max_length=LONGEST_WORDS,
    )


@desk
def check_page(token: str, code: str, reference: str) -> Answered:
    going, back = load_read_back(code, reference)
    if not is_open(going):
        return redirect(visit_href("applications", going.reference), 303)
    return _show(going, back, YesForm(sent()))


@desk
@takes_files
def check(token: str, code: str, reference: str) -> Answered:
    """What was pressed: that the visitor has agreed, or that it is handed in."""
    return _confirm(code, reference) if "confirming" in request.form else _submit(code, reference)


def _confirm(code: str, reference: str) -> Answered:
    """Record how who stands there said yes, to what was read back and to each declaration."""
    form = YesForm(request.form)
    is_good = form.validate()
    if refusal := _take_scan(code, reference):
        going, back = load_read_back(code, reference)
        return _show(going, back, form, {SCAN.id: refusal})
    going, back = load_read_back(code, reference)
    if not is_good:
        return _show(going, back, form)
    declared = request.form.getlist("declarations")
    said = Said(form.way.data, whole_text(going, back, declared), declared, form.words.data or "")
    try:
        with transaction() as db:
            confirming.record_confirmation(
                db, acting_side(), reference, parts().region, said, request.form.get("seen_hash", "")
            )
    except Invalid as invalid:
        return _show(going, back, form, _faults(invalid))
    except Conflict as conflict:
        if conflict.key != "answers_changed_meanwhile":
            raise
        return _show(going, back, form, has_changed=True)
    return redirect(f"{going.href('check')}#confirmed", 303)


def _submit(code: str, reference: str) -> Answered:
    """Hand it in, exactly once; a second press shows the receipt of the first."""
    try:
        with transaction() as db:
            receipt = confirming.hand_in_confirmed(
                db,
                acting_side(),
                reference,
                parts().region,
                request.form.get("seen_hash", ""),
                has_registers=parts().gateways.registers.is_on,
            )
            where = visit_href("apply", code, receipt.application.reference, "receipt")
    except Conflict as conflict:
        refusal = _refusal(conflict)
        if refusal is None:
            raise
        has_changed = conflict.key == "answers_changed_meanwhile"
        return _show(*load_read_back(code, reference), YesForm(), refused=refusal, has_changed=has_changed)
    return redirect(where, 303)


def _refusal(conflict: Conflict) -> str | None:
    """What to say on the same page; None for what has a page of its own."""
    if conflict.key == "already_applied":
        return _(
            "这个人已经申请过了，还在办，收件号：%(number)s。这一次没有提交。",
            number=grouped(conflict.what or ""),
        )
    if conflict.key == "invoice_used":
        return _(
            "这张发票已经用过，收件号：%(number)s。这一次没有提交。请核对发票号码、日期和金额。",
            number=grouped(conflict.what or ""),
        )
    if conflict.key == "too_early_again" and conflict.when:
        return _(
            "以前办过，从%(day)s起可以再申请。这一次没有提交。情况有大变化的，请改答案再提交。",
            day=date_text(clock.shanghai(conflict.when).date(), language()),
        )
    words = {
        "answers_changed_meanwhile": _("答案在别的窗口改过。请把改过的念给来人听，重新确认，再提交。"),
        "not_confirmed": _("来人还没有确认。请先念给来人听，记下确认，再提交。"),
        "waits_for_second": _("第二位工作人员还没有确认在场。"),
    }
    return words.get(conflict.key)


@desk
def receipt_page(token: str, code: str, reference: str) -> Answered:
    who = acting_side()
    with reading() as db:
        written = way_of_writing(db, who, reference)
        with speaking(written.language):
            about = about_receipt(db, who, code, reference)
    if about is None:
        return redirect(visit_href("apply", code, reference), 303)
    return render(
        "desk/journey_receipt.html",
        sheet=on_paper(written, "desk/_visit_receipts.html", receipts=[about], is_one=True),
        acting_for=banner_of(about["receipt"].application),
        receipts_href=visit_href("receipts"),
        visitor_href=visit_href(),
        services_href=visit_href("services"),
        title=page_title(_("已经收到"), say(about["definition"].service.name)),
    )


def _take_scan(code: str, reference: str) -> str | None:
    """Take in the scan that came with the form; why it was not taken."""
    if cut := uploads.refusal_of_cut(SCAN):
        return cut
    file = request.files.get(SCAN.id)
    if file is None or not file.filename:
        return None

    def begin(db: Session, sha256: str, size: int) -> Document:
        return begin_scan(db, acting_side(), reference, sha256, size)

    return uploads.receive(SCAN, file, begin, finish_scan)[1]


def _faults(invalid: Invalid) -> dict[str, str]:
    own = {
        "words": _("请写下来人的话或者动作。"),
        SCAN.id: _("按手印的，请扫描手印，再记下确认。"),
    }
    return {name: own.get(name) or _("请念给来人听，来人同意以后再勾选。") for name in invalid.errors}


def _show(
    going: Going,
    back: ReadBack,
    form: YesForm,
    faults: dict[str, str] | None = None,
    *,
    refused: str | None = None,
    has_changed: bool = False,
) -> tuple[str, int]:
    """Everything read back; what is missing, what was not asked yet, and how to hand it in."""
    faults = faults or {}
    if "words" in faults:
        form.add_error("words", faults["words"])
    missing = [
        (words, f"{going.href(f'part/{page.section}')}#{field.id.replace('_', '-')}")
        for page, field, words in said_open(going)
    ]
    declarations = going.definition.service.declarations
    unsaid = [(faults[one.id], f"#{one.id}") for one in declarations if one.id in faults]
    unscanned = [(faults[SCAN.id], "#confirmation-scan")] if SCAN.id in faults else []
    errors = (missing if faults else []) + unsaid + form.errors_for_summary() + unscanned
    changed = _("答案在别的窗口改过。请把改过的念给来人听，重新确认。") if has_changed else None
    return render(
        "desk/journey_check.html",
        409 if refused or has_changed else 422 if errors else 200,
        going=going,
        acting_for=going.banner,
        back=back,
        form=form,
        missing=missing,
        hints=[label_of(going, field) for _page, field, _hint in going.hints],
        notice_ahead=back.ahead,
        errors=errors,
        unsaid={href[1:]: words for words, href in unsaid},
        scan_error=faults.get(SCAN.id),
        scan_field=SCAN.id,
        refused=refused or changed,
        declared=request.form.getlist("declarations"),
        way=CONFIRMED_BY[back.confirmed.way] if back.confirmed else "",
        made_at=moment_text(back.confirmed.made_at, language()) if back.confirmed else "",
        title=page_title(_("念给来人听，确认并提交"), going.service_name, has_errors=bool(errors or refused)),
    )


def register(app: Flask) -> None:
    """Add the addresses of the end of a journey at the counter."""
    one = "/desk/visits/<token>/apply/<code>/<reference>"
    routes: tuple[tuple[str, str, Any], ...] = (
        ("GET", one + "/check", check_page),
        ("POST", one + "/check", check),
        ("GET", one + "/receipt", receipt_page),
    )
    for method, rule, view in routes:
        app.add_url_rule(rule, f"visit_{view.__name__}", view, methods=[method])
