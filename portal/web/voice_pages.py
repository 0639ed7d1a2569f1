"""The pages by which a person reaches what others do in their name: the same at every door.

A chain of posts: no address tells of anybody, nothing is kept by the browser. Which door it is (``Door``)
says where the forms go and what they carry; what may be done is asked of the rules, not of the form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import make_response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import clock, labels
from portal.catalogue.wording import Voice as Speech
from portal.catalogue.wording import answer_text
from portal.i18n import date_text
from portal.rules.errors import NotAllowed
from portal.rules.places import full_name
from portal.usecases.in_my_name import (
    InMyName,
    get_seen_by_person,
    list_asks_by_slip,
    list_seen,
    read_answers,
)
from portal.usecases.taking_over import end_authority, keep_in_account, take_over
from portal.usecases.voices import Voice, hide, object_to_it, speak, take_objection_back
from portal.web.acting_for import relation_words
from portal.web.applications import timeline_of
from portal.web.own_slip import slip_page
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import PlainForm, Question
from portal.web.preferences import language
from portal.web.rendering import render, say
from portal.web.voice_asks import answer_page
from portal.web.voice_doors import Door
from portal.web.voice_visits import STEPS as VISIT_STEPS
from portal.web.voice_visits import list_visits, visit_page
from portal.web.voice_words import ACTS, EXPLAINED, HEADINGS, HEARD_FIRST, what_follows

LONGEST = 1000


DONE: Mapping[str, Any] = {
    "speak": _l("您的话记下了。"),
    "stop": _l("您的意见记下了。工作人员先听您的意见，再作决定。"),
    "stop_draft": _l("您的意见记下了。您收回“不同意”以前，代办人交不了。"),
    "go_on": _l("您收回了“不同意”。"),
    "take_over": _l("这件申请现在由您自己办。"),
    "heard_first": _l("您的意见记下了。工作人员先听双方的意见。"),
    "end": _l("代办人不能再替您办事了。"),
    "hide": _l("代办人看不到这一件了。"),
    "show": _l("代办人又能看到这一件。"),
    "accepted": _l("您同意了。您随时可以收回。"),
    "declined": _l("您没有同意。什么都没有变。我们会告诉对方。"),
    "keep": _l("以后登录，在“别人替我办的事”里就能看到。"),
}

REFUSED: Mapping[str, Any] = {
    "own_helper": _l("您登录的账户就是代办人的账户。请用您自己的账户，或者到窗口办。"),
    "file_has_account": _l("您已经有一个账户。请登录那个账户，或者到窗口办。"),
    "sign_in_first": _l("请先登录您自己的账户，再打开联系单。没有账户，可以到窗口或者打电话办。"),
}


class ChoiceForm(PlainForm):
    act = Question(_l("您想做什么？"), "choice")


class SpeakForm(PlainForm):
    words = Question(_l("您想说什么？"), "longtext", max_length=LONGEST)


class ActForm(PlainForm):
    words = Question(
        _l("为什么？"), "longtext", is_required=False, max_length=LONGEST, hint=_l("不写也可以。")
    )


def serve(door: Door, voice: Voice) -> Response:
    """The page that the chain has come to. Raises NotFound for what is not this person's."""
    step = request.form.get("step", "")
    reference = request.form.get("reference", "")
    try:
        if step == "keep" and door.may_keep:
            with transaction() as db:
                keep_in_account(db, voice)
            return _list(door, voice, done="keep")
        if step in ("slip", "renew") and door.may_renew:
            return _unkept(slip_page(door))
        if step in ("ask", "answer"):
            page = answer_page(door, voice)
            return _list(door, voice, done=page) if isinstance(page, str) else _unkept(page)
        if step in STEPS:
            return STEPS[step](door, voice, reference)
    except NotAllowed as refused:
        if refused.key not in REFUSED:
            raise
        return _list(door, voice, refused=refused.key, status=403)
    return _list(door, voice)


def _unkept(page: tuple[str, int]) -> Response:
    """Nothing of it stays in the browser."""
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _list(
    door: Door, voice: Voice, *, done: str = "", taken: str = "", refused: str = "", status: int = 200
) -> Response:
    """``taken`` is what was taken over into the account of who reads."""
    with reading() as db:
        rows = [_row(one) for one in list_seen(db, voice)]
        asks = list_asks_by_slip(db, voice)
    visits = list_visits(voice) if voice.slip_id is not None else []
    page = render(
        "voices/list.html",
        status,
        door=door,
        rows=rows,
        asks=asks,
        visits=visits,
        done=DONE.get(done),
        taken=taken,
        is_kept=done == "keep",
        refused=REFUSED.get(refused),
        must_sign_in=refused == "sign_in_first",
    )
    return _unkept(page)


def _one(
    door: Door, voice: Voice, reference: str, form: ChoiceForm | None = None, done: str = ""
) -> Response:
    with reading() as db:
        seen, progress = get_seen_by_person(db, voice, reference)
        current = progress.current
        events = timeline_of(progress) if progress.application.state != "draft" else []
    form = form or ChoiceForm()
    form.act.offer(_choices(seen))
    page = render(
        "voices/one.html",
        form.status,
        door=door,
        row=_row(seen),
        reference=seen.application.reference,
        current=say(current.step.whose_turn) if current else "",
        mended_on=date_text(current.mended_on[-1], language()) if current and current.mended_on else "",
        until=date_text(current.due_on, language()) if current and not current.is_paused else "",
        events=events,
        form=form,
        done=DONE.get(done),
        objected_on=_day(seen),
        is_held=progress.is_held,
    )
    return _unkept(page)


