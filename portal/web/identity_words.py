"""How it is known who somebody is, in a sentence: for the person, and for whoever decides."""

from __future__ import annotations

from portal import clock, labels
from portal.i18n import date_text
from portal.usecases.identity_known import IdentityKnown
from portal.web.jinja_words import said as _
from portal.web.preferences import language


def identity_words(known: IdentityKnown) -> str:
    """Such as 身份已核实：窗口看过证件原件，2026年11月23日。"""
    if not known.is_proven:
        return labels.label(labels.IDENTITY_LEVELS, "unproven", language())
    proven = labels.label(labels.IDENTITY_LEVELS, "proven", language())
    how = _how(known)
    if how is None or known.at is None:
        return proven
    day = date_text(clock.shanghai(known.at).date(), language())
    return _("%(proven)s：%(how)s，%(day)s", proven=proven, how=how, day=day)


def _how(known: IdentityKnown) -> str | None:
    unit = (known.unit or {}).get(language()) or (known.unit or {}).get("zh")
    if known.how == "platform":
        return _("用身份认证平台核实")
    if known.how == "letter":
        return _("凭寄到户籍地址的信核实")
    if known.how == "liaison":
        return _("%(unit)s的专职委员看过证件原件", unit=unit) if unit else _("专职委员看过证件原件")
    if known.how == "hospital":
        return _("医院看过证件原件")
    if known.how == "desk":
        return _("%(unit)s看过证件原件", unit=unit) if unit else _("窗口看过证件原件")
    return None
