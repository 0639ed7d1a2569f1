"""What readers of cards type: name and number are found wherever they stand, and nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.field_types.normalise import half_width
from portal.rules.card_readers import CardRead, read_card

NAME, NUMBER = "示例王小明", "880000199001011234"


@pytest.mark.parametrize(
    ("typed", "name", "number"),
    [
        (f"{NAME}\t男\t汉\t19900101\t示例市1号\t{NUMBER}", NAME, NUMBER),
        (f"{NUMBER},{NAME}", NAME, NUMBER),
        ("示例王小明，８８００００１９９００１０１１２３４", NAME, NUMBER),
        (f"姓名：{NAME}\n公民身份号码：{NUMBER}", NAME, NUMBER),
        (f"{NAME} {NUMBER}", NAME, NUMBER),
        (f"男|维吾尔族|示例阿卜杜热合曼·买买提依明|{NUMBER}", "示例阿卜杜热合曼·买买提依明", NUMBER),
        ("EXAMPLE ALI KHAN|M|88000019900101123x", "EXAMPLE ALI KHAN", "88000019900101123X"),
        (NUMBER, "", NUMBER),
        (NAME, NAME, ""),
        ("8800001990010112345", "", ""),
        ("男,女,汉族", "", ""),
        ("", "", ""),
    ],
)
def test_name_and_number_are_found_in_what_a_reader_types(typed: str, name: str, number: str) -> None:
    assert read_card(typed) == CardRead(name, number)


@given(st.text(max_size=200))
def test_nothing_is_found_that_was_not_typed(typed: str) -> None:
    found = read_card(typed + "\t" + NUMBER)
    assert found.id_number == NUMBER or found.id_number in half_width(typed).upper()
    assert found.name in half_width(typed)
