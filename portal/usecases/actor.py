"""Who acts: signed in as whom, at which post, through which channel. Every use case takes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.catalogue.model import Role

ActorKind = Literal["visitor", "resident", "staff", "system"]
Channel = Literal["online", "counter", "phone", "home_visit", "post", "system"]


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

    @property
    def signed_in_id(self) -> int:
        """The account; only for actors that have one."""
        if self.account_id is None:
            raise RuntimeError("this act needs a signed-in actor")
        return self.account_id


VISITOR = Actor("visitor")
SYSTEM = Actor("system", channel="system")
