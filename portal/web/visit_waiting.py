"""我的来访者里等本人补材料的: what the counter typed for people and now waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Flask, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.catalogue.texts import Text
from portal.rules.references import grouped
from portal.usecases.units import list_names_of_units
from portal.usecases.waiting_visitors import WaitingVisitor, list_waiting_visitors
from portal.web.access import actor, desk
from portal.web.parts import reading
from portal.web.rendering import render, say
from portal.web.visit_words import needs_lines

ADDRESS = "/desk/visits/waiting"


@dataclass(frozen=True)
class WaitingLine:
    """One row of the list."""

    name: str
    service: str
    reference: str
    since: date
    until: date | None  # None while an objection holds the days
    reasons: list[str]
    what_to_do: str
    reach: list[tuple[str, str]]


@desk
def waiting() -> tuple[str, int]:
    """By clerk, or for the whole counter; the most urgent first."""
    of_unit = request.args.get("of") == "unit"
    after = request.args.get("after", "")
    with reading() as db:
        page = list_waiting_visitors(db, actor(), of_unit=of_unit, after=after)
        lines = shown_lines(db, page.rows)
    query = "?of=unit&" if of_unit else "?"
    return render(
        "desk/visits_waiting.html",
        lines=lines,
        of_unit=of_unit,
        has_unit=actor().role is not Role.LIAISON,
        is_first=not after,
        first_href=f"{ADDRESS}?of=unit" if of_unit else ADDRESS,
        next_href=f"{ADDRESS}{query}after={page.after}" if page.after else None,
    )


def shown_lines(db: Session, rows: Sequence[WaitingVisitor]) -> list[WaitingLine]:
    """What waits, in words, with the unit that has it now."""
    units = list_names_of_units(db, {one.entry.unit_code for one in rows}) if rows else {}
    return [_line(one, say(Text.model_validate(units[one.entry.unit_code]))) for one in rows]


def _line(one: WaitingVisitor, unit: str) -> WaitingLine:
    return WaitingLine(
        name=one.application.subject_name or "",
        service=say(one.definition.service.name),
        reference=grouped(one.application.reference),
        since=clock.shanghai(one.since_at).date(),
        until=one.until_on,
        reasons=_reasons(one),
        what_to_do=_what_to_do(one, unit),
        reach=needs_lines(one.needs, reach=True),
    )


def _reasons(one: WaitingVisitor) -> list[str]:
    """What is to be mended, in the words that the applicant was told; else what is theirs to do."""
    if one.correction is None:
        step = one.definition.step(one.entry.step)
        name = say(step.name) if step is not None else ""
        if one.waits_for == "household":
            return [_("等家里人答复：%(step)s", step=name)]
        return [_("等本人做：%(step)s", step=name)]
    words = {reason.code: reason for reason in one.definition.reasons}
    lines = []
    for point in one.correction.points:
        reason = words.get(point.reason)
        said = say(reason.label) if reason is not None else ""
        lines.append(_("%(reason)s：%(words)s", reason=said, words=point.words) if said else point.words)
    return lines


def _what_to_do(one: WaitingVisitor, unit: str) -> str:
    """What somebody at a counter can do about it; ``unit`` has the application now."""
    if one.waits_for == "household":
        return _(
            "请家里人在网上看一看、答复。不能上网的，请%(unit)s的两位工作人员当面记下家里人的话。", unit=unit
        )
    return _("请本人来窗口，先接待，再打开这一件一起补。也可以在家里上网补，或者请人上门。")


def register(app: Flask) -> None:
    app.add_url_rule(ADDRESS, "visits.waiting", waiting)
