"""Which side of an application the actor is on, by which record, and whether an act is for that side
(``rules/acting``)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.acting import Act, Authority, Side, why_not_act
from portal.rules.errors import NotAllowed, NotFound
from portal.store.applications import Application
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.own_files import is_file_of, is_joined_file_of


class Kept(Protocol):
    """What is looked at of a representation, whether a row or some of its columns."""

    @property
    def state(self) -> Any: ...
    @property
    def basis(self) -> Any: ...
    @property
    def powers(self) -> Any: ...
    @property
    def services(self) -> Any: ...
    @property
    def from_on(self) -> Any: ...
    @property
    def to_on(self) -> Any: ...


def authority_from(kept: Kept) -> Authority:
    """The record of a representation as the rules look at it."""
    services: Collection[str] | None = kept.services
    return Authority(
        state=kept.state,
        basis=kept.basis,
        powers=frozenset(kept.powers),
        services=None if services is None else frozenset(services),
        from_on=kept.from_on,
        to_on=kept.to_on,
    )


def get_representation(
    db: Session, actor: Actor, representation_id: int, *, lock: bool = False
) -> Representation:
    """The record by which the actor's side acts, locked for who changes it. Raises NotFound for another's."""
    wanted = select(Representation).where(
        Representation.id == representation_id, Representation.account_id == actor.side_id
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    kept = db.scalar(wanted)
    if kept is None:
        raise NotFound("representation")
    return kept


def side_of(actor: Actor, application: Application) -> Side | None:
    """Whose the application is to the actor; None where it is none of their business.

    What somebody else began is the person's in each of their accounts, once their files were joined; what
    they began themselves stays in the account in which they did.
    """
    if application.account_id == actor.side_id:
        return "representative" if application.acting == "proxy" else "self"
    person = application.person
    if is_file_of(person, actor.side_id):
        return "person"
    is_begun_for_them = application.acting == "proxy" and is_joined_file_of(person, actor.side_id)
    return "person" if is_begun_for_them else None


def require_act(actor: Actor, application: Application, act: Act, side: Side) -> None:
    """Raises NotAllowed ``authority_...`` where the act is not for this side, or not any more. That it ended
    with a death, whoever acted reads all the same."""
    kept = application.representation if side == "representative" else None
    if act == "follow" and kept is not None and kept.suspended_for == "death" and not application.is_hidden:
        return
    refuse_act(
        actor,
        act,
        side,
        authority_from(kept) if kept is not None else None,
        application.service_code,
        clock.today(),
        is_hidden=application.is_hidden,
    )


def require_letter(actor: Actor, application: Application, written_at: datetime) -> None:
    """Raises NotAllowed as ``require_act`` does. A death stops who acts, and is what they are told in
    writing: that letter, and those before it, stay theirs to read. Raises NotFound where it is theirs no
    more: the person took it over."""
    side = side_of(actor, application)
    if side is None:
        raise NotFound("notice")
    kept = application.representation
    if side == "representative" and kept is not None and kept.suspended_for == "death":
        is_told_before = kept.suspended_at is not None and written_at <= kept.suspended_at
        if is_told_before and not application.is_hidden:
            return
    require_act(actor, application, "letters", side)


def refuse_act(
    actor: Actor,
    act: Act,
    side: Side,
    authority: Authority | None,
    service: str,
    today: date,
    *,
    is_hidden: bool,
) -> None:
    """As ``require_act``, for what was read as columns."""
    refusal = why_not_act(
        act, side, authority, service, today, is_hidden=is_hidden, is_beside=actor.is_beside
    )
    if refusal is not None:
        raise NotAllowed(f"authority_{refusal}")
