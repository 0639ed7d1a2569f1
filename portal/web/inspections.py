"""The front of inspectors: samples drawn by chance, each with its seed, its proof and its share of audit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Final

from flask import Blueprint, Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import labels
from portal.catalogue.field_types import FieldError, message
from portal.catalogue.model import Role
from portal.i18n import date_text
from portal.labels import label
from portal.rules.errors import Invalid, NotFound
from portal.rules.references import grouped
from portal.usecases.audit import record_event
from portal.usecases.audit_streams import export_streams, verify_streams
from portal.usecases.inspections import (
    LARGEST,
    LONGEST_DAYS,
    SampleRow,
    UnitSeen,
    Wanted,
    Which,
    draw_again,
    draw_sample,
    get_inspection,
    list_inspections,
    list_sample,
    list_units_to_inspect,
    record_refused_inspecting,
    sampled_references,
)
from portal.web import inspecting
from portal.web.access import actor, staff
from portal.web.inspecting import number_in
from portal.web.parts import parts, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render, say

Page = tuple[str, int] | Response
page = Blueprint("inspect", __name__, url_prefix="/inspect")
inspector = staff(Role.INSPECTOR)

WHICH: Final[dict[Which, object]] = {
    "all": _l("全部"),
    "running": _l("正在办的"),
    "closed": _l("办完的"),
}
FAULTS: Final = {
    "empty_pool": _l("这段时间没有符合的申请。"),
    "order": _l("最后一天不能早于第一天。"),
    "too_long": _l("最多%(days)s天。"),
    "size": _l("请填1到%(most)s。"),
}


class DrawForm(PlainForm):
    purpose = Question(
        _l("为什么抽查？"), "longtext", hint=_l("每次打开申请，都和这个目的一起记下来。"), max_length=500
    )
    which = Question(_l("抽哪些申请？"), "choice", choices=list(WHICH.items()))
    from_on = Question(_l("从哪一天交来的"), "date", hint=_l("例如2026年10月8日。"))
    to_on = Question(_l("到哪一天交来的"), "date", hint=_l("例如2026年10月8日。"))
    size = Question(_l("抽几件？"), "integer")


@contextmanager
def inspecting_now() -> Iterator[Session]:
    """A transaction of an inspector. NotFound is passed on, after noting who asked."""
    try:
        with transaction() as db:
            yield db
    except NotFound:
        with transaction() as db:
            record_refused_inspecting(db, actor())
        raise


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.register_blueprint(page)


@page.get("")
@inspector
def show_samples() -> Page:
    """The samples of the inspector's unit, newest first."""
    before = number_in("before")
    with inspecting_now() as db:
        found, older = list_inspections(db, actor(), before)
    return render(
        "inspect/samples.html",
        samples=found,
        which=WHICH,
        is_first=before is None,
        next_href=f"/inspect?before={older}" if older else None,
    )


@page.route("/new", methods=["GET", "POST"])
@inspector
def show_drawing() -> Page:
    """Say what to draw from; the sample is drawn by chance and kept."""
    form = DrawForm(sent())
    with inspecting_now() as db:
        units = [(unit.code, unit.names.get(language()) or unit.names["zh"]) for unit in _units(db)]
    services = [(code, say(parts().catalogue.services[code].name)) for code in parts().region.services]
    if request.method == "POST" and form.validate():
        try:
            with inspecting_now() as db:
                number = draw_sample(db, actor(), _wanted(form, dict(services))).id
            return redirect(f"/inspect/{number}", 303)
        except Invalid as refusal:
            for name, faults in refusal.errors.items():
                form.add_error(name, _fault(faults[0]))
    chosen = {name: request.form.get(name, "") for name in ("unit", "service")}
    return render("inspect/draw.html", form.status, form=form, units=units, services=services, chosen=chosen)


@page.get("/<int:inspection_id>")
@inspector
def show_sample(inspection_id: int) -> Page:
    """How it was drawn, and its applications."""
    with inspecting_now() as db:
        found = get_inspection(db, actor(), inspection_id)
        rows = list_sample(db, actor(), inspection_id)
        names = {unit.code: unit.names.get(language()) or unit.names["zh"] for unit in _units(db)}
    service = parts().catalogue.services.get(found.service_code or "")
    return render(
        "inspect/sample.html",
        found=found,
        facts=[
            (_("目的"), found.purpose),
            (_("抽哪些申请"), str(WHICH[found.which])),  # type: ignore[index]
            (_("什么时候交来的"), _period(found.from_on, found.to_on)),
            (_("单位"), names.get(found.unit_code or "", "") or _("全部")),
            (_("服务"), say(service.name) if service else _("全部")),
            (_("一共有多少件可以抽"), str(found.pool_size)),
            (_("随机种子"), found.seed),
            (_("全部收件号的指纹"), found.pool_hash),
        ],
        rows=[(row, grouped(row.reference), _service_name(row), _state(row)) for row in rows],
    )


@page.get("/<int:inspection_id>/again")
@inspector
def show_again(inspection_id: int) -> Page:
    """Draw by the same seed once more; nothing is kept."""
    with inspecting_now() as db:
        found = draw_again(db, actor(), inspection_id)
    return render("inspect/again.html", found=found, inspection_id=inspection_id)


@page.get("/<int:inspection_id>/proof")
@inspector
def show_proof(inspection_id: int) -> Page:
    """Whether the chains of the sample's applications are as they were written."""
    with inspecting_now() as db:
        references = sampled_references(db, actor(), inspection_id)
        verdict = verify_streams(db, [f"application:{one}" for one in references])
        record_event(db, actor(), f"inspection:{inspection_id}", "inspection:verify", authority="office")
    return render(
        "inspect/proof.html", verdict=verdict, inspection_id=inspection_id, applications=len(references)
    )


@page.get("/<int:inspection_id>/audit.jsonl")
@inspector
def send_audit(inspection_id: int) -> Response:
    """The chains of the sample's applications as a file that proves itself."""
    with inspecting_now() as db:
        references = sampled_references(db, actor(), inspection_id)
        record_event(db, actor(), f"inspection:{inspection_id}", "inspection:export", authority="office")
        lines = list(export_streams(db, [f"application:{one}" for one in references]))
    name = f"audit-{inspection_id}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("".join(f"{line}\n" for line in lines), headers=headers, mimetype="application/jsonl")


def _units(db: Session) -> Sequence[UnitSeen]:
    return list_units_to_inspect(db, actor())


def _wanted(form: DrawForm, services: dict[str, str]) -> Wanted:
    service = request.form.get("service") or None
    if service is not None and service not in services:
        raise NotFound("service")
    return Wanted(
        purpose=form.purpose.data,
        from_on=date.fromisoformat(form.from_on.data),
        to_on=date.fromisoformat(form.to_on.data),
        size=form.size.data,
        which=form.which.data,
        unit_code=request.form.get("unit") or None,
        service_code=service,
    )


def _fault(fault: FieldError) -> str:
    own = FAULTS.get(fault.code)
    return (
        str(own) % {"days": LONGEST_DAYS, "most": LARGEST} if own is not None else message(fault, language())
    )


def _period(from_on: date, to_on: date) -> str:
    first, last = date_text(from_on, language()), date_text(to_on, language())
    return _("%(first)s至%(last)s", first=first, last=last)


def _service_name(row: SampleRow) -> str:
    service = parts().catalogue.services.get(row.service_code)
    return say(service.name) if service else row.service_code


def _state(row: SampleRow) -> str:
    return label(labels.STAFF_STATES, row.state, language())


inspecting.add_to(page, inspector, inspecting_now)
