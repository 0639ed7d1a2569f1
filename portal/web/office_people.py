"""The people of a unit for its head: who has how much, and which services each of them takes."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import labels
from portal.catalogue.model import Role
from portal.labels import label
from portal.rules.errors import NotFound
from portal.usecases.assigning import change_skills, list_colleagues, list_loads
from portal.usecases.entitlement import limit_of
from portal.web.access import actor, staff
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render, say

head = staff(Role.LEAD)


class SkillsForm(PlainForm):
    skills = Question(
        _l("这个岗位的人办哪些？"),
        "multi",
        is_required=False,
        names="step",
        hint=_l("不选就是全部都办。领取下一件、领取和转交都按这里。"),
    )


def add_to(page: Blueprint, base: str) -> None:
    """Add the pages of the head of a unit at the front at ``base``."""

    @page.get("/people")
    @head
    def people() -> tuple[str, int]:
        return _people(base)

    @page.route("/people/<int:role_id>", methods=["GET", "POST"])
    @head
    def person(role_id: int) -> tuple[str, int] | Response:
        return _person(base, role_id)


def _people(base: str) -> tuple[str, int]:
    with reading() as db:
        loads = list_loads(db, actor())
        limit = limit_of(db, actor().unit_code)
    named = _skills()
    return render(
        "office/people.html",
        base=base,
        said=_("保存好了。") if "done" in request.args else None,
        limit=limit,
        lines=[
            (
                one,
                label(labels.ROLES, one.colleague.role, language()),
                _("、").join(named.get(skill, skill) for skill in one.colleague.skills) or _("全部"),
            )
            for one in loads
        ],
    )


def _person(base: str, role_id: int) -> tuple[str, int] | Response:
    with reading() as db:
        found = next((one for one in list_colleagues(db, actor()) if one.role_id == role_id), None)
    if found is None:
        raise NotFound("post")
    named = _skills(found.role)
    form = SkillsForm(sent(), skills=[one for one in found.skills if one in named])
    form.skills.offer(list(named.items()))
    if request.method == "POST" and form.validate():
        with transaction() as db:
            change_skills(db, actor(), role_id, form.skills.data, list(named))
        return redirect(f"{base}/people?done=1", 303)
    role = label(labels.ROLES, found.role, language())
    return render("office/person.html", form.status, base=base, form=form, found=found, role=role)


def _skills(role: Role | None = None) -> dict[str, str]:
    """Services, and their steps that this role takes, in words by code."""
    services = [parts().catalogue.services[code] for code in parts().region.services]
    found: dict[str, str] = {}
    for service in services:
        steps = [step for step in service.steps if role in (None, step.role)]
        if steps:
            found[service.code] = say(service.name)
        for step in steps:
            name = _("%(service)s：%(step)s", service=say(service.name), step=say(step.name))
            found[f"{service.code}/{step.id}"] = name
    return found
