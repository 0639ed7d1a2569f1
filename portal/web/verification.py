"""What whoever scans a 服务码 gets to see: what its holder chose, how it stands now, and nothing else.

Nobody has to be signed in, nothing is kept by browsers or search engines, and an old code shows nothing.
"""

from __future__ import annotations

from flask import Flask, Response, make_response
from flask_babel import gettext as _

from portal import labels
from portal.i18n import date_text, moment_text
from portal.usecases.service_codes import CHECKED, Verified, check_certificate, open_service_code
from portal.web.access import public
from portal.web.limits import count_or_refuse
from portal.web.parts import parts, reading
from portal.web.preferences import language
from portal.web.rendering import render

SHOWN = "certificates/verified.html"
REFUSED = "certificates/not_verified.html"


@public
def verify_page(token: str) -> Response:
    """A code that we made and that still holds: 200; one whose time is over: 410; any other: 404."""
    with reading() as db:
        opened = open_service_code(db, token)
    if opened is None:
        return _private(render(REFUSED, 404, is_over=False))
    count_or_refuse(CHECKED, opened.mark)
    with reading() as db:
        found = check_certificate(db, opened, parts().region)
    if found is None:
        return _private(render(REFUSED, 410, is_over=True))
    return _private(
        render(
            SHOWN,
            found=found,
            heading=headings()[found.state],
            rows=rows_of(found),
            until=moment_text(opened.until, language()),
            is_example=parts().region.is_example,
            site=parts().settings.base_url.split("://")[-1].rstrip("/"),
        )
    )


def headings() -> dict[str, str]:
    return {
        "good": _("有残疾人证，现在有效"),
        "expired": _("有残疾人证，已经过期"),
        "stopped": _("残疾人证现在不能用"),
    }


def rows_of(found: Verified) -> list[tuple[str, str]]:
    rows = [(_("持证人"), found.masked_name)]
    if found.category is not None and found.grade is not None:
        rows += [
            (_("残疾类别"), labels.label(labels.DISABILITIES, found.category, language())),
            (_("残疾等级"), labels.label(labels.GRADES, str(found.grade), language())),
        ]
    if found.valid_to_on is not None:
        rows.append((_("有效期到"), date_text(found.valid_to_on, language())))
    return [*rows, (_("查验时间"), moment_text(found.checked_at, language()))]


def _private(page: tuple[str, int]) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.add_url_rule("/verify/<token>", "verify", verify_page)
