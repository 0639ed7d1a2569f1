"""Files as an answer: keys that nobody types, names that the system gives."""

import pytest

from portal.catalogue.field_types import FIELD_TYPES, FieldContext, FieldError, FieldOptions
from portal.catalogue.texts import Language
from tests.catalogue.test_field_types_properties import TODAY

KIND = FIELD_TYPES["documents"]
KEYS = [f"{number:032x}" for number in range(21)]
CONTEXT = FieldContext(TODAY)


def faults(value: list[str], **options: object) -> list[str]:
    return [fault.code for fault in KIND.validate(value, FieldOptions(**options), CONTEXT)]


def test_keys_are_read_once_each_in_order() -> None:
    assert KIND.parse([KEYS[2], "", KEYS[1], KEYS[2]], FieldOptions()) == [KEYS[2], KEYS[1]]


@pytest.mark.parametrize("typed", ["../secret", "A" * 32, "1234", "g" * 32])
def test_what_is_no_key_is_refused(typed: str) -> None:
    with pytest.raises(FieldError):
        KIND.parse([typed], FieldOptions())


def test_no_file_at_all_is_said_and_too_many_are_counted() -> None:
    assert faults([]) == ["required_documents"]
    assert faults([], required=False) == []
    assert faults(KEYS[:20]) == []
    assert faults(KEYS) == ["file_too_many"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", "户口簿第1份、户口簿第2份"),
        ("easy", "户口簿第1份、户口簿第2份"),
        ("en", "Household register, file 1; Household register, file 2"),
    ],
)
def test_files_are_called_by_what_they_prove_and_a_number(language: Language, words: str) -> None:
    thing = {"zh": "户口簿", "easy": "户口簿", "en": "Household register"}[language]
    assert KIND.format(KEYS[:2], language, {"thing": thing}) == words
