"""Several applications at once: given to a colleague, put back, written to, decided where that is open.

Each is done by itself, in its own transaction: one that cannot be done stops none of the others, and is
listed with the reason and the way to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import NotFound, PortalError
from portal.rules.references import grouped
from portal.usecases.assigning import assign, list_colleagues, take_back
from portal.usecases.bulk import bulk_outcomes, decide_one_of_many
from portal.usecases.review import Review, record_refused_reading
from portal.usecases.review_queue import QueueRow, rows_of
from portal.usecases.thread import LONGEST_MESSAGE, write_to_applicant
from portal.web.access import Mark, actor
from portal.web.bulk_form import BulkForm, bulk_form
from portal.web.bulk_words import why_not_done
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question
from portal.web.queue_page import way_back
from portal.web.queue_words import shown_row
from portal.web.rendering import render, say

MOST_ROWS: Final = 100
_ROW = re.compile(r"([0-9]{12}):([0-9]{1,9})")
Picked = dict[str, int]
"""The version that was shown, by reference."""
Act = Callable[[Session, str, int], object]


class ColleagueForm(PlainForm):
    to = Question(_l("交给谁？"), "choice", names="account")


class MessageForm(PlainForm):
    words = Question(
        _l("要对申请人说的话"),
        "longtext",
        hint=_l("每一位申请人都会收到同样的话，并且记在各自的申请里。不要写别人的情况。"),
        max_length=LONGEST_MESSAGE,
    )


@dataclass(frozen=True)
class NotDone:
    """One that could not be done: the reason, and the way to it."""

    reference: str
    href: str
    why: str


@dataclass
class Forms:
    """What can be done with the chosen ones; the one that was sent carries what was typed."""

    assign: ColleagueForm
    message: MessageForm
    decide: list[BulkForm]


def page_parts(_db: Session, review: Review) -> dict[str, Any]:
    """Whether this one can be handed on or taken back: by the head of its unit, or out of one's own hands."""
    is_open = review.entry.closed_at is None
    is_mine = review.entry.claimed_by_id == actor().account_id
    is_head = actor().role is Role.LEAD and review.entry.unit_code == actor().unit_code
    return {"may_hand_on": is_open and (is_mine or is_head)}


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """Add what can be done with several at the front at ``base``."""

    @page.post("/bulk")
    @mark
    def bulk() -> tuple[str, int]:
        return _posted(base)


def _posted(base: str) -> tuple[str, int]:
    picked = _picked()
    with reading() as db:
        rows = rows_of(db, actor(), list(picked))
        colleagues = list_colleagues(db, actor())
    stage = request.form.get("do", "choose")
    forms = _forms(rows, stage)
    forms.assign.to.offer(
        [(str(one.account_id), one.name) for one in colleagues if one.account_id != actor().account_id]
    )
    act = _act(stage, forms)
    if act is not None and picked:
        return _done(base, picked, act)
    _note_unseen(picked, rows)
    if not rows:
        return render("office/bulk.html", 422, base=base, rows=[], forms=None, back=_back(base))
    return _choose(base, rows, picked, forms)


def _act(stage: str, forms: Forms) -> Act | None:
    """What was asked for, once everything for it is filled in; None shows the page (again)."""
    if stage == "assign" and forms.assign.validate():
        return partial(_assign, to_id=int(forms.assign.to.data))
    if stage == "take_back":
        return _take_back
    if stage == "message" and forms.message.validate():
        return partial(_write, words=forms.message.words.data)
    chosen = next((one for one in forms.decide if one.key == stage), None)
    if chosen is not None and chosen.validate():
        return partial(_decide, form=chosen)
    return None


def _assign(db: Session, reference: str, version: int, to_id: int) -> None:
    assign(db, actor(), reference, to_id, version=version)


def _take_back(db: Session, reference: str, _version: int) -> None:
    take_back(db, actor(), reference)


def _write(db: Session, reference: str, _version: int, words: str) -> None:
    write_to_applicant(db, actor(), reference, words)


def _decide(db: Session, reference: str, version: int, form: BulkForm) -> None:
    decide_one_of_many(
        db,
        actor(),
        reference,
        parts().region,
        version=version,
        step_id=form.step.id,
        outcome_id=form.outcome.id,
        form=form.step_answers(),
    )


def _done(base: str, picked: Picked, act: Act) -> tuple[str, int]:
    """Do it with each by itself, and say what came of it."""
    not_done: list[NotDone] = []
    for reference, version in picked.items():
        try:
            with transaction() as db:
                act(db, reference, version)
        except PortalError as refusal:
            if isinstance(refusal, NotFound):
                with transaction() as db:
                    record_refused_reading(db, actor(), reference)
            href = f"{base}/applications/{reference}"
            not_done.append(NotDone(grouped(reference), href, why_not_done(refusal)))
    return render(
        "office/bulk_done.html",
        409 if not_done and len(not_done) == len(picked) else 200,
        base=base,
        count=len(picked) - len(not_done),
        not_done=not_done,
        back=_back(base),
    )


def _note_unseen(picked: Picked, rows: Sequence[QueueRow]) -> None:
    """What was picked and is not the post's shows nothing, and goes on record."""
    for reference in picked.keys() - {row.reference for row in rows}:
        with transaction() as db:
            record_refused_reading(db, actor(), reference)


def _choose(base: str, rows: Sequence[QueueRow], picked: Picked, forms: Forms) -> tuple[str, int]:
    every: list[PlainForm] = [forms.assign, forms.message, *forms.decide]
    wrong = next((one for one in every if one.has_errors), None)
    return render(
        "office/bulk.html",
        422 if wrong is not None else 200,
        base=base,
        rows=[shown_row(base, row) for row in rows],
        carried=[
            ("list", request.form.get("list", "")),
            *(("rows", f"{reference}:{version}") for reference, version in picked.items()),
        ],
        back=_back(base),
        forms=forms,
        wrong=wrong,
        is_lead=actor().role is Role.LEAD,
        decisions=[
            (
                one,
                _("%(step)s：%(outcome)s", step=say(one.step.name), outcome=say(one.outcome.label)),
                sum(row.step.id == one.step.id for row in rows),
            )
            for one in forms.decide
        ],
    )


def _forms(rows: Sequence[QueueRow], stage: str) -> Forms:
    typed: Any = request.form
    steps = {row.step.id: row.step for row in rows}
    return Forms(
        ColleagueForm(typed if stage == "assign" else None),
        MessageForm(typed if stage == "message" else None),
        [
            bulk_form(step, outcome, typed if stage == f"decide-{step.id}-{outcome.id}" else None)
            for step in steps.values()
            for outcome in bulk_outcomes(step)
        ],
    )


def _back(base: str) -> tuple[str, str]:
    """The way back to the list in which they were ticked."""
    return way_back(base, request.form.get("list", ""))


def _picked() -> Picked:
    """What was ticked, each once; anything that is no row is passed over."""
    found = (_ROW.fullmatch(one) for one in request.form.getlist("rows")[:MOST_ROWS])
    return {one[1]: int(one[2]) for one in found if one is not None}
