"""Who pays for works that are shared: the region up to a limit, the family a share and what is beyond.

Pure; amounts in fen. The numbers are the region's. Beijing's published example (rules.md 4.1, R27): limit
10,000 yuan, a family pays 10 %; one on a minimum allowance or a low income pays 10 % of what is over 5,000;
one on destitute support pays nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ShareGroup(StrEnum):
    """How a household pays, as its officer found it."""

    ORDINARY = "ordinary"
    HARDSHIP = "hardship"  # 低保、低保边缘、低收入
    DESTITUTE = "destitute"  # 特困


@dataclass(frozen=True)
class SharingRule:
    """A region's numbers: ``limit`` and ``free_part`` in fen, ``percent`` of the family."""

    limit: int
    percent: int
    free_part: int
    """For ``HARDSHIP``: so much costs the family nothing."""


@dataclass(frozen=True)
class Share:
    """What a family pays itself, and what is paid for it. Both in fen; together they are the cost."""

    self_pay: int
    subsidy: int


def share_cost(cost: int, group: ShareGroup, rule: SharingRule) -> Share:
    """Share a cost in fen. Parts of a fen are to the family's good.

    What is beyond the limit is the family's own in every group: it is built only where the family agrees
    (rules.md, GZ-01 money).
    """
    within = min(cost, rule.limit)
    if group is ShareGroup.DESTITUTE:
        own = 0
    else:
        free = rule.free_part if group is ShareGroup.HARDSHIP else 0
        own = max(within - free, 0) * rule.percent // 100
    return Share(self_pay=own + cost - within, subsidy=within - own)
