"""我的残疾人证: what a proven holder sees of a certificate, and the 服务码 that shows it to somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from flask import Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import clock, labels
from portal.i18n import date_text
from portal.rules.certificates import is_good, number_groups
from portal.usecases.card_moves import moves_certificates
from portal.usecases.certificates import CertificateSeen, get_own_certificate, list_own_certificates
from portal.usecases.service_codes import Detail, make_service_code
from portal.web.access import actor, applicant
from portal.web.certificate_words import days_of_move
from portal.web.parts import parts, reading
from portal.web.plain_form import PlainForm, Question
from portal.web.preferences import language
from portal.web.qr import draw_qr
from portal.web.rendering import render

Answered: TypeAlias = str | tuple[str, int]
DETAILS: tuple[Detail, ...] = ("grade", "term")


class ShowForm(PlainForm):
    """What whoever scans the code may see besides."""

    show = Question(
        _l("还让对方看到什么？"),
        "multi",
        hint=_l("对方一定会看到：您有残疾人证，现在能不能用，还有您名字的一部分。"),
        is_required=False,
        choices=[("grade", _l("残疾类别和等级")), ("term", _l("有效期到哪一天"))],
    )


@dataclass(frozen=True)
class CertificateLine:
    """One certificate in the list, or the one on its page."""

    href: str
    state_text: str
    tone: str
    valid_to: str
    is_good: bool


@applicant
def list_page() -> Answered:
    with reading() as db:
        found = list_own_certificates(db, actor(), parts().region)
    return render(
        "certificates/list.html",
        certificates=[line_of(seen) for seen in found],
        is_proven=actor().is_proven,
        has_platform=parts().gateways.identity.is_on,
    )


@applicant
def certificate_page(certificate_key: str) -> Answered:
    with reading() as db:
        seen = get_own_certificate(db, actor(), certificate_key, parts().region)
    return render(
        "certificates/page.html",
        one=line_of(seen),
        seen=seen,
        rows=rows_of(seen),
        groups_of_number=number_groups(seen.row.number),
        is_example=parts().region.is_example,
        code_name=code_name(),
        transfer_href=find_transfer_href() if seen.row.moved_on and not seen.row.cancelled_on else None,
    )


@applicant
def code_page(certificate_key: str) -> Answered:
    """First what may be seen, then the code. A code is made anew by every look at this page; none is kept."""
    href = f"/account/certificates/{certificate_key}"
    is_ready = "ready" in request.args
    details = [one for one in DETAILS if one in request.args.getlist("show")]
    with reading() as db:
        seen = get_own_certificate(db, actor(), certificate_key, parts().region)
        if not is_ready or not is_good(seen.state):
            return render(
                "certificates/code_choose.html",
                409 if is_ready else 200,
                form=ShowForm(),
                href=href,
                code_name=code_name(),
                is_good=is_good(seen.state),
            )
        code = make_service_code(db, actor(), certificate_key, parts().region, details)
    address = f"{parts().settings.base_url.rstrip('/')}/verify/{code.token}"
    return render(
        "certificates/code.html",
        code=code,
        address=address,
        drawing=draw_qr(address),
        href=href,
        code_name=code_name(),
    )


def line_of(seen: CertificateSeen) -> CertificateLine:
    return CertificateLine(
        href=f"/account/certificates/{seen.row.key}",
        state_text=labels.label(labels.CERTIFICATE_STATES, seen.state, language()),
        tone=labels.CERTIFICATE_TONES[seen.state],
        valid_to=date_text(seen.row.valid_to_on, language()),
        is_good=is_good(seen.state),
    )


def rows_of(seen: CertificateSeen) -> list[tuple[str, str]]:
    """What stands on the card, after its number; of a multiple one every component."""
    row = seen.row
    rows = [(_("残疾类别"), _category(row.category)), (_("残疾等级"), _grade(row.grade))]
    if len(row.components) > 1:
        rows += [(_category(category), _grade(grade)) for category, grade in row.components]
    if row.issued_on is not None:
        rows.append((_("发证日期"), date_text(row.issued_on, language())))
    rows.append((_("有效期到"), date_text(row.valid_to_on, language())))
    rows.append((_("发证单位"), seen.issuer.get(language()) or seen.issuer["zh"]))
    if row.generation is not None:
        kind = _("第三代智能残疾人证") if row.generation == 3 else _("第二代残疾人证")
        rows.append((_("哪一种证"), kind))
    rows += days_of_move(row) if row.cancelled_on is None else []
    return [*rows, *_past_of(seen)]


def _past_of(seen: CertificateSeen) -> list[tuple[str, str]]:
    """What happened to a card that is no more."""
    row = seen.row
    rows = [(_("挂失的日期"), date_text(row.lost_on, language()))] if row.lost_on else []
    if row.cancelled_on is not None:
        why = labels.label(labels.CANCEL_REASONS, row.cancel_reason or "other", language())
        rows += [(_("注销的日期"), date_text(row.cancelled_on, language())), (_("为什么注销"), why)]
    return rows


def code_name() -> str:
    """What the region calls the code (服务码, 惠残码 …); its own name is said in Chinese only."""
    named = parts().region.parameter("service_code_name", clock.today())
    own = str(named.value) if named is not None else "服务码"
    return _("服务码") if language() == "en" or own == "服务码" else own


def find_transfer_href() -> str | None:
    """The guide of the service by which a card is transferred, where the region offers it."""
    services = parts().catalogue.services
    offered = (code for code in parts().region.services if moves_certificates(services[code]))
    return next((f"/services/{code}" for code in offered), None)


def _category(category: str) -> str:
    return labels.label(labels.DISABILITIES, category, language())


def _grade(grade: int) -> str:
    return labels.label(labels.GRADES, str(grade), language())


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.add_url_rule("/account/certificates", "certificates.list", list_page)
    app.add_url_rule("/account/certificates/<certificate_key>", "certificates.page", certificate_page)
    app.add_url_rule("/account/certificates/<certificate_key>/code", "certificates.code", code_page)
