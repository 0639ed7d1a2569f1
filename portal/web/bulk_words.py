"""Why one of several could not be done, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.i18n import moment_text
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound, PortalError
from portal.web.preferences import language

NOT_ALLOWED: Final[Mapping[str, Any]] = {
    "not_yours_to_give": _l("这件不在您手里，只有单位负责人能把别人手里的转交。"),
    "not_entitled": _l("这项服务或者步骤不归这个岗位的人办。"),
    "not_in_bulk": _l("这件不在这一步，或者这种处理不能几件一起办。请打开单独处理。"),
    "not_taken": _l("这件还没有领取。请先领取，再处理。"),
    "taken": _l("别人已经领取了这件申请。"),
    "own_application": _l("这是本人的申请，不能自己办。"),
    "four_eyes": _l("前面的步骤是同一个人办的，这一步要换人。"),
    "recused": _l("这个人要回避这件申请。"),
    "away": _l("这位同事现在不在岗，不能交给他。"),
    "entered": _l("这件申请是同一个人录入的，要换人办。"),
}
"""Keys of refusals, said of whoever should get or decide it."""

SAID: Final[Mapping[type[PortalError], Any]] = {
    NotFound: _l("您的岗位没有这件申请。"),
    Conflict: _l("刚才有变化。请打开看看。"),
    Invalid: _l("这件还缺内容，不能这样办。请打开单独处理。"),
}
OTHERWISE: Final = _l("这件没有办成。请打开看看。")


def why_not_done(refusal: PortalError) -> str:
    """One sentence with the reason."""
    if isinstance(refusal, Conflict) and refusal.who and refusal.when:
        when = moment_text(refusal.when, language())
        return _("刚才有变化：%(who)s在%(when)s处理过。请打开看看。", who=refusal.who, when=when)
    if isinstance(refusal, NotAllowed):
        key = refusal.key.removeprefix("colleague_")
        return str(NOT_ALLOWED.get(key, _l("按规定，这件不能这样办。请打开看看。")))
    if isinstance(refusal, NotFound) and refusal.key == "colleague":
        return _("这位同事不在办这一步的岗位上。")
    return str(next((words for kind, words in SAID.items() if isinstance(refusal, kind)), OTHERWISE))
