"""A certificate in words for staff: its number, what it says, until when, and how it stands."""

from __future__ import annotations

from flask_babel import gettext as _

from portal import labels
from portal.i18n import date_text
from portal.rules.certificates import number_groups
from portal.usecases.certificates import CertificateSeen
from portal.web.preferences import language


def certificate_facts(seen: CertificateSeen) -> list[tuple[str, str]]:
    """Number, what it says, until when, and how it stands; of one that is no more why."""
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


def _state(seen: CertificateSeen) -> str:
    state, reason = _word(labels.CERTIFICATE_STATES, seen.state), seen.row.cancel_reason
    if reason is None:
        return state
    return _("%(state)s：%(why)s", state=state, why=_word(labels.CANCEL_REASONS, reason))


def _word(table: labels.Labels, value: str) -> str:
    return labels.label(table, value, language())
