"""Who may rate what, and when (好差评, rules.md 5.6, words.md 6): at acceptance, on the way, at the end."""

from __future__ import annotations

from typing import Final, Literal

Stage = Literal["acceptance", "process", "close", "follow_up"]
"""What is rated: once each; ``follow_up`` is the one rating after something bad was put right."""
Consent = Literal["contact", "named", "unnamed"]
"""Whether the unit may know whose rating it is, and may get in touch."""

GRADES: Final = (1, 2, 3, 4, 5)
"""非常满意 满意 基本满意 不满意 非常不满意."""
ASPECTS: Final = ("slow", "unclear", "trips", "site", "access", "skill", "attitude", "other")
"""What may have been bad: the online and the window indicators of rules.md 5.6, and barriers."""

CONTACT_DAYS, MEND_DAYS = 1, 15
"""Calendar days where a region says nothing: the practice of Zhejiang (rules.md 5.6), not verified."""


def is_bad(grade: int) -> bool:
    """不满意 and 非常不满意 are what the unit has to mend (差评)."""
    return grade >= 4


def stage_of(state: str, *, is_accepted: bool, is_under_way: bool) -> Stage | None:
    """What can be rated now; None for a draft, and for what stopped because somebody died.

    ``is_under_way``: a step is open, as while the card of an approved application is made.
    """
    if state in ("draft", "ended"):
        return None
    if not is_under_way:
        return "close"
    return "process" if is_accepted else "acceptance"
