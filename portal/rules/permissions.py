"""Who of the staff may take a step of an application, and who may decide it. Deny by default.

The step belongs to one unit and one role. Nobody decides on their own application, and a step that asks for
a second pair of eyes is not decided by somebody who decided a step that it names (``not_same_person_as``).
Whoever entered answers decides nothing, and whoever keeps away (回避, rules.md 10.0.2) touches nothing.
Whoever leads a unit sees all of its work and hands it out, and decides none of it at that post.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from portal.catalogue.model import Role

Why = Literal[
    "not_staff",
    "other_unit",
    "other_role",
    "own_application",
    "recused",
    "entered",
    "four_eyes",
    "not_taken",
    "taken",
]
"""Why not, as a key; the sentence is made where the language is known."""


WITHOUT_REGISTERS = frozenset({Role.HOSPITAL, Role.CONTRACTOR})
"""Who has no need of what the registers say of a person (rules.md 10.0.2)."""


class ActorFacts(Protocol):
    """What these rules ask of an actor."""

    @property
    def kind(self) -> str: ...
    @property
    def account_id(self) -> int | None: ...
    @property
    def role(self) -> str | None: ...
    @property
    def unit_code(self) -> str | None: ...


@dataclass(frozen=True)
class EntryFacts:
    """What is asked about one visit of an application to a step."""

    unit_code: str
    role: str
    claimed_by_id: int | None
    applicant_id: int
    earlier_decider_ids: frozenset[int] = frozenset()
    """Who decided the steps that this one must not share a person with."""
    stand_in: tuple[str | None, str | None] = (None, None)
    """The unit and role that may act in the place of the step's own."""
    recused_ids: frozenset[int] = frozenset()
    """Who said that they keep away, or has the applicant's ID number among those of relatives."""
    enterer_ids: frozenset[int] = frozenset()
    """Who of the staff entered answers of it; for a step that only takes in, nobody."""
    deputy_ids: frozenset[int] = frozenset()
    """Who does today the work of whoever has it, and may take it from their hands."""


def why_not_claim(actor: ActorFacts, facts: EntryFacts) -> Why | None:
    """Why the actor may not take the step; None when they may. Taking again what one has is allowed."""
    refusal = _why_not_post(actor, facts) or _why_not_person(actor, facts)
    is_free = facts.claimed_by_id in (None, actor.account_id) or actor.account_id in facts.deputy_ids
    return "taken" if refusal is None and not is_free else refusal


def why_not(actor: ActorFacts, facts: EntryFacts) -> Why | None:
    """Why the actor may not decide the step; None when they may."""
    refusal = why_not_claim(actor, facts)
    if refusal is None and facts.claimed_by_id != actor.account_id:
        return "not_taken"
    return refusal


def may_decide(actor: ActorFacts, facts: EntryFacts) -> bool:
    return why_not(actor, facts) is None


def _why_not_post(actor: ActorFacts, facts: EntryFacts) -> Why | None:
    """The unit and the role of the step, or of the post that stands in for it."""
    if actor.kind != "staff" or actor.account_id is None:
        return "not_staff"
    if None not in facts.stand_in and (actor.unit_code, actor.role) == facts.stand_in:
        return None
    if actor.unit_code is None or actor.unit_code not in (facts.unit_code, facts.stand_in[0]):
        return "other_unit"
    return None if (actor.unit_code, actor.role) == (facts.unit_code, facts.role) else "other_role"


def _why_not_person(actor: ActorFacts, facts: EntryFacts) -> Why | None:
    """The second pair of eyes, and nobody's own application."""
    if actor.account_id == facts.applicant_id:
        return "own_application"
    if actor.account_id in facts.recused_ids:
        return "recused"
    if actor.account_id in facts.enterer_ids:
        return "entered"
    if actor.account_id in facts.earlier_decider_ids:
        return "four_eyes"
    return None


def may_be_second(actor: ActorFacts, facts: EntryFacts, proposer_id: int) -> bool:
    """Whether the actor may agree to what somebody else would decide: the same post, another person."""
    refusal = _why_not_post(actor, facts) or _why_not_person(actor, facts)
    return refusal is None and actor.account_id != proposer_id
