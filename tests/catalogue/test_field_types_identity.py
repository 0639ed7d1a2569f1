"""Identity numbers and certificates: the vectors of rules.md 6 and full tables."""

from datetime import date

import pytest
from stdnum.iso7064 import mod_11_2

from portal.catalogue.field_types import (
    FIELD_TYPES,
    FieldContext,
    FieldError,
    FieldOptions,
    birth_date,
    certificate_parts,
    id_type_of,
    message,
    sex,
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


VALID_IDS = (
    "11010519491231002X",
    "440524188001010014",
    "230111195203170027",
    "33040219880704001X",
    "500101201506120036",
    "310101200911050027",
    "230881194002290017",
    "230111192002290010",
    "810000199408230021",
    "830000199201300022",
    "911124198108030024",
)


@pytest.mark.parametrize("number", VALID_IDS)
def test_published_id_numbers_pass(number):
    assert parsed("id_number", number) == number
    assert code_of("id_number", number) == ""


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("500101199902300012", "id_birth"),  # 30 February
        ("310101202712310016", "id_birth"),  # not born yet
        ("110105194912310021", "id_mismatch"),
        ("110105491231002", "id_old_15"),
        ("11010519491231002", "id_length"),
        ("1101051949123100211", "id_length"),
        ("1101051949123X0021", "id_shape"),
        ("1101051949123A0021", "id_shape"),
        ("身份证", "id_shape"),
        ("", "required_id"),
    ],
)
def test_wrong_id_numbers_say_what_to_do(number, code):
    assert code_of("id_number", number) == code


@pytest.mark.parametrize(
    "typed",
    [
        " 110105 19491231 002x ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002X",
        "\u200b110105\u300019491231\u00a0002ｘ\ufeff",
        "110105－19491231—002X",
    ],
)
def test_id_number_is_read_however_it_is_grouped(typed):
    assert parsed("id_number", typed) == "11010519491231002X"


def test_check_digit_is_never_told():
    for last in "0123456789":
        with pytest.raises(FieldError) as raised:
            parsed("id_number", "11010519491231002" + last)
        assert raised.value.code == "id_mismatch"
        assert raised.value.params == {}
    assert message(raised.value, "zh") == "号码对不上。请对照身份证，一段一段核对。"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("11010519491231002X", "resident"),
        ("810000199408230021", "hk_macao"),
        ("820000199408230021", "hk_macao"),
        ("830000199201300022", "taiwan"),
        ("911124198108030024", "foreigner"),
        ("USA110078091501", "foreigner_old"),
    ],
)
def test_id_type_is_told_by_the_first_characters(number, kind):
    assert id_type_of(number) == kind


def test_id_number_of_another_type_than_chosen_is_refused():
    kind = FIELD_TYPES["id_number"]
    options = FieldOptions(id_type_field="p_id_type")
    wrong = FieldContext(TODAY, {"p_id_type": "taiwan"})
    right = FieldContext(TODAY, {"p_id_type": "resident"})
    assert [e.code for e in kind.validate("11010519491231002X", options, wrong)] == ["id_wrong_type"]
    assert kind.validate("11010519491231002X", options, right) == []
    assert kind.validate("11010519491231002X", options, CONTEXT) == []
    assert kind.validate("USA110078091501", FieldOptions(id_type="foreigner"), CONTEXT) == []


def test_old_foreigner_card_is_accepted_without_birth_or_sex():
    assert parsed("id_number", "usa 1100 7809 1501") == "USA110078091501"
    assert birth_date("USA110078091501") is None
    assert sex("USA110078091501") is None


def test_birth_and_sex_come_from_the_number():
    assert birth_date("230881194002290017") == date(1940, 2, 29)
    assert sex("230881194002290017") == "male"
    assert sex("11010519491231002X") == "female"
    assert birth_date("500101199902300012") is None
    assert birth_date("nonsense") is None