def _choose(door: Door, voice: Voice, reference: str) -> Response:
    """Which act was chosen: its page says what follows, before anything is done."""
    form = ChoiceForm(request.form)
    with reading() as db:
        seen, _progress = get_seen_by_person(db, voice, reference)
    form.act.offer(_choices(seen))
    if not form.validate():
        return _one(door, voice, reference, form)
    act = str(form.act.data)
    return _answers(door, voice, reference) if act == "answers" else _act(door, seen, act)


def _act(door: Door, seen: InMyName, act: str, form: PlainForm | None = None) -> Response:
    form = form or (SpeakForm() if act == "speak" else ActForm())
    is_heard_first = act in ("take_over", "end") and not seen.is_taken_alone
    page = render(
        "voices/act.html",
        form.status,
        door=door,
        row=_row(seen),
        reference=seen.application.reference,
        act=act,
        act_words=str(ACTS[act]),
        explained=what_follows(act, seen),
        heard_first=HEARD_FIRST if is_heard_first else None,
        asks=act in ("speak", "stop") or is_heard_first,
        form=form,
    )
    return _unkept(page)


def _do(door: Door, voice: Voice, reference: str) -> Response:
    act = request.form.get("act", "")
    form = SpeakForm(request.form) if act == "speak" else ActForm(request.form)
    with reading() as db:
        seen, _progress = get_seen_by_person(db, voice, reference)
    if act not in EXPLAINED:
        return _one(door, voice, reference)
    if not form.validate():
        return _act(door, seen, act, form)
    done = _carry_out(voice, reference, act, form.words.data or "")
    if done == "take_over":
        is_in_account = voice.actor.kind == "resident"
        return _list(door, voice, done=done, taken=reference if is_in_account else "")
    is_draft_stopped = done == "stop" and seen.application.state == "draft"
    return _one(door, voice, reference, done="stop_draft" if is_draft_stopped else done)


def _carry_out(voice: Voice, reference: str, act: str, words: str) -> str:
    """Do it; the key of what is said of it."""
    with transaction() as db:
        if act == "speak":
            speak(db, voice, reference, words)
        elif act == "stop":
            object_to_it(db, voice, reference, words)
        elif act == "go_on":
            take_objection_back(db, voice, reference)
        elif act == "take_over":
            return act if take_over(db, voice, reference, words) else "heard_first"
        elif act == "end":
            return act if end_authority(db, voice, reference, words) else "heard_first"
        else:
            hide(db, voice, reference, is_hidden=act == "hide")
    return act


def _answers(door: Door, voice: Voice, reference: str) -> Response:
    with transaction() as db:
        seen, shown = read_answers(db, voice, reference)
    region, speech = parts().region, Speech(language(), seen.application.subject_name)
    sections = []
    for section in seen.definition.service.sections:
        rows = []
        for one in shown:
            if one.page.section != section.id:
                continue
            code = one.value.get("code") if isinstance(one.value, dict) else None
            names = {code: full_name(region, code, speech.language)} if code else None
            text = answer_text(one.field, one.value, region, speech, place_names=names)
            rows.append((speech.say(one.field.short or one.field.label), text))
        if rows:
            sections.append((say(section.title), rows))
    page = render(
        "voices/answers.html",
        200,
        door=door,
        row=_row(seen),
        reference=seen.application.reference,
        sections=sections,
    )
    return _unkept(page)


def _visit(door: Door, voice: Voice, _reference: str) -> Response:
    return _unkept(visit_page(door, voice, request.form.get("visit", "")))


STEPS: Mapping[str, Callable[[Door, Voice, str], Response]] = {
    "one": _one,
    "choose": _choose,
    "do": _do,
    **dict.fromkeys(VISIT_STEPS, _visit),
}
"""The steps of the chain that are about one application, or one visit at home."""


def _offered(seen: InMyName) -> list[str]:
    """What can be done with it now."""
    offered = ["answers", "speak"]
    if seen.is_under_way:
        offered += ["go_on"] if seen.objection else ["stop"]
        offered.append("take_over")
    if seen.standing != "ended":
        offered.append("end")
    return [*offered, "show" if seen.application.is_hidden else "hide"]


def _choices(seen: InMyName) -> list[tuple[Any, ...]]:
    """The same as a question offers it: value, words, hint, heading."""
    return [(act, ACTS[act], "", HEADINGS[act]) for act in _offered(seen)]


def _row(seen: InMyName) -> dict[str, Any]:
    """What the list and every page below say of one application."""
    application = seen.application
    who = [one for one in (relation_words(seen.relation), seen.agent_name) if one]
    return {
        "reference": application.reference,
        "service": say(seen.definition.service.name),
        "state": labels.label(labels.STATES, application.state, language()),
        "who": _("，").join(who) or _("还没有写"),
        "basis": labels.label(labels.BASES, seen.basis, language()),
        "since": date_text(seen.since_on, language()),
        "is_ended": seen.standing in ("ended", "over"),
        "is_hidden": application.is_hidden,
        "objects": seen.objection is not None,
        "is_heard": seen.objection is not None and seen.objection.seen_at is not None,
    }


def _day(seen: InMyName) -> str:
    return date_text(clock.shanghai(seen.objection.said_at).date(), language()) if seen.objection else ""
