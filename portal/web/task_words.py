"""What a task asks for, in words."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import clock
from portal.catalogue.model import Definition
from portal.rules.calendar import Calendar
from portal.rules.deadlines import remaining
from portal.usecases.acting_messages import BY_LIAISON, BY_POST
from portal.usecases.deaths import FAMILY_TASK
from portal.usecases.register_checks import DEATH_TASK
from portal.usecases.tasks import AT_ONCE, TaskRow
from portal.web.queue_words import due_words
from portal.web.rendering import say

WITH_EVIDENCE: Final = {
    "see_original": _l("看原件：%(what)s"),
    "home_visit": _l("上门看：%(what)s"),
    "staff_check": _l("在登记系统里查：%(what)s"),
    "describe": _l("描述这份材料：%(what)s"),
    "photo": _l("拍照或者收照片：%(what)s"),
    "infected": _l("申请人交的文件有病毒，请用别的办法看：%(what)s"),
}
PLAIN: Final = {
    "see_original": _l("看原件"),
    "home_visit": _l("上门"),
    "staff_check": _l("在登记系统里查"),
    "describe": _l("描述一份材料"),
    "photo": _l("拍照或者收照片"),
    "post_letter": _l("寄出通知"),
    "delivery_failed": _l("通知没有送到，请用别的办法联系"),
    "objection": _l("核实并答复公示的意见"),
    "deemed": _l("超过时间没有答复，已经算作受理，请看一看"),
    "message": _l("答复申请人的留言"),
    "infected": _l("申请人交的一份文件有病毒，请用别的办法看"),
    "rating_contact": _l("有人评价不满意，请联系"),
    "rating_mend": _l("有人评价不满意，请改正"),
    "benefit": _l("请看一看这个人的待遇"),
    "card_moved": _l("户口迁走很久，残疾人证还没有迁，请决定怎么办"),
}
WHY_DROPPED: Final = {
    "approved": _l("申请已经批准"),
    "refused": _l("申请没有批准"),
    "not_accepted": _l("申请没有受理"),
    "withdrawn": _l("申请人撤回了申请"),
    "lapsed": _l("申请因为超过时间结束了"),
    "ended": _l("申请已经结束"),
    "died": _l("申请人已经去世"),
    "other_way": _l("申请人改用别的办法"),
    "done_elsewhere": _l("别的同事已经办好"),
    "notice_over": _l("公示已经结束"),
}


def task_words(task: TaskRow, definition: Definition) -> str:
    """One line that says what to do, and with which evidence."""
    if task.about == DEATH_TASK:
        return _("登记系统说申请人已经去世，请先核实")
    if task.about == FAMILY_TASK:
        return _("家人说申请人已经去世，请先核实")
    if task.about.startswith(BY_POST):
        return _("寄信告诉本人：代办的授权有变化")
    if task.about.startswith(BY_LIAISON):
        return _("请专职委员告诉本人：代办的授权有变化")
    title = next((say(one.title) for one in definition.service.evidence if one.id == task.about), None)
    if title is not None and task.kind in WITH_EVIDENCE:
        return str(WITH_EVIDENCE[task.kind]) % {"what": title}
    return str(PLAIN[task.kind])


def due_of_task(task: TaskRow, calendar: Calendar) -> tuple[str, str] | None:
    """(tone, words) of until when; None where it has no date and can wait."""
    if task.urgency == AT_ONCE:
        return ("bad", _("先办这一件"))
    return due_words(remaining(task.due_on, clock.today(), calendar)) if task.due_on else None


def why_at_once(task: TaskRow) -> str | None:
    """What hurts somebody while it waits, and how it ends; None where nothing does."""
    if task.about == DEATH_TASK:
        return _(
            "核实以前，提醒和通知还会发出去，家人看了会难过。请马上核实：是真的，在申请的页面登记去世；"
            "不是真的，在这里写明怎么核实的。"
        )
    if task.about == FAMILY_TASK:
        return _(
            "提醒和通知已经停了，正在办的申请还没有结束。请马上核实：是真的，在申请的页面登记去世；"
            "弄错了，到任何窗口都能当天改回来，停了的都接着办。"
        )
    return None


def task_words_of(kind: str) -> str:
    """What kind of thing it is, where the evidence is named already."""
    return str(PLAIN[kind])


def closed_words(task: TaskRow) -> str:
    """How a task was closed; one that was taken back says why."""
    if task.state == "done":
        return _("已经办好")
    why = WHY_DROPPED.get(task.why_dropped or "")
    return _("不用办了：%(why)s", why=why) if why else _("不用办了")