def test_unknown_area_warns_and_does_not_refuse():
    kind = FIELD_TYPES["id_number"]
    number = "88000019900101001" + mod_11_2.calc_check_digit("88000019900101001")
    assert kind.validate(kind.parse([number], PLAIN), PLAIN, CONTEXT) == []
    assert [w.code for w in kind.warnings(number, PLAIN, CONTEXT)] == ["id_area_unknown"]
    for known in VALID_IDS:
        assert kind.warnings(known, PLAIN, CONTEXT) == []


def test_id_number_is_grouped_for_the_eye_and_spelled_for_the_ear():
    kind = FIELD_TYPES["id_number"]
    assert kind.format("11010519491231002X", "zh") == "110105 19491231 002X"
    assert kind.spoken("11010519491231002X", "zh") == "1 1 0 1 0 5，1 9 4 9 1 2 3 1，0 0 2 X"
    assert kind.spoken("11010519491231002X", "en") == "1 1 0 1 0 5, 1 9 4 9 1 2 3 1, 0 0 2 X"


@pytest.mark.parametrize(
    "number", ["11010519491231002X43", "11010519491231002X43B1", "11010519491231002x 43 b12"]
)
def test_certificate_numbers_pass(number):
    assert parsed("certificate_number", number).startswith("11010519491231002X43")


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002X83",
        "11010519491231002X45",
        "11010519491231002X43B0",
        "11010519491231002X",
        "11010519491231002X43B123",
    ],
)
def test_wrong_certificate_numbers_are_refused(number):
    assert code_of("certificate_number", number) == "certificate_shape"


def test_certificate_number_tells_category_grade_and_reissue():
    parts = certificate_parts("11010519491231002X43B2")
    assert parts is not None
    assert (parts.id_number, parts.category, parts.grade, parts.reissue) == ("11010519491231002X", 4, 3, 2)
    assert certificate_parts("11010519491231002X43").reissue == 0
    assert (
        FIELD_TYPES["certificate_number"].format("11010519491231002X43B2", "zh")
        == "110105 19491231 002X 43 B2"
    )


def test_certificate_of_another_id_number_warns():
    kind = FIELD_TYPES["certificate_number"]
    options = FieldOptions(own_id_field="p_id_no")
    other = FieldContext(TODAY, {"p_id_no": "230111195203170027"})
    own = FieldContext(TODAY, {"p_id_no": "11010519491231002X"})
    assert [w.code for w in kind.warnings("11010519491231002X43", options, other)] == ["certificate_other_id"]
    assert kind.warnings("11010519491231002X43", options, own) == []
    assert kind.warnings("11010519491231002X43", options, CONTEXT) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("91350100M000100Y43", "91350100M000100Y43"),  # the sample of GB 32100-2015
        ("91 350100 m000100y4 3", "91350100M000100Y43"),
        ("９１３５０１００Ｍ０００１００Ｙ４３", "91350100M000100Y43"),
        ("91110000600037341L", "91110000600037341L"),
    ],
)
def test_credit_codes_pass_as_they_are_typed(typed, kept):
    assert parsed("credit_code", typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("91350100M000100Y4", "credit_code_shape"),
        ("9135O100M000100Y43", "credit_code_shape"),  # the letter O
        ("91350100M000100Y4I", "credit_code_shape"),
        ("91350100M000100Y44", "credit_code_mismatch"),
        ("93150100M000100Y43", "credit_code_mismatch"),  # two digits changed places
    ],
)
def test_wrong_credit_codes_are_refused_and_say_why(typed, code):
    assert code_of("credit_code", typed) == code


def test_credit_code_is_grouped_for_the_eye_and_spelled_for_the_ear():
    assert FIELD_TYPES["credit_code"].format("91350100M000100Y43", "zh") == "91 350100 M000100Y4 3"
    assert FIELD_TYPES["credit_code"].spoken("91350100M000100Y43", "en").startswith("9 1, 3 5 0 1 0 0")
