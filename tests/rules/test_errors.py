"""Every no has its status and a key, and says nothing about a person in its text form."""

from datetime import UTC, datetime

import pytest

from portal.catalogue.field_types import FieldError
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound, PortalError, TooMany


@pytest.mark.parametrize(
    ("error", "code", "key"),
    [
        (NotFound(), 404, "not_found"),
        (NotAllowed("four_eyes"), 403, "four_eyes"),
        (Conflict(), 409, "conflict"),
        (Invalid({}), 422, "invalid"),
        (TooMany(60), 429, "too_many"),
    ],
)
def test_error_carries_its_status_and_key(error, code, key):
    assert isinstance(error, PortalError)
    assert (error.code, error.key, str(error)) == (code, key, key)


def test_conflict_tells_who_was_first_but_not_to_the_log():
    when = datetime(2026, 11, 22, 3, tzinfo=UTC)
    error = Conflict(who="示例张三", what="approved", when=when)
    assert (error.who, error.what, error.when) == ("示例张三", "approved", when)
    assert "张三" not in repr(error) + str(error)


def test_invalid_keeps_the_fields_in_order():
    error = Invalid({"b": [FieldError("required_name")], "a": [FieldError("too_long", max=3, count=4)]})
    assert list(error.errors) == ["b", "a"]
    assert error.errors["a"][0].params == {"max": 3, "count": 4}


def test_wait_is_at_least_a_second():
    assert TooMany(0).retry_after == 1
