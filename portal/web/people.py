"""For whom I act: the list, one person, the mandate for signing, and laying it down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Flask, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import labels
from portal.catalogue.texts import Language
from portal.i18n import date_text
from portal.rules.acting import GUARDIANS
from portal.usecases import applications
from portal.usecases.definitions import get_definition
from portal.usecases.mandates import get_mandate, make_mandate, may_make_mandate
from portal.usecases.representations import lay_down
from portal.usecases.represented import Represented, get_represented, list_people
from portal.web.access import actor, applicant
from portal.web.acting_for import PEOPLE, banner_for, relation_words
from portal.web.jinja_words import lines_of_text
from portal.web.jinja_words import said as _
from portal.web.parts import parts, reading, transaction
from portal.web.preferences import language
from portal.web.rendering import page_title, render, say

Answered = str | Response | tuple[str, int]
TONES = {"active": "good", "claimed": "plain", "asked": "plain", "not_yet": "plain"}
"""Of a standing; of every other: nothing may be done by it."""


@dataclass(frozen=True)
class PersonLine:
    """One person in the list."""

    href: str
    name: str
    relation: str
    standing: str
    tone: str
    until: str


@dataclass(frozen=True)
class ApplicationLine:
    """One application for the person."""

    href: str
    name: str
    number: str
    state: str


@applicant
def people_page() -> Answered:
    with reading() as db:
        people = list_people(db, actor())
    return render(
        "people/list.html",
        now=[_line(one) for one in people if one.is_live],
        others=[_line(one) for one in people if not one.is_live],
        title=page_title(_("我替谁办事")),
    )


@applicant
def person_page(representation_id: int) -> Answered:
    with reading() as db:
        one = get_represented(db, actor(), representation_id)
        own = _applications(db, representation_id)
    return render(
        "people/person.html",
        one=one,
        name=name_of(one),
        acting_for=banner_for(one),
        rows=facts_of(one),
        sentence=standing_sentence(one),
        applications=own,
        has_mandate=may_make_mandate(one),
        may_read_record=one.basis in GUARDIANS and one.standing == "active",
        href=_href(one.id),
        is_done="done" in request.args,
        title=page_title(_("我替这个人办事")),
    )


def _line(one: Represented) -> PersonLine:
    return PersonLine(
        _href(one.id),
        name_of(one),
        relation_words(one.relation),
        _label(labels.STANDINGS, one.standing),
        TONES.get(one.standing, "caution"),
        _("到%(day)s为止", day=_day(until)) if (until := _last_day(one)) else "",
    )


def _last_day(one: Represented) -> date | None:
    """Until when it holds; where it was ended before its time, that day."""
    return one.ended_on if one.standing == "ended" and one.ended_on else one.to_on


def name_of(one: Represented) -> str:
    """As this account knows the person; who has not agreed yet is not named."""
    return one.name or _("还没有答复的人")


def facts_of(one: Represented) -> list[tuple[str, str]]:
    """Relation, basis, services, powers, from and to, in words."""
    services = (
        _("全部事项") if one.services is None else _("、").join(_service_name(code) for code in one.services)
    )
    until = _last_day(one)
    rows = [
        (_("您是"), relation_words(one.relation)),
        (_("凭什么替人办"), _label(labels.BASES, one.basis)),
        (_("能办哪些事"), services),
        (_("能做什么"), lines_of_text(_("；").join(_label(labels.POWERS, power) for power in one.powers))),
        (_("从哪天开始"), _day(one.from_on)),
        (_("到哪天为止"), _day(until) if until else _("没有定日子，可以随时收回")),
    ]
    return [(label, value) for label, value in rows if value]


def standing_sentence(one: Represented) -> str:
    """How it stands today, and since when where it does not hold."""
    if one.standing == "ended":
        why = {
            "revoked": _("本人收回了授权。"),
            "laid_down": _("您自己不再办了。"),
            "over": _("授权到期了。"),
            "of_age": _("这个人满18周岁了，以后由本人办。"),
        }.get(one.ended_for or "", _("授权结束了。"))
        return why + (_("从%(day)s起，您不能再办。", day=_day(one.ended_on)) if one.ended_on else "")
    sentences = {
        "asked": _("还在等本人答复。答复以前，您不能替这个人办。"),
        "claimed": _("这是您自己说的，还没有看过证明。现在可以填表和提交。"),
        "active": _("授权已经登记，可以替这个人办事。"),
        "suspended": _("授权先停下来了。要问原因，请到窗口，或者看怎样找人帮忙。"),
        "not_yet": _("授权从%(day)s起才能用。", day=_day(one.from_on)),
        "over": _("授权到%(day)s为止，已经到期了。", day=_day(one.to_on or one.from_on)),
    }
    return sentences[one.standing]


def _applications(db: Session, representation_id: int) -> list[ApplicationLine]:
    return [
        ApplicationLine(
            f"/account/applications/{row.reference}",
            say(get_definition(db, row.definition_hash).service.name),
            row.reference,
            _label(labels.STATES, row.state),
        )
        for row in applications.list_own(db, actor())
        if row.representation_id == representation_id
    ]


@applicant
def write_mandate(representation_id: int) -> Response:
    """The text for signing is made by a press; the same record gives the same text."""
    with transaction() as db:
        make_mandate(db, actor(), representation_id, _chinese_names())
    return redirect(f"{_href(representation_id)}/mandate", 303)


@applicant
def mandate_page(representation_id: int) -> Answered:
    with reading() as db:
        written = get_mandate(db, actor(), representation_id, _chinese_names())
    heading, *lines = written.text.split("\n")
    return render(
        "people/mandate.html",
        written=written,
        heading=heading,
        lines=lines,
        hash_groups=[written.text_hash[start : start + 8] for start in range(0, 64, 8)],
        href=_href(representation_id),
        title=page_title(_("授权委托书")),
    )


@applicant
def lay_down_page(representation_id: int) -> Answered:
    with reading() as db:
        one = get_represented(db, actor(), representation_id)
    if one.standing == "ended":
        return redirect(_href(representation_id), 303)
    return render(
        "people/lay_down.html",
        name=name_of(one),
        acting_for=banner_for(one),
        href=_href(representation_id),
        title=page_title(_("不再替这个人办事？")),
    )


@applicant
def lay_down_now(representation_id: int) -> Response:
    with transaction() as db:
        lay_down(db, actor(), parts().region, representation_id)
    return redirect(f"{_href(representation_id)}?done=1", 303)


def _href(representation_id: int) -> str:
    return f"{PEOPLE}/{representation_id}"


def _label(table: labels.Labels, value: str) -> str:
    return labels.label(table, value, language())


def _day(day: date | None) -> str:
    return date_text(day, language()) if day is not None else ""


def _service_name(code: str, spoken: Language | None = None) -> str:
    """A service by its name; one that is given here no more keeps its code."""
    catalogue = parts().catalogue
    service = catalogue.services.get(code)
    return service.name.say(spoken or language()) if service is not None else code.upper()


def _chinese_names() -> dict[str, str]:
    """Every service in standard Chinese: the mandate is a document."""
    return {code: _service_name(code, "zh") for code in parts().catalogue.services}


def register(app: Flask) -> None:
    one = f"{PEOPLE}/<int:representation_id>"
    app.add_url_rule(PEOPLE, "people.list", people_page)
    app.add_url_rule(one, "people.person", person_page)
    app.add_url_rule(f"{one}/mandate", "people.mandate", mandate_page)
    app.add_url_rule(f"{one}/mandate", "people.write_mandate", write_mandate, methods=["POST"])
    app.add_url_rule(f"{one}/end", "people.end", lay_down_page)
    app.add_url_rule(f"{one}/end", "people.lay_down", lay_down_now, methods=["POST"])
