"""要留意的: what who decides is to look at twice, and what the rules say to do (rules.md 10.0.6, 10b.2).

Never shown to whoever acts, and nothing is stopped by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.i18n import date_text
from portal.rules.places import full_name
from portal.rules.references import grouped
from portal.rules.signals import Signal
from portal.usecases.invoices import EarlierUse
from portal.usecases.review import Review
from portal.usecases.signals import list_signals
from portal.web.jinja_words import said as _
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.rendering import say

WORDS: Final[Mapping[Signal, tuple[Any, Any]]] = {
    "danger": (
        _l("可能有人身危险。"),
        _l("先保证安全：有危险请报警。公开、寄信、打电话以前，先和本人商量。"),
    ),
    "tell_nobody": (
        _l("本人不要我们告诉家里人和邻居。"),
        _l("不要请别人转告，也不要在电话里和别人说。"),
    ),
    "against": (
        _l("代办人说，本人知道，但是不愿意。"),
        _l("决定以前，请和本人单独谈一谈，问清本人的真实意愿，写进记录。"),
    ),
    "not_informed": (
        _l("代办人说，本人还不知道。"),
        _l("决定以前，请用本人能懂的方式告诉本人，问清本人想要什么。"),
    ),
    "death_said": (
        _l("家人说这个人已经去世，还没有核实。"),
        _l("请先核实。核实了，登记去世；弄错了，在窗口改回来。"),
    ),
    "two_representatives": (
        _l("还有别人也替这个人办事。"),
        _l("以本人自己说的为准。请问本人要谁办；有争议，请工作人员分别听取意见，不要自己选一个。"),
    ),
    "authority_ended": (
        _l("代办人的授权已经结束。"),
        _l("已经交的申请接着办。以后的事请直接找本人，或者请本人重新授权。"),
    ),
    "authority_over": (
        _l("代办人的授权过期了。"),
        _l("已经交的申请接着办。以后的事请直接找本人，或者请本人重新授权。"),
    ),
    "authority_suspended": (
        _l("代办人的授权暂停了。"),
        _l("暂停期间，请直接找本人。有争议的监护，请民政部门、居委会、村委会或者法院处理，不要自己选一个。"),
    ),
    "authority_not_yet": (
        _l("代办人的授权还没有到开始的日子。"),
        _l("请问清什么时候可以代办，或者直接找本人。"),
    ),
    "of_age": (
        _l("本人已经满18周岁。"),
        _l("监护人不能再只凭监护办。请问本人自己要怎么办，要不要委托别人。"),
    ),
    "payee_representative": (
        _l("钱要打进代办人的账户，不是本人的。"),
        _l("请核对监护或者委托的证明和写的原因，问清本人是否同意。"),
    ),
    "payee_other": (
        _l("钱要打进别人的账户，不是本人的。"),
        _l("账户名应当是本人；是监护人的，要有原因和证明。请问清这个人是谁。"),
    ),
    "same_contact": (
        _l("本人的电话就是代办人的电话。"),
        _l("请另找一个办法，让本人自己收到通知。"),
    ),
    "other_number": (
        _l("填的证件号，和本人档案里核实过的不一样。"),
        _l("请看原件，查清是谁，再决定。"),
    ),
    "many_principals": (
        _l("这位代办人现在替5个以上的人办事。"),
        _l("可以接着办。请多看一眼：本人知道吗，钱打给谁。"),
    ),
    "same_invoice": (
        _l("同一个发票号码，别的申请也交过。"),
        _l("可能是写错了，也可能是不同的发票。请看原件，和那一件对一对，再决定。"),
    ),
}


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """What its include is told: each signal in a sentence, and what to do."""
    found = list_signals(db, review)
    uses = [_use(one) for one in found.earlier_uses]
    return {"signals": [(*WORDS[one], uses if one == "same_invoice" else []) for one in found.signals]}


def _use(use: EarlierUse) -> str:
    """With what an invoice of the same number was handed in, where and when. Other units have it open."""
    service = parts().catalogue.services.get(use.service_code)
    day = use.submitted_on
    return _(
        "收件号%(number)s，%(service)s，%(place)s，%(day)s交的",
        number=grouped(use.reference),
        service=say(service.name) if service else use.service_code,
        place=full_name(parts().region, use.county, language()) if use.county else _("没有写地方"),
        day=date_text(day, language()) if day else _("日期不清楚"),
    )
