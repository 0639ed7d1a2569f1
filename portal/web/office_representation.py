"""代办关系 on the page of an application: by what somebody acts, what proves it, what to do in a dispute."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import clock
from portal.i18n import date_text
from portal.labels import BASES, POWERS, RELATIONS, label
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import grouped
from portal.usecases.authority_proofs import (
    PROVABLE,
    AuthorityAtWork,
    find_authority,
    record_authority,
    settle_dispute,
)
from portal.usecases.review import Review
from portal.usecases.staff_names import names_of
from portal.usecases.standing import authority_from
from portal.web.access import Mark, actor
from portal.web.office_door import at_application
from portal.web.parts import parts
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render, say

Page = tuple[str, int] | Response
LONGEST: Final = 500

STANDINGS: Final = {
    "asked": _l("请求了，本人还没有答复"),
    "claimed": _l("自己说的，还没有核实"),
    "active": _l("有效"),
    "suspended": _l("暂停"),
    "ended": _l("已经结束"),
    "not_yet": _l("还没有开始"),
    "over": _l("已经到期"),
}
AGREED_WAYS: Final = {
    "web": _l("网上"),
    "slip": _l("本人联系单"),
    "counter": _l("窗口"),
    "phone": _l("电话"),
    "home_visit": _l("上门"),
    "paper": _l("纸质委托书"),
}


class ProofForm(PlainForm):
    basis = Question(_l("依据是什么？"), "choice")
    level = Question(
        _l("看到的是什么？"),
        "choice",
        choices=[("B", _l("原件，与原件核对无误")), ("C", _l("复印件或者照片"))],
    )
    to_on = Question(
        _l("到哪一天为止？"),
        "date",
        is_required=False,
        hint=_l("纸上写了期限才填。未成年人的监护，到18岁自动结束。"),
    )
    words = Question(
        _l("看了什么？"),
        "longtext",
        hint=_l("写明是哪种材料，例如户口簿、出生证明、法院判决书、授权委托书。同事看得到。"),
        max_length=LONGEST,
    )


class DisputeForm(PlainForm):
    what = Question(
        _l("怎么办？"),
        "choice",
        choices=[
            ("suspend", _l("先暂停，两边都听一听")),
            ("resume", _l("接着有效")),
            ("end", _l("结束这个代办关系")),
        ],
        hint=_l("系统不会自动选。两边都会收到通知。已经交的申请照常办。"),
    )
    words = Question(
        _l("为什么？"), "longtext", hint=_l("写清楚谁说了什么、依据是什么。同事看得到。"), max_length=LONGEST
    )


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.route("/applications/<reference>/representation", methods=["GET", "POST"])
    @mark
    def representation(reference: str) -> Page:
        return show_proof(base, reference)

    @page.route("/applications/<reference>/dispute", methods=["GET", "POST"])
    @mark
    def dispute(reference: str) -> Page:
        return show_dispute(base, reference)


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """By what somebody acts; nothing where people act for themselves, or for a post that reads a part."""
    if review.representation is None or not review.is_whole:
        return {"authority": None}
    kept = review.representation
    names = names_of(db, [kept.proof_seen_by_id]) if kept.proof_seen_by_id else {}
    return {
        "authority": facts_of(kept, names.get(kept.proof_seen_by_id or 0, "")),
        "authority_is_open": kept.state != "ended",
    }


def facts_of(kept: Any, seen_by: str) -> list[tuple[str, str]]:
    """The record in words: basis, reach, time, proof, and what the person wants."""
    catalogue = parts().catalogue.services
    services = [say(catalogue[one].name) for one in kept.services or () if one in catalogue]
    standing = STANDINGS[authority_from(kept).on(clock.today())]
    until = date_text(kept.to_on, language()) if kept.to_on else _("没有写期限")
    relation = label(RELATIONS, kept.relation, language()) if kept.relation in RELATIONS else _("没有写")
    facts = [
        (_("现在"), str(standing)),
        (_("代办人是本人的"), relation),
        (_("依据"), label(BASES, kept.basis, language())),
        (_("可以做什么"), _("；").join(label(POWERS, one, language()) for one in kept.powers)),
        (_("哪些事项"), _("全部事项") if kept.services is None else _("、").join(services)),
        (_("从"), date_text(kept.from_on, language())),
        (_("到"), until),
        (_("证明"), _proof_words(kept, seen_by)),
        (_("本人同意"), _agreed_words(kept)),
        (_("本人知道吗"), {True: _("知道"), False: _("还不知道")}.get(kept.is_informed, _("没有写"))),
    ]
    if kept.not_informed_why:
        facts.append((_("本人不知道或者不愿意的原因"), kept.not_informed_why))
    if kept.wish:
        facts.append((_("本人自己想要什么"), kept.wish))
    return facts


def _proof_words(kept: Any, seen_by: str) -> str:
    if kept.proof_seen_at is None:
        return _("还没有看到")
    day = date_text(clock.shanghai(kept.proof_seen_at).date(), language())
    if kept.proof_level == "B":
        said: str = _("%(day)s看过原件，%(who)s。以后的申请不用再看。", day=day, who=seen_by)
        return said
    copy: str = _("%(day)s看过复印件，%(who)s。原件还要看。", day=day, who=seen_by)
    return copy


def _agreed_words(kept: Any) -> str:
    if kept.agreed_at is None:
        return _("没有登记")
    day = date_text(clock.shanghai(kept.agreed_at).date(), language())
    way = AGREED_WAYS.get(kept.agreed_way or "", "")
    said: str = _("%(day)s同意（%(way)s）", day=day, way=way)
    return said


def show_proof(base: str, reference: str) -> Page:
    """Write down what proves that somebody may act: once, for every application of the record."""
    form = ProofForm(sent())
    form.basis.offer([(one, label(BASES, one, language())) for one in PROVABLE])
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                record_authority(
                    db,
                    actor(),
                    reference,
                    parts().region,
                    basis=form.basis.data,
                    level=form.level.data,
                    to_on=date.fromisoformat(form.to_on.data) if form.to_on.data else None,
                    words=form.words.data,
                )
            return redirect(f"{address}#authority", 303)
        except Conflict as refused:
            if refused.key not in ("authority_is_over", "authority_is_stopped"):
                raise
            form.add_error("basis", _("这个代办关系已经暂停或者结束，不能再登记证明。"))
    return _shown("office/representation.html", form, reference, address)


def show_dispute(base: str, reference: str) -> Page:
    """Stop it, let it go on, or end it, after hearing both."""
    form = DisputeForm(sent())
    address = f"{base}/applications/{quote(reference)}"
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                settle_dispute(
                    db, actor(), reference, parts().region, what=form.what.data, words=form.words.data
                )
            return redirect(f"{address}#authority", 303)
        except Conflict as refused:
            if refused.key != "authority_is_not_stopped":
                raise
            form.add_error("what", _("现在没有暂停，不用接着。"))
    return _shown("office/dispute.html", form, reference, address)


def _shown(template: str, form: PlainForm, reference: str, address: str) -> Page:
    with at_application(reference) as db:
        found: AuthorityAtWork | None = find_authority(db, actor(), reference)
        if found is None:
            raise NotFound("representation")
        facts = facts_of(found.kept, found.seen_by)
    number = grouped(reference)
    return render(template, form.status, form=form, address=address, number=number, facts=facts)
