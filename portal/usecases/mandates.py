"""授权委托书: written from the record for signing, its exact text kept for ever (民法典 art. 165)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import say_date
from portal.rules.acting import POWERS
from portal.rules.errors import Conflict, NotFound
from portal.store.applications import Application
from portal.store.people import Fact, Person
from portal.store.representations import Mandate, Representation
from portal.usecases.actor import Actor
from portal.usecases.definitions import get_definition
from portal.usecases.representations import record_change
from portal.usecases.represented import Represented, get_represented
from portal.usecases.standing import get_representation

MADE_FOR: Final = ("claimed", "entrusted")
"""Bases that a mandate carries: who guards by law, or acts for a committee, has other papers."""

POWER_WORDS: Final[Mapping[str, str]] = {
    "fill": "填写、修改申请，查看办理进度",
    "submit": "提交、撤回申请，补交材料",
    "receive_notices": "接收通知和决定",
    "collect": "到窗口领取证件和物品",
    "object": "对决定提出异议",
}
BLANK: Final = "＿＿＿＿＿＿＿＿"
BLANK_DAY: Final = "＿＿＿＿年＿＿月＿＿日"


@dataclass(frozen=True)
class WrittenMandate:
    """One text as it was made for signing."""

    text: str
    text_hash: str
    made_at: datetime
    is_of_today: bool
    """Whether the record still says so; else a new text is to be signed."""
    is_signed: bool


def may_make_mandate(one: Represented) -> bool:
    """Whether signing a mandate is what is left to do, or to do again."""
    return one.is_live and one.basis in MADE_FOR and one.name is not None


def make_mandate(
    db: Session, actor: Actor, representation_id: int, service_names: Mapping[str, str]
) -> Mandate:
    """The text for signing; while the record says the same it is the same text, made once.

    ``service_names``: the Chinese name of every service by its code. Raises NotFound for another's record,
    and Conflict ``no_mandate`` where none is signed: it has ended, or leans on something else.
    """
    kept = get_representation(db, actor, representation_id, lock=True)
    one = get_represented(db, actor, representation_id)
    if not may_make_mandate(one):
        raise Conflict("no_mandate", what="representation", when=kept.ended_at)
    text = _text(db, kept, one, service_names)
    newest = _newest(db, kept.id)
    if newest is not None and newest.text == text:
        return newest
    made = Mandate(
        representation_id=kept.id,
        language="zh",
        text=text,
        text_hash=hash_of(text),
        made_by_id=actor.signed_in_id,
        made_at=clock.now(),
    )
    db.add(made)
    db.flush()
    record_change(db, actor, kept, "mandate:make", mandate=made.id, text_hash=made.text_hash)
    return made


def get_mandate(
    db: Session, actor: Actor, representation_id: int, service_names: Mapping[str, str]
) -> WrittenMandate:
    """The newest text of a record. Raises NotFound where none was made, and for another's record."""
    kept = get_representation(db, actor, representation_id)
    newest = _newest(db, kept.id)
    if newest is None:
        raise NotFound("mandate")
    one = get_represented(db, actor, representation_id)
    is_of_today = may_make_mandate(one) and _text(db, kept, one, service_names) == newest.text
    return WrittenMandate(
        newest.text, newest.text_hash, newest.made_at, is_of_today, newest.signed_way is not None
    )


def hash_of(text: str) -> str:
    """SHA-256 of the text as UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _newest(db: Session, representation_id: int) -> Mandate | None:
    made = select(Mandate).where(Mandate.representation_id == representation_id)
    return db.scalar(made.order_by(Mandate.id.desc()).limit(1))


def _text(db: Session, kept: Representation, one: Represented, service_names: Mapping[str, str]) -> str:
    """Agent, matter, scope, period and the place to sign, as the law asks; what nobody said yet is a line to
    be filled in by hand."""
    agent = _facts_of_agent(db, kept)
    codes = one.services if one.services is not None else _services_used(db, kept)
    matters = [f"《{service_names[code]}》" for code in sorted(codes) if code in service_names]
    powers = [POWER_WORDS[power] for power in POWERS if power in one.powers]
    lines = [
        "授权委托书",
        "",
        f"委托人（本人）：{one.name}",
        f"证件号码：{_number_of(db, kept) or BLANK}",
        "",
        f"受托人（代办人）：{agent.get('representative_name') or BLANK}",
        f"证件号码：{_document_of(agent) or BLANK}",
        f"联系电话：{agent.get('representative_phone') or BLANK}",
        "",
        f"委托事项：办理{'、'.join(matters)}。" if matters else f"委托事项：办理{BLANK * 2}。",
        f"委托权限：{'；'.join(powers)}。",
        f"委托期限：{_period(kept.from_on, kept.to_on)}。",
        "",
        "受托人在上面的事项、权限和期限内办的事，由委托人承担。",
        "委托人随时可以收回委托，不用受托人同意。",
        "（依据：《中华人民共和国民法典》第一百六十五条、第一百七十三条）",
        "",
        f"委托人签名或者按手印：{BLANK}",
        f"日期：{BLANK_DAY}",
        "",
        "委托人不能签名、不能按手印的，由两名工作人员当面听委托人说明，写下并签名：",
        f"工作人员：{BLANK}  工作人员：{BLANK}",
    ]
    return "\n".join(lines)


def _period(from_on: date, to_on: date | None) -> str:
    begins = f"从{say_date(from_on, 'zh')}起"
    if to_on is not None:
        return f"{begins}，到{say_date(to_on, 'zh')}止"
    return f"{begins}，到{BLANK_DAY}止（由委托人填写）"


def _services_used(db: Session, kept: Representation) -> Sequence[str]:
    """What was applied for with the record, where it names no services itself."""
    used = select(Application.service_code).where(Application.representation_id == kept.id).distinct()
    return db.scalars(used).all()


def _number_of(db: Session, kept: Representation) -> str | None:
    """The number that this account typed for the person; what only the person gave is not shown to it."""
    person = db.get_one(Person, kept.person_id)
    return person.id_number if person.claimed_by_id == kept.account_id else None


def _document_of(agent: Mapping[str, Any]) -> str | None:
    """The number of who acts; of a document that no rule knows, their own words."""
    return agent.get("representative_number") or agent.get("representative_document")


def _facts_of_agent(db: Session, kept: Representation) -> Mapping[str, Any]:
    """What who acts said of themselves with an application for this person, by meaning."""
    used = select(Application.definition_hash).where(Application.representation_id == kept.id)
    newest = db.scalar(used.order_by(Application.id.desc()).limit(1))
    if newest is None:
        return {}
    rows = select(Fact.field, Fact.value).where(
        Fact.person_id == kept.person_id, Fact.account_id == kept.account_id
    )
    facts: dict[str, Any] = {field: value for field, value in db.execute(rows)}  # noqa: C416 - rows are no pairs
    return get_definition(db, newest).meant(facts)
