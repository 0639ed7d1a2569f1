"""The person's own notice never goes to a telephone that is somebody else's (rules.md 5.7)."""

from typing import Any

import pytest

from portal.usecases.own_notices import own_needs

SAID: dict[str, Any] = {
    "phone_own": "19900000001",
    "contact_channels": ["phone", "sms", "post"],
    "contact_do_not": ["visit"],
}


def test_own_telephone_is_used_as_the_person_said() -> None:
    said = {**SAID, "phone_whose": "own"}
    assert own_needs(said) == said


@pytest.mark.parametrize("whose", ["family", "none", None])
def test_nobody_calls_or_texts_a_telephone_that_is_not_the_persons(whose: str | None) -> None:
    needs = own_needs({**SAID, "phone_whose": whose})
    assert needs["contact_channels"] == ["post"]
    assert needs["contact_do_not"] == ["call", "sms", "visit"]
