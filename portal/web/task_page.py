"""What a unit has to do besides its steps: the list, and each task with the words that finish it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.field_types import mask_name
from portal.i18n import date_text
from portal.rules.errors import Conflict
from portal.rules.references import grouped
from portal.usecases.access_needs import answers_with, needs_of
from portal.usecases.applications import definition_of
from portal.usecases.calendar import get_calendar
from portal.usecases.claims import find_seen
from portal.usecases.definitions import get_definition
from portal.usecases.evidence_tasks import EVIDENCE_TASKS
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.rating_work import RATING_TASKS
from portal.usecases.special_needs import special_needs
from portal.usecases.staff_names import names_of
from portal.usecases.tasks import AT_ONCE, TaskRow, finish_task, get_task, list_tasks
from portal.web.access import Mark, actor
from portal.web.parts import reading, transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.queue_words import needs_words
from portal.web.rendering import render, say
from portal.web.task_words import closed_words, due_of_task, task_words, why_at_once

Page = tuple[str, int] | Response
LONGEST_RESULT: Final = 1000


class ResultForm(PlainForm):
    words = Question(
        _l("办得怎么样？"),
        "longtext",
        is_required=False,
        hint=_l("例如：打过电话，约好星期三上门。"),
        max_length=LONGEST_RESULT,
    )


@dataclass(frozen=True)
class ShownTask:
    """One row of the list."""

    href: str
    what: str
    reference: str
    service: str
    applicant: str
    due: tuple[str, str] | None


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.get("/tasks")
    @mark
    def tasks() -> Page:
        return show_tasks(base)

    @page.route("/tasks/<int:task_id>", methods=["GET", "POST"])
    @mark
    def task(task_id: int) -> Page:
        return show_task(base, task_id)


def show_tasks(base: str) -> Page:
    with reading() as db:
        found = list_tasks(db, actor(), request.args.get("after"))
        calendar = get_calendar(db)
        rows = [
            ShownTask(
                href=task_href(base, one),
                what=task_words(one, definition),
                reference="" if one.is_nameless else grouped(one.application.reference),
                service=say(definition.service.name),
                applicant=_("没有同意写名字")
                if one.is_nameless
                else mask_name(one.application.subject_name or ""),
                due=due_of_task(one, calendar),
            )
            for one in found.tasks
            for definition in [get_definition(db, one.application.definition_hash)]
        ]
    return render(
        "office/tasks.html",
        base=base,
        said=_("这件事办好了。") if "done" in request.args else None,
        rows=list(_told_apart(rows)),
        is_first=not request.args.get("after"),
        next_href=f"{base}/tasks?after={found.after}" if found.after else None,
    )


def _told_apart(rows: Sequence[ShownTask]) -> Iterator[ShownTask]:
    """Two objections to one notice are two tasks in the same words: what is said more than once is numbered,
    so that no two links of a page have one name (WCAG 2.4.9)."""
    said = Counter((row.what, row.reference) for row in rows)
    met: Counter[tuple[str, str]] = Counter()
    for row in rows:
        same = (row.what, row.reference)
        met[same] += 1
        if said[same] == 1:
            yield row
        else:
            yield replace(row, what=_("%(what)s，第%(number)s件", what=row.what, number=met[same]))


def show_task(base: str, task_id: int) -> Page:
    """One task; a post says that it is done. What is finished on a page of its own leads there."""
    with reading() as db:
        elsewhere = task_href(base, get_task(db, actor(), task_id))
    if elsewhere != request.path:
        return redirect(elsewhere, 303)
    form = ResultForm(sent())
    if request.method == "POST" and form.validate():
        try:
            with transaction() as db:
                finish_task(db, actor(), task_id, form.words.data or "")
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=_kept(form))
        return redirect(f"{base}/tasks?done=1", 303)
    with reading() as db:
        task = get_task(db, actor(), task_id)
        application = task.application
        definition = definition_of(db, application)
        is_seen = find_seen(db, actor(), application.reference) is not None
        answers = newest_answers_of(db, application)
        answers = answers_with(definition, answers, needs_of(db, application.person))
        done_by = names_of(db, [task.done_by_id]).get(task.done_by_id or 0, "")
    address = f"{base}/applications/{application.reference}"
    return render(
        "office/task.html",
        form.status,
        base=base,
        form=form,
        task=task,
        what=task_words(task, definition),
        facts=_facts(task, say(definition.service.name)),
        why=why_at_once(task) if task.state == "open" else None,
        needs=needs_words(special_needs(definition, answers)),
        address=address if is_seen else None,
        evidence_href=_evidence_href(task, address) if is_seen else None,
        closed=closed_words(task),
        done_by=done_by,
    )


def task_href(base: str, task: TaskRow) -> str:
    """Where a task is read and finished: a rating on its own page, which says no more than was agreed to."""
    if task.kind in RATING_TASKS:
        return f"{base}/ratings/{task.about}"
    return f"{base}/tasks/{task.id}"


def _facts(task: TaskRow, service: str) -> list[tuple[str, str]]:
    facts = [
        (_("收件号"), grouped(task.application.reference)),
        (_("服务"), service),
        (_("申请人"), mask_name(task.application.subject_name or "")),
    ]
    if task.due_on is not None:
        facts.append((_("最晚"), date_text(task.due_on, language())))
    elif task.urgency == AT_ONCE:
        facts.append((_("最晚"), _("先办这一件")))
    return facts


def _evidence_href(task: TaskRow, address: str) -> str | None:
    """Where what was seen is written down; that finishes the task by itself."""
    is_evidence = task.kind in EVIDENCE_TASKS and ":" not in task.about and task.about
    return f"{address}/evidence/{task.about}" if is_evidence and task.state == "open" else None


def _kept(form: ResultForm) -> list[tuple[str, str]]:
    return [(str(form.words.label_text), form.words.raw)] if form.words.raw else []
