"""今天: what a counter begins with. The next visitor first, then what others wait for today, with reasons."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.usecases.appointments import list_appointments
from portal.usecases.confirming import list_waiting_words
from portal.usecases.queue_lists import Which
from portal.usecases.review_queue import list_queue
from portal.usecases.saved_views import list_views
from portal.usecases.tasks import list_tasks
from portal.usecases.visits import has_open_visit
from portal.usecases.waiting_visitors import list_waiting_visitors
from portal.web.access import actor, desk
from portal.web.parts import reading
from portal.web.queue_page import ADDRESSES, TITLES, view_address
from portal.web.rendering import render
from portal.web.visit_waiting import ADDRESS as WAITING
from portal.web.visit_waiting import shown_lines

TODAY = "/desk/today"
MOST_SHOWN = 5
"""Of the visitors for whom something waits; the rest is a press away."""
MOST_COUNTED = 50
QUEUES: tuple[Which, ...] = ("returned", "mine")


@dataclass(frozen=True)
class Work:
    """One list that has something in it."""

    href: str
    text: str


@desk
def today() -> tuple[str, int]:
    who = actor()
    with reading() as db:
        waiting = list_waiting_visitors(db, who, limit=MOST_SHOWN)
        return render(
            "desk/today.html",
            has_open=has_open_visit(db, g.signed_in.session_id),
            lines=shown_lines(db, waiting.rows),
            waiting_href=WAITING if waiting.after else None,
            work=_work(db),
            views=[
                (view.name, view_address("/desk", view))
                for view in list_views(db, who, "desk")
                if view.which in ADDRESSES
            ],
        )


def _work(db: Session) -> list[Work]:
    """What waits for this clerk, the soonest first: a colleague's visitor, the doors of today, the lists."""
    who = actor()
    appointments, _after = list_appointments(db, who)
    days = [clock.shanghai(one.starts_at).date() if one.starts_at else None for one in appointments]
    counted = [
        ("/desk/confirmations", _("请我见证的确认"), len(list_waiting_words(db, who)), False),
        ("/desk/appointments", _("今天上门"), days.count(clock.today()), False),
        ("/desk/appointments", _("还没有约时间的上门"), days.count(None), False),
        *_own_work(db),
    ]
    return [Work(href, _counted(name, count, is_more)) for href, name, count, is_more in counted if count]


def _own_work(db: Session) -> list[tuple[str, str, int, bool]]:
    """The clerk's own lists of applications, and the tasks of the counter; a liaison has neither."""
    who = actor()
    if who.role is Role.LIAISON:
        return []
    tasks = list_tasks(db, who, limit=MOST_COUNTED)
    queues = [(which, list_queue(db, who, which, limit=1)) for which in QUEUES]
    return [
        *(
            ("/desk" + ADDRESSES[which], str(TITLES[which]), page.count, page.is_more)
            for which, page in queues
        ),
        ("/desk/tasks", _("要做的事"), len(tasks.tasks), tasks.after is not None),
    ]


def _counted(name: str, count: int, is_more: bool) -> str:
    said: str = (
        _("%(what)s：超过%(count)s件", what=name, count=count)
        if is_more
        else _("%(what)s：%(count)s件", what=name, count=count)
    )
    return said


def register(app: Flask) -> None:
    app.add_url_rule(TODAY, "desk.today", today)
