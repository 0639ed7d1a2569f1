"""References and slip codes: random, checkable, kindly read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.field_types import FieldError
from portal.rules.references import (
    SLIP_ALPHABET,
    grouped,
    new_reference,
    new_slip_code,
    parse_reference,
    parse_slip_code,
)


@given(st.integers(0, 10**11 - 1))
def test_every_reference_reads_back_and_any_one_wrong_digit_is_found(number):
    reference = new_reference(lambda _: number)
    assert len(reference) == 12
    assert parse_reference(grouped(reference)) == reference
    for place in range(12):
        wrong = reference[:place] + str((int(reference[place]) + 3) % 10) + reference[place + 1 :]
        with pytest.raises(FieldError):
            parse_reference(wrong)


def test_reference_draws_from_eleven_digits():
    asked = []
    new_reference(lambda below: asked.append(below) or 0)
    assert asked == [10**11]


@pytest.mark.parametrize("typed", ["{0} {1} {2}", " {0}-{1}-{2} ", "{0}{1}{2}", "\u200b{0}\u3000{1}－{2}"])
def test_reference_is_read_however_it_is_grouped(typed):
    reference = new_reference(lambda _: 26112204573)
    parts = (reference[:4], reference[4:8], reference[8:])
    assert parse_reference(typed.format(*parts)) == reference
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in reference)
    assert parse_reference(wide) == reference
    assert grouped(reference) == " ".join(parts)


@pytest.mark.parametrize(
    "typed", ["", "12345678901", "1234567890123", "abcdefghijkl", "1" * 10_000_000, "\ud800" * 12, "²" * 12]
)
def test_what_is_no_reference_says_what_one_looks_like(typed):
    with pytest.raises(FieldError) as raised:
        parse_reference(typed)
    assert raised.value.code == "reference_shape"


@given(st.text())
def test_any_text_is_a_code_or_a_field_error(typed):
    for read in (parse_reference, parse_slip_code):
        try:
            found = read(typed)
        except FieldError as error:
            found = error.code
        assert isinstance(found, str)


def test_slip_codes_hold_no_look_alikes():
    assert not set(SLIP_ALPHABET) & set("0O1IL")
    assert len(set(SLIP_ALPHABET)) == len(SLIP_ALPHABET) == 31
    code = new_slip_code()
    assert len(code) == 8
    assert set(code) <= set(SLIP_ALPHABET)


@pytest.mark.parametrize(
    "typed", ["abcd2345", "ABCD 2345", "abcd-2345", "ＡＢＣＤ２３４５", " ABCD\u20112345 "]
)
def test_slip_code_is_read_however_it_is_typed(typed):
    assert parse_slip_code(typed) == "ABCD2345"


@pytest.mark.parametrize("typed", ["ABCD234", "ABCD23456", "ABCD2340", "ABCDO234", "ABCDI234", ""])
def test_wrong_slip_code_is_refused(typed):
    with pytest.raises(FieldError) as raised:
        parse_slip_code(typed)
    assert raised.value.code == "slip_shape"


def test_codes_are_not_repeated_by_chance():
    assert len({new_reference() for _ in range(500)}) == 500
    assert len({new_slip_code() for _ in range(500)}) == 500
