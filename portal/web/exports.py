"""Lists as files: ask for one, see how far it is, take it away. Works without script: a link looks again."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Flask, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.rules.errors import Conflict
from portal.usecases.exports import (
    EXPORTABLE,
    MOST_ROWS,
    MOST_WAITING,
    ExportSeen,
    ask_export,
    get_export,
    list_exports,
    open_export,
)
from portal.usecases.queue_lists import QueueFilters
from portal.usecases.spreadsheets import MEDIA_TYPES
from portal.web.access import actor, office
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.queue_page import TITLES
from portal.web.rendering import render, say

ADDRESS: Final = "/office/exports"
Page = tuple[str, int] | Response
page = Blueprint("exports", __name__, url_prefix=ADDRESS)

FORMS: Final = {"xlsx": _l("表格文件（XLSX）"), "csv": _l("文本表格（CSV）")}
STATES: Final = {
    "queued": _l("等着做"),
    "making": _l("正在做"),
    "ready": _l("做好了"),
    "failed": _l("没有做成"),
}


class ExportForm(PlainForm):
    which = Question(_l("哪个清单？"), "choice", choices=[(one, TITLES[one]) for one in EXPORTABLE])
    service = Question(_l("哪种服务？"), "choice")
    form = Question(_l("哪种文件？"), "choice", choices=list(FORMS.items()))


def register(app: Flask) -> None:
    """Add the addresses of files of lists."""
    app.register_blueprint(page)


@page.route("", methods=["GET", "POST"])
@office
def show_exports() -> Page:
    """The files that one asked for; a post asks for another."""
    form = ExportForm(sent(), service="all")
    services = [(code, say(parts().catalogue.services[code].name)) for code in parts().region.services]
    form.service.offer([("all", _("全部")), *services])
    if request.method == "POST" and form.validate():
        service = form.service.data
        filters = QueueFilters(service=None if service == "all" else service)
        try:
            with transaction() as db:
                made = ask_export(db, actor(), form.which.data, form.form.data, language(), filters)
            return redirect(f"{ADDRESS}/{made.id}", 303)
        except Conflict as refusal:
            if refusal.key != "too_many_exports":
                raise
            form.add_error("which", _("已经有%(most)s个文件在做。请等做好再要。", most=MOST_WAITING))
    with reading() as db:
        found = list_exports(db, actor())
    return render(
        "office/exports.html",
        form.status,
        form=form,
        exports=[(one, str(TITLES[one.which]), _state(one)) for one in found],
    )


@page.get("/<int:export_id>")
@office
def show_export(export_id: int) -> Page:
    """How far a file is; the page does not move by itself, a link looks again."""
    with transaction() as db:
        found = get_export(db, actor(), export_id)
    return render(
        "office/export.html",
        found=found,
        address=f"{ADDRESS}/{export_id}",
        facts=[
            (_("清单"), str(TITLES[found.which])),
            (_("服务"), _service(found)),
            (_("文件"), str(FORMS[found.form])),
            (_("进度"), _state(found)),
        ],
        most=MOST_ROWS,
    )


@page.get("/<int:export_id>/file")
@office
def send_export(export_id: int) -> Response:
    """The file itself, to whoever asked for it."""
    with transaction() as db:
        found, content = open_export(db, actor(), parts().gateways.files, export_id)
    name = f"list-{found.id}.{found.form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, mimetype=MEDIA_TYPES["xlsx" if found.form == "xlsx" else "csv"])


def _state(one: ExportSeen) -> str:
    if one.state == "failed" and one.error == "left_post":
        return _("没有做成，因为您已经不在这个岗位")
    words = str(STATES[one.state])
    return _("%(state)s，已有%(count)s行", state=words, count=one.done) if one.done else words


def _service(one: ExportSeen) -> str:
    service = parts().catalogue.services.get(one.filters.get("service") or "")
    return say(service.name) if service else _("全部")
