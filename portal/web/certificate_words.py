"""A certificate in words: its number, what it says, until when, how it stands, and the days of a move."""

from __future__ import annotations

from flask_babel import gettext as _

from portal import labels
from portal.i18n import date_text
from portal.rules.certificates import number_groups
from portal.usecases.certificates import CertificateRow, CertificateSeen
from portal.web.preferences import language


def certificate_facts(seen: CertificateSeen) -> list[tuple[str, str]]:
    """For staff: number, what it says, until when, and how it stands; of one that is no more why."""
    kinds = [
        _(
            "%(kind)s，%(grade)s",
            kind=_word(labels.DISABILITIES, kind),
            grade=_word(labels.GRADES, str(grade)),
        )
        for kind, grade in seen.row.components
    ]
    return [
        (_("证号"), " ".join(number_groups(seen.row.number))),
        (_("残疾类别和等级"), "；".join(kinds)),
        (_("有效期到"), date_text(seen.row.valid_to_on, language())),
        (_("现在的状态"), _state(seen)),
    ]


def days_of_move(row: CertificateRow) -> list[tuple[str, str]]:
    """What its holder was told of a move away, and since when it is frozen; nothing where it did not move."""
    if not (row.moved_on and row.transfer_by_on and row.transfer_end_on):
        return []
    rows = [
        (_("户口迁走的日子"), date_text(row.moved_on, language())),
        (_("最晚哪天申请迁证"), date_text(row.transfer_by_on, language())),
        (_("哪天以后由发证单位决定要不要注销"), date_text(row.transfer_end_on, language())),
    ]
    return [*rows, (_("冻结的日子"), date_text(row.frozen_on, language()))] if row.frozen_on else rows


def _state(seen: CertificateSeen) -> str:
    state, reason = _word(labels.CERTIFICATE_STATES, seen.state), seen.row.cancel_reason
    if reason is None:
        return state
    return _("%(state)s：%(why)s", state=state, why=_word(labels.CANCEL_REASONS, reason))


def _word(table: labels.Labels, value: str) -> str:
    return labels.label(table, value, language())
