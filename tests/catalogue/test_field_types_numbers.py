"""Phones, addresses, accounts, amounts, years: the vectors of rules.md 6 and full tables."""

from datetime import date

import pytest

from portal.catalogue.field_types import (
    FIELD_TYPES,
    FieldContext,
    FieldError,
    FieldOptions,
    message,
)

TODAY = date(2026, 11, 22)
CONTEXT = FieldContext(TODAY)
PLAIN = FieldOptions()


def parsed(kind: str, *raw: str, options: FieldOptions = PLAIN):
    return FIELD_TYPES[kind].parse(raw, options)


def code_of(kind: str, *raw: str, options: FieldOptions = PLAIN) -> str:
    """The code of the first thing wrong, from parsing or from validating."""
    try:
        value = parsed(kind, *raw, options=options)
    except FieldError as error:
        return error.code
    errors = FIELD_TYPES[kind].validate(value, options, CONTEXT)
    return errors[0].code if errors else ""


@pytest.mark.parametrize("number", ["6217000000000000012", "6222020000000000018", "622848000000000007"])
def test_luhn_good_accounts_pass_without_warning(number):
    kind = FIELD_TYPES["account"]
    assert kind.warnings(parsed("account", number), PLAIN, CONTEXT) == []


def test_odd_account_is_read_back_in_fours():
    kind = FIELD_TYPES["account"]
    value = parsed("account", "6217 0000 0000 0000 013")
    (warning,) = kind.warnings(value, PLAIN, CONTEXT)
    assert message(warning, "zh") == "账号可能有误，请再读一遍：6217 0000 0000 0000 013。"
    assert kind.validate(value, PLAIN, CONTEXT) == []
    assert code_of("account", "1234567") == "account_shape"
    assert code_of("account", "1" * 31) == "account_shape"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("19900001234", "19900001234"),
        ("199 0000 1234", "19900001234"),
        ("１９９－００００－１２３４", "19900001234"),
        ("+86 199 0000 1234", "19900001234"),
        ("8619900001234", "19900001234"),
        ("008619900001234", "19900001234"),
        ("0571-87654321", "0571-87654321"),
        ("(0571) 8765 4321", "0571-87654321"),
        ("（010）65432100", "010-65432100"),
        ("+86 10 6543 2100", "010-65432100"),
        ("+86 0571 87654321", "0571-87654321"),
        ("04517654321", "0451-7654321"),
        ("021 5765 4321", "021-57654321"),
    ],
)
def test_phone_numbers_are_read_however_they_are_typed(typed, value):
    assert parsed("tel", typed) == value


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1990000123", "mobile_length"),
        ("199000012345", "mobile_length"),
        ("87654321", "tel_shape"),
        ("0571", "tel_shape"),
        ("没有电话", "tel_shape"),
        ("٠٥٧١٨٧٦٥٤٣٢١", "tel_shape"),
    ],
)
def test_wrong_phone_numbers_say_what_is_missing(typed, code):
    assert code_of("tel", typed) == code


def test_phone_is_grouped_for_the_eye_and_spelled_for_the_ear():
    kind = FIELD_TYPES["tel"]
    assert kind.format("19900001234", "zh") == "199 0000 1234"
    assert kind.spoken("19900001234", "easy") == "1 9 9，0 0 0 0，1 2 3 4"
    assert kind.format("0571-87654321", "en") == "0571-87654321"
    assert kind.spoken("0571-87654321", "en") == "0 5 7 1, 8 7 6 5, 4 3 2 1"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("Wang.Xm@Example.COM", "Wang.Xm@example.com"),
        ("ｗａｎｇ＠example。com", "wang@example.com"),
        ("用户@例子.中国", "用户@例子.中国"),
        (" a@b-c.example.cn ", "a@b-c.example.cn"),
    ],
)
def test_email_addresses_are_read(typed, value):
    assert parsed("email", typed) == value


@pytest.mark.parametrize(
    "typed",
    [
        "wang",
        "wang@",
        "@example.com",
        "a@b",
        "a@@b.cn",
        "a@-b.cn",
        ".a@b.cn",
        "a..b@c.cn",
        "<a@b.cn>",
        "a@b.1",
    ],
)
def test_wrong_email_addresses_are_refused(typed):
    assert code_of("email", typed) == "email_shape"


def test_line_end_in_an_email_address_is_refused():
    assert code_of("email", "a@b.cn\r\nBcc: c@d.cn") == "control_characters"


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("410", 41000),
        ("４１０元", 41000),
        ("850.5", 85050),
        ("850.50", 85050),
        ("1,234.56", 123456),
        ("¥3", 300),
        ("0.01", 1),
    ],
)
def test_money_becomes_whole_fen(typed, fen):
    assert parsed("money", typed) == fen


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0", "money_positive"),
        ("-5", "money_shape"),
        ("1.234", "money_shape"),
        ("很多", "money_shape"),
        ("", "required_money"),
    ],
)
def test_wrong_amounts_say_what_to_do(typed, code):
    assert code_of("money", typed) == code


def test_money_range_is_said_in_yuan():
    options = FieldOptions(min=0, max=99_999_999)
    assert code_of("money", "0", options=options) == ""
    (error,) = FIELD_TYPES["money"].validate(100_000_000, options, CONTEXT)
    assert message(error, "zh") == "请填写不超过999999.99元的金额。"


def test_money_is_worded():
    kind = FIELD_TYPES["money"]
    assert kind.format(41000, "zh") == "410元"
    assert kind.format(41000, "en") == "CNY 410"
    assert kind.format(123456789, "en") == "CNY 1,234,567.89"
    assert kind.format(None, "zh") == ""


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0", "number_between"),
        ("31", "number_between"),
        ("3.5", "number_shape"),
        ("三", "number_shape"),
        ("-3", "number_shape"),
    ],
)
def test_whole_numbers_outside_the_range_are_refused(typed, code):
    assert code_of("integer", typed, options=FieldOptions(min=1, max=30)) == code


def test_whole_number_with_its_counting_word_is_read():
    assert parsed("integer", "３人") == 3


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2019", ""),
        ("2019年", ""),
        ("1989", "year_before_other"),
        ("2027", "year_future"),
        ("1899", "year_min"),
        ("19", "year_shape"),
    ],
)
def test_year_is_neither_before_birth_nor_in_the_future(typed, code):
    kind = FIELD_TYPES["year"]
    options = FieldOptions(not_future=True, not_before_field="p_id_no")
    context = FieldContext(TODAY, {"p_id_no": "110105199001010015"})
    try:
        found = kind.validate(kind.parse([typed], options), options, context)
    except FieldError as error:
        found = [error]
    assert [error.code for error in found] == ([code] if code else [])


@pytest.mark.parametrize(("typed", "codes"), [("2026", []), ("2027", []), ("2028", ["year_max"])])
def test_year_is_at_most_so_many_ahead_of_this_one(typed, codes):
    kind, options = FIELD_TYPES["year"], FieldOptions(years_ahead=1)
    value = kind.parse([typed], options)
    assert [error.code for error in kind.validate(value, options, CONTEXT)] == codes
