"""Which service's pages are looked at today besides those of every day: another one each day, by a seed."""

import os
from collections.abc import Sequence
from datetime import date

SEED = "ROTATING_SERVICE_SEED"
"""A number in the environment draws the same service again. The report names it."""
os.environ.setdefault(SEED, str(date.today().toordinal()))


def drawn(codes: Sequence[str]) -> str:
    """The one of these whose turn it is."""
    return codes[int(os.environ[SEED]) % len(codes)]
