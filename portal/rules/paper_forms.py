"""On which day a form on paper counts as received: the day it was handed over, whenever it is typed in."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, Literal

from portal.catalogue.field_types.normalise import half_width
from portal.rules.references import parse_reference

MOST_DAYS_BACK: Final = 30
"""How many days may lie between handing over and entering. No law says: ours, long enough for an outage of
weeks, short enough that a slip of the pen does not make a day of last year. What is older is entered as of
today, with a note."""

_ADDRESS: Final = re.compile(r"https?://[^\s]{0,200}/(?P<serial>[0-9]{12})/?")

Fault = Literal["date_future", "paper_not_printed", "paper_too_old"]


def fault_of_receipt(received_on: date, printed_on: date, today: date) -> Fault | None:
    """What is wrong with the day on which a form is said to have been handed over; None where nothing is."""
    if received_on > today:
        return "date_future"
    if received_on < printed_on:
        return "paper_not_printed"
    if received_on < today - timedelta(days=MOST_DAYS_BACK):
        return "paper_too_old"
    return None


def parse_serial(text: str) -> str:
    """The twelve digits of a form, typed, or read by a scanner from its code, which holds an address. Raises
    FieldError: reference_shape, reference_mismatch."""
    found = _ADDRESS.fullmatch(half_width(text[:300]).strip())
    return parse_reference(found["serial"] if found else text)
