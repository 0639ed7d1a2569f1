"""What a rule or a use case raises when it says no. The web turns each into a page by one table.

An error carries a message key, never a sentence (sentences are made where the language is known), and its
text form is that key alone, so that nothing about a person reaches a log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from portal.catalogue.field_types import FieldError


class PortalError(Exception):
    """The root of every no. ``code`` is its HTTP status; ``key`` names the sentence to show."""

    code: ClassVar[int] = 400
    default_key: ClassVar[str] = "not_possible"

    def __init__(self, key: str | None = None) -> None:
        self.key = key or self.default_key
        super().__init__(self.key)


class NotFound(PortalError):
    """There is no such thing, or none that this actor may know of: both look the same from outside."""

    code = 404
    default_key = "not_found"


class NotAllowed(PortalError):
    """The thing is known to the actor, and this may not be done with it."""

    code = 403
    default_key = "not_allowed"


class Conflict(PortalError):
    """Someone else was first, or the thing has moved on.

    ``who`` (a name to show), ``what`` (the key of what was done) and ``when`` (aware UTC) say so on the page;
    each may be unknown.
    """

    code = 409
    default_key = "conflict"

    def __init__(
        self,
        key: str | None = None,
        *,
        who: str | None = None,
        what: str | None = None,
        when: datetime | None = None,
    ) -> None:
        super().__init__(key)
        self.who = who
        self.what = what
        self.when = when


class Gone(PortalError):
    """What this address led to is over for good; the same address never shows it again."""

    code = 410
    default_key = "visit_over"


class Invalid(PortalError):
    """Answers that cannot be taken: every field's errors at once, in the order of the fields."""

    code = 422
    default_key = "invalid"

    def __init__(self, errors: Mapping[str, Sequence[FieldError]], key: str | None = None) -> None:
        super().__init__(key)
        self.errors = {name: tuple(faults) for name, faults in errors.items()}


class TooMany(PortalError):
    """Too many tries; ``retry_after`` is how many seconds to wait before the next."""

    code = 429
    default_key = "too_many"

    def __init__(self, retry_after: int, key: str | None = None) -> None:
        super().__init__(key)
        self.retry_after = max(1, retry_after)
