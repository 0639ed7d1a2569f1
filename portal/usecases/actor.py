"""Who acts: signed in as whom, at which post, through which channel. Every use case takes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.catalogue.model import Role

ActorKind = Literal["visitor", "resident", "staff", "system"]
Channel = Literal["online", "counter", "phone", "home_visit", "post", "paper", "system"]


@dataclass(frozen=True)
class Actor:
    """The truth about who did something: nothing pretends that the subject was signed in."""

    kind: ActorKind
    account_id: int | None = None
    is_proven: bool = False
    role: Role | None = None
    unit_code: str | None = None
    county: str | None = None
    channel: Channel = "online"
    behalf_of_id: int | None = None
    """The account of the visitor beside whom a clerk stands; whose applications these are."""
    visit_id: int | None = None

    @property
    def side_id(self) -> int:
        """The account on whose side the actor is: their own, or that of who stands at the counter."""
        return self.signed_in_id if self.behalf_of_id is None else self.behalf_of_id

    @property
    def is_beside(self) -> bool:
        """Whether a clerk does it for somebody who is there."""
        return self.behalf_of_id is not None

    def authority(self, own: str = "self") -> str:
        """Under which authority they act: the office's, the system's, else the applicant's ``own``."""
        return {"staff": "office", "system": "system"}.get(self.kind, own)

    @property
    def signed_in_id(self) -> int:
        """The account; only for actors that have one."""
        if self.account_id is None:
            raise RuntimeError("this act needs a signed-in actor")
        return self.account_id


VISITOR = Actor("visitor")
SYSTEM = Actor("system", channel="system")
