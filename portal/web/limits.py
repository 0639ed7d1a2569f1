"""How often something may be tried: counted before it is tried, in a transaction of its own (``rates``)."""

from __future__ import annotations

from portal.rules.errors import TooMany
from portal.usecases.rates import Limit, count_attempt
from portal.web.parts import transaction


def count(limit: Limit, who: str) -> int:
    """Count one try, for good; the seconds to wait when it was one too many."""
    with transaction() as db:
        return count_attempt(db, limit, who)


def count_or_refuse(limit: Limit, who: str) -> None:
    """Count one try, for good. Raises TooMany when it was one too many."""
    if wait := count(limit, who):
        raise TooMany(wait)
