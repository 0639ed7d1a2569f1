"""The questions about acting for somebody: who, what for, which services, how long; a code; yes or no."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from portal.catalogue.field_types import MESSAGES, FieldError, message
from portal.labels import POWERS, RELATIONS, label
from portal.rules.references import parse_invitation_code
from portal.usecases.contact_values import TypedContact, read_contact
from portal.usecases.invitations import Wanted
from portal.web.plain_form import PlainForm, Question
from portal.web.preferences import language
from portal.web.rendering import say
from portal.web.services import open_services

LASTING = {"30": _l("30天"), "180": _l("180天"), "365": _l("365天"), "none": _l("一直到本人收回")}
"""How long a mandate may hold; the law fixes no time, these are ours."""


def lasting_words(days: int | None) -> str:
    """How long it holds from the yes on."""
    return str(LASTING["none"]) if days is None else _("%(days)s天，从同意那天算起", days=days)


class MandateForm(PlainForm):
    """What both sides are asked alike; who is who, each side in its own words."""

    FIRST: tuple[str, ...] = ()
    """What is asked before that."""
    relation = Question("", "choice")
    powers = Question("", "multi")
    reach = Question(
        _l("可以办哪些事项？"),
        "choice",
        choices=[("all", _l("全部事项")), ("chosen", _l("只办下面选的事项"))],
    )
    services = Question(
        _l("选事项"), "multi", is_required=False, hint=_l("上面选了“只办下面选的事项”，才要选。")
    )
    days = Question(_l("多长时间？"), "choice", choices=list(LASTING.items()), hint=_l("本人随时可以收回。"))

    def __iter__(self) -> Any:
        """In the order in which they are asked."""
        mandate = ("relation", "powers", "reach", "services", "days")
        first = [name for name in self.FIRST if name in self._fields]
        last = [name for name in self._fields if name not in (*first, *mandate)]
        return iter([self._fields[name] for name in (*first, *mandate, *last)])

    def offer_all(self) -> None:
        """What can be chosen, in words: relations, powers, the services that are applied for here."""
        for question, table in ((self.relation, RELATIONS), (self.powers, POWERS)):
            question.offer([(code, label(table, code, language())) for code in table])
        self.services.offer([(one.code, say(one.name)) for one in open_services() if not one.bundle])

    def validate_all(self) -> bool:
        """Whether everything can be taken, what belongs together too."""
        is_good = bool(self.validate())
        if self.reach.data == "chosen" and not self.services.data and not self.services.errors:
            self.add_error("services", _("请选至少一个事项，或者选“全部事项”。"))
            return False
        return is_good

    def wanted(self) -> Wanted:
        """What the form says, once it is good."""
        return Wanted(
            relation=self.relation.data,
            agent_name=self.agent_name.data,
            powers=tuple(self.powers.data),
            services=tuple(self.services.data) if self.reach.data == "chosen" else None,
            for_days=None if self.days.data == "none" else int(self.days.data),
        )


class InviteForm(MandateForm):
    """Asking somebody to act for oneself. ``typed`` is the contact to write to, if there is one."""

    FIRST = ("own_name", "agent_name")
    relation = Question(_l("这个人是您的什么人？"), "choice")
    powers = Question(_l("这个人可以替您做什么？"), "multi")
    own_name = Question(_l("您的姓名"), "name", autocomplete="name")
    agent_name = Question(
        _l("您请谁帮忙？写他的姓名"),
        "name",
        hint=_l("他填邀请码的时候，也要填这个姓名。两个要一样。"),
    )
    contact = Question(
        _l("要不要把邀请码发给他？"),
        is_required=False,
        hint=_l("写他的手机号码或者邮箱。消息里没有您的姓名。不写也可以，您自己把码告诉他。"),
        spellcheck=False,
    )
    typed: TypedContact | None = None

    def validate_contact(self, question: Any) -> None:
        if not question.data:
            return
        try:
            self.typed = read_contact(question.data)
        except FieldError as fault:
            known = fault.code in MESSAGES
            raise ValidationError(
                message(fault, language()) if known else _("这里要填11位手机号码，或者邮箱。")
            ) from None


class AskForm(MandateForm):
    """Asking to act for somebody else."""

    FIRST = ("name", "agent_name")
    relation = Question(_l("您是本人的什么人？"), "choice")
    powers = Question(_l("您想替本人做什么？"), "multi")
    name = Question(_l("您想替谁办事？写本人的姓名"), "name")
    agent_name = Question(_l("您自己的姓名"), "name", autocomplete="name")
    slip_number = Question(
        _l("本人联系单上的号码"),
        is_required=False,
        hint=_l("本人给您看了联系单，才填。12个数字。"),
        width="short",
    )
    slip_code = Question(_l("本人联系单上的码"), is_required=False, hint=_l("8位。"), width="short")


class CodeForm(PlainForm):
    code = Question(
        _l("邀请码"), hint=_l("12位，四位一组。大写小写都可以，可以粘贴。"), spellcheck=False, width="short"
    )
    name = Question(_l("您的姓名"), "name", hint=_l("和对方写的姓名要一样。"), autocomplete="name")

    def validate_code(self, question: Any) -> None:
        try:
            question.data = parse_invitation_code(question.data)
        except FieldError as fault:
            raise ValidationError(message(fault, language())) from None


class AnswerForm(PlainForm):
    answer = Question(_l("您同意吗？"), "choice", choices=[("yes", _l("同意")), ("no", _l("不同意"))])

    @property
    def is_yes(self) -> bool:
        """Whether the answer is yes, once the form is good."""
        return bool(self.answer.data == "yes")
