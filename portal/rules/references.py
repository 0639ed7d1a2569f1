"""Numbers that the portal gives people: the reference of an application, the code on a slip.

Both are drawn at random, because a number that can be counted up can be guessed. What people type is read
kindly: spaces, hyphens, full-width and small letters all mean the same number.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from stdnum.iso7064 import mod_11_10

from portal.catalogue.field_types.normalise import FieldError, compact, groups

RandBelow = Callable[[int], int]
"""``randbelow(n)`` gives a whole number from 0 to n - 1; ``secrets.randbelow`` outside tests."""

SLIP_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 letters and digits that nobody takes for another: no 0 and O, no 1, I and L."""

SLIP_LENGTH = 8
"""31**8 is 8.5e11 codes, 39.6 bits: enough beside a reference and a limit on tries, never alone."""

INVITATION_LENGTH = 12
"""31**12 is 7.9e17 codes, 59 bits: there is no number beside it, but a name and a limit on tries."""

_RANDOM_DIGITS = 11  # 36.5 bits, and a twelfth digit that catches any one wrong digit (ISO 7064 MOD 11,10)


def new_reference(randbelow: RandBelow = secrets.randbelow) -> str:
    """A reference: twelve digits, the last one the check digit. Uniqueness is the table's business."""
    digits = f"{randbelow(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}d}"
    return digits + str(mod_11_10.calc_check_digit(digits))


def parse_reference(text: str) -> str:
    """The twelve digits that were typed. Raises FieldError: reference_shape, reference_mismatch."""
    digits = _typed(text, "reference_shape")
    if re.fullmatch(r"[0-9]{12}", digits) is None:
        raise FieldError("reference_shape")
    if not mod_11_10.is_valid(digits):
        raise FieldError("reference_mismatch")
    return digits


def grouped(number: str) -> str:
    """A reference or slip code for the eye, by fours: 2611 2204 5738."""
    return " ".join(groups(number, (4, 4)))


def new_slip_code(randbelow: RandBelow = secrets.randbelow) -> str:
    """A code for a slip: eight characters of the alphabet without look-alikes."""
    return "".join(SLIP_ALPHABET[randbelow(len(SLIP_ALPHABET))] for _ in range(SLIP_LENGTH))


def parse_slip_code(text: str) -> str:
    """The eight characters that were typed. Raises FieldError: slip_shape."""
    code = _typed(text, "slip_shape")
    if len(code) != SLIP_LENGTH or not set(code) <= set(SLIP_ALPHABET):
        raise FieldError("slip_shape")
    return code


def new_invitation_code(randbelow: RandBelow = secrets.randbelow) -> str:
    """A code for an invitation: twelve characters of the same alphabet."""
    return "".join(SLIP_ALPHABET[randbelow(len(SLIP_ALPHABET))] for _ in range(INVITATION_LENGTH))


def parse_invitation_code(text: str) -> str:
    """The twelve characters that were typed. Raises FieldError: invitation_shape."""
    code = _typed(text, "invitation_shape")
    if len(code) != INVITATION_LENGTH or not set(code) <= set(SLIP_ALPHABET):
        raise FieldError("invitation_shape")
    return code


def grouped_code(code: str) -> str:
    """An invitation's code for the eye and the ear, by fours."""
    return " ".join(groups(code, (4, 4, 4)))


def _typed(text: str, code: str) -> str:
    if len(text) > 100:  # nobody groups twelve digits so widely; ten megabytes are refused unread
        raise FieldError(code)
    return compact(text)
