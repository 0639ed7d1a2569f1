"""What the pages of the person's own voice say of each act: its name, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.usecases.in_my_name import InMyName

ACTS: Mapping[str, Any] = {
    "answers": _l("看交了什么"),
    "speak": _l("说我自己的想法"),
    "stop": _l("我不同意这样办"),
    "go_on": _l("我收回“不同意”"),
    "take_over": _l("我自己来办"),
    "end": _l("不再让代办人替我办"),
    "hide": _l("不让代办人看这一件"),
    "show": _l("让代办人看这一件"),
}
"""What a person may choose, in the order of the page; the words stand on buttons and headings."""

HEADINGS: Mapping[str, Any] = {
    **dict.fromkeys(("answers", "speak", "stop", "go_on"), _l("看和说")),
    **dict.fromkeys(("take_over", "end", "hide", "show"), _l("谁来办，谁能看")),
}
"""What the acts stand under: never more than five at once (words.md 2)."""

EXPLAINED: Mapping[str, Any] = {
    "speak": _l("您写的话，办这件事的工作人员会看到。代办人只知道您说了话，看不到内容。"),
    "stop": _l(
        "还没有交的申请，您收回以前，代办人交不了。已经交的申请，工作人员听了您的意见以后，才能作决定。"
        "我们会告诉代办人您不同意。"
    ),
    "go_on": _l("收回以后，这件申请接着办。我们会告诉代办人。"),
    "take_over": _l("这件申请以后由您自己办，代办人看不到，也改不了。我们只告诉代办人：本人自己办了。"),
    "end": _l("代办人以后不能再替您办事。交了的申请照常办。我们会告诉代办人。"),
    "hide": _l("代办人以后看不到这一件，也收不到这一件的通知。我们不告诉代办人。"),
    "show": _l("代办人又能看到这一件，收到这一件的通知。"),
}
UNTOLD: Mapping[str, Any] = {
    "speak": _l("您写的话，办这件事的工作人员会看到。我们不告诉代办人。"),
    "stop": _l(
        "还没有交的申请，您收回以前，代办人交不了。已经交的申请，工作人员听了您的意见以后，才能作决定。"
        "我们不告诉代办人。"
    ),
    "go_on": _l("收回以后，这件申请接着办。我们不告诉代办人。"),
    "take_over": _l("这件申请以后由您自己办，代办人看不到，也改不了。我们不告诉代办人。"),
}
"""The same where whoever acts hears nothing of it: it is hidden from them, or their authority is over or too
small."""
SEEN: Mapping[str, Any] = {
    "stop": _l(
        "还没有交的申请，您收回以前，代办人交不了。已经交的申请，工作人员听了您的意见以后，才能作决定。"
        "我们不给代办人发消息。代办人打开这一件，会看到您不同意。"
    ),
    "go_on": _l("收回以后，这件申请接着办。我们不给代办人发消息。代办人打开这一件，会看到现在的情况。"),
}
"""The same where nobody writes to whoever acts, but their own page of it says how it stands."""
UNNOTIFIED = _l("代办人又能看到这一件。代办人没有收通知的授权，收不到这一件的通知。")
UNSEEN = _l("这一件不再瞒着代办人。但是代办人现在的授权不够，还是看不到。")
"""What follows of showing it again to who may only read it, and to who may not even do that."""
HEARD_FIRST = _l("替您办事的是监护人。您说了以后，工作人员先听您和监护人双方的意见。没有听过以前，不作决定。")
"""Beside what a guardian does not lose at once (rules.md 10.0.6, 11)."""


def what_follows(act: str, seen: InMyName) -> Any:
    """What an act brings about, and what whoever acts hears of it: nothing is promised that is not done."""
    if act == "show" and not seen.may_agent_read:
        return UNSEEN
    if act == "show" and not seen.may_agent_get_letters:
        return UNNOTIFIED
    if seen.is_agent_told:
        return EXPLAINED[act]
    if act in SEEN and seen.may_agent_read and not seen.application.is_hidden:
        return SEEN[act]
    return UNTOLD.get(act, EXPLAINED[act])
