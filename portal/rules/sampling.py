"""How a sample is drawn, so that anybody with the seed and the list can draw it again (docs/audit.md).

Each reference gets a lot: SHA-256 of ``seed:reference``, as hexadecimal. Those with the smallest lots are the
sample, in the order of their lots. The seed is made by chance when the sample is drawn, so nobody can choose.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Draw:
    """``references`` in the order of their lots; ``pool_hash`` is the SHA-256 of the sorted references of the
    whole pool, each with a line end."""

    references: tuple[str, ...]
    pool_size: int
    pool_hash: str


def lot_of(seed: str, reference: str) -> str:
    """The lot of a reference under a seed."""
    return hashlib.sha256(f"{seed}:{reference}".encode()).hexdigest()


def draw(pool: Iterable[str], seed: str, size: int) -> Draw:
    """The sample of ``size`` (all, where the pool is smaller); ``pool`` in whatever order."""
    known = sorted(pool)
    whole = hashlib.sha256("".join(f"{one}\n" for one in known).encode()).hexdigest()
    chosen = heapq.nsmallest(size, known, key=lambda one: (lot_of(seed, one), one))
    return Draw(tuple(chosen), len(known), whole)
