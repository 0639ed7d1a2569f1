"""The handbook of the staff: how each service is worked, made from the definition that residents read too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal import labels
from portal.catalogue.elements import elements_of
from portal.catalogue.model import Citation, Definition, Evidence, Outcome, Step
from portal.web.access import Mark, any_staff, desk
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.rendering import render, say
from portal.web.services import (
    UNIT_WORDS,
    clock_words,
    get_definition,
    rests_on_unverified,
    services_by_category,
)

WAYS: Final = {
    "upload": _l("上传"),
    "desk": _l("窗口看原件"),
    "home_visit": _l("上门看原件"),
    "staff_check": _l("工作人员查"),
    "post": _l("邮寄"),
    "promise": _l("书面承诺"),
    "later": _l("以后补"),
}
"""How a thing may be shown, said to staff."""
OWN_PARTS: Final = ("materials", "steps", "special")
"""Elements of which the handbook has more to say."""

_BLANK: Final = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class StepPage:
    """One step as staff work it."""

    id: str
    name: str
    facts: list[tuple[str, str]]
    outcomes: list[list[str]]


def _service_page(base: str, code: str) -> tuple[str, int]:
    definition = get_definition(code)
    elements = [
        one for one in elements_of(definition, parts().region, language()) if one.code not in OWN_PARTS
    ]
    return render(
        "office/handbook_service.html",
        service=definition.service,
        base=base,
        elements=elements,
        has_unverified=rests_on_unverified(line.basis for one in elements for line in one.lines),
        steps=[_step(definition, step) for step in definition.service.steps],
        evidence=[_evidence(one) for one in definition.service.evidence],
        reasons=[
            [one.code, say(one.label), _with_blanks(say(one.text)), _with_blanks(say(one.remedy))]
            for one in sorted(definition.reasons, key=lambda one: one.code)
        ],
        notices=[[one.key, say(one.title), _with_blanks(say(one.result))] for one in definition.notices],
    )


def _with_blanks(words: str) -> str:
    """Words that are filled in for each applicant, read aloud as a gap and not by the name of the gap."""
    return _BLANK.sub("……", words)


def _step(definition: Definition, step: Step) -> StepPage:
    names = {one.id: say(one.name) for one in definition.service.steps}
    post = _("%(unit)s，%(role)s", unit=UNIT_WORDS[step.unit], role=_role(step.role))
    facts = [(_("岗位"), post), (_("时限"), _clock(step, definition.service.citations))]
    if step.stand_in:
        facts.append((_("可以代办"), _role(step.stand_in.role)))
    if step.when:
        facts.append((_("什么时候有这一步"), _("看前面的回答")))
    if step.not_same_person_as:
        others = _("、").join(names[one] for one in step.not_same_person_as)
        facts.append((_("不能是同一个人"), _("不能和办“%(steps)s”的是同一个人", steps=others)))
    if step.fields:
        facts.append((_("要填的表"), _("、").join(say(one.short or one.label) for one in step.fields)))
    if step.sees:
        titles = {one.id: say(one.title) for one in definition.service.sections}
        facts.append((_("只看得到"), _("、").join(titles[one] for one in step.sees)))
    return StepPage(step.id, say(step.name), facts, [_outcome(definition, one) for one in step.outcomes])


def _role(role: str) -> str:
    return labels.label(labels.ROLES, role, language())


def _clock(step: Step, citations: Mapping[str, Citation]) -> str:
    """The days of a step, what they run with, and where they stand."""
    clock = step.clock
    told = [
        _("和前一步一起算") if clock.shares_with else clock_words(clock),
        _("算在总时间里") if clock.counts else _("不算在总时间里"),
    ]
    if clock.extension:
        told.append(str(ngettext("可以延长%(num)s天", "可以延长%(num)s天", clock.extension.days)))
    if clock.cite and clock.cite in citations:
        cited = citations[clock.cite]
        told.append(_("依据%(law)s", law=f"{cited.title}{cited.article}"))
    return _("，").join(told)


def _outcome(definition: Definition, outcome: Outcome) -> list[str]:
    notice = definition.notice(outcome.notice) if outcome.notice else None
    return [
        say(outcome.label),
        f"{notice.key} {say(notice.title)}" if notice else _("不发信"),
        _("、").join(outcome.reasons) or _("不用理由"),
        _("要另一个人同意") if outcome.second_person else _("一个人决定"),
    ]


def _evidence(one: Evidence) -> list[str]:
    ways = [*(["upload"] if one.accepts else []), *(way.way for way in one.alternatives)]
    return [
        say(one.title),
        one.level,
        _("有的人才要") if one.when else _("都要"),
        _("、").join(str(WAYS[way]) for way in dict.fromkeys(ways)),
    ]


def _front(name: str, mark: Mark) -> Blueprint:
    base = f"/{name}/handbook"
    page = Blueprint(f"{name}_handbook", __name__, url_prefix=base)

    @page.get("")
    @mark
    def handbook() -> tuple[str, int]:
        return render("office/handbook.html", base=base, grouped=services_by_category())

    @page.get("/<code>")
    @mark
    def handbook_service(code: str) -> tuple[str, int]:
        return _service_page(base, code)

    return page


def register(app: Flask) -> None:
    """Add the handbook at the counter, and in the office for staff at any post."""
    app.register_blueprint(_front("desk", desk))
    app.register_blueprint(_front("office", any_staff))
