"""Away from the post: who is, until when and who does the work; and all work in hand to one colleague."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import labels
from portal.catalogue.model import Role
from portal.labels import label
from portal.rules.errors import Conflict
from portal.rules.references import grouped
from portal.usecases.absences import Asked, end_absence, enter_absence, list_absences
from portal.usecases.assigning import Colleague, list_colleagues
from portal.usecases.hand_over import HandedOver, hand_over
from portal.web.access import Mark, actor
from portal.web.bulk_words import why_not_done
from portal.web.office_bulk import NotDone
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.queue_page import way_back
from portal.web.rendering import render

Page = tuple[str, int] | Response
NOBODY: Final = "nobody"

REFUSALS: Final = {
    "days_in_wrong_order": ("to_on", _l("最后一天要在第一天以后，也不能是过去的日子。")),
    "deputy_not_at_post": ("deputy", _l("代办的人要在同一个岗位，也不能是本人。请换一个人。")),
    "deputy_is_away": ("deputy", _l("这个人那几天也不在岗。请换一个人。")),
    "away_already": ("from_on", _l("这些日子里，已经记过不在岗。")),
}
"""Which question a refusal belongs to, and what to do."""

DONE: Final = {"entered": _l("不在岗的日子记下来了。"), "ended": _l("这一次不在岗已经结束。")}
"""What was just done, by the address of the list."""


class AbsenceForm(PlainForm):
    who = Question(_l("谁不在岗？"), "choice", names="account")
    from_on = Question(_l("第一天"), "date", hint=_l("例如2026年10月8日。"))
    to_on = Question(_l("最后一天"), "date", hint=_l("过了这一天，代办自己结束。"))
    deputy = Question(_l("谁代办？"), "choice", hint=_l("要在同一个岗位。"), names="account")


class HandOverForm(PlainForm):
    who = Question(_l("交出谁手里的？"), "choice", names="account")
    to = Question(_l("交给谁？"), "choice", hint=_l("要在同一个岗位。"), names="account")


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """Add the pages of absences at the front at ``base``."""

    @page.route("/absences", methods=["GET", "POST"])
    @mark
    def absences() -> Page:
        return _absences(base)

    @page.post("/absences/<int:absence_id>/end")
    @mark
    def end(absence_id: int) -> Response:
        with transaction() as db:
            end_absence(db, actor(), absence_id)
        return redirect(f"{base}/absences?done=ended", 303)

    @page.route("/hand-over", methods=["GET", "POST"])
    @mark
    def hand_over_all() -> Page:
        return _hand_over(base)


def _absences(base: str) -> Page:
    who = actor()
    with reading() as db:
        colleagues, known = list_colleagues(db, who), list_absences(db, who)
    form = AbsenceForm(sent())
    form.who.offer(_posts(_givers(colleagues)))
    form.deputy.offer([(NOBODY, _("没有人代办，由负责人安排")), *_people(colleagues)])
    if request.method == "POST" and form.validate():
        try:
            with transaction() as db:
                enter_absence(db, who, _asked(form, colleagues))
            return redirect(f"{base}/absences?done=entered", 303)
        except Conflict as refusal:
            question, words = REFUSALS[refusal.key]
            form.add_error(question, words)
    return render(
        "office/absences.html",
        form.status,
        base=base,
        form=form,
        said=DONE.get(request.args.get("done", "")),
        lines=[
            (one, label(labels.ROLES, one.absence.role, language()), _may_end(one.absence.account_id))
            for one in known
        ],
    )


def _asked(form: AbsenceForm, colleagues: list[Colleague]) -> Asked:
    post = next(one for one in colleagues if str(one.role_id) == form.who.data)
    return Asked(
        account_id=post.account_id,
        role=post.role,
        from_on=date.fromisoformat(form.from_on.data),
        to_on=date.fromisoformat(form.to_on.data),
        deputy_id=None if form.deputy.data == NOBODY else int(form.deputy.data),
    )


def _hand_over(base: str) -> Page:
    with reading() as db:
        colleagues = list_colleagues(db, actor())
    form = HandOverForm(sent())
    form.who.offer(_posts(_givers(colleagues)))
    form.to.offer(_people(colleagues))
    if request.method == "POST" and form.validate():
        giver = next(one for one in colleagues if str(one.role_id) == form.who.data)
        is_at_post = any((str(one.account_id), one.role) == (form.to.data, giver.role) for one in colleagues)
        if is_at_post and str(giver.account_id) != form.to.data:
            with transaction() as db:
                found = hand_over(db, actor(), giver.account_id, giver.role, int(form.to.data))
            return _done(base, found)
        form.add_error("to", _("要交给同一个岗位的另一个人。"))
    return render("office/hand_over.html", form.status, base=base, form=form)


def _done(base: str, found: HandedOver) -> Page:
    stayed = [
        NotDone(grouped(reference), f"{base}/applications/{reference}", why_not_done(refusal))
        for reference, refusal in found.stayed
    ]
    return render(
        "office/bulk_done.html",
        200,
        base=base,
        count=len(found.moved),
        not_done=stayed,
        back=way_back(base),
    )


def _givers(colleagues: list[Colleague]) -> list[Colleague]:
    """Whose absence or work the actor may speak for: the head for everyone, anyone else for themselves."""
    who = actor()
    return [one for one in colleagues if who.role is Role.LEAD or one.account_id == who.account_id]


def _may_end(account_id: int) -> bool:
    return actor().role is Role.LEAD or account_id == actor().account_id


def _posts(colleagues: list[Colleague]) -> list[tuple[str, str]]:
    """Every post with who holds it."""
    return [(str(one.role_id), _named(one)) for one in colleagues]


def _people(colleagues: list[Colleague]) -> list[tuple[str, str]]:
    """Everyone once; whose posts are several stands with the first."""
    found: dict[str, str] = {}
    for one in colleagues:
        known = found.get(str(one.account_id))
        found[str(one.account_id)] = f"{known}、{_role(one)}" if known else _named(one)
    return list(found.items())


def _named(one: Colleague) -> str:
    return _("%(name)s，%(role)s", name=one.name, role=_role(one))


def _role(one: Colleague) -> str:
    return label(labels.ROLES, one.role, language())
